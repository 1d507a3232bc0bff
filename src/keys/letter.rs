//! The mails about keys that will end, or that nobody uses.

use chrono::{DateTime, TimeDelta, Utc};

use super::store::Told;
use crate::{
    mail::{Letter, isolated},
    people::Recipient,
    web::time::{Zone, counted},
    workspaces::{AHEAD, Workspace},
};

/// Keys that a letter names before it only counts them.
const NAMED: usize = 30;

/// Who is written to, about which workspace.
pub struct To<'a> {
    pub person: &'a Recipient,
    pub of: &'a Workspace,
}

impl To<'_> {
    /// Their own, or else that of the workspace.
    fn zone(&self) -> Zone {
        let own = self.person.time_zone.as_deref();
        let zone = Zone::named(own.unwrap_or(&self.of.time_zone));
        zone.unwrap_or_default()
    }

    /// Why they get it, and whom they can ask.
    fn ends(&self, letter: Letter, keys: &[&Told]) -> Letter {
        let (of, slug) = (isolated(&self.of.name), &self.of.slug);
        let list = format!("/w/{slug}/settings/api-keys");
        match (self.person.is_admin(), keys) {
            (true, [only]) => letter
                .button("See the key", format!("{list}/{}", only.id))
                .small_print(format!("You get this mail as an admin of {of}.")),
            (true, _) => letter
                .button("See the keys", format!("{list}?status=active&sort=expiry"))
                .small_print(format!("You get this mail as an admin of {of}.")),
            (false, _) => letter.small_print(format!(
                "You get this mail because you made what it is about. Admins of {of} can change it."
            )),
        }
    }
}

/// A letter that names the keys, each with a time.
fn naming(letter: Letter, keys: &[&Told], said: impl Fn(&Told) -> String) -> Letter {
    let mut letter = letter;
    for key in keys.iter().take(NAMED) {
        letter = letter.fact(&key.label, &said(key));
    }
    match keys.len().saturating_sub(NAMED) {
        0 => letter,
        more => letter.says(format!("And {}.", counted_keys(more))),
    }
}

fn counted_keys(n: usize) -> String {
    counted(i64::try_from(n).unwrap_or(i64::MAX), "more key")
}

/// Before they expire.
pub fn ending(to: &To<'_>, keys: &[&Told], now: DateTime<Utc>) -> Letter {
    let (zone, of) = (to.zone(), isolated(&to.of.name));
    let first = keys.iter().map(|key| key.at).min().unwrap_or(now);
    let subject = match keys {
        [only] => format!(
            "{} expires {}",
            isolated(&only.label),
            zone.relative(only.at, now).text
        ),
        many => format!("{} API keys of {of} expire soon", many.len()),
    };
    // It is worth reading only until then.
    let lasts = (first - now).clamp(TimeDelta::hours(1), TimeDelta::days(7));
    let letter = Letter::new("key_expiry", &subject, lasts)
        .of_workspace(&to.of.name)
        .says(match keys {
            [_] => format!(
                "An API key of {of} will stop working. Requests with it are refused from then on."
            ),
            _ => format!(
                "API keys of {of} will stop working. Requests with them are refused from then on."
            ),
        });
    let letter = naming(letter, keys, |key| {
        let end = zone.relative(key.at, now);
        format!("{}, on {}", end.text, end.exact)
    });
    let letter = letter.says("To keep an application running, give its key a later date, or give the application another key, before that.");
    to.ends(letter, keys)
}

/// Before they are deactivated.
pub fn unused(to: &To<'_>, keys: &[&Told], _: DateTime<Utc>) -> Letter {
    let (zone, of) = (to.zone(), isolated(&to.of.name));
    let subject = match keys {
        [only] => format!("Nobody uses {}", isolated(&only.label)),
        many => format!("Nobody uses {} API keys of {of}", many.len()),
    };
    let days = to.of.unused_key_days.map(|days| days.in_words());
    let letter = Letter::new("key_unused", &subject, AHEAD)
        .of_workspace(&to.of.name)
        .says(format!(
            "{of} deactivates API keys that nobody has used or changed for {}. These will be deactivated in 7 days at \
             the earliest, unless they are used before.",
            days.unwrap_or_default()
        ));
    let letter = naming(letter, keys, |key| {
        format!("not used or changed since {}", zone.date(key.at).exact)
    });
    let letter = letter.says("A deactivated key can be activated again at any time.");
    to.ends(letter, keys)
}
