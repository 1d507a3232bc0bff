//! What was deleted and can be restored.

use super::Empty;
use crate::web::{
    filters,
    ui::{Pager, Shell, When},
};
use askama::Template;

#[derive(Template)]
#[template(path = "library/trash.html")]
pub struct TrashPage {
    pub shell: Shell,
    pub trash: TrashView,
}

/// The trash as its dialogs show it behind themselves.
pub struct TrashView {
    /// Where the search goes: the trash itself.
    pub action: String,
    pub q: String,
    pub rows: Vec<TrashRow>,
    pub pages: Pager,
    /// Shown instead of the rows.
    pub empty: Option<Empty>,
}

/// A folder or a file in the trash. Its element id is `t-{id}`.
pub struct TrashRow {
    pub id: String,
    pub icon: &'static str,
    pub name: String,
    /// "3 folders and 2 files, 5 KiB, was in Plans"; may be empty.
    pub note: String,
    pub by: String,
    pub deleted: When,
    /// "28 days".
    pub left: String,
    /// It is destroyed soon.
    pub is_soon: bool,
    /// Posts `csrf`. None: what it was in is in the trash too.
    pub restore: Option<String>,
    pub destroy: String,
}
