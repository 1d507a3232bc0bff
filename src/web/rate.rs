//! How often a key may call, counted in this process: so many calls in a minute, which begins with the first of them.
//!
//! What is left is told as draft-ietf-httpapi-ratelimit-headers-11 (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/>)
//! has it: `RateLimit-Policy` names the quota `q` of a window of `w` seconds, `RateLimit` the `r` calls that remain for the
//! next `t` seconds. A limit of its own for each key, in whole minutes that can be told exactly, is what `governor` does
//! not offer: there one figure holds for all, and what is used up comes back bit by bit.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::KeyId;

const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Whoever is quiet is dropped whenever there are twice as many as were left the last time, and this many at least.
const FEW: usize = 1_024;

#[derive(Clone, Copy)]
struct Window {
    ends_at: DateTime<Utc>,
    used: u32,
}

impl Window {
    /// A clock that was set back begins anew.
    fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.ends_at > now && self.ends_at - now <= WINDOW
    }
}

#[derive(Default)]
struct Windows {
    of: HashMap<KeyId, Window>,
    next_sweep: usize,
}

#[derive(Default)]
pub struct Rates(Mutex<Windows>);

/// What a key may still do in its present minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: u32,
    left: u32,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Rates {
    /// One call more. A limit that is otherwise than before holds for this call already.
    ///
    /// # Errors
    /// There were as many already; this one does not count.
    pub fn take(&self, who: KeyId, limit: u32, now: DateTime<Utc>) -> Result<Quota, Quota> {
        let mut windows = self.windows();
        windows.make_room(now);
        let fresh = Window {
            ends_at: now + WINDOW,
            used: 0,
        };
        let window = windows.of.entry(who).or_insert(fresh);
        if !window.is_open(now) {
            *window = fresh;
        }
        let is_allowed = window.used < limit;
        window.used += u32::from(is_allowed);
        let quota = Quota {
            limit,
            left: limit.saturating_sub(window.used),
            ends_at: window.ends_at,
            now,
        };
        match is_allowed {
            true => Ok(quota),
            false => Err(quota),
        }
    }

    /// The call that took this was refused after all.
    pub fn give_back(&self, who: KeyId, taken: Quota) -> Quota {
        let mut windows = self.windows();
        if let Some(window) = windows.of.get_mut(&who)
            && window.ends_at == taken.ends_at
        {
            window.used = window.used.saturating_sub(1);
        }
        Quota {
            left: taken.limit.min(taken.left + 1),
            ..taken
        }
    }

    /// A count is whole after each statement, so a panic elsewhere leaves nothing half done.
    fn windows(&self) -> MutexGuard<'_, Windows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Windows {
    fn make_room(&mut self, now: DateTime<Utc>) {
        if self.of.len() >= self.next_sweep.max(FEW) {
            self.of.retain(|_, window| window.is_open(now));
            self.next_sweep = self.of.len() * 2;
            self.of.shrink_to(self.next_sweep.max(FEW));
        }
    }
}

impl Quota {
    /// Until the next minute begins.
    pub fn resets_in(&self) -> Duration {
        (self.ends_at - self.now).to_std().unwrap_or_default()
    }

    pub fn tell(&self, headers: &mut HeaderMap) {
        let Self { limit, left, .. } = self;
        let seconds = (self.ends_at - self.now + TimeDelta::microseconds(999_999)).num_seconds();
        let policy = format!("\"default\";q={limit};w={}", WINDOW.num_seconds());
        let rate = format!("\"default\";r={left};t={}", seconds.max(1));
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", rate)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("in range")
    }

    fn told(quota: Quota) -> [String; 2] {
        let mut headers = HeaderMap::new();
        quota.tell(&mut headers);
        ["ratelimit-policy", "ratelimit"].map(|name| {
            let value = headers.get(name).expect("a header");
            value.to_str().expect("text").to_owned()
        })
    }

    #[test]
    fn a_minute_has_so_many_calls_and_begins_with_the_first() {
        let (rates, key, other) = (Rates::default(), KeyId::fresh(), KeyId::fresh());
        let first = rates.take(key, 2, at(0)).expect("the first");
        assert_eq!(
            told(first),
            [r#""default";q=2;w=60"#, r#""default";r=1;t=60"#]
        );
        assert!(rates.take(key, 2, at(30)).is_ok());
        let refused = rates.take(key, 2, at(59)).expect_err("one too many");
        assert_eq!(told(refused)[1], r#""default";r=0;t=1"#);
        assert_eq!(refused.resets_in(), Duration::from_secs(1));
        assert!(rates.take(other, 2, at(59)).is_ok(), "each has its own");
        assert!(rates.take(key, 2, at(60)).is_ok() && rates.take(key, 2, at(61)).is_ok());
        assert!(rates.take(key, 2, at(119)).is_err());
        assert!(
            rates.take(key, 2, at(-1_000)).is_ok(),
            "a clock that was set back"
        );
    }

    #[test]
    fn another_limit_holds_at_once_and_what_was_used_stays_used() {
        let (rates, key) = (Rates::default(), KeyId::fresh());
        for _ in 0..3 {
            assert!(rates.take(key, 5, at(0)).is_ok());
        }
        assert!(rates.take(key, 3, at(1)).is_err());
        let quota = rates.take(key, 10, at(2)).expect("room");
        assert_eq!(quota.left, 6);
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_in_its_own_minute() {
        let (rates, key) = (Rates::default(), KeyId::fresh());
        let quota = rates.take(key, 1, at(0)).expect("the first");
        assert_eq!(rates.give_back(key, quota).left, 1);
        let quota = rates.take(key, 1, at(10)).expect("again");
        assert!(rates.take(key, 1, at(60)).is_ok());
        rates.give_back(key, quota);
        assert!(rates.take(key, 1, at(61)).is_err(), "of the minute before");
    }

    #[test]
    fn whoever_is_quiet_takes_no_memory() {
        let rates = Rates::default();
        for n in 0..20_000 {
            // A thousand new keys a minute.
            assert!(rates.take(KeyId::fresh(), 5, at(n * 60 / 1_000)).is_ok());
            assert!(rates.windows().of.len() <= 2 * FEW + 1_000);
        }
    }
}
