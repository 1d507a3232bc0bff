//! `Idempotency-Key`: a request that makes a value of a key can be sent again.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use schemars::json_schema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, field},
    keys::model::{NamedRequest, RequestName},
    web::{
        Fault,
        api::{Draft, Takes},
    },
};

const HEADER: &str = "Idempotency-Key";

const TOLD: &str = "A name that the caller gives this request, 1 to 255 visible characters, such as a UUID. Sent again \
    within 24 hours with the same name and body, while the value that it made was never used, it answers for the same key \
    with another value, and the one before stops: where the first answer was lost, nothing else was. Once the value was \
    used, and while the first request runs, it is 409; with another body 422.";

/// The name of a request, if it has one.
pub struct Idempotency(Option<RequestName>);

impl FromRequest for Idempotency {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut given = req.headers().get_all(HEADER);
        let wrong = || field(HEADER, "Send one name of 1 to 255 visible characters");
        let name = match (given.next(), given.next()) {
            (None, _) => Ok(None),
            (Some(name), None) => {
                let name = name.to_str().ok().and_then(RequestName::parse);
                name.map(Some).ok_or_else(wrong)
            }
            (Some(_), Some(_)) => Err(wrong()),
        };
        ready(name.map(Self).map_err(Fault::from))
    }
}

impl Takes for Idempotency {
    fn tell(draft: &mut Draft<'_>) {
        let schema = json_schema!({
            "type": "string",
            "pattern": "^[!-~]{1,255}$",
            "examples": ["5f0c7a52-9d0e-4a7b-8a0e-3c1a7d2b9f11"],
        });
        draft.request_header(HEADER, TOLD, schema);
    }
}

impl Idempotency {
    /// Together with what is asked for: `operation` with the id that it is about, and the body.
    pub fn of(self, operation: &str, body: &impl Serialize) -> Result<Option<NamedRequest>, Error> {
        let Some(name) = self.0 else {
            return Ok(None);
        };
        let body = serde_json::to_string(body).map_err(|e| Error::Internal(e.into()))?;
        let digest = Sha256::digest(format!("{operation}\n{body}")).into();
        Ok(Some(NamedRequest { name, digest }))
    }
}
