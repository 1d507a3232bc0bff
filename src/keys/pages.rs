//! The screens of API keys: one function per route, one file per verb.

mod back;
mod bulk;
mod callers;
mod change;
mod edit;
mod expiry;
mod facts;
mod incident;
mod like;
mod limits;
mod list;
mod new;
mod restore;
mod reveal;
mod revoke;
mod rotate;
mod runs;
mod show;
mod take_over;

pub use bulk::{activate_all, deactivate_all, edit_all, restore_all, revoke_all, select, undo_all};
pub use callers::list as list_callers;
pub use change::{activate, deactivate};
pub use edit::{ask as ask_edit, edit, undo as undo_edit};
pub use incident::{
    ask_withdraw, close as close_incident, give_back, mark as mark_step, save_notes, save_places,
    show as show_incident, withdraw,
};
pub use list::index;
pub use new::{create, new};
pub use restore::{ask as ask_restore, restore};
pub use reveal::{ask as ask_reveal, reveal};
pub use revoke::{ask as ask_revoke, revoke};
pub use rotate::{
    ask as ask_rotate,
    end::{ask_finish, ask_undo, finish, undo as undo_rotation},
    rotate,
};
pub use runs::{show as show_run, stop as stop_run, undo as undo_run};
pub use show::show;
pub use take_over::{ask as ask_take_over, take_over};

use serde::Deserialize;

use self::back::dialog;
use super::{
    actions,
    model::{Key, Kind, Reason, State},
    store::Listed,
    views::{Aged, CopyButton, Foot, Menu, Switch},
};
use crate::{
    ids::KeyId,
    web::{
        time,
        ui::{KeyTag, Shell, Status},
    },
};
use chrono::{DateTime, TimeDelta, Utc};

/// Since its last rotation a key has its value for long.
const LONG: TimeDelta = TimeDelta::days(90);

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
        .map(|w| w.keys_of(shell.is_own).to_owned())
        .unwrap_or_default()
}

pub(super) fn status(state: State) -> Status {
    match state {
        State::Active => Status::ACTIVE,
        State::Rotating => Status::ROTATING,
        State::Deactivated => Status::DEACTIVATED,
        State::Expired => Status::EXPIRED,
        State::Suspended => Status::SUSPENDED,
        State::Revoked => Status::REVOKED,
    }
}

pub(super) fn tag(key: &Key, state: State) -> KeyTag {
    let id = key.id.as_str();
    let tag = match state {
        State::Active | State::Rotating => KeyTag::live(id),
        State::Deactivated | State::Suspended => KeyTag::off(id),
        State::Expired | State::Revoked => KeyTag::dead(id),
    };
    tag.publishable(key.kind.is_publishable())
}

/// `back`: where an edit returns to.
fn menu(listed: &Listed, shell: &Shell, back: &str, now: DateTime<Utc>) -> Menu {
    let key = &listed.key;
    let list = list_path(shell);
    let is_editable = key.revoked_at.is_none() && !listed.is_anothers;
    let rotating = key.old_until(now);
    let is_personal = key.owner_member_id.is_some() && !shell.is_own;
    Menu {
        id: key.id.to_string(),
        label: key.label.clone(),
        edit: is_editable.then(|| dialog(&format!("{list}/{}/edit", key.id), back, &list)),
        rotate: (is_editable && rotating.is_none())
            .then(|| dialog(&format!("{list}/{}/rotation", key.id), back, &list)),
        progress: (is_editable && rotating.is_some())
            .then(|| format!("{list}/{}#rotation", key.id)),
        take_over: (is_personal && key.revoked_at.is_none()).then(|| {
            let text = match listed.is_anothers {
                true => "Take over…",
                false => "Make it a workspace key…",
            };
            (
                text,
                dialog(&format!("{list}/{}/takeover", key.id), back, &list),
            )
        }),
        like: format!("{list}/new?like={}", key.id),
        incident: match (key.revoked_for, shell.is_own) {
            (Some(Reason::Compromised), false) => {
                Some(("Incident", incident::address(&list, key.id)))
            }
            // What follows is for admins.
            (Some(_), true) => None,
            (_, false) => Some(("It may be compromised", incident::address(&list, key.id))),
            (None, true) => {
                let revoke = dialog(&format!("{list}/{}/revocation", key.id), back, &list);
                Some((
                    "It may be compromised",
                    format!("{revoke}&reason=compromised"),
                ))
            }
        },
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
        reveal: (key.is_recoverable() && !listed.is_anothers)
            .then(|| dialog(&format!("{base}/reveal"), back, &list)),
        back: back.to_owned(),
        switch: match state {
            State::Active | State::Rotating => {
                Some(Switch::deactivate(format!("{base}/deactivation")))
            }
            State::Deactivated if !listed.is_anothers => {
                Some(Switch::activate(format!("{base}/activation")))
            }
            State::Deactivated | State::Suspended | State::Expired | State::Revoked => None,
        },
        revoke: (state != State::Revoked)
            .then(|| dialog(&format!("{base}/revocation"), back, &list)),
        aged: aged(listed, state, now).map(|text| Aged {
            text,
            rotate: dialog(&format!("{base}/rotation"), back, &list),
        }),
        restore: until.map(|_| format!("{base}/restoration")),
        incident: (key.revoked_for == Some(Reason::Compromised) && !shell.is_own)
            .then(|| incident::address(&list, key.id)),
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

/// "Same value for 94 days", of a key that was not rotated for long; one that does not answer is not worth it, and of
/// another member's key it is theirs to rotate.
fn aged(listed: &Listed, state: State, now: DateTime<Utc>) -> Option<String> {
    let made_at = listed.in_force.as_ref()?.current.made_at;
    let is_old = state == State::Active && !listed.is_anothers && now - made_at > LONG;
    is_old.then(|| {
        format!(
            "Same value for {}",
            time::counted((now - made_at).num_days(), "day")
        )
    })
}
