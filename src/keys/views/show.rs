//! A key's own page.

use super::Foot;
use crate::web::{
    filters,
    ui::{Fact, KeyTag, PermissionGroup, Shell, Status},
};
use askama::Template;

/// The key's own page.
#[derive(Template)]
#[template(path = "keys/show.html")]
pub struct ShowPage {
    pub shell: Shell,
    /// Back to the list.
    pub list_href: String,
    pub id: String,
    pub label: String,
    pub status: Status,
    pub tag: KeyTag,
    pub facts: Vec<Fact>,
    /// "6 of 31".
    pub permission_count: String,
    /// Groups without a permission are left out; none at all: the page says that it has none.
    pub groups: Vec<PermissionGroup>,
    pub foot: Foot,
}
