//! The list of keys, its cards and what can be done with each.

use super::{Menu, OpenIncidents};
use crate::{
    notices::Banners,
    web::{
        filters,
        ui::{Csrf, Fact, KeyTag, Pager, Shell, Status},
    },
};
use askama::Template;

/// Settings → API: the list, also the page behind every dialog.
#[derive(Template)]
#[template(path = "keys/index.html")]
pub struct IndexPage {
    pub shell: Shell,
    pub list: KeyList,
}

/// The list as every dialog shows it behind itself.
pub struct KeyList {
    pub workspace: String,
    /// The address of *Generate new key*.
    pub new: String,
    /// None while there is no key at all; then there is nothing to filter either.
    pub search: Option<SearchForm>,
    /// All, Active, Deactivated, Expired, in this order.
    pub filters: Vec<StatusFilter>,
    /// Set apart: revoked keys are in none of the others.
    pub revoked: StatusFilter,
    pub cards: Vec<Card>,
    pub pager: Pager,
    /// Where the selection is posted to.
    pub select: String,
    pub notices: Banners,
    pub incidents: OpenIncidents,
    /// Path and query of this page, to come back to.
    pub back: String,
    /// Shown instead of the cards.
    pub empty: Option<EmptyList>,
}

/// What a list is narrowed and sorted by, besides the state. Sends `status permission q sort`.
pub struct SearchForm {
    pub action: String,
    pub q: String,
    /// The state that is shown already, which a search keeps; empty for all.
    pub status: &'static str,
    pub permissions: Vec<PermissionChoices>,
    pub orders: Vec<Choosable>,
}

/// The permissions of one group.
pub struct PermissionChoices {
    pub group: &'static str,
    pub choices: Vec<Choosable>,
}

/// One line of a list to choose from.
pub struct Choosable {
    pub value: &'static str,
    pub text: &'static str,
    pub selected: bool,
}

/// A link that narrows the list.
pub struct StatusFilter {
    pub text: &'static str,
    /// "16", or "1,000+" where nobody counts further.
    pub count: String,
    pub href: String,
    pub current: bool,
}

/// Why there is no card.
pub struct EmptyList {
    pub title: String,
    pub text: String,
    /// No key was ever made: the button and the three steps are shown.
    pub first: bool,
    /// The address without the filter; none where `first`.
    pub clear: Option<String>,
}

impl EmptyList {
    /// The workspace has never had a key.
    pub fn first() -> Self {
        Self {
            title: "No API keys yet".to_owned(),
            text: "Generate a key for each app that calls the API, so you can see what it does and turn it off \
                   without touching the others."
                .to_owned(),
            first: true,
            clear: None,
        }
    }
    /// `text` names the filters and the search.
    pub fn filtered(text: String, all: String) -> Self {
        Self {
            title: "No keys match".to_owned(),
            text,
            first: false,
            clear: Some(all),
        }
    }
    /// Keys exist, but each of them is revoked.
    pub fn only_revoked() -> Self {
        Self {
            title: "No keys in use".to_owned(),
            text: "Every key of this workspace is revoked. Generate a new key for each app that calls the API."
                .to_owned(),
            first: false,
            clear: None,
        }
    }
    /// The Revoked filter without a key.
    pub fn revoked(all: String) -> Self {
        Self {
            title: "No revoked keys".to_owned(),
            text: "A revoked key stays here as history. You can restore it for 7 days, unless it was revoked as \
                   compromised."
                .to_owned(),
            first: false,
            clear: Some(all),
        }
    }
}

/// A key in the list. Its element id is `k-{id}`.
pub struct Card {
    pub id: String,
    pub label: String,
    /// `active`, `deactivated`, `expired` or `revoked`.
    pub state: &'static str,
    /// The key's own page.
    pub page: String,
    pub status: Status,
    pub tag: KeyTag,
    /// "Secret" or "Publishable".
    pub kind: &'static str,
    /// Names of the first three permissions.
    pub chips: Vec<&'static str>,
    /// How many more there are.
    pub more: usize,
    /// Created at, Last updated, Last used, Expires, Requests; for a revoked key Revoked, Reason and so on.
    pub facts: Vec<Fact>,
    /// It ends within a week.
    pub soon: bool,
    /// Greyed: the key does not answer.
    pub off: bool,
    pub foot: Foot,
    pub menu: Menu,
}

/// What can be done with a key: one form, on its card and on its page.
#[derive(Template)]
#[template(path = "keys/foot.html")]
pub struct Foot {
    pub csrf: Csrf,
    pub id: String,
    pub label: String,
    pub copy: CopyButton,
    /// The key's own page: where *Copy* leads without script. Empty on that page, which has fields to copy from.
    pub page: String,
    /// Path and query to come back to after the change; empty: the handler decides.
    pub back: String,
    pub switch: Option<Switch>,
    /// The address of the dialog that asks first; none once revoked.
    pub revoke: Option<String>,
    /// Where *Restore key* posts to, while that is possible.
    pub restore: Option<String>,
    /// The page of its incident; none unless it was compromised.
    pub incident: Option<String>,
    /// "Until 27 Nov, 09:42 UTC", or why a revoked key cannot be restored; empty for others.
    pub note: String,
}

impl askama::filters::HtmlSafe for Foot {}

/// What a card copies, and says that it copies.
pub struct CopyButton {
    pub text: &'static str,
    pub value: String,
}

/// *Deactivate* or *Activate*.
pub struct Switch {
    pub action: String,
    pub text: &'static str,
    pub icon: &'static str,
}

impl Switch {
    pub fn deactivate(action: String) -> Self {
        Self {
            action,
            text: "Deactivate",
            icon: "pause",
        }
    }
    pub fn activate(action: String) -> Self {
        Self {
            action,
            text: "Activate",
            icon: "power",
        }
    }
}
