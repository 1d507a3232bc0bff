//! The library: a tree of folders, and who has which role in them.
//!
//! A role in a folder is one in all that is in it: a folder within can add, never take away. It is computed from what was
//! given (`shares`) and from whose the folders are, when somebody asks, and kept nowhere. Whoever has no role in a folder
//! may not know that it is there; owners and admins of the workspace see all of them from outside, and read none without a
//! role.
//!
//! [`find`] is the way to a folder: it answers with the proof that somebody may do something to it.

mod actions;
mod api;
pub mod files;
mod find;
mod given;
mod model;
mod owned;
mod pages;
mod reach;
mod settings;
mod store;
mod upkeep;
mod views;

use crate::web::{Access, Routes};

pub use actions::{Given, accept, add_access, direct, forget_promised, set_access, take_access};
pub use find::{Found, find, roles_in};
pub use given::given_shares;
pub use model::{ByKind, Folder, Grant, Roles, Share, Subject};
pub use owned::owned_folders;
pub use pages::FolderBehind;
pub use reach::{reach_as_known, reached_folders};
pub use store::{
    ancestors, count_shares, forget_some, owners_on, shares_of, shares_of_invitations, shares_on,
};
pub use upkeep::{purge, tidy};
pub use views::FolderView;

pub fn routes(r: &mut Routes) {
    api::routes(r);
    files::routes(r);
    settings::routes(r);
    r.get("/w/{slug}/library", Access::Member, pages::index);
    r.get("/w/{slug}/library/new", Access::Member, pages::ask_at_top);
    r.post(
        "/w/{slug}/library/new",
        Access::Member,
        pages::create_at_top,
    );
    r.get("/w/{slug}/library/trash", Access::Member, pages::trash);
    folder_routes(r);
}

/// About one folder.
fn folder_routes(r: &mut Routes) {
    r.get("/w/{slug}/folders/{folder}", Access::Member, pages::show);
    r.get(
        "/w/{slug}/folders/{folder}/new",
        Access::Member,
        pages::ask_within,
    );
    r.post(
        "/w/{slug}/folders/{folder}/new",
        Access::Member,
        pages::create_within,
    );
    r.get(
        "/w/{slug}/folders/{folder}/upload",
        Access::Member,
        pages::ask_upload,
    );
    r.post(
        "/w/{slug}/folders/{folder}/upload",
        Access::Streaming,
        pages::upload,
    );
    r.get(
        "/w/{slug}/folders/{folder}/details",
        Access::Member,
        pages::edit,
    );
    r.post(
        "/w/{slug}/folders/{folder}/details",
        Access::Member,
        pages::change,
    );
    r.get(
        "/w/{slug}/folders/{folder}/move",
        Access::Member,
        pages::ask_move,
    );
    r.post(
        "/w/{slug}/folders/{folder}/move",
        Access::Member,
        pages::move_to,
    );
    r.post(
        "/w/{slug}/folders/{folder}/move/{place}",
        Access::Member,
        pages::move_back,
    );
    r.get(
        "/w/{slug}/folders/{folder}/owner",
        Access::Member,
        pages::ask_owner,
    );
    r.post(
        "/w/{slug}/folders/{folder}/owner",
        Access::Member,
        pages::hand_over,
    );
    r.post(
        "/w/{slug}/folders/{folder}/role",
        Access::Member,
        pages::take_role,
    );
    r.get(
        "/w/{slug}/folders/{folder}/deletion",
        Access::Member,
        pages::ask_delete,
    );
    r.post(
        "/w/{slug}/folders/{folder}/deletion",
        Access::Member,
        pages::delete,
    );
    r.get(
        "/w/{slug}/folders/{folder}/restoration",
        Access::Member,
        pages::ask_restore,
    );
    r.post(
        "/w/{slug}/folders/{folder}/restoration",
        Access::Member,
        pages::restore,
    );
    r.get(
        "/w/{slug}/folders/{folder}/destruction",
        Access::Member,
        pages::ask_destroy,
    );
    r.post(
        "/w/{slug}/folders/{folder}/destruction",
        Access::Member,
        pages::destroy,
    );
}
