//! What signing in and one's own account show.

use askama::Template;

use super::email::EmailCard;
use crate::web::{
    filters,
    ui::{ErrorSummary, Pager, Shell, TextField, When},
};

/// *Sign in to Keyroom*. Posts `csrf next email password`.
#[derive(Template)]
#[template(path = "auth/sign_in.html")]
pub struct SignInPage {
    pub shell: Shell,
    pub action: String,
    /// The page to return to, as a path; may be empty.
    pub next: String,
    /// One sentence that never says which part was wrong.
    pub error: Option<String>,
    /// "You are signed out.", "You were signed out after 12 hours. Sign in to continue."
    pub notice: Option<String>,
    pub email: TextField,
    pub password: TextField,
    /// A forgotten password is reset by mail.
    pub can_reset: bool,
}

/// Your account → Profile. Posts `csrf name time_zone theme share_mails`.
#[derive(Template)]
#[template(path = "auth/profile.html")]
pub struct ProfilePage {
    pub shell: Shell,
    pub action: &'static str,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
    pub email: EmailCard,
    /// The first has no value: no zone of one's own.
    pub zones: Vec<Choice>,
    pub zone_error: Option<String>,
    /// "24 Nov 2026, 03:45 CET": now, in the zone in which times are shown.
    pub zone_now: String,
    pub themes: [Choice; 3],
    /// None: no mail is sent here.
    pub share_mails: Option<[Choice; 2]>,
}

/// One of several.
pub struct Choice {
    pub value: &'static str,
    pub text: &'static str,
    pub chosen: bool,
}

/// Your account → Security. *Change password* posts `csrf current new`, and the e-mail for password managers.
#[derive(Template)]
#[template(path = "auth/security.html")]
pub struct SecurityPage {
    pub shell: Shell,
    /// Whose password it is, so that a password manager changes the right one.
    pub email: String,
    pub changed: When,
    pub summary: Option<ErrorSummary>,
    pub current: TextField,
    pub new: TextField,
    pub sessions: Vec<SessionRow>,
    pub has_others: bool,
    /// There are more than are shown.
    pub is_cut: bool,
}

/// Where somebody is signed in.
pub struct SessionRow {
    pub icon: &'static str,
    /// "Firefox on Linux".
    pub device: String,
    /// It is the one that asks.
    pub is_here: bool,
    /// May be empty.
    pub ip: String,
    pub signed_in: When,
    pub seen: When,
    /// Where *End* posts to.
    pub end: String,
}

/// Your account → Activity, newest first.
#[derive(Template)]
#[template(path = "auth/activity.html")]
pub struct ActivityPage {
    pub shell: Shell,
    /// "Europe/Dublin".
    pub zone: &'static str,
    pub rows: Vec<ActivityRow>,
    pub pager: Pager,
}

/// Something that happened to the account.
pub struct ActivityRow {
    pub icon: &'static str,
    /// "Signed in".
    pub said: String,
    /// What it was about; often empty.
    pub detail: String,
    pub is_failure: bool,
    /// "Firefox on Linux, 203.0.113.7".
    pub from: String,
    pub when: When,
    /// "12 Mar 2026, 09:31:07 CET".
    pub exact: String,
}
