//! A change to all keys that match, however many: selected in one moment, done chunk after chunk.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::bulk::{change_noted, check_given, undo_noted};
use crate::{
    actor::{Actor, Role, Who},
    audit,
    error::{Error, Result, field},
    ids::{KeyId, KeyRunId, WorkspaceId},
    keys::{
        model::{Bulk, BulkAction, MOST, Run, RunState, Skip, Wanted},
        store::{self, Chunk, NewRun, ONE_AT_A_TIME},
    },
    people,
    permissions::Permissions,
    policy::{ListKeys, ManageKeys, Permit, Unscoped, permit},
};

const WHY: Unscoped = Unscoped::because("runs go on without whoever started them");

/// The longest list address that a run keeps.
const LONGEST: usize = 1_000;

/// Selects all keys that match now, and begins. `matching`: the same as it is asked for in an address.
///
/// # Errors
/// `Conflict`: another runs in the workspace, or nothing matches. `Invalid`: permissions that `actor` cannot give.
pub fn start(
    conn: &mut PgConnection,
    actor: &Actor,
    bulk: &Bulk,
    (wanted, matching): (&Wanted, String),
    now: DateTime<Utc>,
) -> Result<Run> {
    let (manage, list) = (permit::<ManageKeys>(actor)?, permit::<ListKeys>(actor)?);
    check_given(actor, bulk)?;
    let action = bulk.action().ok_or(Error::NotFound)?;
    if matching.chars().count() > LONGEST {
        return Err(field("q", "Search for less"));
    }
    if store::running(conn, &list)?.is_some() {
        return Err(Error::Conflict(ONE_AT_A_TIME));
    }
    let mut chunks: Vec<Vec<KeyId>> = Vec::new();
    loop {
        let after = chunks.last().and_then(|chunk| chunk.last()).copied();
        let chunk = store::matching(conn, &list, wanted, (after, MOST), now)?;
        let is_last = chunk.len() < MOST;
        chunks.extend((!chunk.is_empty()).then_some(chunk));
        if is_last {
            break;
        }
    }
    let new = NewRun {
        action,
        terms: bulk.terms(),
        is_undo: false,
        matching,
        total: count(chunks.iter().map(Vec::len)),
    };
    let chunks = chunks.into_iter().map(|ids| Chunk { ids, change: None });
    begin(conn, &manage, &new, chunks.collect(), now)
}

/// Begins to take back what a run did.
///
/// # Errors
/// `Conflict`: it was taken back before, is older than a day, goes on, or another runs in the workspace.
pub fn start_undo(
    conn: &mut PgConnection,
    actor: &Actor,
    of: KeyRunId,
    now: DateTime<Utc>,
) -> Result<Run> {
    let (manage, list) = (permit::<ManageKeys>(actor)?, permit::<ListKeys>(actor)?);
    let run = store::find_run(conn, &manage, of)?;
    if store::running(conn, &list)?.is_some() {
        return Err(Error::Conflict(ONE_AT_A_TIME));
    }
    let changes = store::changes_of(conn, &manage, of)?;
    let bulk = run.bulk()?;
    let action = bulk.action().filter(|_| bulk.can_be_undone());
    let (Some(action), false) = (action, changes.is_empty()) else {
        return Err(Error::Conflict(
            "This change was taken back before, or is too old for it.",
        ));
    };
    let new = NewRun {
        action,
        terms: bulk.terms(),
        is_undo: true,
        matching: run.matching,
        total: count(changes.iter().map(|(_, ids)| ids.len())),
    };
    let chunks = changes.into_iter().map(|(change, ids)| Chunk {
        ids,
        change: Some(change),
    });
    begin(conn, &manage, &new, chunks.collect(), now)
}

fn begin(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    new: &NewRun,
    chunks: Vec<Chunk>,
    now: DateTime<Utc>,
) -> Result<Run> {
    if chunks.is_empty() {
        return Err(Error::Conflict("No key matches any more."));
    }
    let Who::Member { name, .. } = &permit.actor().who else {
        return Err(Error::NotFound);
    };
    let id = KeyRunId::fresh();
    let run = store::insert_run(conn, permit, (id, name), new, now)?;
    for (position, chunk) in (0..).zip(&chunks) {
        store::add_chunk(conn, permit, (id, position), (&chunk.ids, chunk.change))?;
    }
    let entry = entry("key_run.started", &run, None, Some(&run));
    audit::record(conn, permit.actor(), entry, now)?;
    Ok(run)
}

/// From when this is committed, nothing more is changed.
///
/// # Errors
/// `Conflict`: it has ended.
pub fn stop(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyRunId,
    now: DateTime<Utc>,
) -> Result<Run> {
    let permit = permit::<ManageKeys>(actor)?;
    let before = store::lock_run(conn, &permit, id)?;
    let of = (permit.workspace(), id);
    if !store::end_run(conn, WHY, of, RunState::Stopped, now)? {
        return Err(Error::Conflict("This change has ended already."));
    }
    let after = store::find_run(conn, &permit, id)?;
    let entry = entry("key_run.stopped", &after, Some(&before), Some(&after));
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}

/// Does one chunk of a run, if no other server has the last of them. False: there is nothing to do.
///
/// # Errors
/// The chunk is as it was before.
pub fn step(
    conn: &mut PgConnection,
    of: (WorkspaceId, KeyRunId),
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(run) = store::look_at_run(conn, WHY, of)? else {
        return Ok(false);
    };
    let standing = people::standing_of(conn, WHY, of.0, run.started_by_member_id)?;
    let actor = standing.map(|standing| run.starter(standing));
    let Some(permit) = actor.and_then(|actor| permit::<ManageKeys>(&actor).ok()) else {
        end(conn, &run, RunState::Forbidden, now)?;
        return Ok(false);
    };
    let Some(chunk) = store::take_chunk(conn, &permit, run.id)? else {
        if store::is_empty(conn, &permit, run.id)? {
            end(conn, &run, RunState::Done, now)?;
        }
        return Ok(false);
    };
    let done = work(conn, &permit, &run, &chunk, now)?;
    let held = store::lock_run(conn, &permit, run.id)?;
    if held.state() != RunState::Running {
        return Err(Error::Conflict("It was stopped meanwhile."));
    }
    let mut reasons = held.reasons();
    for (skip, n) in &done.skipped {
        *reasons.entry(*skip).or_default() += n;
    }
    let skipped = done.skipped.iter().map(|(_, n)| n).sum();
    let figures = (done.changed, skipped, json!(reasons));
    store::count_run(conn, &permit, run.id, figures)?;
    if store::is_empty(conn, &permit, run.id)? {
        end(conn, &run, RunState::Done, now)?;
    }
    Ok(true)
}

/// A run that cannot go on.
pub fn fail(
    conn: &mut PgConnection,
    of: (WorkspaceId, KeyRunId),
    now: DateTime<Utc>,
) -> Result<()> {
    match store::look_at_run(conn, WHY, of)? {
        Some(run) => end(conn, &run, RunState::Failed, now),
        None => Ok(()),
    }
}

/// What came of a chunk.
struct Done {
    changed: i64,
    skipped: Vec<(Skip, i64)>,
}

fn work(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    run: &Run,
    chunk: &Chunk,
    now: DateTime<Utc>,
) -> Result<Done> {
    let outcome = match chunk.change {
        None => {
            let ids: BTreeSet<KeyId> = chunk.ids.iter().copied().collect();
            let bulk = run.bulk()?;
            change_noted(conn, permit, &bulk, (&ids, Some(run.id)), now)?.0
        }
        Some(change) => match undo_noted(conn, permit, change, now)? {
            Some((_, outcome)) => outcome,
            None => {
                return Ok(Done {
                    changed: 0,
                    skipped: vec![(Skip::Forgotten, count([chunk.ids.len()]))],
                });
            }
        },
    };
    let reasons = outcome.reasons().into_iter();
    Ok(Done {
        changed: count([outcome.changes.len()]),
        skipped: reasons.map(|(skip, n)| (skip, count([n]))).collect(),
    })
}

/// Ends a run, once, and says so in the log under the name of whoever started it.
fn end(conn: &mut PgConnection, run: &Run, state: RunState, now: DateTime<Utc>) -> Result<()> {
    let of = (run.workspace_id, run.id);
    let before = store::look_at_run(conn, WHY, of)?;
    if !store::end_run(conn, WHY, of, state, now)? {
        return Ok(());
    }
    let starter = run.starter((Role::Member, Permissions::default()));
    let mut entry = entry("key_run.ended", run, None, before.as_ref());
    if let Some(after) = entry.after.as_mut() {
        after["state"] = json!(state.name());
    }
    audit::record(conn, &starter, entry, now)
}

fn entry(
    action: &'static str,
    run: &Run,
    before: Option<&Run>,
    after: Option<&Run>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "key_run",
            id: run.id.to_string(),
            label: label(run),
        },
        before: before.map(facts),
        after: after.map(facts),
    }
}

/// "undo: revoke 100,000 keys".
fn label(run: &Run) -> String {
    let action = run.bulk().ok().and_then(|bulk| bulk.action());
    let verb = action.map_or("change", BulkAction::verb);
    let undo = if run.is_undo { "undo: " } else { "" };
    format!(
        "{undo}{verb} {}",
        crate::web::time::counted(run.total, "key")
    )
}

fn facts(run: &Run) -> Value {
    json!({
        "total": run.total,
        "changed": run.changed,
        "skipped": run.skipped,
        "state": run.state().name(),
    })
}

fn count(numbers: impl IntoIterator<Item = usize>) -> i64 {
    i64::try_from(numbers.into_iter().sum::<usize>()).unwrap_or(i64::MAX)
}
