//! Calls by the hour.

use chrono::{DateTime, Utc};
use diesel::{dsl::sum, prelude::*};

use super::read::whole;
use crate::{
    error::Result,
    keys::{
        calls::SERVED,
        model::{Key, days::Hour},
    },
    policy::{ListKeys, Permit},
    schema::key_calls,
};

/// The hours in which a key that somebody has found was called, from the one that begins at `first` on.
pub fn hours(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    key: &Key,
    first: DateTime<Utc>,
) -> Result<Vec<Hour>> {
    let found: Vec<(DateTime<Utc>, String, Option<i64>)> = key_calls::table
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::key_id.eq(key.id))
        .filter(key_calls::hour.ge(first))
        .group_by((key_calls::hour, key_calls::outcome))
        .select((
            key_calls::hour,
            key_calls::outcome,
            whole(sum(key_calls::calls)),
        ))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(begins, outcome, calls)| Hour {
            begins,
            served: outcome == SERVED,
            calls: calls.unwrap_or(0),
        })
        .collect())
}
