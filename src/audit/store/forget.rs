//! The end of what belonged to a workspace that is gone.

use diesel::prelude::*;

use crate::{error::Result, ids::WorkspaceId, policy::Unscoped, schema::audit_events};

/// Deletes some thousand entries of a workspace, and says how many.
pub fn forget_some(conn: &mut PgConnection, _: Unscoped, workspace: WorkspaceId) -> Result<usize> {
    const BATCH: i64 = 10_000;
    let some = diesel::alias!(audit_events as some_events);
    let ids = some
        .filter(some.field(audit_events::workspace_id).eq(workspace))
        .select(some.field(audit_events::id))
        .limit(BATCH);
    Ok(diesel::delete(audit_events::table)
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::id.eq_any(ids))
        .execute(conn)?)
}
