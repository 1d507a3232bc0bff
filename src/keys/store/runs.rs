//! Runs and what is left of them. A chunk is taken away in the transaction that does it, so that none is done twice.

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*, select};
use serde_json::Value;

use crate::{
    error::{Error, OnConstraint, Result},
    ids::{KeyChangeId, KeyId, KeyRunId, WorkspaceId},
    keys::model::{BulkAction, Run, RunState},
    policy::{Action, ListKeys, ManageKeys, Permit, Unscoped},
    schema::{key_changes, key_run_chunks, key_runs},
};

pub const ONE_AT_A_TIME: &str = "A change to many keys is running. Wait for its end, or stop it.";

/// A run that is about to begin.
pub struct NewRun {
    pub action: BulkAction,
    pub terms: Value,
    pub is_undo: bool,
    pub matching: String,
    pub total: i64,
}

pub fn insert_run(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, label): (KeyRunId, &str),
    new: &NewRun,
    now: DateTime<Utc>,
) -> Result<Run> {
    let source = &permit.actor().source;
    diesel::insert_into(key_runs::table)
        .values((
            key_runs::workspace_id.eq(permit.workspace()),
            key_runs::id.eq(id),
            key_runs::bulk_action.eq(new.action.name()),
            key_runs::terms.eq(&new.terms),
            key_runs::is_undo.eq(new.is_undo),
            key_runs::matching.eq(&new.matching),
            key_runs::started_by_member_id.eq(permit.actor().member_id().ok_or(Error::NotFound)?),
            key_runs::started_by_label.eq(label),
            key_runs::ip.eq(source.ip.map(|ip| ip.to_string())),
            key_runs::user_agent.eq(&source.user_agent),
            key_runs::request_id.eq(source.request),
            key_runs::started_at.eq(now),
            key_runs::total.eq(new.total),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .on_constraint("key_runs_one_at_a_time", || Error::Conflict(ONE_AT_A_TIME))
}

pub fn add_chunk(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (run, position): (KeyRunId, i32),
    (ids, change): (&[KeyId], Option<KeyChangeId>),
) -> Result<()> {
    diesel::insert_into(key_run_chunks::table)
        .values((
            key_run_chunks::workspace_id.eq(permit.workspace()),
            key_run_chunks::run_id.eq(run),
            key_run_chunks::position.eq(position),
            key_run_chunks::key_ids.eq(ids),
            key_run_chunks::change_id.eq(change),
        ))
        .execute(conn)?;
    Ok(())
}

/// The run that is on its way.
pub fn running(conn: &mut PgConnection, permit: &Permit<ListKeys>) -> Result<Option<Run>> {
    Ok(key_runs::table
        .filter(key_runs::workspace_id.eq(permit.workspace()))
        .filter(key_runs::state.eq(RunState::Running.name()))
        .select(Run::as_select())
        .first(conn)
        .optional()?)
}

pub fn find_run<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyRunId,
) -> Result<Run> {
    Ok(key_runs::table
        .find((permit.workspace(), id))
        .select(Run::as_select())
        .first(conn)?)
}

/// Held until the caller's transaction ends.
pub fn lock_run(conn: &mut PgConnection, permit: &Permit<ManageKeys>, id: KeyRunId) -> Result<Run> {
    Ok(key_runs::table
        .find((permit.workspace(), id))
        .select(Run::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// What a run has changed so far and can be taken back, in the order in which it was done.
pub fn changes_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    run: KeyRunId,
) -> Result<Vec<(KeyChangeId, Vec<KeyId>)>> {
    let rows: Vec<(KeyChangeId, Vec<Option<KeyId>>)> = key_changes::table
        .filter(key_changes::workspace_id.eq(permit.workspace()))
        .filter(key_changes::run_id.eq(run))
        .order(key_changes::id)
        .select((key_changes::id, key_changes::key_ids))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, keys)| (id, keys.into_iter().flatten().collect()))
        .collect())
}

pub fn can_be_undone(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    run: KeyRunId,
) -> Result<bool> {
    let of_run = key_changes::table
        .filter(key_changes::workspace_id.eq(permit.workspace()))
        .filter(key_changes::run_id.eq(run));
    Ok(select(exists(of_run)).get_result(conn)?)
}

/// Every run of the installation that is on its way.
pub fn all_running(conn: &mut PgConnection, _: Unscoped) -> Result<Vec<(WorkspaceId, KeyRunId)>> {
    Ok(key_runs::table
        .filter(key_runs::state.eq(RunState::Running.name()))
        .order(key_runs::started_at)
        .select((key_runs::workspace_id, key_runs::id))
        .load(conn)?)
}

/// None: it has ended.
pub fn look_at_run(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, id): (WorkspaceId, KeyRunId),
) -> Result<Option<Run>> {
    Ok(key_runs::table
        .find((workspace, id))
        .filter(key_runs::state.eq(RunState::Running.name()))
        .select(Run::as_select())
        .first(conn)
        .optional()?)
}

/// Keys to be changed, or the change to them that is to be taken back.
pub struct Chunk {
    pub ids: Vec<KeyId>,
    pub change: Option<KeyChangeId>,
}

/// Takes the next chunk that no other server has just taken.
pub fn take_chunk(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    run: KeyRunId,
) -> Result<Option<Chunk>> {
    let of_run = key_run_chunks::table
        .filter(key_run_chunks::workspace_id.eq(permit.workspace()))
        .filter(key_run_chunks::run_id.eq(run));
    let next: Option<i32> = of_run
        .order(key_run_chunks::position)
        .select(key_run_chunks::position)
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some(position) = next else {
        return Ok(None);
    };
    let (ids, change): (Vec<Option<KeyId>>, Option<KeyChangeId>) =
        diesel::delete(key_run_chunks::table.find((permit.workspace(), run, position)))
            .returning((key_run_chunks::key_ids, key_run_chunks::change_id))
            .get_result(conn)?;
    Ok(Some(Chunk {
        ids: ids.into_iter().flatten().collect(),
        change,
    }))
}

/// Is nothing left, also not in the hands of another server?
pub fn is_empty(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    run: KeyRunId,
) -> Result<bool> {
    let of_run = key_run_chunks::table
        .filter(key_run_chunks::workspace_id.eq(permit.workspace()))
        .filter(key_run_chunks::run_id.eq(run));
    Ok(!select(exists(of_run)).get_result::<bool>(conn)?)
}

/// The figures of a run that the caller holds.
pub fn count_run(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyRunId,
    (changed, skipped, reasons): (i64, i64, Value),
) -> Result<()> {
    diesel::update(key_runs::table.find((permit.workspace(), id)))
        .set((
            key_runs::changed.eq(key_runs::changed + changed),
            key_runs::skipped.eq(key_runs::skipped + skipped),
            key_runs::reasons.eq(reasons),
        ))
        .execute(conn)?;
    Ok(())
}

/// False: it had ended before.
pub fn end_run(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, id): (WorkspaceId, KeyRunId),
    state: RunState,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = diesel::update(key_runs::table.find((workspace, id)))
        .filter(key_runs::state.eq(RunState::Running.name()))
        .set((key_runs::state.eq(state.name()), key_runs::ended_at.eq(now)))
        .execute(conn)?;
    Ok(ended > 0)
}

/// Forgets what is left of runs that have ended, and those that ended before `since` altogether.
pub fn forget_runs(conn: &mut PgConnection, _: Unscoped, since: DateTime<Utc>) -> Result<usize> {
    let ended = key_runs::table
        .filter(key_runs::workspace_id.eq(key_run_chunks::workspace_id))
        .filter(key_runs::id.eq(key_run_chunks::run_id))
        .filter(key_runs::ended_at.is_not_null());
    diesel::delete(key_run_chunks::table.filter(exists(ended))).execute(conn)?;
    Ok(diesel::delete(key_runs::table)
        .filter(key_runs::ended_at.lt(since))
        .execute(conn)?)
}
