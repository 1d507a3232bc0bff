//! Keys that were made by keys, or rotated by them: whoever rotates a key gets its secret.

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
    people,
    policy::{Action, ManageKeys, Permit},
    schema::{key_secrets, keys},
};

/// What some keys have made or got the present secret of, and what those have, and so on; none of them in it. Ends whatever
/// the tables say: what was found before is not looked at again.
const MADE: &str = "
    WITH RECURSIVE made (id, maker) AS (
        SELECT id, created_by_key_id FROM keys WHERE workspace_id = $1 AND created_by_key_id = ANY($2)
        UNION
        SELECT key_id, made_by_key_id FROM key_secrets
        WHERE workspace_id = $1 AND made_by_key_id = ANY($2) AND made_by_key_id <> key_id AND retires_at IS NULL
        UNION
        SELECT next.id, next.maker FROM made CROSS JOIN LATERAL (
            SELECT id, created_by_key_id AS maker FROM keys WHERE workspace_id = $1 AND created_by_key_id = made.id
            UNION ALL
            SELECT key_id, made_by_key_id FROM key_secrets
            WHERE workspace_id = $1 AND made_by_key_id = made.id AND made_by_key_id <> key_id AND retires_at IS NULL
        ) AS next
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

/// Keys, and all that was made or rotated with them.
#[derive(Default)]
pub struct Family {
    /// As they are now, also those that were asked about.
    pub keys: BTreeMap<KeyId, Key>,
    /// Of each key that was made or rotated with another, which.
    pub makers: BTreeMap<KeyId, KeyId>,
}

impl Family {
    /// Of all of them.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keys.keys().copied().collect()
    }
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
    people::take_rights(conn, permit)?;
    let makers = makers(conn, permit, ids)?;
    let mut all: Vec<KeyId> = makers.keys().chain(ids).copied().collect();
    all.extend(rotated_by(conn, permit, &all)?);
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

/// Keys of which these once got a secret. Whatever became of it: which still work is only known once they are held.
fn rotated_by<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[KeyId],
) -> Result<Vec<KeyId>> {
    Ok(key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::made_by_key_id.eq_any(ids))
        .filter(key_secrets::retires_at.is_not_null())
        .select(key_secrets::key_id)
        .distinct()
        .load(conn)?)
}

/// Ends the secrets that these keys got of others and that were replaced since, but work for a grace. The caller holds all
/// of them; answered are those that are not revoked.
pub fn end_graces(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Vec<Key>> {
    let graced = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::made_by_key_id.eq_any(ids))
        .filter(key_secrets::retires_at.gt(now));
    let ended: Vec<KeyId> = diesel::update(graced)
        .set((
            key_secrets::retires_at.eq(now),
            key_secrets::sealed.eq(None::<Vec<u8>>),
        ))
        .returning(key_secrets::key_id)
        .get_results(conn)?;
    let those = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(ended));
    diesel::update(those.clone())
        .set(keys::rotating_until.eq(now))
        .execute(conn)?;
    // Of a revoked key it stays known who has revoked it.
    Ok(diesel::update(those.filter(keys::revoked_at.is_null()))
        .set(Touched::by(permit, now))
        .returning(Key::as_returning())
        .get_results(conn)?)
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
