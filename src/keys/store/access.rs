//! Keys with what they may do at this moment, in the order of their ids.

use diesel::prelude::*;

use super::reach::reached;
use crate::{
    error::Result,
    ids::{KeyId, MemberId},
    keys::model::Key,
    people,
    permissions::Permissions,
    policy::{Permit, ReadAccess},
    schema::keys,
};

/// A key and what it may ask for as long as it is active.
pub struct KeyAccess {
    pub key: Key,
    /// Of a personal key within what its owner has.
    pub permissions: Permissions,
}

/// At most `most` of those that are not revoked, after one of them.
pub fn keys_after(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    after: Option<KeyId>,
    most: i64,
) -> Result<Vec<KeyAccess>> {
    let mut query = keys::table
        .filter(reached(permit))
        .filter(keys::revoked_at.is_null())
        .order(keys::id)
        .limit(most)
        .select(Key::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(keys::id.gt(after));
    }
    let found: Vec<Key> = query.load(conn)?;
    let owners: Vec<MemberId> = found.iter().filter_map(|key| key.owner_member_id).collect();
    let owners = people::holders(conn, permit, &owners)?;
    let shown = found.into_iter().map(|key| KeyAccess {
        permissions: match key.owner_member_id {
            None => key.permissions.clone(),
            Some(owner) => {
                let held = owners.get(&owner).map(|owner| owner.held.clone());
                key.permissions.within(&held.unwrap_or_default())
            }
        },
        key,
    });
    Ok(shown.collect())
}
