//! People: users with their passwords, and their membership of workspaces.
//!
//! A user is one person for the whole installation; a member is that person in one workspace, with a role.

mod actions;
mod model;
mod password;
mod store;

pub use actions::{
    change_password, change_theme, create_user, join, make_owner, record_owner, reset_password,
};
pub use model::{Email, MemberView, NewUser, Theme, User};
pub use password::{Hasher, Password, PasswordHash, TypedPassword};
pub use store::{
    count_members, find_user, has_signed_in, hash_of, list_for_audit, memberships, moved_to, names,
    owners, record_event, role_of,
};
