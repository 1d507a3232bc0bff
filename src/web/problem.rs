//! Every error the API can answer with: the one table that answers, pages and documentation read.

use actix_web::http::StatusCode;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::{Error, FieldError, Refusal},
    permissions::Permissions,
};

/// One code of the API.
#[derive(Debug)]
pub struct Problem {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    /// To the caller, in every answer with this code.
    pub detail: &'static str,
    /// To whoever looks the code up: how it comes about.
    pub cause: &'static str,
    /// The same: what to do about it.
    pub remedy: &'static str,
    /// Which operations meet it: those that have one of these. Others say so in their row.
    pub of: &'static [Meets],
}

/// What an operation has that may be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meets {
    /// Whatever it has.
    Always,
    /// It asks for a key.
    Key,
    /// It asks for a secret key.
    SecretKey,
    /// It asks for a permission of the key.
    Permission,
    /// Its path names a thing.
    Path,
    Query,
    Body,
    /// It would take one if it took anything.
    NoBody,
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

macro_rules! problems {
    ($($name:ident $status:literal $code:literal [$($of:ident)*] $title:literal $detail:literal $cause:literal $remedy:literal;)*) => {
        $(pub const $name: &Problem = &Problem {
            code: $code, status: $status, title: $title, detail: $detail, cause: $cause, remedy: $remedy,
            of: &[$(Meets::$of),*],
        };)*
        /// In the order in which a call meets them.
        pub const ALL: &[&Problem] = &[$($name),*];
    };
}

problems! {
    NOT_FOUND 404 "not_found" [Path] "Not found" "There is nothing here, or this key may not know of it."
        "The address is not one of the API, or it names something that does not exist, is of another workspace, or is not for this key."
        "Check the address and the id. What belongs to another workspace answers the same.";
    METHOD 405 "method_not_allowed" [] "Method not allowed" "This address does not answer to this method."
        "The address exists, but not for this method: a POST was sent as a GET, or the id is missing."
        "Use one of the methods in the Allow header.";
    CARRIER 400 "invalid_request" [Key Query Body] "Invalid request" "The request cannot be read."
        "There is more than one credential, one stands where none belongs (in the address, a cookie, a form), or the body is no valid JSON."
        "Send the key as Authorization: Bearer <key> and nowhere else, once, and valid JSON where a body is asked for.";
    MISSING 401 "credential_missing" [Key] "Key missing" "This call needs an API key."
        "The header Authorization is missing or empty; often a proxy or a redirect to another host has dropped it."
        "Send the header Authorization: Bearer <key>.";
    INVALID 401 "key_invalid" [Key] "Key invalid" "This is not a key of this server."
        "The key was cut off or changed when it was copied, is of another server, or was never one. All of these look the same on purpose."
        "Check that the key was copied whole. A lost key cannot be looked up: rotate it to get a new value.";
    ROTATED_OUT 401 "key_rotated_out" [Key] "Key rotated" "This value of the key was replaced, and its time is over."
        "The key was rotated, and the time that the old value had beside the new one is over. This program still has the old one."
        "Use the new value. Whoever rotated the key has it; an admin can rotate it again under Settings → API.";
    REVOKED 401 "key_revoked" [Key] "Key revoked" "This key was revoked."
        "Somebody revoked the key, or it was reported as leaked."
        "Generate another key. An admin can restore a revoked key for 7 days, unless it was revoked as compromised.";
    SUSPENDED 401 "key_suspended" [Key] "Key suspended" "This key is suspended: its owner is suspended or removed, or its workspace was deleted."
        "A personal key stops with its owner, and every key stops with its workspace."
        "An admin can bring the owner back or take the key over. An owner can restore a deleted workspace for 7 days.";
    EXPIRED 401 "key_expired" [Key] "Key expired" "This key has passed its expiry date."
        "The key was made to end on a date, and that has passed."
        "An admin can rotate it under Settings → API and choose a new date.";
    DEACTIVATED 401 "key_deactivated" [Key] "Key deactivated" "This key is deactivated."
        "Somebody has switched the key off, or it was not used for longer than the workspace allows."
        "An admin can activate it under Settings → API.";
    IP 403 "ip_not_allowed" [Key] "Address not allowed" "This key may not be used from this address."
        "The key has a list of addresses, and this call came from another: from a new server, a VPN, or through a proxy that does not pass the client's address on."
        "The answer names the address that was seen. An admin can allow it under Settings → API, on the key's page.";
    BROWSER 403 "browser_origin_blocked" [Key] "Call from a browser" "Secret keys are not for browsers, where everybody can read them."
        "The call has an Origin header, or says in Sec-Fetch-Site that a page made it: a secret key is part of a page or of an app that is one."
        "Call the API from your server. If this key was ever part of a page, revoke it.";
    ORIGIN 403 "origin_not_allowed" [Key] "Origin not allowed" "This publishable key may not be used from here."
        "The page is of a site that is not on the key's list, or the call came from no page at all and the list is not *."
        "Call from one of the sites on the key's list of allowed origins; an admin can change that list under Settings → API.";
    SECRET 403 "secret_key_required" [SecretKey] "Secret key required" "Publishable keys may not do this."
        "A publishable key was used for something that is not for browsers. Such keys only read, and only some things."
        "Call from your server, with a secret key.";
    PERMISSION 403 "permission_missing" [Permission] "Permission missing" "This key lacks a permission that the call needs."
        "The key was made without the permission. Of a personal key it may also be that its owner has lost it: such a key never does more than its owner."
        "The answer names what is missing. An admin can add it under Settings → API.";
    ROLE 403 "role_too_low" [] "Role too low" "This key is a User of the folder, and the call needs an Editor."
        "The folder is shared with the key for search and reading alone. Of a personal key it is the role of its owner that counts."
        "An owner or admin of the workspace can make the key an Editor in the folder's Share dialog. Of a personal key, any Editor of the folder can make its owner one.";
    FORBIDDEN 403 "forbidden" [] "Not allowed" "This key may not do that."
        "The permission is there, but something else forbids it: whose key it is, what its owner may by now, or that it is of another workspace than the one that is asked for."
        "Use a key that may.";
    CONFLICT 409 "conflict" [] "Conflict" "The present state does not allow this."
        "It fits what was, but not what is: somebody else has changed it meanwhile, or its state does not allow this, such as the rotation of a revoked key."
        "Read the state again and decide anew.";
    TOO_SLOW 408 "request_timeout" [Key Body] "Request too slow" "The request did not arrive in time."
        "The connection is slow or was interrupted, or the body is shorter than its Content-Length says."
        "Send it again over a better connection.";
    TOO_LARGE 413 "payload_too_large" [Body NoBody] "Too large" "The request is larger than this address takes."
        "The body is larger than anything this operation has a use for."
        "Send less at once.";
    PRECONDITION 412 "precondition_failed" [] "Precondition failed" "It is no longer as this call expects it."
        "The header If-Match names other contents than the file has by now: somebody else has replaced them meanwhile. Or If-None-Match names those that it has."
        "Get the file again, and decide anew.";
    RANGE 416 "range_not_satisfiable" [] "Range not satisfiable" "There are no such bytes."
        "The header Range begins after the last byte of the file."
        "Ask for bytes that there are: the header Content-Range of the answer says how many.";
    MEDIA_TYPE 415 "unsupported_media_type" [Body] "Unsupported media type" "The body must be of the media type that this operation takes, in UTF-8 and not compressed."
        "The header Content-Type is missing or names another format, or the body is compressed."
        "Send the header Content-Type: application/json, and JSON as it is. An upload is multipart/form-data, the contents of a file are sent with their own type, and what takes a form says so: application/x-www-form-urlencoded.";
    FIELDS 422 "invalid_fields" [Query Body NoBody] "Invalid fields" "Some fields are wrong; errors names each."
        "A field or a parameter is missing, is not known, or has a value that it cannot have."
        "Correct the fields named in errors.";
    LIMITED 429 "rate_limited" [Key] "Too many requests" "Too many requests."
        "The key has made more calls in this minute than it may, was refused too often, or has asked about too many tokens that are no keys; or this address has sent or reported too many keys that are none."
        "Wait as many seconds as Retry-After says.";
    INTERNAL 500 "internal_error" [Always] "Internal error" "Something failed on our side."
        "An error in Keyroom, or in what it stands on. Nothing was changed."
        "Try again; if it fails again, give the request_id to whoever runs this server.";
    BUSY 503 "unavailable" [Key] "Unavailable" "The server cannot answer now; nothing is known about this key."
        "The database or the store of contents cannot be reached, or all connections are taken. It says nothing about the key."
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
            Refusal::KeySuspended => SUSPENDED,
            Refusal::KeyExpired => EXPIRED,
            Refusal::KeyRotatedOut => ROTATED_OUT,
            Refusal::IpNotAllowed(_) => IP,
            Refusal::BrowserOrigin => BROWSER,
            Refusal::OriginNotAllowed => ORIGIN,
            Refusal::SecretKeyRequired => SECRET,
            Refusal::PermissionMissing(_) => PERMISSION,
            Refusal::RoleTooLow => ROLE,
        },
        Error::Unauthenticated => MISSING,
        Error::Forbidden(_) | Error::Suspended(_) | Error::Unconfirmed => FORBIDDEN,
        Error::NotFound => NOT_FOUND,
        Error::Conflict(_) => CONFLICT,
        Error::Invalid(_) => FIELDS,
        Error::Unreadable(_) => CARRIER,
        Error::TooLarge | Error::Oversize(_) => TOO_LARGE,
        Error::Precondition => PRECONDITION,
        Error::Range(_) => RANGE,
        Error::MediaType => MEDIA_TYPE,
        Error::TooSlow => TOO_SLOW,
        Error::MethodNotAllowed(_) => METHOD,
        Error::Limited { .. } => LIMITED,
        Error::Busy(_) | Error::Away(_) => BUSY,
        Error::Internal(_) => INTERNAL,
    }
}

/// What the answer says of this one error beyond its code.
pub fn detail(error: &Error) -> String {
    match error {
        Error::Refused(Refusal::Carrier(why)) | Error::Unreadable(why) | Error::Conflict(why) => {
            (*why).to_owned()
        }
        Error::Forbidden(why) | Error::Oversize(why) => why.clone(),
        Error::Refused(Refusal::IpNotAllowed(Some(ip))) => {
            format!("This key may not be used from {ip}.")
        }
        Error::Refused(Refusal::PermissionMissing(missing)) => format!(
            "This key lacks {}. An admin can add it under Settings → API.",
            codes(missing, ", ")
        ),
        Error::Away(_) => "Files cannot be stored or read at the moment.".to_owned(),
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

/// What every refusal and every failure answers (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemDocument {
    /// Where this server explains the code.
    #[schemars(example = &"/docs/errors#permission_missing")]
    r#type: String,
    /// The code in words.
    #[schemars(example = &"Permission missing")]
    title: &'static str,
    /// The status of the answer.
    #[schemars(example = 403)]
    status: u16,
    /// For people: what is wrong with this call.
    #[schemars(example = &"This key lacks FILE_UPLOAD.")]
    detail: String,
    code: Code,
    /// The same as in `X-Request-Id`.
    #[schemars(extend("format" = "uuid"))]
    request_id: String,
    /// With `invalid_fields`: what is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// With `permission_missing`: every permission that the call needs and the key lacks.
    #[serde(skip_serializing_if = "Permissions::is_empty")]
    missing: Permissions,
}

impl ProblemDocument {
    /// `status`: that of the answer.
    pub fn new(error: &Error, status: u16, request_id: String) -> Self {
        let problem = of(error);
        Self {
            r#type: format!("/docs/errors#{}", problem.code),
            title: problem.title,
            status,
            detail: detail(error),
            code: Code(problem.code),
            request_id,
            errors: match error {
                Error::Invalid(errors) => errors.clone(),
                _ => Vec::new(),
            },
            missing: match error {
                Error::Refused(Refusal::PermissionMissing(missing)) => missing.clone(),
                _ => Permissions::default(),
            },
        }
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Code(&'static str);

impl JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProblemCode".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = ALL.iter().map(|problem| problem.code).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": codes,
            "description": "For programs: what to decide by.",
        })
    }
}
