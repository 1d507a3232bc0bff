//! What pages and the API show. A list is a fixed number of queries, however many keys it has.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{dsl::sum, prelude::*, sql_types::Nullable};

use super::{
    reach::reached,
    shown::makers,
    values::{Values, in_force},
};
use crate::{
    error::{Error, Result},
    ids::{FormNonce, KeyId, MemberId},
    keys::{
        calls::SERVED,
        model::{Key, days},
    },
    people::{self, Holder},
    permissions::Permissions,
    policy::{self, Action, ListKeys, Permit},
    schema::{key_calls, key_days, key_last_uses, key_secrets, keys},
    web::time::Zone,
};

/// A key with what other tables know of it.
pub struct Listed {
    pub key: Key,
    /// Of a publishable key: what is shown whole.
    pub value: Option<String>,
    /// A member's name, or "key ci".
    pub created_by: Option<String>,
    pub updated_by: Option<String>,
    /// Of a personal key: whose it is, and what they have at this moment.
    pub owner: Option<Holder>,
    /// It is another member's than whoever looks: they can only stop it.
    pub is_anothers: bool,
    pub last_use: Option<LastUse>,
    pub calls: Served,
    /// The secrets of it that work.
    pub in_force: Option<Values>,
}

impl Listed {
    /// What the key was given and does not do, because its owner may not.
    pub fn not_in_force(&self) -> Permissions {
        match &self.owner {
            None => Permissions::default(),
            Some(owner) => self.key.permissions.beyond(&owner.held),
        }
    }
}

/// Served calls of [`days::DAYS`] days, today among them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Served {
    /// Of the days of the zone in which times are shown.
    pub all: i64,
    /// Of each day of UTC, today last: for a look at how they are spread, not for figures.
    pub by_day: [i64; days::DAYS as usize],
}

#[derive(Debug, Clone)]
pub struct LastUse {
    pub at: DateTime<Utc>,
    pub ip: String,
}

pub fn find(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    id: KeyId,
    at: (Zone, DateTime<Utc>),
) -> Result<Listed> {
    let key = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .first(conn)?;
    let found = with_companions(conn, permit, vec![key], at)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The key that a form made, if it has made one.
pub fn find_by_nonce(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    nonce: FormNonce,
) -> Result<Option<Key>> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::form_nonce.eq(nonce))
        .select(Key::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn with_companions(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    found: Vec<Key>,
    at: (Zone, DateTime<Utc>),
) -> Result<Vec<Listed>> {
    let ids: Vec<KeyId> = found.iter().map(|k| k.id).collect();
    let members: Vec<MemberId> = found
        .iter()
        .flat_map(|k| [k.created_by_member_id, k.updated_by_member_id])
        .flatten()
        .collect();
    let names = people::names(conn, permit, &members)?;
    let labels = makers(conn, permit, &found)?;
    let name = |member: Option<MemberId>, key: Option<KeyId>| match (member, key) {
        (Some(member), _) => names.get(&member).cloned(),
        (None, Some(key)) => labels.get(&key).map(|label| format!("key {label}")),
        (None, None) => None,
    };
    let owners: Vec<MemberId> = found.iter().filter_map(|k| k.owner_member_id).collect();
    let owners = people::holders(conn, permit, &owners)?;
    let calls = served(conn, permit, &ids, at)?;
    let mut uses = last_uses(conn, permit, &ids)?;
    let mut values = values(conn, permit, &found)?;
    let mut in_force = in_force(conn, permit, &ids, at.1)?;
    Ok(found
        .into_iter()
        .map(|key| Listed {
            created_by: name(key.created_by_member_id, key.created_by_key_id),
            updated_by: name(
                key.updated_by_member_id,
                key.updated_by_key_id.filter(|by| *by != key.id),
            ),
            value: values.remove(&key.id),
            is_anothers: policy::check_may_change_key_of(permit.actor(), key.owner_member_id)
                .is_err(),
            owner: key.owner_member_id.and_then(|id| owners.get(&id)).cloned(),
            last_use: uses.remove(&key.id),
            calls: calls.get(&key.id).copied().unwrap_or_default(),
            in_force: in_force.remove(&key.id),
            key,
        })
        .collect())
}

/// The values of those that are publishable: of each the newest that does not end.
pub fn values<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    found: &[Key],
) -> Result<HashMap<KeyId, String>> {
    let publishable = found.iter().filter(|key| key.kind.is_publishable());
    let ids: Vec<KeyId> = publishable.map(|key| key.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let values: Vec<(KeyId, Option<String>)> = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq_any(ids))
        .filter(key_secrets::retires_at.is_null())
        .order((key_secrets::key_id, key_secrets::version))
        .select((key_secrets::key_id, key_secrets::shown))
        .load(conn)?;
    Ok(values
        .into_iter()
        .filter_map(|(id, value)| Some((id, value?)))
        .collect())
}

/// Whole days of UTC are read as such. Where the first day of the zone begins within one, its hours are added to the sum.
fn served(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<HashMap<KeyId, Served>> {
    let (first, today) = (days::first_hour(zone, now), now.date_naive());
    let whole_from = (first + TimeDelta::days(1) - TimeDelta::hours(1)).date_naive();
    let found: Vec<(KeyId, NaiveDate, i64)> = key_days::table
        .filter(key_days::workspace_id.eq(permit.workspace()))
        .filter(key_days::key_id.eq_any(ids))
        .filter(key_days::day.ge(whole_from))
        .select((key_days::key_id, key_days::day, key_days::calls))
        .load(conn)?;
    let hours: Vec<(KeyId, Option<i64>)> = key_calls::table
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::key_id.eq_any(ids))
        .filter(key_calls::hour.ge(first))
        .filter(key_calls::hour.lt(Zone::UTC.start_of(whole_from)))
        .filter(key_calls::outcome.eq(SERVED))
        .group_by(key_calls::key_id)
        .select((key_calls::key_id, whole(sum(key_calls::calls))))
        .load(conn)?;
    let mut all: HashMap<KeyId, Served> = HashMap::new();
    for (id, day, n) in found {
        let calls = all.entry(id).or_default();
        calls.all += n;
        // What another server, whose clock is ahead, has counted of tomorrow is today's.
        let ago = usize::try_from((today - day).num_days()).unwrap_or(0);
        if let Some(column) = calls.by_day.iter_mut().nth_back(ago) {
            *column += n;
        }
    }
    for (id, n) in hours {
        all.entry(id).or_default().all += n.unwrap_or(0);
    }
    Ok(all)
}

pub fn last_uses<A: Action>(
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
