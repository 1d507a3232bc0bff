//! What is asked over the library, a folder or the trash.

use super::{FolderView, HomeView, Losses, TrashView};
use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};
use askama::Template;

/// Posts `csrf next was name description visibility`.
pub struct Form {
    pub title: String,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub meanwhile: Option<Vec<Meanwhile>>,
    /// What it was made with; empty of a new one.
    pub was: String,
    pub name: TextField,
    pub description: String,
    pub description_error: Option<String>,
    pub is_unlisted: bool,
    /// What the button says: "Make folder".
    pub button: &'static str,
}

/// What somebody else changed while the form was filled in.
pub struct Meanwhile {
    /// "The name is “Budget” now."
    pub said: String,
    /// "Saving again changes it to “Plan”."
    pub outcome: String,
}

/// *New folder*, over the library.
#[derive(Template)]
#[template(path = "library/new.html")]
pub struct NewPage {
    pub shell: Shell,
    pub home: HomeView,
    pub form: Form,
}

/// *New folder*, over the one that it is made in.
#[derive(Template)]
#[template(path = "library/form.html")]
pub struct NewWithinPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub form: Form,
}

/// *Edit details*, over the folder.
#[derive(Template)]
#[template(path = "library/form.html")]
pub struct EditPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub form: Form,
}

/// *Delete*, over the folder. Posts `csrf`.
#[derive(Template)]
#[template(path = "library/delete.html")]
pub struct DeletePage {
    pub shell: Shell,
    pub folder: FolderView,
    pub action: String,
    pub cancel: String,
    /// "3 folders and 14 files, 96 MiB"; empty where nothing is in it.
    pub inside: String,
    pub losses: Losses,
}

/// A folder comes back under another name, over the trash. Posts `csrf next name`.
#[derive(Template)]
#[template(path = "library/restore.html")]
pub struct RestorePage {
    pub shell: Shell,
    pub trash: TrashView,
    pub folder: String,
    pub action: String,
    pub cancel: String,
    /// Where it was asked for; the trash, if that is not known.
    pub next: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
}

/// *Delete now*, over the trash. Posts `csrf`.
#[derive(Template)]
#[template(path = "library/destroy.html")]
pub struct DestroyPage {
    pub shell: Shell,
    pub trash: TrashView,
    pub folder: String,
    /// " (3 folders and 14 files, 96 MiB)"; may be empty.
    pub inside: String,
    pub action: String,
    pub cancel: String,
}
