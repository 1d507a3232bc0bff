//! How much keys are used: what their end would break.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::sum, prelude::*};

use super::{
    count::count,
    narrow::{Query, fitting, is_wanted},
    reach::reached,
    read::{LastUse, whole},
};
use crate::{
    error::Result,
    ids::KeyId,
    keys::{calls::SERVED, model::Wanted},
    policy::{ListKeys, Permit},
    schema::{key_calls, key_last_uses, keys},
    web::time,
};

/// Served calls.
pub struct Use {
    pub last_use: Option<LastUse>,
    pub day: i64,
    pub week: i64,
}

impl Use {
    /// "487 in 24 hours, 2,465 in 7 days".
    pub fn in_words(&self) -> String {
        let (day, week) = (time::grouped(self.day), time::grouped(self.week));
        format!("{day} in 24 hours, {week} in 7 days")
    }
}

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
    Ok(AtStake {
        active: count(conn, permit, now)?.active,
        usage: together(conn, permit, &|| all(permit), now)?,
    })
}

/// Of some keys together.
pub fn use_of(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Use> {
    let those = || all(permit).filter(keys::id.eq_any(ids.to_vec()));
    together(conn, permit, &those, now)
}

/// Of all keys together that a list shows, page after page.
pub fn use_of_matching(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Use> {
    let those = || is_wanted(fitting(permit, wanted), wanted, now);
    together(conn, permit, &those, now)
}

fn all<'a>(permit: &Permit<ListKeys>) -> Query<'a> {
    keys::table.filter(reached(permit)).into_boxed()
}

fn together<'a>(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    those: &dyn Fn() -> Query<'a>,
    now: DateTime<Utc>,
) -> Result<Use> {
    let last: Option<(DateTime<Utc>, String)> = key_last_uses::table
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .filter(key_last_uses::key_id.eq_any(those().select(keys::id)))
        .order(key_last_uses::at.desc())
        .select((key_last_uses::at, key_last_uses::ip))
        .first(conn)
        .optional()?;
    Ok(Use {
        last_use: last.map(|(at, ip)| LastUse { at, ip }),
        day: served_since(conn, permit, those(), now - TimeDelta::days(1))?,
        week: served_since(conn, permit, those(), now - TimeDelta::days(7))?,
    })
}

/// By whole hours: the one in which `since` lies is counted. Only keys that were used since are looked at, each in its own
/// place: the hours of a workspace have no order among all keys.
fn served_since(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    those: Query<'_>,
    since: DateTime<Utc>,
) -> Result<i64> {
    let before = since - TimeDelta::hours(1);
    let calls = key_calls::table.on(key_calls::workspace_id
        .eq(key_last_uses::workspace_id)
        .and(key_calls::key_id.eq(key_last_uses::key_id)));
    let served: Option<i64> = key_last_uses::table
        .inner_join(calls)
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .filter(key_last_uses::key_id.eq_any(those.select(keys::id)))
        .filter(key_last_uses::at.gt(before))
        .filter(key_calls::hour.gt(before))
        .filter(key_calls::outcome.eq(SERVED))
        .select(whole(sum(key_calls::calls)))
        .first(conn)?;
    Ok(served.unwrap_or(0))
}
