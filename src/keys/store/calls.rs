//! Counts, written many at a time.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    connection::SimpleConnection, prelude::*, query_dsl::methods::FilterDsl, upsert::excluded,
};

use super::callers::add_callers;
use crate::{
    error::Result,
    ids::{KeyId, WorkspaceId},
    keys::{
        callers::OfSecret,
        calls::{Pending, SERVED, Slot},
    },
    policy::Unscoped,
    schema::{key_calls, key_days, key_last_uses, key_secrets, keys},
};

/// Rows a statement: 6 binds each, of 65,535 that Postgres takes.
pub(super) const BATCH: usize = 5_000;

/// Adds to what is there: two servers count the same key. What was counted for a key that is gone goes with it.
///
/// Everybody takes the rows in one order, within each table and from table to table: two who write at once must not
/// wait for each other in a circle.
pub fn add_calls(conn: &mut PgConnection, reason: Unscoped, pending: &Pending) -> Result<()> {
    let there = hold_secrets(conn, pending)?;
    let mut calls: Vec<(&Slot, i64)> = pending
        .calls
        .iter()
        .filter(|(slot, _)| there.contains(&(slot.workspace, slot.key, slot.version)))
        .map(|(slot, n)| (slot, *n))
        .collect();
    calls.sort_by_key(|(s, _)| (s.workspace, s.key, s.hour, s.version, s.outcome));
    add_to_hours(conn, &calls)?;
    add_to_days(conn, &calls)?;
    let keys: HashSet<(WorkspaceId, KeyId)> = there
        .iter()
        .map(|(workspace, key, _)| (*workspace, *key))
        .collect();
    move_last_uses(conn, pending, &keys)?;
    add_callers(conn, reason, &pending.callers, &there)
}

/// Those of the called keys, none of which goes before the caller's transaction has ended.
fn hold_secrets(conn: &mut PgConnection, pending: &Pending) -> Result<HashSet<OfSecret>> {
    let called: HashSet<KeyId> = pending.calls.keys().map(|slot| slot.key).collect();
    let secrets = key_secrets::table.on(key_secrets::workspace_id
        .eq(keys::workspace_id)
        .and(key_secrets::key_id.eq(keys::id)));
    let found: Vec<OfSecret> =
        QueryDsl::filter(keys::table.inner_join(secrets), keys::id.eq_any(called))
            .order((keys::workspace_id, keys::id, key_secrets::version))
            .select((keys::workspace_id, keys::id, key_secrets::version))
            .for_key_share()
            .load(conn)?;
    Ok(found.into_iter().collect())
}

fn add_to_hours(conn: &mut PgConnection, calls: &[(&Slot, i64)]) -> Result<()> {
    // The triggers of the table leave the days to us.
    conn.batch_execute("SET LOCAL keyroom.days_are_added = 'on'")?;
    let rows: Vec<_> = calls
        .iter()
        .map(|(slot, n)| {
            (
                key_calls::workspace_id.eq(slot.workspace),
                key_calls::key_id.eq(slot.key),
                key_calls::hour.eq(slot.hour),
                key_calls::secret_version.eq(slot.version),
                key_calls::outcome.eq(slot.outcome),
                key_calls::calls.eq(*n),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(key_calls::table)
            .values(batch.to_vec())
            .on_conflict((
                key_calls::workspace_id,
                key_calls::key_id,
                key_calls::hour,
                key_calls::secret_version,
                key_calls::outcome,
            ))
            .do_update()
            .set(key_calls::calls.eq(key_calls::calls + excluded(key_calls::calls)))
            .execute(conn)?;
    }
    Ok(())
}

/// Served calls, by the days of UTC.
fn add_to_days(conn: &mut PgConnection, calls: &[(&Slot, i64)]) -> Result<()> {
    let mut days: BTreeMap<(WorkspaceId, KeyId, NaiveDate), i64> = BTreeMap::new();
    for (slot, n) in calls.iter().filter(|(slot, _)| slot.outcome == SERVED) {
        let day = slot.hour.date_naive();
        *days.entry((slot.workspace, slot.key, day)).or_default() += n;
    }
    let rows: Vec<_> = days
        .into_iter()
        .map(|((workspace, key, day), n)| {
            (
                key_days::workspace_id.eq(workspace),
                key_days::key_id.eq(key),
                key_days::day.eq(day),
                key_days::calls.eq(n),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(key_days::table)
            .values(batch.to_vec())
            .on_conflict((key_days::workspace_id, key_days::key_id, key_days::day))
            .do_update()
            .set(key_days::calls.eq(key_days::calls + excluded(key_days::calls)))
            .execute(conn)?;
    }
    Ok(())
}

fn move_last_uses(
    conn: &mut PgConnection,
    pending: &Pending,
    there: &HashSet<(WorkspaceId, KeyId)>,
) -> Result<()> {
    let mut uses: Vec<(WorkspaceId, KeyId, DateTime<Utc>, String)> = pending
        .last_uses
        .iter()
        .filter(|(key, _)| there.contains(key))
        .map(|((workspace, key), (at, ip))| (*workspace, *key, *at, ip.to_string()))
        .collect();
    uses.sort();
    let rows: Vec<_> = uses
        .into_iter()
        .map(|(workspace, key, at, ip)| {
            (
                key_last_uses::workspace_id.eq(workspace),
                key_last_uses::key_id.eq(key),
                key_last_uses::at.eq(at),
                key_last_uses::ip.eq(ip),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(key_last_uses::table)
            .values(batch.to_vec())
            .on_conflict((key_last_uses::workspace_id, key_last_uses::key_id))
            .do_update()
            .set((
                key_last_uses::at.eq(excluded(key_last_uses::at)),
                key_last_uses::ip.eq(excluded(key_last_uses::ip)),
            ))
            .filter(key_last_uses::at.lt(excluded(key_last_uses::at)))
            .execute(conn)?;
    }
    Ok(())
}
