use askama::Template;

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};

/// The card *Email* of the profile. Posts `csrf email` to `/account/email`.
pub struct EmailCard {
    pub address: String,
    /// False: no mail is sent here, so nobody can confirm anything.
    pub can_change: bool,
    pub pending: Option<PendingView>,
    pub summary: Option<ErrorSummary>,
    pub field: TextField,
}

/// What waits for its confirmations. Posts `csrf`.
pub struct PendingView {
    pub sides: [PendingSide; 2],
    /// "26 Nov 2026, 09:42 UTC".
    pub until: String,
}

pub struct PendingSide {
    pub address: String,
    /// "Your present email".
    pub what: &'static str,
    /// "Confirmed 4 minutes ago".
    pub state: String,
    pub icon: &'static str,
}

/// What a link in a mail leads to. Posts `csrf token`.
#[derive(Template)]
#[template(path = "auth/email_confirmation.html")]
pub struct ConfirmationPage {
    pub shell: Shell,
    pub action: &'static str,
    pub token: String,
    pub old: String,
    pub new: String,
    /// What else is to be done.
    pub then: String,
}
