//! A key's own page.

use super::{Callers, Calls, Foot, RotationSection};
use crate::{
    audit,
    notices::Banners,
    web::{
        filters,
        ui::{Fact, FolderTable, KeyTag, PermissionGroup, Shell, Status},
    },
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
    /// Of a publishable key, which may be seen.
    pub value: Option<String>,
    /// The address of *Edit*; none once revoked.
    pub edit: Option<String>,
    /// The address of *Rotate key*; none once revoked, and while it rotates.
    pub rotate: Option<String>,
    /// The words and the address of *Take over*; none but of a personal key, and none once revoked.
    pub take_over: Option<(&'static str, String)>,
    /// The address of *Make another like this*.
    pub like: String,
    pub notices: Banners,
    pub facts: Vec<Fact>,
    /// "6 of 31".
    pub permission_count: String,
    /// "Upload files is not in force: Sam Okafor no longer has it."; mostly empty.
    pub not_in_force: String,
    /// Groups without a permission are left out; none at all: the page says that it has none.
    pub groups: Vec<PermissionGroup>,
    pub foot: Foot,
    /// While it has two values.
    pub rotation: Option<RotationSection>,
    pub folders: FolderTable,
    /// They are those of whoever owns it.
    pub folders_of_owner: bool,
    pub calls: Calls,
    pub callers: Callers,
    /// Where all callers are listed; none: these are all.
    pub all_callers: Option<String>,
    pub history: audit::History,
    /// All of it, in the audit log; empty in somebody's account.
    pub audit: String,
}
