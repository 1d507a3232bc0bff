//! A member as others of the workspace see them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    actor::Role,
    ids::{MemberId, UserId},
    schema::{members, users},
};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    pub id: MemberId,
    pub user_id: UserId,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub removed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    /// Without access, until somebody reinstates them.
    Suspended,
    /// A member no more; kept, because history points at them.
    Removed,
}

impl State {
    /// As addresses name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }
}

impl Member {
    pub fn state(&self) -> State {
        match (self.removed_at, self.suspended_at) {
            (Some(_), _) => State::Removed,
            (None, Some(_)) => State::Suspended,
            (None, None) => State::Active,
        }
    }

    /// One of those of whom a workspace always has one.
    pub fn is_active_owner(&self) -> bool {
        self.role == Role::Owner && self.state() == State::Active
    }
}

/// A member with their name.
#[derive(Debug, Clone)]
pub struct Named {
    pub member: Member,
    pub name: String,
}

/// A member as lists and their own page show them.
#[derive(Debug, Clone)]
pub struct Listed {
    pub member: Member,
    pub name: String,
    pub email: String,
    /// Name and address as they are sorted.
    pub folded: String,
    /// In this workspace.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// Somebody who is written to about a workspace that they are in.
#[derive(Debug, Clone, Queryable)]
pub struct Recipient {
    pub id: MemberId,
    role: Role,
    pub email: String,
    /// Their own, if they chose one: a name of the IANA database.
    pub time_zone: Option<String>,
}

impl Recipient {
    /// An owner or an admin.
    pub fn is_admin(&self) -> bool {
        self.role >= Role::Admin
    }
}

/// A member as whoever shares something with them sees them.
#[derive(Debug, Clone, Queryable)]
pub struct Known {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub is_suspended: bool,
}

/// Whom to ask.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct Contact {
    pub name: String,
    pub email: String,
}
