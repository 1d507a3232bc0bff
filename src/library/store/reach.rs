//! What several people, groups and keys reach, in one question.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid},
};

use crate::{
    actor::FolderRole,
    error::Result,
    ids::{FolderId, GroupId, KeyId, MemberId},
    policy::{Action, Permit},
    reached_folders::{Holder, Reach, ReachedFolder, Through, Way},
};

/// Which of the folders are named. The others are counted.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    All,
    /// Those of them that lists show to whoever has the roles.
    Listed,
    /// Those in one of these, or that are one.
    Within(&'a [FolderId]),
    /// The same, and of those that are unlisted only those in one of the second, or that are one.
    Known(&'a [FolderId], &'a [FolderId]),
    /// All of them, after so many.
    Page(i64),
}

/// `given` has a line for each way on which somebody comes to a folder. A role that follows from one above says nothing new;
/// that is looked up by id, since a path is short and somebody may own very many folders.
const REACH: &str = "
    WITH holder AS (
        SELECT * FROM unnest($2, $3, $4) WITH ORDINALITY AS holder (member_id, group_id, key_id, n)
    ), living AS NOT MATERIALIZED (
        SELECT * FROM shares WHERE workspace_id = $1 AND (expires_at IS NULL OR expires_at > $5)
    ), given AS (
        SELECT n, folder_id, role, 'direct' AS way, expires_at FROM holder JOIN living ON living.member_id = holder.member_id
        UNION ALL
        SELECT n, folder_id, role, 'direct', expires_at FROM holder JOIN living ON living.group_id = holder.group_id
        UNION ALL
        SELECT n, folder_id, role, 'direct', expires_at FROM holder JOIN living ON living.key_id = holder.key_id
        UNION ALL
        SELECT n, folder_id, role, living.group_id::text, expires_at FROM holder
        JOIN group_members ON group_members.workspace_id = $1 AND group_members.member_id = holder.member_id
        JOIN living ON living.group_id = group_members.group_id
        UNION ALL
        SELECT n, id, 'editor', 'owner', NULL FROM holder
        JOIN folders ON workspace_id = $1 AND owner_member_id = holder.member_id
    ), best AS (
        SELECT n, folder_id, min(role) AS role, array_agg(DISTINCT role || ' ' || way) AS ways,
               (array_agg(expires_at ORDER BY role, expires_at DESC NULLS FIRST))[1] AS ends_at
        FROM given GROUP BY n, folder_id
    ), placed AS (
        SELECT best.*, name, folded, path, visibility FROM best JOIN folders ON workspace_id = $1 AND id = folder_id
        WHERE trashed_at IS NULL
    ), implied AS (
        SELECT placed.n, placed.folder_id FROM placed
        CROSS JOIN LATERAL unnest(path[:cardinality(path) - 1]) AS above (id)
        WHERE (placed.n, above.id) IN (SELECT n, folder_id FROM best WHERE role = 'editor')
           OR role = 'user' AND (placed.n, above.id) IN (SELECT n, folder_id FROM best)
    ), counted AS (
        SELECT *, count(*) OVER (PARTITION BY n) AS total,
               ($7 IS NULL OR path && $7) AND (NOT $8 OR visibility = 'listed' OR role = 'editor')
               AND ($10 IS NULL OR visibility = 'listed' OR path && $10) AS is_named
        FROM placed WHERE (n, folder_id) NOT IN (SELECT n, folder_id FROM implied)
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY n, is_named ORDER BY folded, folder_id) AS at FROM counted
    )
    SELECT n, folder_id, name, role, ends_at, ways, total, is_named FROM ranked
    WHERE CASE WHEN is_named THEN at > $9 AND at - $9 <= $6 ELSE at = 1 END ORDER BY n, at";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Uuid)]
    folder_id: FolderId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    role: FolderRole,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ends_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Array<Text>)]
    ways: Vec<String>,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = Bool)]
    is_named: bool,
}

/// Where the roles of each begin, or become greater: at most `most` named folders of each, by name.
pub fn reach<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    holders: &[Holder],
    (named, most): (Named<'_>, i64),
    now: DateTime<Utc>,
) -> Result<HashMap<Holder, Reach>> {
    if holders.is_empty() {
        return Ok(HashMap::new());
    }
    // A personal key is asked about as its owner, who may be asked about too.
    let holders: BTreeSet<Holder> = holders.iter().copied().collect();
    let holders: Vec<Holder> = holders.into_iter().collect();
    let members: Vec<Option<MemberId>> = holders.iter().map(|holder| holder.member()).collect();
    let groups: Vec<Option<GroupId>> = holders.iter().map(|holder| holder.group()).collect();
    let keys: Vec<Option<KeyId>> = holders.iter().map(|holder| holder.key()).collect();
    let (within, edited) = match named {
        Named::Within(ids) => (Some(ids.to_vec()), None),
        Named::Known(ids, edited) => (Some(ids.to_vec()), Some(edited.to_vec())),
        Named::All | Named::Listed | Named::Page(_) => (None, None),
    };
    let skipped = match named {
        Named::Page(skipped) => skipped,
        _ => 0,
    };
    let rows: Vec<Row> = sql_query(REACH)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Array<Nullable<Uuid>>, _>(members)
        .bind::<Array<Nullable<Uuid>>, _>(groups)
        .bind::<Array<Nullable<Text>>, _>(keys)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(most)
        .bind::<Nullable<Array<Uuid>>, _>(within)
        .bind::<Bool, _>(matches!(named, Named::Listed))
        .bind::<BigInt, _>(skipped)
        .bind::<Nullable<Array<Uuid>>, _>(edited)
        .load(conn)?;
    let mut found: HashMap<Holder, Reach> = HashMap::new();
    for row in rows {
        let at = usize::try_from(row.n - 1).ok();
        let Some(holder) = at.and_then(|at| holders.get(at)) else {
            continue;
        };
        let reach = found.entry(*holder).or_default();
        reach.total = row.total;
        if row.is_named {
            reach.folders.push(ReachedFolder {
                id: row.folder_id,
                name: row.name,
                role: row.role,
                ends_at: row.ends_at,
                ways: row.ways.iter().filter_map(|way| parse(way)).collect(),
            });
        }
    }
    Ok(found)
}

/// A group without its name.
fn parse(way: &str) -> Option<Way> {
    let (role, through) = way.split_once(' ')?;
    Some(Way {
        role: FolderRole::named(role)?,
        through: match through {
            "direct" => Through::Direct,
            "owner" => Through::Owner,
            group => Through::Group(group.parse().ok()?, String::new()),
        },
    })
}

impl Holder {
    fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) => Some(id),
            Self::Group(_) | Self::Key(_) => None,
        }
    }

    fn group(self) -> Option<GroupId> {
        match self {
            Self::Group(id) => Some(id),
            Self::Member(_) | Self::Key(_) => None,
        }
    }

    fn key(self) -> Option<KeyId> {
        match self {
            Self::Key(id) => Some(id),
            Self::Member(_) | Self::Group(_) => None,
        }
    }
}
