//! *Edit*.

use super::{KeyForm, KeyList};
use crate::web::{
    filters,
    ui::{Shell, When},
};
use askama::Template;

/// *Edit*, over the list. Posts `csrf was_label was_permissions was_allowed_origins was_expires_at was_updated_at
/// was_allowed_ips was_rate_limit_per_minute next` with its form.
#[derive(Template)]
#[template(path = "keys/edit.html")]
pub struct EditPage {
    pub shell: Shell,
    pub list: KeyList,
    /// What the key is called now.
    pub label: String,
    pub form: KeyForm,
    pub was: Was,
    /// Path and query of where the key was seen.
    pub next: String,
    /// Nothing was saved: somebody else has changed the same, each in a line of its own. Takes the focus.
    pub meanwhile: Vec<Meanwhile>,
    /// Nothing was saved: addresses that use the key would be refused. Takes the focus. Posts `confirmed_ips`.
    pub excluded: Option<Excluded>,
}

/// What the form was made of. What differs from it is what somebody typed.
pub struct Was {
    pub label: String,
    /// Codes, separated by spaces.
    pub permissions: String,
    /// Separated by spaces; empty: it is a secret key.
    pub allowed_origins: String,
    /// RFC 3339; empty: never.
    pub expires_at: String,
    pub updated_at: String,
    /// Ranges, separated by spaces.
    pub allowed_ips: String,
    /// A number; empty: that of the workspace.
    pub rate_limit_per_minute: String,
}

/// Who would be refused from now on.
pub struct Excluded {
    /// The first of them, whoever called last comes first, with when that was.
    pub addresses: Vec<(String, When)>,
    /// "and 12 more"; empty where all are shown.
    pub more: String,
    /// The list for which a tick counts.
    pub list: String,
}

/// What somebody else changed while the form was filled in.
pub struct Meanwhile {
    /// "Ben Ito changed the label from “ci” to “ci-2”".
    pub said: String,
    /// "2 minutes ago"; none where the log does not know.
    pub when: Option<When>,
    /// "Saving again changes it to “ci-3”."
    pub now: String,
}
