//! What an invitation is, apart from where it is kept.

mod addresses;

pub use addresses::Typed;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::{
    actor::Role,
    ids::{GroupId, InvitationId, MemberId, WorkspaceId},
    people::Email,
    schema::{invitation_groups, invitations},
};

/// How long a link may be followed, and is worth sending.
pub const LASTS: TimeDelta = TimeDelta::days(7);

/// Addresses that one form may invite.
pub const MOST: usize = 50;

/// Groups that one form may name.
pub const MOST_GROUPS: usize = 50;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub struct Invitation {
    pub workspace_id: WorkspaceId,
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    /// Whoever invited saw the link.
    pub was_shown: bool,
    /// Who answers for it.
    pub invited_by_member_id: MemberId,
    pub created_at: DateTime<Utc>,
    /// The last time.
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub accepted_member_id: Option<MemberId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// It can be accepted.
    #[default]
    Open,
    /// Its time is over; it can be sent again.
    Expired,
    Accepted,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Open, Self::Expired, Self::Accepted, Self::Cancelled];

    /// As addresses and the audit log name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Invitation {
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match (self.accepted_at, self.cancelled_at) {
            (Some(_), _) => State::Accepted,
            (None, Some(_)) => State::Cancelled,
            (None, None) if self.expires_at <= now => State::Expired,
            (None, None) => State::Open,
        }
    }

    /// What the audit log keeps of it.
    pub fn facts(&self, groups: &[String], now: DateTime<Utc>) -> Value {
        json!({
            "status": self.state(now).name(),
            "role": self.role.name(),
            "groups": groups,
            "expires_at": self.expires_at,
        })
    }
}

/// A group that whoever accepts comes into.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitation_groups, check_for_backend(diesel::pg::Pg))]
pub struct InvitedGroup {
    /// As it was called when it was chosen.
    pub name: String,
    /// None: it was deleted meanwhile.
    #[diesel(column_name = group_id)]
    pub id: Option<GroupId>,
}

/// Whom somebody wants to invite, each by itself as it may be.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub emails: Vec<Email>,
    pub role: Role,
    pub groups: BTreeSet<GroupId>,
    /// Whoever cannot be invited is left out; else nobody is invited then.
    pub skips: bool,
}
