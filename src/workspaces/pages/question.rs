//! What a change of the settings does that is better seen before: to links, and to keys.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::form::SettingsForm;
use crate::{
    actor::Actor,
    error::Result,
    policy::{ChangeWorkspace, permit},
    web::{
        Site, time,
        ui::{KeyTag, Shell, last_moment},
    },
    workspaces::{
        model::{Beyond, Change, Days, SecurityContact, TheKeys, Workspace, quiet_before},
        store,
        views::{Question, TouchedKey},
    },
};

pub struct Effects {
    is: Workspace,
    change: Change,
    /// The addresses before this one, the latest first.
    former: Vec<String>,
    /// A maximum that comes nearer, and the keys that lie beyond it.
    lowered: Option<(Days, Beyond)>,
    /// After how many days keys that nobody uses are deactivated from now on, and those that it would be.
    unused: Option<(Days, Beyond)>,
}

impl Effects {
    /// None: whoever changes it sees on the page itself what it does.
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        is: Workspace,
        change: Change,
        keys: TheKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let lowered = match change.lowers_max_to(&is) {
            Some(max) => Some((max, (keys.find)(conn, actor, max.after(now))?)),
            None => None,
        };
        let unused = match change.unused_key_days.flatten() {
            Some(days) => Some((
                days,
                (keys.unused)(conn, actor, (quiet_before(days, now), now))?,
            )),
            None => None,
        };
        if change.slug.is_none() && lowered.is_none() && unused.is_none() {
            return Ok(None);
        }
        let former = store::former(conn, &permit::<ChangeWorkspace>(actor)?)?;
        Ok(Some(Self {
            is,
            change,
            former,
            lowered,
            unused,
        }))
    }

    pub fn question(
        &self,
        form: &SettingsForm,
        shell: &Shell,
        site: &Site,
        now: DateTime<Utc>,
    ) -> Question {
        let (title, verb) = match (&self.change.slug, &self.lowered, &self.unused) {
            (Some(_), None, None) => ("Change the address?".to_owned(), "Change address"),
            (None, Some((max, _)), None) => (
                format!("Set the maximum lifetime to {}?", max.in_words()),
                "Set maximum",
            ),
            (None, None, Some((days, _))) => (
                format!("Deactivate keys that nobody uses for {}?", days.in_words()),
                "Deactivate unused keys",
            ),
            _ => ("Save these changes?".to_owned(), "Save changes"),
        };
        let mut text = Vec::new();
        if let Some(slug) = &self.change.slug {
            text.extend(self.of_address(slug, site));
        }
        let mut keys = Vec::new();
        let mut more = String::new();
        let (mut verb, mut shorten) = (verb.to_owned(), None);
        if let Some((max, beyond)) = &self.lowered {
            let end = max.only().last_end(shell.zone, now);
            let day = end.map(|end| shell.zone.long_day(last_moment(end)));
            text.extend(of_maximum(*max, beyond.count, &day.unwrap_or_default()));
            (verb, shorten) = verbs(&verb, beyond.count);
            (keys, more) = named(beyond, |end| {
                end.map_or_else(
                    || "No expiry".to_owned(),
                    |end| shell.zone.relative(last_moment(end), now).text,
                )
            });
        }
        if let Some((days, unused)) = &self.unused {
            text.extend(of_unused(*days, unused.count));
            if keys.is_empty() {
                (keys, more) = named(unused, |_| String::new());
            }
        }
        text.extend(self.of_the_rest());
        Question {
            title,
            verb,
            shorten,
            text,
            keys,
            more,
            fields: form.fields(),
        }
    }

    fn of_address(&self, slug: &str, site: &Site) -> Vec<String> {
        let (name, was) = (&self.is.name, &self.is.slug);
        let place = site.public_url.without_scheme(&format!("/w/{slug}"));
        let mut text = vec![
            format!("The pages of {name} move to {place}."),
            format!(
                "Links to /w/{was} lead members on to /w/{slug}, and no other workspace can take that address. Programs \
                 do not use it: calls with API keys go on."
            ),
        ];
        let kept = self.former.iter().filter(|former| *former != slug);
        if let Some(oldest) = kept.skip(store::MOST_FORMER - 1).last() {
            text.push(format!(
                "Links to /w/{oldest} end: {} former addresses are kept.",
                store::MOST_FORMER
            ));
        }
        text
    }

    /// What is saved with it.
    fn of_the_rest(&self) -> Option<String> {
        let change = &self.change;
        let days = |days: Days| format!("a default lifetime of {}", days.in_words());
        let also: Vec<String> = [
            change.name.as_ref().map(|name| format!("the name {name}")),
            change.time_zone.map(|zone| format!("the time zone {zone}")),
            change
                .default_key_lifetime_days
                .map(|default| default.map_or_else(|| "no default lifetime".to_owned(), days)),
            change.security_contact.as_ref().map(|contact| {
                let none = || "no security contact".to_owned();
                let some = |c: &SecurityContact| format!("the security contact {}", c.as_str());
                contact.as_ref().map_or_else(none, some)
            }),
            change.recoverable_keys.map(|may| match may {
                true => "that new keys may be made recoverable".to_owned(),
                false => "that no new key is recoverable".to_owned(),
            }),
            change
                .default_rate_limit_per_minute
                .map(|rate| format!("a default rate limit of {}", rate.in_words())),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!also.is_empty()).then(|| format!("Saved with it: {}.", also.join(", ")))
    }
}

/// The first of them, and how many more there are.
fn named(
    beyond: &Beyond,
    end: impl Fn(Option<DateTime<Utc>>) -> String,
) -> (Vec<TouchedKey>, String) {
    let keys: Vec<TouchedKey> = beyond
        .first
        .iter()
        .map(|key| TouchedKey {
            label: key.label.clone(),
            tag: KeyTag::small(key.id.as_str()).publishable(key.is_publishable),
            end: end(key.expires_at),
        })
        .collect();
    let rest = beyond.count - i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let more = match rest {
        1.. => format!("and {} more", time::grouped(rest)),
        _ => String::new(),
    };
    (keys, more)
}

fn of_unused(days: Days, unused: i64) -> Vec<String> {
    let now = match unused {
        0 => "Today this is about no key.".to_owned(),
        1 => "Today it is about 1 key. It is told within the hour, and the key is deactivated 7 days later, unless \
            somebody uses or changes it before."
            .to_owned(),
        n => format!(
            "Today it is about {}. It is told within the hour, and they are deactivated 7 days later, unless somebody uses \
             or changes them before.",
            time::counted(n, "key")
        ),
    };
    vec![
        format!(
            "A key that nobody has used or changed for {} is deactivated. Whoever made it and the admins are told 7 days \
             before.",
            days.in_words()
        ),
        now,
    ]
}

/// What the buttons say: that which keeps the dates of keys, and that which shortens them, where that can be done.
fn verbs(verb: &str, beyond: i64) -> (String, Option<String>) {
    let keep = match beyond {
        0 => return (verb.to_owned(), None),
        1 => "keep its date",
        _ => "keep their dates",
    };
    let shorten = format!("{verb} and shorten {}", time::counted(beyond, "key"));
    (
        format!("{verb}, {keep}"),
        Some(shorten).filter(|_| can_shorten(beyond)),
    )
}

fn can_shorten(keys: i64) -> bool {
    keys <= TheKeys::MOST_SHORTENED
}

/// `end`: the day with which keys that are shortened end.
fn of_maximum(max: Days, beyond: i64, end: &str) -> Vec<String> {
    let mut keys = match beyond {
        0 => "No key lies beyond that today.".to_owned(),
        1 => {
            "1 key lies beyond that today. It keeps its date until somebody changes it.".to_owned()
        }
        n => format!(
            "{} lie beyond that today. They keep their dates until somebody changes them.",
            time::counted(n, "key")
        ),
    };
    keys += &match beyond {
        0 => String::new(),
        1 => format!(" If you shorten it, it ends on {end}."),
        n if can_shorten(n) => format!(" If you shorten them, they end on {end}."),
        _ => " They are too many to shorten at once.".to_owned(),
    };
    vec![
        format!(
            "From now on no key is given a date more than {} away, and none is without a date.",
            max.in_words()
        ),
        keys,
    ]
}
