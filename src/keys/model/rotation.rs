//! How a key gets a new secret.

use chrono::{DateTime, TimeDelta, Utc};

use super::Lifetime;

/// How long the old secret works on beside the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace(i64);

impl Grace {
    const MOST: i64 = 604_800;

    /// What is offered: now, 15 minutes, 1 hour, 24 hours, 7 days. Any number of seconds between will do.
    pub const USUAL: [Self; 5] = [
        Self(0),
        Self(900),
        Self(3_600),
        Self(86_400),
        Self(Self::MOST),
    ];
    /// Unless chosen otherwise: 24 hours.
    /// The old secret stops at once.
    pub const NONE: Self = Self(0);
    pub const DEFAULT: Self = Self(86_400);

    /// # Errors
    /// A sentence to the person.
    pub fn parse(seconds: i64) -> Result<Self, String> {
        match seconds {
            0..=Self::MOST => Ok(Self(seconds)),
            _ => Err("Choose how long the old value keeps working: at most 7 days".to_owned()),
        }
    }

    /// "24 hours", of what is offered.
    pub fn words(self) -> &'static str {
        match self.0 {
            0 => "Now",
            900 => "15 minutes",
            3_600 => "1 hour",
            86_400 => "24 hours",
            _ => "7 days",
        }
    }

    pub fn seconds(self) -> i64 {
        self.0
    }

    pub fn until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::seconds(self.0)
    }
}

/// A rotation as it is asked for.
#[derive(Debug, Clone)]
pub struct Rotation {
    pub grace: Grace,
    /// None: the key's date stays.
    pub lifetime: Option<Lifetime>,
    /// The key changes hands: the old secret never becomes the only one again.
    pub is_final: bool,
    /// The version of the newest secret that whoever asks knew of: a form rotates a key once, however often it is
    /// sent, and not a key that somebody else has rotated meanwhile. None: whatever it is.
    pub newest: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grace_is_between_nothing_and_seven_days() {
        for seconds in [0, 1, 900, 604_800] {
            assert_eq!(Grace::parse(seconds).map(Grace::seconds), Ok(seconds));
        }
        assert!(Grace::parse(-1).is_err() && Grace::parse(604_801).is_err());
        for usual in Grace::USUAL {
            assert_eq!(Grace::parse(usual.seconds()), Ok(usual));
        }
    }

    #[test]
    fn every_grace_that_is_offered_has_words() {
        let words = Grace::USUAL.map(Grace::words);
        assert_eq!(words, ["Now", "15 minutes", "1 hour", "24 hours", "7 days"]);
    }
}
