//! What was in the trash for long, and what is in folders that are destroyed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    db::Waiting,
    error::Result,
    ids::{FileId, FolderId, WorkspaceId},
    library::files::model::File,
    policy::Unscoped,
    schema::files,
};

/// Files that are named at once.
const SOME: i64 = 1_000;

/// Those that were put there before that moment, the first of them first; after `last`.
pub fn due(
    conn: &mut PgConnection,
    _: Unscoped,
    before: DateTime<Utc>,
    last: Option<Waiting<FileId>>,
) -> Result<Vec<Waiting<FileId>>> {
    let mut query = files::table
        .filter(files::trashed_at.lt(before))
        .into_boxed();
    if let Some(last) = last {
        let beyond = files::trashed_at.gt(last.since);
        query = query
            .filter(files::trashed_at.ge(last.since))
            .filter(beyond.or(files::id.gt(last.id)));
    }
    let found: Vec<(DateTime<Utc>, WorkspaceId, FileId)> = query
        .order((files::trashed_at, files::id))
        .limit(SOME)
        .select((
            files::trashed_at.assume_not_null(),
            files::workspace_id,
            files::id,
        ))
        .load(conn)?;
    Ok(found.into_iter().map(Waiting::from).collect())
}

/// Deletes one of [`due`] for good. None: somebody else holds it, or it is not there any more.
pub fn destroy_due(
    conn: &mut PgConnection,
    _: Unscoped,
    before: DateTime<Utc>,
    one: Waiting<FileId>,
) -> Result<Option<File>> {
    let row = files::table.find((one.workspace, one.id));
    let old: Option<File> = row
        .filter(files::trashed_at.lt(before))
        .select(File::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    if old.is_some() {
        diesel::delete(row).execute(conn)?;
    }
    Ok(old)
}

/// Deletes some of what is in these folders, at most `most`, and says how many.
pub fn forget_some(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, folders): (WorkspaceId, &[FolderId]),
    most: usize,
) -> Result<usize> {
    let some: Vec<FileId> = files::table
        .filter(files::workspace_id.eq(workspace))
        .filter(files::folder_id.eq_any(folders))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(files::id)
        .load(conn)?;
    Ok(diesel::delete(files::table)
        .filter(files::workspace_id.eq(workspace))
        .filter(files::id.eq_any(some))
        .execute(conn)?)
}
