//! What there is in a library as a whole.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::MemberId,
    policy::{ManageLibrary, Permit},
    schema::folders,
};

/// Of folders that are not in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Figures {
    #[diesel(sql_type = BigInt)]
    pub at_top: i64,
    /// Within those, at any depth.
    #[diesel(sql_type = BigInt)]
    pub inside: i64,
    /// Of those at the top, shared with a key themselves.
    #[diesel(sql_type = BigInt)]
    pub with_key: i64,
}

pub fn figures(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    now: DateTime<Utc>,
) -> Result<Figures> {
    Ok(sql_query(
        "SELECT count(*) FILTER (WHERE parent_id IS NULL) AS at_top, count(parent_id) AS inside,
                count(*) FILTER (WHERE parent_id IS NULL AND id IN (
                    SELECT folder_id FROM shares
                    WHERE workspace_id = $1 AND key_id IS NOT NULL AND (expires_at IS NULL OR expires_at > $2)
                )) AS with_key
         FROM folders WHERE workspace_id = $1 AND trashed_at IS NULL",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?)
}

/// Whoever owns a folder: at most so many.
pub fn owners(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    most: i64,
) -> Result<Vec<MemberId>> {
    let found: Vec<Option<MemberId>> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::owner_member_id.is_not_null())
        .select(folders::owner_member_id)
        .distinct()
        .limit(most)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
