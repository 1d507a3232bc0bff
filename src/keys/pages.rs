//! The screens of API keys: one function per route, one file per verb.

mod change;
mod list;
mod new;
mod restore;
mod revoke;
mod show;

pub use change::{activate, deactivate};
pub use list::index;
pub use new::{create, new};
pub use restore::{ask as ask_restore, restore};
pub use revoke::{ask as ask_revoke, revoke};
pub use show::show;

use serde::Deserialize;

use super::{
    model::State,
    store::Listed,
    views::{Foot, Switch},
};
use crate::{
    ids::KeyId,
    web::{
        text::is_local_path,
        time,
        ui::{Fact, KeyTag, Shell, Status},
    },
};
use chrono::{DateTime, Utc};

/// The variable parts of a key's address.
#[derive(Deserialize)]
pub struct OfKey {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    id: KeyId,
}

/// Where to go after a change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Back {
    #[serde(default)]
    next: String,
}

impl Back {
    /// Back to where it was asked for, at the key's card.
    fn to(&self, list: &str, id: KeyId) -> String {
        let path = self.next.split('#').next().unwrap_or_default();
        let path = if is_local_path(path) { path } else { list };
        format!("{path}#k-{id}")
    }
}

/// The address of the list, which begins that of everything else here.
fn list_path(shell: &Shell) -> String {
    shell
        .workspace
        .as_ref()
        .map(|w| w.keys.clone())
        .unwrap_or_default()
}

fn status(state: State) -> Status {
    match state {
        State::Active => Status::ACTIVE,
        State::Deactivated => Status::DEACTIVATED,
        State::Expired => Status::EXPIRED,
        State::Revoked => Status::REVOKED,
    }
}

fn tag(id: KeyId, state: State) -> KeyTag {
    match state {
        State::Active => KeyTag::live(id.as_str()),
        State::Deactivated => KeyTag::off(id.as_str()),
        State::Expired | State::Revoked => KeyTag::dead(id.as_str()),
    }
}

/// What a card and the key's page say of it.
fn facts(listed: &Listed, now: DateTime<Utc>) -> Vec<Fact> {
    let key = &listed.key;
    let by = |name: &Option<String>| name.as_ref().map(|n| format!("by {n}")).unwrap_or_default();
    let mut facts =
        vec![Fact::at("Created at", time::date(key.created_at)).note(by(&listed.created_by))];
    match key.revoked_at {
        Some(at) => {
            facts.push(Fact::at("Revoked", time::relative(at, now)).note(by(&listed.updated_by)))
        }
        None => facts.push(
            Fact::at("Last updated", time::relative(key.updated_at, now))
                .note(by(&listed.updated_by)),
        ),
    }
    facts.push(last_used(listed, now));
    facts.push(expiry(key.expires_at, now));
    facts.push(Fact::text("Requests, 28 days", time::grouped(listed.calls)));
    facts
}

fn last_used(listed: &Listed, now: DateTime<Utc>) -> Fact {
    match &listed.last_use {
        Some(last) => {
            Fact::at("Last used", time::relative(last.at, now)).note(format!("from {}", last.ip))
        }
        None => Fact::text("Last used", "Never"),
    }
}

fn expiry(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Fact {
    match end {
        None => Fact::text("Expires", "Never"),
        Some(end) if end <= now => Fact::at("Expired", time::relative(end, now))
            .note(time::day(end))
            .tone("bad"),
        Some(end) => {
            let soon = end - now < chrono::TimeDelta::days(7);
            Fact::at("Expires", time::relative(end, now))
                .note(time::day(end))
                .tone(if soon { "warn" } else { "" })
        }
    }
}

/// `back`: where a change returns to. `page`: where *Copy key ID* leads without script; empty on that page itself.
fn foot(listed: &Listed, shell: &Shell, back: &str, page: String, now: DateTime<Utc>) -> Foot {
    let key = &listed.key;
    let base = format!("{}/{}", list_path(shell), key.id);
    let state = key.state(now);
    let until = key.restorable_until().filter(|end| *end > now);
    Foot {
        csrf: shell.csrf.clone(),
        id: key.id.to_string(),
        label: key.label.clone(),
        page,
        back: back.to_owned(),
        switch: match state {
            State::Active => Some(Switch::deactivate(format!("{base}/deactivation"))),
            State::Deactivated => Some(Switch::activate(format!("{base}/activation"))),
            State::Expired | State::Revoked => None,
        },
        revoke: (state != State::Revoked).then(|| format!("{base}/revocation")),
        restore: until.map(|_| format!("{base}/restoration")),
        note: match (state, key.restorable_until(), until) {
            (State::Revoked, _, Some(end)) => format!("Until {}", time::date(end).exact),
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
