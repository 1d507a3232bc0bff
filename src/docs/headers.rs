//! The headers that answers have of themselves.

use std::collections::BTreeMap;

use schemars::json_schema;

use crate::web::api::openapi::Header;

/// By the name under which an answer refers to them; what is called alike may be there always, or only now and then.
pub fn all() -> BTreeMap<&'static str, Header> {
    let header = |name, required, description, schema| {
        let header = Header {
            description,
            required,
            schema,
        };
        (name, header)
    };
    let text = || json_schema!({ "type": "string" });
    let text_like = |example: &str| json_schema!({ "type": "string", "examples": [example] });
    [
        header(
            "RequestId",
            true,
            "Names this call in the log of the server.",
            json_schema!({ "type": "string", "format": "uuid" }),
        ),
        header(
            "KeyExpiresAt",
            false,
            "When the key ends, if it does; RFC 3339, in UTC.",
            json_schema!({ "type": "string", "format": "date-time" }),
        ),
        header(
            "RateLimitPolicy",
            false,
            "How many calls `q` the key has in `w` seconds, where the call got as far as this limit \
             (draft-ietf-httpapi-ratelimit-headers-11).",
            text_like(r#""default";q=500;w=60"#),
        ),
        header(
            "RateLimit",
            false,
            "How many calls `r` are left for the next `t` seconds.",
            text_like(r#""default";r=499;t=42"#),
        ),
        header(
            "AllowOrigin",
            false,
            "The site that asks, where a publishable key may be used there.",
            text(),
        ),
        header(
            "ExposeHeaders",
            false,
            "Which headers that site can read.",
            text(),
        ),
        header("Challenge", true, "The challenge (RFC 6750).", text()),
        header(
            "ChallengeIfAny",
            false,
            "The challenge (RFC 6750), where the credential is what is wrong.",
            text(),
        ),
        header(
            "RetryAfter",
            true,
            "After how many seconds to try again.",
            json_schema!({ "type": "integer", "minimum": 1 }),
        ),
        header(
            "RetryAfterIfAny",
            false,
            "After how many seconds to try again, where that helps.",
            json_schema!({ "type": "integer", "minimum": 1 }),
        ),
        header(
            "KeyroomError",
            true,
            "The code of the refusal, for proxies that read no body.",
            text_like("key_deactivated"),
        ),
        header(
            "X-Keyroom-Key-Id",
            true,
            "The id of the key.",
            text_like("7Kq2mXw0B1aZ"),
        ),
        header(
            "X-Keyroom-Key-Label",
            true,
            "The label of the key, percent-encoded in UTF-8.",
            text_like("production%20server"),
        ),
        header(
            "X-Keyroom-Key-Owner",
            true,
            "To whom the key belongs: `workspace:` or `member:`, and their id.",
            text_like("workspace:019a9fd4-5c3e-7b21-9c4e-2f6d1b7a8e03"),
        ),
        header("Allow", true, "The methods that there are.", text()),
        header(
            "Content-Range",
            true,
            "Which bytes these are, and of how many (RFC 9110).",
            text_like("bytes 0-1023/48213"),
        ),
        header("ETag", true, "For `If-None-Match`.", text()),
    ]
    .into()
}
