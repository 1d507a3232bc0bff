use askama::Template;

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};

/// *Forgot your password?* Posts `csrf email`.
#[derive(Template)]
#[template(path = "auth/forgotten.html")]
pub struct ForgottenPage {
    pub shell: Shell,
    pub action: &'static str,
    /// None: no mail is sent here, so another way is told.
    pub form: Option<ForgottenForm>,
}

pub struct ForgottenForm {
    pub summary: Option<ErrorSummary>,
    pub email: TextField,
}

/// *Choose a new password*. Posts `csrf token new`, and the e-mail for password managers.
#[derive(Template)]
#[template(path = "auth/new_password.html")]
pub struct NewPasswordPage {
    pub shell: Shell,
    pub action: &'static str,
    pub token: String,
    /// Whose password it is.
    pub email: String,
    pub summary: Option<ErrorSummary>,
    pub new: TextField,
}

/// Where a link leads that opens nothing any more.
#[derive(Template)]
#[template(path = "auth/link_over.html")]
pub struct LinkOverPage {
    pub shell: Shell,
    /// Where another one is asked for.
    pub again: &'static str,
}
