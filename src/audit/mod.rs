//! The audit log: who did what to what, from where, before and after.
//!
//! Entries are written in the transaction of what they tell of, so that neither exists without the
//! other, and are never changed. It is the lowest feature: everybody records, it knows nobody.

mod actions;
mod api;
mod changes;
mod directory;
mod event;
mod export;
mod filter;
mod history;
mod model;
mod pages;
mod places;
mod store;
mod upkeep;
mod verbs;
mod views;
mod words;

use actix_web::http::Method;

use crate::{
    permissions::Permission,
    web::{Access, Routes, api::Operation, problem},
};
pub use directory::{Directory, KnownMember, MembersWanted, Standing};
pub use history::{Change, History, change, changes_since, together};
pub use model::{Entry, Subject};
pub use places::Places;
pub use store::{
    Done, find_done, find_here, forget_some, prepare_months, record, record_all, record_here,
    record_refusal,
};
pub use upkeep::{Retention, keep};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/audit-log", Access::Member, pages::index);
    // Before the entries: of two addresses that fit, the first answers.
    r.post(
        "/w/{slug}/settings/audit-log/exports",
        Access::Member,
        pages::export,
    );
    r.get(
        "/w/{slug}/settings/audit-log/{id}",
        Access::Member,
        pages::entry,
    );
    r.api(
        Method::GET,
        "/v1/audit-events",
        Access::Key(&[Permission::AccessRead]),
        api::index,
        Operation {
            id: "listAuditEvents",
            tag: "Audit log",
            summary: "List what was done, newest first",
            description: "Every change, sign-in and refusal of the workspace, also in folders that are not shared with the \
                key: whoever gives a key of the workspace `ACCESS_READ` lets it read all of this. A personal key may while \
                its owner is an owner or admin. Filters hold together. With `format` the answer is a stream of everything \
                that matches; where it breaks off, the connection does too.",
            refusals: &[problem::FORBIDDEN],
        },
    );
}
