//! The settings of a workspace: as they are asked for, checked, and what of them is new.

use diesel::prelude::*;

use super::{Days, RateLimit, SecurityContact, Slug, Workspace, checked_name, unused_days};
use crate::{error::FieldError, schema::workspaces, web::time::Zone};

/// As somebody wants them, unchecked; what is none was not said.
#[derive(Debug, Default)]
pub struct Given<'a> {
    pub name: Option<&'a str>,
    pub slug: Option<&'a str>,
    pub time_zone: Option<&'a str>,
    /// The inner none: no expiry.
    pub default_key_lifetime_days: Option<Option<i64>>,
    /// The inner none: no maximum.
    pub max_key_lifetime_days: Option<Option<i64>>,
    pub personal_keys: Option<bool>,
    /// The inner none: keys that nobody uses stay as they are.
    pub unused_key_days: Option<Option<i64>>,
    /// The inner none: there is none.
    pub security_contact: Option<Option<&'a str>>,
    pub recoverable_keys: Option<bool>,
    pub default_rate_limit_per_minute: Option<i64>,
}

/// The same, each by itself as it may be.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    name: Option<String>,
    slug: Option<Slug>,
    zone: Option<Zone>,
    default_days: Option<Option<Days>>,
    max_days: Option<Option<Days>>,
    personal_keys: Option<bool>,
    unused_days: Option<Option<Days>>,
    contact: Option<Option<SecurityContact>>,
    recoverable_keys: Option<bool>,
    default_rate: Option<RateLimit>,
}

impl Settings {
    /// # Errors
    /// Every mistake, under the name of its field.
    pub fn parse(given: &Given<'_>) -> Result<Self, Vec<FieldError>> {
        let mut mistakes = Vec::new();
        let days = |days: Option<i64>| days.map(Days::parse).transpose();
        let unused = |days: Option<i64>| days.map(unused_days).transpose();
        let contact = |text: Option<&str>| text.map(SecurityContact::parse).transpose();
        let zone = |name: &str| {
            Zone::named(name).ok_or_else(|| {
                "Choose a time zone of the IANA list, for example Europe/Dublin".to_owned()
            })
        };
        let settings = Self {
            name: check(given.name, "name", checked_name, &mut mistakes),
            slug: check(given.slug, "slug", Slug::parse, &mut mistakes),
            zone: check(given.time_zone, "time_zone", zone, &mut mistakes),
            default_days: check(
                given.default_key_lifetime_days,
                "default_key_lifetime_days",
                days,
                &mut mistakes,
            ),
            max_days: check(
                given.max_key_lifetime_days,
                "max_key_lifetime_days",
                days,
                &mut mistakes,
            ),
            personal_keys: given.personal_keys,
            unused_days: check(
                given.unused_key_days,
                "unused_key_days",
                unused,
                &mut mistakes,
            ),
            contact: check(
                given.security_contact,
                "security_contact",
                contact,
                &mut mistakes,
            ),
            recoverable_keys: given.recoverable_keys,
            default_rate: check(
                given.default_rate_limit_per_minute,
                "default_rate_limit_per_minute",
                RateLimit::parse,
                &mut mistakes,
            ),
        };
        match mistakes.is_empty() {
            true => Ok(settings),
            false => Err(mistakes),
        }
    }

    fn of(is: &Workspace) -> Self {
        Self {
            name: Some(is.name.clone()),
            slug: Some(Slug::kept(&is.slug)),
            zone: Zone::named(&is.time_zone),
            default_days: Some(is.default_key_lifetime_days),
            max_days: Some(is.max_key_lifetime_days),
            personal_keys: Some(is.personal_keys),
            unused_days: Some(is.unused_key_days),
            contact: Some(is.security_contact.clone()),
            recoverable_keys: Some(is.recoverable_keys),
            default_rate: Some(is.default_rate_limit_per_minute),
        }
    }

    /// What is new against `from`, which a form was filled with, and against what is so now: two who change different
    /// settings do not undo each other.
    ///
    /// # Errors
    /// What would be so then does not go together.
    pub fn change(&self, from: &Self, is: &Workspace) -> Result<Change, Vec<FieldError>> {
        let now = Self::of(is);
        let change = Change {
            name: news(&self.name, &from.name, &now.name),
            slug: news(&self.slug, &from.slug, &now.slug).map(|slug| slug.as_str().to_owned()),
            time_zone: news(&self.zone, &from.zone, &now.zone).map(Zone::name),
            default_key_lifetime_days: news(
                &self.default_days,
                &from.default_days,
                &now.default_days,
            ),
            max_key_lifetime_days: news(&self.max_days, &from.max_days, &now.max_days),
            personal_keys: news(&self.personal_keys, &from.personal_keys, &now.personal_keys),
            unused_key_days: news(&self.unused_days, &from.unused_days, &now.unused_days),
            security_contact: news(&self.contact, &from.contact, &now.contact),
            recoverable_keys: news(
                &self.recoverable_keys,
                &from.recoverable_keys,
                &now.recoverable_keys,
            ),
            default_rate_limit_per_minute: news(
                &self.default_rate,
                &from.default_rate,
                &now.default_rate,
            ),
        };
        let default = change
            .default_key_lifetime_days
            .unwrap_or(is.default_key_lifetime_days);
        let max = change
            .max_key_lifetime_days
            .unwrap_or(is.max_key_lifetime_days);
        match (default, max) {
            (None, Some(max)) => Err(beyond(max)),
            (Some(default), Some(max)) if default > max => Err(beyond(max)),
            _ => Ok(change),
        }
    }
}

fn check<G, T>(
    given: Option<G>,
    field: &'static str,
    parse: impl Fn(G) -> Result<T, String>,
    mistakes: &mut Vec<FieldError>,
) -> Option<T> {
    match parse(given?) {
        Ok(good) => Some(good),
        Err(why) => {
            mistakes.push(FieldError::new(field, why));
            None
        }
    }
}

fn news<T: Clone + PartialEq>(to: &Option<T>, from: &Option<T>, now: &Option<T>) -> Option<T> {
    to.clone().filter(|_| to != from && to != now)
}

fn beyond(max: Days) -> Vec<FieldError> {
    let why = format!("Choose a default within the maximum of {}", max.in_words());
    vec![FieldError::new("default_key_lifetime_days", why)]
}

/// What changes of a workspace; what is none stays as it is.
#[derive(Debug, Default, PartialEq, AsChangeset)]
#[diesel(table_name = workspaces)]
pub struct Change {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub time_zone: Option<&'static str>,
    /// The inner none: no expiry.
    pub default_key_lifetime_days: Option<Option<Days>>,
    /// The inner none: no maximum.
    pub max_key_lifetime_days: Option<Option<Days>>,
    pub personal_keys: Option<bool>,
    /// The inner none: keys that nobody uses stay as they are.
    pub unused_key_days: Option<Option<Days>>,
    pub security_contact: Option<Option<SecurityContact>>,
    pub recoverable_keys: Option<bool>,
    pub default_rate_limit_per_minute: Option<RateLimit>,
}

impl Change {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The maximum, where it comes nearer than it was.
    pub fn lowers_max_to(&self, is: &Workspace) -> Option<Days> {
        let max = self.max_key_lifetime_days??;
        is.max_key_lifetime_days
            .is_none_or(|was| max < was)
            .then_some(max)
    }
}
