//! The only queries over `audit_events`.

mod done;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::{connection::SimpleConnection, prelude::*};

pub use done::{Done, find_done};

use super::model::{Entry, Event, Row};
use crate::{
    actor::Actor,
    error::Result,
    ids::AuditEventId,
    policy::{Permit, ReadAudit, Unscoped},
    schema::audit_events,
    web::paging::{PAGE, Slice, Stretch},
};

/// Adds an entry to the caller's transaction. Whoever acts is recorded; no permit is asked for that.
pub fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: Entry,
    at: DateTime<Utc>,
) -> Result<()> {
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
    insert(conn, Row::new(actor, entry, at, true))
}

fn insert(conn: &mut PgConnection, row: Row) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// One page, newest first.
pub(super) fn page(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    stretch: &Stretch<AuditEventId>,
) -> Result<Slice<Event>> {
    let mut query = audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .select(Event::as_select())
        .limit(PAGE as i64 + 1)
        .into_boxed();
    // The time alone bounds the scan of the index; the id only decides among equals.
    query = match stretch {
        Stretch::Newest => query,
        Stretch::OlderThan(c) => query
            .filter(audit_events::at.le(c.at))
            .filter(audit_events::at.lt(c.at).or(audit_events::id.lt(c.id))),
        Stretch::NewerThan(c) => query
            .filter(audit_events::at.ge(c.at))
            .filter(audit_events::at.gt(c.at).or(audit_events::id.gt(c.id))),
    };
    let rows = match stretch {
        Stretch::NewerThan(_) => query
            .order((audit_events::at.asc(), audit_events::id.asc()))
            .load(conn)?,
        _ => query
            .order((audit_events::at.desc(), audit_events::id.desc()))
            .load(conn)?,
    };
    Ok(Slice::of(rows, stretch))
}

/// Makes the partitions of this month and the next, where they are missing.
///
/// To be called before anything is recorded, and now and then: what has no month yet lies in the default partition
/// and is moved when its month is made.
pub fn prepare_months(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let this = first_of_month(now.date_naive());
    for first in [this, this + Months::new(1)] {
        let name = first.format("audit_events_%Y_%m").to_string();
        if !exists(conn, &name)? {
            make_month(conn, &name, first)?;
        }
    }
    Ok(())
}

fn exists(conn: &mut PgConnection, table: &str) -> Result<bool> {
    Ok(diesel::select(to_regclass(table).is_not_null()).get_result(conn)?)
}

fn make_month(conn: &mut PgConnection, name: &str, first: NaiveDate) -> Result<()> {
    // Two servers may start at once: the second waits here and finds it made. The tables in the order in which
    // everybody else writes them: a partition's foreign key locks the workspaces too.
    conn.batch_execute(
        "LOCK TABLE workspaces IN SHARE ROW EXCLUSIVE MODE;
         LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE",
    )?;
    if exists(conn, name)? {
        return Ok(());
    }
    let next = first + Months::new(1);
    let (from, to) = (
        format!("'{first} 00:00:00+00'"),
        format!("'{next} 00:00:00+00'"),
    );
    conn.batch_execute(&format!(
        "CREATE TEMPORARY TABLE audit_events_moving ON COMMIT DROP AS
             SELECT * FROM audit_events_other WHERE at >= {from} AND at < {to};
         DELETE FROM audit_events_other WHERE at >= {from} AND at < {to};
         CREATE TABLE {name} PARTITION OF audit_events FOR VALUES FROM ({from}) TO ({to});
         INSERT INTO audit_events SELECT * FROM audit_events_moving;
         DROP TABLE audit_events_moving"
    ))?;
    Ok(())
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn to_regclass(
        name: diesel::sql_types::Text,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Oid>;
}
