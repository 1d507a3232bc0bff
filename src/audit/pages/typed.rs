//! The filter as people type it, in an address or in the form of an export.

use chrono::{DateTime, Days, NaiveDate, Utc};
use url::form_urlencoded;

use crate::{
    audit::{
        filter::{Filter, is_action},
        words,
    },
    error::FieldError,
    ids::KeyId,
    web::{
        text,
        time::{self, Zone},
    },
};

/// What was typed; empty where nothing was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub person: String,
    pub key: String,
    pub action: String,
    /// Days in the zone of whoever asks, both of them included.
    pub from: String,
    pub to: String,
    /// `true`, or nothing.
    pub refused: String,
}

impl Typed {
    /// As short as it can be said: without spaces around it, and of a key only its id, whatever was pasted.
    pub fn of(given: [Option<String>; 6]) -> Self {
        let [person, key, action, from, to, refused] =
            given.map(|text| text.unwrap_or_default().trim().to_owned());
        let key = key_id(&key).map_or_else(|| text::without_keys(&key), |id| id.to_string());
        Self {
            person,
            key,
            action,
            from,
            to,
            refused,
        }
    }

    /// What is set, by the names of the fields.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        [
            ("person", &self.person),
            ("key", &self.key),
            ("action", &self.action),
            ("from", &self.from),
            ("to", &self.to),
            ("refused", &self.refused),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.clone()))
        .collect()
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The address of the log at `path` with this filter, and with what else is given.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields());
        query.extend_pairs(more);
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// With other days: from `days` ago on, today being the first of them; without any, all days.
    #[must_use]
    pub fn since(&self, days: Option<u64>, zone: Zone, now: DateTime<Utc>) -> Self {
        let first = days.and_then(|n| zone.date_of(now).checked_sub_days(Days::new(n - 1)));
        Self {
            from: first.map(|day| day.to_string()).unwrap_or_default(),
            to: String::new(),
            ..self.clone()
        }
    }

    /// # Errors
    /// Every mistake, under the names of the fields.
    pub fn parse(&self, zone: Zone) -> Result<Filter, Vec<FieldError>> {
        let mut mistakes = Vec::new();
        let mut check = |field, is_right: bool, why: &str| {
            if !is_right {
                mistakes.push(FieldError::new(field, why));
            }
        };
        let person = given(&self.person).map(|text| text.parse().ok());
        check(
            "person",
            person != Some(None),
            "Choose a person of the list",
        );
        let key = given(&self.key).map(key_id);
        check("key", key != Some(None), KEY);
        let action = given(&self.action).map(|text| is_action(text).then(|| text.to_owned()));
        check(
            "action",
            action != Some(None),
            "Choose an action of the list",
        );
        let from = given(&self.from).map(day);
        check("from", from != Some(None), DAY);
        let to = given(&self.to).map(day);
        check("to", to != Some(None), DAY);
        let (from, to) = (from.flatten(), to.flatten());
        let is_forward = from.zip(to).is_none_or(|(from, to)| from <= to);
        check(
            "to",
            is_forward,
            "Choose a last day that is not before the first",
        );
        let is_known = matches!(self.refused.as_str(), "" | "true");
        check("refused", is_known, "Tick Refused only, or do not");
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Filter {
            person: person.flatten(),
            key: key.flatten(),
            action: action.flatten(),
            from: from.map(|day| zone.start_of(day)),
            to: to.and_then(|day| zone.end_of(day)),
            refused: (self.refused == "true").then_some(true),
        })
    }

    /// "No refused entry is by Ada Park.": what to say where nothing was found.
    pub fn nothing(&self, person: Option<&str>, zone: Zone) -> String {
        let on = |text: &str| day(text).map(|day| zone.day(zone.start_of(day)));
        let said = [
            given(&self.person).map(|_| format!("by {}", person.unwrap_or("that person"))),
            given(&self.key).map(|key| format!("by or about the key {key}")),
            given(&self.action).map(|action| format!("of the kind “{}”", words::name(action))),
            on(&self.from).map(|day| format!("of {day} or later")),
            on(&self.to).map(|day| format!("of {day} or earlier")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        match (self.refused.is_empty(), said.is_empty()) {
            (_, true) => "Nothing in this log was refused.".to_owned(),
            (true, false) => format!("No entry is {}.", said.join(", ")),
            (false, false) => format!("No refused entry is {}.", said.join(", ")),
        }
    }
}

const KEY: &str = "Enter the ID of a key, such as 7Kq2mXw0B1aZ";
const DAY: &str = "Enter a day, such as 2026-11-20";

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The id in whatever people copy: the id itself, a mask, or a whole key.
fn key_id(text: &str) -> Option<KeyId> {
    let after_prefix = text.strip_prefix("skey_").or(text.strip_prefix("pk_"));
    match after_prefix {
        Some(rest) => rest.get(..KeyId::LENGTH)?.parse().ok(),
        None => text.parse().ok(),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    time::is_sane(day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let names = ["person", "key", "action", "from", "to", "refused"];
        Typed::of(names.map(|name| {
            let field = fields.iter().find(|(n, _)| *n == name);
            field.map(|(_, value)| (*value).to_owned())
        }))
    }

    #[test]
    fn of_a_key_only_its_id_is_kept_whatever_was_pasted() {
        let key = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
        for pasted in [
            key,
            " 7Kq2mXw0B1aZ ",
            "skey_7Kq2mXw0B1aZ…",
            "pk_7Kq2mXw0B1aZ",
        ] {
            assert_eq!(typed(&[("key", pasted)]).key, "7Kq2mXw0B1aZ", "{pasted}");
        }
        let within = format!("key={key}");
        assert_eq!(typed(&[("key", &within)]).key, "key=skey_7Kq2mXw0B1aZ…");
    }

    #[test]
    fn days_are_those_of_the_zone_and_both_of_them_are_included() {
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        let filter = typed(&[("from", "2026-10-24"), ("to", "2026-10-25")]).parse(zone);
        let filter = filter.expect("two days");
        let said = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
        assert_eq!(
            said(filter.from).as_deref(),
            Some("2026-10-23T22:00:00+00:00")
        );
        assert_eq!(
            said(filter.to).as_deref(),
            Some("2026-10-25T23:00:00+00:00")
        );
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let wrong = typed(&[
            ("person", "Ada"),
            ("key", "ci"),
            ("action", "revoke!"),
            ("from", "yesterday"),
            ("to", "12026-01-01"),
            ("refused", "no"),
        ]);
        let mistakes = wrong.parse(Zone::UTC).expect_err("all are wrong");
        let fields: Vec<&str> = mistakes.iter().map(|m| &*m.field).collect();
        assert_eq!(fields, ["person", "key", "action", "from", "to", "refused"]);
        let backward = typed(&[("from", "2026-11-20"), ("to", "2026-11-19")]);
        assert!(backward.parse(Zone::UTC).is_err());
    }

    #[test]
    fn an_address_says_what_is_set_and_nothing_else() {
        let filter = typed(&[("action", "key.revoked"), ("refused", "true"), ("to", "")]);
        assert_eq!(
            filter.address("/log", &[("before", "x y")]),
            "/log?action=key.revoked&refused=true&before=x+y"
        );
        assert_eq!(typed(&[]).address("/log", &[]), "/log");
        assert!(typed(&[("key", " ")]).is_empty());
    }

    #[test]
    fn a_period_replaces_the_days() {
        let now = "2026-11-20T09:00:00Z".parse().expect("a time");
        let filter = typed(&[("to", "2026-11-01"), ("refused", "true")]);
        let week = filter.since(Some(7), Zone::UTC, now);
        assert_eq!(week, typed(&[("from", "2026-11-14"), ("refused", "true")]));
        assert_eq!(filter.since(Some(1), Zone::UTC, now).from, "2026-11-20");
        assert_eq!(
            filter.since(None, Zone::UTC, now),
            typed(&[("refused", "true")])
        );
    }
}
