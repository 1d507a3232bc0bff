//! *Edit*, and taking an edit back.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use crate::{
    actor::Actor,
    audit,
    error::{Error, Result, field},
    ids::{AuditEventId, KeyId},
    keys::{
        model::{Edit, Key, Settings},
        store,
    },
    policy::{self, ManageKeys, Permit, ReadHistory, permit},
    workspaces::{self, KeyLifetimes},
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
/// `Conflict`: it is revoked. `Invalid` under `label` (taken) or `permissions` (beyond what `actor` has).
pub fn edit(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    edit: &Edit,
    now: DateTime<Utc>,
) -> Result<Edited> {
    let permit = permit::<ManageKeys>(actor)?;
    let lifetimes = workspaces::key_lifetimes(conn, &permit)?;
    edit_within(conn, &permit, id, edit, (lifetimes, now))
}

/// The lifetimes are read before the key is held: whoever changes them, and then keys, takes both in the same order.
fn edit_within(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    edit: &Edit,
    (lifetimes, now): (KeyLifetimes, DateTime<Utc>),
) -> Result<Edited> {
    let before = store::lock(conn, permit, id)?;
    check_editable(&before, now)?;
    let was = Settings::from(&before);
    let to = match edit.onto(&was) {
        None => return Ok(Edited::Clash(before)),
        Some(to) if to == was => return Ok(Edited::Same(before)),
        Some(to) => to,
    };
    to.check_change_of(&was, &policy::held(permit.actor()))
        .map_err(Error::Invalid)?;
    before
        .kind
        .check(&to.permissions)
        .map_err(|why| field("permissions", why))?;
    if to.expires_at != was.expires_at {
        let admitted = lifetimes.admit(to.expires_at, now);
        admitted.map_err(|why| field("expires_on", why))?;
    }
    let after = store::edit(conn, permit, id, &to, now)?;
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
    let permit_to_edit = permit::<ManageKeys>(actor)?;
    let permit_to_read = permit::<ReadHistory>(actor)?;
    let lifetimes = workspaces::key_lifetimes(conn, &permit_to_edit)?;
    let key = Settings::from(&store::lock(conn, &permit_to_edit, id)?);
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
    edit_within(conn, &permit_to_edit, id, &back, (lifetimes, now))
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
