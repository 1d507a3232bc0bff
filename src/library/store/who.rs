//! Who reaches folders, for whoever looks after all of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::{FolderId, WorkspaceId},
    policy::{ManageLibrary, Permit},
    schema::folders,
};

/// Of those who reach a folder, so many are named.
const NAMED: i32 = 3;

/// Along the way to each folder: whose those are, and whom something was given there. Who is suspended, and what is revoked,
/// reaches nothing, nor does an invitation.
const WHO: &str = "
    WITH asked AS (
        SELECT id, path, owner_member_id FROM folders WHERE workspace_id = $1 AND id = ANY ($2)
    ), reaching AS (
        SELECT asked.id, member_id, group_id, key_id FROM asked
        JOIN shares ON workspace_id = $1 AND folder_id = ANY (path)
        WHERE invitation_id IS NULL AND (expires_at IS NULL OR expires_at > $3)
        UNION
        SELECT asked.id, above.owner_member_id, NULL, NULL FROM asked
        JOIN folders above ON above.workspace_id = $1 AND above.id = ANY (asked.path)
    ), called AS (
        SELECT asked.id, users.name, users.folded, CASE WHEN members.id = owner_member_id THEN 'owner' ELSE 'other' END AS kind
        FROM asked JOIN reaching USING (id)
        JOIN members ON members.workspace_id = $1 AND members.id = reaching.member_id
        JOIN users ON users.id = members.user_id
        WHERE removed_at IS NULL AND suspended_at IS NULL
        UNION ALL
        SELECT reaching.id, groups.name, groups.folded, 'other' FROM reaching
        JOIN groups ON groups.workspace_id = $1 AND groups.id = reaching.group_id
        UNION ALL
        SELECT reaching.id, keys.label, keys.label_folded, 'key' FROM reaching
        JOIN keys ON keys.workspace_id = $1 AND keys.id = reaching.key_id AND keys.revoked_at IS NULL
    )
    SELECT id, kind, count(*) AS number, (array_agg(name ORDER BY folded, name))[:$4] AS names FROM called GROUP BY id, kind";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: FolderId,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Array<Text>)]
    names: Vec<String>,
}

/// Some of one kind, by name, the first few of them named.
#[derive(Debug, Clone, Default)]
pub struct Few {
    pub number: i64,
    pub names: Vec<String>,
}

/// Who reaches a folder, in it or from above.
#[derive(Debug, Clone, Default)]
pub struct Reaching {
    /// Whose it is.
    pub is_owner: bool,
    /// People and groups beside them.
    pub others: Few,
    pub keys: Few,
}

/// Of each of these; whom nobody reaches is missing.
pub fn reaching(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    ids: &[FolderId],
    now: DateTime<Utc>,
) -> Result<HashMap<FolderId, Reaching>> {
    let rows: Vec<Row> = sql_query(WHO)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Array<Uuid>, _>(ids)
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(NAMED)
        .load(conn)?;
    let mut found: HashMap<FolderId, Reaching> = HashMap::new();
    for row in rows {
        let reaching = found.entry(row.id).or_default();
        let few = Few {
            number: row.number,
            names: row.names,
        };
        match row.kind.as_str() {
            "owner" => reaching.is_owner = true,
            "key" => reaching.keys = few,
            _ => reaching.others = few,
        }
    }
    Ok(found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessIs {
    /// A key reaches it.
    Key,
    /// Nobody does but whose it is.
    OwnerAlone,
    /// Not even they.
    Nobody,
}

type Predicate = Box<dyn BoxableExpression<folders::table, Pg, SqlType = Bool>>;

/// Whether that is so of a folder that is looked at, computed as [`WHO`] does.
pub(super) fn is_reached_so(
    access: AccessIs,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> Predicate {
    if access == AccessIs::Key {
        return Box::new(by_key(workspace, now));
    }
    let alone = sql::<Bool>(
        "NOT (EXISTS (SELECT FROM shares s
             LEFT JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id
                  AND m.removed_at IS NULL AND m.suspended_at IS NULL
             LEFT JOIN keys k ON k.workspace_id = s.workspace_id AND k.id = s.key_id AND k.revoked_at IS NULL
             WHERE s.workspace_id = folders.workspace_id AND s.folder_id = ANY (folders.path)
               AND (s.group_id IS NOT NULL OR k.id IS NOT NULL
                    OR m.id IS NOT NULL AND m.id IS DISTINCT FROM folders.owner_member_id)
               AND (s.expires_at IS NULL OR s.expires_at > ",
    )
    .bind::<Timestamptz, _>(now)
    .sql(
        ")) OR EXISTS (SELECT FROM folders a
             JOIN members m ON m.workspace_id = a.workspace_id AND m.id = a.owner_member_id
             WHERE a.workspace_id = folders.workspace_id AND a.id = ANY (folders.path)
               AND m.removed_at IS NULL AND m.suspended_at IS NULL
               AND m.id IS DISTINCT FROM folders.owner_member_id))
         AND EXISTS (SELECT FROM members m WHERE m.workspace_id = folders.workspace_id
             AND m.id = folders.owner_member_id AND m.removed_at IS NULL AND m.suspended_at IS NULL) = ",
    )
    .bind::<Bool, _>(access == AccessIs::OwnerAlone);
    Box::new(alone)
}

/// Joined the other way round: many keys may reach many folders.
fn by_key(
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> impl BoxableExpression<folders::table, Pg, SqlType = Bool> {
    sql::<Bool>(
        "EXISTS (SELECT FROM (
             SELECT f.id FROM folders f CROSS JOIN LATERAL unnest(f.path) AS way (id)
             JOIN (SELECT DISTINCT s.folder_id FROM shares s
                   JOIN keys k ON k.workspace_id = s.workspace_id AND k.id = s.key_id AND k.revoked_at IS NULL
                   WHERE s.workspace_id = ",
    )
    .bind::<Uuid, _>(workspace)
    .sql(" AND (s.expires_at IS NULL OR s.expires_at > ")
    .bind::<Timestamptz, _>(now)
    .sql(")) keyed ON keyed.folder_id = way.id WHERE f.workspace_id = ")
    .bind::<Uuid, _>(workspace)
    .sql(") reached WHERE reached.id = folders.id)")
}
