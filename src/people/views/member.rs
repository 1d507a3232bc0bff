//! A member's own page.

use super::{Choice, Switch};
use crate::web::{
    filters,
    ui::{Avatar, Fact, KeyTag, Shell, Status, When},
};
use askama::Template;

#[derive(Template)]
#[template(path = "people/member.html")]
pub struct MemberPage {
    pub shell: Shell,
    pub list_href: String,
    /// Its own address.
    pub page: String,
    pub avatar: Avatar,
    pub name: String,
    pub email: String,
    pub is_you: bool,
    pub status: Option<Status>,
    pub facts: Vec<Fact>,
    /// What can be chosen; empty where nothing can.
    pub roles: Vec<RoleChoice>,
    pub role_action: String,
    /// Why nothing can be changed; may be empty.
    pub note: &'static str,
    pub switch: Option<Switch>,
    pub removal: Option<String>,
    /// Where one leaves oneself; empty on the pages of others.
    pub leaving: String,
    pub audit: String,
    pub groups: Vec<OfGroup>,
    /// Why they hold every permission; empty for those who hold those below.
    pub holds_all: String,
    /// "7 of 31".
    pub permission_count: String,
    pub permissions: Vec<Through>,
    /// The keys they made, whichever was used last first.
    pub keys: Vec<TheirKey>,
    /// "3 keys".
    pub key_count: String,
    /// "2 personal keys"; empty where there are none.
    pub personal: String,
    /// How many more there are: "and 12 more"; empty where all are shown.
    pub more_keys: String,
    /// The report on their removal; none where there is none to read.
    pub report: Option<String>,
}

/// A key that they made.
pub struct TheirKey {
    pub label: String,
    pub page: String,
    pub tag: KeyTag,
    pub status: Status,
    pub is_personal: bool,
    /// "69 requests in 28 days".
    pub traffic: String,
}

/// A group that they are in.
pub struct OfGroup {
    pub name: String,
    pub page: String,
    /// Since when.
    pub since: When,
}

/// Permissions of one group of the catalogue.
pub struct Through {
    pub name: &'static str,
    pub items: Vec<PermissionThrough>,
}

/// A permission, and what it comes from.
pub struct PermissionThrough {
    pub code: &'static str,
    pub name: &'static str,
    pub careful: bool,
    /// "Every member, Engineering".
    pub through: String,
}

impl MemberPage {
    /// There is a way to end their access.
    pub fn is_endable(&self) -> bool {
        self.switch.is_some() || self.removal.is_some()
    }
}

/// A role to choose, with what it means.
pub struct RoleChoice {
    pub choice: Choice,
    pub means: &'static str,
}
