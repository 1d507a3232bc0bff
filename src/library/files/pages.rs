//! The screens of files: one function per route, one file per verb.

mod deletion;
mod destruction;
mod details;
mod download;
mod moving;
mod rename;
mod restoration;
mod said;

use serde::Deserialize;

use crate::{
    ids::FileId,
    web::{Access, Routes},
};

/// The variable parts of a file's address.
#[derive(Deserialize)]
struct OfFile {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    file: FileId,
}

pub fn routes(r: &mut Routes) {
    let of = Access::Member;
    r.get("/w/{slug}/files/{file}", of, details::show);
    r.post("/w/{slug}/files/{file}", of, details::change);
    r.get("/w/{slug}/files/{file}/content", of, download::download);
    r.get("/w/{slug}/files/{file}/name", of, rename::ask);
    r.post("/w/{slug}/files/{file}/name", of, rename::rename);
    r.get("/w/{slug}/files/{file}/move", of, moving::ask);
    r.post("/w/{slug}/files/{file}/move", of, moving::move_to);
    r.post("/w/{slug}/files/{file}/move/{place}", of, moving::move_back);
    r.get("/w/{slug}/files/{file}/deletion", of, deletion::ask);
    r.post("/w/{slug}/files/{file}/deletion", of, deletion::delete);
    r.get("/w/{slug}/files/{file}/restoration", of, restoration::ask);
    r.post(
        "/w/{slug}/files/{file}/restoration",
        of,
        restoration::restore,
    );
    r.get("/w/{slug}/files/{file}/destruction", of, destruction::ask);
    r.post(
        "/w/{slug}/files/{file}/destruction",
        of,
        destruction::destroy,
    );
}
