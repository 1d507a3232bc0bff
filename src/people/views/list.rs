//! The list of members.

use crate::web::{
    filters,
    ui::{Avatar, Pager, Shell, Status, When},
};
use askama::Template;

/// Settings → Workspace → Members.
#[derive(Template)]
#[template(path = "people/members.html")]
pub struct MembersPage {
    pub shell: Shell,
    pub workspace: String,
    /// Where the search goes: the list itself.
    pub action: String,
    pub q: String,
    /// As the address has them; often empty.
    pub state: &'static str,
    pub sort: &'static str,
    pub roles: Vec<Choice>,
    /// All, Active, Suspended.
    pub states: Vec<StateLink>,
    /// Set apart: who was removed is in none of the others.
    pub removed: StateLink,
    pub by_name: Column,
    pub by_seen: Column,
    pub rows: Vec<MemberRow>,
    pub pages: Pager,
    /// Shown instead of the table.
    pub empty: Option<Empty>,
}

/// An option of a list.
pub struct Choice {
    pub value: &'static str,
    pub text: &'static str,
    pub selected: bool,
}

/// A link that narrows the list.
pub struct StateLink {
    pub text: &'static str,
    pub count: i64,
    pub href: String,
    pub current: bool,
}

/// A column that the list can be sorted by.
pub struct Column {
    pub href: String,
    pub current: bool,
}

/// Why there is no row.
pub struct Empty {
    pub title: &'static str,
    pub text: &'static str,
    pub clear: String,
    pub clear_text: &'static str,
}

/// A member in the list. Its element id is `m-{id}`.
pub struct MemberRow {
    pub id: String,
    /// The member's own page.
    pub page: String,
    pub avatar: Avatar,
    pub name: String,
    pub email: String,
    pub is_you: bool,
    /// Of those who are not simply active.
    pub status: Option<Status>,
    /// The first of their groups; may be empty.
    pub groups: String,
    /// How many of the keys they made are not revoked.
    pub keys: String,
    /// None: never.
    pub last_seen: Option<When>,
    pub role: &'static str,
    pub is_owner: bool,
    /// Shown instead of the role.
    pub role_form: Option<RoleForm>,
    pub audit: String,
    pub switch: Option<Switch>,
    pub removal: Option<String>,
    /// Path and query to come back to.
    pub next: String,
}

/// Posts `csrf next role`.
pub struct RoleForm {
    pub action: String,
    pub roles: Vec<Choice>,
}

/// *Suspend* or *Reinstate*. Posts `csrf next`.
pub struct Switch {
    pub action: String,
    pub text: &'static str,
    pub icon: &'static str,
}
