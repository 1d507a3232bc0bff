use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::{
    error::{FieldError, Refusal},
    ids::{FormNonce, KeyId, MemberId},
    permissions::Permissions,
    schema::keys,
    web::text,
};

/// How long a revoked key can be restored.
pub const RESTORABLE: TimeDelta = TimeDelta::days(7);

/// A key as everything but the check of its secret sees it: there is no hash in it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = keys, check_for_backend(diesel::pg::Pg))]
pub struct Key {
    pub id: KeyId,
    pub label: String,
    pub permissions: Permissions,
    pub created_at: DateTime<Utc>,
    pub created_by_member_id: Option<MemberId>,
    pub updated_at: DateTime<Utc>,
    pub updated_by_member_id: Option<MemberId>,
    pub expires_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_for: Option<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Revoked,
    Expired,
    Deactivated,
    Active,
}

impl State {
    /// The API's `status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::Active => "active",
        }
    }

    /// Why calls with a key in this state are refused. None: they are not.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Revoked => Some(Refusal::KeyRevoked),
            Self::Expired => Some(Refusal::KeyExpired),
            Self::Deactivated => Some(Refusal::KeyDeactivated),
            Self::Active => None,
        }
    }
}

impl Key {
    /// The first that applies. Ends that are points in time are compared here, never swept.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.revoked_at.is_some() {
            State::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            State::Expired
        } else if self.deactivated_at.is_some() {
            State::Deactivated
        } else {
            State::Active
        }
    }

    /// Until when it can be restored: never, if it was revoked as compromised.
    pub fn restorable_until(&self) -> Option<DateTime<Utc>> {
        let unneeded = self.revoked_for == Some(Reason::Unneeded);
        self.revoked_at
            .filter(|_| unneeded)
            .map(|at| at + RESTORABLE)
    }

    pub fn mask(&self) -> String {
        format!("skey_{}…", self.id)
    }

    /// What the audit log keeps of it.
    pub fn facts(&self, now: DateTime<Utc>) -> Value {
        let mut facts = json!({
            "label": self.label,
            "permissions": self.permissions,
            "expires_at": self.expires_at,
            "status": self.state(now).name(),
        });
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

/// How long a new key lives, as it can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    Days(u16),
    /// To the end of that day, UTC.
    Until(NaiveDate),
    Unlimited,
}

impl Lifetime {
    /// # Errors
    /// A sentence to the person.
    pub fn end(self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, String> {
        match self {
            Self::Unlimited => Ok(None),
            Self::Days(days) => Ok(Some(now + Days::new(days.into()))),
            Self::Until(day) => {
                let end = day
                    .checked_add_days(Days::new(1))
                    .map(|next| next.and_time(NaiveTime::MIN).and_utc())
                    .filter(|end| *end < now + TimeDelta::days(365 * 100));
                match end {
                    Some(end) if end > now => Ok(Some(end)),
                    Some(_) => Err("Choose a date that is not past".to_owned()),
                    None => Err("Choose a date within the next 100 years, or no expiry".to_owned()),
                }
            }
        }
    }
}

/// The expiry of a new key, checked: in the future, or none.
pub type Expiry = Option<DateTime<Utc>>;

/// Everything a new key is made of, checked but for what only the database knows.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub(super) label: String,
    pub(super) permissions: Permissions,
    pub(super) expires_at: Expiry,
    pub(super) form_nonce: Option<FormNonce>,
}

impl NewKey {
    /// # Errors
    /// Every mistake, under the fields `label`, `permissions` and `expires_on`.
    pub fn parse(
        label: &str,
        permissions: Result<Permissions, String>,
        lifetime: Result<Lifetime, String>,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<FieldError>> {
        let label = text::line(label, "a label", 80);
        let chosen = permissions.and_then(|permissions| match permissions.is_empty() {
            true => Err("Choose at least one permission".to_owned()),
            false => Ok(permissions),
        });
        let expires_at = lifetime.and_then(|lifetime| lifetime.end(now));
        match (label, chosen, expires_at) {
            (Ok(label), Ok(permissions), Ok(expires_at)) => Ok(Self {
                label,
                permissions,
                expires_at,
                form_nonce: None,
            }),
            (label, chosen, expires_at) => {
                let mistakes = [
                    ("label", label.err()),
                    ("permissions", chosen.err()),
                    ("expires_on", expires_at.err()),
                ];
                Err(mistakes
                    .into_iter()
                    .filter_map(|(field, message)| {
                        Some(FieldError {
                            field,
                            message: message?,
                        })
                    })
                    .collect())
            }
        }
    }

    /// The form it came from, which makes no second key.
    #[must_use]
    pub fn from_form(self, nonce: FormNonce) -> Self {
        Self {
            form_nonce: Some(nonce),
            ..self
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
            id: KeyId::fresh(),
            label: "ci".to_owned(),
            permissions: Permissions::everything(),
            created_at: now,
            created_by_member_id: None,
            updated_at: now,
            updated_by_member_id: None,
            expires_at: Some(now + TimeDelta::days(90)),
            deactivated_at: None,
            revoked_at: None,
            revoked_for: None,
        }
    }

    #[test]
    fn the_first_state_that_applies_counts() {
        let (mut key, now) = (key(), at("2026-11-21T09:00:00Z"));
        assert_eq!(key.state(now), State::Active);
        key.deactivated_at = Some(now);
        assert_eq!(key.state(now), State::Deactivated);
        assert_eq!(key.state(now + TimeDelta::days(89)), State::Expired);
        key.revoked_at = Some(now);
        assert_eq!(key.state(now), State::Revoked);
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

    #[test]
    fn a_date_means_to_the_end_of_that_day() {
        let now = at("2026-11-20T09:00:00Z");
        let until = |text: &str| Lifetime::Until(text.parse().expect("a day")).end(now);
        assert_eq!(until("2026-11-20"), Ok(Some(at("2026-11-21T00:00:00Z"))));
        assert!(until("2026-11-19").is_err());
        assert!(until("2999-01-01").is_err());
        assert_eq!(
            Lifetime::Days(30).end(now),
            Ok(Some(at("2026-12-20T09:00:00Z")))
        );
        assert_eq!(Lifetime::Unlimited.end(now), Ok(None));
    }

    #[test]
    fn all_mistakes_of_a_new_key_are_told_at_once() {
        let now = at("2026-11-20T09:00:00Z");
        let mistakes = NewKey::parse(
            " ",
            Ok(Permissions::default()),
            Err("No date".to_owned()),
            now,
        )
        .expect_err("three mistakes");
        let fields: Vec<_> = mistakes.iter().map(|m| m.field).collect();
        assert_eq!(fields, ["label", "permissions", "expires_on"]);
    }
}
