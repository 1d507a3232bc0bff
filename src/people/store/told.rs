//! Whom something about a workspace is written to.

use diesel::{prelude::*, sql_types::Bool};

use crate::{
    actor::Role,
    error::Result,
    ids::{GroupId, MemberId, WorkspaceId},
    people::model::{Known, Recipient},
    policy::{Action, Permit, Unscoped},
    schema::{group_members, members, users},
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

/// Those of these members, and of whoever is in these groups, who are neither removed nor suspended; each once.
pub fn active_among<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    of: (&[MemberId], &[GroupId]),
    most: i64,
) -> Result<Vec<Recipient>> {
    among(conn, permit, of, (true, most))
}

/// The same, without whoever does not wish to be told of what is shared with them.
pub fn to_tell_of_shares<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    of: (&[MemberId], &[GroupId]),
    most: i64,
) -> Result<Vec<Recipient>> {
    among(conn, permit, of, (false, most))
}

fn among<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    (ids, groups): (&[MemberId], &[GroupId]),
    (whatever_they_wish, most): (bool, i64),
) -> Result<Vec<Recipient>> {
    let of_groups = group_members::table
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::group_id.eq_any(groups))
        .select(group_members::member_id);
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(members::id.eq_any(ids).or(members::id.eq_any(of_groups)))
        .filter(users::told_of_shares.or(whatever_they_wish.into_sql::<Bool>()))
        .order(members::id)
        .limit(most)
        .select((members::id, members::role, users::email, users::time_zone))
        .load(conn)?)
}

/// Those of these who are not removed.
pub fn known<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[MemberId],
) -> Result<Vec<Known>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq_any(ids))
        .filter(members::removed_at.is_null())
        .select((
            members::id,
            users::name,
            users::email,
            members::suspended_at.is_not_null(),
        ))
        .load(conn)?)
}

/// The names of active owners and admins, those who have been here the longest first: whom to ask.
pub fn leaders<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    most: i64,
) -> Result<Vec<String>> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(members::role.eq_any([Role::Owner, Role::Admin]))
        .order(members::id)
        .limit(most)
        .select(users::name)
        .load(conn)?)
}
