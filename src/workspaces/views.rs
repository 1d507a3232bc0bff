//! What the workspace's own settings show.

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};
use askama::Template;

/// Settings → Workspace → General. Posts `csrf name`.
#[derive(Template)]
#[template(path = "workspaces/general.html")]
pub struct GeneralPage {
    pub shell: Shell,
    pub workspace: String,
    pub action: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
}
