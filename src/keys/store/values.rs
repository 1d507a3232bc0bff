//! The secrets of keys as pages show them: how old they are, and while there are two, how each is used.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::sum, prelude::*};

use super::{
    read::{LastUse, whole},
    rotate::SecretFacts,
};
use crate::{
    error::Result,
    ids::KeyId,
    keys::calls::SERVED,
    policy::{ListKeys, Permit},
    schema::{key_callers, key_calls, key_secrets},
};

/// One secret of a key.
#[derive(Debug, Clone)]
pub struct Value {
    pub version: i32,
    pub made_at: DateTime<Utc>,
    /// Only of a publishable key.
    pub shown: Option<String>,
    pub can_be_taken_back: bool,
    /// Only known while there are two.
    pub last_use: Option<LastUse>,
}

/// The secrets of a key that work.
#[derive(Debug, Clone)]
pub struct Values {
    /// The one that stays.
    pub current: Value,
    /// The one before it, while its grace runs.
    pub old: Option<Value>,
}

/// Of all these keys in two queries, the second of which only a key that rotates needs.
pub fn in_force(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<HashMap<KeyId, Values>> {
    let works = key_secrets::retires_at
        .is_null()
        .or(key_secrets::retires_at.gt(now));
    let found: Vec<(KeyId, SecretFacts)> = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq_any(ids))
        .filter(works)
        .order(key_secrets::version.desc())
        .select((key_secrets::key_id, SecretFacts::as_select()))
        .load(conn)?;
    let rotating: Vec<KeyId> = found
        .iter()
        .filter(|(_, secret)| secret.retires_at.is_some())
        .map(|(id, _)| *id)
        .collect();
    let mut uses = last_uses(conn, permit, &rotating)?;
    let mut all: HashMap<KeyId, Values> = HashMap::new();
    for (id, secret) in found {
        let value = Value {
            version: secret.version,
            made_at: secret.made_at,
            shown: secret.shown.clone(),
            can_be_taken_back: secret.can_be_taken_back,
            last_use: uses.remove(&(id, secret.version)),
        };
        match all.get_mut(&id) {
            Some(values) => values.old = values.old.take().or(Some(value)),
            None if secret.retires_at.is_none() => {
                let (current, old) = (value, None);
                all.insert(id, Values { current, old });
            }
            None => {}
        }
    }
    Ok(all)
}

fn last_uses(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    ids: &[KeyId],
) -> Result<HashMap<(KeyId, i32), LastUse>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    type Row = (KeyId, i32, Option<DateTime<Utc>>, Option<String>);
    let found: Vec<Row> = key_callers::table
        .filter(key_callers::workspace_id.eq(permit.workspace()))
        .filter(key_callers::key_id.eq_any(ids))
        .filter(key_callers::last_served_at.is_not_null())
        .distinct_on((key_callers::key_id, key_callers::secret_version))
        .order((
            key_callers::key_id,
            key_callers::secret_version,
            key_callers::last_served_at.desc(),
        ))
        .select((
            key_callers::key_id,
            key_callers::secret_version,
            key_callers::last_served_at,
            key_callers::ip,
        ))
        .load(conn)?;
    let uses = found.into_iter().filter_map(|(id, version, at, ip)| {
        let ip = ip.unwrap_or_else(|| "one of many addresses".to_owned());
        Some(((id, version), LastUse { at: at?, ip }))
    });
    Ok(uses.collect())
}

/// An hour, the version of a secret, and the calls that were served to it then.
pub type HourOfValue = (DateTime<Utc>, i32, i64);

/// Served calls of the hours after `since`: the hour, the secret's version, how many.
pub fn hours_of_values(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    id: KeyId,
    since: DateTime<Utc>,
) -> Result<Vec<HourOfValue>> {
    let found: Vec<(DateTime<Utc>, i32, Option<i64>)> = key_calls::table
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::key_id.eq(id))
        .filter(key_calls::hour.gt(since - TimeDelta::hours(1)))
        .filter(key_calls::outcome.eq(SERVED))
        .group_by((key_calls::hour, key_calls::secret_version))
        .select((
            key_calls::hour,
            key_calls::secret_version,
            whole(sum(key_calls::calls)),
        ))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(hour, version, calls)| (hour, version, calls.unwrap_or(0)))
        .collect())
}
