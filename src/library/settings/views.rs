//! What the screens of all folders show.

use askama::Template;

use crate::library::views::Losses;
use crate::web::{
    filters,
    ui::{ErrorSummary, Pager, Shell, When},
};

/// Settings → Workspace → Library. The list posts `csrf next who id* do` to `selection`.
#[derive(Template)]
#[template(path = "library/settings.html")]
pub struct LibraryPage {
    pub shell: Shell,
    pub workspace: String,
    /// Where a folder is made.
    pub new: String,
    pub figures: Option<FiguresView>,
    /// Where the search goes: the list itself.
    pub action: String,
    pub selection: String,
    pub q: String,
    pub find: String,
    pub owners: Vec<Choice>,
    pub accesses: Vec<Choice>,
    pub sorts: Vec<Choice>,
    pub state: &'static str,
    pub living: Link,
    pub trash: Link,
    /// Whom or what the list is about; none: all folders.
    pub who: Option<WhoView>,
    /// Who and what was found by what was typed.
    pub matches: Option<Vec<Match>>,
    pub rows: Vec<FolderRow>,
    pub pages: Pager,
    /// Shown instead of the table.
    pub empty: Option<Empty>,
    /// Path and query to come back to.
    pub back: String,
}

/// What there is, in numbers.
pub struct FiguresView {
    pub folders: String,
    pub inside: String,
    pub files: String,
    pub used: String,
    pub room: String,
    /// None: nothing is there.
    pub in_trash: Option<String>,
    pub trash: String,
    /// At the top and inside.
    pub all: String,
    pub with_key: String,
    pub with_key_href: String,
    pub file_limit: String,
    /// Where the limits are changed.
    pub limits: String,
}

pub struct Choice {
    pub value: String,
    pub text: String,
    pub selected: bool,
}

pub struct Link {
    pub text: &'static str,
    pub href: String,
    pub current: bool,
}

pub struct WhoView {
    /// As forms send it.
    pub value: String,
    pub name: String,
    /// Why they reach none of it; may be empty.
    pub stopped: &'static str,
    /// Without it.
    pub clear: String,
}

/// Somebody or something that can be chosen.
pub struct Match {
    pub kind: &'static str,
    pub name: String,
    pub note: String,
    pub href: String,
}

pub struct FolderRow {
    pub id: String,
    pub page: String,
    /// Where access to it is changed; none in the trash.
    pub share: Option<String>,
    pub name: String,
    /// "In Company / Sales"; empty at the top.
    pub place: String,
    /// "3 folders, 20 files in it"; may be empty.
    pub within: String,
    pub size: String,
    /// "Ada Park", "The workspace".
    pub owner: String,
    /// Of the list of everything: "Lena Fischer, Sales and 3 more". Of what somebody reaches: "Editor".
    pub access: String,
    /// Of the list of everything: "API key: ci". Of what somebody reaches: "Direct, through Engineering". May be empty.
    pub through: String,
    pub when: Option<When>,
}

pub struct Empty {
    pub title: &'static str,
    pub text: String,
    /// Without what narrows the list; empty where nothing does.
    pub clear: String,
}

/// How much there may be. It sends `csrf file_limit file_unit total_limit total_unit`.
#[derive(Template)]
#[template(path = "library/settings_limits.html")]
pub struct LimitsPage {
    pub shell: Shell,
    pub list_href: String,
    pub action: String,
    pub summary: Option<ErrorSummary>,
    pub limits: Vec<LimitField>,
}

/// A number and its unit.
pub struct LimitField {
    pub name: &'static str,
    pub unit_name: &'static str,
    pub label: &'static str,
    pub hint: String,
    pub value: String,
    pub units: Vec<Choice>,
    pub error: Option<String>,
}

/// Before something is done to the folders that were ticked.
#[derive(Template)]
#[template(path = "library/settings_question.html")]
pub struct QuestionPage {
    pub shell: Shell,
    pub list_href: String,
    pub action: String,
    pub text: String,
    pub summary: Option<ErrorSummary>,
    pub folders: Vec<Asking>,
    /// Folders that are not named.
    pub more: Option<String>,
    /// Who loses access, where that is asked.
    pub losses: Option<Losses>,
    /// Sent with the answer.
    pub hidden: Vec<(&'static str, String)>,
    /// The address of whoever is to own them; none: it is about something else.
    pub heir: Option<Heir>,
    pub cancel: String,
    pub button: String,
    pub is_danger: bool,
}

pub struct Asking {
    pub id: String,
    pub name: String,
    /// What follows; may be empty.
    pub note: String,
}

pub struct Heir {
    pub value: String,
    pub error: Option<String>,
}
