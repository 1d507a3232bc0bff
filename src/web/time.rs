//! Times as people read them: relative while they are near, the exact one always at hand, in the zone of whoever
//! reads, named.

use std::time::Duration;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::ui::When;

/// A moment that the database knows too; what programs and forms send is bounded by it.
pub fn sane(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    is_sane(at.date_naive()).then_some(at)
}

/// A day that the database knows too.
pub fn is_sane(day: NaiveDate) -> bool {
    (1970..10_000).contains(&day.year())
}

/// A time zone by its name in the IANA database, such as `Europe/Dublin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl Zone {
    pub const UTC: Self = Self(Tz::UTC);

    /// Every zone there is, in the order of their names.
    pub fn all() -> impl Iterator<Item = Self> {
        chrono_tz::TZ_VARIANTS.iter().copied().map(Self)
    }

    /// None: there is no such zone.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// "UTC+01:00", as it is then.
    pub fn offset(self, at: DateTime<Utc>) -> String {
        format!("UTC{}", at.with_timezone(&self.0).format("%:z"))
    }

    /// "4 minutes ago", "in 3 days"; past thirty days back, the date.
    pub fn relative(self, at: DateTime<Utc>, now: DateTime<Utc>) -> When {
        self.when(at, self.distance(at, now))
    }

    /// "12 Mar 2026".
    pub fn date(self, at: DateTime<Utc>) -> When {
        self.when(at, self.day(at))
    }

    /// "09:31"; the exact time has the seconds.
    pub fn clock_time(self, at: DateTime<Utc>) -> When {
        let local = at.with_timezone(&self.0);
        When {
            exact: local.format("%-d %B %Y, %H:%M:%S %Z").to_string(),
            ..self.when(at, local.format("%H:%M").to_string())
        }
    }

    /// "12 Mar 2026, 09:31"; the exact time has the seconds.
    pub fn minute(self, at: DateTime<Utc>) -> When {
        let local = at.with_timezone(&self.0);
        When {
            text: local.format("%-d %b %Y, %H:%M").to_string(),
            ..self.clock_time(at)
        }
    }

    /// "12 Mar 2026, 09:31:07 CET".
    pub fn to_the_second(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.0);
        local.format("%-d %b %Y, %H:%M:%S %Z").to_string()
    }

    pub fn day(self, at: DateTime<Utc>) -> String {
        self.date_of(at).format("%-d %b %Y").to_string()
    }

    /// "18 February 2027".
    pub fn long_day(self, at: DateTime<Utc>) -> String {
        self.date_of(at).format("%-d %B %Y").to_string()
    }

    pub fn date_of(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// The first moment of a day. Where the clocks skip midnight, the first that there is.
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        (0..4)
            .map(|quarters| midnight + TimeDelta::minutes(30 * quarters))
            .find_map(|time| self.0.from_local_datetime(&time).earliest())
            .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
    }

    /// The first moment after a day. None: the calendar ends.
    pub fn end_of(self, day: NaiveDate) -> Option<DateTime<Utc>> {
        Some(self.start_of(day.checked_add_days(Days::new(1))?))
    }

    fn when(self, at: DateTime<Utc>, text: String) -> When {
        let local = at.with_timezone(&self.0);
        When {
            iso: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            text,
            exact: local.format("%-d %b %Y, %H:%M %Z").to_string(),
        }
    }

    fn distance(self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let ahead = at - now;
        if ahead > TimeDelta::zero() {
            return format!("in {}", span(ahead));
        }
        let past = -ahead;
        if past < TimeDelta::seconds(45) {
            "just now".to_owned()
        } else if past <= TimeDelta::days(30) {
            format!("{} ago", span(past))
        } else {
            self.day(at)
        }
    }
}

/// In the largest unit that fits, rounded to the nearest.
fn span(by: TimeDelta) -> String {
    let seconds = by.num_seconds();
    let (n, unit) = match seconds {
        ..3_570 => ((seconds + 30) / 60, "minute"),
        3_570..84_600 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    counted(n.max(1), unit)
}

/// How long to wait, rounded up.
pub fn duration(by: Duration) -> String {
    let seconds =
        i64::try_from(by.as_secs() + u64::from(by.subsec_nanos() > 0)).unwrap_or(i64::MAX);
    match seconds {
        ..91 => counted(seconds.max(1), "second"),
        91..5_401 => counted((seconds + 59) / 60, "minute"),
        _ => counted((seconds + 3_599) / 3_600, "hour"),
    }
}

/// "1 key", "2 keys", "2,465 keys".
pub fn counted(n: i64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", grouped(n))
}

/// "2,465".
pub fn grouped(n: i64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_as_people_say_them() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let said = |seconds| {
            Zone::UTC
                .relative(now + TimeDelta::seconds(seconds), now)
                .text
        };
        assert_eq!(said(-10), "just now");
        assert_eq!(said(-240), "4 minutes ago");
        assert_eq!(said(-3_600), "1 hour ago");
        assert_eq!(said(-86_400), "1 day ago");
        assert_eq!(said(-30 * 86_400), "30 days ago");
        assert_eq!(said(-31 * 86_400), "15 Dec 2026");
        assert_eq!(said(90 * 86_400), "in 90 days");
        assert_eq!(said(30), "in 1 minute");
    }

    #[test]
    fn exact_times_are_those_of_the_zone_and_name_it() {
        let at: DateTime<Utc> = "2026-11-20T23:30:00Z".parse().expect("a time");
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        let when = zone.date(at);
        assert_eq!(
            (when.text.as_str(), when.exact.as_str(), when.iso.as_str()),
            (
                "21 Nov 2026",
                "21 Nov 2026, 00:30 CET",
                "2026-11-20T23:30:00Z"
            )
        );
        assert_eq!(Zone::named("Mars/Olympus"), None);
    }

    #[test]
    fn a_day_ends_where_the_next_begins_also_where_the_clocks_change() {
        let end = |zone: &str, day: &str| {
            let zone = Zone::named(zone).expect("a zone");
            let end = zone.end_of(day.parse().expect("a day")).expect("an end");
            end.to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        assert_eq!(end("UTC", "2026-11-20"), "2026-11-21T00:00:00Z");
        assert_eq!(end("Europe/Berlin", "2026-10-25"), "2026-10-25T23:00:00Z");
        // In Cairo the clocks go from 23:59:59 to 01:00:00: the day after begins at one.
        assert_eq!(end("Africa/Cairo", "2026-04-23"), "2026-04-23T22:00:00Z");
        assert_eq!(Zone::UTC.end_of(NaiveDate::MAX), None);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "call"), "1 call");
    }

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!(duration(Duration::from_millis(200)), "1 second");
        assert_eq!(duration(Duration::from_secs(61)), "61 seconds");
        assert_eq!(duration(Duration::from_secs(3_601)), "61 minutes");
        assert_eq!(duration(Duration::from_secs(80_000)), "23 hours");
    }
}
