//! Changes by members. Each is made while the members of the workspace are held, so one at a time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::lower;
use crate::{
    actor::Role,
    error::Result,
    ids::{GroupId, InvitationId, MemberId},
    invitations::model::{Invitation, LASTS},
    policy::{Action, ManageMembers, Permit},
    schema::{invitation_groups, invitations},
    web::link::LinkDigest,
};

/// What is new when a link is sent, the first time or again.
pub struct Renewal {
    pub digest: LinkDigest,
    pub was_shown: bool,
    pub by: MemberId,
    pub at: DateTime<Utc>,
}

/// The one to this address that nobody has accepted or cancelled, also when its time is over.
pub fn lock_waiting(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    email: &str,
) -> Result<Option<Invitation>> {
    Ok(invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .filter(lower(invitations::email).eq(lower(email)))
        .filter(invitations::cancelled_at.is_null())
        .filter(invitations::accepted_at.is_null())
        .select(Invitation::as_select())
        .for_update()
        .first(conn)
        .optional()?)
}

/// Whatever its state.
pub fn lock(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: InvitationId,
) -> Result<Invitation> {
    Ok(invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .filter(invitations::id.eq(id))
        .select(Invitation::as_select())
        .for_update()
        .first(conn)?)
}

/// In place of `old`, if there is one.
pub fn insert(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    old: Option<&Invitation>,
    (email, role, groups): (&str, Role, &[(GroupId, String)]),
    renewal: &Renewal,
) -> Result<Invitation> {
    let new = (
        invitations::email.eq(email),
        invitations::role.eq(role),
        invitations::token_digest.eq(renewal.digest.0.as_slice()),
        invitations::was_shown.eq(renewal.was_shown),
        invitations::invited_by_member_id.eq(renewal.by),
        invitations::created_at.eq(renewal.at),
        invitations::sent_at.eq(renewal.at),
        invitations::expires_at.eq(renewal.at + LASTS),
    );
    let made: Invitation = match old {
        None => diesel::insert_into(invitations::table)
            .values((
                invitations::workspace_id.eq(permit.workspace()),
                invitations::id.eq(InvitationId::fresh()),
                new,
            ))
            .returning(Invitation::as_returning())
            .get_result(conn)?,
        Some(old) => {
            let of = invitation_groups::invitation_id.eq(old.id);
            diesel::delete(invitation_groups::table)
                .filter(invitation_groups::workspace_id.eq(permit.workspace()))
                .filter(of)
                .execute(conn)?;
            diesel::update(invitations::table.find((old.workspace_id, old.id)))
                .set(new)
                .returning(Invitation::as_returning())
                .get_result(conn)?
        }
    };
    let rows: Vec<_> = groups
        .iter()
        .map(|(group, name)| {
            (
                invitation_groups::workspace_id.eq(permit.workspace()),
                invitation_groups::invitation_id.eq(made.id),
                invitation_groups::name.eq(name),
                invitation_groups::group_id.eq(*group),
            )
        })
        .collect();
    diesel::insert_into(invitation_groups::table)
        .values(rows)
        .execute(conn)?;
    Ok(made)
}

/// The link that was sent before opens nothing any more.
pub fn renew(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: InvitationId,
    renewal: &Renewal,
) -> Result<Invitation> {
    Ok(
        diesel::update(invitations::table.find((permit.workspace(), id)))
            .set((
                invitations::token_digest.eq(renewal.digest.0.as_slice()),
                invitations::was_shown.eq(renewal.was_shown),
                invitations::invited_by_member_id.eq(renewal.by),
                invitations::sent_at.eq(renewal.at),
                invitations::expires_at.eq(renewal.at + LASTS),
            ))
            .returning(Invitation::as_returning())
            .get_result(conn)?,
    )
}

/// The open ones that a member sent.
pub fn hold_open_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>> {
    Ok(invitations::table
        .filter(invitations::workspace_id.eq(permit.workspace()))
        .filter(invitations::invited_by_member_id.eq(member))
        .filter(invitations::cancelled_at.is_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order(invitations::id)
        .select(Invitation::as_select())
        .for_update()
        .load(conn)?)
}

pub fn cancel<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[InvitationId],
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(
        invitations::table
            .filter(invitations::workspace_id.eq(permit.workspace()))
            .filter(invitations::id.eq_any(ids)),
    )
    .set(invitations::cancelled_at.eq(now))
    .execute(conn)?;
    Ok(())
}

pub fn take_over(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    ids: &[InvitationId],
    by: MemberId,
) -> Result<()> {
    diesel::update(
        invitations::table
            .filter(invitations::workspace_id.eq(permit.workspace()))
            .filter(invitations::id.eq_any(ids)),
    )
    .set(invitations::invited_by_member_id.eq(by))
    .execute(conn)?;
    Ok(())
}
