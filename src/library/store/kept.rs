//! What somebody or something was given, and what they keep where that is taken away.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid},
};

use super::grants::{Columns, is_of};
use crate::{
    error::Result,
    ids::{FolderId, GroupId},
    library::model::{Folder, Subject},
    policy::{ManageLibrary, Permit},
    reached_folders::Through,
    schema::{folders, shares},
};

/// The folders in which they were given a role themselves, in force or over, also those in the trash: by name, at most so
/// many.
pub fn given_to(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    subject: Subject,
    most: i64,
) -> Result<Vec<Folder>> {
    let given = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .select(shares::folder_id)
        .into_boxed()
        .filter(is_of(subject));
    Ok(folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(given))
        .order((folders::folded, folders::id))
        .limit(most)
        .select(Folder::as_select())
        .load(conn)?)
}

/// `given` has a line for each way on which they come to a folder, but for what is taken away.
const KEPT: &str = "
    WITH living AS NOT MATERIALIZED (
        SELECT * FROM shares WHERE workspace_id = $1 AND (expires_at IS NULL OR expires_at > $6)
    ), given AS (
        SELECT folder_id, NULL::UUID AS group_id, FALSE AS is_owner FROM living
        WHERE (member_id = $2 OR group_id = $3 OR key_id = $4) AND folder_id <> ALL ($5)
        UNION ALL
        SELECT folder_id, living.group_id, FALSE FROM living
        JOIN group_members ON group_members.workspace_id = $1 AND group_members.group_id = living.group_id
        WHERE group_members.member_id = $2
        UNION ALL
        SELECT id, NULL, TRUE FROM folders WHERE workspace_id = $1 AND owner_member_id = $2
    )
    SELECT folders.id, above.id AS at, above.name, given.group_id, given.is_owner
    FROM folders
    JOIN folders above ON above.workspace_id = $1 AND above.id = ANY (folders.path)
    JOIN given ON given.folder_id = above.id
    WHERE folders.workspace_id = $1 AND folders.id = ANY ($5)
    ORDER BY folders.id, cardinality(above.path) DESC, given.is_owner DESC, given.group_id";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: FolderId,
    #[diesel(sql_type = Uuid)]
    at: FolderId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Uuid>)]
    group_id: Option<GroupId>,
    #[diesel(sql_type = Bool)]
    is_owner: bool,
}

/// A role that stays.
pub struct Remains {
    /// The folder above in which it was given, by its name; none: the folder itself.
    pub above: Option<String>,
    /// A group without its name.
    pub through: Through,
}

/// What they keep in each of these folders once all that they were given in these themselves is taken away.
pub fn kept(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    (subject, ids): (Subject, &[FolderId]),
    now: DateTime<Utc>,
) -> Result<HashMap<FolderId, Vec<Remains>>> {
    let of = Columns::of(subject);
    let rows: Vec<Row> = sql_query(KEPT)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Nullable<Uuid>, _>(of.member)
        .bind::<Nullable<Uuid>, _>(of.group)
        .bind::<Nullable<Text>, _>(of.key)
        .bind::<Array<Uuid>, _>(ids)
        .bind::<Timestamptz, _>(now)
        .load(conn)?;
    let mut found: HashMap<FolderId, Vec<Remains>> = HashMap::new();
    for row in rows {
        let through = match row.group_id {
            Some(group) => Through::Group(group, String::new()),
            None if row.is_owner => Through::Owner,
            None => Through::Direct,
        };
        let above = (row.at != row.id).then_some(row.name);
        found
            .entry(row.id)
            .or_default()
            .push(Remains { above, through });
    }
    Ok(found)
}
