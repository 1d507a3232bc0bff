//! The keys that somebody made.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, prelude::*};

use super::{
    reach::reached,
    read::{Listed, with_companions},
};
use crate::{
    error::Result,
    ids::{KeyId, MemberId},
    keys::model::{Key, MOST},
    policy::{Action, ListKeys, ManageKeys, Permit},
    schema::{key_last_uses, keys},
    web::time::Zone,
};

/// Of those that are not revoked.
pub fn count_made(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    members: &[MemberId],
) -> Result<HashMap<MemberId, i64>> {
    let found: Vec<(Option<MemberId>, i64)> = keys::table
        .filter(reached(permit))
        .filter(keys::created_by_member_id.eq_any(members))
        .filter(keys::revoked_at.is_null())
        .group_by(keys::created_by_member_id)
        .select((keys::created_by_member_id, count_star()))
        .load(conn)?;
    let named = found.into_iter();
    Ok(named.filter_map(|(member, n)| Some((member?, n))).collect())
}

#[diesel::dsl::auto_type]
fn is_living(member: MemberId, now: DateTime<Utc>) -> _ {
    let by: diesel::dsl::Eq<keys::created_by_member_id, MemberId> =
        keys::created_by_member_id.eq(member);
    by.and(keys::revoked_at.is_null())
        .and(keys::expires_at.is_null().or(keys::expires_at.gt(now)))
}

/// Neither revoked nor expired.
pub fn count_living<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<i64> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(is_living(member, now))
        .count()
        .get_result(conn)?)
}

/// Of those, the member's own.
pub fn count_personal<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<i64> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(is_living(member, now))
        .filter(keys::owner_member_id.eq(member))
        .count()
        .get_result(conn)?)
}

/// The first of those, whichever was used last.
pub fn living_of(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    member: MemberId,
    most: i64,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Vec<Listed>> {
    let found: Vec<Key> = keys::table
        .left_join(
            key_last_uses::table.on(key_last_uses::workspace_id
                .eq(keys::workspace_id)
                .and(key_last_uses::key_id.eq(keys::id))),
        )
        .filter(reached(permit))
        .filter(is_living(member, now))
        .order((
            key_last_uses::at.desc().nulls_last(),
            keys::created_at.desc(),
            keys::id,
        ))
        .limit(most)
        .select(Key::as_select())
        .load(conn)?;
    with_companions(conn, permit, found, (zone, now))
}

/// All of them but `named`; of more than one change may touch only so many that it is seen.
pub fn living_ids_of(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    member: MemberId,
    named: Vec<KeyId>,
    now: DateTime<Utc>,
) -> Result<Vec<KeyId>> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(is_living(member, now))
        .filter(keys::id.ne_all(named))
        .order(keys::id)
        .limit(i64::try_from(MOST + 1).unwrap_or(i64::MAX))
        .select(keys::id)
        .load(conn)?)
}
