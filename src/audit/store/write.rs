//! Entries are added, and never changed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    actor::Actor,
    audit::model::{Entry, Row},
    error::Result,
    ids::AuditEventId,
    schema::audit_events,
};

/// Adds an entry to the caller's transaction. Whoever acts is recorded; no permit is asked for that.
pub fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: Entry,
    at: DateTime<Utc>,
) -> Result<()> {
    record_here(conn, actor, entry, at).map(drop)
}

/// The same, for whoever must know which entry it became.
pub fn record_here(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: Entry,
    at: DateTime<Utc>,
) -> Result<AuditEventId> {
    insert(conn, Row::new(actor, entry, at, false))
}

/// Many entries in few statements.
pub fn record_all(
    conn: &mut PgConnection,
    actor: &Actor,
    entries: Vec<Entry>,
    at: DateTime<Utc>,
) -> Result<()> {
    /// Rows a statement: 16 binds each, of 65,535 that Postgres takes.
    const BATCH: usize = 2_000;
    let rows: Vec<Row> = entries
        .into_iter()
        .map(|entry| Row::new(actor, entry, at, false))
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(audit_events::table)
            .values(batch)
            .execute(conn)?;
    }
    Ok(())
}

/// An entry about something that was refused. Run it in a transaction of its own: that of the refused request is undone.
pub fn record_refusal(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: Entry,
    at: DateTime<Utc>,
) -> Result<()> {
    insert(conn, Row::new(actor, entry, at, true)).map(drop)
}

fn insert(conn: &mut PgConnection, row: Row) -> Result<AuditEventId> {
    let id = row.id;
    diesel::insert_into(audit_events::table)
        .values(row)
        .execute(conn)?;
    Ok(id)
}
