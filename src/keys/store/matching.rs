//! All keys that a list is narrowed to, beyond what one page of it shows.

use chrono::{DateTime, Utc};
use diesel::{connection::SimpleConnection, dsl::count_star, prelude::*};

use super::{
    count::Counts,
    narrow::{fitting, is_in, is_wanted},
};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Filter, State, Wanted},
    policy::{ListKeys, Permit},
    schema::keys,
};

/// Ids of keys there were at a moment, by id, from the one after `after` on.
pub fn matching(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    (after, most): (Option<KeyId>, usize),
    now: DateTime<Utc>,
) -> Result<Vec<KeyId>> {
    let mut query =
        is_wanted(fitting(permit, wanted), wanted, now).filter(keys::created_at.le(now));
    if let Some(after) = after {
        query = query.filter(keys::id.gt(after));
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(query
        .order(keys::id)
        .select(keys::id)
        .limit(most)
        .load(conn)?)
}

/// How many there are in each state, one counted after the other.
pub fn count_matching(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Counts> {
    conn.batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    let states: &[State] = match &wanted.filter {
        Filter::Kept => &[
            State::Active,
            State::Deactivated,
            State::Expired,
            State::Suspended,
        ],
        Filter::In(state) => std::slice::from_ref(state),
    };
    let mut counts = Counts::default();
    for state in states {
        let n = fitting(permit, wanted)
            .filter(is_in(*state, now))
            .select(count_star())
            .first(conn)?;
        counts.add(*state, n);
    }
    Ok(counts)
}
