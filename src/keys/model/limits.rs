//! From where a key may be used, and how often.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::AllowedIps;
use crate::{error::FieldError, schema::keys, workspaces::RateLimit};

#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = keys, check_for_backend(diesel::pg::Pg))]
pub struct KeyLimits {
    pub allowed_ips: AllowedIps,
    /// None: the default of its workspace.
    pub rate_limit_per_minute: Option<RateLimit>,
}

impl KeyLimits {
    /// From what was typed: a range a line, and a number; empty is no limit of its own.
    ///
    /// # Errors
    /// Every mistake, under `allowed_ips` and `rate_limit_per_minute`.
    pub fn parse(allowed_ips: &str, rate_limit: &str) -> Result<Self, Vec<FieldError>> {
        let rate = match rate_limit.trim() {
            "" => Ok(None),
            number => RateLimit::typed(number).map(Some),
        };
        match (AllowedIps::parse(allowed_ips), rate) {
            (Ok(allowed_ips), Ok(rate_limit_per_minute)) => Ok(Self {
                allowed_ips,
                rate_limit_per_minute,
            }),
            (ips, rate) => Err([
                ("allowed_ips", ips.err()),
                ("rate_limit_per_minute", rate.err()),
            ]
            .into_iter()
            .filter_map(|(field, why)| Some(FieldError::new(field, why?)))
            .collect()),
        }
    }

    /// With those of them that an entry of the audit log tells of; none: it tells of what there is no more.
    pub fn with(&self, told: &Value) -> Option<Self> {
        let mut limits = self.clone();
        if let Some(ips) = told.get("allowed_ips") {
            let ranges = ips.as_array().map(Vec::as_slice).unwrap_or_default();
            let ranges: Option<Vec<&str>> = ranges.iter().map(Value::as_str).collect();
            limits.allowed_ips = AllowedIps::parse(&ranges?.join("\n")).ok()?;
        }
        if let Some(rate) = told.get("rate_limit_per_minute") {
            limits.rate_limit_per_minute = match rate.as_i64() {
                Some(number) => Some(RateLimit::parse(number).ok()?),
                None => None,
            };
        }
        Some(limits)
    }

    /// What the audit log keeps of them; null is no limit of its own.
    pub fn facts(&self) -> [(&'static str, Value); 2] {
        let ips = &self.allowed_ips;
        let ips = (!ips.is_any()).then(|| ips.ranges().collect::<Vec<_>>());
        [
            ("allowed_ips", json!(ips)),
            ("rate_limit_per_minute", json!(self.rate_limit_per_minute)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_in_limits_are_told_at_once_and_what_the_log_keeps_can_be_gone_back_to() {
        let mistakes = KeyLimits::parse("x", "0").expect_err("two mistakes");
        let fields: Vec<&str> = mistakes.iter().map(|m| &*m.field).collect();
        assert_eq!(fields, ["allowed_ips", "rate_limit_per_minute"]);
        assert_eq!(KeyLimits::parse(" ", ""), Ok(KeyLimits::default()));
        let limits = KeyLimits::parse("10.0.0.0/8", "50").expect("limits");
        for some in [&limits, &KeyLimits::default()] {
            let told: Value = some
                .facts()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            for from in [&limits, &KeyLimits::default()] {
                assert_eq!(from.with(&told).as_ref(), Some(some), "{told}");
            }
        }
        assert_eq!(limits.with(&json!({"label": "ci"})), Some(limits.clone()));
        assert_eq!(limits.with(&json!({"allowed_ips": [7]})), None);
    }
}
