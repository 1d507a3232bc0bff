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
    label: String,
    /// What the two ways are called; in small letters also in the ids of their links.
    words: (&'static str, &'static str),
    back: Option<String>,
    on: Option<String>,
}
impl askama::filters::HtmlSafe for Pager {}

impl Pager {
    /// Under a list of what happened, the newest first.
    pub fn by_time(label: String, newer: Option<String>, older: Option<String>) -> Self {
        Self {
            label,
            words: ("Newer", "Older"),
            back: newer,
            on: older,
        }
    }

    /// Under a list in any other order.
    pub fn by_page(label: String, previous: Option<String>, next: Option<String>) -> Self {
        Self {
            label,
            words: ("Previous", "Next"),
            back: previous,
            on: next,
        }
    }

    /// There is something to page through.
    fn is_needed(&self) -> bool {
        self.back.is_some() || self.on.is_some()
    }
}
