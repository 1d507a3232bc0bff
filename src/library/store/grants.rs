//! Who was given a role in a folder.

use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::{FolderId, GroupId, InvitationId, KeyId, MemberId, ShareId},
    library::model::{ByKind, Grant, Path, Share, ShareRow, Subject},
    policy::{FolderAction, FolderPermit, Permit, SeeFolder, ShareFolder, UseLibrary},
    schema::{folders, shares},
};

/// All that are in force along a path, the oldest first; after one of them, at most `most`. Invitations among them.
pub fn shares_on<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    path: &Path,
    (after, most): (Option<ShareId>, i64),
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let mut query = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(path.ids()))
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
        .order(shares::id)
        .limit(most)
        .select(ShareRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(shares::id.gt(after));
    }
    let rows: Vec<ShareRow> = query.load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

/// The same in each of these folders itself.
pub fn shares_on_all(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    ids: &[FolderId],
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let rows: Vec<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(ids))
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
        .order(shares::id)
        .select(ShareRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

/// Whose the folders along a path are, from the top; those of the workspace are not among them.
pub fn owners_on(
    conn: &mut PgConnection,
    permit: &FolderPermit<SeeFolder>,
    path: &Path,
) -> Result<Vec<(FolderId, MemberId)>> {
    let found: Vec<(FolderId, Option<MemberId>)> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::id.eq_any(path.ids()))
        .filter(folders::owner_member_id.is_not_null())
        .select((folders::id, folders::owner_member_id))
        .load(conn)?;
    let mut owners: Vec<(FolderId, MemberId)> = found
        .into_iter()
        .filter_map(|(folder, owner)| Some((folder, owner?)))
        .collect();
    owners.sort_by_key(|(folder, _)| path.ids().iter().position(|id| id == folder));
    Ok(owners)
}

/// Given to one of them.
pub(super) fn is_of(subject: Subject) -> IsOf {
    match subject {
        Subject::Member(id) => Box::new(shares::member_id.eq(id)),
        Subject::Group(id) => Box::new(shares::group_id.eq(id)),
        Subject::Key(id) => Box::new(shares::key_id.eq(id)),
        Subject::Invitation(id) => Box::new(shares::invitation_id.eq(id)),
    }
}

type IsOf = Box<dyn BoxableExpression<shares::table, Pg, SqlType = Nullable<Bool>>>;

/// The same, as columns say it.
#[derive(Default)]
pub(super) struct Columns {
    pub member: Option<MemberId>,
    pub group: Option<GroupId>,
    pub key: Option<KeyId>,
    pub invitation: Option<InvitationId>,
}

impl Columns {
    pub(super) fn of(subject: Subject) -> Self {
        let none = Self::default();
        match subject {
            Subject::Member(id) => Self {
                member: Some(id),
                ..none
            },
            Subject::Group(id) => Self {
                group: Some(id),
                ..none
            },
            Subject::Key(id) => Self {
                key: Some(id),
                ..none
            },
            Subject::Invitation(id) => Self {
                invitation: Some(id),
                ..none
            },
        }
    }
}

/// The share of a subject in the folder itself, if it has one, held; in force or over.
pub fn find_share(
    conn: &mut PgConnection,
    permit: &FolderPermit<ShareFolder>,
    subject: Subject,
) -> Result<Option<Share>> {
    let row: Option<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq(permit.folder()))
        .filter(is_of(subject))
        .select(ShareRow::as_select())
        .for_update()
        .first(conn)
        .optional()?;
    row.map(Share::try_from).transpose()
}

/// What these have in these folders themselves, held; in force or over.
pub fn hold_shares(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    folders: &[FolderId],
    of: &ByKind,
) -> Result<Vec<Share>> {
    let rows: Vec<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(folders))
        .filter(
            shares::member_id
                .eq_any(&of.members)
                .or(shares::group_id.eq_any(&of.groups))
                .or(shares::key_id.eq_any(&of.keys))
                .or(shares::invitation_id.eq_any(&of.invitations)),
        )
        .order(shares::id)
        .select(ShareRow::as_select())
        .for_update()
        .load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

const GIVE: &str = "
    INSERT INTO shares (workspace_id, created_at, created_by_member_id, created_by_key_id,
                        id, folder_id, member_id, group_id, key_id, invitation_id, role, expires_at)
    SELECT $1, $2, $3, $4, given.* FROM unnest($5, $6, $7, $8, $9, $10, $11, $12) AS given
    ON CONFLICT (workspace_id, folder_id, member_id, group_id, key_id, invitation_id)
    DO UPDATE SET role = excluded.role, expires_at = excluded.expires_at, created_at = excluded.created_at,
                  created_by_member_id = excluded.created_by_member_id, created_by_key_id = excluded.created_by_key_id
    RETURNING id, folder_id, member_id, group_id, key_id, invitation_id, role, expires_at, created_at";

/// Adds each, or puts it in the place of what there is: given now, by whoever does it. Whoever gets one, once in a folder.
pub fn give_all(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    all: &[(FolderId, Grant)],
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let (mut ids, mut folders, mut roles, mut ends) = (vec![], vec![], vec![], vec![]);
    let (mut members, mut groups, mut keys, mut invitations) = (vec![], vec![], vec![], vec![]);
    for (folder, grant) in all {
        let of = Columns::of(grant.subject);
        ids.push(ShareId::fresh());
        folders.push(*folder);
        members.push(of.member);
        groups.push(of.group);
        keys.push(of.key);
        invitations.push(of.invitation);
        roles.push(grant.role);
        ends.push(grant.expires_at);
    }
    let rows: Vec<ShareRow> = sql_query(GIVE)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<Uuid>, _>(permit.actor().member_id())
        .bind::<Nullable<Text>, _>(permit.actor().key_id())
        .bind::<Array<Uuid>, _>(ids)
        .bind::<Array<Uuid>, _>(folders)
        .bind::<Array<Nullable<Uuid>>, _>(members)
        .bind::<Array<Nullable<Uuid>>, _>(groups)
        .bind::<Array<Nullable<Text>>, _>(keys)
        .bind::<Array<Nullable<Uuid>>, _>(invitations)
        .bind::<Array<Text>, _>(roles)
        .bind::<Array<Nullable<Timestamptz>>, _>(ends)
        .load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

/// Whoever owns a folder is Editor of it, and has no other role there that could be changed or taken away. Gives what they
/// had.
pub(super) fn forget_own(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    owner: MemberId,
) -> Result<Vec<Share>> {
    let theirs = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::owner_member_id.eq(owner))
        .select(folders::id);
    let gone: Vec<ShareRow> = diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::member_id.eq(owner))
        .filter(shares::folder_id.eq_any(theirs))
        .returning(ShareRow::as_returning())
        .get_results(conn)?;
    gone.into_iter().map(Share::try_from).collect()
}

pub fn delete_share(
    conn: &mut PgConnection,
    permit: &FolderPermit<ShareFolder>,
    id: ShareId,
) -> Result<()> {
    diesel::delete(shares::table.find((permit.workspace(), id)))
        .filter(shares::folder_id.eq(permit.folder()))
        .execute(conn)?;
    Ok(())
}
