//! The list of keys, its cards and what can be done with each.

use super::{Menu, OpenIncidents, Rotating, RunBanner};
use crate::{
    notices::Banners,
    web::{
        filters,
        ui::{Avatar, Csrf, Fact, HomeLink, KeyTag, Pager, Shell, Status},
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
    /// Whoever looks may make a key here.
    pub can_make: bool,
    /// In somebody's account: what is said besides.
    pub own: Option<OwnKeys>,
    /// None while there is no key at all; then there is nothing to filter either.
    pub search: Option<SearchForm>,
    /// All, Active, Deactivated, Expired, and Suspended where there are any, in this order.
    pub filters: Vec<StatusFilter>,
    /// Set apart: revoked keys are in none of the others.
    pub revoked: StatusFilter,
    pub cards: Vec<Card>,
    pub pager: Pager,
    /// Where the selection is posted to.
    pub select: String,
    pub notices: Banners,
    /// What runs just now.
    pub run: Option<RunBanner>,
    /// Words and address of the step from the keys of this page to all that match; none where all are on it.
    pub select_all: Option<(String, String)>,
    /// That step was made.
    pub selected: Option<SelectedAll>,
    pub incidents: OpenIncidents,
    /// Path and query of this page, to come back to.
    pub back: String,
    /// Shown instead of the cards.
    pub empty: Option<EmptyList>,
}

/// The list in somebody's account.
pub struct OwnKeys {
    /// Where the keys of the workspace are, for whoever may see them.
    pub workspace_keys: Option<String>,
    /// Why they can make none; mostly empty.
    pub note: String,
    /// The same page in their other workspaces.
    pub others: Vec<HomeLink>,
}

/// What a list is narrowed and sorted by, besides the state. Sends `status permission owner q sort`.
pub struct SearchForm {
    pub action: String,
    pub q: String,
    /// The state that is shown already, which a search keeps; empty for all.
    pub status: &'static str,
    pub permissions: Vec<PermissionChoices>,
    /// Whose keys; none where all are the viewer's.
    pub owners: Vec<OwnerChoice>,
    pub orders: Vec<Choosable>,
}

/// The permissions of one group.
pub struct PermissionChoices {
    pub group: &'static str,
    pub choices: Vec<Choosable>,
}

/// One line of the list of owners.
pub struct OwnerChoice {
    /// In addresses; empty for everybody's.
    pub value: String,
    pub text: String,
    pub selected: bool,
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

/// All keys that match are selected, not only those of the page.
pub struct SelectedAll {
    /// "All 100,000 keys that match are selected".
    pub told: String,
    /// Which they are, as the form posts it.
    pub matching: String,
    /// The list with nothing selected.
    pub clear: String,
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
    /// Somebody has had none of their own.
    pub fn first_own(can_make: bool) -> Self {
        Self {
            text: match can_make {
                true => "Generate a key for each program that calls the API as you, with no more than it needs.",
                false => "Personal keys are switched off for members. An owner or admin can allow them under Settings → General.",
            }
            .to_owned(),
            ..Self::first()
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
    /// `active` (also while it rotates), `deactivated`, `expired`, `suspended` or `revoked`.
    pub state: &'static str,
    /// The key's own page.
    pub page: String,
    pub status: Status,
    pub tag: KeyTag,
    /// "Secret" or "Publishable".
    pub kind: &'static str,
    /// "Only from 203.0.113.0/24, 50 a minute"; empty without a limit of its own.
    pub limits: String,
    /// Names of the first three permissions.
    pub chips: Vec<&'static str>,
    /// How many more there are.
    pub more: usize,
    /// Created at, Last updated, Last used, Expires, Requests; for a revoked key Revoked, Reason and so on.
    pub facts: Vec<Fact>,
    /// Whose personal key it is, where keys of several owners are shown.
    pub owner: Option<KeyOwner>,
    /// What its owner no longer has, so that the key does not do it; mostly empty.
    pub not_in_force: String,
    /// It ends within a week.
    pub soon: bool,
    /// Greyed: the key does not answer.
    pub off: bool,
    /// While it has two values.
    pub rotating: Option<Rotating>,
    pub foot: Foot,
    pub menu: Menu,
}

/// The owner of a personal key.
pub struct KeyOwner {
    pub avatar: Avatar,
    /// "Personal key of Sam Okafor".
    pub said: String,
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
    /// Where the secret is shown again; none where it cannot be.
    pub reveal: Option<String>,
    /// Path and query to come back to after the change; empty: the handler decides.
    pub back: String,
    pub switch: Option<Switch>,
    /// The address of the dialog that asks first; none once revoked.
    pub revoke: Option<String>,
    /// It has its value for long.
    pub aged: Option<Aged>,
    /// Where *Restore key* posts to, while that is possible.
    pub restore: Option<String>,
    /// The page of its incident; none unless it was compromised.
    pub incident: Option<String>,
    /// "Until 27 Nov, 09:42 UTC", or why a revoked key cannot be restored; empty for others.
    pub note: String,
}

impl askama::filters::HtmlSafe for Foot {}

/// That a key was not rotated for long.
pub struct Aged {
    /// "Same value for 94 days".
    pub text: String,
    /// The address of *Rotate key*.
    pub rotate: String,
}

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
