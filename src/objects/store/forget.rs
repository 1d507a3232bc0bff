//! The end of the rows of a workspace that is gone.

use diesel::prelude::*;

use crate::{
    error::Result,
    ids::{ObjectId, WorkspaceId},
    policy::Unscoped,
    schema::objects,
};

const BATCH: i64 = 2_000;

/// Deletes some rows of a workspace to which no file refers any more, and says how many. What was stored for them is in the
/// store without a row then, which is collected.
pub fn forget_some(conn: &mut PgConnection, _: Unscoped, workspace: WorkspaceId) -> Result<usize> {
    let some: Vec<ObjectId> = objects::table
        .filter(objects::workspace_id.eq(workspace))
        .limit(BATCH)
        .select(objects::id)
        .load(conn)?;
    Ok(diesel::delete(objects::table)
        .filter(objects::workspace_id.eq(workspace))
        .filter(objects::id.eq_any(some))
        .execute(conn)?)
}
