//! The mails about keys that will end, or that nobody uses.

use chrono::{DateTime, TimeDelta, Utc};

use super::{model::Key, store::Told};
use crate::{
    mail::{Letter, isolated},
    people::Recipient,
    web::time::{Zone, counted},
    workspaces::{AHEAD, Workspace},
};

/// Keys that a letter names before it only counts them.
const NAMED: usize = 30;

/// How long it is worth writing that a key was leaked.
const LEAKED: TimeDelta = TimeDelta::days(7);

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

    /// Where they go on, why they get it, and whom they can ask. `way`: the words, and the end of the address of one key.
    fn ends(&self, letter: Letter, keys: &[&Told], way: (&'static str, &str)) -> Letter {
        let (of, slug) = (isolated(&self.of.name), &self.of.slug);
        let (settings, account) = (
            format!("/w/{slug}/settings/api-keys"),
            format!("/w/{slug}/account/api-keys"),
        );
        let own: Vec<&Told> = keys
            .iter()
            .copied()
            .filter(|key| key.owner == Some(self.person.id))
            .collect();
        let (words, end) = way;
        let letter = match (self.person.is_admin(), keys, &*own) {
            (true, [only], _) => letter.button(words, format!("{settings}/{}{end}", only.id)),
            (true, ..) => letter.button(
                "See the keys",
                format!("{settings}?status=active&sort=expiry"),
            ),
            // Of those that they only made they may not open the page.
            (false, _, []) => letter,
            (false, _, [only]) => letter.button(words, format!("{account}/{}{end}", only.id)),
            (false, ..) => letter.button(
                "See your keys",
                format!("{account}?status=active&sort=expiry"),
            ),
        };
        letter.small_print(match (self.person.is_admin(), keys.len() - own.len()) {
            (_, 0) => format!("You get this mail because it is about keys of your own in {of}."),
            (true, _) => format!("You get this mail as an admin of {of}."),
            (false, _) => format!(
                "You get this mail because you made what it is about. Admins of {of} can change it."
            ),
        })
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
    let letter = letter.says(
        "To keep an application running, rotate its key before that: the key gets a new value and a later date, and the \
         old value works on until the application has the new one.",
    );
    to.ends(letter, keys, ("Rotate key", "/rotation"))
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
    to.ends(letter, keys, ("See the key", ""))
}

/// After somebody has found it where it must not be.
pub fn leaked(to: &To<'_>, key: &Key, by: &str) -> Letter {
    let (of, label) = (isolated(&to.of.name), isolated(&key.label));
    let letter = Letter::new("key_leaked", &format!("{label} was leaked"), LEAKED)
        .of_workspace(&to.of.name)
        .says(format!(
            "{by} has presented the whole value of an API key of {of}, as one that was found where it must not be. \
             Keyroom has revoked it as compromised, and whatever was made or rotated with it: requests with \
             these keys are refused."
        ))
        .fact(&key.label, &key.mask());
    match to.person.is_admin() {
        true => letter
            .says(
                "What is left to do is on the page of its incident: a new key, the applications, and what was done \
                 with the old one.",
            )
            .button(
                "Open the incident",
                format!("/w/{}/settings/api-keys/{}/incident", to.of.slug, key.id),
            )
            .small_print(format!("You get this mail as an admin of {of}.")),
        false => letter
            .says("If an application needs it, generate another key for it.")
            .button("See your keys", format!("/w/{}/account/api-keys", to.of.slug))
            .small_print(format!(
                "You get this mail because it is about a key of your own in {of}."
            )),
    }
}
