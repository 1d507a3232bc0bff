//! What somebody or something reaches.

use askama::Template;

use crate::{
    ids::FolderId,
    reached_folders::Reach,
    web::{filters, time::grouped},
};

/// Folders with the role in each, or that there is none.
#[derive(Template)]
#[template(path = "ui/folder_table.html")]
pub struct FolderTable {
    caption: String,
    rows: Vec<FolderRow>,
    /// "and 12 more"; empty where all are named.
    more: String,
    /// Said where there is none.
    none: &'static str,
}
impl askama::filters::HtmlSafe for FolderTable {}

struct FolderRow {
    page: String,
    name: String,
    role: String,
    through: String,
}

impl FolderTable {
    /// `folders`: the address that pages of folders are beneath.
    pub fn new(caption: String, reach: &Reach, folders: &str, none: &'static str) -> Self {
        Self {
            caption,
            rows: reach
                .folders
                .iter()
                .map(|folder| FolderRow {
                    page: format!("{folders}/{}", folder.id),
                    name: folder.name.clone(),
                    role: folder.role.title().to_owned(),
                    through: folder.through(),
                })
                .collect(),
            more: more(reach.others()),
            none,
        }
    }
}

fn more(n: i64) -> String {
    match n {
        0 => String::new(),
        n => format!("and {} more", grouped(n)),
    }
}

/// "Handbook, Research and 3 more": the first of some folders; empty where there is none.
pub fn first_folders(reach: &Reach) -> String {
    let names: Vec<&str> = reach.folders.iter().map(|f| f.name.as_str()).collect();
    match (names.split_last(), reach.others()) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => (*last).to_owned(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (Some(_), n) => format!("{} {}", names.join(", "), more(n)),
    }
}

/// Folders to be shared, none of them ticked unless somebody has.
#[derive(Template)]
#[template(path = "ui/folder_choice.html")]
pub struct FolderChoice {
    legend: String,
    hint: String,
    rows: Vec<FolderBox>,
    more: String,
}
impl askama::filters::HtmlSafe for FolderChoice {}

struct FolderBox {
    field: String,
    value: String,
    name: String,
    role: String,
    is_ticked: bool,
}

impl FolderChoice {
    /// None where there is none to share. `field`: what a box is called, and what it sends.
    pub fn new(
        (legend, hint): (String, String),
        reach: &Reach,
        field: impl Fn(FolderId) -> (String, String),
        is_ticked: impl Fn(FolderId) -> bool,
    ) -> Option<Self> {
        (!reach.folders.is_empty()).then(|| Self {
            legend,
            hint,
            rows: reach
                .folders
                .iter()
                .map(|folder| {
                    let (field, value) = field(folder.id);
                    FolderBox {
                        field,
                        value,
                        name: folder.name.clone(),
                        role: folder.role.title().to_owned(),
                        is_ticked: is_ticked(folder.id),
                    }
                })
                .collect(),
            more: more(reach.others()),
        })
    }
}
