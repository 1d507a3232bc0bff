//! Changes to members, one at a time in each workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rights::take_rights;
use crate::{
    actor::Role,
    error::{Error, Result},
    ids::MemberId,
    people::model::{Member, Named},
    policy::{Action, ManageMembers, Permit},
    schema::{members, users, workspaces},
};

/// Until the caller's transaction ends, nobody else changes a member of this workspace: of two owners who remove each
/// other, one waits here, and is then looked at again, too.
///
/// # Errors
/// `NotFound`: whoever asks is no member any more. `Conflict`: their own role has changed.
pub fn hold<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<()> {
    take_rights(conn, permit)?;
    // Not the stronger lock, for which everybody who records something in this workspace would wait.
    workspaces::table
        .find(permit.workspace())
        .select(workspaces::id)
        .for_no_key_update()
        .execute(conn)?;
    let Some((own, role)) = permit.actor().membership() else {
        return Ok(());
    };
    let now: Role = members::table
        .find((permit.workspace(), own))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .select(members::role)
        .first(conn)?;
    match now == role {
        true => Ok(()),
        false => Err(Error::Conflict(
            "Your own role was changed meanwhile. Nothing was done.",
        )),
    }
}

/// Whatever their state.
pub fn named<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: MemberId,
) -> Result<Named> {
    let (member, name) = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq(id))
        .select((Member::as_select(), users::name))
        .first(conn)?;
    Ok(Named { member, name })
}

/// Is there no other owner who is neither suspended nor removed? It stays so while the caller holds the members.
pub fn is_last_owner<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: MemberId,
) -> Result<bool> {
    let others = members::table
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::role.eq(Role::Owner))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(members::id.ne(id));
    let are_there: bool = diesel::select(diesel::dsl::exists(others)).get_result(conn)?;
    Ok(!are_there)
}

pub fn set_role(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: MemberId,
    role: Role,
) -> Result<()> {
    diesel::update(members::table.find((permit.workspace(), id)))
        .set(members::role.eq(role))
        .execute(conn)?;
    Ok(())
}

/// None reinstates.
pub fn set_suspended(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: MemberId,
    since: Option<DateTime<Utc>>,
) -> Result<()> {
    diesel::update(members::table.find((permit.workspace(), id)))
        .set(members::suspended_at.eq(since))
        .execute(conn)?;
    Ok(())
}

/// Until the caller's transaction ends nobody else changes them, or what they belong to.
pub fn hold_member<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: MemberId,
) -> Result<()> {
    members::table
        .find((permit.workspace(), id))
        .select(members::id)
        .for_no_key_update()
        .first::<MemberId>(conn)?;
    Ok(())
}

pub fn set_removed(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(members::table.find((permit.workspace(), id)))
        .set(members::removed_at.eq(now))
        .execute(conn)?;
    Ok(())
}
