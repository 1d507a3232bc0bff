//! What a key is, apart from where it is kept.

mod bulk;
pub mod days;
mod edit;
mod kind;
mod new;
mod origins;
mod skip;
mod wanted;

pub use bulk::{Bulk, BulkAction, MOST, Within};
pub use edit::{Edit, Setting, Settings};
pub use kind::Kind;
pub use new::{Expiry, Lifetime, NewKey};
pub use origins::Origins;
pub use skip::Skip;
pub use wanted::{Filter, Order, OwnedBy, Place, Search, Wanted};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

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
    pub expires_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_for: Option<Reason>,
    /// Since when its owner is suspended or removed.
    pub suspended_at: Option<DateTime<Utc>>,
}

/// What the key is at this moment; only an active one opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "KeyStatus", example = &"active")]
pub enum State {
    Revoked,
    Suspended,
    Expired,
    Deactivated,
    Active,
}

impl State {
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
            Self::Active => "active",
        }
    }

    /// Why calls with a key in this state are refused. None: they are not.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Revoked => Some(Refusal::KeyRevoked),
            Self::Suspended => Some(Refusal::KeySuspended),
            Self::Expired => Some(Refusal::KeyExpired),
            Self::Deactivated => Some(Refusal::KeyDeactivated),
            Self::Active => None,
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
    /// The first that applies. Ends that are points in time are compared here, never swept.
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
        ends.state(now)
    }

    /// Until when it can be restored: never, if it was revoked as compromised.
    pub fn restorable_until(&self) -> Option<DateTime<Utc>> {
        let unneeded = self.revoked_for == Some(Reason::Unneeded);
        self.revoked_at
            .filter(|_| unneeded)
            .map(|at| at + RESTORABLE)
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
            expires_at: None,
            deactivated_at: None,
            revoked_at: None,
            revoked_for: None,
            suspended_at: None,
        }
    }

    /// What the audit log keeps of it.
    pub fn facts(&self, now: DateTime<Utc>) -> Value {
        let mut facts = json!({
            "label": self.label,
            "permissions": self.permissions,
            "expires_at": self.expires_at,
            "status": self.state(now).name(),
        });
        if self.kind.is_publishable() {
            facts["kind"] = json!(self.kind.name());
            facts["allowed_origins"] = json!(self.allowed_origins);
        }
        if let Some(owner) = self.owner_member_id {
            facts["owner"] = json!({ "type": "member", "id": owner });
        }
        if let Some(reason) = self.revoked_for {
            facts["revoked_for"] = json!(reason.name());
        }
        facts
    }
}

/// Why a key was revoked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, diesel::AsExpression, diesel::FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum Reason {
    Unneeded,
    Compromised,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unneeded => "unneeded",
            Self::Compromised => "compromised",
        }
    }
}

mod sql {
    use diesel::{
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, Output, ToSql},
        sql_types::Text,
    };

    use super::Reason;

    impl FromSql<Text, Pg> for Reason {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                b"unneeded" => Ok(Self::Unneeded),
                b"compromised" => Ok(Self::Compromised),
                _ => Err("a reason that this version does not know".into()),
            }
        }
    }

    impl ToSql<Text, Pg> for Reason {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
        }
    }
}

#[cfg(test)]
mod tests {
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
        for state in State::ALL {
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
