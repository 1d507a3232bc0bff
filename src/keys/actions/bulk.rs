//! The same change to many keys: all that it fits, in one transaction, and the others told with their reasons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{bounds, compromise, edit, entry};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result, field},
    ids::{KeyChangeId, KeyId, KeyRunId},
    keys::{
        model::{Bounds, Bulk, Key, MOST, Reason, Settings, Skip, Within},
        store::{self, Note, OwnLabel},
    },
    policy::{self, ManageKeys, Permit, permit},
    workspaces,
};

/// What a change does, or would do.
pub struct Outcome {
    pub changes: Vec<Changed>,
    pub skipped: Vec<(Key, Skip)>,
}

/// A key that changes.
pub struct Changed {
    pub before: Key,
    pub after: Key,
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
/// `NotFound`: one of the keys is not of this workspace; `Invalid`: too many, or permissions that `actor` cannot give.
pub fn preview(
    conn: &mut PgConnection,
    actor: &Actor,
    bulk: &Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let permit = permit::<ManageKeys>(actor)?;
    check_asked(actor, bulk, ids)?;
    sort(conn, &permit, bulk, ids, now)
}

/// Changes the keys that `bulk` fits. The id is that of the change, to undo it; none where nothing changed.
///
/// # Errors
/// As [`preview`]; then nothing is changed.
pub fn change_all(
    conn: &mut PgConnection,
    actor: &Actor,
    bulk: &Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<(Outcome, Option<KeyChangeId>)> {
    let permit = permit::<ManageKeys>(actor)?;
    check_asked(actor, bulk, ids)?;
    change_noted(conn, &permit, bulk, (ids, None), now)
}

/// `run`: of which this is a part.
pub(super) fn change_noted(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    bulk: &Bulk,
    (ids, run): (&BTreeSet<KeyId>, Option<KeyRunId>),
    now: DateTime<Utc>,
) -> Result<(Outcome, Option<KeyChangeId>)> {
    let outcome = apply(conn, permit, bulk, ids, now)?;
    let id = match (outcome.changes.is_empty(), bulk.action()) {
        (false, Some(action)) => {
            let had = outcome.changes.iter().filter_map(|Changed { before, .. }| {
                Some((before.id.to_string(), bulk.had(before)?))
            });
            let note = Note {
                action,
                ids: outcome.changes.iter().map(|c| c.after.id).collect(),
                had: action.is_edit().then(|| had.collect()),
                run,
            };
            Some(store::note_change(conn, permit, &note, now)?)
        }
        _ => None,
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
    undo_noted(conn, &permit, id, now)?.ok_or(Error::Conflict(
        "This change was taken back before, or is too old for it.",
    ))
}

/// None: it was taken back before, or is forgotten.
pub(super) fn undo_noted(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyChangeId,
    now: DateTime<Utc>,
) -> Result<Option<(Bulk, Outcome)>> {
    let Some(change) = store::take_change(conn, permit, id)? else {
        return Ok(None);
    };
    let bulk = change.inverse;
    let mut outcome = apply(conn, permit, &bulk, &change.untouched, now)?;
    let changed_since: BTreeSet<KeyId> =
        change.all.difference(&change.untouched).copied().collect();
    let others = store::lock_all(conn, permit, &changed_since)?;
    let skipped = others.into_iter().map(|key| (key, Skip::ChangedSince));
    outcome.skipped.extend(skipped);
    Ok(Some((bulk, outcome)))
}

fn apply(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    bulk: &Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let outcome = sort(conn, permit, bulk, ids, now)?;
    let after: Vec<&Key> = outcome.changes.iter().map(|c| &c.after).collect();
    store::write_all(conn, permit, &after)?;
    let pairs = outcome.changes.iter().map(|c| (&c.before, &c.after));
    super::settle(conn, permit, pairs, now)?;
    let entries = outcome.changes.iter();
    let entries = entries.map(|Changed { before, after }| match bulk.event() {
        Some(event) => entry(event, Some(before), after, now),
        None => edit::entry(before, after, now),
    });
    audit::record_all(conn, permit.actor(), entries.collect(), now)?;
    if *bulk == Bulk::Revoke(Reason::Compromised) {
        let ended = outcome.changes.iter().map(|c| c.after.clone());
        compromise::follow(conn, permit, &ended.collect::<Vec<_>>(), now)?;
    }
    Ok(outcome)
}

/// # Errors
/// As [`preview`].
pub fn check_selected(conn: &mut PgConnection, actor: &Actor, ids: &BTreeSet<KeyId>) -> Result<()> {
    let permit = permit::<ManageKeys>(actor)?;
    check_number(ids)?;
    store::lock_all(conn, &permit, ids).map(drop)
}

fn check_number(ids: &BTreeSet<KeyId>) -> Result<()> {
    match ids.len() <= MOST {
        true => Ok(()),
        false => Err(field("id", "Select at most 2,000 keys at once")),
    }
}

fn check_asked(actor: &Actor, bulk: &Bulk, ids: &BTreeSet<KeyId>) -> Result<()> {
    check_number(ids)?;
    check_given(actor, bulk)
}

/// # Errors
/// `Invalid` under `permissions`: beyond what `actor` has.
pub(super) fn check_given(actor: &Actor, bulk: &Bulk) -> Result<()> {
    match bulk {
        Bulk::AddPermissions(given) => policy::check_may_give(actor, given),
        _ => Ok(()),
    }
}

/// Those that `bulk` fits, and the others, all of them held. The lifetimes are read before: whoever changes them, and
/// then keys, takes both in the same order.
fn sort(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    bulk: &Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let is_end = matches!(bulk, Bulk::Revoke(_));
    if is_end {
        workspaces::hold_alone(conn, permit)?;
    }
    let about = match is_end && permit.actor().key_id().is_some() {
        true => store::family(conn, permit, ids)?.keys.into_keys().collect(),
        false => ids.clone(),
    };
    let (permit, bounds) = &bounds(conn, permit.actor(), (&about, now))?;
    let within = Within {
        by: permit.actor().member_id(),
        by_key: permit.actor().key_id(),
        held: bounds.held(),
        lifetimes: bounds.lifetimes(),
        now,
    };
    let mut outcome = Outcome {
        changes: Vec::new(),
        skipped: Vec::new(),
    };
    if is_end {
        compromise::hold(conn, permit, ids)?;
    }
    for before in store::lock_all(conn, permit, ids)? {
        let after = check(bounds, bulk, (&before, None)).and_then(|()| {
            let after = bulk.onto(&before, &within)?;
            check(bounds, bulk, (&before, Some(&after))).map(|()| after)
        });
        match after {
            Ok(after) => outcome.changes.push(Changed { before, after }),
            Err(skip) => outcome.skipped.push((before, skip)),
        }
    }
    match bulk {
        Bulk::Restore => without_taken(conn, permit, outcome),
        _ => Ok(outcome),
    }
}

/// Whether more may be done to a key than to stop it; and where it is known what it is edited to, that.
fn check(
    bounds: &Bounds,
    bulk: &Bulk,
    (before, after): (&Key, Option<&Key>),
) -> std::result::Result<(), Skip> {
    let cleared = match (bulk, after) {
        (Bulk::Deactivate | Bulk::Revoke(_), _) => return Ok(()),
        (Bulk::Restore, _) => bounds.clear_restore(before),
        (Bulk::Activate, _) | (_, None) => bounds.clear(before),
        (_, Some(after)) => bounds.clear_edit(before, &Settings::from(after)),
    };
    match cleared {
        Ok(_) => Ok(()),
        Err(Error::Forbidden(_)) if bounds.is_beyond_folders(before.id) => Err(Skip::BeyondFolders),
        Err(Error::Forbidden(_)) => Err(Skip::Anothers),
        Err(_) => Err(Skip::BeyondEditor),
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
    let ids = changes.iter().map(|c| c.before.id).collect();
    let labels: BTreeMap<KeyId, OwnLabel> = store::folded_labels(conn, permit, &ids)?
        .into_iter()
        .collect();
    let wanted = labels.values().map(|(_, label)| label.clone()).collect();
    let mut taken = store::labels_in_use(conn, permit, &wanted)?;
    let mut free = Vec::new();
    for change in changes {
        match labels.get(&change.before.id) {
            Some(label) if taken.insert(label.clone()) => free.push(change),
            _ => skipped.push((change.before, Skip::LabelTaken)),
        }
    }
    Ok(Outcome {
        changes: free,
        skipped,
    })
}
