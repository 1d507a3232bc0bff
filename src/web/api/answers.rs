use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use schemars::JsonSchema;
use serde::Serialize;

use super::Draft;
use crate::web::Fault;

/// What a handler answers when nothing stands against it.
pub trait Answers {
    fn tell(draft: &mut Draft<'_>);
}

/// How it fails, its row says.
impl<T: Answers> Answers for Result<T, Fault> {
    fn tell(draft: &mut Draft<'_>) {
        T::tell(draft);
    }
}

/// 200, with this as JSON.
pub struct Answer<T>(pub T);

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

impl<T: JsonSchema> Answers for Answer<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<T>(200);
    }
}

/// 201, with what was made as JSON.
pub struct Created<T>(pub T);

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Created().json(self.0)
    }
}

impl<T: JsonSchema> Answers for Created<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<T>(201);
    }
}

/// 204: it is done, and there is nothing to say.
pub struct NoContent;

impl Responder for NoContent {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

impl Answers for NoContent {
    fn tell(draft: &mut Draft<'_>) {
        draft.empty(204, "Done; there is no body.");
    }
}
