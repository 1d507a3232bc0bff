//! The only queries over `invitations` and `invitation_groups`.

mod change;
mod list;

pub(super) use change::{
    Renewal, cancel, hold_open_of, insert, lock, lock_waiting, renew, take_over,
};
pub(super) use list::{Counts, count, list, open_of};

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Invitation, InvitedGroup};
use crate::{
    error::Result,
    ids::{InvitationId, MemberId, WorkspaceId},
    policy::{Action, Permit, Unscoped},
    schema::{invitation_groups, invitations},
    web::link::LinkDigest,
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Whatever its state.
pub fn find(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: LinkDigest,
) -> Result<Option<Invitation>> {
    Ok(invitations::table
        .filter(invitations::token_digest.eq(digest.0.as_slice()))
        .select(Invitation::as_select())
        .first(conn)
        .optional()?)
}

/// The same, held until the caller's transaction ends.
pub fn lock_by(
    conn: &mut PgConnection,
    _: Unscoped,
    digest: LinkDigest,
) -> Result<Option<Invitation>> {
    Ok(invitations::table
        .filter(invitations::token_digest.eq(digest.0.as_slice()))
        .select(Invitation::as_select())
        .for_update()
        .first(conn)
        .optional()?)
}

pub fn set_accepted(
    conn: &mut PgConnection,
    _: Unscoped,
    of: &Invitation,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Invitation> {
    Ok(
        diesel::update(invitations::table.find((of.workspace_id, of.id)))
            .set((
                invitations::accepted_at.eq(now),
                invitations::accepted_member_id.eq(member),
            ))
            .returning(Invitation::as_returning())
            .get_result(conn)?,
    )
}

/// Of these, those that nobody has accepted or cancelled, by address.
pub fn waiting<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[InvitationId],
) -> Result<Vec<Invitation>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .filter(invitations::id.eq_any(ids))
        .filter(invitations::cancelled_at.is_null())
        .filter(invitations::accepted_at.is_null())
        .order((lower(invitations::email), invitations::id))
        .select(Invitation::as_select())
        .load(conn)?)
}

/// The one to this address that can be accepted.
pub fn open_to<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>> {
    Ok(invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .filter(lower(invitations::email).eq(lower(email)))
        .filter(invitations::cancelled_at.is_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .select(Invitation::as_select())
        .first(conn)
        .optional()?)
}

/// By name.
pub fn groups_of(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Vec<InvitedGroup>> {
    Ok(invitation_groups::table
        .filter(invitation_groups::workspace_id.eq(workspace))
        .filter(invitation_groups::invitation_id.eq(id))
        .order(lower(invitation_groups::name))
        .select(InvitedGroup::as_select())
        .load(conn)?)
}

/// The names of the groups of these invitations, by name, of deleted ones too.
pub fn group_names<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[InvitationId],
) -> Result<HashMap<InvitationId, Vec<String>>> {
    let found: Vec<(InvitationId, String)> = invitation_groups::table
        .filter(invitation_groups::workspace_id.eq(permit.workspace()))
        .filter(invitation_groups::invitation_id.eq_any(ids))
        .order(lower(invitation_groups::name))
        .select((invitation_groups::invitation_id, invitation_groups::name))
        .load(conn)?;
    let mut names: HashMap<InvitationId, Vec<String>> = HashMap::new();
    for (id, name) in found {
        names.entry(id).or_default().push(name);
    }
    Ok(names)
}
