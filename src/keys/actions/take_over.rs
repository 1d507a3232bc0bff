//! *Take over*: a personal key becomes the workspace's.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    entry,
    rotate::{Rotated, after, finish_rotation, rotate},
    settle,
};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::KeyId,
    key_files::Pepper,
    keys::{
        model::{Grace, Key, Rotation, State, next_labels},
        seal::KeySeal,
        store,
    },
    people,
    policy::{ManageKeys, TakeOverKeys, permit},
    web::time::Zone,
    workspaces,
};

/// How a key is taken over.
pub struct TakeOver<'a> {
    /// None: it keeps its own.
    pub label: Option<&'a str>,
    /// Its former owner knows the secret, so there is always one.
    pub rotation: &'a Rotation,
}

/// Says before anything is chosen what [`take_over`] would say after.
///
/// # Errors
/// `Conflict`: it is the workspace's, or revoked.
pub fn check_takeable(key: &Key) -> Result<()> {
    match (key.owner_member_id, key.revoked_at) {
        (None, _) => Err(Error::Conflict(
            "This key belongs to the workspace already. Somebody may have taken it over a moment ago.",
        )),
        (Some(_), Some(_)) => Err(Error::Conflict(
            "This key is revoked, and a revoked key cannot be taken over. Restore it first, or make another like it.",
        )),
        (Some(_), None) => Ok(()),
    }
}

/// Makes a personal key the workspace's, with all its permissions, and gives it a new secret. Its id, counts and history
/// stay; a deactivated key stays so. A rotation that runs is finished with it, because a key has two secrets at most: what
/// was the newest works for the grace, the one before it stops. Its former owner knows that one too, so it never does more
/// than it did for them: what they might not do only the new secret may, and where it was refused, as of a suspended key,
/// it stays so.
///
/// # Errors
/// `Conflict`: it is the workspace's, or revoked. `Invalid` under `label`: a key of the workspace has it. Those of
/// [`rotate`].
pub fn take_over(
    conn: &mut PgConnection,
    actor: &Actor,
    kept_by: (&Pepper, &KeySeal),
    id: KeyId,
    how: &TakeOver<'_>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Rotated> {
    let permit = permit::<TakeOverKeys>(actor)?;
    // Held before the key is, as for a rotation.
    workspaces::key_lifetimes(conn, &permit)?;
    let before = store::lock_to_take_over(conn, &permit, id)?;
    let now = after(&before, now);
    check_takeable(&before)?;
    let owner = people::holders(conn, &permit, before.owner_member_id.as_slice())?;
    let held = owner.into_values().next().map(|owner| owner.held);
    let ceiling = before.permissions.within(&held.unwrap_or_default());
    let grace = match is_refused(&before, now) {
        true => Grace::NONE,
        false => how.rotation.grace,
    };
    let label = how.label.unwrap_or(&before.label);
    let key = store::take_over(conn, &permit, id, label, now)?;
    settle(conn, &permit, Some((&before, &key)), now)?;
    // Who is told of its end are others now, and they were not told yet.
    store::forget_ending(conn, &permit, id)?;
    let mut told = entry("key.taken_over", Some(&before), &key, now);
    if let Some(after) = &mut told.after {
        after["grace_seconds"] = json!(grace.seconds());
    }
    audit::record(conn, actor, told, now)?;
    if key.old_until(now).is_some() {
        finish_rotation(conn, actor, id, now)?;
    }
    let rotation = Rotation {
        is_final: true,
        grace,
        ..how.rotation.clone()
    };
    let rotated = rotate(conn, actor, kept_by, id, &rotation, (zone, now))?;
    store::bound_old(conn, &permit, id, &ceiling, now)?;
    Ok(rotated)
}

/// Its secret does not work, and neither will it for its former owner.
fn is_refused(key: &Key, now: DateTime<Utc>) -> bool {
    matches!(key.state(now), State::Suspended | State::Expired)
}

/// What a personal key can be called among those of the workspace: as it is, or the next label that is free. None: none is.
pub fn label_here(conn: &mut PgConnection, actor: &Actor, key: &Key) -> Result<Option<String>> {
    let permit = permit::<ManageKeys>(actor)?;
    let labels: Vec<String> = [key.label.clone()]
        .into_iter()
        .chain(next_labels(&key.label))
        .collect();
    let folded: BTreeSet<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    let taken = store::labels_in_use(conn, &permit, &folded)?;
    let is_free = |label: &String| !taken.contains(&(None, label.to_lowercase()));
    Ok(labels.into_iter().find(is_free))
}
