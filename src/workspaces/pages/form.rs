//! The two forms of *General*: what was typed, and what they were filled with.

use serde::Deserialize;

use crate::{
    error::{Error, FieldError, Result},
    workspaces::model::{Days, Given, Settings, Workspace},
};

/// No expiry, or no maximum.
pub const NONE: &str = "none";
/// The number is in the field beside.
pub const OTHER: &str = "other";

/// Of a setting that is on or off.
pub const YES: &str = "yes";
pub const NO: &str = "no";

/// How the question about the effects was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Not at all: it is to be asked, where there is something to ask.
    Ask,
    Save,
    /// And give the keys beyond the maximum an end within it.
    SaveAndShorten,
}

macro_rules! form {
    ($($(#[$doc:meta])* $field:ident)*) => {
        /// Each form sends its own fields; what is absent stays as it is.
        #[derive(Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct SettingsForm {
            $($(#[$doc])* pub $field: Option<String>,)*
            /// How the question about the effects was answered.
            confirmed: Option<String>,
        }

        impl SettingsForm {
            /// What is absent, as `other` has it.
            pub fn or(self, other: Self) -> Self {
                Self {
                    $($field: self.$field.or(other.$field),)*
                    confirmed: None,
                }
            }

            /// What was sent, to be sent again.
            pub fn fields(&self) -> Vec<(&'static str, String)> {
                let all = [$((stringify!($field), &self.$field)),*];
                all.into_iter()
                    .filter_map(|(name, value)| Some((name, value.clone()?)))
                    .collect()
            }
        }
    };
}

form! {
    name
    slug
    time_zone
    /// A number of days, [`NONE`] or [`OTHER`].
    default_key_lifetime_days
    default_key_lifetime_other
    max_key_lifetime_days
    max_key_lifetime_other
    /// [`YES`] or [`NO`].
    personal_keys
    /// A number of days, [`NONE`] or [`OTHER`].
    unused_key_days
    unused_key_other
    /// Empty: none.
    security_contact
    /// [`YES`] or [`NO`].
    recoverable_keys
    default_rate_limit_per_minute
    /// What the form was filled with: only what differs from it is changed.
    was_name
    was_slug
    was_time_zone
    was_default_key_lifetime_days
    was_max_key_lifetime_days
    was_personal_keys
    was_unused_key_days
    was_security_contact
    was_recoverable_keys
    was_default_rate_limit_per_minute
}

impl SettingsForm {
    pub fn of(workspace: &Workspace) -> Self {
        let lifetimes = workspace.key_lifetimes();
        let days = |days: Option<u16>| days.map_or_else(|| NONE.to_owned(), |n| n.to_string());
        let name = Some(workspace.name.clone());
        let slug = Some(workspace.slug.clone());
        let zone = Some(workspace.time_zone.clone());
        let default = Some(days(lifetimes.default_days()));
        let max = Some(days(lifetimes.max_days()));
        let personal = Some(tick(workspace.personal_keys));
        let unused = Some(days(workspace.unused_key_days.map(Days::number)));
        let contact = workspace.security_contact.as_ref();
        let contact = Some(contact.map_or_else(String::new, |c| c.as_str().to_owned()));
        let recoverable = Some(tick(workspace.recoverable_keys));
        let rate = Some(workspace.default_rate_limit_per_minute.number().to_string());
        Self {
            name: name.clone(),
            slug: slug.clone(),
            time_zone: zone.clone(),
            default_key_lifetime_days: default.clone(),
            default_key_lifetime_other: None,
            max_key_lifetime_days: max.clone(),
            max_key_lifetime_other: None,
            personal_keys: personal.clone(),
            unused_key_days: unused.clone(),
            unused_key_other: None,
            security_contact: contact.clone(),
            recoverable_keys: recoverable.clone(),
            default_rate_limit_per_minute: rate.clone(),
            was_name: name,
            was_slug: slug,
            was_time_zone: zone,
            was_default_key_lifetime_days: default,
            was_max_key_lifetime_days: max,
            was_personal_keys: personal,
            was_unused_key_days: unused,
            was_security_contact: contact,
            was_recoverable_keys: recoverable,
            was_default_rate_limit_per_minute: rate,
            confirmed: None,
        }
    }

    /// A tick that is not set sends nothing: of a form that has it, that says no.
    #[must_use]
    pub fn with_ticks(self) -> Self {
        let has_it = self.was_recoverable_keys.is_some();
        Self {
            recoverable_keys: self.recoverable_keys.or(has_it.then(|| tick(false))),
            ..self
        }
    }

    /// What is to be done about the effects of the change.
    pub fn choice(&self) -> Choice {
        match self.confirmed.as_deref() {
            Some("yes") => Choice::Save,
            Some("shorten") => Choice::SaveAndShorten,
            _ => Choice::Ask,
        }
    }

    /// Back to the form, as it was typed.
    pub fn is_cancelled(&self) -> bool {
        self.confirmed.as_deref() == Some("no")
    }

    /// What the form was filled with and what it says now, or the mistakes in it.
    ///
    /// # Errors
    /// `Unreadable`: it says nothing, or what only the page itself writes was changed.
    pub fn wanted(&self) -> Result<Result<(Settings, Settings), Vec<FieldError>>> {
        let is_empty = [
            &self.name,
            &self.slug,
            &self.time_zone,
            &self.default_key_lifetime_days,
            &self.max_key_lifetime_days,
            &self.personal_keys,
            &self.unused_key_days,
            &self.security_contact,
            &self.recoverable_keys,
            &self.default_rate_limit_per_minute,
        ]
        .iter()
        .all(|field| field.is_none());
        if is_empty {
            return Err(Error::Unreadable("The form has no field of this page."));
        }
        let from = Settings::parse(&Given {
            name: self.was_name.as_deref(),
            slug: self.was_slug.as_deref(),
            time_zone: self.was_time_zone.as_deref(),
            default_key_lifetime_days: days(&self.was_default_key_lifetime_days, &None),
            max_key_lifetime_days: days(&self.was_max_key_lifetime_days, &None),
            personal_keys: is_on(&self.was_personal_keys)?,
            unused_key_days: days(&self.was_unused_key_days, &None),
            security_contact: optional(&self.was_security_contact),
            recoverable_keys: is_on(&self.was_recoverable_keys)?,
            default_rate_limit_per_minute: number(&self.was_default_rate_limit_per_minute),
        })
        .map_err(|_| Error::Unreadable("A field was changed by somebody else than its form."))?;
        let to = Settings::parse(&Given {
            name: self.name.as_deref(),
            slug: self.slug.as_deref(),
            time_zone: self.time_zone.as_deref(),
            default_key_lifetime_days: days(
                &self.default_key_lifetime_days,
                &self.default_key_lifetime_other,
            ),
            max_key_lifetime_days: days(&self.max_key_lifetime_days, &self.max_key_lifetime_other),
            personal_keys: is_on(&self.personal_keys)?,
            unused_key_days: days(&self.unused_key_days, &self.unused_key_other),
            security_contact: optional(&self.security_contact),
            recoverable_keys: is_on(&self.recoverable_keys)?,
            default_rate_limit_per_minute: number(&self.default_rate_limit_per_minute),
        });
        Ok(to.map(|to| (from, to)))
    }
}

fn is_on(choice: &Option<String>) -> Result<Option<bool>> {
    match choice.as_deref() {
        None => Ok(None),
        Some(YES) => Ok(Some(true)),
        Some(NO) => Ok(Some(false)),
        Some(_) => Err(Error::Unreadable(
            "A choice of the form is none of its own.",
        )),
    }
}

/// An empty field is one that says none.
fn optional(field: &Option<String>) -> Option<Option<&str>> {
    let text = field.as_deref()?.trim();
    Some((!text.is_empty()).then_some(text))
}

fn tick(is_set: bool) -> String {
    if is_set { YES } else { NO }.to_owned()
}

/// What is no number is none that is allowed either.
fn number(text: &Option<String>) -> Option<i64> {
    Some(text.as_deref()?.trim().parse().unwrap_or(0))
}

/// What is no number is no number of days either.
fn days(choice: &Option<String>, other: &Option<String>) -> Option<Option<i64>> {
    let number = |text: &str| Some(text.trim().parse().unwrap_or(0));
    Some(match choice.as_deref()? {
        NONE => None,
        OTHER => number(other.as_deref().unwrap_or_default()),
        days => number(days),
    })
}
