//! When a key ends: the choices of a form, and what was chosen.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    error::FieldError,
    keys::{
        model::{Expiry, Lifetime},
        views::{DateField, ExpiryChoice},
    },
    web::{
        time::{Zone, counted},
        ui::last_moment,
    },
    workspaces::KeyLifetimes,
};

/// The expiry of a key that is edited stays as it is.
pub const KEEP: &str = "keep";
const ON_A_DATE: &str = "date";
const NEVER: &str = "never";

/// The field of a form in which a mistake about an expiry is made: the date where one was asked for, else the choice.
pub fn field(expiry: &str) -> &'static str {
    if expiry == ON_A_DATE {
        "expires_on"
    } else {
        "expiry"
    }
}

/// Mistakes where they were made: each about when a key ends at its [`field`].
pub fn placed(mistakes: &[FieldError], expiry: &str) -> Vec<FieldError> {
    let place = |mistake: &FieldError| match &*mistake.field {
        "expires_on" => FieldError::new(field(expiry), &*mistake.message),
        _ => mistake.clone(),
    };
    mistakes.iter().map(place).collect()
}

/// The value of the workspace's default among the choices.
pub fn default(lifetimes: KeyLifetimes) -> String {
    lifetimes
        .default_days()
        .map_or_else(|| NEVER.to_owned(), |days| days.to_string())
}

/// # Errors
/// A sentence to the person.
pub fn chosen(expiry: &str, expires_on: &str) -> Result<Lifetime, String> {
    match expiry {
        NEVER => Ok(Lifetime::Unlimited),
        ON_A_DATE => expires_on
            .parse::<NaiveDate>()
            .map(Lifetime::Until)
            .map_err(|_| "Enter the date on which the key expires".to_owned()),
        days => match days.parse() {
            Ok(days) if days > 0 => Ok(Lifetime::Days(days)),
            _ => Err("Choose when the key expires".to_owned()),
        },
    }
}

/// The choice of an edit that changes nothing.
pub fn keep(end: Expiry, chosen: &str, zone: Zone, now: DateTime<Utc>) -> ExpiryChoice {
    ExpiryChoice {
        value: KEEP.to_owned(),
        text: "Keep as it is".to_owned(),
        hint: match end {
            Some(end) if end <= now => format!(
                "It expired on {} and stays expired. Choose another to use it again.",
                zone.long_day(last_moment(end))
            ),
            Some(end) => format!("Stops working on {}.", zone.long_day(last_moment(end))),
            None => "Works until somebody deactivates or revokes it.".to_owned(),
        },
        selected: chosen == KEEP,
    }
}

/// The choice that gives a key this many days. None: it is not offered.
pub fn of_days(days: u16, lifetimes: KeyLifetimes) -> Option<String> {
    let usual = KeyLifetimes::USUAL.contains(&days) || lifetimes.default_days() == Some(days);
    usual.then(|| days.to_string())
}

/// The date of that choice, as it was typed.
pub fn date(
    typed: &str,
    error: Option<String>,
    lifetimes: KeyLifetimes,
    (zone, now): (Zone, DateTime<Utc>),
) -> DateField {
    DateField {
        value: typed.to_owned(),
        min: zone.date_of(now).to_string(),
        max: lifetimes
            .last_day(zone, now)
            .map(|day| day.to_string())
            .unwrap_or_default(),
        error,
    }
}

pub fn never() -> String {
    NEVER.to_owned()
}

pub fn on_a_date() -> String {
    ON_A_DATE.to_owned()
}

/// What the workspace allows now. The default is recommended; and it is chosen where `expiry` is not offered any more.
/// None: what is chosen is none of these.
pub fn choices(
    expiry: Option<&str>,
    lifetimes: KeyLifetimes,
    zone: Zone,
    now: DateTime<Utc>,
) -> Vec<ExpiryChoice> {
    let default_days = lifetimes.default_days();
    let days: BTreeSet<u16> = KeyLifetimes::USUAL
        .into_iter()
        .chain(default_days)
        .collect();
    let mut offered: Vec<(String, String, String)> = days
        .into_iter()
        .filter_map(|days| {
            let end = Lifetime::Days(days).end(lifetimes, zone, now).ok()??;
            let mark = match Some(days) == default_days {
                true => " (recommended)",
                false => "",
            };
            Some((
                days.to_string(),
                format!("In {}{mark}", counted(days.into(), "day")),
                format!("Stops working on {}.", zone.long_day(end)),
            ))
        })
        .collect();
    let until = match lifetimes.last_day(zone, now) {
        Some(last) => format!(" {} at the latest.", last.format("%-d %B %Y")),
        None => String::new(),
    };
    offered.push((
        ON_A_DATE.to_owned(),
        "On a date".to_owned(),
        format!("Works to the end of that day, {}.{until}", zone.name()),
    ));
    if Lifetime::Unlimited.end(lifetimes, zone, now).is_ok() {
        offered.push((
            NEVER.to_owned(),
            "No expiry".to_owned(),
            "Works until somebody deactivates or revokes it.".to_owned(),
        ));
    }
    let default = default(lifetimes);
    let chosen = expiry.map(
        |expiry| match offered.iter().any(|(value, ..)| value == expiry) {
            true => expiry,
            false => default.as_str(),
        },
    );
    offered
        .into_iter()
        .map(|(value, text, hint)| ExpiryChoice {
            selected: Some(value.as_str()) == chosen,
            value,
            text,
            hint,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(expiry: &str, default: Option<i64>, max: Option<i64>) -> String {
        let lifetimes = KeyLifetimes::for_test(default, max);
        let now = "2026-11-20T09:00:00Z".parse().expect("a time");
        let all = choices(Some(expiry), lifetimes, Zone::UTC, now);
        assert_eq!(all.iter().filter(|c| c.selected).count(), 1);
        let told = all.iter().map(|c| match c.selected {
            true => format!("[{}]", c.text),
            false => c.text.clone(),
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_default_is_recommended_and_nothing_beyond_the_maximum_is_offered() {
        assert_eq!(
            offered("90", Some(90), None),
            "In 30 days, [In 90 days (recommended)], In 180 days, In 365 days, On a date, No expiry"
        );
        assert_eq!(
            offered("365", Some(45), Some(90)),
            "In 30 days, [In 45 days (recommended)], In 90 days, On a date"
        );
        assert_eq!(
            offered("date", Some(1), Some(1)),
            "In 1 day (recommended), [On a date]"
        );
        assert_eq!(
            offered("never", None, None),
            "In 30 days, In 90 days, In 180 days, In 365 days, On a date, [No expiry]"
        );
    }

    #[test]
    fn a_choice_is_a_number_of_days_a_date_or_never() {
        assert_eq!(chosen("45", ""), Ok(Lifetime::Days(45)));
        assert_eq!(chosen("never", ""), Ok(Lifetime::Unlimited));
        assert!(chosen("date", "2027-02-28").is_ok());
        for (expiry, day) in [
            ("date", "2027-02-30"),
            ("date", ""),
            ("soon", ""),
            ("0", ""),
            ("-1", ""),
        ] {
            assert!(chosen(expiry, day).is_err(), "{expiry} {day}");
        }
    }
}
