//! One change to many keys, asked over the list.

use super::{Confirm, ExpiryFields, KeyList};
use crate::web::{
    filters,
    ui::{ErrorSummary, KeyTag, PermissionsField, Shell},
};
use askama::Template;

/// What will change and what is skipped, before anything does. Posts `csrf next id* reason confirm`, and of an edit its terms.
#[derive(Template)]
#[template(path = "keys/bulk.html")]
pub struct BulkPage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    pub next: String,
    /// "Revoke 3 keys": the title asks it, the button says it.
    pub verb: String,
    pub icon: &'static str,
    /// What it means for those who call with the keys.
    pub text: String,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The terms of the change, as fields of the form.
    pub hidden: Vec<(&'static str, String)>,
    pub ids: Vec<String>,
    /// The first of the keys that change.
    pub keys: Vec<BulkKey>,
    /// How many more there are: "and 12 more"; empty where all are shown.
    pub more: String,
    pub skipped: Vec<SkippedKeys>,
    /// "487 in 24 hours, 2,465 in 7 days".
    pub requests: String,
    /// The first of the folders that they reach no more; none: they go on.
    pub folders: Option<String>,
    /// "4 minutes ago"; "Never".
    pub last_used: String,
    /// Only of a revocation.
    pub why: Option<Why>,
    pub summary: Option<ErrorSummary>,
}

/// What a revocation asks besides.
pub struct Why {
    /// "27 November": until when they can be restored.
    pub restorable_until: String,
    pub compromised: bool,
    /// "3 keys that were made or rotated with them are revoked too."; empty where there are none.
    pub made: String,
    /// "revoke 3 keys".
    pub phrase: String,
    pub confirm: Confirm,
}

pub struct BulkKey {
    pub label: String,
    pub tag: KeyTag,
    /// Where that is what changes.
    pub expiry: Option<FromTo>,
}

pub struct FromTo {
    pub from: String,
    pub to: String,
}

/// Keys that stay as they are, for one reason.
pub struct SkippedKeys {
    /// "2 keys".
    pub number: String,
    pub why: &'static str,
    /// The first of them by label: "ci-deploy, partner and 3 more"; empty where nobody has looked.
    pub labels: String,
}

/// The terms of an edit of many keys. Posts `csrf next do id*` with its fields.
#[derive(Template)]
#[template(path = "keys/bulk_edit.html")]
pub struct BulkEditPage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    pub next: String,
    /// "Add permissions to 3 keys".
    pub title: String,
    pub summary: Option<ErrorSummary>,
    pub r#do: &'static str,
    pub ids: Vec<String>,
    /// Instead of them, all that a list shows.
    pub matching: Option<String>,
    /// One of the two.
    pub expiry: Option<ExpiryFields>,
    pub permissions: Option<PermissionsField>,
}
