//! When somebody is told that a key will end.

use chrono::{DateTime, TimeDelta, Utc};

/// So many days before it, the last stage first.
pub const STAGES: [i32; 3] = [1, 7, 14];

/// Keys that one transaction tells of.
pub const MOST_TOLD: i64 = 4_000;

/// A key that was made later before a stage than this has not come to it: whoever made it knows.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// The stage that a key has come to, in days: the nearest to its end, so that whoever was away is told once. None: it
/// ends later, or was made too shortly before.
pub fn stage(created_at: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> Option<i32> {
    STAGES.into_iter().find(|days| {
        let begins = end - TimeDelta::days((*days).into());
        begins <= now && created_at <= begins - A_DAY
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_to_each_stage_that_its_life_is_long_enough_for() {
        let end = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let before = |hours: i64| end - TimeDelta::hours(hours);
        let at =
            |life_in_days: i64, hours: i64| stage(before(24 * life_in_days), end, before(hours));
        assert_eq!(at(90, 14 * 24 + 1), None);
        assert_eq!(at(90, 14 * 24), Some(14));
        assert_eq!(at(90, 7 * 24 + 1), Some(14));
        assert_eq!(at(90, 7 * 24), Some(7));
        assert_eq!(at(90, 24), Some(1));
        // Whoever made it for two weeks, or for one, knows that; later they may have forgotten.
        assert_eq!(at(14, 14 * 24), None);
        assert_eq!(at(14, 7 * 24), Some(7));
        assert_eq!(at(7, 7 * 24), None);
        assert_eq!(at(7, 24), Some(1));
        assert_eq!(at(1, 24), None);
        assert_eq!(at(1, 1), None);
    }
}
