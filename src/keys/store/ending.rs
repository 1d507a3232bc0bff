//! Which keys end soon without that somebody was told, and that they were.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{IntervalDsl, not},
    prelude::*,
    upsert::excluded,
};

use crate::{
    error::Result,
    ids::{KeyId, MemberId, WorkspaceId},
    keys::model::{MOST_TOLD, STAGES},
    policy::{Permit, TakeOverKeys, Unscoped},
    schema::{key_expiry_warnings, keys},
};

/// A key as those are told of it who made it or look after it.
#[derive(Debug, Clone, Queryable)]
pub struct Told {
    pub id: KeyId,
    pub label: String,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<MemberId>,
    /// None: a key of the workspace.
    pub owner: Option<MemberId>,
    /// It ends then, or it was last used or changed then.
    pub at: DateTime<Utc>,
}

/// Active keys that have come to a stage before their end that nobody was told of, those that end first before the others.
pub fn ending(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<Vec<Told>> {
    let warning = key_expiry_warnings::table.on(key_expiry_warnings::workspace_id
        .eq(keys::workspace_id)
        .and(key_expiry_warnings::key_id.eq(keys::id))
        .and(key_expiry_warnings::expires_at.eq(keys::ends_at)));
    // As `model::stage` says it.
    let due = |days: i32| {
        let warned = key_expiry_warnings::days.nullable();
        keys::ends_at
            .le(now + TimeDelta::days(days.into()))
            .and(keys::created_at.le(keys::ends_at - (days + 1).days()))
            .and(warned.is_null().or(warned.gt(days)))
    };
    let [last, middle, first] = STAGES;
    Ok(keys::table
        .left_join(warning)
        .filter(keys::workspace_id.eq(workspace))
        .filter(not(keys::is_revoked))
        .filter(keys::deactivated_at.is_null())
        .filter(keys::suspended_at.is_null())
        .filter(keys::ends_at.gt(now))
        .filter(keys::ends_at.le(now + TimeDelta::days(first.into())))
        .filter(due(last).or(due(middle)).or(due(first)))
        .order((keys::ends_at, keys::id))
        .limit(MOST_TOLD)
        .select((
            keys::id,
            keys::label,
            keys::created_at,
            keys::created_by_member_id,
            keys::owner_member_id,
            keys::ends_at,
        ))
        .load(conn)?)
}

/// Says that a stage before the end of each is told in the caller's transaction, and of which nobody else has told
/// it meanwhile.
pub fn note_ending(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    stages: &[(KeyId, DateTime<Utc>, i32)],
    now: DateTime<Utc>,
) -> Result<BTreeSet<KeyId>> {
    // In one order for everybody.
    let mut rows: Vec<_> = stages.to_vec();
    rows.sort_unstable();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(id, end, days)| {
            (
                key_expiry_warnings::workspace_id.eq(workspace),
                key_expiry_warnings::key_id.eq(id),
                key_expiry_warnings::expires_at.eq(end),
                key_expiry_warnings::days.eq(days),
                key_expiry_warnings::warned_at.eq(now),
            )
        })
        .collect();
    let noting = diesel::insert_into(key_expiry_warnings::table)
        .values(rows)
        .on_conflict((
            key_expiry_warnings::workspace_id,
            key_expiry_warnings::key_id,
            key_expiry_warnings::expires_at,
        ))
        .do_update()
        .set((
            key_expiry_warnings::days.eq(excluded(key_expiry_warnings::days)),
            key_expiry_warnings::warned_at.eq(excluded(key_expiry_warnings::warned_at)),
        ));
    let is_nearer = key_expiry_warnings::days.gt(excluded(key_expiry_warnings::days));
    let noted: Vec<KeyId> = diesel::query_dsl::methods::FilterDsl::filter(noting, is_nearer)
        .returning(key_expiry_warnings::key_id)
        .get_results(conn)?;
    Ok(noted.into_iter().collect())
}

/// What was told of ends that are past.
pub fn forget_ended(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(key_expiry_warnings::table)
        .filter(key_expiry_warnings::expires_at.lt(now - TimeDelta::days(30)))
        .execute(conn)?;
    Ok(())
}

/// As if nobody had been told of the end of a key.
pub fn forget_ending(
    conn: &mut PgConnection,
    permit: &Permit<TakeOverKeys>,
    id: KeyId,
) -> Result<()> {
    diesel::delete(key_expiry_warnings::table)
        .filter(key_expiry_warnings::workspace_id.eq(permit.workspace()))
        .filter(key_expiry_warnings::key_id.eq(id))
        .execute(conn)?;
    Ok(())
}
