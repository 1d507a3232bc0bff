//! All folders of one member.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Uuid},
};

use crate::{
    error::{Error, OnConstraint, Result},
    ids::{FolderId, MemberId},
    library::model::{Folder, Share},
    policy::{Permit, UseLibrary},
    schema::{folders, shares},
};

/// How many folders are in one is counted for those alone that are shown.
const TOPS: &str = "
    WITH owned AS (
        SELECT id, name, folded, path FROM folders
        WHERE workspace_id = $1 AND owner_member_id = $2 AND trashed_at IS NULL
    ), tops AS (
        SELECT id, name, folded, count(*) OVER () AS total FROM owned
        WHERE id NOT IN (
            SELECT owned.id FROM owned CROSS JOIN LATERAL unnest(path[:cardinality(path) - 1]) AS above (id)
            WHERE above.id IN (SELECT id FROM owned))
        ORDER BY folded, id LIMIT $3
    )
    SELECT id, name, total,
           (SELECT count(*) - 1 FROM folders
            WHERE workspace_id = $1 AND path @> ARRAY[tops.id] AND trashed_at IS NULL) AS within
    FROM tops ORDER BY folded, id";

#[derive(QueryableByName)]
pub struct Top {
    #[diesel(sql_type = Uuid)]
    pub id: FolderId,
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Of all of them.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// Folders in it.
    #[diesel(sql_type = BigInt)]
    pub within: i64,
}

/// Those that are in no other of theirs, by name.
pub fn owned_tops(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    member: MemberId,
    most: i64,
) -> Result<Vec<Top>> {
    Ok(sql_query(TOPS)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Uuid, _>(member)
        .bind::<BigInt, _>(most)
        .load(conn)?)
}

/// Of these, how many are theirs; also what is in the trash.
pub fn count_owned(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    member: MemberId,
    ids: &[FolderId],
) -> Result<i64> {
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::owner_member_id.eq(member))
        .filter(folders::id.eq_any(ids))
        .count()
        .get_result(conn)?)
}

/// Those of `from` at the top of the library that are called as one of `to` is.
pub fn clashes(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (from, to): (MemberId, MemberId),
) -> Result<Vec<(FolderId, String)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Uuid)]
        id: FolderId,
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = sql_query(
        "SELECT theirs.id, theirs.name FROM folders theirs JOIN folders own
             ON own.workspace_id = theirs.workspace_id AND own.owner_member_id = $3 AND own.parent_id IS NULL
            AND own.trashed_at IS NULL AND lower(normalize(own.name)) = lower(normalize(theirs.name))
         WHERE theirs.workspace_id = $1 AND theirs.owner_member_id = $2 AND theirs.parent_id IS NULL
           AND theirs.trashed_at IS NULL ORDER BY theirs.id",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Uuid, _>(from)
    .bind::<Uuid, _>(to)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Does one of them have a folder of this name at the top?
pub fn has_called(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    members: &[MemberId],
    name: &str,
) -> Result<bool> {
    let found = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::owner_member_id.eq_any(members))
        .filter(folders::parent_id.is_null())
        .filter(folders::trashed_at.is_null())
        .filter(lower(normalize(folders::name)).eq(lower(normalize(name))));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn lower(text: Text) -> Text;
    fn normalize(text: Text) -> Text;
}

pub fn set_name(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    id: FolderId,
    name: &str,
) -> Result<()> {
    diesel::update(folders::table.find((permit.workspace(), id)))
        .set(folders::name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// All folders of `from`, or those that are in one of `within`, become those of `to`; also what is in the trash. With
/// what `to` had been given in each, which is gone then.
pub fn set_owner_of_all(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (from, to): (MemberId, MemberId),
    within: Option<&[FolderId]>,
    now: DateTime<Utc>,
) -> Result<Vec<(Folder, Option<Share>)>> {
    let theirs = folders::workspace_id
        .eq(permit.workspace())
        .and(folders::owner_member_id.eq(from));
    let changed = (folders::owner_member_id.eq(to), folders::updated_at.eq(now));
    let done = match within {
        None => diesel::update(folders::table.filter(theirs))
            .set(changed)
            .returning(Folder::as_returning())
            .get_results(conn),
        Some(ids) => {
            let ids: Vec<Option<FolderId>> = ids.iter().copied().map(Some).collect();
            let some = theirs.and(folders::path.overlaps_with(ids));
            diesel::update(folders::table.filter(some))
                .set(changed)
                .returning(Folder::as_returning())
                .get_results(conn)
        }
    };
    let taken = || {
        Error::Conflict(
            "Somebody made a folder of the same name at this moment. Nothing was changed. Try again.",
        )
    };
    let mut folders: Vec<Folder> = done.on_constraint("folders_name_unique_at_top", taken)?;
    folders.sort_by(|a, b| (&a.folded, a.id).cmp(&(&b.folded, b.id)));
    let had = super::grants::forget_own(conn, permit, to)?;
    let mut had: HashMap<FolderId, Share> =
        had.into_iter().map(|share| (share.folder, share)).collect();
    let with = |folder: Folder| (had.remove(&folder.id), folder);
    let folders = folders.into_iter().map(with);
    Ok(folders.map(|(had, folder)| (folder, had)).collect())
}

/// Takes away everything that was shared with a member, and says in which folders, by name.
pub fn delete_shares_with(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    member: MemberId,
) -> Result<Vec<Folder>> {
    let gone: Vec<FolderId> = diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::member_id.eq(member))
        .returning(shares::folder_id)
        .get_results(conn)?;
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(gone))
        .order((folders::folded, folders::id))
        .select(Folder::as_select())
        .load(conn)?)
}
