//! What the audit log shows.

use crate::web::{
    filters,
    ui::{Avatar, KeyTag, Pager, Shell, When},
};
use askama::Template;

/// Settings → Security → Audit log, newest first.
#[derive(Template)]
#[template(path = "audit/index.html")]
pub struct AuditPage {
    pub shell: Shell,
    pub workspace: String,
    /// "Entries are kept for 400 days and cannot be edited. Times are UTC."
    pub lede: String,
    pub days: Vec<Day>,
    pub pager: Pager,
}

/// The entries of one calendar day.
pub struct Day {
    /// "Today, 20 November 2026".
    pub title: String,
    pub entries: Vec<Entry>,
}

/// One line of the log, read as a sentence: *who* `verb` *subject* *tag* `rest`.
pub struct Entry {
    /// `text` is the time of day to the minute, `exact` has the seconds and the zone.
    pub when: When,
    pub who: String,
    pub avatar: Avatar,
    /// "generated key", "signed in".
    pub verb: String,
    /// Shown in bold; empty where the sentence has no object.
    pub subject: String,
    pub tag: Option<KeyTag>,
    /// "as compromised"; often empty.
    pub rest: String,
    pub refused: bool,
    pub ip: String,
    /// "Firefox", "curl"; may be empty.
    pub agent: String,
    /// Unfolds below the sentence, as does what follows; empty where nothing has a before or an after.
    pub changes: Vec<Change>,
    /// The user agent in full, as `agent` is only its program; may be empty.
    pub user_agent: String,
    /// What the answer called the request; empty where there was none.
    pub request_id: String,
}

impl Entry {
    /// There is something to unfold.
    pub fn has_details(&self) -> bool {
        !(self.changes.is_empty() && self.user_agent.is_empty() && self.request_id.is_empty())
    }
}

/// A field before and after; an empty side is shown as a dash.
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}
