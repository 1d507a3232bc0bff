//! *Generate new key*, and the page that shows the new key.

use super::KeyList;
use crate::web::{
    filters,
    ui::{ErrorSummary, KeyTag, PermissionsField, Shell},
};
use askama::Template;

/// *Generate new key*, over the list.
#[derive(Template)]
#[template(path = "keys/new.html")]
pub struct NewPage {
    pub shell: Shell,
    pub list: KeyList,
    pub form: NewForm,
}

/// The dialog's form. Posts `csrf nonce label preset permission* expiry expires_on`, and `apply=preset` without script.
pub struct NewForm {
    pub action: String,
    /// Back to the list.
    pub cancel: String,
    /// Makes a second submit of the same form harmless.
    pub nonce: String,
    pub summary: Option<ErrorSummary>,
    /// `name` is `label`; its hint is written by the template.
    pub label: LabelField,
    pub permissions: PermissionsField,
    pub expiries: Vec<ExpiryChoice>,
    pub date: DateField,
}

/// The label's input, whose hint contains an example in bold.
pub struct LabelField {
    pub value: String,
    pub error: Option<String>,
    /// True unless an error summary takes the focus.
    pub autofocus: bool,
}

/// One line of the *Expires* list.
pub struct ExpiryChoice {
    /// `30`, `90`, `180`, `365`, `date` or `never`.
    pub value: &'static str,
    /// "In 90 days (recommended)".
    pub text: &'static str,
    /// Under the list while this line is chosen: "Stops working on 18 February 2027."
    pub hint: String,
    pub selected: bool,
}

/// The date of the choice `date`, as `YYYY-MM-DD`.
pub struct DateField {
    pub value: String,
    /// The first day that may be chosen.
    pub min: String,
    pub error: Option<String>,
}

/// The one page that ever shows a key. A full page from the POST, with status 201 and `no-store`.
#[derive(Template)]
#[template(path = "keys/reveal.html")]
pub struct RevealPage {
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
    /// The list, at the new card.
    pub done: String,
}

/// The answer to a form that was sent twice: the key exists, its value is gone.
#[derive(Template)]
#[template(path = "keys/shown.html")]
pub struct ShownPage {
    pub shell: Shell,
    pub label: String,
    pub tag: KeyTag,
    /// The key's own page.
    pub page: String,
    pub list_href: String,
}
