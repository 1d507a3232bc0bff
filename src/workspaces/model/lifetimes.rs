//! How long the keys of a workspace live.

use chrono::{DateTime, Days as Span, NaiveDate, Utc};

use crate::{
    actor::Actor,
    error::Result,
    ids::KeyId,
    web::time::{Zone, counted},
};

/// A lifetime: 1 to 3,650 days.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    diesel_derive_newtype::DieselNewType,
)]
#[serde(transparent)]
pub struct Days(i32);

impl Days {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(number: i64) -> Result<Self, String> {
        match i32::try_from(number) {
            Ok(days @ 1..=3650) => Ok(Self(days)),
            _ => Err("Enter a number of days from 1 to 3650".to_owned()),
        }
    }

    pub fn number(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }

    /// The moment that is so far away from `now`.
    pub fn after(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + Span::new(self.number().into())
    }

    /// "90 days".
    pub fn in_words(self) -> String {
        counted(self.0.into(), "day")
    }
}

/// How long keys of one workspace live: where nobody says otherwise, and at most.
///
/// Only a workspace has one, and no end of a key is set without it: see [`KeyLifetimes::admit`].
#[derive(Debug, Clone, Copy)]
pub struct KeyLifetimes {
    default: Option<Days>,
    max: Option<Days>,
}

impl KeyLifetimes {
    /// What is offered, in days; any other number will do.
    pub const USUAL: [u16; 4] = [30, 90, 180, 365];

    pub(super) fn of(default: Option<Days>, max: Option<Days>) -> Self {
        Self { default, max }
    }

    #[cfg(test)]
    pub fn for_test(default: Option<i64>, max: Option<i64>) -> Self {
        let days = |number| Days::parse(number).expect("a lifetime");
        Self::of(default.map(days), max.map(days))
    }

    /// None: no expiry.
    pub fn default_days(self) -> Option<u16> {
        self.default.map(Days::number)
    }

    /// None: any date will do, and none.
    pub fn max_days(self) -> Option<u16> {
        self.max.map(Days::number)
    }

    /// The last moment at which a key that is given a date now may end.
    pub fn latest(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.max.map(|max| max.after(now))
    }

    /// The last day that is over by then.
    pub fn last_day(self, zone: Zone, now: DateTime<Utc>) -> Option<NaiveDate> {
        zone.date_of(self.latest(now)?).pred_opt()
    }

    /// Whether a key may be given this end now. The one rule, for every way to set one; what has a later end, or none,
    /// from before keeps it.
    ///
    /// # Errors
    /// A sentence to the person.
    pub fn admit(self, end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), String> {
        let (Some(max), Some(latest)) = (self.max, self.latest(now)) else {
            return Ok(());
        };
        let most = max.in_words();
        match end {
            Some(end) if end <= latest => Ok(()),
            Some(_) => Err(format!(
                "Choose an earlier date: keys of this workspace live at most {most}"
            )),
            None => Err(format!(
                "Choose a date: keys of this workspace live at most {most}"
            )),
        }
    }
}

/// Which keys end after a moment, or never: told by the feature that keeps them, and given to us by `app`.
#[derive(Clone, Copy)]
pub struct KeysBeyond(
    pub fn(&mut diesel::PgConnection, &Actor, latest: DateTime<Utc>) -> Result<Beyond>,
);

pub struct Beyond {
    pub count: i64,
    /// The first ten, those that never end before the others.
    pub first: Vec<BeyondKey>,
}

pub struct BeyondKey {
    pub id: KeyId,
    pub label: String,
    pub expires_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_key_lives_to_the_very_moment_of_the_maximum() {
        let lifetimes = KeyLifetimes::for_test(Some(30), Some(30));
        let now = at("2026-11-20T09:00:00Z");
        assert_eq!(
            lifetimes.admit(Some(at("2026-12-20T09:00:00Z")), now),
            Ok(())
        );
        for end in [Some(at("2026-12-20T09:00:01Z")), None] {
            assert!(lifetimes.admit(end, now).is_err(), "{end:?}");
        }
        let free = KeyLifetimes::for_test(None, None);
        for end in [Some(at("2999-01-01T00:00:00Z")), None] {
            assert_eq!(free.admit(end, now), Ok(()), "{end:?}");
        }
    }

    #[test]
    fn the_last_day_is_the_last_whole_one() {
        let last = |max, zone, now| {
            let zone = Zone::named(zone).expect("a zone");
            let lifetimes = KeyLifetimes::for_test(Some(1), Some(max));
            let day = lifetimes.last_day(zone, at(now)).expect("a day");
            let admit = |day| lifetimes.admit(zone.end_of(day), at(now));
            assert!(admit(day).is_ok(), "{day}");
            let after = day.succ_opt().expect("a day");
            assert!(admit(after).is_err(), "{after}");
            day.to_string()
        };
        assert_eq!(last(30, "UTC", "2026-11-20T09:00:00Z"), "2026-12-19");
        assert_eq!(last(30, "UTC", "2026-11-20T00:00:00Z"), "2026-12-19");
        assert_eq!(last(1, "UTC", "2026-11-20T09:00:00Z"), "2026-11-20");
        assert_eq!(last(30, "Asia/Tokyo", "2026-11-20T20:00:00Z"), "2026-12-20");
    }

    #[test]
    fn a_lifetime_is_one_to_3650_days() {
        for good in [1, 90, 3650] {
            assert!(Days::parse(good).is_ok(), "{good}");
        }
        for bad in [0, -1, 3651, i64::MAX] {
            assert!(Days::parse(bad).is_err(), "{bad}");
        }
    }
}
