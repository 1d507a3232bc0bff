//! *Rotate key*, and the two ways in which a rotation ends before its time.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{bounds, entry, keep, record, settle};
use crate::{
    actor::{Actor, Who},
    audit,
    error::{Error, Result, field},
    ids::KeyId,
    key_files::Pepper,
    keys::{
        model::{Key, Rotation},
        seal::{KeySeal, SecretRow},
        secret::Secret,
        store::{self, Kept, Secrets},
    },
    web::time::Zone,
};

const ROTATES: &str = "This key is being rotated already. Finish or undo that rotation first.";
const ROTATED_SINCE: &str = "This key was rotated after this form was opened. Open the form again.";
const NO_ROTATION: &str = "No rotation of this key is running: it has one value.";
const STOPPED: &str =
    "The old value of this key has stopped already. Rotate the key again to replace the new one.";
const FINAL: &str = "This key was taken over with its new value, and whoever had it before knows the old one. Finish the \
                     rotation, or rotate the key again once it has ended.";
const REPLACED: &str = "The value that is being replaced cannot take its replacement back. Undo the rotation with the new \
                        value, with another key or on the page of this one.";
const REVOKED: &str = "This key is revoked: none of its values works.";

/// What came of a rotation.
pub struct Rotated {
    pub key: Key,
    /// The new one, this once; of a publishable key any time.
    pub secret: Secret,
}

/// Says before anything is chosen what [`rotate`] would say after.
///
/// # Errors
/// `Conflict`: it is revoked, or rotates already.
pub fn check_rotatable(key: &Key, now: DateTime<Utc>) -> Result<()> {
    let why = match (key.revoked_at, key.restorable_until()) {
        (None, _) if key.old_until(now).is_some() => ROTATES,
        (None, _) => return Ok(()),
        (Some(_), Some(end)) if end > now => {
            "This key is revoked, and a revoked key cannot be rotated. Restore it first, or make another like it."
        }
        (Some(_), _) => {
            "This key is revoked for good, and a revoked key cannot be rotated. Make another like it."
        }
    };
    Err(Error::Conflict(why))
}

/// Gives the key a new secret, beside which the old one works for the grace; all else of it stays, but for a date that
/// is asked for. A deactivated key stays so.
///
/// # Errors
/// `Conflict`: it is revoked, rotates already, or was rotated after the form was opened. `Invalid` under `expires_on`:
/// the date is not allowed, or the key has expired and was given none. `Forbidden`: it may do what `actor` may not.
pub fn rotate(
    conn: &mut PgConnection,
    actor: &Actor,
    kept_by: (&Pepper, &KeySeal),
    id: KeyId,
    rotation: &Rotation,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Rotated> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    bounds.clear(&before)?;
    let now = after(&before, now);
    let secrets = store::secrets(conn, &permit, id, now)?;
    if rotation.newest.is_some_and(|known| known != secrets.newest) {
        return Err(Error::Conflict(ROTATED_SINCE));
    }
    check_rotatable(&before, now)?;
    let expires_at = match rotation.lifetime {
        None => before.expires_at,
        Some(lifetime) => lifetime
            .end(bounds.lifetimes(), zone, now)
            .map_err(|why| field("expires_on", why))?,
    };
    let cleared = bounds.clear_secret(&before, expires_at)?;
    if expires_at.is_some_and(|end| end <= now) {
        let why = "This key has expired. Choose a new date";
        return Err(field("expires_on", why));
    }
    let secret = Secret::fresh(before.kind, id);
    let row = SecretRow {
        workspace: permit.workspace(),
        key: id,
        version: secrets.newest + 1,
    };
    let new = Kept {
        can_be_taken_back: !rotation.is_final,
        expiry: (before.expires_at, expires_at),
        ..keep(&secret, kept_by, row, before.is_recoverable())?
    };
    // Clocks of servers differ: it does not stop before it was made.
    let old_until = rotation.grace.until(now).max(secrets.current.made_at);
    let key = store::replace(conn, &permit, (id, cleared), new, old_until, now)?;
    settle(conn, &permit, Some((&before, &key)), now)?;
    let mut told = entry("key.rotated", Some(&before), &key, now);
    if let Some(after) = &mut told.after {
        after["grace_seconds"] = json!(rotation.grace.seconds());
    }
    audit::record(conn, actor, told, now)?;
    Ok(Rotated { key, secret })
}

/// Whoever waited for the key comes after whoever held it, though their request may have begun before.
pub(super) fn after(key: &Key, now: DateTime<Utc>) -> DateTime<Utc> {
    now.max(key.updated_at)
}

/// The old secret stops now, also if it asks for that itself: it ends nothing else. Where it has stopped already that is
/// so, without a word in the log.
///
/// # Errors
/// `Conflict`: the key is revoked, was never rotated, or that was undone.
pub fn finish_rotation(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Key> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    let cleared = bounds.clear(&before)?;
    let now = after(&before, now);
    match (before.revoked_at, before.rotating_until) {
        (Some(_), _) => return Err(Error::Conflict(REVOKED)),
        (None, None) => return Err(Error::Conflict(NO_ROTATION)),
        (None, Some(end)) if end <= now => return Ok(before),
        (None, Some(_)) => {}
    }
    let after = store::finish(conn, &permit, (id, cleared), now)?;
    let action = "key.rotation_finished";
    record(conn, &permit, action, Some(&before), &after, now)?;
    Ok(after)
}

/// What came of an undo.
pub struct Undone {
    pub key: Key,
    /// The rotation changed the date, and it stays changed: somebody has set another since, or the former is beyond
    /// what the workspace allows now.
    pub keeps_date: bool,
}

/// The new secret stops now, the old one is the only one again, and a date that the rotation changed is what it was.
/// Where there is no rotation that is so already, without a word in the log.
///
/// # Errors
/// `Conflict`: the old secret has stopped, the key changed hands with the new one, or it is revoked. `Forbidden`: the key
/// itself asks, with the old secret, which may have leaked.
pub fn undo_rotation(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Undone> {
    let (permit, bounds) = bounds(conn, actor, (&BTreeSet::from([id]), now))?;
    let before = store::lock(conn, &permit, id)?;
    bounds.clear(&before)?;
    let now = after(&before, now);
    match (before.revoked_at, before.rotating_until) {
        (Some(_), _) => return Err(Error::Conflict(REVOKED)),
        (None, Some(end)) if end <= now => return Err(Error::Conflict(STOPPED)),
        (None, Some(_)) => {}
        (None, None) => {
            return Ok(Undone {
                key: before,
                keeps_date: false,
            });
        }
    }
    let Secrets { current, old, .. } = store::secrets(conn, &permit, id, now)?;
    let old = old.ok_or(Error::Conflict(STOPPED))?;
    let comes_with = match permit.actor().who {
        Who::Key {
            id: caller, secret, ..
        } => (caller == id).then_some(secret),
        _ => None,
    };
    if comes_with == Some(old.version) {
        return Err(Error::Forbidden(REPLACED.to_owned()));
    }
    if !current.can_be_taken_back {
        return Err(Error::Conflict(FINAL));
    }
    let changed = current.expiry_before != current.expiry_after;
    let fits = before.expires_at == current.expiry_after
        && bounds.lifetimes().admit(current.expiry_before, now).is_ok();
    let expires_at = match changed && fits {
        true => current.expiry_before,
        false => before.expires_at,
    };
    let cleared = bounds.clear_back(&before, expires_at)?;
    let key = store::take_back(
        conn,
        &permit,
        (id, cleared),
        (&current, &old),
        expires_at,
        now,
    )?;
    let action = "key.rotation_undone";
    record(conn, &permit, action, Some(&before), &key, now)?;
    Ok(Undone {
        keeps_date: changed && !fits,
        key,
    })
}
