//! The end of what belonged to a workspace that is gone.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Uuid},
};

use crate::{error::Result, ids::WorkspaceId, policy::Unscoped};

/// Deletes the oldest entries of a workspace, some thousand, and says how many. Those of one moment go together.
///
/// Up to a time, which leads into the one or two months that it reaches: by their ids all months would be searched for
/// them, whole.
pub fn forget_some(conn: &mut PgConnection, _: Unscoped, workspace: WorkspaceId) -> Result<usize> {
    const BATCH: i64 = 10_000;
    Ok(sql_query(
        "DELETE FROM audit_events WHERE workspace_id = $1 AND at <= (SELECT max(at) FROM (
             SELECT at FROM audit_events WHERE workspace_id = $1 ORDER BY at LIMIT $2) oldest)",
    )
    .bind::<Uuid, _>(workspace)
    .bind::<BigInt, _>(BATCH)
    .execute(conn)?)
}
