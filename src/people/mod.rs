//! People: users with their passwords, and their membership of workspaces.
//!
//! A user is one person for the whole installation; a member is that person in one workspace, with a role.

mod actions;
mod model;
mod password;
mod store;

pub use actions::{
    change_password, change_profile, change_theme, create_user, join, make_owner, record_owner,
    reset_password,
};
pub use model::{AccountEvent, Email, MemberView, NewUser, Profile, Theme, User};
pub use password::{Hasher, Password, PasswordHash, TypedPassword};
pub use store::{
    count_members, events, find_account, find_user, forget_events, has_other_account,
    has_signed_in, hash_of, list_for_audit, memberships, moved_to, names, owners,
    password_changed_at, record_change, record_event, role_of, set_email,
};
