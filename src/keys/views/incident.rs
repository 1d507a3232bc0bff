//! The guided page after a compromise, and what is left of it for good.

use askama::Template;

use super::GivenView;
use crate::{
    audit,
    web::{
        filters,
        ui::{Csrf, ErrorSummary, Fact, KeyTag, Shell, Status, When},
    },
};

/// Six steps in their order, each with its state. Until the key is revoked as compromised only the first has something to
/// do.
#[derive(Template)]
#[template(path = "keys/incident.html")]
pub struct IncidentPage {
    pub shell: Shell,
    pub list_href: String,
    pub key_href: String,
    pub label: String,
    pub title: String,
    pub lede: String,
    pub status: Status,
    pub tag: KeyTag,
    pub summary: Option<ErrorSummary>,
    /// The key is revoked as compromised.
    pub is_open: bool,
    pub revoke: StepHead,
    pub revoke_text: String,
    pub replace: StepHead,
    pub replace_text: String,
    /// The key that was made in its place: its label and its page.
    pub replacement: Option<(String, String)>,
    pub update: StepHead,
    pub places_action: String,
    /// Where the key was in use.
    pub used: Vec<PlaceRow>,
    /// "and 12 more"; empty where all are shown.
    pub used_more: String,
    pub review: StepHead,
    pub review_text: String,
    pub callers: Vec<PlaceRow>,
    pub callers_more: String,
    /// The key's entries in the log, and its calls.
    pub entries_href: String,
    pub calls_href: String,
    /// What it did itself.
    pub done_by_it: audit::History,
    pub made: Vec<MadeWithIt>,
    pub made_more: String,
    /// Roles in folders that it and those keys gave.
    pub given: GivenView,
    /// Where all of that is taken away.
    pub removal: String,
    pub contact: StepHead,
    pub contact_text: String,
    /// Whom the workspace names, and how they are reached.
    pub security_contact: Option<(String, String)>,
    /// Where that is set.
    pub general: String,
    pub told: NoteField,
    pub close: StepHead,
    pub cause: NoteField,
    pub effect: NoteField,
    pub notes_action: String,
    pub close_action: String,
    /// "Not done yet: update your applications."; empty where all is.
    pub undone: String,
}

/// The head of a step: what it is, whether it is done, and what can be done about that.
#[derive(Template)]
#[template(path = "keys/incident_step.html")]
pub struct StepHead {
    pub csrf: Csrf,
    pub number: usize,
    /// `done`, `now` or empty.
    pub class: &'static str,
    pub title: &'static str,
    /// When and by whom; without it the hint is shown.
    pub done: Option<(When, String)>,
    pub hint: String,
    pub way: Option<Way>,
    pub mark: Option<Mark>,
}
impl askama::filters::HtmlSafe for StepHead {}

/// A link to where the step is done.
pub struct Way {
    pub text: &'static str,
    pub href: String,
    /// Without it the link is quieter.
    pub primary: bool,
}

/// A button that says that a step is done, or that it is not. Posts `csrf` and one more field.
pub struct Mark {
    pub action: String,
    pub fields: Vec<(&'static str, &'static str)>,
    pub text: &'static str,
    /// For those who do not see where it stands.
    pub about: &'static str,
}

/// An address and a program.
pub struct PlaceRow {
    /// What the form calls it.
    pub name: String,
    pub ip: String,
    /// "curl"; may be empty.
    pub program: String,
    pub agent: String,
    pub first: When,
    pub last: When,
    pub served: String,
    pub refused: String,
    /// It called first shortly before the key was revoked.
    pub is_new: bool,
    /// It called after the key was revoked.
    pub is_calling: bool,
    pub ticked: bool,
}

/// A key that was made or rotated with it, and ended with it.
pub struct MadeWithIt {
    pub label: String,
    pub href: String,
    pub tag: KeyTag,
    pub status: Status,
}

/// A text of several lines. Posts `was_{name}` and `{name}`.
#[derive(Template)]
#[template(path = "keys/note_field.html")]
pub struct NoteField {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub value: String,
    /// As it was when the form was made.
    pub was: String,
    /// What somebody else has written meanwhile.
    pub theirs: Option<String>,
    pub error: Option<String>,
}
impl askama::filters::HtmlSafe for NoteField {}

/// What was written down when the incident was closed: to be read and printed.
#[derive(Template)]
#[template(path = "keys/incident_record.html")]
pub struct RecordPage {
    pub shell: Shell,
    pub list_href: String,
    pub key_href: String,
    pub label: String,
    pub lede: String,
    pub status: Status,
    pub tag: KeyTag,
    pub facts: Vec<Fact>,
    pub steps: Vec<Fact>,
    /// Title and text.
    pub notes: Vec<(&'static str, String)>,
    /// Title and names.
    pub lists: Vec<(&'static str, Vec<String>)>,
    pub entries_href: String,
}

/// What is not finished, above the list of keys.
pub struct OpenIncidents {
    pub shown: Vec<OpenIncident>,
    /// "There are more: see the revoked keys." and where they are.
    pub more: Option<String>,
}

pub struct OpenIncident {
    pub label: String,
    pub href: String,
    pub opened: When,
    pub by: String,
    /// "3 of 6".
    pub progress: String,
}
