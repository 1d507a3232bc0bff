//! The library, and the table that folders and files stand in.

use crate::{
    library::model::Sort,
    web::{
        filters,
        ui::{Pager, Shell, When},
    },
};
use askama::Template;

/// Where everybody begins.
#[derive(Template)]
#[template(path = "library/index.html")]
pub struct HomePage {
    pub shell: Shell,
    pub home: HomeView,
}

/// The library as its dialogs show it behind themselves.
pub struct HomeView {
    /// "Library", or "Shared with you".
    pub title: &'static str,
    pub text: &'static str,
    /// The address of *New folder*.
    pub new: String,
    /// Where the search goes: the library itself.
    pub action: String,
    pub q: String,
    /// All, Yours, Shared with you; none while something is looked for.
    pub parts: Vec<Part>,
    pub tables: Vec<Table>,
}

/// A link to a part of the library.
pub struct Part {
    pub id: &'static str,
    pub text: &'static str,
    pub href: String,
    pub current: bool,
}

/// Folders and files below each other.
#[derive(Template)]
#[template(path = "library/table.html")]
pub struct Table {
    pub caption: String,
    /// There is another table beside it.
    pub is_one_of: bool,
    /// What the middle column says of each: "Your access", "Where". None: there is no such column.
    pub middle: Option<&'static str>,
    pub by_name: Column,
    pub by_changed: Column,
    /// Of what kind files are, and how large. None: there are only folders.
    pub by_size: Option<Column>,
    pub rows: Vec<Row>,
    pub pages: Pager,
    /// Shown instead of the rows.
    pub empty: Option<Empty>,
}

impl askama::filters::HtmlSafe for Table {}

/// The head of a column by which lists are sorted.
#[derive(Template)]
#[template(path = "library/column.html")]
pub struct Column {
    pub sort: Sort,
    /// None: here it cannot be chosen.
    pub href: Option<String>,
    pub is_current: bool,
}

impl askama::filters::HtmlSafe for Column {}

impl Column {
    /// Of a list in an order of its own.
    pub fn unsorted(sort: Sort) -> Self {
        Self {
            sort,
            href: None,
            is_current: false,
        }
    }

    fn text(&self) -> &'static str {
        match self.sort {
            Sort::Name => "Name",
            Sort::Changed => "Changed",
            Sort::Size => "Size",
        }
    }

    /// Which way it sorts.
    fn way(&self) -> &'static str {
        match self.sort {
            Sort::Name => "ascending",
            Sort::Changed | Sort::Size => "descending",
        }
    }

    fn is_fit(&self) -> bool {
        self.sort != Sort::Name
    }
}

/// Why there is no row, and what to do next.
pub struct Empty {
    pub title: &'static str,
    pub text: String,
    /// Nothing is there yet, and nothing was looked for.
    pub is_first: bool,
    /// Its address, and what it says.
    pub way: Option<(String, &'static str)>,
    /// The same of something else.
    pub other: Option<(String, &'static str)>,
    /// The way opens a dialog.
    pub is_dialog: bool,
}

/// A folder or a file in a table. Its element id is `f-{id}`.
pub struct Row {
    pub id: String,
    pub icon: &'static str,
    pub href: String,
    /// The address is that of a dialog.
    pub is_dialog: bool,
    pub name: String,
    /// The name, in parts that were searched for and parts that were not.
    pub parts: Vec<(String, bool)>,
    /// Its description; may be empty.
    pub note: String,
    /// Only Editors meet it in lists.
    pub is_unlisted: bool,
    pub middle: String,
    /// Where that leads; may be empty.
    pub middle_href: String,
    /// "PDF"; empty of a folder.
    pub kind: String,
    /// "1.5 MiB"; empty of a folder.
    pub size: String,
    pub changed: When,
    pub menu: Vec<MenuItem>,
}

/// A link of a menu.
pub struct MenuItem {
    pub text: &'static str,
    pub icon: &'static str,
    pub href: String,
    /// A line stands above it.
    pub is_apart: bool,
    /// It leads to another page and to no dialog.
    pub is_page: bool,
}
