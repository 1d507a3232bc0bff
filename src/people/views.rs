//! What the screens of members show. Handlers fill these; the templates choose nothing.

mod list;
mod member;

pub use list::{Choice, Column, Empty, MemberRow, MembersPage, RoleForm, StateLink, Switch};
pub use member::{MemberPage, RemovePage, RoleChoice};
