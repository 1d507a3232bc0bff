//! Which keys a maximum lifetime would not allow any more, and giving them an end that it allows.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count_star, not},
    pg::Pg,
    prelude::*,
};

use super::{reach::reached, touched::Touched};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Key, Kind, MOST},
    people,
    policy::{Action, ListKeys, ManageKeys, Permit},
    schema::keys,
    workspaces::{Beyond, BeyondKey},
};

/// Keys that are named before they are only counted.
const NAMED: i64 = 10;

/// The keys that may still be used after `latest`: not revoked, and without an end by then.
pub fn beyond(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    latest: DateTime<Utc>,
) -> Result<Beyond> {
    let first: Vec<(KeyId, Kind, String, Option<DateTime<Utc>>)> = those(permit, latest)
        .select((keys::id, keys::kind, keys::label, keys::expires_at))
        .order((keys::ends_at.desc(), keys::id.desc()))
        .limit(NAMED)
        .load(conn)?;
    Ok(Beyond {
        count: count_beyond(conn, permit, latest)?,
        first: first
            .into_iter()
            .map(|(id, kind, label, expires_at)| BeyondKey {
                id,
                is_publishable: kind.is_publishable(),
                label,
                expires_at,
            })
            .collect(),
    })
}

pub fn count_beyond<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    latest: DateTime<Utc>,
) -> Result<i64> {
    Ok(those(permit, latest).select(count_star()).first(conn)?)
}

/// Some of them as they are now, held until the caller's transaction ends; in the order of their ids, as everybody
/// locks them.
pub fn lock_beyond(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    latest: DateTime<Utc>,
) -> Result<Vec<Key>> {
    people::take_rights(conn, permit)?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    Ok(keys::table
        .filter(reached(permit))
        .filter(not(keys::is_revoked))
        .filter(keys::ends_at.gt(latest))
        .order(keys::id)
        .limit(most)
        .select(Key::as_select())
        .for_no_key_update()
        .load(conn)?)
}

/// Gives keys that the caller holds another end. They come back in the order of their ids.
pub fn set_end(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    held: &[Key],
    end: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Key>> {
    let ids: Vec<KeyId> = held.iter().map(|key| key.id).collect();
    let chosen = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids));
    let mut changed: Vec<Key> = diesel::update(chosen)
        .set((keys::expires_at.eq(end), Touched::by(permit, now)))
        .returning(Key::as_returning())
        .get_results(conn)?;
    changed.sort_by_key(|key| key.id);
    Ok(changed)
}

/// In the words of the index `keys_by_end`.
fn those<A: Action>(permit: &Permit<A>, latest: DateTime<Utc>) -> keys::BoxedQuery<'static, Pg> {
    keys::table
        .filter(reached(permit))
        .filter(not(keys::is_revoked))
        .filter(keys::ends_at.gt(latest))
        .into_boxed()
}
