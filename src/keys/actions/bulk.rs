//! The same change to many keys: all that it fits, in one transaction, and the others told with their reasons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::entry;
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result, field},
    ids::{KeyChangeId, KeyId},
    keys::{
        model::{Bulk, Key, MOST, Reason, Skip},
        store,
    },
    policy::{ManageKeys, Permit, permit},
};

/// What a change does, or would do.
pub struct Outcome {
    pub changes: Vec<Key>,
    pub skipped: Vec<(Key, Skip)>,
}

impl Outcome {
    /// How many are skipped for each reason.
    pub fn reasons(&self) -> BTreeMap<Skip, usize> {
        let mut counts = BTreeMap::new();
        for (_, skip) in &self.skipped {
            *counts.entry(*skip).or_default() += 1;
        }
        counts
    }
}

/// What [`change_all`] would do now, and will within the same transaction: the keys are held.
///
/// # Errors
/// `NotFound`: one of the keys is not of this workspace; `Invalid`: too many.
pub fn preview(
    conn: &mut PgConnection,
    actor: &Actor,
    bulk: Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let permit = permit::<ManageKeys>(actor)?;
    check_number(ids)?;
    let found = store::lock_all(conn, &permit, ids)?;
    sort(conn, &permit, bulk, found, now)
}

/// Changes the keys that `bulk` fits. `reason` matters where they are revoked. The id is that of the change, to undo
/// it; none where nothing changed.
///
/// # Errors
/// As [`preview`]; then nothing is changed.
pub fn change_all(
    conn: &mut PgConnection,
    actor: &Actor,
    (bulk, reason): (Bulk, Reason),
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<(Outcome, Option<KeyChangeId>)> {
    let permit = permit::<ManageKeys>(actor)?;
    check_number(ids)?;
    let outcome = apply(conn, &permit, (bulk, reason), ids, now)?;
    let changed: BTreeSet<KeyId> = outcome.changes.iter().map(|key| key.id).collect();
    let id = match changed.is_empty() {
        true => None,
        false => Some(store::note_change(conn, &permit, bulk, &changed, now)?),
    };
    Ok((outcome, id))
}

/// Takes a change back, once, for the keys that are still as it left them.
///
/// # Errors
/// `Conflict`: it was taken back before, or is older than a day.
pub fn undo_all(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyChangeId,
    now: DateTime<Utc>,
) -> Result<(Bulk, Outcome)> {
    let permit = permit::<ManageKeys>(actor)?;
    let change = store::take_change(conn, &permit, id)?.ok_or(Error::Conflict(
        "This change was taken back before, or is too old for it.",
    ))?;
    let (bulk, untouched) = (change.bulk.inverse(), change.untouched);
    let mut outcome = apply(conn, &permit, (bulk, Reason::Unneeded), &untouched, now)?;
    let changed_since: BTreeSet<KeyId> = change.all.difference(&untouched).copied().collect();
    let others = store::lock_all(conn, &permit, &changed_since)?;
    let skipped = others.into_iter().map(|key| (key, Skip::ChangedSince));
    outcome.skipped.extend(skipped);
    Ok((bulk, outcome))
}

fn apply(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (bulk, reason): (Bulk, Reason),
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let found = store::lock_all(conn, permit, ids)?;
    let Outcome { changes, skipped } = sort(conn, permit, bulk, found, now)?;
    let fitting: BTreeSet<KeyId> = changes.iter().map(|key| key.id).collect();
    let after = store::change_all(conn, permit, &fitting, (bulk, reason), now)?;
    let entries = changes
        .iter()
        .zip(&after)
        .map(|(before, after)| entry(bulk.event(), Some(before), after, now))
        .collect();
    audit::record_all(conn, permit.actor(), entries, now)?;
    Ok(Outcome {
        changes: after,
        skipped,
    })
}

fn check_number(ids: &BTreeSet<KeyId>) -> Result<()> {
    match ids.len() <= MOST {
        true => Ok(()),
        false => Err(field("id", "Select at most 2,000 keys at once")),
    }
}

/// Those that `bulk` fits, and the others.
fn sort(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    bulk: Bulk,
    found: Vec<Key>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let mut outcome = Outcome {
        changes: Vec::new(),
        skipped: Vec::new(),
    };
    for key in found {
        match bulk.check(&key, now) {
            Ok(()) => outcome.changes.push(key),
            Err(skip) => outcome.skipped.push((key, skip)),
        }
    }
    match bulk {
        Bulk::Restore => without_taken(conn, permit, outcome),
        Bulk::Activate | Bulk::Deactivate | Bulk::Revoke => Ok(outcome),
    }
}

/// A label is free if no key has it that is not revoked, and none before it in this change takes it.
fn without_taken(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    outcome: Outcome,
) -> Result<Outcome> {
    let Outcome {
        changes,
        mut skipped,
    } = outcome;
    let ids = changes.iter().map(|key| key.id).collect();
    let labels: BTreeMap<KeyId, String> = store::folded_labels(conn, permit, &ids)?
        .into_iter()
        .collect();
    let wanted: BTreeSet<String> = labels.values().cloned().collect();
    let mut taken = store::labels_in_use(conn, permit, &wanted)?;
    let mut free = Vec::new();
    for key in changes {
        match labels.get(&key.id) {
            Some(label) if taken.insert(label.clone()) => free.push(key),
            _ => skipped.push((key, Skip::LabelTaken)),
        }
    }
    Ok(Outcome {
        changes: free,
        skipped,
    })
}
