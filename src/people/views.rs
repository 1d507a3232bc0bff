//! What the screens of members and groups show. Handlers fill these; the templates choose nothing.

mod groups;
mod list;
mod member;

pub use groups::{
    DefaultsPage, Everybody, GroupAddPage, GroupDeletePage, GroupEditPage, GroupForm, GroupList,
    GroupNewPage, GroupPage, GroupRow, GroupView, GroupsPage, Loser, PlaceRow,
};
pub use list::{Choice, Column, Empty, MemberRow, MembersPage, RoleForm, StateLink, Switch};
pub use member::{MemberPage, OfGroup, PermissionThrough, RemovePage, RoleChoice, Through};
