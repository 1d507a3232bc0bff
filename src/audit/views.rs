//! What the audit log shows.

use crate::web::{
    filters,
    ui::{Avatar, ErrorSummary, KeyTag, Pager, Shell, When},
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
    pub summary: Option<ErrorSummary>,
    pub bar: FilterBar,
    pub days: Vec<Day>,
    /// Shown instead of the days.
    pub empty: Option<EmptyLog>,
    /// None where there is nothing to export.
    pub export: Option<Export>,
    pub pager: Pager,
}

/// What narrows the log. Sends `person find key action from to refused`.
pub struct FilterBar {
    /// The address of the log.
    pub action: String,
    pub people: Vec<Person>,
    /// What the people are narrowed to; none where all of them are offered.
    pub find: Option<String>,
    pub key: String,
    pub key_error: Option<String>,
    pub actions: Vec<ActionGroup>,
    /// Days, as a date field has them.
    pub from: String,
    pub from_error: Option<String>,
    pub to: String,
    pub to_error: Option<String>,
    pub refused: bool,
    /// Today, 7 days, 30 days, All.
    pub periods: Vec<Period>,
    /// The address without any filter, while there is one.
    pub clear: Option<String>,
}

/// Somebody whose entries can be asked for.
pub struct Person {
    pub id: String,
    pub name: String,
    pub selected: bool,
}

/// The actions of one noun.
pub struct ActionGroup {
    pub title: String,
    pub actions: Vec<ActionChoice>,
}

pub struct ActionChoice {
    /// As it is recorded: `key.revoked`.
    pub value: String,
    pub text: String,
    pub selected: bool,
}

/// A link that replaces the two days.
pub struct Period {
    pub id: &'static str,
    pub text: &'static str,
    pub href: String,
    pub current: bool,
}

/// Why there is no entry.
pub struct EmptyLog {
    pub title: &'static str,
    pub text: String,
    /// The address without the filter; none where there is none.
    pub clear: Option<String>,
}

/// The form that answers a file. Posts `csrf format` and the filter.
pub struct Export {
    pub action: String,
    /// Name and value of each field of the filter that is set.
    pub fields: Vec<(&'static str, String)>,
}

/// The entries of one calendar day.
pub struct Day {
    /// "Today, 20 November 2026".
    pub title: String,
    pub entries: Vec<Entry>,
}

/// One line of the log, read as a sentence: *who* `verb` *subject* *tag* `rest`.
pub struct Entry {
    /// The entry's own page.
    pub href: String,
    /// "09:31, Ada Park": which entry, for those who do not see its line.
    pub told: String,
    /// `text` is the time of day to the minute, `exact` has the seconds and the zone.
    pub when: When,
    pub who: String,
    pub avatar: Avatar,
    /// "generated key", "signed in".
    pub verb: String,
    /// Shown in bold; empty where the sentence has no object.
    pub subject: String,
    /// The page of the subject, if it has one.
    pub subject_href: Option<String>,
    pub tag: Option<KeyTag>,
    /// "as compromised"; often empty.
    pub rest: String,
    pub refused: bool,
    pub ip: String,
    /// "Firefox", "curl"; may be empty.
    pub agent: String,
    /// What differs; unfolds below the sentence.
    pub changes: Vec<Change>,
}

/// A field before and after; an empty side is shown as a dash.
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
    pub differs: bool,
}

/// One entry in full.
#[derive(Template)]
#[template(path = "audit/entry.html")]
pub struct EntryPage {
    pub shell: Shell,
    /// Back to the list.
    pub log: String,
    /// "Ada Park revoked key ci".
    pub sentence: String,
    pub refused: bool,
    /// In the zone of whoever reads, to the second.
    pub at: String,
    /// The same in UTC, to the microsecond.
    pub utc: String,
    pub actor: Party,
    pub avatar: Avatar,
    /// As it is recorded: `key.revoked`.
    pub action: String,
    pub subject: Party,
    pub tag: Option<KeyTag>,
    /// A page that tells more of it: its name and its address.
    pub record: Option<(&'static str, String)>,
    pub ip: String,
    /// The program's name and the whole user agent; may be empty.
    pub agent: String,
    pub user_agent: String,
    pub request_id: String,
    pub id: String,
    pub changes: Vec<Change>,
    /// There are two sides, so what differs is marked.
    pub marks: bool,
}

/// Who did it, or what it was done to.
pub struct Party {
    pub label: String,
    /// "Person", "API key", "Workspace".
    pub kind: String,
    /// Empty where there is none.
    pub id: String,
    pub href: Option<String>,
    /// "Entries about this key" and where they are; none for what the log cannot be narrowed to.
    pub entries: Option<(&'static str, String)>,
}
