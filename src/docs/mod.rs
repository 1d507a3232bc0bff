//! The API as its users read it: a document for programs and the pages made of it.
//!
//! Both are made once, at the start, of what the route table says and of `docs/`; nothing about an operation is written here.

mod api;
pub mod calls;
mod document;
mod example;
mod fields;
mod guide;
mod guides;
mod headers;
mod markdown;
mod pages;
mod practices;
mod reference;
mod views;

use actix_web::{
    http::{Method, header::EntityTag},
    web::Bytes,
};

use crate::{
    config::PublicUrl,
    web::{Access, Route, Routes, api::Operation},
};
pub use document::Document;
pub use guides::{ALL as GUIDES, DOCUMENTS};

pub fn routes(r: &mut Routes) {
    r.get("/docs", Access::Reader, pages::index);
    r.get("/docs/errors", Access::Reader, pages::errors);
    for (path, _, _) in guides::ALL {
        r.get(path, Access::Reader, guides::show);
    }
    r.get("/docs/best-practices", Access::Reader, practices::practices);
    r.api(
        Method::GET,
        "/v1/openapi.json",
        Access::Open,
        api::openapi,
        Operation {
            id: "openapi",
            tag: "About the API",
            summary: "Get the description of this API",
            description: "All of this in OpenAPI 3.1, for programs: generate a client from it, or import it into a \
                tool that makes requests. It asks for no key.",
            refusals: &[],
        },
    );
}

/// What is the same for every reader of one server.
pub struct Docs {
    json: Bytes,
    tag: EntityTag,
    reference: views::Reference,
    guides: Vec<guides::Guide>,
}

impl Docs {
    /// # Errors
    /// A type of the API that JSON has no words for.
    pub fn new(table: &[Route], public_url: &PublicUrl) -> serde_json::Result<Self> {
        let document = Document::of(table, Some(public_url));
        let json = Bytes::from(serde_json::to_vec(&document)?);
        Ok(Self {
            tag: api::tag_of(&json),
            reference: reference::of(&document, public_url),
            guides: guides::read(public_url),
            json,
        })
    }
}
