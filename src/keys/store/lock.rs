//! Keys as they are now, held until the caller's transaction ends: state is looked at under a lock, so that two clicks cannot
//! race.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::reach::reached;
use crate::{
    error::{Error, Result},
    ids::KeyId,
    keys::model::Key,
    people,
    policy::{self, Action, BeKey, ManageKeys, Permit, RevealKeys},
    schema::keys,
};

/// Whoever wants to do more to it than to stop it has to be `Cleared`.
pub fn lock(conn: &mut PgConnection, permit: &Permit<ManageKeys>, id: KeyId) -> Result<Key> {
    lock_any(conn, permit, id)
}

/// The key that asks, as it is now, if it is one; held, together with those that it is about: in the order of their ids,
/// as everybody locks keys.
pub fn lock_caller(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    about: &BTreeSet<KeyId>,
) -> Result<Option<Key>> {
    people::take_rights(conn, permit)?;
    let Some(own) = permit.actor().key_id() else {
        return Ok(None);
    };
    let all: Vec<KeyId> = about.iter().copied().chain([own]).collect();
    let found: Vec<Key> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(all))
        .order(keys::id)
        .select(Key::as_select())
        .for_no_key_update()
        .load(conn)?;
    let own = found.into_iter().find(|key| key.id == own);
    own.map(Some).ok_or(Error::NotFound)
}

/// For whoever acts with it elsewhere: it stays as it is.
pub fn hold<A: Action>(conn: &mut PgConnection, permit: &Permit<A>, id: KeyId) -> Result<Key> {
    people::share_rights(conn, permit)?;
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .for_share()
        .first(conn)?)
}

/// The same for the key that asks.
pub fn lock_self(conn: &mut PgConnection, permit: &Permit<BeKey>) -> Result<Key> {
    let id = permit.key()?;
    lock_any(conn, permit, id)
}

/// The same for whoever is shown its secret: that of a personal key nobody is but its owner.
pub fn lock_to_reveal(
    conn: &mut PgConnection,
    permit: &Permit<RevealKeys>,
    id: KeyId,
) -> Result<Key> {
    let key = lock_any(conn, permit, id)?;
    policy::check_may_change_key_of(permit.actor(), key.owner_member_id)?;
    Ok(key)
}

pub(super) fn lock_any<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyId,
) -> Result<Key> {
    people::take_rights(conn, permit)?;
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .for_no_key_update()
        .first(conn)?)
}
