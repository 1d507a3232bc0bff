//! The secrets of a key, one after the other. What they are is only looked at in `check`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{
    change::{Kept, insert_secret},
    reach::reached,
    touched::Touched,
};
use crate::{
    error::{Error, Result},
    ids::KeyId,
    keys::model::{Cleared, Key},
    policy::{Action, ManageKeys, Permit, Unscoped},
    schema::{key_secrets, keys},
};

/// How long a secret that has retired is told from one that never was.
const KNOWN: TimeDelta = TimeDelta::days(90);

/// A secret of a key, without what it is checked by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = key_secrets, check_for_backend(diesel::pg::Pg))]
pub struct SecretFacts {
    pub version: i32,
    pub made_at: DateTime<Utc>,
    pub retires_at: Option<DateTime<Utc>>,
    /// The key's date before and after the rotation that made it.
    pub expiry_before: Option<DateTime<Utc>>,
    pub expiry_after: Option<DateTime<Utc>>,
    /// What it is, of a publishable key.
    pub shown: Option<String>,
    pub can_be_taken_back: bool,
}

/// The secrets of a key that work, and how many there ever were.
pub struct Secrets {
    /// The one that stays.
    pub current: SecretFacts,
    /// The one before it, while its grace runs.
    pub old: Option<SecretFacts>,
    /// The version of the last that was made, also if that was taken back.
    pub newest: i32,
}

pub fn secrets<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Secrets> {
    let all: Vec<SecretFacts> = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq(id))
        .order(key_secrets::version.desc())
        .select(SecretFacts::as_select())
        .load(conn)?;
    let newest = all.first().map(|secret| secret.version);
    let mut before = all
        .into_iter()
        .skip_while(|secret| secret.retires_at.is_some());
    let current = before.next();
    let (newest, current) = newest.zip(current).ok_or(Error::NotFound)?;
    Ok(Secrets {
        current,
        old: before.find(|secret| secret.retires_at.is_some_and(|end| end > now)),
        newest,
    })
}

/// The caller holds the key.
pub fn replace(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    new: Kept,
    old_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Key> {
    let expires_at = new.expiry.1;
    let current = || {
        key_secrets::table
            .filter(key_secrets::workspace_id.eq(permit.workspace()))
            .filter(key_secrets::key_id.eq(id))
            .filter(key_secrets::retires_at.is_null())
    };
    if old_until <= now {
        diesel::update(current())
            .set(key_secrets::sealed.eq(None::<Vec<u8>>))
            .execute(conn)?;
    }
    diesel::update(current())
        .set(key_secrets::retires_at.eq(old_until))
        .execute(conn)?;
    insert_secret(conn, permit, id, new, now)?;
    set(conn, permit, id, (Some(old_until), expires_at), now)
}

/// The old secret stops. The caller holds the key, which rotates.
pub fn finish(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    now: DateTime<Utc>,
) -> Result<Key> {
    let old = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq(id))
        .filter(key_secrets::retires_at.gt(now));
    diesel::update(old)
        .set((
            key_secrets::retires_at.eq(now),
            key_secrets::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .set((keys::rotating_until.eq(now), Touched::by(permit, now)))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

/// The new secret stops, the old one stays. The caller holds the key, which rotates.
pub fn take_back(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    (new, old): (&SecretFacts, &SecretFacts),
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Key> {
    let secret = |version: i32| key_secrets::table.find((permit.workspace(), id, version));
    diesel::update(secret(new.version))
        .set((
            key_secrets::retires_at.eq(now.max(new.made_at)),
            key_secrets::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    diesel::update(secret(old.version))
        .set(key_secrets::retires_at.eq(None::<DateTime<Utc>>))
        .execute(conn)?;
    set(conn, permit, id, (None, expires_at), now)
}

fn set(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    (rotating_until, expires_at): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<Key> {
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .set((
                keys::rotating_until.eq(rotating_until),
                keys::expires_at.eq(expires_at),
                Touched::by(permit, now),
            ))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

/// Secrets that retired 90 days ago are no longer told from wrong ones. Their rows stay: calls were counted with them. What
/// would show one again that has retired is destroyed.
pub fn forget_digests(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<usize> {
    let retired = key_secrets::table
        // A digest goes after what is sealed, and the index has those that have one.
        .filter(key_secrets::digest.is_not_null())
        .filter(key_secrets::sealed.is_not_null())
        .filter(key_secrets::retires_at.le(now));
    diesel::update(retired)
        .set(key_secrets::sealed.eq(None::<Vec<u8>>))
        .execute(conn)?;
    let known = key_secrets::table
        .filter(key_secrets::digest.is_not_null())
        .filter(key_secrets::retires_at.le(now - KNOWN));
    Ok(diesel::update(known)
        .set(key_secrets::digest.eq(None::<Vec<u8>>))
        .execute(conn)?)
}
