//! *Move* and *Hand over*, over the folder.

use super::{Crumb, FolderView};
use crate::web::{
    filters,
    ui::{ErrorSummary, Picker, Shell},
};
use askama::Template;

/// Where to.
#[derive(Template)]
#[template(path = "library/move.html")]
pub struct MovePage {
    pub shell: Shell,
    pub folder: FolderView,
    pub places: PlacesView,
    pub cancel: String,
}

/// A place in the library, and those in it.
pub struct PlacesView {
    /// Where the search goes: the dialog itself. Gets `q at next`.
    pub action: String,
    /// As the address has it.
    pub at: String,
    pub name: String,
    pub crumbs: Vec<Crumb>,
    pub q: String,
    pub is_search: bool,
    pub places: Vec<PlaceLink>,
    /// Said where not all are shown.
    pub more: &'static str,
    /// Asks who gains and who loses. None: it cannot be moved here.
    pub here: Option<String>,
    pub why_not: &'static str,
}

pub struct PlaceLink {
    pub href: String,
    pub name: String,
}

/// Who gains and who loses. Posts `csrf to next`.
#[derive(Template)]
#[template(path = "library/move_ask.html")]
pub struct MoveAskPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub action: String,
    pub cancel: String,
    /// Back to the places.
    pub other: String,
    pub to: String,
    /// What it is called.
    pub place: String,
    pub gains: Vec<Affected>,
    pub loses: Vec<Affected>,
    /// "3 folders and 14 files, 96 MiB"; empty where nothing is in it.
    pub inside: String,
    /// Said where not all were looked at.
    pub more: &'static str,
    pub summary: Option<ErrorSummary>,
}

/// Somebody who has another role afterwards.
pub struct Affected {
    pub name: String,
    /// "User, through Plans".
    pub what: String,
}

/// Whose it becomes. Posts `csrf subject* q do next`.
#[derive(Template)]
#[template(path = "library/owner.html")]
pub struct OwnerPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    /// "It is yours now.", "It is Sam Okafor's now."
    pub now: String,
    pub picker: Picker,
}
