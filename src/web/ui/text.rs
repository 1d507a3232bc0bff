//! Small parts of text: times, and the way through a long list.

use super::filters;
use askama::Template;

/// A time as people read it, with the exact one for machines and on hover.
#[derive(Template, Clone)]
#[template(path = "ui/when.html")]
pub struct When {
    /// RFC 3339, UTC.
    pub iso: String,
    /// "4 minutes ago", "12 Mar 2026".
    pub text: String,
    /// "20 Nov 2026, 09:38 UTC".
    pub exact: String,
}
impl askama::filters::HtmlSafe for When {}

/// Under a list. An end of the list has no link on that side.
#[derive(Template)]
#[template(path = "ui/pager.html")]
pub struct Pager {
    /// "1–20 of 43 keys".
    pub label: String,
    pub newer: Option<String>,
    pub older: Option<String>,
}
impl askama::filters::HtmlSafe for Pager {}

impl Pager {
    /// Both ends at once: nothing to page through.
    pub fn is_needed(&self) -> bool {
        self.newer.is_some() || self.older.is_some()
    }
}
