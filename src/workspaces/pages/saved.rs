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
