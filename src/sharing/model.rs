//! What somebody wants to share, and what a key can make of a role.

mod fitness;
mod pick;
mod request;

pub use fitness::{Flaw, flaw};
pub use pick::{Pick, value};
pub use request::{NewRequest, Request, State};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    actor::FolderRole,
    web::{text, time::Zone},
};

/// What a form gives, checked but for what only the database knows.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Each once.
    pub picks: Vec<Pick>,
    pub role: FolderRole,
    /// None: until somebody takes it away.
    pub ends_at: Option<DateTime<Utc>>,
    /// Those who are given something are written to.
    pub tells: bool,
    /// To them. May be empty.
    pub message: String,
}

/// The last day of a role, as somebody in a zone typed it; empty: there is none.
///
/// # Errors
/// A sentence to the person.
pub fn parse_end(
    typed: &str,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = typed
        .trim()
        .parse()
        .map_err(|_| "Enter a day such as 2027-02-18")?;
    match zone.end_of(day) {
        Some(end) if end > now && crate::web::time::is_sane(day) => Ok(Some(end)),
        _ => Err("Choose today or a later day"),
    }
}

/// Words to somebody, in lines; may be empty.
///
/// # Errors
/// A sentence to the person.
pub fn check_words(typed: &str, what: &str) -> Result<String, String> {
    let words = typed.trim().replace("\r\n", "\n");
    if words.chars().count() > 500 {
        return Err(format!("Keep {what} within 500 characters"));
    }
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        text::line(line, what, 500)?;
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_ends_with_a_day_where_whoever_says_so_is() {
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        let now: DateTime<Utc> = "2026-11-20T23:30:00Z".parse().expect("a time");
        let end = |typed| parse_end(typed, zone, now);
        assert_eq!(end(" "), Ok(None));
        // There it is the 21st already.
        let midnight = "2026-11-21T23:00:00Z".parse().expect("a time");
        assert_eq!(end("2026-11-21"), Ok(Some(midnight)));
        for wrong in ["2026-11-20", "99999-01-01", "tomorrow"] {
            assert!(end(wrong).is_err(), "{wrong}");
        }
    }
}
