//! The end of the keys of a workspace that is gone.

use diesel::prelude::*;

use crate::{
    error::Result,
    ids::{KeyId, WorkspaceId},
    policy::Unscoped,
    schema::keys,
};

/// A key takes its calls of all its hours along.
const BATCH: i64 = 20;

/// Deletes some keys of a workspace with all that belongs to them, and says how many. They are taken in the order in
/// which calls of them are counted.
pub fn forget_some(conn: &mut PgConnection, _: Unscoped, workspace: WorkspaceId) -> Result<usize> {
    let some: Vec<KeyId> = keys::table
        .filter(keys::workspace_id.eq(workspace))
        .select(keys::id)
        .order(keys::id)
        .limit(BATCH)
        .for_update()
        .load(conn)?;
    Ok(diesel::delete(keys::table)
        .filter(keys::workspace_id.eq(workspace))
        .filter(keys::id.eq_any(some))
        .execute(conn)?)
}
