//! What the log has about one thing, for the pages of that thing.

use askama::Template;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::{model::Event, places::Places, store, views::Entry};
use crate::{
    error::Result,
    ids::AuditEventId,
    policy::{Permit, ReadHistory},
    web::{filters, time::Zone},
};

/// How many entries a thing's own page shows.
const NEWEST: i64 = 10;

/// The newest entries about one thing, as the log shows them.
#[derive(Template)]
#[template(path = "audit/history.html")]
pub struct History {
    entries: Vec<Entry>,
    /// There are older ones, which only the log shows.
    pub is_cut: bool,
}

impl askama::filters::HtmlSafe for History {}

impl History {
    /// `subject`: kind and id.
    pub fn read(
        conn: &mut PgConnection,
        permit: &Permit<ReadHistory>,
        subject: (&str, &str),
        at: (Zone, &Places),
    ) -> Result<Self> {
        let events = store::about(conn, permit, subject, NEWEST + 1)?;
        Ok(Self::of(events, at))
    }

    /// The newest entries about what somebody or something did. `actor`: kind and id.
    pub fn read_by(
        conn: &mut PgConnection,
        permit: &Permit<ReadHistory>,
        actor: (&str, &str),
        at: (Zone, &Places),
    ) -> Result<Self> {
        let events = store::by(conn, permit, actor, NEWEST + 1)?;
        Ok(Self::of(events, at))
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn of(mut events: Vec<Event>, (zone, places): (Zone, &Places)) -> Self {
        let newest = usize::try_from(NEWEST).unwrap_or(usize::MAX);
        let is_cut = events.len() > newest;
        events.truncate(newest);
        Self {
            entries: events
                .into_iter()
                .map(|event| Entry {
                    when: zone.minute(event.at),
                    tag: None,
                    ..Entry::of(event, zone, places)
                })
                // Where others sit is for those who may read the log.
                .map(|entry| match places.are_none() {
                    true => entry.without_place(),
                    false => entry,
                })
                .collect(),
            is_cut,
        }
    }
}

/// Something that was done, for those who must tell of it or take it back.
pub struct Change {
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    pub who: String,
    pub at: DateTime<Utc>,
    pub before: Value,
    pub after: Value,
}

impl From<Event> for Change {
    fn from(event: Event) -> Self {
        Self {
            action: event.action,
            subject: event.subject_id,
            who: event.actor_label,
            at: event.at,
            before: event.before.unwrap_or_default(),
            after: event.after.unwrap_or_default(),
        }
    }
}

/// What was done to a thing after a moment, the newest first.
pub fn changes_since(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    subject: (&str, &str),
    since: DateTime<Utc>,
) -> Result<Vec<Change>> {
    let events = store::changes_since(conn, permit, subject, since)?;
    Ok(events.into_iter().map(Change::from).collect())
}

/// One change of a thing, by the entry that tells of it. `what`: action, kind and id of the thing.
///
/// # Errors
/// `NotFound`: the log has no such entry.
pub fn change(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    what: (&str, &str, &str),
    entry: AuditEventId,
) -> Result<Change> {
    store::find_change(conn, permit, what, entry).map(Change::from)
}

/// The change that an entry tells of, and what was done together with it.
///
/// # Errors
/// `NotFound`: the log has no such entry.
pub fn together(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    entry: AuditEventId,
) -> Result<Vec<Change>> {
    let events = store::find_together(conn, permit, entry)?;
    Ok(events.into_iter().map(Change::from).collect())
}
