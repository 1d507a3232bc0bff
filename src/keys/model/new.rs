//! A key that is about to be made.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::{KeyLimits, Kind, Origins};
use crate::{
    error::FieldError,
    ids::FormNonce,
    permissions::Permissions,
    web::{text, time::Zone},
    workspaces::KeyLifetimes,
};

/// How long a key lives, as it can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    Days(u16),
    /// To the end of that day.
    Until(NaiveDate),
    /// To that very moment, as programs say it.
    At(DateTime<Utc>),
    Unlimited,
    /// Of a key that is edited: as it is.
    Kept(Expiry),
}

impl Lifetime {
    /// That of a key for which nobody says one.
    pub fn default_of(lifetimes: KeyLifetimes) -> Self {
        lifetimes.default_days().map_or(Self::Unlimited, Self::Days)
    }

    /// The end of a key that is given this lifetime now. Every end of a key comes from here.
    ///
    /// # Errors
    /// A sentence to the person.
    pub fn end(
        self,
        lifetimes: KeyLifetimes,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<Expiry, String> {
        let end = match self {
            // What was given before keeps it, whatever the maximum is now.
            Self::Kept(end) => return Ok(end),
            Self::Unlimited => None,
            Self::Days(days) => Some(now + Days::new(days.into())),
            Self::Until(day) => Some(last_moment(day, zone, now)?),
            Self::At(end) => Some(sensible(Some(end), now)?),
        };
        lifetimes.admit(end, now)?;
        Ok(end)
    }
}

fn last_moment(day: NaiveDate, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    sensible(zone.end_of(day), now)
}

fn sensible(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    match end.filter(|end| *end < now + TimeDelta::days(365 * 100)) {
        Some(end) if end > now => Ok(end),
        Some(_) => Err("Choose a date that is not past".to_owned()),
        None => Err("Choose a date within the next 100 years, or no expiry".to_owned()),
    }
}

/// When a key expires. Of a new one it was checked: in the future and within the workspace's maximum, or never.
pub type Expiry = Option<DateTime<Utc>>;

/// Everything a key is made of or edited to, checked but for what only the database knows.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub(in crate::keys) kind: Kind,
    pub(in crate::keys) label: String,
    pub(in crate::keys) permissions: Permissions,
    pub(in crate::keys) allowed_origins: Origins,
    pub(in crate::keys) expires_at: Expiry,
    pub(in crate::keys) limits: KeyLimits,
    pub(in crate::keys) form_nonce: Option<FormNonce>,
    pub(in crate::keys) recoverable: bool,
}

impl NewKey {
    /// A secret key.
    ///
    /// # Errors
    /// Every mistake, under the fields `label`, `permissions` and `expires_on`.
    pub fn parse(
        label: &str,
        permissions: Result<Permissions, String>,
        lifetime: Result<Lifetime, String>,
        (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> Result<Self, Vec<FieldError>> {
        let label = text::line(label, "a label", 80);
        let chosen = permissions.and_then(|permissions| match permissions.is_empty() {
            true => Err("Choose at least one permission".to_owned()),
            false => Ok(permissions),
        });
        let expires_at = lifetime.and_then(|lifetime| lifetime.end(lifetimes, zone, now));
        match (label, chosen, expires_at) {
            (Ok(label), Ok(permissions), Ok(expires_at)) => Ok(Self {
                kind: Kind::Secret,
                label,
                permissions,
                allowed_origins: Origins::default(),
                expires_at,
                limits: KeyLimits::default(),
                form_nonce: None,
                recoverable: false,
            }),
            (label, chosen, expires_at) => {
                let mistakes = [
                    ("label", label.err()),
                    ("permissions", chosen.err()),
                    ("expires_on", expires_at.err()),
                ];
                Err(mistakes
                    .into_iter()
                    .filter_map(|(field, why)| Some(FieldError::new(field, why?)))
                    .collect())
            }
        }
    }

    /// The same as a publishable key.
    #[must_use]
    pub fn publishable(self, allowed_origins: Origins) -> Self {
        Self {
            kind: Kind::Publishable,
            allowed_origins,
            ..self
        }
    }

    #[must_use]
    pub fn within(self, limits: KeyLimits) -> Self {
        Self { limits, ..self }
    }

    /// The form it came from, which makes no second key.
    #[must_use]
    pub fn from_form(self, nonce: FormNonce) -> Self {
        Self {
            form_nonce: Some(nonce),
            ..self
        }
    }

    /// Its secret can be shown again, if the workspace lets that be chosen.
    #[must_use]
    pub fn recoverable(self, recoverable: bool) -> Self {
        Self {
            recoverable,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_date_means_to_the_end_of_that_day() {
        let now = at("2026-11-20T09:00:00Z");
        let free = KeyLifetimes::for_test(None, None);
        let end = |lifetime: Lifetime| lifetime.end(free, Zone::UTC, now);
        let until = |text: &str| end(Lifetime::Until(text.parse().expect("a day")));
        assert_eq!(until("2026-11-20"), Ok(Some(at("2026-11-21T00:00:00Z"))));
        assert!(until("2026-11-19").is_err());
        assert!(until("2999-01-01").is_err());
        assert_eq!(
            end(Lifetime::Days(30)),
            Ok(Some(at("2026-12-20T09:00:00Z")))
        );
        assert_eq!(end(Lifetime::Unlimited), Ok(None));
    }

    #[test]
    fn no_lifetime_is_longer_than_the_maximum() {
        let now = at("2026-11-20T09:00:00Z");
        let most = KeyLifetimes::for_test(Some(7), Some(30));
        let end = |lifetime: Lifetime| lifetime.end(most, Zone::UTC, now);
        let until = |text: &str| end(Lifetime::Until(text.parse().expect("a day")));
        assert!(end(Lifetime::Days(30)).is_ok() && until("2026-12-19").is_ok());
        assert!(end(Lifetime::Days(31)).is_err() && until("2026-12-20").is_err());
        assert!(end(Lifetime::Unlimited).is_err());
        assert_eq!(Lifetime::default_of(most), Lifetime::Days(7));
    }

    #[test]
    fn all_mistakes_of_a_new_key_are_told_at_once() {
        let now = at("2026-11-20T09:00:00Z");
        let mistakes = NewKey::parse(
            " ",
            Ok(Permissions::default()),
            Err("No date".to_owned()),
            (KeyLifetimes::for_test(None, None), Zone::UTC, now),
        )
        .expect_err("three mistakes");
        let fields: Vec<&str> = mistakes.iter().map(|m| &*m.field).collect();
        assert_eq!(fields, ["label", "permissions", "expires_on"]);
    }
}
