//! Calls by day: of today, in the zone of whoever looks, and of the days before.

use chrono::{DateTime, Days, DurationRound, NaiveDate, TimeDelta, Utc};

use crate::web::time::Zone;

/// How many days a card and a chart look back on, today among them.
pub const DAYS: u64 = 28;

/// The calls of one hour of UTC: served, or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub begins: DateTime<Utc>,
    pub served: bool,
    pub calls: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub served: i64,
    pub refused: i64,
}

/// The first hour that belongs to these days.
///
/// Calls are counted by the hours of UTC. Where midnight lies within one of them, as it does in India, that hour
/// belongs to the day in which it begins.
pub fn first_hour(zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    let start = zone.start_of(first_day(zone, now));
    let hour = TimeDelta::hours(1);
    (start + hour - TimeDelta::nanoseconds(1))
        .duration_trunc(hour)
        .unwrap_or(start)
}

fn first_day(zone: Zone, now: DateTime<Utc>) -> NaiveDate {
    let today = zone.date_of(now);
    today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today)
}

/// Every one of the days, the oldest first, also those without a call.
pub fn by_day(hours: &[Hour], zone: Zone, now: DateTime<Utc>) -> Vec<Day> {
    let mut days: Vec<Day> = first_day(zone, now)
        .iter_days()
        .take_while(|date| *date <= zone.date_of(now))
        .map(|date| Day {
            date,
            served: 0,
            refused: 0,
        })
        .collect();
    for hour in hours {
        let date = zone.date_of(hour.begins);
        // What another server, whose clock is ahead, has counted of tomorrow is today's.
        let at = days.partition_point(|day| day.date <= date);
        if let Some(day) = at.checked_sub(1).and_then(|at| days.get_mut(at)) {
            match hour.served {
                true => day.served += hour.calls,
                false => day.refused += hour.calls,
            }
        }
    }
    days
}

/// Does midnight lie within an hour of UTC on one of these days?
pub fn splits_an_hour(zone: Zone, now: DateTime<Utc>) -> bool {
    first_day(zone, now)
        .iter_days()
        .take_while(|date| *date <= zone.date_of(now))
        .any(|date| zone.start_of(date).timestamp() % 3600 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).expect("a zone")
    }

    fn served(begins: &str, calls: i64) -> Hour {
        Hour {
            begins: at(begins),
            served: true,
            calls,
        }
    }

    #[test]
    fn the_days_end_with_today_wherever_that_is() {
        let now = at("2026-11-20T20:00:00Z");
        for (name, first, last, hour) in [
            ("UTC", "2026-10-24", "2026-11-20", "2026-10-24T00:00:00Z"),
            // The clocks went back on 25 October.
            (
                "Europe/Berlin",
                "2026-10-24",
                "2026-11-20",
                "2026-10-23T22:00:00Z",
            ),
            // It is the 21st there.
            (
                "Asia/Tokyo",
                "2026-10-25",
                "2026-11-21",
                "2026-10-24T15:00:00Z",
            ),
            (
                "Asia/Kolkata",
                "2026-10-25",
                "2026-11-21",
                "2026-10-24T19:00:00Z",
            ),
        ] {
            let days = by_day(&[], zone(name), now);
            assert_eq!(days.len() as u64, DAYS, "{name}");
            let dates = [days[0].date, days[27].date].map(|date| date.to_string());
            assert_eq!(dates, [first, last], "{name}");
            assert_eq!(first_hour(zone(name), now), at(hour), "{name}");
        }
    }

    #[test]
    fn an_hour_across_midnight_belongs_to_the_day_in_which_it_begins() {
        let (india, now) = (zone("Asia/Kolkata"), at("2026-11-20T20:00:00Z"));
        // Midnight is at 18:30 of UTC.
        let hours = [
            served("2026-11-19T18:00:00Z", 1),
            served("2026-11-19T19:00:00Z", 20),
            served("2026-11-20T18:00:00Z", 300),
            served("2026-11-20T19:00:00Z", 4_000),
        ];
        let days = by_day(&hours, india, now);
        let last: Vec<i64> = days[25..].iter().map(|day| day.served).collect();
        assert_eq!(last, [1, 320, 4_000]);
        assert!(splits_an_hour(india, now));
        assert!(splits_an_hour(zone("Asia/Kathmandu"), now));
        assert!(!splits_an_hour(zone("Europe/Berlin"), now));
    }

    #[test]
    fn refused_calls_are_told_apart_and_nothing_is_lost() {
        let now = at("2026-11-20T20:00:00Z");
        let refused = Hour {
            served: false,
            ..served("2026-11-20T19:00:00Z", 7)
        };
        let early = served("2026-11-21T00:00:00Z", 5);
        let old = served("2026-10-23T23:00:00Z", 99);
        let days = by_day(&[refused, early, old], Zone::UTC, now);
        assert_eq!((days[27].served, days[27].refused), (5, 7));
        assert_eq!(days[..27].iter().map(|day| day.served).sum::<i64>(), 0);
    }
}
