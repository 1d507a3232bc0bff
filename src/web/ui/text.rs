//! Small parts of text: times, and the way through a long list.

use super::filters;
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

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

/// The last moment before an end: what ends with a day ends on that day, not on the next.
pub fn last_moment(end: DateTime<Utc>) -> DateTime<Utc> {
    end - TimeDelta::microseconds(1)
}

/// Under a list. An end of the list has no link on that side.
#[derive(Template)]
#[template(path = "ui/pager.html")]
pub struct Pager {
    /// "43 keys" where one page holds all; else "20 of 43 keys", or "The newest 20 entries" of what nobody counts.
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

/// Under a list that is sorted by something else than time.
#[derive(Template)]
#[template(path = "ui/pages.html")]
pub struct Pages {
    /// "43 members" where one page holds all; else "20 of 43 members".
    pub label: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}
impl askama::filters::HtmlSafe for Pages {}

impl Pages {
    /// There is something to page through.
    pub fn is_needed(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}
