//! Where a call carries its key: in `Authorization`, and nowhere else.

use actix_web::{HttpMessage, dev::ServiceRequest, http::header};
use percent_encoding::percent_decode;

use crate::{
    error::{Error, Refusal, Result},
    web::{Access, read_body, text},
};

const ELSEWHERE: &str =
    "Send the key as Authorization: Bearer <key>, not in the address, a form field or a cookie.";
const TWICE: &str = "Send one Authorization header, not several.";
const SCHEME: &str = "Send the key as Authorization: Bearer <key>, with no other scheme.";

/// The text after `Bearer`, if that is the only place where a credential is.
pub(super) async fn credential(access: Access, req: &mut ServiceRequest) -> Result<String> {
    let carrier = |why| Error::Refused(Refusal::Carrier(why));
    let elsewhere = req
        .headers()
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION)
        .any(|(_, value)| has_key(value.as_bytes()));
    let misplaced = elsewhere
        || has_key(req.query_string().as_bytes())
        || req.headers().contains_key("x-api-key");
    if misplaced {
        return Err(carrier(ELSEWHERE));
    }
    let mut given = req.headers().get_all(header::AUTHORIZATION);
    let first = given.next().cloned();
    if given.next().is_some() {
        return Err(carrier(TWICE));
    }
    drop(given);
    let is_data = matches!(access, Access::Inspecting(_));
    if !is_data && form_has_key(req).await? {
        return Err(carrier(ELSEWHERE));
    }
    let Some(first) = first else {
        return Err(Error::Refused(Refusal::CredentialMissing));
    };
    let text = first.to_str().map_err(|_| carrier(SCHEME))?;
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(carrier(SCHEME));
    }
    match rest {
        "" => Err(Error::Refused(Refusal::CredentialMissing)),
        key => Ok(key.to_owned()),
    }
}

/// Is there something that looks like a key, however it is encoded?
fn has_key(bytes: &[u8]) -> bool {
    text::has_key(&percent_decode(bytes).decode_utf8_lossy())
}

/// A form is read before the key is known, so only as much of it as any form may have.
async fn form_has_key(req: &mut ServiceRequest) -> Result<bool> {
    if req.content_type() != "application/x-www-form-urlencoded" {
        return Ok(false);
    }
    match read_body(req).await {
        Ok(body) => Ok(has_key(&body)),
        // Its size is judged after its key.
        Err(Error::TooLarge) => Ok(false),
        Err(other) => Err(other),
    }
}
