//! *Cancel*, and what becomes of invitations whose sender leaves.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{entry, may_touch};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::{InvitationId, MemberId},
    invitations::{
        let_in::Promised,
        model::{Invitation, State},
        store,
    },
    people,
    policy::{self, Action, LeaveWorkspace, ManageMembers, Permit, permit},
    sent_invitations::{DecidedInvitation, Fate},
};

/// Its link opens nothing any more, and nothing is promised beside it. One that is cancelled already stays so, without a word
/// in the log.
///
/// # Errors
/// `Conflict`: it was accepted. `Forbidden`: it makes an owner, and whoever asks is none.
pub fn cancel(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, promised): (InvitationId, &Promised),
    now: DateTime<Utc>,
) -> Result<Invitation> {
    let permit = permit::<ManageMembers>(actor)?;
    people::hold(conn, &permit)?;
    let invitation = store::lock(conn, &permit, id)?;
    may_touch(actor, invitation.role)?;
    match invitation.state(now) {
        State::Cancelled => {}
        State::Accepted => {
            return Err(Error::Conflict(
                "It was accepted meanwhile. Remove the member instead.",
            ));
        }
        State::Open | State::Expired => {
            let one = std::slice::from_ref(&invitation);
            end(conn, &permit, (one, promised), now)?;
        }
    }
    Ok(invitation)
}

/// What a member sent and nobody has accepted; see [`SentInvitations::decide`].
///
/// [`SentInvitations::decide`]: crate::sent_invitations::SentInvitations::decide
pub fn decide(
    conn: &mut PgConnection,
    actor: &Actor,
    (member, promised): (MemberId, &Promised),
    fate: Fate,
    now: DateTime<Utc>,
) -> Result<Vec<DecidedInvitation>> {
    let permit = permit::<ManageMembers>(actor)?;
    let by = actor.member_id().ok_or(Error::NotFound)?;
    let open = store::hold_open_of(conn, &permit, member, now)?;
    let (kept, gone): (Vec<Invitation>, Vec<Invitation>) = open
        .into_iter()
        .partition(|of| fate == Fate::TakeOver && policy::may_touch(actor, of.role));
    end(conn, &permit, (&gone, promised), now)?;
    store::take_over(conn, &permit, &ids(&kept), by)?;
    let entries = kept
        .iter()
        .map(|of| entry("invitation.taken_over", of, None, None));
    audit::record_all(conn, actor, entries.collect(), now)?;
    let decided = |of: Invitation, fate| DecidedInvitation {
        email: of.email,
        fate,
    };
    let kept = kept.into_iter().map(|of| decided(of, Fate::TakeOver));
    let gone = gone.into_iter().map(|of| decided(of, Fate::Cancel));
    Ok(kept.chain(gone).collect())
}

/// Whoever leaves answers for none any more.
pub fn cancel_own(
    conn: &mut PgConnection,
    actor: &Actor,
    promised: &Promised,
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit::<LeaveWorkspace>(actor)?;
    let own = actor.member_id().ok_or(Error::NotFound)?;
    let open = store::hold_open_of(conn, &permit, own, now)?;
    end(conn, &permit, (&open, promised), now)
}

fn end<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    (invitations, promised): (&[Invitation], &Promised),
    now: DateTime<Utc>,
) -> Result<()> {
    if invitations.is_empty() {
        return Ok(());
    }
    let all: Vec<(InvitationId, &str)> = invitations.iter().map(|of| (of.id, &*of.email)).collect();
    (promised.forget)(conn, permit.actor(), &all, now)?;
    store::cancel(conn, permit, &ids(invitations), now)?;
    let entries = invitations.iter().map(|of| {
        let side = |state: State| Some(json!({ "status": state.name() }));
        let (before, after) = (side(of.state(now)), side(State::Cancelled));
        entry("invitation.cancelled", of, before, after)
    });
    audit::record_all(conn, permit.actor(), entries.collect(), now)
}

fn ids(invitations: &[Invitation]) -> Vec<InvitationId> {
    invitations.iter().map(|of| of.id).collect()
}
