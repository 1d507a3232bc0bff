//! What the screens of members and groups show. Handlers fill these; the templates choose nothing.

mod groups;
mod leaving;
mod list;
mod member;
mod removal;

pub use groups::{
    DefaultsPage, Everybody, GroupAddPage, GroupDeletePage, GroupEditPage, GroupForm, GroupList,
    GroupNewPage, GroupPage, GroupRow, GroupView, GroupsPage, Loser, PlaceRow,
};
pub use leaving::{LeavePage, WaysOut};
pub use list::{Choice, Column, Empty, MemberRow, MembersPage, RoleForm, StateLink, Switch};
pub use member::{MemberPage, OfGroup, PermissionThrough, RoleChoice, TheirKey, Through};
pub use removal::{
    DecisionChoice, GraceOption, HeirOption, LeftFolder, LeftFolders, LeftInvitations, LeftKey,
    NewValueView, Others, RemovePage, ReportPage, ReportRow, TakenPage,
};
