//! What a key is, apart from where it is kept.

mod bounds;
mod bulk;
pub mod days;
mod edit;
mod facts;
mod incident;
mod ips;
mod kind;
mod label;
mod limits;
mod new;
mod origins;
mod patch;
mod reason;
mod recovery;
mod replay;
mod rotation;
mod run;
mod skip;
mod stage;
mod wanted;

pub use bounds::{Bounds, Cleared};
pub use bulk::{Bulk, BulkAction, MOST, Within};
pub use edit::{Edit, Setting, Settings};
pub use incident::{Draft, Drafts, Incident, Step, Tick, Ticks, note};
pub use ips::AllowedIps;
pub use kind::Kind;
pub use label::next_labels;
pub use limits::KeyLimits;
pub use new::{Expiry, Lifetime, NewKey};
pub use origins::Origins;
pub use patch::Patch;
pub use reason::Reason;
pub use recovery::Recovery;
pub use replay::{KNOWN_AGAIN, NamedRequest, RequestName};
pub use rotation::{Grace, Rotation};
pub use run::{Run, RunState};
pub use skip::Skip;
pub use stage::{MOST_TOLD, STAGES, stage};
pub use wanted::{Filter, Order, OwnedBy, Place, Search, Wanted};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::{
    error::Refusal,
    ids::{KeyId, MemberId},
    permissions::Permissions,
    schema::keys,
};

/// How long a revoked key can be restored.
pub const RESTORABLE: TimeDelta = TimeDelta::days(7);

/// A key as everything but the check of its secret sees it: there is no hash in it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = keys, check_for_backend(diesel::pg::Pg))]
pub struct Key {
    pub id: KeyId,
    pub kind: Kind,
    /// Whose personal key it is. None: the workspace's.
    pub owner_member_id: Option<MemberId>,
    pub label: String,
    pub permissions: Permissions,
    pub allowed_origins: Origins,
    pub created_at: DateTime<Utc>,
    pub created_by_member_id: Option<MemberId>,
    pub updated_at: DateTime<Utc>,
    pub updated_by_member_id: Option<MemberId>,
    /// The key that made it.
    pub created_by_key_id: Option<KeyId>,
    /// The key that changed it last, maybe itself. Where a member is named beside it, that one did.
    pub updated_by_key_id: Option<KeyId>,
    pub expires_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_for: Option<Reason>,
    /// Since when its owner is suspended or removed.
    pub suspended_at: Option<DateTime<Utc>>,
    pub recovery: Recovery,
    /// When the old one of two secrets stops, or stopped. None: the key was never rotated, or that was taken back.
    pub rotating_until: Option<DateTime<Utc>>,
    #[diesel(embed)]
    pub limits: KeyLimits,
}

/// What the key is at this moment; only an active one opens anything, also while it rotates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "KeyStatus", example = &"active")]
pub enum State {
    Revoked,
    Suspended,
    Expired,
    Deactivated,
    Rotating,
    Active,
}

impl State {
    /// What keys are listed and counted by: see [`State::listed`].
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Deactivated,
        Self::Expired,
        Self::Suspended,
        Self::Revoked,
    ];

    /// The API's `status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::Rotating => "rotating",
            Self::Active => "active",
        }
    }

    /// In lists and counts a key that rotates is an active one.
    pub fn listed(self) -> Self {
        match self {
            Self::Rotating => Self::Active,
            other => other,
        }
    }

    /// Why calls with a key in this state are refused. None: they are not.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Revoked => Some(Refusal::KeyRevoked),
            Self::Suspended => Some(Refusal::KeySuspended),
            Self::Expired => Some(Refusal::KeyExpired),
            Self::Deactivated => Some(Refusal::KeyDeactivated),
            Self::Rotating | Self::Active => None,
        }
    }
}

/// What a state is made of.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = keys, check_for_backend(diesel::pg::Pg))]
pub struct Ends {
    pub revoked_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
}

impl Ends {
    /// The first that applies; that a key rotates is not in it. Points in time are compared here, never swept.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.revoked_at.is_some() {
            State::Revoked
        } else if self.suspended_at.is_some() {
            State::Suspended
        } else if self.expires_at.is_some_and(|end| end <= now) {
            State::Expired
        } else if self.deactivated_at.is_some() {
            State::Deactivated
        } else {
            State::Active
        }
    }
}

impl Key {
    pub fn state(&self, now: DateTime<Utc>) -> State {
        let ends = Ends {
            revoked_at: self.revoked_at,
            suspended_at: self.suspended_at,
            expires_at: self.expires_at,
            deactivated_at: self.deactivated_at,
        };
        match ends.state(now) {
            State::Active if self.old_until(now).is_some() => State::Rotating,
            state => state,
        }
    }

    /// Until when its old secret works beside the new one, whatever else it is. None: it has one secret.
    pub fn old_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.rotating_until.filter(|end| *end > now)
    }

    /// Until when it can be restored: never, if it was revoked as compromised.
    pub fn restorable_until(&self) -> Option<DateTime<Utc>> {
        let unneeded = self.revoked_for == Some(Reason::Unneeded);
        self.revoked_at
            .filter(|_| unneeded)
            .map(|at| at + RESTORABLE)
    }

    /// Its secret can be shown again.
    pub fn is_recoverable(&self) -> bool {
        self.recovery == Recovery::Possible
    }

    pub fn mask(&self) -> String {
        format!("{}{}…", self.kind.prefix(), self.id)
    }

    /// One for tests that need nothing special.
    #[cfg(test)]
    pub fn for_test(made: DateTime<Utc>) -> Self {
        Self {
            id: KeyId::fresh(),
            kind: Kind::Secret,
            owner_member_id: None,
            label: "ci".to_owned(),
            permissions: Permissions::everything(),
            allowed_origins: Origins::default(),
            created_at: made,
            created_by_member_id: None,
            updated_at: made,
            updated_by_member_id: None,
            created_by_key_id: None,
            updated_by_key_id: None,
            expires_at: None,
            deactivated_at: None,
            revoked_at: None,
            revoked_for: None,
            suspended_at: None,
            recovery: Recovery::Never,
            rotating_until: None,
            limits: KeyLimits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn key() -> Key {
        let now = at("2026-11-20T09:00:00Z");
        Key {
            expires_at: Some(now + TimeDelta::days(90)),
            ..Key::for_test(now)
        }
    }

    #[test]
    fn the_first_state_that_applies_counts() {
        let (mut key, now) = (key(), at("2026-11-21T09:00:00Z"));
        assert_eq!(key.state(now), State::Active);
        key.rotating_until = Some(now + TimeDelta::hours(1));
        assert_eq!(key.state(now), State::Rotating);
        assert_eq!(key.state(now + TimeDelta::hours(1)), State::Active);
        key.deactivated_at = Some(now);
        assert_eq!(key.state(now), State::Deactivated);
        assert_eq!(key.state(now + TimeDelta::days(89)), State::Expired);
        key.suspended_at = Some(now);
        assert_eq!(key.state(now + TimeDelta::days(89)), State::Suspended);
        key.revoked_at = Some(now);
        assert_eq!(key.state(now), State::Revoked);
    }

    #[test]
    fn a_state_has_one_name() {
        for state in State::ALL.into_iter().chain([State::Rotating]) {
            assert_eq!(json!(state), state.name());
        }
    }

    #[test]
    fn a_key_expires_at_its_very_moment() {
        let key = key();
        let end = key.expires_at.expect("it has one");
        assert_eq!(key.state(end - TimeDelta::microseconds(1)), State::Active);
        assert_eq!(key.state(end), State::Expired);
    }

    #[test]
    fn only_what_was_not_compromised_comes_back() {
        let mut key = key();
        assert_eq!(key.restorable_until(), None);
        key.revoked_at = Some(at("2026-11-21T09:00:00Z"));
        key.revoked_for = Some(Reason::Unneeded);
        assert_eq!(key.restorable_until(), Some(at("2026-11-28T09:00:00Z")));
        key.revoked_for = Some(Reason::Compromised);
        assert_eq!(key.restorable_until(), None);
    }
}
