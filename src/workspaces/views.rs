//! What the workspace's own settings show.

use crate::web::{
    filters,
    ui::{ErrorSummary, KeyTag, Shell},
};
use askama::Template;

/// Settings → Workspace → General. Its three forms post `csrf was_name was_slug was_time_zone name slug time_zone` and
/// `csrf was_default_key_lifetime_days … max_key_lifetime_other` and `csrf was_unused_key_days … security_contact`.
#[derive(Template)]
#[template(path = "workspaces/general.html")]
pub struct GeneralPage {
    pub shell: Shell,
    pub general: General,
}

/// A change whose effects are shown before it is saved, over the page. Posts what was typed again, and `confirmed`:
/// `yes`, `shorten` or `no`.
#[derive(Template)]
#[template(path = "workspaces/question.html")]
pub struct QuestionPage {
    pub shell: Shell,
    pub general: General,
    pub question: Question,
}

impl QuestionPage {
    pub fn over(behind: GeneralPage, question: Question) -> Self {
        Self {
            shell: behind.shell.titled(question.title.clone(), "general"),
            general: behind.general,
            question,
        }
    }
}

pub struct General {
    pub workspace: String,
    pub action: String,
    pub is_mistaken: bool,
    /// What was so when the form was served: `was_name` and so on.
    pub basics_were: Vec<(&'static str, String)>,
    pub basics_summary: Option<ErrorSummary>,
    pub name: String,
    pub name_error: Option<String>,
    /// "keyroom.example/w/".
    pub prefix: String,
    pub slug: String,
    pub slug_error: Option<String>,
    /// "Links to acme lead here too."; may be empty.
    pub former: String,
    pub zones: Vec<ZoneGroup>,
    pub zone_error: Option<String>,
    /// "24 Nov 2026, 03:45 CET": now, in the chosen zone.
    pub zone_now: String,
    pub lifetimes_were: Vec<(&'static str, String)>,
    pub lifetimes_summary: Option<ErrorSummary>,
    pub default: LifetimeRow,
    pub max: LifetimeRow,
    /// Who may make personal keys.
    pub personal_keys: [Choice; 2],
    pub security_were: Vec<(&'static str, String)>,
    pub security_summary: Option<ErrorSummary>,
    pub unused: LifetimeRow,
    pub contact: String,
    pub contact_error: Option<String>,
    pub recoverable: Tick,
    /// Requests a minute, as typed.
    pub rate: String,
    pub rate_error: Option<String>,
    /// Where the workspace is deleted; none for whoever may not.
    pub deletion: Option<String>,
}

/// A setting that is on or off.
pub struct Tick {
    pub hint: String,
    pub is_set: bool,
}

pub struct Choice {
    pub value: String,
    pub text: String,
    pub selected: bool,
}

pub struct ZoneGroup {
    pub region: &'static str,
    /// "Dublin (UTC+00:00)".
    pub zones: Vec<Choice>,
}

/// A number of days: one of the usual ones, none, or another that is typed.
#[derive(Template)]
#[template(path = "workspaces/lifetime_row.html")]
pub struct LifetimeRow {
    pub name: &'static str,
    /// Of the field for another number.
    pub other_name: &'static str,
    pub label: &'static str,
    pub hint: String,
    pub choices: Vec<Choice>,
    pub other: String,
    pub error: Option<String>,
}
impl askama::filters::HtmlSafe for LifetimeRow {}

pub struct Question {
    /// "Change the address?"
    pub title: String,
    /// "Set maximum, keep their dates".
    pub verb: String,
    /// "Set maximum and shorten 12 keys"; none where there are none to shorten.
    pub shorten: Option<String>,
    /// A paragraph for each effect.
    pub text: Vec<String>,
    /// The first of the keys that are touched.
    pub keys: Vec<TouchedKey>,
    /// "and 12 more"; empty where all are shown.
    pub more: String,
    /// What was typed.
    pub fields: Vec<(&'static str, String)>,
}

pub struct TouchedKey {
    pub label: String,
    pub tag: KeyTag,
    /// "in 90 days"; "No expiry".
    pub end: String,
}
