//! Counts, written many at a time.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, query_dsl::methods::FilterDsl, upsert::excluded};

use crate::{
    error::Result,
    ids::{KeyId, WorkspaceId},
    keys::calls::Pending,
    policy::Unscoped,
    schema::{key_calls, key_last_uses},
};

/// Rows a statement: 6 binds each, of 65,535 that Postgres takes.
const BATCH: usize = 5_000;

/// Adds to what is there: two servers count the same key.
pub fn add_calls(conn: &mut PgConnection, _: Unscoped, pending: &Pending) -> Result<()> {
    // In one order for everybody: two servers that write at once must not wait for each other in a circle.
    let mut calls: Vec<_> = pending.calls.iter().collect();
    calls.sort_by_key(|(s, _)| (s.workspace, s.key, s.hour, s.version, s.outcome));
    let rows: Vec<_> = calls
        .into_iter()
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
    let mut uses: Vec<(WorkspaceId, KeyId, DateTime<Utc>, String)> = pending
        .last_uses
        .iter()
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
