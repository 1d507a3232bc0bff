//! API keys: made once, then only edited, switched off and on, rotated, revoked and restored. A secret key is shown once; a
//! publishable one, which is for browsers and opens little, any time. Where a workspace allows it a secret key can be made
//! recoverable: its secret is kept encrypted too, and shown again to whoever confirms who they are.
//!
//! A key belongs to its workspace and keeps working when whoever made it leaves; or it is personal, belongs to a member,
//! and never does more than that member may at this moment. What is checked is a secret of it, of which only a keyed
//! hash is kept; while it rotates it has two.

mod actions;
mod api;
mod authorize;
mod callers;
mod calls;
mod introspect;
mod leaked;
mod letter;
mod made;
mod model;
mod pages;
mod retired;
mod runs;
mod seal;
mod secret;
mod store;
mod upkeep;
mod usage;
mod views;

use actix_web::http::Method;

use crate::{
    permissions::Permission,
    policy::{ChangeWorkspace, ListKeys, permit},
    web::{Access, Routes, api::Operation, problem},
    workspaces::TheKeys,
};
pub use actions::{
    Rotated, Undone, activate, as_now, create, finish_rotation, hold_caller, rotate, undo_rotation,
};
pub use api::{FolderOfKey, KeyMaker, Object, Owner};
pub use authorize::asked_for;
pub use calls::{Calls, Outcome, SERVED};
pub use made::made_keys;
pub use model::{
    AllowedIps, Expiry, Grace, Key, KeyLimits, Kind, Lifetime, NewKey, Origins, Rotation, State,
};
pub use runs::{carry_on, carry_on_once};
pub use seal::{KeySeal, SecretRow};
pub use secret::{PresentedKey, Secret, WrongKey};
pub use store::{
    Address, AtStake, Caller, Candidate, KeyAccess, Maker, addresses, at_stake, callers,
    count_callers, find_candidate, find_labelled, find_older, forget_changes, forget_digests,
    forget_replays, forget_runs, forget_some, keys_after, last_caller, named, note_use,
    peppers_in_use, to_share,
};
pub use upkeep::{forget_callers, forget_ended, warn};

/// For whoever changes the settings that are about them.
pub const FOR_SETTINGS: TheKeys = TheKeys {
    hold: |conn, actor, now| hold_caller(conn, &permit::<ChangeWorkspace>(actor)?, now),
    find: |conn, actor, latest| store::beyond(conn, &permit(actor)?, latest),
    count: |conn, actor, latest| store::count_beyond(conn, &permit::<ListKeys>(actor)?, latest),
    unused: |conn, actor, (before, now)| store::count_unused(conn, &permit(actor)?, before, now),
    shorten: actions::shorten,
    recoverable: |conn, actor| store::count_recoverable(conn, &permit::<ListKeys>(actor)?),
};

/// A page about the keys of the workspace: Settings → API.
macro_rules! in_settings {
    ($r:ident: $method:ident $rest:literal, $handler:expr) => {
        $r.$method(
            concat!("/w/{slug}/settings/api-keys", $rest),
            Access::Member,
            $handler,
        );
    };
}

/// The same page also in a member's account, where it reaches their own keys and nothing else.
macro_rules! in_both_places {
    ($r:ident: $method:ident $rest:literal, $handler:expr) => {
        in_settings!($r: $method $rest, $handler);
        $r.$method(
            concat!("/w/{slug}/account/api-keys", $rest),
            Access::Own,
            $handler,
        );
    };
}

pub fn routes(r: &mut Routes) {
    in_both_places!(r: get "", pages::index);
    // Not to the list's own address: from the answer, a link to the list must be a way to another page.
    in_both_places!(r: post "/new", pages::create);
    in_both_places!(r: get "/new", pages::new);
    in_settings!(r: post "/selection", pages::select);
    in_settings!(r: post "/activations", pages::activate_all);
    in_settings!(r: post "/deactivations", pages::deactivate_all);
    in_settings!(r: post "/revocations", pages::revoke_all);
    in_settings!(r: post "/restorations", pages::restore_all);
    in_settings!(r: post "/edits", pages::edit_all);
    in_settings!(r: post "/changes/{change}/reversal", pages::undo_all);
    in_settings!(r: get "/runs/{run}", pages::show_run);
    in_settings!(r: post "/runs/{run}/stop", pages::stop_run);
    in_settings!(r: post "/runs/{run}/reversal", pages::undo_run);
    in_both_places!(r: get "/{id}", pages::show);
    in_both_places!(r: post "/{id}/deactivation", pages::deactivate);
    in_both_places!(r: post "/{id}/activation", pages::activate);
    in_both_places!(r: get "/{id}/callers", pages::list_callers);
    in_both_places!(r: get "/{id}/edit", pages::ask_edit);
    in_both_places!(r: post "/{id}/edit", pages::edit);
    in_both_places!(r: post "/{id}/edits/{entry}/reversal", pages::undo_edit);
    in_both_places!(r: get "/{id}/rotation", pages::ask_rotate);
    in_both_places!(r: post "/{id}/rotation", pages::rotate);
    in_both_places!(r: get "/{id}/rotation/completion", pages::ask_finish);
    in_both_places!(r: post "/{id}/rotation/completion", pages::finish);
    in_both_places!(r: get "/{id}/rotation/reversal", pages::ask_undo);
    in_both_places!(r: post "/{id}/rotation/reversal", pages::undo_rotation);
    in_both_places!(r: get "/{id}/revocation", pages::ask_revoke);
    in_both_places!(r: post "/{id}/revocation", pages::revoke);
    in_settings!(r: get "/{id}/incident", pages::show_incident);
    in_settings!(r: post "/{id}/incident/places", pages::save_places);
    in_settings!(r: post "/{id}/incident/steps", pages::mark_step);
    in_settings!(r: post "/{id}/incident/notes", pages::save_notes);
    in_settings!(r: post "/{id}/incident/closing", pages::close_incident);
    in_settings!(r: get "/{id}/incident/removal", pages::ask_withdraw);
    in_settings!(r: post "/{id}/incident/removals", pages::withdraw);
    in_settings!(r: post "/{id}/incident/removals/{entry}/reversal", pages::give_back);
    in_both_places!(r: get "/{id}/restoration", pages::ask_restore);
    in_both_places!(r: post "/{id}/restoration", pages::restore);
    in_settings!(r: get "/{id}/takeover", pages::ask_take_over);
    in_settings!(r: post "/{id}/takeover", pages::take_over);
    in_both_places!(r: get "/{id}/reveal", pages::ask_reveal);
    in_both_places!(r: post "/{id}/reveal", pages::reveal);
    api::routes(r);
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
                everything that matches; where it breaks off, the connection does too. It answers keys of the workspace, and \
                personal keys of owners and admins.",
            refusals: &[problem::FORBIDDEN],
        },
    );
    authorize::routes(r);
    introspect::routes(r);
    leaked::routes(r);
}
