use actix_web::{HttpRequest, http::Method, web::Data};
use schemars::JsonSchema;

use super::Draft;
use crate::{
    actor::{Actor, Source},
    web::{Form, Json, Now, OptionalJson, Path, Query},
};

/// What a handler takes out of a request, as its caller sees it.
pub trait Takes {
    fn tell(draft: &mut Draft<'_>);
}

impl<T: JsonSchema> Takes for Path<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.path::<T>();
    }
}

impl<T: JsonSchema> Takes for Query<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.query::<T>();
    }
}

impl<T: JsonSchema, const LIMIT: usize> Takes for Json<T, LIMIT> {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<T>("application/json");
    }
}

impl<T: JsonSchema> Takes for Form<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<T>("application/x-www-form-urlencoded");
    }
}

impl<T: JsonSchema> Takes for OptionalJson<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<T>("application/json");
        if let Some(body) = &mut draft.operation.request_body {
            body.required = false;
        }
    }
}

impl<T: ?Sized + 'static> Takes for Data<T> {
    fn tell(_: &mut Draft<'_>) {}
}

/// Nothing that the caller chooses.
macro_rules! unseen {
    ($($name:ty),*) => {$(
        impl Takes for $name {
            fn tell(_: &mut Draft<'_>) {}
        }
    )*};
}
unseen!(Actor, Source, Now, Method, HttpRequest);

macro_rules! all_of {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: Takes),*> Takes for ($($name,)*) {
            fn tell(draft: &mut Draft<'_>) {
                $($name::tell(draft);)*
                let _ = draft;
            }
        }
    )*};
}
all_of! {
    ;
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
}
