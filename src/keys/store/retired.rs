//! What upkeep asks of keys whose old value was tried.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::{error::Result, ids::KeyId, policy::Unscoped, schema::keys};

/// The labels of keys that are there, none of which goes before the caller's transaction has ended.
pub fn labels(
    conn: &mut PgConnection,
    _: Unscoped,
    ids: &[KeyId],
) -> Result<HashMap<KeyId, String>> {
    let found: Vec<(KeyId, String)> = keys::table
        .filter(keys::id.eq_any(ids))
        .order((keys::workspace_id, keys::id))
        .select((keys::id, keys::label))
        .for_key_share()
        .load(conn)?;
    Ok(found.into_iter().collect())
}
