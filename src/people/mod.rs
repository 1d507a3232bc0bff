//! People: users with their passwords, and their membership of workspaces.
//!
//! A user is one person for the whole installation; a member is that person in one workspace, with a role. Members are
//! never deleted, and a workspace always has an active owner. What a plain member may do is what every member may and
//! what their groups add.

mod actions;
mod model;
mod pages;
mod password;
mod store;
mod upkeep;
mod views;

use crate::web::{Access, Routes};

pub use actions::{
    change_password, change_profile, change_theme, create_user, join, make_owner, record_owner,
    reset_password, set_default_permissions,
};
pub use model::{
    AccountEvent, Contact, Email, Known, Listed, MemberView, NewUser, Profile, Recipient, Theme,
    User,
};
pub use password::{Hasher, Password, PasswordHash, TypedPassword};
pub use store::{
    GroupAccess, Holder, InGroup, MemberAccess, active_among, active_members, candidates,
    contact_of, count_members, events, find_account, find_groups, find_members, find_user,
    first_in_groups, groups_after, has_other_account, has_signed_in, hash_of, hold, hold_acting,
    hold_active, hold_active_at_once, hold_groups, hold_workspace, holders, is_suspended_in,
    is_suspended_with, is_told_of_shares, join_groups, known, leaders, list_for_audit,
    member_with_email, members_after, memberships, moved_to, named_groups, names, note_visit,
    owners, password_changed_at, permissions_of, recipients, record_change, record_event,
    set_email, share_rights, sizes, standing_of, take_rights, to_tell_of_shares,
};
pub use upkeep::forget_events;

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
    r.get(
        "/w/{slug}/settings/members/{member}/report",
        Access::Member,
        pages::show_report,
    );
    r.get("/w/{slug}/leaving", Access::Member, pages::ask_leave);
    r.post("/w/{slug}/leaving", Access::Member, pages::leave);
    group_routes(r);
}

fn group_routes(r: &mut Routes) {
    use pages::groups;
    r.get("/w/{slug}/settings/groups", Access::Member, groups::index);
    r.get("/w/{slug}/settings/groups/new", Access::Member, groups::new);
    r.post(
        "/w/{slug}/settings/groups/new",
        Access::Member,
        groups::create,
    );
    r.get(
        "/w/{slug}/settings/groups/default-permissions",
        Access::Member,
        groups::ask_defaults,
    );
    r.post(
        "/w/{slug}/settings/groups/default-permissions",
        Access::Member,
        groups::change_defaults,
    );
    r.get(
        "/w/{slug}/settings/groups/{group}",
        Access::Member,
        groups::show,
    );
    r.get(
        "/w/{slug}/settings/groups/{group}/details",
        Access::Member,
        groups::edit,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/details",
        Access::Member,
        groups::rename,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/permissions",
        Access::Member,
        groups::change_permissions,
    );
    r.get(
        "/w/{slug}/settings/groups/{group}/deletion",
        Access::Member,
        groups::ask_delete,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/deletion",
        Access::Member,
        groups::delete,
    );
    r.get(
        "/w/{slug}/settings/groups/{group}/members/new",
        Access::Member,
        groups::ask_add,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/members",
        Access::Member,
        groups::add,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/members/{member}/removal",
        Access::Member,
        groups::take_out,
    );
    r.post(
        "/w/{slug}/settings/groups/{group}/members/{member}/addition",
        Access::Member,
        groups::add_back,
    );
}
