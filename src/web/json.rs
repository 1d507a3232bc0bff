//! A JSON body, read strictly: what nobody asked for is refused, and a refusal names its field.

mod decode;
mod document;

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Bytes};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use self::document::Document;
use super::{Fault, body};
use crate::error::{Error, FieldError, Result, field};

const OPTIONAL_LIMIT: usize = 64 * 1024;

/// The body of a call, at most `LIMIT` bytes of it.
///
/// A field that `T` does not have is refused, as are one that is given twice, a text with control characters other than
/// tabs and line breaks, and a list where an object belongs.
pub struct Json<T, const LIMIT: usize = { 64 * 1024 }>(pub T);

impl<T: DeserializeOwned, const LIMIT: usize> FromRequest for Json<T, LIMIT> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(req, payload, LIMIT);
        Box::pin(async move {
            let (body, is_json) = read.await?;
            match is_json {
                true => Ok(Self(parse(&body)?)),
                false => Err(Error::MediaType.into()),
            }
        })
    }
}

/// A body that may be left out: then it is as if each of its fields were.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest for OptionalJson<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(req, payload, OPTIONAL_LIMIT);
        Box::pin(async move {
            let (body, is_json) = read.await?;
            match (body.is_empty(), is_json) {
                (true, _) => Ok(Self(T::default())),
                (false, true) => Ok(Self(parse(&body)?)),
                (false, false) => Err(Error::MediaType.into()),
            }
        })
    }
}

/// A `PATCH` names each of its fields with whether it was sent. Whoever changes nothing would only read, which asks for
/// another permission.
///
/// # Errors
/// `Invalid`: none was.
pub fn check_sent(fields: &[(&str, bool)]) -> Result<()> {
    if fields.iter().any(|(_, is_sent)| *is_sent) {
        return Ok(());
    }
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let why = format!("Send at least one of {}", names.join(", "));
    Err(field("body", why))
}

/// For a field of a `PATCH`: absent is none, which leaves it unchanged, and null reaches `T`, which may be an option.
///
/// To be used as `#[serde(default, deserialize_with = "json::given")]`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// The text of one field of a form, as a body of its own is read.
///
/// # Errors
/// `Invalid`, under `field`.
pub fn parse_field<T: DeserializeOwned>(field: &str, text: &[u8]) -> Result<T> {
    let of_field = |place: &str, why: String| {
        let place = match place.is_empty() {
            true => field.to_owned(),
            false => format!("{field}.{place}"),
        };
        Error::Invalid(vec![FieldError::new(place, why)])
    };
    let document: Document =
        serde_json::from_slice(text).map_err(|_| of_field("", "Send JSON".to_owned()))?;
    T::deserialize(document).map_err(|mistake| of_field(&mistake.place, mistake.message))
}

/// All of a body, and whether it says that it is JSON: too much is refused before the kind is.
fn read(
    req: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<(Bytes, bool)>> + 'static {
    let is_json = is_json(req);
    let mut payload = payload.take();
    async move { Ok((body::read(&mut payload, limit).await?, is_json)) }
}

fn is_json(req: &HttpRequest) -> bool {
    let is_packed = req.headers().contains_key(header::CONTENT_ENCODING);
    let is_utf8 = req.encoding().is_ok_and(|known| known.name() == "UTF-8");
    !is_packed && is_utf8 && req.content_type().eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    if body.is_empty() {
        return Err(Error::Unreadable("The body is empty. Send a JSON object."));
    }
    // Nested deeper than 128 levels, it is not read either.
    let document: Document = serde_json::from_slice(body)
        .map_err(|_| Error::Unreadable("The body is not JSON that can be read."))?;
    T::deserialize(document).map_err(|mistake| {
        let field = match mistake.place.is_empty() {
            true => "body".to_owned(),
            false => mistake.place,
        };
        Error::Invalid(vec![FieldError::new(field, mistake.message)])
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Input {
        label: String,
        #[serde(default, deserialize_with = "given")]
        days: Option<Option<i64>>,
        #[serde(default)]
        grants: Vec<Grant>,
        #[serde(default)]
        metadata: BTreeMap<String, String>,
        #[serde(default)]
        on: Option<bool>,
    }

    #[derive(Debug, Deserialize)]
    struct Grant {
        role: Role,
        #[serde(default, rename = "id")]
        _id: u16,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Role {
        User,
        Editor,
    }

    #[test]
    fn what_fits_is_taken_as_it_is() {
        let body = r#"{"label":"a\tä\n","days":null,"grants":[{"role":"user","id":7},{"role":"editor"}],
            "metadata":{"a b":"c"},"on":true}"#;
        let input: Input = parse(body.as_bytes()).expect("well formed");
        assert_eq!((input.label.as_str(), input.days), ("a\tä\n", Some(None)));
        assert_eq!(input.grants[1].role, Role::Editor);
        assert_eq!(
            (input.metadata["a b"].as_str(), input.on),
            ("c", Some(true))
        );
        let absent: Input = parse(br#"{"label":"a"}"#).expect("well formed");
        assert_eq!((absent.days, absent.on), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_field() {
        for (body, field, why) in [
            ("{}", "label", "This field is missing"),
            (
                r#"{"label":"a","labels":1}"#,
                "labels",
                "There is no such field",
            ),
            (
                r#"{"label":"a","label":"a"}"#,
                "label",
                "This field is given twice",
            ),
            (r#"{"label":null}"#, "label", "Send a string"),
            (r#"{"label":["a"]}"#, "label", "Send a string"),
            (
                r#"{"label":"a\u0000"}"#,
                "label",
                "Send a text without control characters",
            ),
            (
                r#"{"label":"a\u001b"}"#,
                "label",
                "Send a text without control characters",
            ),
            (
                r#"{"label":"a\u0085"}"#,
                "label",
                "Send a text without control characters",
            ),
            (r#"{"label":"a","days":"1"}"#, "days", "Send a whole number"),
            (r#"{"label":"a","days":1.5}"#, "days", "Send a whole number"),
            (
                r#"{"label":"a","days":9223372036854775808}"#,
                "days",
                "Send a whole number",
            ),
            (r#"{"label":"a","on":1}"#, "on", "Send true or false"),
            (r#"{"label":"a","grants":{}}"#, "grants", "Send a list"),
            (
                r#"{"label":"a","grants":[{"role":"user"},["user"]]}"#,
                "grants[1]",
                "Send an object",
            ),
            (
                r#"{"label":"a","grants":[{}]}"#,
                "grants[0].role",
                "This field is missing",
            ),
            (
                r#"{"label":"a","grants":[{"role":"user","id":-1}]}"#,
                "grants[0].id",
                "Send a whole number from 0 to 65535",
            ),
            (
                r#"{"label":"a","grants":[{"role":"owner"}]}"#,
                "grants[0].role",
                "Send user or editor",
            ),
            (
                r#"{"label":"a","grants":[{"role":{"user":1}}]}"#,
                "grants[0].role",
                "Send user or editor",
            ),
            (
                r#"{"label":"a","metadata":{"x":1}}"#,
                "metadata.x",
                "Send a string",
            ),
            (
                r#"{"label":"a","metadata":{"x":"1","x":"2"}}"#,
                "metadata.x",
                "This field is given twice",
            ),
            (
                r#"{"label":"a","metadata":{"x\u0000":"1"}}"#,
                "metadata",
                "Send a text without control characters",
            ),
            ("[]", "body", "Send an object"),
            (r#"["a"]"#, "body", "Send an object"),
            ("null", "body", "Send an object"),
            ("7", "body", "Send an object"),
        ] {
            match parse::<Input>(body.as_bytes()) {
                Err(Error::Invalid(mistakes)) => {
                    assert_eq!(mistakes, [FieldError::new(field, why)], "{body}");
                }
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_document() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let hidden = format!(r#"{{"label":"a","x":{deep}}}"#);
        for body in [
            &b""[..],
            b" ",
            b"{",
            b"{\"label\":\"a\"",
            b"{\"label\":\"a\"}x",
            b"{\"label\":\"a\",}",
            b"{label:\"a\"}",
            b"{\"label\":'a'}",
            b"{\"label\":\"a\tb\"}",
            b"{\"label\":\"\\ud800\"}",
            b"{\"label\":\"\xff\"}",
            b"{\"days\":1e999}",
            b"\xef\xbb\xbf{\"label\":\"a\"}",
            deep.as_bytes(),
            hidden.as_bytes(),
        ] {
            let read = parse::<Input>(body);
            assert!(
                matches!(read, Err(Error::Unreadable(_))),
                "{body:?}: {read:?}"
            );
        }
    }
}
