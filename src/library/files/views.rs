//! What is asked about a file, over its folder or the trash.

use crate::{
    library::{
        FolderView,
        views::{Meanwhile, PlacesView, TrashView},
    },
    web::{
        filters,
        ui::{ErrorSummary, Shell, TextField, When},
    },
};
use askama::Template;

/// *Details*. Posts `csrf next was label* meta_name* meta_text* visibility`.
#[derive(Template)]
#[template(path = "library/file.html")]
pub struct DetailsPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub file: FileView,
    pub action: String,
    pub cancel: String,
    /// Where its contents are.
    pub content: String,
    pub summary: Option<ErrorSummary>,
    pub meanwhile: Option<Vec<Meanwhile>>,
    /// What the form was made with.
    pub was: String,
    pub labels_error: Option<String>,
    pub texts_error: Option<String>,
}

pub struct FileView {
    pub id: String,
    pub name: String,
    /// "PDF".
    pub kind: String,
    pub media_type: String,
    /// "1.5 MiB".
    pub size: String,
    /// "1,572,864 bytes"; empty where that is the size.
    pub bytes: String,
    pub checksum: String,
    pub version: i32,
    /// Who made it; may be empty.
    pub maker: String,
    pub made: When,
    pub changed: When,
    /// What programs say of its product.
    pub product: Vec<(String, String)>,
    pub is_unlisted: bool,
    /// Those on it; for Editors all that there are.
    pub labels: Vec<LabelChoice>,
    /// For Editors with room for others.
    pub texts: Vec<(String, String)>,
    pub may_change: bool,
}

pub struct LabelChoice {
    pub name: String,
    pub is_on: bool,
}

/// *Rename*. Posts `csrf next name`.
#[derive(Template)]
#[template(path = "library/file_name.html")]
pub struct RenamePage {
    pub shell: Shell,
    pub folder: FolderView,
    pub file: String,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
}

/// *Move*. Posts `csrf next to`.
#[derive(Template)]
#[template(path = "library/file_move.html")]
pub struct MoveFilePage {
    pub shell: Shell,
    pub folder: FolderView,
    pub file: String,
    pub places: PlacesView,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
}

/// *Delete*. Posts `csrf next`.
#[derive(Template)]
#[template(path = "library/file_delete.html")]
pub struct DeleteFilePage {
    pub shell: Shell,
    pub folder: FolderView,
    pub file: String,
    /// "PDF, 1.5 MiB".
    pub what: String,
    pub action: String,
    pub cancel: String,
}

/// A file comes back under another name, over the trash. Posts `csrf next name`.
#[derive(Template)]
#[template(path = "library/file_restore.html")]
pub struct RestoreFilePage {
    pub shell: Shell,
    pub trash: TrashView,
    pub file: String,
    pub action: String,
    pub cancel: String,
    /// Where it was asked for; the trash, if that is not known.
    pub next: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
}

/// *Delete now*, over the trash. Posts `csrf`.
#[derive(Template)]
#[template(path = "library/file_destroy.html")]
pub struct DestroyFilePage {
    pub shell: Shell,
    pub trash: TrashView,
    pub file: String,
    pub action: String,
    pub cancel: String,
}
