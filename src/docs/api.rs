use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{self, ETag, EntityTag, Header, IfNoneMatch},
    web::Data,
};
use data_encoding::HEXLOWER;
use schemars::json_schema;
use sha2::{Digest, Sha256};

use super::Docs;
use crate::web::api::{Answers, Draft};

/// The document, or that it has not changed.
pub struct Answered(HttpResponse);

pub async fn openapi(request: HttpRequest, docs: Data<Docs>) -> Answered {
    let known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&docs.tag)),
        _ => false,
    };
    let mut answer = match known {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    answer
        .insert_header(ETag(docs.tag.clone()))
        // Kept, and asked for again: it changes with the version.
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    Answered(match known {
        true => answer.finish(),
        false => answer
            .content_type("application/json")
            .body(docs.json.clone()),
    })
}

/// Weak: the same document is sent compressed and as it is.
pub fn tag_of(json: &[u8]) -> EntityTag {
    let hash = HEXLOWER.encode(&Sha256::digest(json));
    EntityTag::new_weak(hash[..16].to_owned())
}

impl Responder for Answered {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Answers for Answered {
    fn tell(draft: &mut Draft<'_>) {
        let any = json_schema!({
            "type": "object",
            "properties": {
                "openapi": {
                    "type": "string",
                    "description": "The version of OpenAPI in which this is written.",
                    "examples": ["3.1.0"],
                },
                "paths": { "type": "object", "description": "The operations, by path and method." },
            },
            "required": ["openapi", "paths"],
            "additionalProperties": true,
        });
        draft.content(200, "application/json", any, "The description.");
        draft.empty(304, "It is still what `If-None-Match` names.");
        for status in [200, 304] {
            draft.header(status, "ETag");
        }
    }
}
