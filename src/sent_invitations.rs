//! The invitations that members sent, as far as pages about members show and change them.
//!
//! Whoever is no admin any more invites nobody: what they sent and nobody has accepted would open nothing. So when they
//! leave, somebody takes it over, or it is cancelled. The invitations implement this, and `app` passes it to those pages,
//! which know none.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{actor::Actor, error::Result, ids::MemberId};

pub trait SentInvitations: Send + Sync {
    /// The addresses of those of a member that can be accepted now: at most so many, the newest first, and how many
    /// there are.
    fn open(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<(Vec<String>, i64)>;

    /// Does with all of them what was decided, each with its own entry in the log. What `actor` could not have sent is
    /// cancelled in any case.
    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        fate: Fate,
        now: DateTime<Utc>,
    ) -> Result<Vec<DecidedInvitation>>;

    /// How many that `actor` sent can be accepted now.
    fn count_own(&self, conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<i64>;

    /// Cancels all that `actor` sent, who leaves.
    fn cancel_own(&self, conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<()>;
}

/// What becomes of the invitations of whoever leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// They open something only as long as somebody answers for them, so this is what happens without a decision.
    #[default]
    Cancel,
    /// They are as if whoever decides had sent them.
    TakeOver,
}

impl Fate {
    /// As a form sends it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::TakeOver => "take_over",
        }
    }

    /// As a report tells it.
    pub fn done(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled",
            Self::TakeOver => "taken over",
        }
    }
}

pub struct DecidedInvitation {
    pub email: String,
    pub fate: Fate,
}
