//! What the first run shows.

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};
use askama::Template;

/// *Set up Keyroom*. Posts `csrf workspace name email password code`.
#[derive(Template)]
#[template(path = "setup/new.html")]
pub struct SetUpPage {
    pub shell: Shell,
    pub action: String,
    pub summary: Option<ErrorSummary>,
    pub workspace: TextField,
    pub name: TextField,
    pub email: TextField,
    pub password: TextField,
    pub code: TextField,
}
