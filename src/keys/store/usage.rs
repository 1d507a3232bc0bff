//! Calls by day (UTC), for programs.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Date, Text, Untyped},
};

use super::reach::reached;
use crate::{
    error::Result,
    ids::KeyId,
    keys::usage::{UsageFilter, Used},
    policy::{Permit, ReadUsage},
    schema::{key_calls, keys},
    web::{paging::Cursor, time::Zone},
};

/// At most `most` days of keys, by key and day, after a place in that order.
///
/// In the order of the table's own key: however many keys there are, only as many of them are read as are shown.
pub fn usage(
    conn: &mut PgConnection,
    permit: &Permit<ReadUsage>,
    filter: &UsageFilter,
    after: Option<&Cursor<KeyId, NaiveDate>>,
    most: usize,
) -> Result<Vec<Used>> {
    // What is grouped by an expression is written out: the query builder groups by columns alone.
    let by_day = || sql::<Untyped>("key_calls.key_id, (key_calls.hour AT TIME ZONE 'UTC')::DATE");
    let mut query = key_calls::table
        .group_by(by_day())
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::hour.ge(begin(filter.from)))
        .filter(key_calls::hour.lt(end(filter.to)))
        .select((
            sql::<Text>("key_calls.key_id"),
            sql::<Date>("(key_calls.hour AT TIME ZONE 'UTC')::DATE"),
            sql::<BigInt>("COALESCE(sum(calls) FILTER (WHERE outcome = 'served'), 0)::BIGINT"),
            sql::<BigInt>("COALESCE(sum(calls) FILTER (WHERE outcome <> 'served'), 0)::BIGINT"),
        ))
        .order(by_day())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(key) = filter.key {
        query = query.filter(key_calls::key_id.eq(key));
    }
    if let Some(place) = after {
        let later = key_calls::hour.ge(end(place.at));
        query = query
            .filter(key_calls::key_id.ge(place.id))
            .filter(key_calls::key_id.gt(place.id).or(later));
    }
    let found: Vec<(KeyId, NaiveDate, i64, i64)> = query.load(conn)?;
    let ids: BTreeSet<KeyId> = found.iter().map(|(key, ..)| *key).collect();
    let labels: HashMap<KeyId, String> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids))
        .select((keys::id, keys::label))
        .load(conn)?
        .into_iter()
        .collect();
    let used = found.into_iter().map(|(key, day, calls, errors)| Used {
        label: labels.get(&key).cloned().unwrap_or_default(),
        key,
        day,
        calls,
        errors,
    });
    Ok(used.collect())
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    Zone::UTC.start_of(day)
}

fn end(day: NaiveDate) -> DateTime<Utc> {
    begin(day.checked_add_days(Days::new(1)).unwrap_or(day))
}
