//! What is written down, so far and for good.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::{Held, hold, record};
use crate::{
    actor::Actor,
    audit,
    error::{Error, FieldError, Result},
    given_shares::GivenShares,
    ids::KeyId,
    keys::{
        actions::{compromise, entry},
        model::{Draft, Drafts, Incident, Step},
        store,
    },
};

/// What came of texts that were sent.
pub enum Written {
    Saved,
    /// Nothing was saved: somebody else has written something else meanwhile.
    Clash,
}

/// Keeps what is written so far.
///
/// # Errors
/// `Conflict`, as [`mark`].
pub fn write(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    drafts: &Drafts,
    now: DateTime<Utc>,
) -> Result<Written> {
    let mut held = hold(conn, actor, id)?;
    let was = texts(&held.incident);
    if !write_within(conn, &mut held, drafts, now)? {
        return Ok(Written::Clash);
    }
    let is = texts(&held.incident);
    if is != was {
        held.record(conn, was, is, now)?;
    }
    Ok(Written::Saved)
}

fn texts(incident: &Incident) -> Value {
    json!({
        record::CAUSE: incident.cause,
        record::EFFECT: incident.effect,
        record::TOLD: incident.told,
    })
}

/// False: somebody else has written something else meanwhile.
fn write_within(
    conn: &mut PgConnection,
    held: &mut Held,
    drafts: &Drafts,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (id, is) = (held.key.id, &held.incident);
    let onto = |draft: &Option<Draft>, now: &str| match draft {
        None => Some(now.to_owned()),
        Some(draft) => draft.onto(now).map(str::to_owned),
    };
    let (Some(cause), Some(effect), Some(told)) = (
        onto(&drafts.cause, &is.cause),
        onto(&drafts.effect, &is.effect),
        onto(&drafts.told, &is.told),
    ) else {
        return Ok(false);
    };
    let to = [&cause, &effect, &told].map(String::as_str);
    let was = [&is.cause, &is.effect, &is.told].map(String::as_str);
    if to == was {
        return Ok(true);
    }
    store::write_notes(conn, &held.permit, id, to)?;
    if told.is_empty() != is.told.is_empty() {
        held.set(conn, Step::Contact, !told.is_empty(), now)?;
    }
    held.incident = Incident {
        cause,
        effect,
        told,
        ..held.incident.clone()
    };
    Ok(true)
}

/// Writes all of it down, for good.
///
/// # Errors
/// `Invalid` under `cause` and `effect`, where they are empty; `Conflict`, as [`mark`].
pub fn close(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (drafts, shares): (&Drafts, &dyn GivenShares),
    now: DateTime<Utc>,
) -> Result<Written> {
    let mut held = hold(conn, actor, id)?;
    if !write_within(conn, &mut held, drafts, now)? {
        return Ok(Written::Clash);
    }
    let missing = [
        (
            "cause",
            &held.incident.cause,
            "Say how it got out, or that nobody knows",
        ),
        (
            "effect",
            &held.incident.effect,
            "Say what was affected, or that nothing was",
        ),
    ];
    let mistakes: Vec<FieldError> = missing
        .iter()
        .filter(|(_, text, _)| text.is_empty())
        .map(|(field, _, why)| FieldError::new(*field, *why))
        .collect();
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let ticks = store::incident(conn, &held.permit, id)?.map(|(_, ticks)| ticks);
    let family = store::family(conn, &held.permit, &BTreeSet::from([id]))?;
    let known = record::Known {
        places: store::places(conn, &held.permit, id)?,
        given: shares.given(conn, actor, &family.ids(), record::NAMED, now)?,
        family,
        replacement: store::replacement(conn, &held.permit, &held.incident)?,
        ticks: ticks.unwrap_or_default(),
    };
    let written = record::written(conn, (&held.permit, &held.key, &held.incident), &known, now)?;
    store::close_incident(conn, &held.permit, id, &written, now)?;
    compromise::clear_notice(conn, &held.permit, id)?;
    let entry = audit::Entry {
        after: Some(written),
        ..entry("incident.closed", None, &held.key, now)
    };
    audit::record(conn, actor, entry, now)?;
    Ok(Written::Saved)
}
