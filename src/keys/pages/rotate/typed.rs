//! What was chosen in the dialog.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::expiry::{self, KEEP};
use crate::{
    error::FieldError,
    keys::{
        model::{Grace, Key, Rotation},
        pages::{back::Next, facts::is_soon},
        views::{ExpiryFields, GraceChoice},
    },
    web::{
        time::{Zone, counted},
        ui::last_moment,
    },
    workspaces::KeyLifetimes,
};

/// What a link to the dialog chooses in it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RotateQuery {
    grace: Option<String>,
    expiry: Option<String>,
    #[serde(default)]
    expires_on: String,
    #[serde(default)]
    next: Next,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateForm {
    pub newest: i32,
    #[serde(default)]
    pub grace: String,
    #[serde(default = "keep")]
    pub expiry: String,
    #[serde(default)]
    pub expires_on: String,
    #[serde(default)]
    pub next: Next,
}

pub fn keep() -> String {
    KEEP.to_owned()
}

impl RotateQuery {
    /// A key that is about to end gets a new date, unless chosen otherwise.
    pub fn form(
        self,
        key: &Key,
        newest: i32,
        (lifetimes, now): (KeyLifetimes, DateTime<Utc>),
    ) -> RotateForm {
        let ends = key
            .expires_at
            .is_some_and(|end| end <= now || is_soon(end, now));
        RotateForm {
            newest,
            grace: self
                .grace
                .unwrap_or_else(|| Grace::DEFAULT.seconds().to_string()),
            expiry: self.expiry.unwrap_or_else(|| match ends {
                true => expiry::default(lifetimes),
                false => keep(),
            }),
            expires_on: self.expires_on,
            next: self.next,
        }
    }
}

impl RotateForm {
    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(&self) -> Result<Rotation, Vec<FieldError>> {
        let grace = match self.grace.parse() {
            Ok(seconds) => Grace::parse(seconds),
            Err(_) => Err("Choose how long the old value keeps working".to_owned()),
        };
        let lifetime = match self.expiry.as_str() {
            KEEP => Ok(None),
            expiry => expiry::chosen(expiry, &self.expires_on).map(Some),
        };
        match (grace, lifetime) {
            (Ok(grace), Ok(lifetime)) => Ok(Rotation {
                grace,
                lifetime,
                is_final: false,
                newest: Some(self.newest),
            }),
            (grace, lifetime) => Err([("grace", grace.err()), ("expires_on", lifetime.err())]
                .into_iter()
                .filter_map(|(field, why)| Some(FieldError::new(field, why?)))
                .collect()),
        }
    }

    pub fn placed(&self, mistakes: &[FieldError]) -> Vec<FieldError> {
        expiry::placed(mistakes, &self.expiry)
    }

    pub fn graces(&self, zone: Zone, now: DateTime<Utc>) -> Vec<GraceChoice> {
        let offered = Grace::USUAL.into_iter().map(|grace| {
            let value = grace.seconds().to_string();
            GraceChoice {
                text: grace.words(),
                until: match grace.seconds() {
                    0 => "The old value stops at once".to_owned(),
                    _ => format!("until {}", zone.date(grace.until(now)).exact),
                },
                chosen: value == self.grace,
                value,
            }
        });
        offered.collect()
    }

    pub fn expiries(
        &self,
        key: &Key,
        mistakes: &[FieldError],
        (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> ExpiryFields {
        let is_over = key.expires_at.is_some_and(|end| end <= now);
        let keep = expiry::keep(key.expires_at, &self.expiry, zone, now);
        let asks = match self.expiry.as_str() {
            KEEP if !is_over => None,
            expiry => Some(expiry),
        };
        ExpiryFields {
            expiries: (!is_over)
                .then_some(keep)
                .into_iter()
                .chain(expiry::choices(asks, lifetimes, zone, now))
                .collect(),
            expiry_error: FieldError::of(mistakes, "expiry"),
            date: expiry::date(
                &self.expires_on,
                FieldError::of(mistakes, "expires_on"),
                lifetimes,
                (zone, now),
            ),
        }
    }
}

/// Why the dialog asks for a date that it need not ask other keys for.
pub fn why_date(key: &Key, zone: Zone, now: DateTime<Utc>) -> String {
    match key.expires_at {
        Some(end) if end <= now => format!(
            "It expired on {}, so choose a new date.",
            zone.long_day(last_moment(end))
        ),
        Some(end) if is_soon(end, now) => {
            let left = counted((end - now).num_hours() / 24 + 1, "day");
            format!("It expires within {left}, so choose a new date.")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(grace: &str, expiry: &str, expires_on: &str) -> RotateForm {
        RotateForm {
            newest: 1,
            grace: grace.to_owned(),
            expiry: expiry.to_owned(),
            expires_on: expires_on.to_owned(),
            next: Next::default(),
        }
    }

    #[test]
    fn every_mistake_is_told_where_it_was_made() {
        let told = |form: RotateForm| {
            let mistakes = form.check().err().unwrap_or_default();
            let placed = form.placed(&mistakes);
            placed
                .iter()
                .map(|m| m.field.to_string())
                .collect::<Vec<_>>()
        };
        assert!(told(form("3600", KEEP, "")).is_empty());
        assert!(told(form("0", "90", "")).is_empty());
        assert_eq!(told(form("", "soon", "")), ["grace", "expiry"]);
        assert_eq!(told(form("604801", "date", "")), ["grace", "expires_on"]);
        assert_eq!(told(form("-1", "never", "")), ["grace"]);
    }
}
