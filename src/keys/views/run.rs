//! A change to all keys that match, on its way.

use crate::web::{filters, ui::Shell};
use askama::Template;

/// Its progress and its result.
#[derive(Template)]
#[template(path = "keys/run.html")]
pub struct RunPage {
    pub shell: Shell,
    /// The address of the list.
    pub list: String,
    pub here: String,
    /// "Revoke 100,000 keys".
    pub title: String,
    pub what: String,
    /// "Ada Park started it 2 minutes ago".
    pub started: String,
    /// Another was asked for and not begun.
    pub is_in_the_way: bool,
    /// "Running".
    pub state: &'static str,
    pub told: String,
    pub is_running: bool,
    pub total: i64,
    pub passed: i64,
    pub figures: Vec<(&'static str, String)>,
    /// How many keys are skipped, and why.
    pub reasons: Vec<(String, &'static str)>,
    /// Where *Stop* posts to.
    pub stop: Option<String>,
    /// Where *Undo* posts to.
    pub undo: Option<String>,
    /// The log, narrowed to what was done to the keys.
    pub log: String,
}

/// On top of the list.
pub struct RunBanner {
    pub title: String,
    pub told: String,
    pub href: String,
}
