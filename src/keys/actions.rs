//! What can be done to keys. Each runs inside the caller's transaction.

mod bounds;
mod bulk;
mod caller;
mod compromise;
mod create;
mod edit;
pub mod incident;
mod once;
mod report;
mod reveal;
mod rotate;
mod runs;
mod shorten;
mod take_over;
mod told;

use std::collections::BTreeSet;

use bounds::bounds;
pub use bulk::{Changed, Outcome, change_all, check_selected, preview, undo_all};
pub use caller::{as_now, hold_caller};
use chrono::{DateTime, Utc};
use create::keep;
pub use create::{check_may_make, create, create_from};
use diesel::PgConnection;
pub use edit::{Edited, check_editable, edit, patch, undo_edit};
pub use once::once;
pub use report::report;
pub use reveal::{check_recoverable, reveal};
pub use rotate::{Rotated, Undone, check_rotatable, finish_rotation, rotate, undo_rotation};
pub use runs::{fail, start as start_run, start_undo, step, stop as stop_run};
pub use shorten::shorten;
pub use take_over::{TakeOver, check_takeable, label_here, take_over};
use told::settle;

use super::{
    model::{Key, Reason, State},
    store,
};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::{KeyId, MemberId},
    policy::{Action, ManageKeys, Permit, permit},
};

const SUSPENDED: &str =
    "This key is suspended with its owner. It refuses every request until they are back.";

/// A key that is deactivated already stays so, without a word in the log.
///
/// # Errors
/// `Conflict`: it is revoked, or has expired.
pub fn deactivate(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Key> {
    let (permit, _) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    match before.state(now) {
        State::Active | State::Rotating => {}
        State::Deactivated => return Ok(before),
        State::Suspended => return Err(Error::Conflict(SUSPENDED)),
        State::Revoked => {
            return Err(Error::Conflict(
                "This key is revoked. It refuses every request already.",
            ));
        }
        State::Expired => {
            return Err(Error::Conflict(
                "This key has expired. It refuses every request already.",
            ));
        }
    }
    let after = store::deactivate(conn, &permit, id, now)?;
    record(conn, &permit, "key.deactivated", Some(&before), &after, now)?;
    Ok(after)
}

/// A key that is active already stays so, without a word in the log.
///
/// # Errors
/// `Conflict`: it is revoked, or has expired. Those of [`Bounds::clear`](super::model::Bounds::clear).
pub fn activate(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Key> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    let cleared = bounds.clear(&before)?;
    match before.state(now) {
        State::Deactivated => {}
        State::Active | State::Rotating => return Ok(before),
        State::Suspended => return Err(Error::Conflict(SUSPENDED)),
        State::Revoked => {
            return Err(Error::Conflict(
                "This key is revoked. Restore it first, while that is possible.",
            ));
        }
        State::Expired => {
            return Err(Error::Conflict(
                "This key has expired. Edit it and choose another expiry.",
            ));
        }
    }
    let after = store::activate(conn, &permit, (id, cleared), now)?;
    record(conn, &permit, "key.activated", Some(&before), &after, now)?;
    Ok(after)
}

/// A revoked key stays revoked since when it was, for its first reason; but *compromised* outweighs *unneeded*, so
/// that nobody restores what somebody else knows to be leaked. With a compromised key ends what was made or rotated
/// with it.
pub fn revoke(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<Key> {
    let about = BTreeSet::from([id]);
    if reason == Reason::Compromised {
        compromise::hold(conn, &permit(actor)?, &about)?;
    }
    let (permit, _) = bounds(conn, actor, (&about, now))?;
    let before = store::lock(conn, &permit, id)?;
    if !reason.is_graver_than(before.revoked_for) {
        return Ok(before);
    }
    let since = before.revoked_at.unwrap_or(now);
    let after = store::revoke(conn, &permit, id, (since, reason), now)?;
    record(conn, &permit, "key.revoked", Some(&before), &after, now)?;
    if reason == Reason::Compromised {
        compromise::follow(conn, &permit, std::slice::from_ref(&after), now)?;
    }
    Ok(after)
}

/// A key ends itself.
///
/// # Errors
/// `Refused`: it was ended, or stopped, after this call was let in.
pub fn revoke_self(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Key> {
    let permit = permit(actor)?;
    let before = store::lock_self(conn, &permit)?;
    if let Some(refusal) = before.state(now).refusal() {
        return Err(Error::Refused(refusal));
    }
    let after = store::revoke_self(conn, &permit, now)?;
    record(conn, &permit, "key.revoked", Some(&before), &after, now)?;
    Ok(after)
}

/// What an owner or admin has revoked of somebody, that one does not bring back.
///
/// # Errors
/// `Forbidden`, with who can.
pub fn check_may_restore(permit: &Permit<ManageKeys>, key: &Key) -> Result<()> {
    match permit.owner() {
        Some(owner) if is_ended_by_other(key, Some(owner)) => Err(Error::Forbidden(
            "An owner or admin has revoked this key. They can restore it under Settings → API."
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Nobody changes a revoked key but to restore it, so whoever changed it last has revoked it; the key itself is nobody.
pub fn is_ended_by_other(key: &Key, owner: Option<MemberId>) -> bool {
    let is_others = match key.updated_by_member_id {
        Some(member) => Some(member) != owner,
        None => key.updated_by_key_id.is_some_and(|by| by != key.id),
    };
    key.revoked_at.is_some() && is_others
}

/// Says before anything is typed what [`restore`] would say after.
///
/// # Errors
/// `Conflict`: it was revoked as compromised, or too long ago.
pub fn check_restorable(key: &Key, now: DateTime<Utc>) -> Result<()> {
    match key.restorable_until() {
        None => Err(Error::Conflict(
            "This key was revoked as compromised. It cannot be restored. Generate another.",
        )),
        Some(end) if end <= now => Err(Error::Conflict(
            "This key was revoked more than 7 days ago. It cannot be restored. Generate another.",
        )),
        Some(_) => Ok(()),
    }
}

/// A key that came back.
pub struct Restored {
    pub key: Key,
    /// It had a later end, or none, than the workspace allows now.
    pub is_cut: bool,
}

/// Within seven days, and never after *compromised*; deactivated, and within the lifetimes of today. `label` replaces the
/// one it had.
///
/// # Errors
/// `Conflict` where it cannot come back; `Invalid` under `label` where another key has it now. Those of
/// [`Bounds::clear_restore`](super::model::Bounds::clear_restore).
pub fn restore(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    label: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Restored> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    let cleared = bounds.clear_restore(&before)?;
    if before.state(now) != State::Revoked {
        return Ok(Restored {
            key: before,
            is_cut: false,
        });
    }
    check_may_restore(&permit, &before)?;
    check_restorable(&before, now)?;
    let label = label.unwrap_or(&before.label);
    let end = bounds.lifetimes().cut(before.expires_at, now);
    let key = store::restore(conn, &permit, (id, cleared), (label, end), now)?;
    record(conn, &permit, "key.restored", Some(&before), &key, now)?;
    Ok(Restored {
        is_cut: end != before.expires_at,
        key,
    })
}

fn record<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    action: &'static str,
    before: Option<&Key>,
    after: &Key,
    now: DateTime<Utc>,
) -> Result<()> {
    settle(conn, permit, before.map(|before| (before, after)), now)?;
    audit::record(conn, permit.actor(), entry(action, before, after, now), now)
}

pub fn entry(
    action: &'static str,
    before: Option<&Key>,
    after: &Key,
    now: DateTime<Utc>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "key",
            id: after.id.to_string(),
            label: after.label.clone(),
        },
        before: before.map(|key| key.facts(now)),
        after: Some(after.facts(now)),
    }
}
