//! Keys as the API shows them. A list is a fixed number of queries, however many keys it has.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    count::count,
    list::beyond,
    narrow::{few, fitting, is_in},
    reach::reached,
    read::{LastUse, last_uses, values},
};
use crate::{
    error::{Error, Result},
    ids::{KeyId, MemberId},
    keys::model::{AllowedIps, Key, Kind, Origins, Place, State, Wanted},
    people,
    permissions::Permissions,
    policy::{self, Action, BeKey, ListKeys, Permit},
    schema::keys,
    web::paging::Cursor,
};

pub struct Shown {
    pub key: Key,
    /// Of a publishable key: what is shown whole.
    pub value: Option<String>,
    pub created_by: Option<Maker>,
    pub last_use: Option<LastUse>,
}

impl Shown {
    /// As whoever reads the page of a site may see it: a publishable key is no secret, but who else calls with it and from
    /// where, and how it is guarded, is.
    fn in_public(mut self) -> Self {
        self.created_by = None;
        self.last_use = None;
        self.key.allowed_origins = Origins::default();
        self.key.limits.allowed_ips = AllowedIps::default();
        self
    }
}

/// Who made a key, and what they are called now.
pub enum Maker {
    Member(MemberId, String),
    Key(KeyId, String),
}

/// A key as it sees itself.
pub struct Own {
    pub shown: Shown,
    /// In force at this moment.
    pub permissions: Permissions,
}

/// The key that asks, who made it, and when it was used before.
pub fn find_self(conn: &mut PgConnection, permit: &Permit<BeKey>) -> Result<Own> {
    let id = permit.key()?;
    let key: Key = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .first(conn)?;
    let shown = show_one(conn, permit, key)?;
    Ok(Own {
        permissions: policy::held(permit.actor()),
        shown: match shown.key.kind {
            Kind::Secret => shown,
            Kind::Publishable => shown.in_public(),
        },
    })
}

/// # Errors
/// `NotFound`, also where the key is of the other kind.
pub fn find_shown(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    (kind, id): (Kind, KeyId),
) -> Result<Shown> {
    let key = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .filter(keys::kind.eq(kind))
        .select(Key::as_select())
        .first(conn)?;
    show_one(conn, permit, key)
}

/// # Errors
/// `NotFound`: one of them is not reached, or of the other kind.
pub fn check_kind<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    (kind, ids): (Kind, &BTreeSet<KeyId>),
) -> Result<()> {
    let number: i64 = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids))
        .filter(keys::kind.eq(kind))
        .count()
        .get_result(conn)?;
    match usize::try_from(number) == Ok(ids.len()) {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

/// Those after a place, the newest first. Without a state: also those that are revoked.
pub fn list_shown(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    (kind, wanted, state): (Kind, &Wanted, Option<State>),
    (after, limit): (Option<&Cursor<KeyId>>, usize),
    now: DateTime<Utc>,
) -> Result<Vec<Shown>> {
    let few = match &wanted.search {
        None => None,
        Some(_) => {
            let all = count(conn, permit, now)?;
            few(conn, permit, wanted, &all)?
        }
    };
    let query = match few {
        None => fitting(permit, wanted),
        Some(few) => keys::table
            .filter(reached(permit))
            .filter(keys::id.eq_any(few))
            .into_boxed(),
    };
    let mut query = query.filter(keys::kind.eq(kind));
    if let Some(state) = state {
        query = query.filter(is_in(state, now));
    }
    let rotates = keys::rotating_until.gt(now);
    query = match state {
        Some(State::Rotating) => query.filter(rotates),
        Some(State::Active) => query.filter(
            keys::rotating_until
                .is_null()
                .or(keys::rotating_until.le(now)),
        ),
        _ => query,
    };
    if let Some(cursor) = after {
        query = query.filter(beyond("<", &Place::Made(cursor.at), cursor.id));
    }
    let found = query
        .order((keys::created_at.desc(), keys::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Key::as_select())
        .load(conn)?;
    show(conn, permit, found)
}

/// A key that somebody has just found, made or changed.
pub fn show_one<A: Action>(conn: &mut PgConnection, permit: &Permit<A>, key: Key) -> Result<Shown> {
    let shown = show(conn, permit, vec![key])?;
    shown.into_iter().next().ok_or(Error::NotFound)
}

fn show<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    found: Vec<Key>,
) -> Result<Vec<Shown>> {
    let ids: Vec<KeyId> = found.iter().map(|key| key.id).collect();
    let members: Vec<MemberId> = found
        .iter()
        .filter_map(|key| key.created_by_member_id)
        .collect();
    let names = people::names(conn, permit, &members)?;
    let labels = makers(conn, permit, &found)?;
    let mut uses = last_uses(conn, permit, &ids)?;
    let mut values = values(conn, permit, &found)?;
    Ok(found
        .into_iter()
        .map(|key| {
            let member = key
                .created_by_member_id
                .and_then(|id| Some(Maker::Member(id, names.get(&id)?.clone())));
            let maker = key
                .created_by_key_id
                .and_then(|id| Some(Maker::Key(id, labels.get(&id)?.clone())));
            Shown {
                created_by: member.or(maker),
                value: values.remove(&key.id),
                last_use: uses.remove(&key.id),
                key,
            }
        })
        .collect())
}

/// The labels of the keys that made some of these, or changed them last.
pub fn makers<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    found: &[Key],
) -> Result<HashMap<KeyId, String>> {
    let makers: BTreeSet<KeyId> = found
        .iter()
        .flat_map(|key| [key.created_by_key_id, key.updated_by_key_id])
        .flatten()
        .collect();
    if makers.is_empty() {
        return Ok(HashMap::new());
    }
    let labels: Vec<(KeyId, String)> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(makers))
        .select((keys::id, keys::label))
        .load(conn)?;
    Ok(labels.into_iter().collect())
}
