//! From where a key is used.

use crate::web::{
    filters,
    ui::{Pager, Shell, When},
};
use askama::Template;

/// All callers of a key, a page at a time.
#[derive(Template)]
#[template(path = "keys/callers_page.html")]
pub struct CallersPage {
    pub shell: Shell,
    /// Back to the list of keys.
    pub list_href: String,
    /// The key's own page.
    pub page: String,
    pub label: String,
    pub callers: Callers,
    pub pages: Pager,
}

/// As a table, whoever called last comes first.
#[derive(Template)]
#[template(path = "keys/callers.html")]
pub struct Callers {
    pub label: String,
    pub rows: Vec<CallerRow>,
    /// The key has had more than one secret: each row says with which.
    pub tells_secret: bool,
}
impl askama::filters::HtmlSafe for Callers {}

pub struct CallerRow {
    /// Empty: all those together that are not told apart.
    pub ip: String,
    /// "Firefox on Linux", or what a program calls itself.
    pub program: String,
    /// All of what it calls itself; empty where it does not.
    pub user_agent: String,
    /// "secret 2".
    pub secret: String,
    pub first: When,
    pub last: When,
    /// Of 28 days.
    pub served: String,
    /// "3 refused"; mostly empty.
    pub refused: String,
}
