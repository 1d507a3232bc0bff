//! The only queries over `workspaces`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Change, NewWorkspace, Workspace};
use crate::{
    error::{OnConstraint, Result, field},
    ids::WorkspaceId,
    policy::{Action, ChangeWorkspace, Permit, Unscoped},
    schema::workspaces,
};

pub fn find<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<Workspace> {
    Ok(workspaces::table
        .find(permit.workspace())
        .select(Workspace::as_select())
        .first(conn)?)
}

pub fn find_by_slug(conn: &mut PgConnection, _: Unscoped, slug: &str) -> Result<Option<Workspace>> {
    Ok(workspaces::table
        .filter(workspaces::slug.eq(slug))
        .select(Workspace::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn insert(
    conn: &mut PgConnection,
    _: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::id.eq(WorkspaceId::fresh()),
            workspaces::slug.eq(new.slug()),
            workspaces::name.eq(new.name()),
            workspaces::created_at.eq(now),
        ))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .on_constraint("workspaces_slug_unique", || {
            field(
                "workspace",
                "A workspace of that name exists. Use another name",
            )
        })
}

/// As it is now, held until the caller's transaction ends.
pub(super) fn lock(conn: &mut PgConnection, permit: &Permit<ChangeWorkspace>) -> Result<Workspace> {
    Ok(workspaces::table
        .find(permit.workspace())
        .select(Workspace::as_select())
        .for_update()
        .first(conn)?)
}

pub(super) fn change(
    conn: &mut PgConnection,
    permit: &Permit<ChangeWorkspace>,
    change: &Change<'_>,
) -> Result<Workspace> {
    Ok(diesel::update(workspaces::table.find(permit.workspace()))
        .set(change)
        .returning(Workspace::as_returning())
        .get_result(conn)?)
}
