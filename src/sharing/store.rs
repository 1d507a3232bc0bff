//! The only queries over `share_requests`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{NewRequest, Request};
use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::{KeyId, MemberId, ShareRequestId, WorkspaceId},
    policy::{FolderAction, FolderPermit, ReadFolder, SeeFolder, ShareFolder, Unscoped},
    schema::{folders, share_requests},
};

/// Requests that a dialog shows, at most.
const SHOWN: i64 = 20;

/// # Errors
/// `Invalid` under `wanted`: they have asked for it, and it waits.
pub fn insert(
    conn: &mut PgConnection,
    permit: &FolderPermit<ReadFolder>,
    by: MemberId,
    new: &NewRequest,
    now: DateTime<Utc>,
) -> Result<Request> {
    diesel::insert_into(share_requests::table)
        .values((
            share_requests::workspace_id.eq(permit.workspace()),
            share_requests::id.eq(ShareRequestId::fresh()),
            share_requests::folder_id.eq(permit.folder()),
            share_requests::asked_by_member_id.eq(by),
            share_requests::wanted.eq(&new.wanted),
            share_requests::role.eq(new.role),
            share_requests::note.eq(&new.note),
            share_requests::asked_at.eq(now),
            share_requests::reason.eq(""),
        ))
        .returning(Request::as_returning())
        .get_result(conn)
        .on_constraint("share_requests_open_unique", || {
            field(
                "wanted",
                "You have asked for this, and it waits for an answer",
            )
        })
}

/// Those about the folder that wait, the oldest first.
pub fn open(conn: &mut PgConnection, permit: &FolderPermit<SeeFolder>) -> Result<Vec<Request>> {
    Ok(share_requests::table
        .filter(share_requests::workspace_id.eq(permit.workspace()))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .filter(share_requests::withdrawn_at.is_null())
        .filter(share_requests::decided_at.is_null())
        .order((share_requests::asked_at, share_requests::id))
        .limit(SHOWN)
        .select(Request::as_select())
        .load(conn)?)
}

/// What a member has asked about the folder since then and not withdrawn, the newest first; and what waits.
pub fn asked_by<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    (member, since): (MemberId, DateTime<Utc>),
) -> Result<Vec<Request>> {
    let waits = share_requests::decided_at.is_null();
    Ok(share_requests::table
        .filter(share_requests::workspace_id.eq(permit.workspace()))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .filter(share_requests::asked_by_member_id.eq(member))
        .filter(share_requests::withdrawn_at.is_null())
        .filter(waits.or(share_requests::decided_at.ge(since)))
        .order((share_requests::asked_at.desc(), share_requests::id.desc()))
        .limit(SHOWN)
        .select(Request::as_select())
        .load(conn)?)
}

/// Whatever its state.
pub fn find(
    conn: &mut PgConnection,
    permit: &FolderPermit<SeeFolder>,
    id: ShareRequestId,
) -> Result<Request> {
    Ok(share_requests::table
        .find((permit.workspace(), id))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .select(Request::as_select())
        .first(conn)?)
}

/// The same, held until the caller's transaction ends.
pub fn lock<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    id: ShareRequestId,
) -> Result<Request> {
    Ok(share_requests::table
        .find((permit.workspace(), id))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .select(Request::as_select())
        .for_update()
        .first(conn)?)
}

/// `key`: what was given the role; none: it is declined, for the reason.
pub fn decide(
    conn: &mut PgConnection,
    permit: &FolderPermit<ShareFolder>,
    id: ShareRequestId,
    (key, reason): (Option<KeyId>, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(share_requests::table.find((permit.workspace(), id)))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .set((
            share_requests::decided_at.eq(now),
            share_requests::decided_by_member_id.eq(permit.actor().member_id()),
            share_requests::key_id.eq(key),
            share_requests::reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}

/// It waits again, or, with a time, it is withdrawn since then.
pub fn set_withdrawn<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
    id: ShareRequestId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    let (moment, member, key): (Option<DateTime<Utc>>, Option<MemberId>, Option<KeyId>) =
        Default::default();
    diesel::update(share_requests::table.find((permit.workspace(), id)))
        .filter(share_requests::folder_id.eq(permit.folder()))
        .set((
            share_requests::withdrawn_at.eq(at),
            share_requests::decided_at.eq(moment),
            share_requests::decided_by_member_id.eq(member),
            share_requests::key_id.eq(key),
            share_requests::reason.eq(""),
        ))
        .execute(conn)
        .on_constraint("share_requests_open_unique", || {
            Error::Conflict("This was asked for again meanwhile, and waits for an answer.")
        })?;
    Ok(())
}

/// Those of these that are there, about a folder that is.
pub fn living(
    conn: &mut PgConnection,
    _: Unscoped,
    ids: &[ShareRequestId],
) -> Result<Vec<(WorkspaceId, ShareRequestId)>> {
    Ok(share_requests::table
        .inner_join(
            folders::table.on(folders::workspace_id
                .eq(share_requests::workspace_id)
                .and(folders::id.eq(share_requests::folder_id))),
        )
        .filter(share_requests::id.eq_any(ids))
        .filter(folders::trashed_at.is_null())
        .select((share_requests::workspace_id, share_requests::id))
        .load(conn)?)
}
