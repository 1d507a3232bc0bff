//! *Take over*, over the list.

use super::{ExpiryFields, GraceChoice, KeyList};
use crate::web::{
    filters,
    ui::{ErrorSummary, Fact, FolderChoice, KeyTag, Shell, TextField},
};
use askama::Template;

/// Posts `csrf newest next label grace expiry expires_on share*`.
#[derive(Template)]
#[template(path = "keys/take_over.html")]
pub struct TakeOverPage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    pub next: String,
    /// The newest secret that the form knows of.
    pub newest: i32,
    /// What the key is called now.
    pub was: String,
    /// Whose it is; none where it is the viewer's own.
    pub owner: Option<String>,
    pub workspace: String,
    pub tag: KeyTag,
    pub last_used: Fact,
    /// "487 in 24 hours, 2,465 in 7 days".
    pub requests: String,
    /// What taking it over does besides, in sentences.
    pub notes: Vec<String>,
    /// What its owner reaches; none where that is nothing.
    pub folders: Option<FolderChoice>,
    /// A key of the workspace is called as it is.
    pub is_taken: bool,
    pub label: TextField,
    pub graces: Vec<GraceChoice>,
    pub grace_error: Option<String>,
    /// True unless an error summary takes the focus.
    pub autofocus: bool,
    /// "It has expired, so choose a new date."; mostly empty.
    pub why_date: String,
    pub form: ExpiryFields,
    pub summary: Option<ErrorSummary>,
}
