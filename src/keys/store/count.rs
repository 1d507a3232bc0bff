//! How many keys there are in each state: of a workspace, or of those among them that a list is narrowed to.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date, Text, Timestamptz, Uuid},
};

use super::list::{Through, is_in, narrowed};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Filter, State, Wanted},
    policy::{ListKeys, Permit},
    schema::keys,
};

/// Up to how many keys are counted that nobody has counted before.
pub const EXACT: i64 = 1_000;

/// How many keys are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub active: i64,
    pub deactivated: i64,
    pub expired: i64,
    pub revoked: i64,
    /// Whatever is above [`EXACT`] may be more.
    pub is_bounded: bool,
}

impl Counts {
    pub fn total(&self) -> i64 {
        self.of(Filter::Kept) + self.revoked
    }

    pub fn of(&self, filter: Filter) -> i64 {
        match filter {
            Filter::Kept => self.active + self.deactivated + self.expired,
            Filter::In(State::Active) => self.active,
            Filter::In(State::Deactivated) => self.deactivated,
            Filter::In(State::Expired) => self.expired,
            Filter::In(State::Revoked) => self.revoked,
        }
    }

    fn add(&mut self, state: State, n: i64) {
        match state {
            State::Active => self.active += n,
            State::Deactivated => self.deactivated += n,
            State::Expired => self.expired += n,
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
               WHERE workspace_id = $1 AND NOT is_revoked AND (deactivated_at IS NULL) = (state = 'active')
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

/// All keys of the workspace, however many: nobody counts them anew.
pub fn count(
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

/// The keys that a list is narrowed to, and how it is best read. `all`: those of the workspace.
pub fn count_narrowed(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    all: &Counts,
    now: DateTime<Utc>,
) -> Result<(Counts, Through)> {
    // What is searched for decides the plan, so there is none for every search.
    conn.batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    let through = match all.total() <= EXACT {
        true => Through::Order,
        false => Through::Content,
    };
    let mut counts = Counts {
        is_bounded: true,
        ..Counts::default()
    };
    type Times = (
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
    );
    let found: Vec<Times> = narrowed(permit, wanted, through)
        .select((keys::revoked_at, keys::expires_at, keys::deactivated_at))
        .limit(EXACT + 1)
        .load(conn)?;
    if found.len() as i64 <= EXACT {
        for (revoked_at, expires_at, deactivated_at) in found {
            counts.add(State::of(revoked_at, expires_at, deactivated_at, now), 1);
        }
        return Ok((counts, through));
    }
    // Too many to look at all of them, so each state is counted until it is too many; and on the way through an order
    // of the list, a page of them is soon found.
    for state in State::ALL {
        let some: Vec<KeyId> = narrowed(permit, wanted, Through::Order)
            .filter(is_in(state, now))
            .select(keys::id)
            .limit(EXACT + 1)
            .load(conn)?;
        counts.add(state, some.len() as i64);
    }
    Ok((counts, Through::Order))
}
