//! What handlers take out of a request. Each refuses with a face of ours, and NUL bytes are refused here for all.

use std::{
    collections::HashSet,
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::{Fault, Site, body, confirm, csrf, is_api};
use crate::{
    actor::{Actor, Confirmed, Person, Source},
    error::{Error, FieldError, Result, field},
};

/// A posted form, repeated names and all (`id=a&id=b`). Unknown and doubled fields are refused.
pub struct Form<T>(pub T);

/// The query string.
pub struct Query<T>(pub T);

/// The variable parts of the path; what cannot be one of our ids is 404 without a look at the database.
pub struct Path<T>(pub T);

/// The time of this request.
pub struct Now(pub DateTime<Utc>);

impl<T: DeserializeOwned> Query<T> {
    /// As it is extracted, for a guard that must read it alike.
    ///
    /// # Errors
    /// It cannot be read, or a field is missing, doubled or unknown.
    pub fn of(text: &str) -> Result<Self> {
        decode(text.as_bytes(), Some("query")).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest for Form<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = req.content_type() == "application/x-www-form-urlencoded";
        let is_api = is_api(req.path());
        let mut payload = payload.take();
        Box::pin(async move {
            let body = body::read(&mut payload, body::FORM_LIMIT).await?;
            if !is_form && is_api {
                return Err(Error::MediaType.into());
            }
            if !is_form && !body.is_empty() {
                return Err(Error::Unreadable(
                    "Send the form as application/x-www-form-urlencoded.",
                )
                .into());
            }
            Ok(Self(decode(&body, is_api.then_some("form"))?))
        })
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let whole = is_api(req.path()).then_some("query");
        let decoded = decode(req.query_string().as_bytes(), whole);
        ready(decoded.map(Self).map_err(Into::into))
    }
}

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let path = req.match_info().load();
        ready(path.map(Self).map_err(|_| Error::NotFound.into()))
    }
}

impl FromRequest for Now {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = req.app_data::<Data<Site>>();
        ready(
            site.map(|site| Self(site.clock.now()))
                .ok_or_else(|| Error::Internal(anyhow::anyhow!("no site is set up")).into()),
        )
    }
}

/// What a guard noted in the request. Fails closed: on a route without that guard nobody is there.
macro_rules! noted {
    ($($name:ty, or $missing:ident;)*) => {$(
        impl FromRequest for $name {
            type Error = Fault;
            type Future = Ready<Result<Self, Fault>>;
            fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                let noted = req.extensions().get::<$name>().cloned();
                ready(noted.ok_or_else(|| Error::$missing.into()))
            }
        }
    )*};
}
noted! {
    Actor, or Unauthenticated;
    Person, or Unauthenticated;
    Source, or Unauthenticated;
    Confirmed, or Unconfirmed;
}

/// Without the synchroniser token and what confirms a person, which were checked before and are nobody's fields. `whole`:
/// how programs, who are told of every field that is wrong in the same way, call all of them.
fn decode<T: DeserializeOwned>(bytes: &[u8], whole: Option<&'static str>) -> Result<T> {
    let name = whole.unwrap_or("form");
    let text = percent_decode(bytes)
        .decode_utf8()
        .map_err(|_| field(name, "The text is not valid UTF-8"))?;
    if text.contains('\0') {
        return Err(field(name, "The text contains a NUL character"));
    }
    let fields = form_urlencoded::parse(bytes)
        .filter(|(name, _)| name != csrf::FIELD && !confirm::is_own(name));
    let kept = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    serde_html_form::from_str(&kept).map_err(|error| match whole {
        Some(whole) => Error::Invalid(vec![mistake(&error.to_string(), &kept, whole)]),
        None => Error::Unreadable(WRONG),
    })
}

const WRONG: &str = "A field is missing, doubled or unknown.";
const TWICE: &str = "This field is given twice";

/// Which field it is that does not fit, in the words in which a document's are told.
fn mistake(said: &str, sent: &str, whole: &'static str) -> FieldError {
    let named = |begins: &str, why: &str| {
        let name = said.strip_prefix(begins)?.split('`').next()?;
        Some(FieldError::new(name.to_owned(), why))
    };
    let mut names = HashSet::new();
    let mut twice =
        form_urlencoded::parse(sent.as_bytes()).filter(|(name, _)| !names.insert(name.clone()));
    named("missing field `", "This field is missing")
        .or_else(|| named("unknown field `", "There is no such field"))
        .or_else(|| named("duplicate field `", TWICE))
        // Where one text is wanted and there are two, no field is named. What programs send so has no lists.
        .or_else(|| Some(FieldError::new(twice.next()?.0.into_owned(), TWICE)))
        .unwrap_or_else(|| FieldError::new(whole, WRONG))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        label: String,
        #[serde(default)]
        id: Vec<String>,
    }

    #[test]
    fn repeated_names_are_lists_and_what_was_checked_before_is_no_field() {
        let input: Input = decode(b"csrf=x&confirm-password=y&label=a+%C3%A4&id=1&id=2", None)
            .expect("well formed");
        assert_eq!((input.label.as_str(), input.id.len()), ("a ä", 2));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for body in [
            b"label=a&label=b".as_slice(),
            b"id=1",
            b"label=a&other=b",
            b"label=a%00",
            b"label=%ff",
            b"label=\xff",
        ] {
            assert!(decode::<Input>(body, None).is_err(), "{body:?}");
        }
    }

    #[test]
    fn programs_are_told_which_field_is_wrong() {
        for (body, name, why) in [
            ("id=1", "label", "This field is missing"),
            ("label=a&label=b", "label", TWICE),
            ("label=a&oth%60er=b", "oth", "There is no such field"),
        ] {
            match decode::<Input>(body.as_bytes(), Some("query")) {
                Err(Error::Invalid(mistakes)) => {
                    assert_eq!((&*mistakes[0].field, &*mistakes[0].message), (name, why));
                }
                other => panic!("{body}: {:?}", other.map(drop)),
            }
        }
    }
}
