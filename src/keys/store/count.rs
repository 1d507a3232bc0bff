//! How many keys of a workspace are in each state.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date, Text, Timestamptz, Uuid},
};

use super::{narrow::is_in, reach::reached};
use crate::{
    error::Result,
    keys::model::{Filter, State},
    policy::{ListKeys, Permit},
    schema::keys,
};

/// How many keys are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub active: i64,
    pub deactivated: i64,
    pub expired: i64,
    pub suspended: i64,
    pub revoked: i64,
    /// Nobody has counted further than to [`super::EXACT`].
    pub is_bounded: bool,
}

impl Counts {
    pub fn total(&self) -> i64 {
        self.of(Filter::Kept) + self.revoked
    }

    pub fn of(&self, filter: Filter) -> i64 {
        match filter {
            Filter::Kept => self.active + self.deactivated + self.expired + self.suspended,
            Filter::In(State::Active) => self.active,
            Filter::In(State::Deactivated) => self.deactivated,
            Filter::In(State::Expired) => self.expired,
            Filter::In(State::Suspended) => self.suspended,
            Filter::In(State::Revoked) => self.revoked,
        }
    }

    pub fn add(&mut self, state: State, n: i64) {
        match state {
            State::Active => self.active += n,
            State::Deactivated => self.deactivated += n,
            State::Expired => self.expired += n,
            State::Suspended => self.suspended += n,
            State::Revoked => self.revoked += n,
        }
    }
}

/// What triggers have counted, by stored state. Of the days before today all of each have ended; of today, those whose
/// moment has come. One statement, so that it all is of one moment.
const COUNTED: &str = "
    SELECT state, sum(keys)::BIGINT AS keys,
           coalesce(sum(keys) FILTER (WHERE ends_on < $2), 0)::BIGINT + (
               SELECT count(*) FROM keys
               WHERE workspace_id = $1 AND NOT is_revoked AND suspended_at IS NULL AND (deactivated_at IS NULL) = (state = 'active')
                 AND ends_at >= $2::TIMESTAMP AT TIME ZONE 'UTC' AND ends_at <= $3
           ) AS ended
    FROM key_counts WHERE workspace_id = $1 GROUP BY state";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    keys: i64,
    #[diesel(sql_type = BigInt)]
    ended: i64,
}

/// All keys that the permit reaches. Those of the workspace, however many, nobody counts anew; one's own are few.
pub fn count(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<Counts> {
    match permit.owner() {
        None => count_all(conn, permit, now),
        Some(_) => count_own(conn, permit, now),
    }
}

fn count_own(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    for state in State::ALL {
        let query = keys::table
            .filter(reached(permit))
            .filter(is_in(state, now));
        counts.add(state, query.count().get_result(conn)?);
    }
    Ok(counts)
}

fn count_all(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<Counts> {
    let today: NaiveDate = now.date_naive();
    let found: Vec<Counted> = sql_query(COUNTED)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Date, _>(today)
        .bind::<Timestamptz, _>(now)
        .load(conn)?;
    let mut counts = Counts::default();
    for Counted { state, keys, ended } in found {
        let living = match state.as_str() {
            "active" => State::Active,
            "deactivated" => State::Deactivated,
            "suspended" => {
                counts.suspended = keys;
                continue;
            }
            _ => {
                counts.revoked = keys;
                continue;
            }
        };
        counts.add(living, keys - ended);
        counts.add(State::Expired, ended);
    }
    Ok(counts)
}
