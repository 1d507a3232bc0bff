//! The question before somebody is removed, and the report afterwards.

use crate::web::{
    filters,
    ui::{ErrorSummary, Fact, FolderChoice, KeyTag, Shell, Status},
};
use askama::Template;

/// *Remove from workspace*. Posts `csrf key-{id}* others grace invitations folder-{id}*`.
#[derive(Template)]
#[template(path = "people/remove.html")]
pub struct RemovePage {
    pub shell: Shell,
    pub workspace: String,
    pub list_href: String,
    /// The member's own page.
    pub page: String,
    pub name: String,
    pub action: String,
    pub summary: Option<ErrorSummary>,
    /// "3 keys".
    pub total: String,
    pub keys: Vec<LeftKey>,
    /// Those that are too many to be decided one by one.
    pub others: Option<Others>,
    /// How long old values of keys that are taken over work on; empty where there is none to take over.
    pub graces: Vec<GraceOption>,
    pub grace_error: Option<String>,
    /// For the keys that are taken over; none where there is nothing to share.
    pub share: Option<FolderChoice>,
    /// Those that they sent and nobody has accepted.
    pub invitations: Option<LeftInvitations>,
    pub folders: Option<LeftFolders>,
    /// The first of the folders that they reach and do not own: "Handbook, Release notes and 12 more"; may be empty.
    pub shared: String,
    /// The groups they leave, separated by commas; may be empty.
    pub groups: String,
    /// Where *Suspend instead* posts to; none for whoever is suspended.
    pub suspend: Option<String>,
}

/// A key that they made.
pub struct LeftKey {
    /// The name of its radio buttons.
    pub field: String,
    pub page: String,
    pub label: String,
    pub tag: KeyTag,
    pub status: Status,
    /// Their own, which stops with them.
    pub is_personal: bool,
    /// "69 requests in 28 days, last 2 hours ago from 203.0.113.7".
    pub traffic: String,
    /// To take it over stops the older of its two values.
    pub is_rotating: bool,
    pub choices: Vec<DecisionChoice>,
}

/// The keys that are decided together.
pub struct Others {
    /// "12 other keys".
    pub number: String,
    pub error: Option<String>,
    pub choices: Vec<DecisionChoice>,
}

/// The invitations, decided together.
pub struct LeftInvitations {
    /// "2 open invitations".
    pub number: String,
    /// "noor@partner.example, tomas@partner.example and 3 more".
    pub to: String,
    pub choices: Vec<DecisionChoice>,
}

/// The folders that they own, but for those within another.
pub struct LeftFolders {
    /// "2 folders".
    pub number: String,
    pub folders: Vec<LeftFolder>,
    /// "12 other folders"; empty where all are named.
    pub others: String,
    pub error: Option<String>,
}

/// A folder, and who can get it.
pub struct LeftFolder {
    /// The name of its list.
    pub field: String,
    pub page: String,
    pub name: String,
    /// "3 folders in it. 2 people and 1 key have access".
    pub text: String,
    pub heirs: Vec<HeirOption>,
}

/// One line of a list to choose from.
pub struct HeirOption {
    /// The id of a member, or what else becomes of it.
    pub value: String,
    pub text: String,
    pub selected: bool,
}

/// A radio button.
pub struct DecisionChoice {
    pub value: &'static str,
    pub text: &'static str,
    pub checked: bool,
}

/// One line of a list to choose from.
pub struct GraceOption {
    /// In seconds.
    pub value: String,
    /// "24 hours, until 21 Nov 2026, 09:42 UTC".
    pub text: String,
    pub selected: bool,
}

/// The new values of the keys that were taken over. A full page from the POST, with status 201 and `no-store`.
#[derive(Template)]
#[template(path = "people/taken.html")]
pub struct TakenPage {
    pub shell: Shell,
    pub workspace: String,
    /// Who was removed.
    pub name: String,
    /// "2 keys".
    pub number: String,
    pub values: Vec<NewValueView>,
    /// Where *Done* leads.
    pub report: String,
}

/// A key and its new value, which is nowhere else.
pub struct NewValueView {
    pub id: String,
    pub label: String,
    pub tag: KeyTag,
    pub value: String,
    /// "The old value works until 21 Nov 2026, 09:42 UTC."
    pub old: String,
    /// It can be shown again, so it is no loss if it was not copied.
    pub is_recoverable: bool,
    pub is_deactivated: bool,
}

/// What became of somebody and their keys.
#[derive(Template)]
#[template(path = "people/report.html")]
pub struct ReportPage {
    pub shell: Shell,
    pub workspace: String,
    pub list_href: String,
    /// The member's own page.
    pub page: String,
    pub name: String,
    pub facts: Vec<Fact>,
    pub rows: Vec<ReportRow>,
    /// "12 other keys kept."; may be empty.
    pub others: String,
    /// Addresses, and what became of the invitations to them: "Cancelled", "Taken over".
    pub invitations: Vec<(String, String)>,
    /// The names of their folders, and what became of them: "Handed over to Ada Park".
    pub folders: Vec<(String, String)>,
    /// "12 other folders handed over."; may be empty.
    pub other_folders: String,
    /// Folders that were shared with them, separated by commas; may be empty.
    pub shared: String,
}

/// A key, and what was decided.
pub struct ReportRow {
    pub label: String,
    pub page: String,
    pub tag: KeyTag,
    /// "Kept", "Deactivated", "Revoked".
    pub decision: String,
    /// Why it stayed as it was; may be empty.
    pub skipped: String,
}
