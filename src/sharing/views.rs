//! What the templates of sharing show.

use askama::Template;

use crate::{
    library::FolderView,
    notices::Banners,
    web::{
        filters,
        ui::{Avatar, ErrorSummary, KeyTag, Picker, Shell, When},
    },
};

/// The dialog over the page of its folder.
#[derive(Template)]
#[template(path = "sharing/share.html")]
pub struct SharePage {
    pub shell: Shell,
    /// The page behind it.
    pub folder: FolderView,
    pub name: String,
    pub folder_path: String,
    pub dialog: Dialog,
}

pub struct Dialog {
    pub summary: Option<ErrorSummary>,
    /// None: whoever looks may not share it.
    pub form: Option<ShareForm>,
    /// In place of the form: "Ask Ada Park".
    pub why_not: String,
    pub rows: Vec<Row>,
    pub count: String,
    pub more: Option<String>,
    pub pending: Vec<PendingRow>,
    pub requests: Vec<RequestRow>,
    /// For whoever may not share with keys, and has a role.
    pub ask: Option<AskForm>,
    /// What whoever looks is told of what they asked.
    pub told: Banners,
    /// The address of the folder, with this installation's own.
    pub link: String,
}

/// *Add people and groups*.
pub struct ShareForm {
    pub action: String,
    pub picker: Picker,
    pub is_editor: bool,
    pub ends_on: EndField,
    /// None: mail is not set up.
    pub letter: Option<LetterFields>,
    /// What has been filled in there is shown.
    pub is_open: bool,
}

pub struct EndField {
    pub value: String,
    pub min: String,
    pub zone: &'static str,
    pub error: Option<String>,
}

pub struct LetterFields {
    pub tells: bool,
    pub message: String,
    pub error: Option<String>,
}

/// Somebody or something with access.
pub struct Row {
    pub id: String,
    pub avatar: Avatar,
    pub name: String,
    pub is_you: bool,
    pub tag: Option<KeyTag>,
    /// "ada@brightwater.example", "Group, 6 members".
    pub note: String,
    /// A page with more of them.
    pub page: Option<(String, String)>,
    /// "Direct", "Owner of the folder", "Through the folder ".
    pub way: &'static str,
    /// Of the last: its name, and where whoever looks may go to it.
    pub through: Option<Through>,
    pub ends: Option<When>,
    pub flaw: Option<FlawView>,
    /// Of a group: "Lena Fischer, Sam Okafor and 4 more".
    pub members: Option<String>,
    /// Where it cannot be changed: "Owner".
    pub fixed: &'static str,
    pub edit: Option<RowEdit>,
}

pub struct Through {
    pub name: String,
    pub href: Option<String>,
}

pub struct RowEdit {
    /// None: it lasts longer than whoever looks may give one.
    pub role: Option<String>,
    pub removal: String,
    /// "Role for Ada Park", "API access role for production-server".
    pub label: String,
    pub is_editor: bool,
    pub end: RowEnd,
}

/// When the role ends.
pub struct RowEnd {
    pub action: String,
    pub value: String,
    pub min: String,
    pub zone: &'static str,
    /// That of whoever looks ends then.
    pub no_later: Option<String>,
    pub ends: bool,
    /// The page of the list that it is on.
    pub after: Option<String>,
    pub error: Option<String>,
}

/// What a key lacks to use its role, and how that is mended.
pub struct FlawView {
    pub text: String,
    /// A button: the words, and where it posts to.
    pub post: Option<(&'static str, String)>,
    pub link: Option<(&'static str, String)>,
}

/// Somebody who is invited.
pub struct PendingRow {
    pub email: String,
    pub role: &'static str,
    pub sent: When,
    pub end: When,
    pub is_over: bool,
    pub resend: Option<String>,
    pub cancel: String,
}

/// *Ask an admin to add an API key*.
pub struct AskForm {
    pub action: String,
    pub wanted: String,
    pub wanted_error: Option<String>,
    pub is_editor: bool,
    pub note: String,
    pub note_error: Option<String>,
    /// "Goes to Ada Park and other admins."
    pub goes_to: String,
}

/// What somebody has asked.
pub struct RequestRow {
    pub wanted: String,
    /// "User. Asked by Lena Fischer", "Editor. Declined".
    pub said: String,
    pub at: When,
    /// Of declining it. May be empty.
    pub reason: String,
    pub answer: Option<String>,
    pub withdraw: Option<String>,
}

/// What somebody asks, for those who decide.
#[derive(Template)]
#[template(path = "sharing/request.html")]
pub struct RequestPage {
    pub shell: Shell,
    /// The page behind it.
    pub folder: FolderView,
    pub summary: Option<ErrorSummary>,
    pub name: String,
    pub share: String,
    pub by: String,
    /// "a User".
    pub role: &'static str,
    pub wanted: String,
    pub note: String,
    pub at: When,
    /// In place of the answer: what became of it.
    pub outcome: &'static str,
    pub answer: Option<Answer>,
}

pub struct Answer {
    pub approve: String,
    pub decline: String,
    pub picker: Picker,
    /// "production-server is an Editor of this folder already."
    pub has: Vec<String>,
    pub is_editor: bool,
    pub reason: String,
    pub reason_error: Option<String>,
}
