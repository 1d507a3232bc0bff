//! Some keys, for whoever gives them something or shows what they have been given.

use std::collections::HashMap;

use diesel::prelude::*;

use super::reach::reached;
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::Key,
    policy::{Action, Permit},
    schema::keys,
};

/// Those of these that there are, also revoked ones.
pub fn named<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[KeyId],
) -> Result<HashMap<KeyId, Key>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<Key> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids))
        .select(Key::as_select())
        .load(conn)?;
    Ok(found.into_iter().map(|key| (key.id, key)).collect())
}
