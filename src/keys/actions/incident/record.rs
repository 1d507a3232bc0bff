//! All that is known of an incident, as the log and its own page keep it for good.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde_json::{Map, Value, json};

use crate::{
    error::Result,
    given_shares::{Given, GivenShare},
    ids::MemberId,
    keys::{
        model::{Incident, Key, Step, Ticks},
        store::{Family, Place},
    },
    people,
    policy::{HandleIncidents, Permit},
};

pub const CAUSE: &str = "how_it_got_out";
pub const EFFECT: &str = "what_was_affected";
pub const TOLD: &str = "who_was_told";

/// How many of many the record names.
pub const NAMED: i64 = 100;

/// Whoever called for the first time within it before the revocation is a stranger.
const LATELY: TimeDelta = TimeDelta::days(7);

/// What other tables know of it.
pub struct Known {
    pub places: Vec<Place>,
    pub family: Family,
    /// What these keys gave, and that is in force; at most [`NAMED`] of it.
    pub given: Given,
    pub replacement: Option<Key>,
    pub ticks: Ticks,
}

/// Was the key called from this address for the first time only shortly before it was revoked? With whatever program.
pub fn is_new(place: &Place, places: &[Place], revoked_at: Option<DateTime<Utc>>) -> bool {
    let same = places.iter().filter(|other| other.ip == place.ip);
    let first = same.map(|other| other.first_at).min();
    let is_known = place.ip.is_some();
    is_known
        && first
            .zip(revoked_at)
            .is_some_and(|(first, end)| end - first < LATELY)
}

pub fn written(
    conn: &mut PgConnection,
    (permit, key, incident): (&Permit<HandleIncidents>, &Key, &Incident),
    known: &Known,
    now: DateTime<Utc>,
) -> Result<Value> {
    let Known {
        places,
        family,
        given,
        replacement,
        ticks,
    } = known;
    let members: Vec<MemberId> = ticks
        .0
        .iter()
        .map(|tick| tick.done_by_member_id)
        .chain(incident.opened_by_member_id)
        .chain(permit.actor().member_id())
        .collect();
    let names = people::names(conn, permit, &members)?;
    let name = |id: Option<MemberId>| named(&names, id);
    let made = family.makers.keys().filter_map(|id| family.keys.get(id));
    let few = |all: Vec<String>| first(i64::try_from(all.len()).unwrap_or(i64::MAX), all);
    let of =
        |keep: &dyn Fn(&&Place) -> bool| few(places.iter().filter(keep).map(Place::name).collect());
    let used = |place: &&Place| place.last_served_at.is_some();
    let mut all = json!({
        "opened_at": incident.opened_at,
        "opened_by": name(incident.opened_by_member_id),
        "revoked_at": key.revoked_at,
        "places_updated": few(ticks.places().map(str::to_owned).collect()),
        "places_not_updated": of(&|place| used(place) && !ticks.has_place(&place.name())),
        "new_addresses": of(&|place| is_new(place, places, key.revoked_at)),
        "keys_made_with_it": few(made.map(called).collect()),
        "shares_that_stay": first(given.total, given.shares.iter().map(shared).collect()),
        CAUSE: incident.cause,
        EFFECT: incident.effect,
        TOLD: incident.told,
        "closed_at": now,
        "closed_by": name(permit.actor().member_id()),
    });
    if let Some(all) = all.as_object_mut() {
        for (step, word) in STEPS {
            done(all, word, ticks, step, &names);
        }
        let by = replacement.as_ref().map(called);
        all.extend(by.map(|by| ("replacement".to_owned(), json!(by))));
        all.retain(|_, value| *value != json!([]) && *value != json!("") && !value.is_null());
    }
    Ok(all)
}

/// Each step, and what the fields about it begin with: `replaced_at`, `replaced_by`.
pub const STEPS: [(Step, &str); 4] = [
    (Step::Replace, "replaced"),
    (Step::Update, "applications_updated"),
    (Step::Review, "reviewed"),
    (Step::Contact, "contacted"),
];

fn done(
    all: &mut Map<String, Value>,
    word: &str,
    ticks: &Ticks,
    step: Step,
    names: &HashMap<MemberId, String>,
) {
    if let Some(tick) = ticks.of(step) {
        let by = named(names, Some(tick.done_by_member_id));
        all.insert(format!("{word}_at"), json!(tick.done_at));
        all.insert(format!("{word}_by"), json!(by));
    }
}

fn named(names: &HashMap<MemberId, String>, id: Option<MemberId>) -> String {
    match id {
        None => "the command line".to_owned(),
        Some(id) => names.get(&id).cloned().unwrap_or_default(),
    }
}

fn called(key: &Key) -> String {
    format!("{} ({})", key.label, key.mask())
}

/// "Reports: Mateo Cruz, Editor".
fn shared(given: &GivenShare) -> String {
    let role = given.role.title();
    format!("{}: {}, {role}", given.folder_name, given.to)
}

/// Of very many the first.
fn first(total: i64, mut all: Vec<String>) -> Vec<String> {
    all.truncate(usize::try_from(NAMED).unwrap_or_default());
    let more = total.saturating_sub(NAMED);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn place(ip: Option<&str>, program: &str, first: &str) -> Place {
        Place {
            ip: ip.map(str::to_owned),
            user_agent: Some(program.to_owned()),
            first_at: at(first),
            last_at: at("2026-11-14T07:12:00Z"),
            last_served_at: None,
            served: 0,
            refused: 0,
        }
    }

    #[test]
    fn an_address_is_new_that_was_not_there_a_week_before_with_any_program() {
        let places = [
            place(Some("203.0.113.7"), "curl/8", "2026-11-13T00:00:00Z"),
            place(Some("203.0.113.7"), "python/3", "2026-09-01T00:00:00Z"),
            place(Some("198.51.100.9"), "curl/8", "2026-11-14T07:02:00Z"),
            place(Some("192.0.2.1"), "late/1", "2026-11-20T00:00:00Z"),
            place(None, "", "2026-11-14T07:02:00Z"),
        ];
        let end = Some(at("2026-11-14T07:12:00Z"));
        let new: Vec<bool> = places.iter().map(|p| is_new(p, &places, end)).collect();
        assert_eq!(new, [false, false, true, true, false]);
        assert!(!is_new(&places[2], &places, None));
    }

    #[test]
    fn of_very_many_the_first_are_named() {
        let names = |n: i64| first(n, (0..n).map(|n| n.to_string()).collect());
        assert_eq!(names(100).len(), 100);
        assert_eq!(names(250).last().map(String::as_str), Some("and 150 more"));
    }
}
