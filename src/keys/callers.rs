//! From where keys are called, counted in memory beside the calls: a flood of programs or addresses makes no server
//! larger than [`MOST`] of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    actor::Source,
    ids::{KeyId, WorkspaceId},
};

/// A key, and the version of a secret of it.
pub(super) type OfSecret = (WorkspaceId, KeyId, i32);

/// Callers of one key that are told apart; the rest are counted together, as *other*.
pub(super) const MOST_OF_A_KEY: usize = 1_000;

/// Told apart at once, of all keys, between two writes: some 1.2 kB each at worst.
const MOST: usize = 20_000;

/// On one day; `who` is none for *other*.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CallerDay {
    pub who: Option<Who>,
    pub day: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Who {
    pub ip: IpAddr,
    pub user_agent: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub last_served_at: Option<DateTime<Utc>>,
    pub served: i64,
    pub refused: i64,
}

impl Tally {
    fn of_one(is_served: bool, at: DateTime<Utc>) -> Self {
        Self {
            first_at: at,
            last_at: at,
            last_served_at: is_served.then_some(at),
            served: is_served.into(),
            refused: (!is_served).into(),
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
        self.last_served_at = self.last_served_at.max(other.last_served_at);
        self.served += other.served;
        self.refused += other.refused;
    }
}

/// What was counted and not written yet.
#[derive(Default)]
pub(super) struct Callers {
    tallies: HashMap<OfSecret, HashMap<CallerDay, Tally>>,
    told_apart: usize,
}

impl Callers {
    pub fn count(&mut self, of: OfSecret, source: &Source, is_served: bool, now: DateTime<Utc>) {
        let who = source.ip.map(|ip| Who {
            ip,
            user_agent: source.user_agent.clone(),
        });
        let day = now.date_naive();
        self.add(of, CallerDay { who, day }, &Tally::of_one(is_served, now));
    }

    pub fn put_back(&mut self, taken: &Self) {
        for (of, slot, tally) in taken.iter() {
            self.add(of, slot.clone(), tally);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (OfSecret, &CallerDay, &Tally)> {
        let secrets = self.tallies.iter();
        secrets.flat_map(|(of, tallies)| tallies.iter().map(|(slot, tally)| (*of, slot, tally)))
    }

    fn add(&mut self, of: OfSecret, mut slot: CallerDay, tally: &Tally) {
        let tallies = self.tallies.entry(of).or_default();
        if let Some(there) = tallies.get_mut(&slot) {
            there.add(tally);
            return;
        }
        let rest = CallerDay {
            who: None,
            day: slot.day,
        };
        let told_apart = tallies.len() - usize::from(tallies.contains_key(&rest));
        if told_apart >= MOST_OF_A_KEY || self.told_apart >= MOST {
            slot = rest;
        }
        self.told_apart += usize::from(slot.who.is_some());
        match tallies.entry(slot) {
            Entry::Occupied(mut there) => there.get_mut().add(tally),
            Entry::Vacant(free) => {
                free.insert(*tally);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn source(n: usize) -> Source {
        Source {
            ip: Some(IpAddr::from([203, 0, 113, 7])),
            user_agent: Some(format!("flood/{n}")),
            ..Source::default()
        }
    }

    fn secret() -> OfSecret {
        (WorkspaceId::fresh(), KeyId::fresh(), 1)
    }

    fn sums(callers: &Callers) -> (usize, i64) {
        (
            callers.iter().count(),
            callers.iter().map(|(_, _, tally)| tally.served).sum(),
        )
    }

    #[test]
    fn a_flood_of_programs_is_counted_whole_in_a_bounded_space() {
        let (mut callers, of, now) = (Callers::default(), secret(), at("2026-11-20T09:00:00Z"));
        for n in 0..5_000 {
            callers.count(of, &source(n), true, now);
        }
        assert_eq!(sums(&callers), (MOST_OF_A_KEY + 1, 5_000));
        // The same once more: whoever is told apart stays so, and a database that is away makes nothing of it grow.
        let mut again = Callers::default();
        again.put_back(&callers);
        again.put_back(&callers);
        assert_eq!(sums(&again), (MOST_OF_A_KEY + 1, 10_000));
    }

    #[test]
    fn many_keys_together_have_one_bound() {
        let (mut callers, now) = (Callers::default(), at("2026-11-20T09:00:00Z"));
        let secrets: Vec<OfSecret> = (0..30).map(|_| secret()).collect();
        for of in &secrets {
            for n in 0..1_000 {
                callers.count(*of, &source(n), true, now);
            }
        }
        let (number, served) = sums(&callers);
        assert!(number <= MOST + secrets.len(), "{number}");
        assert_eq!((callers.told_apart, served), (MOST, 30_000));
    }

    #[test]
    fn a_caller_is_told_with_its_first_and_last_call_and_what_came_of_them() {
        let (mut callers, of) = (Callers::default(), secret());
        for (when, is_served) in [
            ("2026-11-20T09:00:00Z", true),
            ("2026-11-20T11:00:00Z", false),
            ("2026-11-20T08:00:00Z", true),
            ("2026-11-21T00:00:00Z", false),
        ] {
            callers.count(of, &source(1), is_served, at(when));
        }
        let mut found: Vec<Tally> = callers.iter().map(|(_, _, tally)| *tally).collect();
        found.sort_by_key(|tally| tally.first_at);
        let expected = Tally {
            first_at: at("2026-11-20T08:00:00Z"),
            last_at: at("2026-11-20T11:00:00Z"),
            last_served_at: Some(at("2026-11-20T09:00:00Z")),
            served: 2,
            refused: 1,
        };
        assert_eq!(found[0], expected);
        assert_eq!((found[1].last_served_at, found[1].refused), (None, 1));
    }

    #[test]
    fn whose_address_is_unknown_is_other() {
        let (mut callers, of) = (Callers::default(), secret());
        callers.count(of, &Source::default(), true, at("2026-11-20T09:00:00Z"));
        assert!(callers.iter().all(|(_, slot, _)| slot.who.is_none()));
    }
}
