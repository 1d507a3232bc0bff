//! The only queries over `workspaces`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Change, NewWorkspace, Workspace};
use crate::{
    error::{OnConstraint, Result, field},
    ids::WorkspaceId,
    policy::{Action, ChangeWorkspace, DeleteWorkspace, Permit, Unscoped},
    schema::workspaces,
};

/// Slugs that are tried for a new workspace.
const TRIES: usize = 100;

pub fn find<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<Workspace> {
    Ok(workspaces::table
        .find(permit.workspace())
        .select(Workspace::as_select())
        .first(conn)?)
}

/// None in the trash.
pub fn find_by_slug(conn: &mut PgConnection, _: Unscoped, slug: &str) -> Result<Option<Workspace>> {
    Ok(workspaces::table
        .filter(workspaces::slug.eq(slug))
        .filter(workspaces::deleted_at.is_null())
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

/// The same under the first free of the slugs that follow from its name: what others have is not told.
pub(super) fn insert_free(
    conn: &mut PgConnection,
    _: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Option<Workspace>> {
    for slug in new.slugs().take(TRIES) {
        let made = diesel::insert_into(workspaces::table)
            .values((
                workspaces::id.eq(WorkspaceId::fresh()),
                workspaces::slug.eq(slug),
                workspaces::name.eq(new.name()),
                workspaces::created_at.eq(now),
            ))
            .on_conflict(workspaces::slug)
            .do_nothing()
            .returning(Workspace::as_returning())
            .get_result(conn)
            .optional()?;
        if made.is_some() {
            return Ok(made);
        }
    }
    Ok(None)
}

/// Into the trash. None: it was there before.
pub(super) fn trash(
    conn: &mut PgConnection,
    permit: &Permit<DeleteWorkspace>,
    now: DateTime<Utc>,
) -> Result<Option<Workspace>> {
    Ok(diesel::update(workspaces::table.find(permit.workspace()))
        .filter(workspaces::deleted_at.is_null())
        .set(workspaces::deleted_at.eq(now))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .optional()?)
}

/// Out of the trash, if it has been there since after `since`. None: it lives, or it is too late.
pub(super) fn restore(
    conn: &mut PgConnection,
    permit: &Permit<DeleteWorkspace>,
    since: DateTime<Utc>,
) -> Result<Option<Workspace>> {
    Ok(diesel::update(workspaces::table.find(permit.workspace()))
        .filter(workspaces::deleted_at.gt(since))
        .set(workspaces::deleted_at.eq(None::<DateTime<Utc>>))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .optional()?)
}

/// One workspace that has been in the trash since before `until`.
pub(super) fn find_expired(
    conn: &mut PgConnection,
    _: Unscoped,
    until: DateTime<Utc>,
) -> Result<Option<WorkspaceId>> {
    Ok(workspaces::table
        .filter(workspaces::deleted_at.le(until))
        .select(workspaces::id)
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?)
}

/// With everything in it, for good.
pub(super) fn delete(conn: &mut PgConnection, _: Unscoped, id: WorkspaceId) -> Result<()> {
    diesel::delete(workspaces::table.find(id)).execute(conn)?;
    Ok(())
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
