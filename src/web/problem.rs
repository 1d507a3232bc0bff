//! Every error the API can answer with: the one table that answers, pages and documentation read.

use actix_web::http::StatusCode;

use crate::{
    error::{Error, Refusal},
    permissions::Permissions,
};

/// One code of the API.
pub struct Problem {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    /// To the caller, in every answer with this code.
    pub detail: &'static str,
    /// To whoever looks the code up: what to do about it.
    pub remedy: &'static str,
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

macro_rules! problems {
    ($($name:ident $status:literal $code:literal $title:literal $detail:literal $remedy:literal;)*) => {
        $(const $name: &Problem = &Problem {
            code: $code, status: $status, title: $title, detail: $detail, remedy: $remedy,
        };)*
        /// In the order in which a call meets them.
        pub const ALL: &[&Problem] = &[$($name),*];
    };
}

problems! {
    NOT_FOUND 404 "not_found" "Not found" "There is nothing here, or this key may not know of it."
        "Check the address and the id. What belongs to another workspace answers the same.";
    METHOD 405 "method_not_allowed" "Method not allowed" "This address does not answer to this method."
        "Use one of the methods in the Allow header.";
    CARRIER 400 "invalid_request" "Invalid request" "The request cannot be read."
        "Send the key as Authorization: Bearer <key> and nowhere else, once, and valid JSON where a body is asked for.";
    MISSING 401 "credential_missing" "Key missing" "This call needs an API key."
        "Send the header Authorization: Bearer <key>.";
    INVALID 401 "key_invalid" "Key invalid" "This is not a key of this server."
        "Check that the key was copied whole. A lost key cannot be looked up: revoke it and generate another.";
    REVOKED 401 "key_revoked" "Key revoked" "This key was revoked."
        "Generate another key. An admin can restore a revoked key for 7 days, unless it was revoked as compromised.";
    EXPIRED 401 "key_expired" "Key expired" "This key has passed its expiry date."
        "Generate another key, and replace it before its date.";
    DEACTIVATED 401 "key_deactivated" "Key deactivated" "This key is deactivated."
        "An admin can activate it under Settings → API.";
    BROWSER 403 "browser_origin_blocked" "Call from a browser" "Secret keys are not for browsers, where everybody can read them."
        "Call the API from your server. If this key was ever part of a page, revoke it.";
    PERMISSION 403 "permission_missing" "Permission missing" "This key lacks a permission that the call needs."
        "The answer names what is missing. An admin can add it under Settings → API.";
    FORBIDDEN 403 "forbidden" "Not allowed" "This key may not do that."
        "Use a key that may.";
    CONFLICT 409 "conflict" "Conflict" "The present state does not allow this."
        "Read the state again and decide anew.";
    TOO_SLOW 408 "request_timeout" "Request too slow" "The request did not arrive in time."
        "Send it again over a better connection.";
    TOO_LARGE 413 "payload_too_large" "Too large" "The request is larger than this address takes."
        "Send less at once.";
    FIELDS 422 "invalid_fields" "Invalid fields" "Some fields are wrong; errors names each."
        "Correct the fields named in errors.";
    LIMITED 429 "rate_limited" "Too many requests" "Too many requests."
        "Wait as many seconds as Retry-After says.";
    INTERNAL 500 "internal_error" "Internal error" "Something failed on our side."
        "Try again; if it fails again, give the request_id to whoever runs this server.";
    BUSY 503 "unavailable" "Unavailable" "The server cannot answer now; nothing is known about this key."
        "Try again after as many seconds as Retry-After says.";
}

/// The code under which an error is told.
pub fn of(error: &Error) -> &'static Problem {
    match error {
        Error::Refused(refusal) => match refusal {
            Refusal::Carrier(_) => CARRIER,
            Refusal::CredentialMissing => MISSING,
            Refusal::KeyInvalid => INVALID,
            Refusal::KeyDeactivated => DEACTIVATED,
            Refusal::KeyRevoked => REVOKED,
            Refusal::KeyExpired => EXPIRED,
            Refusal::BrowserOrigin => BROWSER,
            Refusal::PermissionMissing(_) => PERMISSION,
        },
        Error::Unauthenticated => MISSING,
        Error::Forbidden(_) | Error::Suspended(_) => FORBIDDEN,
        Error::NotFound => NOT_FOUND,
        Error::Conflict(_) => CONFLICT,
        Error::Invalid(_) => FIELDS,
        Error::Unreadable(_) => CARRIER,
        Error::TooLarge => TOO_LARGE,
        Error::TooSlow => TOO_SLOW,
        Error::MethodNotAllowed(_) => METHOD,
        Error::Limited { .. } => LIMITED,
        Error::Busy(_) => BUSY,
        Error::Internal(_) => INTERNAL,
    }
}

/// What the answer says of this one error beyond its code.
pub fn detail(error: &Error) -> String {
    match error {
        Error::Refused(Refusal::Carrier(why)) | Error::Unreadable(why) | Error::Conflict(why) => {
            (*why).to_owned()
        }
        Error::Forbidden(why) => why.clone(),
        Error::Refused(Refusal::PermissionMissing(missing)) => format!(
            "This key lacks {}. An admin can add it under Settings → API.",
            codes(missing, ", ")
        ),
        other => of(other).detail.to_owned(),
    }
}

fn codes(permissions: &Permissions, between: &str) -> String {
    let codes: Vec<&str> = permissions.iter().map(|p| p.describe().code).collect();
    codes.join(between)
}

/// The challenge of a 401, of the 400 about a credential and of the 403 about a permission (RFC 6750, section 3).
pub fn challenge(error: &Error) -> Option<String> {
    const REALM: &str = r#"Bearer realm="keyroom""#;
    match error {
        Error::Refused(Refusal::CredentialMissing) | Error::Unauthenticated => {
            Some(REALM.to_owned())
        }
        Error::Refused(Refusal::Carrier(_)) => Some(format!(r#"{REALM}, error="invalid_request""#)),
        Error::Refused(Refusal::PermissionMissing(missing)) => Some(format!(
            r#"{REALM}, error="insufficient_scope", scope="{}""#,
            codes(missing, " ")
        )),
        _ if of(error).status == 401 => Some(format!(r#"{REALM}, error="invalid_token""#)),
        _ => None,
    }
}
