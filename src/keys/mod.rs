//! API keys: made once, then only edited, switched off and on, revoked and restored. A secret key is shown once; a
//! publishable one, which is for browsers and opens little, any time.
//!
//! A key belongs to its workspace and keeps working when whoever made it leaves. What is checked is a
//! secret of it, of which only a keyed hash is kept.

mod actions;
mod api;
mod callers;
mod calls;
mod made;
mod model;
mod pages;
mod secret;
mod store;
mod upkeep;
mod usage;
mod views;

use actix_web::http::Method;

use crate::{
    permissions::Permission,
    policy::{ListKeys, permit},
    web::{Access, Routes, api::Operation},
    workspaces::KeysBeyond,
};
pub use actions::create;
pub use calls::{Calls, Outcome, SERVED};
pub use made::made_keys;
pub use model::{Expiry, Key, Kind, Lifetime, NewKey, Origins, State};
pub use secret::{PresentedKey, Secret, WrongKey};
pub use store::{
    Address, AtStake, Caller, Candidate, addresses, at_stake, callers, count_callers,
    find_candidate, forget_changes, forget_some, last_caller, peppers_in_use,
};
pub use upkeep::forget_callers;

/// What a maximum lifetime would not allow any more, for whoever sets one.
pub const BEYOND: KeysBeyond = KeysBeyond {
    find: |conn, actor, latest| store::beyond(conn, &permit(actor)?, latest),
    count: |conn, actor, latest| store::count_beyond(conn, &permit::<ListKeys>(actor)?, latest),
    shorten: actions::shorten,
};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/api-keys", Access::Member, pages::index);
    // Not to the list's own address: from the answer, a link to the list must be a way to another page.
    r.post(
        "/w/{slug}/settings/api-keys/new",
        Access::Member,
        pages::create,
    );
    r.get(
        "/w/{slug}/settings/api-keys/new",
        Access::Member,
        pages::new,
    );
    r.post(
        "/w/{slug}/settings/api-keys/selection",
        Access::Member,
        pages::select,
    );
    r.post(
        "/w/{slug}/settings/api-keys/activations",
        Access::Member,
        pages::activate_all,
    );
    r.post(
        "/w/{slug}/settings/api-keys/deactivations",
        Access::Member,
        pages::deactivate_all,
    );
    r.post(
        "/w/{slug}/settings/api-keys/revocations",
        Access::Member,
        pages::revoke_all,
    );
    r.post(
        "/w/{slug}/settings/api-keys/restorations",
        Access::Member,
        pages::restore_all,
    );
    r.post(
        "/w/{slug}/settings/api-keys/edits",
        Access::Member,
        pages::edit_all,
    );
    r.post(
        "/w/{slug}/settings/api-keys/changes/{change}/reversal",
        Access::Member,
        pages::undo_all,
    );
    r.get(
        "/w/{slug}/settings/api-keys/{id}",
        Access::Member,
        pages::show,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/deactivation",
        Access::Member,
        pages::deactivate,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/activation",
        Access::Member,
        pages::activate,
    );
    r.get(
        "/w/{slug}/settings/api-keys/{id}/edit",
        Access::Member,
        pages::ask_edit,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/edit",
        Access::Member,
        pages::edit,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/edits/{entry}/reversal",
        Access::Member,
        pages::undo_edit,
    );
    r.get(
        "/w/{slug}/settings/api-keys/{id}/revocation",
        Access::Member,
        pages::ask_revoke,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/revocation",
        Access::Member,
        pages::revoke,
    );
    r.get(
        "/w/{slug}/settings/api-keys/{id}/incident",
        Access::Member,
        pages::show_incident,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/incident/places",
        Access::Member,
        pages::save_places,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/incident/steps",
        Access::Member,
        pages::mark_step,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/incident/notes",
        Access::Member,
        pages::save_notes,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/incident/closing",
        Access::Member,
        pages::close_incident,
    );
    r.get(
        "/w/{slug}/settings/api-keys/{id}/restoration",
        Access::Member,
        pages::ask_restore,
    );
    r.post(
        "/w/{slug}/settings/api-keys/{id}/restoration",
        Access::Member,
        pages::restore,
    );
    r.api(
        Method::GET,
        "/v1/whoami",
        Access::AnyKey,
        api::whoami,
        Operation {
            id: "whoami",
            tag: "This key",
            summary: "Look at the key that asks",
            description: "Which key this is, of which workspace, and what it may do at this moment. Good for a first call, \
                and for finding out whether a key still works.",
            refusals: &[],
        },
    );
    r.api(
        Method::DELETE,
        "/v1/whoami",
        Access::Key(&[]),
        api::revoke_self,
        Operation {
            id: "revokeSelf",
            tag: "This key",
            summary: "Revoke the key that asks",
            description: "Ends the key at once: the very next call with it gets `key_revoked`. For 7 days an admin can \
                restore it under Settings → API.",
            refusals: &[],
        },
    );
    r.api(
        Method::GET,
        "/v1/usage",
        Access::Key(&[Permission::AccessRead]),
        usage::index,
        Operation {
            id: "getUsage",
            tag: "Usage",
            summary: "See how often keys were called",
            description: "Calls and errors by key and day, in the order of the keys' ids and then of the days; a day \
                without a call is left out. Calls are counted within a second. With `format` the answer is a stream of \
                everything that matches; where it breaks off, the connection does too.",
            refusals: &[],
        },
    );
}
