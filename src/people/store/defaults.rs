//! What every member of a workspace may ask the API for.

use diesel::prelude::*;

use super::rights::take_rights;
use crate::{
    error::Result,
    permissions::Permissions,
    policy::{Action, ChangeDefaults, Permit},
    schema::workspaces,
};

pub fn default_permissions<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
) -> Result<Permissions> {
    Ok(workspaces::table
        .find(permit.workspace())
        .select(workspaces::default_member_permissions)
        .first(conn)?)
}

/// With the name of the workspace, held until the caller's transaction ends.
pub fn lock_default_permissions(
    conn: &mut PgConnection,
    permit: &Permit<ChangeDefaults>,
) -> Result<(String, Permissions)> {
    take_rights(conn, permit)?;
    Ok(workspaces::table
        .find(permit.workspace())
        .select((workspaces::name, workspaces::default_member_permissions))
        .for_no_key_update()
        .first(conn)?)
}

pub fn set_default_permissions(
    conn: &mut PgConnection,
    permit: &Permit<ChangeDefaults>,
    permissions: &Permissions,
) -> Result<()> {
    diesel::update(workspaces::table.find(permit.workspace()))
        .set(workspaces::default_member_permissions.eq(permissions))
        .execute(conn)?;
    Ok(())
}
