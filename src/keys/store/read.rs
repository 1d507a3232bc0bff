//! What pages and the API show. A list is a fixed number of queries, however many keys it has.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{count as count_of, sum},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable},
};

use crate::{
    error::{Error, Result},
    ids::{FormNonce, KeyId, MemberId},
    keys::{
        calls::SERVED,
        model::{Key, State},
    },
    people,
    policy::{Action, BeKey, ListKeys, Permit},
    schema::{key_calls, key_last_uses, keys},
    web::paging::{PAGE, Slice, Stretch},
};

/// Which keys a list shows: all but the revoked ones, or those in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    Kept,
    In(State),
}

/// A key with what other tables know of it.
pub struct Listed {
    pub key: Key,
    pub created_by: Option<String>,
    pub updated_by: Option<String>,
    pub last_use: Option<LastUse>,
    /// Served calls of the last 28 days.
    pub calls: i64,
}

#[derive(Debug, Clone)]
pub struct LastUse {
    pub at: DateTime<Utc>,
    pub ip: String,
}

/// Served calls of one key.
pub struct Use {
    pub last_use: Option<LastUse>,
    pub day: i64,
    pub week: i64,
}

/// How many keys are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable)]
pub struct Counts {
    pub active: i64,
    pub deactivated: i64,
    pub expired: i64,
    pub revoked: i64,
}

type Predicate = Box<dyn BoxableExpression<keys::table, Pg, SqlType = Nullable<Bool>>>;

// [`Key::state`] as conditions; a test holds the two together.
#[diesel::dsl::auto_type]
fn is_expired(now: DateTime<Utc>) -> _ {
    keys::revoked_at.is_null().and(keys::expires_at.le(now))
}

#[diesel::dsl::auto_type]
fn is_living(now: DateTime<Utc>) -> _ {
    keys::revoked_at
        .is_null()
        .and(keys::expires_at.is_null().or(keys::expires_at.gt(now)))
}

#[diesel::dsl::auto_type]
fn is_deactivated(now: DateTime<Utc>) -> _ {
    let living: is_living = is_living(now);
    living.and(keys::deactivated_at.is_not_null())
}

#[diesel::dsl::auto_type]
fn is_active(now: DateTime<Utc>) -> _ {
    let living: is_living = is_living(now);
    living.and(keys::deactivated_at.is_null())
}

fn is_in(state: State, now: DateTime<Utc>) -> Predicate {
    match state {
        State::Revoked => Box::new(keys::revoked_at.is_not_null().nullable()),
        State::Expired => Box::new(is_expired(now)),
        State::Deactivated => Box::new(is_deactivated(now)),
        State::Active => Box::new(is_active(now)),
    }
}

pub fn count(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<Counts> {
    Ok(keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .select((
            count_of(keys::id).aggregate_filter(is_active(now).assume_not_null()),
            count_of(keys::id).aggregate_filter(is_deactivated(now).assume_not_null()),
            count_of(keys::id).aggregate_filter(is_expired(now).assume_not_null()),
            count_of(keys::id).aggregate_filter(keys::revoked_at.is_not_null()),
        ))
        .first(conn)?)
}

/// One page, newest first.
pub fn list(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    filter: Filter,
    stretch: &Stretch<KeyId>,
    now: DateTime<Utc>,
) -> Result<Slice<Listed>> {
    let mut query = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .select(Key::as_select())
        .limit(PAGE as i64 + 1)
        .into_boxed();
    query = match filter {
        Filter::Kept => query.filter(keys::revoked_at.is_null()),
        Filter::In(state) => query.filter(is_in(state, now)),
    };
    query = match stretch {
        Stretch::Newest => query,
        Stretch::OlderThan(c) => query
            .filter(keys::created_at.le(c.at))
            .filter(keys::created_at.lt(c.at).or(keys::id.lt(c.id))),
        Stretch::NewerThan(c) => query
            .filter(keys::created_at.ge(c.at))
            .filter(keys::created_at.gt(c.at).or(keys::id.gt(c.id))),
    };
    let found: Vec<Key> = match stretch {
        Stretch::NewerThan(_) => query
            .order((keys::created_at.asc(), keys::id.asc()))
            .load(conn)?,
        _ => query
            .order((keys::created_at.desc(), keys::id.desc()))
            .load(conn)?,
    };
    let slice = Slice::of(found, stretch);
    Ok(Slice {
        rows: with_companions(conn, permit, slice.rows, now)?,
        newer: slice.newer,
        older: slice.older,
    })
}

pub fn find(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Listed> {
    let key = keys::table
        .find((permit.workspace(), id))
        .select(Key::as_select())
        .first(conn)?;
    let found = with_companions(conn, permit, vec![key], now)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The key that asks, who made it, and when it was used before.
pub fn find_self(
    conn: &mut PgConnection,
    permit: &Permit<BeKey>,
) -> Result<(Key, Option<String>, Option<LastUse>)> {
    let id = permit.key()?;
    let key: Key = keys::table
        .find((permit.workspace(), id))
        .select(Key::as_select())
        .first(conn)?;
    let maker = people::names(conn, permit, key.created_by_member_id.as_slice())?;
    let last_use = last_uses(conn, permit, &[id])?.remove(&id);
    Ok((key, maker.into_values().next(), last_use))
}

/// The key that a form made, if it has made one.
pub fn find_by_nonce(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    nonce: FormNonce,
) -> Result<Option<Key>> {
    Ok(keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::form_nonce.eq(nonce))
        .select(Key::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn with_companions(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    found: Vec<Key>,
    now: DateTime<Utc>,
) -> Result<Vec<Listed>> {
    let ids: Vec<KeyId> = found.iter().map(|k| k.id).collect();
    let members: Vec<MemberId> = found
        .iter()
        .flat_map(|k| [k.created_by_member_id, k.updated_by_member_id])
        .flatten()
        .collect();
    let names = people::names(conn, permit, &members)?;
    let name = |id: Option<MemberId>| id.and_then(|id| names.get(&id)).cloned();
    let calls = served_since(conn, permit, &ids, now - TimeDelta::days(28))?;
    let mut uses = last_uses(conn, permit, &ids)?;
    Ok(found
        .into_iter()
        .map(|key| Listed {
            created_by: name(key.created_by_member_id),
            updated_by: name(key.updated_by_member_id),
            last_use: uses.remove(&key.id),
            calls: calls.get(&key.id).copied().unwrap_or(0),
            key,
        })
        .collect())
}

/// How much keys are used together: what their end would break.
pub fn use_of(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Use> {
    let of = |calls: HashMap<KeyId, i64>| calls.values().sum();
    let last_uses = last_uses(conn, permit, ids)?;
    Ok(Use {
        last_use: last_uses.into_values().max_by_key(|last| last.at),
        day: of(served_since(conn, permit, ids, now - TimeDelta::days(1))?),
        week: of(served_since(conn, permit, ids, now - TimeDelta::days(7))?),
    })
}

/// By whole hours: the one in which `since` lies is counted.
fn served_since(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
    since: DateTime<Utc>,
) -> Result<HashMap<KeyId, i64>> {
    let sums: Vec<(KeyId, Option<i64>)> = key_calls::table
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::key_id.eq_any(ids))
        .filter(key_calls::hour.gt(since - TimeDelta::hours(1)))
        .filter(key_calls::outcome.eq(SERVED))
        .group_by(key_calls::key_id)
        .select((key_calls::key_id, whole(sum(key_calls::calls))))
        .load(conn)?;
    Ok(sums
        .into_iter()
        .map(|(id, n)| (id, n.unwrap_or(0)))
        .collect())
}

fn last_uses<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[KeyId],
) -> Result<HashMap<KeyId, LastUse>> {
    let found: Vec<(KeyId, DateTime<Utc>, String)> = key_last_uses::table
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .filter(key_last_uses::key_id.eq_any(ids))
        .select((key_last_uses::key_id, key_last_uses::at, key_last_uses::ip))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(id, at, ip)| (id, LastUse { at, ip }))
        .collect())
}

// A sum of bigints is numeric; a sum of calls fits a bigint.
#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "int8"]
    fn whole(n: Nullable<diesel::sql_types::Numeric>) -> Nullable<diesel::sql_types::BigInt>;
}
