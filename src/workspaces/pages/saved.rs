//! What came of a change, as it is said on the next page.

use chrono::{DateTime, Utc};

use crate::{
    web::{
        Flash,
        time::{Zone, counted},
        ui::last_moment,
    },
    workspaces::model::Workspace,
};

pub struct Saved {
    pub before: Workspace,
    pub after: Workspace,
    /// Keys that were given an end within the maximum.
    pub shortened: usize,
    /// That end, where there is a maximum.
    pub end: Option<DateTime<Utc>>,
}

impl Saved {
    /// What is otherwise than before, setting by setting.
    pub fn flash(&self, zone: Zone) -> Flash {
        let Self { before, after, .. } = self;
        let (was, is) = (before.key_lifetimes(), after.key_lifetimes());
        let mut said = Vec::new();
        if after.name != before.name {
            said.push(format!("The workspace is called {}.", after.name));
        }
        if after.slug != before.slug {
            said.push(format!("Its address is /w/{}.", after.slug));
        }
        if after.time_zone != before.time_zone {
            said.push(format!(
                "Times are those of {}, except for those who chose a zone in their account.",
                after.time_zone
            ));
        }
        if is.default_days() != was.default_days() {
            said.push(match is.default_days() {
                Some(days) => format!(
                    "New keys end after {} unless something else is chosen.",
                    counted(days.into(), "day")
                ),
                None => "New keys have no expiry unless one is chosen.".to_owned(),
            });
        }
        if is.max_days() != was.max_days() {
            said.push(match is.max_days() {
                Some(days) => format!(
                    "No new date is more than {} away.",
                    counted(days.into(), "day")
                ),
                None => "There is no maximum lifetime.".to_owned(),
            });
        }
        match (before.personal_keys, after.personal_keys) {
            (true, false) => said.push(
                "Members make no new personal keys. Those that they have keep working.".to_owned(),
            ),
            (false, true) => said.push("Members may make personal keys.".to_owned()),
            _ => {}
        }
        if after.unused_key_days != before.unused_key_days {
            said.push(match after.unused_key_days {
                Some(days) => format!(
                    "Keys that nobody uses for {} are deactivated, 7 days after that was told.",
                    days.in_words()
                ),
                None => "Keys that nobody uses stay as they are.".to_owned(),
            });
        }
        if after.security_contact != before.security_contact {
            said.push(match &after.security_contact {
                Some(contact) => format!("The security contact is {}.", contact.as_str()),
                None => "There is no security contact.".to_owned(),
            });
        }
        if after.recoverable_keys != before.recoverable_keys {
            said.push(match after.recoverable_keys {
                true => "New secret keys may be made recoverable.".to_owned(),
                false => "No new key is recoverable. Those that are stay so.".to_owned(),
            });
        }
        let rate = after.default_rate_limit_per_minute;
        if rate != before.default_rate_limit_per_minute {
            said.push(format!(
                "Keys without a limit of their own have {} from the next request on.",
                rate.in_words()
            ));
        }
        if let Some(end) = self.end.filter(|_| self.shortened > 0) {
            let verb = if self.shortened == 1 { "ends" } else { "end" };
            let keys = counted(i64::try_from(self.shortened).unwrap_or(i64::MAX), "key");
            said.push(format!(
                "{keys} {verb} on {} now.",
                zone.long_day(last_moment(end))
            ));
        }
        if said.is_empty() {
            said.push("Nothing is otherwise than it was.".to_owned());
        }
        Flash::done("Saved.", said.join(" "))
    }
}
