//! Requests that made a value of a key, as they are known again.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, select},
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{
    change::{Kept, insert_secret},
    reach::reached,
    rotate::SecretFacts,
    touched::Touched,
};
use crate::{
    error::{Error, Result},
    ids::{KeyId, WorkspaceId},
    keys::model::{Cleared, Key, NamedRequest},
    policy::{ManageKeys, Permit, Unscoped},
    schema::{key_calls, key_replays, key_secrets, keys},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn pg_try_advisory_xact_lock(id: BigInt) -> Bool;
    fn hashtextextended(text: Text, seed: BigInt) -> BigInt;
}

/// What a request has made.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = key_replays, check_for_backend(diesel::pg::Pg))]
pub struct Replay {
    pub request: Vec<u8>,
    pub key_id: KeyId,
    pub secret_version: i32,
    /// Somebody has presented that value.
    pub used_at: Option<DateTime<Utc>>,
}

/// Until the caller's transaction ends, nobody else begins a request of this name of this key. False: somebody has.
pub fn claim(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    named: &NamedRequest,
) -> Result<bool> {
    let caller = caller(permit)?;
    let name = named.name.as_str();
    let whole = format!("key_replays {} {caller} {name}", permit.workspace());
    Ok(select(pg_try_advisory_xact_lock(hashtextextended(whole, 0_i64))).get_result(conn)?)
}

/// One of this name since a moment, held until the caller's transaction ends: nobody presents its value meanwhile.
pub fn find_replay(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    named: &NamedRequest,
    since: DateTime<Utc>,
) -> Result<Option<Replay>> {
    let own = (permit.workspace(), caller(permit)?, named.name.as_str());
    Ok(key_replays::table
        .find(own)
        .filter(key_replays::first_at.gt(since))
        .select(Replay::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()?)
}

/// In place of one of this name that is over.
pub fn note_first(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    named: &NamedRequest,
    (key, version): (KeyId, i32),
    now: DateTime<Utc>,
) -> Result<()> {
    let made = (
        key_replays::request.eq(named.digest.as_slice()),
        key_replays::first_at.eq(now),
        key_replays::key_id.eq(key),
        key_replays::secret_version.eq(version),
        key_replays::used_at.eq(None::<DateTime<Utc>>),
    );
    diesel::insert_into(key_replays::table)
        .values((
            key_replays::workspace_id.eq(permit.workspace()),
            key_replays::caller_key_id.eq(caller(permit)?),
            key_replays::name.eq(named.name.as_str()),
            made,
        ))
        .on_conflict((
            key_replays::workspace_id,
            key_replays::caller_key_id,
            key_replays::name,
        ))
        .do_update()
        .set(made)
        .execute(conn)?;
    Ok(())
}

/// It has made another value.
pub fn note_again(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    named: &NamedRequest,
    version: i32,
) -> Result<()> {
    let own = (permit.workspace(), caller(permit)?, named.name.as_str());
    diesel::update(key_replays::table.find(own))
        .set(key_replays::secret_version.eq(version))
        .execute(conn)?;
    Ok(())
}

/// Somebody presents that value, so it has arrived: from now on no request makes it anew. What makes it anew at this moment
/// comes first.
pub fn note_use(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, key, version): (WorkspaceId, KeyId, i32),
    now: DateTime<Utc>,
) -> Result<()> {
    let made = key_replays::table
        .filter(key_replays::workspace_id.eq(workspace))
        .filter(key_replays::key_id.eq(key))
        .filter(key_replays::secret_version.eq(version))
        .filter(key_replays::used_at.is_null());
    diesel::update(made)
        .set(key_replays::used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Was that value of a key ever in somebody's hands, as far as it is written down? Servers of the version before say it so
/// only.
pub fn was_called(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (key, version): (KeyId, i32),
) -> Result<bool> {
    let calls = key_calls::table
        .filter(key_calls::workspace_id.eq(permit.workspace()))
        .filter(key_calls::key_id.eq(key))
        .filter(key_calls::secret_version.eq(version));
    Ok(select(exists(calls)).get_result(conn)?)
}

/// A value that nobody has used gives way to another, and all else of the key stays, also a rotation that runs. The caller
/// holds the key.
pub fn supersede(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    (unused, new): (&SecretFacts, Kept),
    now: DateTime<Utc>,
) -> Result<Key> {
    let row = key_secrets::table.find((permit.workspace(), id, unused.version));
    diesel::update(row)
        .set((
            key_secrets::retires_at.eq(now.max(unused.made_at)),
            key_secrets::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    let new = Kept {
        can_be_taken_back: unused.can_be_taken_back,
        expiry: (unused.expiry_before, unused.expiry_after),
        ..new
    };
    insert_secret(conn, permit, id, new, now)?;
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .set(Touched::by(permit, now))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

/// Forgets what was first sent before `since`.
pub fn forget_replays(conn: &mut PgConnection, _: Unscoped, since: DateTime<Utc>) -> Result<usize> {
    Ok(diesel::delete(key_replays::table)
        .filter(key_replays::first_at.le(since))
        .execute(conn)?)
}

/// Only keys name their requests.
fn caller(permit: &Permit<ManageKeys>) -> Result<KeyId> {
    permit.actor().key_id().ok_or(Error::NotFound)
}
