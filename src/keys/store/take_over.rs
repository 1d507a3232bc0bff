//! A personal key becomes the workspace's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{change::taken, lock::lock_any, reach::reached, touched::Touched};
use crate::{
    error::{OnConstraint, Result},
    ids::{KeyId, MemberId},
    keys::model::Key,
    permissions::Permissions,
    policy::{Permit, TakeOverKeys},
    schema::{key_secrets, keys},
};

/// The key as it is now, whoever's it is, held until the caller's transaction ends.
pub fn lock_to_take_over(
    conn: &mut PgConnection,
    permit: &Permit<TakeOverKeys>,
    id: KeyId,
) -> Result<Key> {
    lock_any(conn, permit, id)
}

/// The caller holds the key. That its owner is suspended is over with that: a trigger takes it away.
///
/// # Errors
/// `Invalid` under `label`: a key of the workspace has it.
pub fn take_over(
    conn: &mut PgConnection,
    permit: &Permit<TakeOverKeys>,
    id: KeyId,
    label: &str,
    now: DateTime<Utc>,
) -> Result<Key> {
    diesel::update(keys::table.filter(reached(permit)).filter(keys::id.eq(id)))
        .set((
            keys::owner_member_id.eq(None::<MemberId>),
            keys::label.eq(label),
            Touched::by(permit, now),
        ))
        .returning(Key::as_returning())
        .get_result(conn)
        .on_constraint("keys_label_unique", || taken(label))
}

/// What calls with the old secret may do at most while its grace runs. The caller holds the key.
pub fn bound_old(
    conn: &mut PgConnection,
    permit: &Permit<TakeOverKeys>,
    id: KeyId,
    ceiling: &Permissions,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq(id))
        .filter(key_secrets::retires_at.gt(now));
    diesel::update(old)
        .set(key_secrets::ceiling.eq(ceiling))
        .execute(conn)?;
    Ok(())
}
