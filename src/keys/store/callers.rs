//! From where keys are called.

mod add;
mod forget;

pub(super) use add::add_callers;
pub use forget::forget_callers;

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::{dsl::sum, prelude::*};

use super::read::whole;
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::days::DAYS,
    policy::{ListKeys, Permit},
    schema::{key_caller_days, key_callers},
};

/// An address and a program that called with one secret of a key.
#[derive(Debug, Clone)]
pub struct Caller {
    pub version: i32,
    /// None: all those together that are beyond the first thousand of the key.
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub first_at: DateTime<Utc>,
    /// Whatever came of it.
    pub last_at: DateTime<Utc>,
    /// None: every call was refused.
    pub last_served_at: Option<DateTime<Utc>>,
    /// Of 28 days of UTC, today among them.
    pub served: i64,
    pub refused: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = key_callers, check_for_backend(diesel::pg::Pg))]
struct Row {
    caller: Vec<u8>,
    secret_version: i32,
    ip: Option<String>,
    user_agent: Option<String>,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    last_served_at: Option<DateTime<Utc>>,
}

/// `take` of the callers of a key, or of one secret of it, whoever called last comes first; after the first `skip`.
pub fn callers(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    (id, version): (KeyId, Option<i32>),
    (skip, take): (i64, i64),
    now: DateTime<Utc>,
) -> Result<Vec<Caller>> {
    let mut query = key_callers::table
        .filter(key_callers::workspace_id.eq(permit.workspace()))
        .filter(key_callers::key_id.eq(id))
        .into_boxed();
    if let Some(version) = version {
        query = query.filter(key_callers::secret_version.eq(version));
    }
    let rows: Vec<Row> = query
        .order((key_callers::last_at.desc(), key_callers::caller))
        .offset(skip)
        .limit(take)
        .select(Row::as_select())
        .load(conn)?;
    with_calls(conn, permit, rows, now)
}

/// How many [`callers`] of a key there are.
pub fn count_callers(conn: &mut PgConnection, permit: &Permit<ListKeys>, id: KeyId) -> Result<i64> {
    Ok(key_callers::table
        .filter(key_callers::workspace_id.eq(permit.workspace()))
        .filter(key_callers::key_id.eq(id))
        .count()
        .get_result(conn)?)
}

/// Who was served last with one secret of a key.
pub fn last_caller(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    (id, version): (KeyId, i32),
    now: DateTime<Utc>,
) -> Result<Option<Caller>> {
    let row: Option<Row> = key_callers::table
        .filter(key_callers::workspace_id.eq(permit.workspace()))
        .filter(key_callers::key_id.eq(id))
        .filter(key_callers::secret_version.eq(version))
        .filter(key_callers::last_served_at.is_not_null())
        .order((key_callers::last_served_at.desc(), key_callers::caller))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    let found = with_calls(conn, permit, row.into_iter().collect(), now)?;
    Ok(found.into_iter().next())
}

/// An address from which a key was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub ip: String,
    pub last_served_at: DateTime<Utc>,
}

/// The addresses from which calls with a key were served since, with whatever program and secret; the last one first.
pub fn addresses(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    id: KeyId,
    since: DateTime<Utc>,
) -> Result<Vec<Address>> {
    let found: Vec<(Option<String>, Option<DateTime<Utc>>)> = key_callers::table
        .filter(key_callers::workspace_id.eq(permit.workspace()))
        .filter(key_callers::key_id.eq(id))
        .filter(key_callers::ip.is_not_null())
        .filter(key_callers::last_served_at.ge(since))
        .group_by(key_callers::ip)
        .select((
            key_callers::ip,
            diesel::dsl::max(key_callers::last_served_at),
        ))
        .load(conn)?;
    let mut found: Vec<Address> = found
        .into_iter()
        .filter_map(|(ip, at)| {
            Some(Address {
                ip: ip?,
                last_served_at: at?,
            })
        })
        .collect();
    found.sort_by(|one, other| {
        (other.last_served_at, &one.ip).cmp(&(one.last_served_at, &other.ip))
    });
    Ok(found)
}

fn with_calls(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    rows: Vec<Row>,
    now: DateTime<Utc>,
) -> Result<Vec<Caller>> {
    let first: NaiveDate = (now - Days::new(DAYS - 1)).date_naive();
    let sums: Vec<(Vec<u8>, Option<i64>, Option<i64>)> = key_caller_days::table
        .filter(key_caller_days::workspace_id.eq(permit.workspace()))
        .filter(key_caller_days::caller.eq_any(rows.iter().map(|row| &row.caller)))
        .filter(key_caller_days::day.ge(first))
        .group_by(key_caller_days::caller)
        .select((
            key_caller_days::caller,
            whole(sum(key_caller_days::served)),
            whole(sum(key_caller_days::refused)),
        ))
        .load(conn)?;
    let sums: HashMap<Vec<u8>, (i64, i64)> = sums
        .into_iter()
        .map(|(caller, served, refused)| (caller, (served.unwrap_or(0), refused.unwrap_or(0))))
        .collect();
    let calls_of = |caller: &Vec<u8>| sums.get(caller).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let (served, refused) = calls_of(&row.caller);
            Caller {
                version: row.secret_version,
                ip: row.ip,
                user_agent: row.user_agent,
                first_at: row.first_at,
                last_at: row.last_at,
                last_served_at: row.last_served_at,
                served,
                refused,
            }
        })
        .collect())
}
