//! What is done about a compromised key, step by step, until its incident is closed.

pub mod record;
mod shares;
mod write;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};
pub use shares::{ask, give_back, withdraw};
pub use write::{Written, close, write};

use super::entry;
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        model::{Incident, Key, Step, Ticks},
        store::{self, Place},
    },
    policy::{HandleIncidents, Permit, permit},
};

const NOT_YET: &str =
    "This key was not revoked as compromised. Revoke it first: that is the first step.";
const CLOSED: &str = "This incident is closed, and what was written down cannot be changed.";
const UNKNOWN_PLACE: &str =
    "An address in the form is not one from which this key was called. Nothing was saved.";
const CHANGED: &str = "incident.changed";

/// An incident that is open, held until the caller's transaction ends.
struct Held {
    permit: Permit<HandleIncidents>,
    key: Key,
    incident: Incident,
    ticks: Ticks,
}

/// # Errors
/// `Conflict`: the key was not revoked as compromised, or the incident is closed.
fn hold(conn: &mut PgConnection, actor: &Actor, id: KeyId) -> Result<Held> {
    let permit = permit(actor)?;
    let (key, found) = store::hold_incident(conn, &permit, id)?;
    let (incident, ticks) = found.ok_or(Error::Conflict(NOT_YET))?;
    match incident.closed_at {
        Some(_) => Err(Error::Conflict(CLOSED)),
        None => Ok(Held {
            permit,
            key,
            incident,
            ticks,
        }),
    }
}

impl Held {
    fn record(
        &self,
        conn: &mut PgConnection,
        before: Value,
        after: Value,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let entry = audit::Entry {
            before: Some(before),
            after: Some(after),
            ..entry(CHANGED, None, &self.key, now)
        };
        audit::record(conn, self.permit.actor(), entry, now)
    }

    fn set(
        &self,
        conn: &mut PgConnection,
        step: Step,
        is_done: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        match is_done {
            true => store::tick(conn, &self.permit, self.key.id, (step, &[""]), now),
            false => store::untick(conn, &self.permit, self.key.id, (step, &[""])),
        }
    }
}

/// Says before anything is typed or asked what [`replace`] and the others would say after.
///
/// # Errors
/// As [`replace`].
pub fn check_open(conn: &mut PgConnection, actor: &Actor, id: KeyId) -> Result<()> {
    let permit = permit(actor)?;
    let key = store::key_of_incident(conn, &permit, id)?;
    let begun = Incident::of(&key).ok_or(Error::Conflict(NOT_YET))?;
    let found = store::incident(conn, &permit, id)?;
    match found.map_or(begun, |(incident, _)| incident).closed_at {
        Some(_) => Err(Error::Conflict(CLOSED)),
        None => Ok(()),
    }
}

/// A key that was made in the place of a compromised one.
///
/// # Errors
/// `NotFound`: there is no such key; `Conflict`: it was not revoked as compromised, or the incident is closed.
pub fn replace(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    by: &Key,
    now: DateTime<Utc>,
) -> Result<()> {
    let held = hold(conn, actor, id)?;
    store::set_replacement(conn, &held.permit, id, Some(by.id))?;
    held.set(conn, Step::Replace, true, now)?;
    let after = json!({ "replacement": format!("{} ({})", by.label, by.mask()) });
    held.record(conn, json!({}), after, now)
}

/// A step is done, or is not after all.
///
/// # Errors
/// `Conflict`: the key was not revoked as compromised, or the incident is closed.
pub fn mark(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (step, is_done): (Step, bool),
    now: DateTime<Utc>,
) -> Result<()> {
    let held = hold(conn, actor, id)?;
    if held.ticks.of(step).is_some() == is_done {
        return Ok(());
    }
    held.set(conn, step, is_done, now)?;
    if step == Step::Replace && !is_done {
        store::set_replacement(conn, &held.permit, id, None)?;
    }
    let side = |is_done: bool| json!({ step.spoken(): if is_done { "done" } else { "open" } });
    held.record(conn, side(!is_done), side(is_done), now)
}

/// Which places are ticked as updated, where others were. What somebody else has ticked meanwhile stays so. With the last
/// of them the step is done.
///
/// # Errors
/// `Conflict`, as [`mark`], and where a place is none of this key.
pub fn tick_places(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (was, to): (&BTreeSet<String>, &BTreeSet<String>),
    now: DateTime<Utc>,
) -> Result<()> {
    let held = hold(conn, actor, id)?;
    let places = store::places(conn, &held.permit, id)?;
    let used: BTreeSet<String> = used(&places).map(Place::name).collect();
    let is_ticked = |name: &&str| held.ticks.has_place(name);
    let (was, to) = (strs(was), strs(to));
    let fresh: Vec<&str> = to
        .difference(&was)
        .copied()
        .filter(|n| !is_ticked(n))
        .collect();
    let gone: Vec<&str> = was.difference(&to).copied().filter(is_ticked).collect();
    if fresh.iter().any(|name| !used.contains(*name)) {
        return Err(Error::Conflict(UNKNOWN_PLACE));
    }
    if fresh.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let (permit, update) = (&held.permit, Step::Update);
    if !fresh.is_empty() {
        store::tick(conn, permit, id, (update, &fresh), now)?;
    }
    store::untick(conn, permit, id, (update, &gone))?;
    let is_done = |name: &&str| (is_ticked(name) || fresh.contains(name)) && !gone.contains(name);
    let are_all = used.iter().all(|name| is_done(&name.as_str()));
    if are_all || !gone.is_empty() {
        held.set(conn, update, are_all, now)?;
    }
    held.record(
        conn,
        json!({ "places_updated": gone }),
        json!({ "places_updated": fresh }),
        now,
    )
}

fn strs(set: &BTreeSet<String>) -> BTreeSet<&str> {
    set.iter().map(String::as_str).collect()
}

/// Those from which calls were served: of whoever was only refused nobody knows that they had the key.
pub fn used(places: &[Place]) -> impl Iterator<Item = &Place> {
    places.iter().filter(|place| place.last_served_at.is_some())
}
