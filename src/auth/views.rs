//! What signing in and changing a password show.

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};
use askama::Template;

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
}

/// *Change password*. Posts `csrf current new`, and the e-mail for password managers.
#[derive(Template)]
#[template(path = "auth/password.html")]
pub struct PasswordPage {
    pub shell: Shell,
    pub action: String,
    /// Whose password it is, so that a password manager changes the right one.
    pub email: String,
    pub summary: Option<ErrorSummary>,
    pub current: TextField,
    pub new: TextField,
}
