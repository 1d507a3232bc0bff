//! How much folders have, and how much there is in all of them.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Uuid},
};

use crate::{
    error::Result,
    ids::FolderId,
    policy::{Action, ManageLibrary, Permit},
};

/// Of a folder with all that is in it. What is in the trash by itself is not in it; a folder that is there has what went
/// there with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Size {
    /// At any depth.
    #[diesel(sql_type = BigInt)]
    pub folders: i64,
    #[diesel(sql_type = BigInt)]
    pub files: i64,
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: FolderId,
    #[diesel(embed)]
    size: Size,
}

/// Of some folders, of which `permit` alone says nothing: whoever shows it has asked who may know of them.
pub fn sizes<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    folders: &[FolderId],
) -> Result<HashMap<FolderId, Size>> {
    let rows: Vec<Row> = sql_query(
        "SELECT top.id, count(*) - 1 AS folders, sum(held.files)::BIGINT AS files, sum(held.bytes)::BIGINT AS bytes
         FROM folders top
         JOIN folders ON folders.workspace_id = $1 AND folders.path @> ARRAY[top.id]
             AND folders.trashed_with IS NOT DISTINCT FROM top.trashed_with
         CROSS JOIN LATERAL (
             SELECT count(*) AS files, COALESCE(sum(size), 0) AS bytes FROM files
             WHERE files.workspace_id = $1 AND files.folder_id = folders.id AND files.trashed_at IS NULL
         ) held
         WHERE top.workspace_id = $1 AND top.id = ANY ($2) GROUP BY top.id",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Array<Uuid>, _>(folders)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.size)).collect())
}

/// Of all that is in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Total {
    /// Not in the trash.
    #[diesel(sql_type = BigInt)]
    pub files: i64,
    #[diesel(sql_type = BigInt)]
    pub bytes_in_trash: i64,
}

pub fn total(conn: &mut PgConnection, permit: &Permit<ManageLibrary>) -> Result<Total> {
    Ok(sql_query(
        "SELECT count(*) FILTER (WHERE NOT is_trashed) AS files,
                COALESCE(sum(size) FILTER (WHERE is_trashed), 0)::BIGINT AS bytes_in_trash
         FROM (
             SELECT size, files.trashed_at IS NOT NULL OR folders.trashed_at IS NOT NULL AS is_trashed
             FROM files JOIN folders ON folders.workspace_id = $1 AND folders.id = files.folder_id
             WHERE files.workspace_id = $1
         ) files",
    )
    .bind::<Uuid, _>(permit.workspace())
    .get_result(conn)?)
}
