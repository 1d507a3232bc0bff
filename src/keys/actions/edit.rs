//! *Edit*, and taking an edit back.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::bounds;
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result, field},
    ids::{AuditEventId, KeyId},
    keys::{
        model::{Bounds, Edit, Key, Patch, Settings},
        store,
    },
    policy::{ManageKeys, Permit, ReadHistory, permit},
};

const EDITED: &str = "key.edited";

/// What came of an edit. The key is as it is now.
pub enum Edited {
    /// With what it was before, and the entry by which it can be taken back.
    Saved(Key, Settings, AuditEventId),
    /// It was so already; no word in the log.
    Same(Key),
    /// Nothing was saved: somebody else has changed the same meanwhile, and otherwise.
    Clash(Key),
}

/// Says before anything is typed what [`edit`] would say after.
///
/// # Errors
/// `Conflict`: it is revoked.
pub fn check_editable(key: &Key, now: DateTime<Utc>) -> Result<()> {
    match (key.revoked_at, key.restorable_until()) {
        (None, _) => Ok(()),
        (Some(_), Some(end)) if end > now => Err(Error::Conflict(
            "This key is revoked, and a revoked key cannot be edited. Restore it first, or make another like it.",
        )),
        (Some(_), _) => Err(Error::Conflict(
            "This key is revoked for good, and a revoked key cannot be edited. Make another like it.",
        )),
    }
}

/// Changes what `edit` changes and nobody else has changed since. A deactivated key stays so.
///
/// # Errors
/// `Conflict`: it is revoked. `Invalid` under `label` (taken) or `expires_on`. Those of [`Bounds::clear_edit`].
pub fn edit(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    edit: &Edit,
    now: DateTime<Utc>,
) -> Result<Edited> {
    let within = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    edit_within(conn, &within, id, |was| edit.onto(was), now)
}

/// Changes what `patch` names, whatever it was.
///
/// # Errors
/// As [`edit`].
pub fn patch(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    patch: &Patch,
    now: DateTime<Utc>,
) -> Result<Key> {
    let within = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    match edit_within(conn, &within, id, |was| Some(patch.onto(was)), now)? {
        Edited::Saved(key, ..) | Edited::Same(key) | Edited::Clash(key) => Ok(key),
    }
}

/// `onto`: what the key is to be. None: that cannot be said of it as it is.
fn edit_within(
    conn: &mut PgConnection,
    (permit, bounds): &(Permit<ManageKeys>, Bounds),
    id: KeyId,
    onto: impl FnOnce(&Settings) -> Option<Settings>,
    now: DateTime<Utc>,
) -> Result<Edited> {
    let before = store::lock(conn, permit, id)?;
    bounds.clear(&before)?;
    check_editable(&before, now)?;
    let was = Settings::from(&before);
    let to = match onto(&was) {
        None => return Ok(Edited::Clash(before)),
        Some(to) if to == was => return Ok(Edited::Same(before)),
        Some(to) => to,
    };
    let cleared = bounds.clear_edit(&before, &to)?;
    before
        .kind
        .check(&to.permissions)
        .map_err(|why| field("permissions", why))?;
    if to.expires_at != was.expires_at {
        let admitted = bounds.lifetimes().admit(to.expires_at, now);
        admitted.map_err(|why| field("expires_on", why))?;
    }
    let after = store::edit(conn, permit, id, (&to, cleared), now)?;
    super::settle(conn, permit, [(&before, &after)], now)?;
    let entry = entry(&before, &after, now);
    let entry = audit::record_here(conn, permit.actor(), entry, now)?;
    Ok(Edited::Saved(after, was, entry))
}

/// What the log says of an edit: what is otherwise than before, and what kind of key it is.
pub(super) fn entry(before: &Key, after: &Key, now: DateTime<Utc>) -> audit::Entry {
    let (told_before, mut told_after) = differing(before.facts(now), after.facts(now));
    if after.kind.is_publishable() {
        told_after["kind"] = after.kind.name().into();
    }
    audit::Entry {
        before: Some(told_before),
        after: Some(told_after),
        ..super::entry(EDITED, None, after, now)
    }
}

/// Sets back what an edit changed, as far as nobody has changed it since.
///
/// # Errors
/// As [`edit`]; `NotFound`: the log has no such edit of this key.
pub fn undo_edit(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    entry: AuditEventId,
    now: DateTime<Utc>,
) -> Result<Edited> {
    let permit_to_read = permit::<ReadHistory>(actor)?;
    let within = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let key = store::lock(conn, &within.0, id)?;
    within.1.clear(&key)?;
    let key = Settings::from(&key);
    let told = audit::change(
        conn,
        &permit_to_read,
        (EDITED, "key", &id.to_string()),
        entry,
    )?;
    let side = |facts: &Value| key.with(facts).ok_or(Error::NotFound);
    let back = Edit {
        from: side(&told.after)?,
        to: side(&told.before)?,
    };
    edit_within(conn, &within, id, |was| back.onto(was), now)
}

/// Only what differs between the two.
fn differing(mut before: Value, mut after: Value) -> (Value, Value) {
    if let (Some(one), Some(other)) = (before.as_object_mut(), after.as_object_mut()) {
        let same = |field: &String, value: &Value| other.get(field) == Some(value);
        let equal: Vec<String> = one
            .iter()
            .filter(|(field, value)| same(field, value))
            .map(|(field, _)| field.clone())
            .collect();
        for field in equal {
            one.remove(&field);
            other.remove(&field);
        }
    }
    (before, after)
}
