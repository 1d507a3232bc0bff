//! The question before somebody leaves.

use super::HeirOption;
use crate::web::{
    filters,
    ui::{ErrorSummary, Shell},
};
use askama::Template;

/// *Leave workspace*. Posts `csrf heir`.
#[derive(Template)]
#[template(path = "people/leaving.html")]
pub struct LeavePage {
    pub shell: Shell,
    pub action: String,
    pub workspace: String,
    /// "3 keys".
    pub keys: String,
    /// "2 personal keys", which stop; empty where there are none.
    pub personal: String,
    /// "2 open invitations"; empty where there are none.
    pub invitations: String,
    /// "2 folders" that they own; empty where there are none.
    pub folders: String,
    /// Their names, the first of them.
    pub named: String,
    /// The owners who can get them.
    pub heirs: Vec<HeirOption>,
    pub error: Option<String>,
    pub summary: Option<ErrorSummary>,
    /// Separated by commas; may be empty.
    pub groups: String,
    /// They are the only active owner, and can go only if one of these is done first.
    pub ways_out: Option<WaysOut>,
}

pub struct WaysOut {
    /// Where somebody else is made an owner.
    pub members: String,
    pub deletion: String,
}
