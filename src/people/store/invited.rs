//! What is asked about people who are invited, and how they come in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{lower, rights::take_rights_in};
use crate::{
    error::Result,
    ids::{GroupId, MemberId, UserId, WorkspaceId},
    people::model::Contact,
    policy::{Action, Permit, Unscoped},
    schema::{group_members, groups, members, users, workspaces},
};

/// Until the caller's transaction ends, nobody changes a member of this workspace.
pub fn hold_workspace(
    conn: &mut PgConnection,
    why: Unscoped,
    workspace: WorkspaceId,
) -> Result<()> {
    take_rights_in(conn, why, workspace)?;
    // Not the stronger lock, for which everybody who records something in this workspace would wait.
    workspaces::table
        .find(workspace)
        .select(workspaces::id)
        .for_no_key_update()
        .execute(conn)?;
    Ok(())
}

/// Whether whoever has this address is suspended in the workspace. None: they do not belong to it, or nobody has it.
pub fn is_suspended_with<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    email: &str,
) -> Result<Option<bool>> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .filter(lower(users::email).eq(lower(email)))
        .select(members::suspended_at.is_not_null())
        .first(conn)
        .optional()?)
}

/// The same for somebody who is known.
pub fn is_suspended_in(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<bool>> {
    Ok(members::table
        .filter(members::workspace_id.eq(workspace))
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .select(members::suspended_at.is_not_null())
        .first(conn)
        .optional()?)
}

/// Whatever the member's state.
pub fn contact_of(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Contact> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(workspace))
        .filter(members::id.eq(member))
        .select(Contact::as_select())
        .first(conn)?)
}

/// Those of the groups that there are, by name.
pub fn named_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[GroupId],
) -> Result<Vec<(GroupId, String)>> {
    Ok(groups::table
        .filter(groups::workspace_id.eq(permit.workspace()))
        .filter(groups::id.eq_any(ids))
        .order((groups::folded, groups::id))
        .select((groups::id, groups::name))
        .load(conn)?)
}

/// Somebody who has just become a member comes into those of these groups that there are; gives those.
pub fn join_groups(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, member): (WorkspaceId, MemberId),
    ids: &[GroupId],
    now: DateTime<Utc>,
) -> Result<Vec<GroupId>> {
    // Until the caller's transaction ends, nobody deletes them.
    let there: Vec<GroupId> = groups::table
        .filter(groups::workspace_id.eq(workspace))
        .filter(groups::id.eq_any(ids))
        .order(groups::id)
        .select(groups::id)
        .for_key_share()
        .load(conn)?;
    let rows: Vec<_> = there
        .iter()
        .map(|id| {
            (
                group_members::workspace_id.eq(workspace),
                group_members::group_id.eq(*id),
                group_members::member_id.eq(member),
                group_members::added_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(group_members::table)
        .values(rows)
        .execute(conn)?;
    Ok(there)
}
