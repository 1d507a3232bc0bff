//! Who has a role in a folder or in one that is in it: whom it concerns when they go.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::Result,
    ids::MemberId,
    library::model::{Path, Share, ShareRow},
    policy::{FolderAction, FolderPermit},
    schema::{folders, shares},
};

/// What was given along the way to a folder and in all that is in it; at most `most`.
pub fn shares_within<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    path: &Path,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let inside = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::path.contains(vec![permit.folder()]))
        .filter(folders::trashed_at.is_null())
        .select(folders::id);
    let rows: Vec<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(
            shares::folder_id
                .eq_any(path.ids())
                .or(shares::folder_id.eq_any(inside)),
        )
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
        .order(shares::id)
        .limit(most)
        .select(ShareRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

/// Whose the folders along the way and within are, each once; at most `most`.
pub fn owners_within<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    path: &Path,
    most: i64,
) -> Result<Vec<MemberId>> {
    let found: Vec<Option<MemberId>> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_at.is_null())
        .filter(folders::owner_member_id.is_not_null())
        .filter(
            folders::id
                .eq_any(path.ids())
                .or(folders::path.contains(vec![permit.folder()])),
        )
        .select(folders::owner_member_id)
        .distinct()
        .limit(most)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
