//! Who has a role in folders or in those that are in them: whom it concerns when they go.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::Result,
    ids::{FolderId, MemberId},
    library::model::{Path, Share, ShareRow},
    policy::{Permit, UseLibrary},
    schema::{folders, shares},
};

/// The folders at the end of these, and all that they lead through.
fn ends(paths: &[Path]) -> (Vec<Option<FolderId>>, Vec<FolderId>) {
    let ends = paths.iter().map(|path| path.ids().last().copied());
    let along = paths.iter().flat_map(Path::ids).copied();
    (ends.collect(), along.collect())
}

/// What was given along the way to each of these and in all that is in them; at most `most`.
pub fn shares_within(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    paths: &[Path],
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let (ends, along) = ends(paths);
    let inside = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::path.overlaps_with(ends))
        .filter(folders::trashed_at.is_null())
        .select(folders::id);
    let rows: Vec<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(
            shares::folder_id
                .eq_any(along)
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
pub fn owners_within(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    paths: &[Path],
    most: i64,
) -> Result<Vec<MemberId>> {
    let (ends, along) = ends(paths);
    let found: Vec<Option<MemberId>> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_at.is_null())
        .filter(folders::owner_member_id.is_not_null())
        .filter(
            folders::id
                .eq_any(along)
                .or(folders::path.overlaps_with(ends)),
        )
        .select(folders::owner_member_id)
        .distinct()
        .limit(most)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
