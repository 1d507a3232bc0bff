//! What pages about members show and change of the invitations that they sent.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{actions, let_in::Promised, store};
use crate::{
    actor::Actor,
    error::{Error, Result},
    ids::MemberId,
    policy::{LeaveWorkspace, ListMembers, permit},
    sent_invitations::{DecidedInvitation, Fate, SentInvitations},
};

/// To be passed to whoever shows members.
pub fn sent_invitations(promised: Promised) -> Arc<dyn SentInvitations> {
    Arc::new(Invitations(promised))
}

struct Invitations(Promised);

impl SentInvitations for Invitations {
    fn open(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<(Vec<String>, i64)> {
        store::open_of(conn, &permit::<ListMembers>(actor)?, member, most, now)
    }

    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        fate: Fate,
        now: DateTime<Utc>,
    ) -> Result<Vec<DecidedInvitation>> {
        actions::decide(conn, actor, (member, &self.0), fate, now)
    }

    fn count_own(&self, conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<i64> {
        let permit = permit::<LeaveWorkspace>(actor)?;
        let own = actor.member_id().ok_or(Error::NotFound)?;
        Ok(store::open_of(conn, &permit, own, 0, now)?.1)
    }

    fn cancel_own(&self, conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<()> {
        actions::cancel_own(conn, actor, &self.0, now)
    }
}
