//! What a card and a key's own page say of a key.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    keys::{
        model::{Key, Reason},
        store::{LastUse, Listed},
        views::KeyOwner,
    },
    web::{
        time::{self, Zone},
        ui::{Avatar, Fact, Shell, Spark, When, last_moment},
    },
};

/// What a card and the key's page say of it.
pub fn facts(listed: &Listed, zone: Zone, now: DateTime<Utc>) -> Vec<Fact> {
    let key = &listed.key;
    let mut facts =
        vec![Fact::at("Created at", zone.date(key.created_at)).note(created_by(listed))];
    match key.revoked_at {
        Some(at) => {
            facts.push(Fact::at("Revoked", zone.relative(at, now)).note(updated_by(listed)));
            facts.extend(key.revoked_for.map(|why| Fact::text("Reason", reason(why))));
        }
        None => facts.push(
            Fact::at("Last updated", zone.relative(key.updated_at, now)).note(updated_by(listed)),
        ),
    }
    facts.push(last_used(listed, zone, now));
    facts.push(expiry(key.expires_at, zone, now));
    let calls = time::grouped(listed.calls.all);
    let spark = Spark::of(
        &listed.calls.by_day,
        format!("{calls} requests in the last 28 days"),
    );
    facts.push(Fact::text("Requests, 28 days", calls).spark(spark));
    facts
}

/// Whose personal key it is, where that is not plain from where it is shown.
pub fn owner(listed: &Listed, shell: &Shell) -> Option<KeyOwner> {
    let owner = listed.owner.as_ref().filter(|_| !shell.is_own)?;
    Some(KeyOwner {
        avatar: Avatar::person(&owner.name),
        said: match listed.is_anothers {
            true => format!("Personal key of {}", owner.name),
            false => "Personal key of yours".to_owned(),
        },
    })
}

/// "Upload files is not in force: Sam Okafor no longer has it." Empty where all is in force, or nothing anyway. So many
/// are named.
pub fn not_in_force(listed: &Listed, shell: &Shell, named: usize) -> String {
    let key = &listed.key;
    let cut = listed.not_in_force();
    let Some(owner) = &listed.owner else {
        return String::new();
    };
    if cut.is_empty() || key.revoked_at.is_some() || key.suspended_at.is_some() {
        return String::new();
    }
    let (verb, them) = match cut.len() {
        1 => ("is", "it"),
        _ => ("are", "them"),
    };
    let who = match shell.is_own {
        true => "you no longer have",
        false => &format!("{} no longer has", owner.name),
    };
    format!(
        "{} {verb} not in force: {who} {them}.",
        cut.first_names(named)
    )
}

fn created_by(listed: &Listed) -> String {
    match &listed.created_by {
        Some(name) => format!("by {name}"),
        None if listed.key.created_by_member_id.is_none() => "at the command line".to_owned(),
        None => String::new(),
    }
}

/// Nobody but the key itself ends it without being a member, and nobody but Keyroom changes it, which deactivates what is
/// not used; without a change, whoever made it was last.
fn updated_by(listed: &Listed) -> String {
    let Key {
        id,
        updated_by_member_id,
        updated_by_key_id,
        revoked_at,
        created_at,
        updated_at,
        ..
    } = listed.key;
    match &listed.updated_by {
        Some(name) => format!("by {name}"),
        None if updated_by_member_id.is_some() => String::new(),
        None if updated_by_key_id == Some(id) => "by the key itself".to_owned(),
        None if revoked_at.is_some() => "by the key itself".to_owned(),
        None if updated_at > created_at => "by Keyroom".to_owned(),
        None => "at the command line".to_owned(),
    }
}

fn reason(why: Reason) -> &'static str {
    match why {
        Reason::Unneeded => "No longer needed",
        Reason::Compromised => "May be compromised",
    }
}

pub fn last_used(listed: &Listed, zone: Zone, now: DateTime<Utc>) -> Fact {
    use_fact(listed.last_use.as_ref(), zone, now)
}

pub fn use_fact(last: Option<&LastUse>, zone: Zone, now: DateTime<Utc>) -> Fact {
    match last {
        Some(last) => {
            Fact::at("Last used", zone.relative(last.at, now)).note(format!("from {}", last.ip))
        }
        None => Fact::text("Last used", "Never"),
    }
}

/// The end of a key that is nearer than a week.
pub fn is_soon(end: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    end > now && end - now < TimeDelta::days(7)
}

fn expiry(end: Option<DateTime<Utc>>, zone: Zone, now: DateTime<Utc>) -> Fact {
    match end {
        None => Fact::text("Expires", "Never"),
        Some(end) => {
            let last = last_moment(end);
            let (term, tone) = if end <= now {
                ("Expired", "bad")
            } else if is_soon(end, now) {
                ("Expires", "warn")
            } else {
                ("Expires", "")
            };
            let day = zone.day(last);
            let when = When {
                text: zone.relative(last, now).text,
                ..zone.relative(end, now)
            };
            // Long past, the time is said as the day already.
            let note = if when.text == day { String::new() } else { day };
            Fact::at(term, when).note(note).tone(tone)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn listed() -> Listed {
        let made = at("2026-11-20T09:00:00Z");
        Listed {
            key: Key::for_test(made),
            value: None,
            created_by: None,
            updated_by: None,
            owner: None,
            is_anothers: false,
            last_use: None,
            calls: Default::default(),
            in_force: None,
        }
    }

    #[test]
    fn a_key_to_the_end_of_a_day_expires_on_that_day() {
        let end = Some(at("2026-11-22T00:00:00Z"));
        let said = |now| {
            let fact = expiry(end, Zone::UTC, at(now));
            let when = fact.when.expect("a time");
            (fact.term, when.text, fact.note, when.exact)
        };
        let exact = "22 Nov 2026, 00:00 UTC".to_owned();
        let day = "21 Nov 2026".to_owned();
        assert_eq!(
            said("2026-11-20T00:00:00Z"),
            (
                "Expires",
                "in 2 days".to_owned(),
                day.clone(),
                exact.clone()
            )
        );
        assert_eq!(
            said("2027-02-01T00:00:00Z"),
            ("Expired", day, String::new(), exact)
        );
        let fact = expiry(
            Some(at("2026-11-21T09:00:00Z")),
            Zone::UTC,
            at("2026-11-20T09:00:00Z"),
        );
        assert_eq!(fact.note, "21 Nov 2026");
    }

    #[test]
    fn who_is_no_member_is_told_too() {
        let mut listed = listed();
        let told = |listed: &Listed| {
            facts(listed, Zone::UTC, at("2026-11-21T09:00:00Z"))
                .into_iter()
                .map(|fact| (fact.term, format!("{}{}", fact.text, fact.note)))
                .take(3)
                .collect::<Vec<_>>()
        };
        let own = |term, text: &str| (term, text.to_owned());
        assert_eq!(
            told(&listed)[..2],
            [
                own("Created at", "at the command line"),
                own("Last updated", "at the command line")
            ]
        );
        listed.key.revoked_at = Some(listed.key.created_at + TimeDelta::hours(1));
        listed.key.revoked_for = Some(Reason::Unneeded);
        assert_eq!(
            told(&listed)[1..],
            [
                own("Revoked", "by the key itself"),
                own("Reason", "No longer needed")
            ]
        );
        listed.updated_by = Some("Ada Park".to_owned());
        listed.key.revoked_for = Some(Reason::Compromised);
        assert_eq!(
            told(&listed)[1..],
            [
                own("Revoked", "by Ada Park"),
                own("Reason", "May be compromised")
            ]
        );
    }
}
