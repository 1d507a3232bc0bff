//! Keys that were made by keys.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid},
};

use super::touched::Touched;
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Key, Reason},
    policy::{Action, ManageKeys, Permit},
    schema::keys,
};

/// What some keys have made, and what those have made, and so on; none of them in it. Ends whatever the table says: what
/// was found before is not looked at again.
const MADE: &str = "
    WITH RECURSIVE made (id, maker) AS (
        SELECT id, created_by_key_id FROM keys WHERE workspace_id = $1 AND created_by_key_id = ANY($2)
        UNION
        SELECT keys.id, keys.created_by_key_id FROM made JOIN keys ON workspace_id = $1 AND created_by_key_id = made.id
    )";

/// A key may have made very many, and none of them is to be saved by that.
const PATIENCE: &str = "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '10s'";

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    id: KeyId,
    #[diesel(sql_type = Text)]
    maker: KeyId,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Keys, and all that was made with them.
#[derive(Default)]
pub struct Family {
    /// As they are now, also those that were asked about.
    pub keys: BTreeMap<KeyId, Key>,
    /// Of each key that was made with another, which.
    pub makers: BTreeMap<KeyId, KeyId>,
}

/// Of what was made with these keys, how many are not revoked.
pub fn count_made_by<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[KeyId],
) -> Result<i64> {
    let count = format!(
        "{MADE} SELECT count(*) AS n FROM made JOIN keys USING (id)
         WHERE workspace_id = $1 AND revoked_at IS NULL AND id <> ALL($2)"
    );
    let number: Number = sql_query(count)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Array<Text>, _>(ids)
        .get_result(conn)?;
    Ok(number.n)
}

pub fn family<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &BTreeSet<KeyId>,
) -> Result<Family> {
    let makers = makers(conn, permit, ids)?;
    let all: Vec<KeyId> = makers.keys().chain(ids).copied().collect();
    let found: Vec<Key> = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(all))
        .select(Key::as_select())
        .load(conn)?;
    Ok(Family {
        keys: found.into_iter().map(|key| (key.id, key)).collect(),
        makers,
    })
}

/// The same, held until the caller's transaction ends: in the order of their ids, as everybody locks keys.
pub fn hold_family(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
) -> Result<Family> {
    conn.batch_execute(PATIENCE)?;
    let makers = makers(conn, permit, ids)?;
    let all: Vec<KeyId> = makers.keys().chain(ids).copied().collect();
    keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(all))
        .order(keys::id)
        .select(keys::id)
        .for_no_key_update()
        .load::<KeyId>(conn)?;
    family(conn, permit, ids)
}

fn makers<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &BTreeSet<KeyId>,
) -> Result<BTreeMap<KeyId, KeyId>> {
    let ids: Vec<KeyId> = ids.iter().copied().collect();
    let pairs: Vec<Pair> = sql_query(format!(
        "{MADE} SELECT id, maker FROM made WHERE id <> ALL($2)"
    ))
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Array<Text>, _>(ids)
    .load(conn)?;
    Ok(pairs
        .into_iter()
        .map(|pair| (pair.id, pair.maker))
        .collect())
}

/// Revokes keys that the caller holds as compromised. What was revoked before was so since then.
pub fn revoke_made(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Vec<Key>> {
    let since = sql::<Nullable<Timestamptz>>("coalesce(revoked_at, ")
        .bind::<Timestamptz, _>(now)
        .sql(")");
    let those = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(ids));
    Ok(diesel::update(those)
        .set((
            keys::revoked_at.eq(since),
            keys::revoked_for.eq(Reason::Compromised),
            Touched::by(permit, now),
        ))
        .returning(Key::as_returning())
        .get_results(conn)?)
}
