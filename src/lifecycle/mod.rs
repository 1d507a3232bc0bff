//! How workspaces begin and end: somebody makes another, an owner deletes one, and for 7 days takes it back.
//!
//! A deleted workspace lies in the trash: it has no page, and its keys refuse every call. Then upkeep deletes it for good.

mod pages;
mod upkeep;
mod views;

use crate::web::{Access, Routes};
pub use upkeep::purge;

pub fn routes(r: &mut Routes) {
    r.get("/workspaces", Access::Person, pages::index);
    r.get("/workspaces/new", Access::Person, pages::new);
    r.post("/workspaces/new", Access::Person, pages::create);
    r.get(
        "/w/{slug}/settings/deletion",
        Access::Member,
        pages::ask_delete,
    );
    r.post("/w/{slug}/settings/deletion", Access::Member, pages::delete);
    r.post(
        "/w/{slug}/restoration",
        Access::MemberOfTrashed,
        pages::restore,
    );
}
