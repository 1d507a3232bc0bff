//! The filter above the log, as it stands.

use chrono::{DateTime, Utc};

use super::typed::Typed;
use crate::{
    audit::{
        directory::KnownMember,
        views::{FilterBar, Period, Person},
        words,
    },
    error::FieldError,
    web::time::Zone,
};

/// People that are offered at once; where there are more, a field narrows them.
pub const MOST_PEOPLE: usize = 200;

/// `people` are at most one more than are offered.
pub fn bar(
    path: &str,
    typed: &Typed,
    find: &str,
    people: Vec<KnownMember>,
    mistakes: &[FieldError],
    (zone, now): (Zone, DateTime<Utc>),
) -> FilterBar {
    let is_narrowed = !find.is_empty() || people.len() > MOST_PEOPLE;
    let action = Some(typed.action.as_str()).filter(|action| !action.is_empty());
    let is_filtered = !typed.is_empty() || !find.is_empty();
    FilterBar {
        action: path.to_owned(),
        people: offered(people, &typed.person),
        find: is_narrowed.then(|| find.to_owned()),
        key: typed.key.clone(),
        key_error: FieldError::of(mistakes, "key"),
        actions: words::choices(action),
        from: typed.from.clone(),
        from_error: FieldError::of(mistakes, "from"),
        to: typed.to.clone(),
        to_error: FieldError::of(mistakes, "to"),
        refused: typed.refused == "true",
        periods: periods(path, typed, zone, now),
        clear: is_filtered.then(|| path.to_owned()),
    }
}

fn offered(mut people: Vec<KnownMember>, chosen: &str) -> Vec<Person> {
    people.truncate(MOST_PEOPLE);
    people.sort_by_key(|person| person.name.to_lowercase());
    let mut offered: Vec<Person> = people
        .iter()
        .map(|person| {
            let id = person.id.to_string();
            Person {
                selected: id == chosen,
                name: called(person, &people),
                id,
            }
        })
        .collect();
    if !chosen.is_empty() && offered.iter().all(|person| !person.selected) {
        offered.push(Person {
            id: chosen.to_owned(),
            name: "Somebody who is not in this workspace".to_owned(),
            selected: true,
        });
    }
    offered
}

/// With the address where others have the same name.
fn called(person: &KnownMember, all: &[KnownMember]) -> String {
    let namesakes = all.iter().filter(|other| other.name == person.name);
    let mut called = person.name.clone();
    if namesakes.count() > 1 {
        called += &format!(" ({})", person.email);
    }
    if person.is_removed {
        called += " (removed)";
    }
    called
}

fn periods(path: &str, typed: &Typed, zone: Zone, now: DateTime<Utc>) -> Vec<Period> {
    [
        ("today", "Today", Some(1)),
        ("week", "7 days", Some(7)),
        ("month", "30 days", Some(30)),
        ("all", "All", None),
    ]
    .into_iter()
    .map(|(id, text, days)| {
        let narrowed = typed.since(days, zone, now);
        Period {
            id,
            text,
            href: narrowed.address(path, &[]),
            current: narrowed == *typed,
        }
    })
    .collect()
}
