//! *Generate new key*, and the page that shows the new key.

use super::KeyList;
use crate::web::{
    filters,
    ui::{ErrorSummary, KeyTag, PermissionsField, Shell},
};
use askama::Template;

/// *Generate new key*, over the list. Posts `csrf nonce kind` with its form.
#[derive(Template)]
#[template(path = "keys/new.html")]
pub struct NewPage {
    pub shell: Shell,
    pub list: KeyList,
    pub form: KeyForm,
    /// Makes a second submit of the same form harmless.
    pub nonce: String,
    /// The id of the compromised key in whose place it is made; mostly empty.
    pub replaces: String,
    pub like: Option<Like>,
    /// None: the workspace's settings do not let keys be recoverable.
    pub recoverable: Option<RecoverableTick>,
}

/// *Keep this key recoverable*. Posts `recoverable`.
pub struct RecoverableTick {
    /// It will be a personal key.
    pub is_own: bool,
    pub is_set: bool,
    pub error: Option<String>,
}

/// *Make another like this*: the key whose settings the form was filled with.
pub struct Like {
    pub label: String,
    /// "Delete files, Manage access and API keys": what it has and the new key cannot be given; mostly empty.
    pub left_out: String,
}

/// What *Generate new key* and *Edit* ask. Posts `label allowed_origins preset permission* expiry expires_on`, and `apply=preset`
/// without script.
pub struct KeyForm {
    pub action: String,
    /// Back to where it was opened.
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    /// `name` is `label`; its hint is written by the template.
    pub label: LabelField,
    /// A publishable key is chosen, or edited.
    pub is_publishable: bool,
    pub origins: OriginsField,
    pub permissions: PermissionsField,
    /// At most seven: each shows its hint by its place among them.
    pub expiries: Vec<ExpiryChoice>,
    pub expiry_error: Option<String>,
    pub date: DateField,
    pub limits: LimitsFields,
}

/// From where and how often the key may be used; both optional. Posts `allowed_ips rate_limit_per_minute`, and
/// `apply=address` to come back with the address added.
pub struct LimitsFields {
    /// It is shown unfolded.
    pub is_open: bool,
    /// A range a line.
    pub allowed_ips: String,
    pub ips_error: Option<String>,
    /// An address was just added.
    pub autofocus: bool,
    /// The address that this server sees; empty where it sees none.
    pub own_ip: String,
    /// A number, or empty.
    pub rate: String,
    pub rate_error: Option<String>,
    /// "500 a minute": where it is empty.
    pub default_rate: String,
}

/// Where a publishable key may be used from: one origin in each line. Named `allowed_origins`.
pub struct OriginsField {
    pub value: String,
    /// Each of them names its line.
    pub errors: Vec<String>,
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
    /// A number of days, `date` or `never`; `keep` of an edit.
    pub value: String,
    /// "In 90 days (recommended)".
    pub text: String,
    /// Under the list while this line is chosen: "Stops working on 18 February 2027."
    pub hint: String,
    pub selected: bool,
}

/// The date of the choice `date`, as `YYYY-MM-DD`.
pub struct DateField {
    pub value: String,
    /// The first day that may be chosen.
    pub min: String,
    /// The last one; empty without a maximum.
    pub max: String,
    pub error: Option<String>,
}

/// The page that shows a new secret key. A full page from the POST, with status 201 and `no-store`.
#[derive(Template)]
#[template(path = "keys/reveal.html")]
pub struct RevealPage {
    pub shell: Shell,
    pub list: KeyList,
    /// "Key generated.": first in the title.
    pub mark: &'static str,
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
    /// It can be shown again, so it is no loss if it was not copied.
    pub is_recoverable: bool,
    /// Who can show it again then: "You"; "Owners and admins".
    pub shown_by: &'static str,
    /// "Works until 21 Nov 2026, 09:42 UTC", of the value before; empty where there was none.
    pub old: String,
    /// "Only from 203.0.113.0/24, 50 a minute"; empty without a limit of its own.
    pub limits: String,
    /// "0.0.0.0/0 allows every IPv4 address."; mostly empty.
    pub remark: &'static str,
    /// Where the key was seen, at its card; or the incident that it was made for.
    pub done: String,
}

/// The answer to a form that was sent twice: the key exists, its value is gone.
#[derive(Template)]
#[template(path = "keys/shown.html")]
pub struct ShownPage {
    pub shell: Shell,
    pub label: String,
    /// "generated": what the form did.
    pub happened: &'static str,
    pub tag: KeyTag,
    /// The key's own page.
    pub page: String,
    pub list_href: String,
    /// How to get a value.
    pub again: &'static str,
}
