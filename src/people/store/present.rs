//! Which of some members and groups there are.

use std::collections::HashSet;

use diesel::{dsl, prelude::*};

use super::rights::share_rights;
use crate::{
    actor::{Role, Who},
    error::{Error, Refusal, Result},
    ids::{GroupId, MemberId, WorkspaceId},
    policy::{Action, Permit},
    schema::{groups, members},
};

/// Those of these members who are neither removed nor suspended.
pub fn active_members<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[MemberId],
) -> Result<HashSet<MemberId>> {
    let found: Vec<MemberId> = active(permit.workspace(), ids).load(conn)?;
    Ok(found.into_iter().collect())
}

/// The same, held until the caller's transaction ends, so that nobody suspends or removes them meanwhile.
pub fn hold_active<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[MemberId],
) -> Result<HashSet<MemberId>> {
    share_rights(conn, permit)?;
    let found: Vec<MemberId> = active(permit.workspace(), ids)
        .order(members::id)
        .for_share()
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Is one of them active? Held in the same way, but without waiting, by whoever holds a folder already: somebody who holds
/// the member may be waiting for that.
///
/// # Errors
/// `Busy`: somebody is changing them.
pub fn hold_active_at_once<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: MemberId,
) -> Result<bool> {
    let found: Vec<MemberId> = active(permit.workspace(), &[id])
        .for_share()
        .no_wait()
        .load(conn)?;
    Ok(!found.is_empty())
}

#[dsl::auto_type(no_type_alias)]
fn active(workspace: WorkspaceId, ids: &[MemberId]) -> _ {
    members::table
        .filter(members::workspace_id.eq(workspace))
        .filter(members::id.eq_any(ids))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .select(members::id)
}

/// The role of one of them, held in the same way; none: they are not active.
fn hold_role<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: MemberId,
) -> Result<Option<Role>> {
    share_rights(conn, permit)?;
    Ok(members::table
        .find((permit.workspace(), id))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .select(members::role)
        .for_share()
        .first(conn)
        .optional()?)
}

/// Whoever acts, or whose key does, held in the same way.
///
/// # Errors
/// They are not active. `Conflict`: their own role has changed.
pub fn hold_acting<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<()> {
    match permit.actor().who {
        Who::Member { id, role, .. } => match hold_role(conn, permit, id)? {
            None => Err(Error::Unauthenticated),
            Some(now) if now != role => Err(Error::Conflict(
                "Your own role was changed meanwhile. Nothing was done.",
            )),
            Some(_) => Ok(()),
        },
        Who::Key {
            owner: Some((id, _)),
            ..
        } => match hold_role(conn, permit, id)? {
            None => Err(Error::Refused(Refusal::KeySuspended)),
            Some(_) => Ok(()),
        },
        Who::Key { owner: None, .. } | Who::CommandLine | Who::Keyroom | Who::Finder => Ok(()),
    }
}

/// Those of these groups that there are, held until the caller's transaction ends, so that they are there as long.
pub fn hold_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[GroupId],
) -> Result<HashSet<GroupId>> {
    share_rights(conn, permit)?;
    let found: Vec<GroupId> = groups::table
        .filter(groups::workspace_id.eq(permit.workspace()))
        .filter(groups::id.eq_any(ids))
        .order(groups::id)
        .select(groups::id)
        .for_key_share()
        .load(conn)?;
    Ok(found.into_iter().collect())
}
