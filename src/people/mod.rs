//! People: users with their passwords, and their membership of workspaces.
//!
//! A user is one person for the whole installation; a member is that person in one workspace, with a role. Members are
//! never deleted, and a workspace always has an active owner.

mod actions;
mod model;
mod pages;
mod password;
mod store;
mod views;

use crate::web::{Access, Routes};

pub use actions::{
    change_password, change_theme, create_user, make_owner, record_owner, reset_password,
};
pub use model::{Email, MemberView, NewUser, Theme, User};
pub use password::{Hasher, Password, PasswordHash, TypedPassword};
pub use store::{
    closed_home_of, find_member, find_user, hash_of, home_of, names, note_visit, owners,
    record_event,
};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/members", Access::Member, pages::index);
    r.get(
        "/w/{slug}/settings/members/{member}",
        Access::Member,
        pages::show,
    );
    r.post(
        "/w/{slug}/settings/members/{member}/role",
        Access::Member,
        pages::change_role,
    );
    r.post(
        "/w/{slug}/settings/members/{member}/role/{role}",
        Access::Member,
        pages::set_role,
    );
    r.post(
        "/w/{slug}/settings/members/{member}/suspension",
        Access::Member,
        pages::suspend,
    );
    r.post(
        "/w/{slug}/settings/members/{member}/reinstatement",
        Access::Member,
        pages::reinstate,
    );
    r.get(
        "/w/{slug}/settings/members/{member}/removal",
        Access::Member,
        pages::ask_remove,
    );
    r.post(
        "/w/{slug}/settings/members/{member}/removal",
        Access::Member,
        pages::remove,
    );
}
