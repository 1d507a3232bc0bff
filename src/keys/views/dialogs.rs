//! The dialogs that ask before a key changes.

use super::KeyList;
use crate::web::{
    filters,
    ui::{ErrorSummary, Fact, KeyTag, Shell, TextField},
};
use askama::Template;

/// *Revoke key*, asked over the list. Posts `csrf next reason confirm`.
#[derive(Template)]
#[template(path = "keys/revoke.html")]
pub struct RevokePage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    /// Back to where the key was seen, at the key.
    pub cancel: String,
    /// The same as path and query: where the form leads afterwards.
    pub next: String,
    pub label: String,
    /// Its stored secret is destroyed.
    pub recoverable: bool,
    pub tag: KeyTag,
    pub last_used: Fact,
    /// "487 in 24 hours, 2,465 in 7 days".
    pub requests: String,
    /// The first of the folders that it reaches; may be empty.
    pub folders: String,
    /// Where *Deactivate it instead* posts to; none where the key is not in use or does not answer anyway.
    pub deactivate: Option<String>,
    /// "27 November": until when it can be restored.
    pub restorable_until: String,
    /// The second reason is chosen.
    pub compromised: bool,
    /// "3 keys that were made or rotated with it are revoked too."; empty where there are none.
    pub made: String,
    /// The typed confirmation; none for a key that was not used in the last 30 days.
    pub confirm: Option<Confirm>,
    pub summary: Option<ErrorSummary>,
}

/// The field `confirm`, in which the label is typed.
pub struct Confirm {
    pub value: String,
    pub error: Option<String>,
    /// True unless an error summary takes the focus.
    pub autofocus: bool,
}

/// *Restore key*, with a label to give it. Posts `csrf next label`.
#[derive(Template)]
#[template(path = "keys/restore.html")]
pub struct RestorePage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    /// Path and query of where the key was seen; may be empty.
    pub next: String,
    /// The label it had.
    pub was: String,
    /// Another key is called so now.
    pub is_taken: bool,
    pub label: TextField,
    pub summary: Option<ErrorSummary>,
}
