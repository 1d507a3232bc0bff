//! What was in the trash for long, and what is left of a workspace that is gone.

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, helper_types::IntoBoxed, pg::Pg, prelude::*, sql_types::Integer};

use crate::{
    db::Waiting,
    error::Result,
    ids::{FolderId, WorkspaceId},
    library::{files, model::Folder},
    policy::{FolderPermit, RestoreFolder, Unscoped},
    schema::folders,
};

/// Folders that are named at once.
const SOME: i64 = 1_000;

/// Those that were put there before that moment, themselves and not with another, the first of them first; after `last`.
pub fn due(
    conn: &mut PgConnection,
    _: Unscoped,
    before: DateTime<Utc>,
    last: Option<Waiting<FolderId>>,
) -> Result<Vec<Waiting<FolderId>>> {
    let mut query = folders::table
        .filter(folders::trashed_at.lt(before))
        .filter(folders::trashed_with.eq(folders::id.nullable()))
        .into_boxed();
    if let Some(last) = last {
        let beyond = folders::trashed_at.gt(last.since);
        query = query
            .filter(folders::trashed_at.ge(last.since))
            .filter(beyond.or(folders::id.gt(last.id)));
    }
    let found: Vec<(DateTime<Utc>, WorkspaceId, FolderId)> = query
        .order((folders::trashed_at, folders::id))
        .limit(SOME)
        .select((
            folders::trashed_at.assume_not_null(),
            folders::workspace_id,
            folders::id,
        ))
        .load(conn)?;
    Ok(found.into_iter().map(Waiting::from).collect())
}

/// One of [`due`], held until the caller's transaction ends. None: somebody else holds it, or it is not there any more.
pub fn hold_due(
    conn: &mut PgConnection,
    _: Unscoped,
    before: DateTime<Utc>,
    one: Waiting<FolderId>,
) -> Result<Option<Folder>> {
    Ok(folders::table
        .find((one.workspace, one.id))
        .filter(folders::trashed_at.lt(before))
        .filter(folders::trashed_with.eq(folders::id.nullable()))
        .select(Folder::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?)
}

/// Folders that one statement destroys at most.
const FOLDERS: i64 = 1_000;

/// Of what is in them, so many files go before they do.
const FILES: usize = 2_000;

/// The deepest of some folders of a workspace, and whether they are gone; otherwise some of their files are.
fn destroy_deepest(
    conn: &mut PgConnection,
    why: Unscoped,
    workspace: WorkspaceId,
    of: IntoBoxed<'_, folders::table, Pg>,
) -> Result<(Vec<FolderId>, bool)> {
    let deepest: Vec<FolderId> = of
        .filter(folders::workspace_id.eq(workspace))
        .order(sql::<Integer>("cardinality(path) DESC"))
        .limit(FOLDERS)
        .select(folders::id)
        .load(conn)?;
    if files::forget_some(conn, why, (workspace, &deepest), FILES)? == FILES {
        return Ok((deepest, false));
    }
    diesel::delete(folders::table)
        .filter(folders::workspace_id.eq(workspace))
        .filter(folders::id.eq_any(&deepest))
        .execute(conn)?;
    Ok((deepest, true))
}

/// Some of a folder and all that is in it, the deepest first. True: that was all of it.
pub fn destroy(
    conn: &mut PgConnection,
    why: Unscoped,
    (workspace, folder): (WorkspaceId, FolderId),
) -> Result<bool> {
    let within = folders::table
        .filter(folders::path.contains(vec![folder]))
        .into_boxed();
    let (deepest, are_gone) = destroy_deepest(conn, why, workspace, within)?;
    Ok(are_gone && deepest.contains(&folder))
}

/// The same because somebody wishes it.
pub fn destroy_now(conn: &mut PgConnection, permit: &FolderPermit<RestoreFolder>) -> Result<()> {
    let why = Unscoped::because("the permit says so of this folder");
    while !destroy(conn, why, (permit.workspace(), permit.folder()))? {}
    Ok(())
}

/// Some of the library of a workspace. False: there was nothing of it left.
pub fn forget_some(conn: &mut PgConnection, why: Unscoped, workspace: WorkspaceId) -> Result<bool> {
    let all = folders::table.into_boxed();
    let (deepest, _) = destroy_deepest(conn, why, workspace, all)?;
    Ok(!deepest.is_empty())
}
