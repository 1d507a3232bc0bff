//! A folder's own page.

use super::{MenuItem, Table};
use crate::web::{
    filters,
    ui::{Avatar, Shell},
};
use askama::Template;

#[derive(Template)]
#[template(path = "library/folder.html")]
pub struct FolderPage {
    pub shell: Shell,
    pub folder: FolderView,
}

/// A folder as its dialogs show it behind themselves.
pub struct FolderView {
    /// Its own address.
    pub page: String,
    pub name: String,
    /// May be empty.
    pub description: String,
    /// "You can search and read here."; empty for whoever can do more.
    pub note: &'static str,
    /// The ways up, from the library on.
    pub crumbs: Vec<Crumb>,
    pub pile: Pile,
    /// The address of *New folder*, for whoever may put something in here.
    pub new: Option<String>,
    /// What can be done to the folder itself; may be empty.
    pub menu: Vec<MenuItem>,
    pub q: String,
    pub sort: &'static str,
    /// None: whoever looks has no role in it.
    pub tables: Vec<Table>,
    pub no_role: Option<NoRole>,
}

/// A folder on the way to this one.
pub struct Crumb {
    pub href: String,
    pub name: String,
}

/// Who has access, as little pictures.
#[derive(Template)]
#[template(path = "library/pile.html")]
pub struct Pile {
    /// "3 people, 1 group and 2 API keys have access".
    pub label: String,
    pub first: Vec<Avatar>,
    /// "+3"; empty where all are shown.
    pub more: String,
}

impl askama::filters::HtmlSafe for Pile {}

/// Who loses access, as a question says it.
pub struct Losses {
    /// "3 people and 1 API key lose access".
    pub label: String,
    /// The first of them; empty: nobody does.
    pub names: Vec<String>,
    /// "and 12 more"; empty where all are named.
    pub more: String,
}

/// Instead of what is in a folder, for an owner or admin without a role in it. Posts `csrf role`.
pub struct NoRole {
    pub action: String,
}
