//! The only queries over `workspaces` and `former_slugs`.

mod address;

pub(super) use address::{MOST_FORMER, former, is_held, leave};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Change, KeyLifetimes, NewWorkspace, Workspace};
use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::WorkspaceId,
    people,
    policy::{Action, ChangeWorkspace, DeleteWorkspace, Permit, Unscoped},
    schema::{former_slugs, workspaces},
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
pub fn find_living(
    conn: &mut PgConnection,
    _: Unscoped,
    id: WorkspaceId,
) -> Result<Option<Workspace>> {
    Ok(workspaces::table
        .find(id)
        .filter(workspaces::deleted_at.is_null())
        .select(Workspace::as_select())
        .first(conn)
        .optional()?)
}

/// Every one that is not in the trash.
pub fn living(conn: &mut PgConnection, _: Unscoped) -> Result<Vec<Workspace>> {
    Ok(workspaces::table
        .filter(workspaces::deleted_at.is_null())
        .order(workspaces::id)
        .select(Workspace::as_select())
        .load(conn)?)
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

/// The workspace that an address leads to: the one that has it, or else the one that had it.
pub fn find_at(conn: &mut PgConnection, reason: Unscoped, slug: &str) -> Result<Option<Workspace>> {
    if let Some(found) = find_by_slug(conn, reason, slug)? {
        return Ok(Some(found));
    }
    Ok(workspaces::table
        .inner_join(former_slugs::table)
        .filter(former_slugs::slug.eq(slug))
        .filter(workspaces::deleted_at.is_null())
        .select(Workspace::as_select())
        .first(conn)
        .optional()?)
}

/// Does that address lead to it? Also a former one: whoever wrote it down somewhere need not hear of a change.
pub fn answers_to<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    slug: &str,
) -> Result<bool> {
    Ok(find(conn, permit)?.slug == slug || former(conn, permit)?.iter().any(|had| had == slug))
}

/// What keys have from it, to be read in the transaction that changes one: it does not change until that has ended, and
/// nobody's role does.
pub fn hold_settings<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<Workspace> {
    people::take_rights(conn, permit)?;
    Ok(workspaces::table
        .find(permit.workspace())
        .select(Workspace::as_select())
        .for_share()
        .first(conn)?)
}

/// Until the caller's transaction ends nobody else holds the settings: whoever is about to make or change something by
/// them waits.
pub fn hold_alone<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<()> {
    people::take_rights(conn, permit)?;
    // Not the stronger lock, for which everybody who records something in this workspace would wait.
    workspaces::table
        .find(permit.workspace())
        .select(workspaces::id)
        .for_no_key_update()
        .execute(conn)?;
    Ok(())
}

/// To be read in the transaction that sets an end of a key: it does not change until that has ended.
pub fn key_lifetimes<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
) -> Result<KeyLifetimes> {
    Ok(hold_settings(conn, permit)?.key_lifetimes())
}

/// May members make personal keys? To be read in the transaction that makes one.
pub fn has_personal_keys<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<bool> {
    Ok(hold_settings(conn, permit)?.personal_keys)
}

/// To be read in the transaction that makes a key: it does not change until that has ended.
pub fn lets_keys_be_recoverable<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
) -> Result<bool> {
    Ok(hold_settings(conn, permit)?.recoverable_keys)
}

pub(super) fn insert(
    conn: &mut PgConnection,
    reason: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    let made: Workspace = diesel::insert_into(workspaces::table)
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
        })?;
    if is_held(conn, reason, &made.slug, Some(made.id))? {
        return Err(field(
            "workspace",
            format!(
                "The address /w/{} leads to a workspace that had it before. Use another name",
                made.slug
            ),
        ));
    }
    Ok(made)
}

/// The same under the first free of the slugs that follow from its name: what others have is not told.
pub(super) fn insert_free(
    conn: &mut PgConnection,
    reason: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Option<Workspace>> {
    for slug in new.slugs().take(TRIES) {
        let made: Option<Workspace> = diesel::insert_into(workspaces::table)
            .values((
                workspaces::id.eq(WorkspaceId::fresh()),
                workspaces::slug.eq(slug.as_str()),
                workspaces::name.eq(new.name()),
                workspaces::created_at.eq(now),
            ))
            .on_conflict(workspaces::slug)
            .do_nothing()
            .returning(Workspace::as_returning())
            .get_result(conn)
            .optional()?;
        let Some(made) = made else { continue };
        if !is_held(conn, reason, &made.slug, Some(made.id))? {
            return Ok(Some(made));
        }
        delete(conn, reason, made.id)?;
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

/// Out of the trash, if it has been there since after `since`; with the moment at which it came there. None: it lives,
/// or it is too late.
pub(super) fn restore(
    conn: &mut PgConnection,
    permit: &Permit<DeleteWorkspace>,
    since: DateTime<Utc>,
) -> Result<Option<(Workspace, Option<DateTime<Utc>>)>> {
    let trashed: Option<Option<DateTime<Utc>>> = workspaces::table
        .find(permit.workspace())
        .filter(workspaces::deleted_at.gt(since))
        .select(workspaces::deleted_at)
        .for_no_key_update()
        .first(conn)
        .optional()?;
    let Some(deleted_at) = trashed else {
        return Ok(None);
    };
    let restored = diesel::update(workspaces::table.find(permit.workspace()))
        .set(workspaces::deleted_at.eq(None::<DateTime<Utc>>))
        .returning(Workspace::as_returning())
        .get_result(conn)?;
    Ok(Some((restored, deleted_at)))
}

/// Those that have been in the trash since before `until`, the first of them first.
pub fn expired(
    conn: &mut PgConnection,
    _: Unscoped,
    until: DateTime<Utc>,
) -> Result<Vec<WorkspaceId>> {
    Ok(workspaces::table
        .filter(workspaces::deleted_at.le(until))
        .order((workspaces::deleted_at, workspaces::id))
        .select(workspaces::id)
        .load(conn)?)
}

/// Holds one of [`expired`] until the caller's transaction ends. False: somebody else does, or it is there no more.
pub fn hold_expired(
    conn: &mut PgConnection,
    _: Unscoped,
    id: WorkspaceId,
    until: DateTime<Utc>,
) -> Result<bool> {
    // Whoever only refers to it, as calls that are being counted do, is nobody who is at it.
    let held: Option<WorkspaceId> = workspaces::table
        .find(id)
        .filter(workspaces::deleted_at.le(until))
        .select(workspaces::id)
        .for_no_key_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    Ok(held.is_some())
}

/// With everything in it, for good.
pub fn delete(conn: &mut PgConnection, _: Unscoped, id: WorkspaceId) -> Result<()> {
    diesel::delete(workspaces::table.find(id)).execute(conn)?;
    Ok(())
}

/// As it is now, held until the caller's transaction ends.
pub(super) fn lock(conn: &mut PgConnection, permit: &Permit<ChangeWorkspace>) -> Result<Workspace> {
    people::take_rights(conn, permit)?;
    // Not against what only refers to the workspace: calls are counted meanwhile.
    Ok(workspaces::table
        .find(permit.workspace())
        .select(Workspace::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// # Errors
/// `Invalid` under `slug`: another workspace has the address.
pub(super) fn change(
    conn: &mut PgConnection,
    permit: &Permit<ChangeWorkspace>,
    change: &Change,
) -> Result<Workspace> {
    diesel::update(workspaces::table.find(permit.workspace()))
        .set(change)
        .returning(Workspace::as_returning())
        .get_result(conn)
        .on_constraint("workspaces_slug_unique", taken)
}

pub(super) fn taken() -> Error {
    field("slug", "This address is taken. Enter another")
}
