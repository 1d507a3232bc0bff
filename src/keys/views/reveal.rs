//! *Reveal*: the question, and the page that shows a recoverable key's secret again.

use super::KeyList;
use crate::web::{
    filters,
    ui::{KeyTag, Shell},
};
use askama::Template;

/// Asks before the secret is shown, over the list. Posts `csrf next version`, and `confirm-password` where it is asked.
#[derive(Template)]
#[template(path = "keys/ask_reveal.html")]
pub struct AskRevealPage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    /// Back to where the key was seen, at the key.
    pub cancel: String,
    /// The same as path and query.
    pub next: String,
    pub label: String,
    pub tag: KeyTag,
    /// Which values there are to show; empty where there is one.
    pub values: Vec<ValueChoice>,
    /// Whose password is asked for; none where it was entered a moment ago.
    pub asked: Option<Asked>,
}

/// Somebody whose password is asked for.
pub struct Asked {
    pub name: String,
    pub email: String,
}

/// One of the two values that a rotating key has.
pub struct ValueChoice {
    pub version: i32,
    pub name: &'static str,
    pub note: String,
    pub selected: bool,
}

/// The secret, shown again. A full page from the POST, with `no-store`.
#[derive(Template)]
#[template(path = "keys/revealed.html")]
pub struct RevealedPage {
    pub shell: Shell,
    pub list: KeyList,
    pub id: String,
    pub label: String,
    pub value: String,
    /// `KEYROOM_API_KEY=skey_…`
    pub env: String,
    /// `curl -H "Authorization: Bearer skey_…" https://…/v1/whoami`
    pub curl: String,
    /// Names, separated by commas.
    pub permissions: String,
    /// "18 February 2027", or "Never".
    pub expires: String,
    /// "This key can delete files and manage access."; empty without a careful permission.
    pub careful: String,
    /// "It is deactivated: requests with it get 401."; empty where it opens something.
    pub off: String,
    /// Back to where the key was seen, at the key.
    pub done: String,
}
