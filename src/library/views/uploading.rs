//! *Upload*, over the folder.

use askama::Template;

use super::FolderView;
use crate::web::{
    filters,
    ui::{ErrorSummary, Shell},
};

/// Posts `csrf taken file*`, in parts; a script each file by itself, with `before`.
#[derive(Template)]
#[template(path = "library/upload.html")]
pub struct UploadPage {
    pub shell: Shell,
    pub folder: FolderView,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub error: Option<String>,
    /// What a file may have, in bytes and in words.
    pub limit: (i64, String),
}

/// What came of one file, for a script.
#[derive(Template)]
#[template(path = "library/uploaded.html")]
pub struct UploadedPart {
    pub text: String,
}
