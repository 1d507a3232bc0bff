//! How long the keys of a workspace live.

use chrono::{DateTime, Days as Span, NaiveDate, Utc};
use diesel::PgConnection;

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

    /// As the maximum of a workspace, whatever else is so there.
    pub(in crate::workspaces) fn only(self) -> KeyLifetimes {
        KeyLifetimes::of(None, Some(self))
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

    /// The last end that a key may be given now: that of the last day; where that is today, which may be over soon, the
    /// very moment of the maximum.
    pub fn last_end(self, zone: Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.last_day(zone, now)? {
            day if day > zone.date_of(now) => zone.end_of(day),
            _ => self.latest(now),
        }
    }

    /// The end of a key that comes back: its own, or the latest that it could be given now.
    pub fn cut(self, end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.admit(end, now) {
            Ok(()) => end,
            Err(_) => self.latest(now),
        }
    }

    /// Whether a key may be given this end now. The one rule, for every way to set one; what has a later end, or none,
    /// from before keeps it until it is revoked.
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

/// What can be asked of the keys that the settings are about, and done with them; by the feature that keeps them, and
/// given to us by `app`.
///
/// # Errors
/// `Forbidden`: the actor may not see the keys, or change them.
#[derive(Clone, Copy)]
pub struct TheKeys {
    /// Whoever changes the settings, which the caller holds, as they stand now; held too.
    pub hold: fn(&mut PgConnection, &Actor, now: DateTime<Utc>) -> Result<Actor>,
    /// Those that end after a moment, or never.
    pub find: fn(&mut PgConnection, &Actor, latest: DateTime<Utc>) -> Result<Beyond>,
    pub count: fn(&mut PgConnection, &Actor, latest: DateTime<Utc>) -> Result<i64>,
    /// Those that nobody has used or changed since a moment, and that would be deactivated for it.
    pub unused: Unused,
    /// Gives those beyond the maximum its [`KeyLifetimes::last_end`], and says how many they were. The caller holds the
    /// workspace. `Conflict`: they are more than [`TheKeys::MOST_SHORTENED`].
    pub shorten: Shorten,
    /// How many keys there are whose secret can be shown again.
    pub recoverable: fn(&mut PgConnection, &Actor) -> Result<i64>,
}

/// Since when, and now.
type Unused = fn(&mut PgConnection, &Actor, (DateTime<Utc>, DateTime<Utc>)) -> Result<Beyond>;

/// In the zone in which days end.
type Shorten = fn(&mut PgConnection, &Actor, (KeyLifetimes, Zone, DateTime<Utc>)) -> Result<usize>;

impl TheKeys {
    /// More are not shortened at once: it takes a few seconds for so many.
    pub const MOST_SHORTENED: i64 = 10_000;
}

pub struct Beyond {
    pub count: i64,
    /// The first ten, those that never end before the others.
    pub first: Vec<BeyondKey>,
}

pub struct BeyondKey {
    pub id: KeyId,
    pub is_publishable: bool,
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
    fn the_last_end_is_that_of_a_day_but_not_of_today() {
        let end = |max, zone, now| {
            let lifetimes = KeyLifetimes::for_test(Some(1), Some(max));
            let zone = Zone::named(zone).expect("a zone");
            let end = lifetimes.last_end(zone, at(now));
            assert_eq!(lifetimes.admit(end, at(now)), Ok(()));
            end.expect("an end")
        };
        let morning = "2026-11-20T09:00:00Z";
        assert_eq!(end(30, "UTC", morning), at("2026-12-20T00:00:00Z"));
        assert_eq!(end(30, "Asia/Tokyo", morning), at("2026-12-19T15:00:00Z"));
        assert_eq!(end(1, "UTC", morning), at("2026-11-21T09:00:00Z"));
        let free = KeyLifetimes::for_test(None, None);
        assert_eq!(free.last_end(Zone::UTC, at(morning)), None);
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
