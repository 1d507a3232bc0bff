//! Shares as a dialog shows them, and those that end or become somebody's.

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};

use crate::{
    db::Waiting,
    error::Result,
    ids::{FolderId, InvitationId, MemberId, ShareId, WorkspaceId},
    library::model::{ByKind, Folder, Path, Share, ShareRow, Subject},
    policy::{FolderAction, FolderPermit, Permit, Unscoped, UseLibrary},
    schema::{folders, shares},
};

/// Those that are in force along a path, of some of these subjects.
pub fn shares_of<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    (path, subjects): (&Path, &[Subject]),
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let of: ByKind = subjects.iter().copied().collect();
    let rows: Vec<ShareRow> = shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(path.ids()))
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
        .filter(
            shares::member_id
                .eq_any(of.members)
                .or(shares::group_id.eq_any(of.groups))
                .or(shares::key_id.eq_any(of.keys)),
        )
        .select(ShareRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Share::try_from).collect()
}

/// What is given to whoever accepts one of these invitations.
pub fn shares_of_invitations(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    invitations: &[InvitationId],
) -> Result<Vec<(Share, Folder)>> {
    let rows: Vec<(ShareRow, Folder)> = shares::table
        .inner_join(
            folders::table.on(folders::workspace_id
                .eq(shares::workspace_id)
                .and(folders::id.eq(shares::folder_id))),
        )
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::invitation_id.eq_any(invitations))
        .order(shares::id)
        .select((ShareRow::as_select(), Folder::as_select()))
        .load(conn)?;
    rows.into_iter()
        .map(|(share, folder)| Ok((share.try_into()?, folder)))
        .collect()
}

pub fn forget_promised(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    invitations: &[InvitationId],
) -> Result<()> {
    diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::invitation_id.eq_any(invitations))
        .execute(conn)?;
    Ok(())
}

/// They are the member's from now on, in place of what they may have had there before.
pub fn make_theirs(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (invitation, member): (InvitationId, MemberId),
) -> Result<()> {
    let promised = diesel::alias!(shares as promised);
    let same_folder = promised
        .filter(promised.field(shares::workspace_id).eq(permit.workspace()))
        .filter(promised.field(shares::invitation_id).eq(invitation))
        .filter(promised.field(shares::folder_id).eq(shares::folder_id));
    diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::member_id.eq(member))
        .filter(exists(same_folder))
        .execute(conn)?;
    let none: Option<InvitationId> = None;
    diesel::update(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::invitation_id.eq(invitation))
        .set((shares::member_id.eq(member), shares::invitation_id.eq(none)))
        .execute(conn)?;
    Ok(())
}

/// Shares that are named at once.
const SOME: i64 = 1_000;

/// Those that are over, the first of them first; after `last`.
pub fn ended(
    conn: &mut PgConnection,
    _: Unscoped,
    now: DateTime<Utc>,
    last: Option<Waiting<ShareId>>,
) -> Result<Vec<Waiting<ShareId>>> {
    let mut query = shares::table
        .filter(shares::expires_at.le(now))
        .into_boxed();
    if let Some(last) = last {
        let beyond = shares::expires_at.gt(last.since);
        query = query
            .filter(shares::expires_at.ge(last.since))
            .filter(beyond.or(shares::id.gt(last.id)));
    }
    let found: Vec<(DateTime<Utc>, WorkspaceId, ShareId)> = query
        .order((shares::expires_at, shares::id))
        .limit(SOME)
        .select((
            shares::expires_at.assume_not_null(),
            shares::workspace_id,
            shares::id,
        ))
        .load(conn)?;
    Ok(found.into_iter().map(Waiting::from).collect())
}

/// One of [`ended`] with its folder, held until the caller's transaction ends. None: somebody else holds it, or it is not
/// over any more.
pub fn hold_ended(
    conn: &mut PgConnection,
    _: Unscoped,
    now: DateTime<Utc>,
    one: Waiting<ShareId>,
) -> Result<Option<(Share, Folder)>> {
    let row: Option<ShareRow> = shares::table
        .find((one.workspace, one.id))
        .filter(shares::expires_at.le(now))
        .select(ShareRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let share = Share::try_from(row)?;
    let folder = folders::table
        .find((one.workspace, share.folder))
        .select(Folder::as_select())
        .first(conn)?;
    Ok(Some((share, folder)))
}

pub fn forget_share(
    conn: &mut PgConnection,
    _: Unscoped,
    (workspace, id): (WorkspaceId, ShareId),
) -> Result<()> {
    diesel::delete(shares::table.find((workspace, id))).execute(conn)?;
    Ok(())
}

/// How many shares are in force in these folders, but for invitations.
pub fn count_shares<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    path: &Path,
    now: DateTime<Utc>,
) -> Result<i64> {
    let ids: &[FolderId] = path.ids();
    Ok(shares::table
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::folder_id.eq_any(ids))
        .filter(shares::invitation_id.is_null())
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
        .count()
        .get_result(conn)?)
}
