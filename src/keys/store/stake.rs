//! What a workspace's keys are worth to whoever is about to end it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::sum, prelude::*};

use super::{
    count::count,
    read::{LastUse, Use, whole},
};
use crate::{
    error::Result,
    keys::calls::SERVED,
    policy::{ListKeys, Permit},
    schema::{key_calls, key_last_uses},
};

/// What would refuse every call if the workspace were gone.
pub struct AtStake {
    pub active: i64,
    /// Of all keys together.
    pub usage: Use,
}

pub fn at_stake(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<AtStake> {
    let last: Option<(DateTime<Utc>, String)> = key_last_uses::table
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .order(key_last_uses::at.desc())
        .select((key_last_uses::at, key_last_uses::ip))
        .first(conn)
        .optional()?;
    Ok(AtStake {
        active: count(conn, permit, now)?.active,
        usage: Use {
            last_use: last.map(|(at, ip)| LastUse { at, ip }),
            day: served_since(conn, permit, now - TimeDelta::days(1))?,
            week: served_since(conn, permit, now - TimeDelta::days(7))?,
        },
    })
}

/// By whole hours, as for one key: the one in which `since` lies is counted. Only keys that were used since are looked
/// at, each in its own place: the hours of a workspace have no order among all keys.
fn served_since(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    since: DateTime<Utc>,
) -> Result<i64> {
    let before = since - TimeDelta::hours(1);
    let calls = key_calls::table.on(key_calls::workspace_id
        .eq(key_last_uses::workspace_id)
        .and(key_calls::key_id.eq(key_last_uses::key_id)));
    let served: Option<i64> = key_last_uses::table
        .inner_join(calls)
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .filter(key_last_uses::at.gt(before))
        .filter(key_calls::hour.gt(before))
        .filter(key_calls::outcome.eq(SERVED))
        .select(whole(sum(key_calls::calls)))
        .first(conn)?;
    Ok(served.unwrap_or(0))
}
