//! What the pages of beginning and end show.

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, Status, TextField},
};
use askama::Template;

/// `/workspaces`: all that the viewer belongs to.
#[derive(Template)]
#[template(path = "lifecycle/index.html")]
pub struct WorkspacesPage {
    pub shell: Shell,
    pub workspaces: Vec<Row>,
    /// Those in the trash that the viewer may take out of it.
    pub trash: Vec<Trashed>,
}

/// A workspace that is not deleted.
pub struct Row {
    pub name: String,
    pub initial: String,
    pub href: String,
    /// "Owner".
    pub role: String,
    /// Its part of the address.
    pub slug: String,
    /// Instead of a way in, where it is closed to the viewer.
    pub closed: Option<Status>,
    pub leaving: String,
}

/// A workspace in the trash.
pub struct Trashed {
    pub name: String,
    pub initial: String,
    /// "20 November, 09:42 UTC": until when it can be restored.
    pub until: String,
    /// Where *Restore* posts to.
    pub restore: String,
}

/// *Create workspace*. Posts `csrf workspace`.
#[derive(Template)]
#[template(path = "lifecycle/new.html")]
pub struct NewPage {
    pub shell: Shell,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
}

/// *Delete workspace*: what stops, and the name to type. Posts `csrf confirm`.
#[derive(Template)]
#[template(path = "lifecycle/delete.html")]
pub struct DeletePage {
    pub shell: Shell,
    pub action: String,
    /// Back to *General*.
    pub cancel: String,
    pub name: String,
    /// "3 active keys".
    pub keys: String,
    /// "4 minutes ago, from 203.0.113.7"; "Never".
    pub last_used: String,
    /// "487 in 24 hours, 2,465 in 7 days".
    pub requests: String,
    /// "12 members".
    pub members: String,
    /// "27 November 2026": until when it can be restored.
    pub until: String,
    pub summary: Option<ErrorSummary>,
    pub value: String,
    pub error: Option<String>,
}
