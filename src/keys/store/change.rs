//! Changes to keys. State is looked at under a lock, so that two clicks cannot race.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{reach::reached, touched::Touched};
use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::KeyId,
    keys::model::{Cleared, Key, NewKey, Reason, Recovery, Settings},
    policy::{Action, BeKey, ManageKeys, Permit},
    schema::{key_secrets, keys},
};

/// Said where a form that made a key is sent again.
const MADE_BEFORE: &str = "This form made a key before. Open the form again to make another.";

/// What is kept of a secret. No `Debug`.
pub struct Kept {
    pub version: i32,
    pub digest: [u8; 32],
    pub pepper_version: i32,
    /// Of a publishable key: the value.
    pub shown: Option<String>,
    /// Of a recoverable key: what shows it again.
    pub sealed: Option<Vec<u8>>,
    /// The one before it may become the only one again.
    pub can_be_taken_back: bool,
    /// The key's date before, and from now on; of a rotation.
    pub expiry: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

/// The key and its first secret.
pub fn insert(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    (new, _): (&NewKey, Cleared),
    kept: Kept,
    now: DateTime<Utc>,
) -> Result<Key> {
    let maker = permit.actor();
    let key = diesel::insert_into(keys::table)
        .values((
            keys::workspace_id.eq(permit.workspace()),
            keys::id.eq(id),
            keys::kind.eq(new.kind),
            keys::owner_member_id.eq(permit.owner()),
            keys::label.eq(&new.label),
            keys::permissions.eq(&new.permissions),
            keys::allowed_origins.eq(&new.allowed_origins),
            keys::created_at.eq(now),
            keys::created_by_member_id.eq(maker.member_id()),
            keys::created_by_key_id.eq(maker.key_id()),
            Touched::by(permit, now),
            keys::expires_at.eq(new.expires_at),
            keys::form_nonce.eq(new.form_nonce),
            keys::recovery.eq(Recovery::of_new(new.recoverable)),
            keys::allowed_ips.eq(&new.limits.allowed_ips),
            keys::rate_limit_per_minute.eq(new.limits.rate_limit_per_minute),
        ))
        .returning(Key::as_returning())
        .get_result(conn);
    let key = match key {
        Err(diesel::result::Error::DatabaseError(_, info))
            if info.constraint_name() == Some("keys_form_nonce_unique") =>
        {
            return Err(Error::Conflict(MADE_BEFORE));
        }
        other => other.on_constraint("keys_label_unique", || taken(&new.label))?,
    };
    insert_secret(conn, permit, id, kept, now)?;
    Ok(key)
}

/// The caller holds the key.
pub(super) fn insert_secret(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    kept: Kept,
    now: DateTime<Utc>,
) -> Result<()> {
    // The value of a publishable key is no secret, whoever got it.
    let made_by = match kept.shown {
        None => permit.actor().key_id(),
        Some(_) => None,
    };
    diesel::insert_into(key_secrets::table)
        .values((
            key_secrets::workspace_id.eq(permit.workspace()),
            key_secrets::key_id.eq(id),
            key_secrets::version.eq(kept.version),
            key_secrets::digest.eq(kept.digest.as_slice()),
            key_secrets::pepper_version.eq(kept.pepper_version),
            key_secrets::made_at.eq(now),
            key_secrets::shown.eq(kept.shown),
            key_secrets::sealed.eq(kept.sealed),
            key_secrets::can_be_taken_back.eq(kept.can_be_taken_back),
            key_secrets::expiry_before.eq(kept.expiry.0),
            key_secrets::expiry_after.eq(kept.expiry.1),
            key_secrets::made_by_key_id.eq(made_by),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn taken(label: &str) -> Error {
    field(
        "label",
        format!("A key called {label} exists. Use another label"),
    )
}

/// # Errors
/// `Invalid` under `label`: another key has it.
pub fn edit(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    (to, _): (&Settings, Cleared),
    now: DateTime<Utc>,
) -> Result<Key> {
    diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
        .filter(keys::revoked_at.is_null())
        .set((
            keys::label.eq(&to.label),
            keys::permissions.eq(&to.permissions),
            keys::allowed_origins.eq(&to.allowed_origins),
            keys::expires_at.eq(to.expires_at),
            keys::allowed_ips.eq(&to.limits.allowed_ips),
            keys::rate_limit_per_minute.eq(to.limits.rate_limit_per_minute),
            Touched::by(permit, now),
        ))
        .returning(Key::as_returning())
        .get_result(conn)
        .on_constraint("keys_label_unique", || taken(&to.label))
}

pub fn deactivate(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Key> {
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .filter(keys::revoked_at.is_null())
            .set((keys::deactivated_at.eq(now), Touched::by(permit, now)))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

pub fn activate(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    now: DateTime<Utc>,
) -> Result<Key> {
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .filter(keys::revoked_at.is_null())
            .set((
                keys::deactivated_at.eq(None::<DateTime<Utc>>),
                Touched::by(permit, now),
            ))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

/// `since`: when it was first revoked, which a graver reason does not move.
pub fn revoke(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyId,
    (since, reason): (DateTime<Utc>, Reason),
    now: DateTime<Utc>,
) -> Result<Key> {
    revoke_any(conn, permit, id, (since, reason), now)
}

/// The key that asks ends itself.
pub fn revoke_self(
    conn: &mut PgConnection,
    permit: &Permit<BeKey>,
    now: DateTime<Utc>,
) -> Result<Key> {
    let id = permit.key()?;
    revoke_any(conn, permit, id, (now, Reason::Unneeded), now)
}

fn revoke_any<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyId,
    (since, reason): (DateTime<Utc>, Reason),
    now: DateTime<Utc>,
) -> Result<Key> {
    Ok(
        diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
            .set((
                keys::revoked_at.eq(since),
                keys::revoked_for.eq(reason),
                Touched::by(permit, now),
            ))
            .returning(Key::as_returning())
            .get_result(conn)?,
    )
}

/// It comes back deactivated.
///
/// # Errors
/// `Invalid` under `label`: another key took the label meanwhile.
pub fn restore(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (id, _): (KeyId, Cleared),
    (label, end): (&str, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<Key> {
    diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
        .filter(keys::revoked_at.is_not_null())
        .set((
            keys::revoked_at.eq(None::<DateTime<Utc>>),
            keys::revoked_for.eq(None::<Reason>),
            keys::deactivated_at.eq(now),
            keys::expires_at.eq(end),
            keys::label.eq(label),
            Touched::by(permit, now),
        ))
        .returning(Key::as_returning())
        .get_result(conn)
        .on_constraint("keys_label_unique", || taken(label))
}
