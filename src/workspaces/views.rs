//! What the workspace's own settings show.

use crate::web::{
    filters,
    ui::{ErrorSummary, Shell, TextField},
};
use askama::Template;

/// Settings → Workspace → General. Posts `csrf was_name was_time_zone name time_zone`, and `check` to see first.
#[derive(Template)]
#[template(path = "workspaces/general.html")]
pub struct GeneralPage {
    pub shell: Shell,
    pub workspace: String,
    pub action: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
    pub zones: Vec<ZoneChoice>,
    pub zone_error: Option<String>,
    /// "24 Nov 2026, 03:45 CET": now, in the chosen zone.
    pub zone_now: String,
    /// What was so when the form was served.
    pub was_name: String,
    pub was_time_zone: String,
    /// Where the workspace is deleted; none for whoever may not.
    pub deletion: Option<String>,
}

/// One of the time zones there are.
pub struct ZoneChoice {
    pub name: &'static str,
    pub selected: bool,
}
