//! What compromised keys gave to others, and the question before it is taken away.

use askama::Template;

use crate::web::{
    filters,
    ui::{KeyTag, Shell, Status, When},
};

/// Roles in folders, by folder.
#[derive(Template)]
#[template(path = "keys/given.html")]
pub struct GivenView {
    pub rows: Vec<GivenRow>,
    /// "and 12 more."; empty where all are shown.
    pub more: String,
    /// "62 shares".
    pub number: String,
}
impl askama::filters::HtmlSafe for GivenView {}

pub struct GivenRow {
    /// Who or what has it, and what of the kinds they are.
    pub to: String,
    pub kind: &'static str,
    pub folder: String,
    /// Where it is shared; none: it is in the trash.
    pub href: Option<String>,
    pub role: &'static str,
    /// When it ends; none: it does not.
    pub until: Option<When>,
    pub since: When,
    /// The key that gave it.
    pub by: String,
    pub by_href: String,
}

/// *Remove all*, asked first. Posts `csrf`.
#[derive(Template)]
#[template(path = "keys/withdrawal.html")]
pub struct WithdrawalPage {
    pub shell: Shell,
    pub list_href: String,
    pub key_href: String,
    pub incident_href: String,
    pub label: String,
    pub status: Status,
    pub tag: KeyTag,
    pub action: String,
    pub cancel: String,
    pub given: GivenView,
    /// "Remove 62 shares".
    pub button: String,
}
