//! The screens of API keys: one function per route, one file per verb.

mod back;
mod bulk;
mod change;
mod edit;
mod expiry;
mod facts;
mod like;
mod list;
mod new;
mod restore;
mod revoke;
mod show;

pub use bulk::{activate_all, deactivate_all, edit_all, restore_all, revoke_all, select, undo_all};
pub use change::{activate, deactivate};
pub use edit::{ask as ask_edit, edit, undo as undo_edit};
pub use list::index;
pub use new::{create, new};
pub use restore::{ask as ask_restore, restore};
pub use revoke::{ask as ask_revoke, revoke};
pub use show::show;

use serde::Deserialize;

use self::back::dialog;
use super::{
    actions,
    model::{Key, Kind, State},
    store::Listed,
    views::{CopyButton, Foot, Menu, Switch},
};
use crate::{
    ids::KeyId,
    web::ui::{KeyTag, Shell, Status},
};
use chrono::{DateTime, Utc};

/// The variable parts of a key's address.
#[derive(Deserialize)]
pub struct OfKey {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    id: KeyId,
}

/// The address of the list, which begins that of everything else here.
fn list_path(shell: &Shell) -> String {
    shell
        .workspace
        .as_ref()
        .map(|w| match shell.is_own {
            true => w.own_keys.clone(),
            false => w.keys.clone(),
        })
        .unwrap_or_default()
}

pub(super) fn status(state: State) -> Status {
    match state {
        State::Active => Status::ACTIVE,
        State::Deactivated => Status::DEACTIVATED,
        State::Expired => Status::EXPIRED,
        State::Suspended => Status::SUSPENDED,
        State::Revoked => Status::REVOKED,
    }
}

pub(super) fn tag(key: &Key, state: State) -> KeyTag {
    let id = key.id.as_str();
    let tag = match state {
        State::Active => KeyTag::live(id),
        State::Deactivated | State::Suspended => KeyTag::off(id),
        State::Expired | State::Revoked => KeyTag::dead(id),
    };
    tag.publishable(key.kind.is_publishable())
}

/// `back`: where an edit returns to.
fn menu(listed: &Listed, shell: &Shell, back: &str) -> Menu {
    let key = &listed.key;
    let list = list_path(shell);
    let is_editable = key.revoked_at.is_none() && !listed.is_anothers;
    Menu {
        id: key.id.to_string(),
        label: key.label.clone(),
        edit: is_editable.then(|| dialog(&format!("{list}/{}/edit", key.id), back, &list)),
        like: format!("{list}/new?like={}", key.id),
    }
}

/// The whole value where it is no secret; never a mask.
fn copy(listed: &Listed) -> CopyButton {
    match &listed.value {
        Some(value) => CopyButton {
            text: "Copy key",
            value: value.clone(),
        },
        None => CopyButton {
            text: "Copy key ID",
            value: listed.key.id.to_string(),
        },
    }
}

pub(super) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Secret => "Secret",
        Kind::Publishable => "Publishable",
    }
}

/// `back`: where a change returns to. `page`: where *Copy* leads without script; empty on that page itself.
fn foot(listed: &Listed, shell: &Shell, back: &str, page: String, now: DateTime<Utc>) -> Foot {
    let key = &listed.key;
    let list = list_path(shell);
    let base = format!("{list}/{}", key.id);
    let state = key.state(now);
    let is_ended_by_other = shell.is_own && actions::is_ended_by_other(key, key.owner_member_id);
    let until = key
        .restorable_until()
        .filter(|end| *end > now && !is_ended_by_other);
    Foot {
        csrf: shell.csrf.clone(),
        id: key.id.to_string(),
        label: key.label.clone(),
        copy: copy(listed),
        page,
        back: back.to_owned(),
        switch: match state {
            State::Active => Some(Switch::deactivate(format!("{base}/deactivation"))),
            State::Deactivated if !listed.is_anothers => {
                Some(Switch::activate(format!("{base}/activation")))
            }
            State::Deactivated | State::Suspended | State::Expired | State::Revoked => None,
        },
        revoke: (state != State::Revoked)
            .then(|| dialog(&format!("{base}/revocation"), back, &list)),
        restore: until.map(|_| format!("{base}/restoration")),
        note: match (state, key.restorable_until(), until) {
            (State::Deactivated, ..) if listed.is_anothers => {
                "Only its owner can activate it.".to_owned()
            }
            (State::Suspended, ..) => "Suspended with its owner.".to_owned(),
            (State::Revoked, Some(_), _) if is_ended_by_other => {
                "Revoked by an owner or admin, who can restore it.".to_owned()
            }
            (State::Revoked, _, Some(end)) => format!("Until {}", shell.zone.date(end).exact),
            (State::Revoked, None, _) => {
                "Revoked as compromised, so it cannot be restored.".to_owned()
            }
            (State::Revoked, Some(_), None) => {
                "Revoked more than 7 days ago, so it cannot be restored.".to_owned()
            }
            _ => String::new(),
        },
    }
}
