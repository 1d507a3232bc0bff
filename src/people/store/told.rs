//! Whom something about a workspace is written to.

use diesel::prelude::*;

use crate::{
    actor::Role,
    error::Result,
    ids::{MemberId, WorkspaceId},
    people::model::Recipient,
    policy::Unscoped,
    schema::{members, users},
};

/// The owners and admins of a workspace, and of these members those who are in it; nobody who is suspended.
pub fn recipients(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    and: &[MemberId],
) -> Result<Vec<Recipient>> {
    let is_admin = members::role.eq_any([Role::Owner, Role::Admin]);
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(workspace))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(is_admin.or(members::id.eq_any(and)))
        .order(members::id)
        .select((members::id, members::role, users::email, users::time_zone))
        .load(conn)?)
}
