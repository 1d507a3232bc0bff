//! Times as people read them: relative while they are near, the exact one always at hand.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::ui::When;

/// "4 minutes ago", "in 3 days"; past thirty days back, the date.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> When {
    when(at, distance(at, now))
}

/// "12 Mar 2026".
pub fn date(at: DateTime<Utc>) -> When {
    when(at, day(at))
}

/// "09:31"; the exact time has the seconds.
pub fn clock_time(at: DateTime<Utc>) -> When {
    When {
        exact: at.format("%-d %B %Y, %H:%M:%S UTC").to_string(),
        ..when(at, at.format("%H:%M").to_string())
    }
}

pub fn day(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y").to_string()
}

/// "18 February 2027".
pub fn long_day(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y").to_string()
}

fn when(at: DateTime<Utc>, text: String) -> When {
    When {
        iso: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        text,
        exact: at.format("%-d %b %Y, %H:%M UTC").to_string(),
    }
}

fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
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
        day(at)
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
        let said = |seconds| relative(now + TimeDelta::seconds(seconds), now).text;
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
