//! What the log has about one thing.

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, pg::Pg, prelude::*, sql_types::Bool};

use super::read::around;
use crate::{
    audit::model::Event,
    error::Result,
    ids::AuditEventId,
    policy::{Permit, ReadHistory},
    schema::audit_events,
};

type Boxed<'a> = audit_events::BoxedQuery<'a, Pg>;

/// The newest entries about a thing of this kind and id, at most so many.
pub fn about(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    subject: (&str, &str),
    most: i64,
) -> Result<Vec<Event>> {
    Ok(of(permit, subject)
        .order((audit_events::at.desc(), audit_events::id.desc()))
        .limit(most)
        .select(Event::as_select())
        .load(conn)?)
}

/// What was done to it after a moment, newest first; of very much the newest.
pub fn changes_since(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    subject: (&str, &str),
    since: DateTime<Utc>,
) -> Result<Vec<Event>> {
    Ok(of(permit, subject)
        .filter(audit_events::at.gt(since))
        .filter(audit_events::refused.eq(false))
        .order((audit_events::at.desc(), audit_events::id.desc()))
        .limit(100)
        .select(Event::as_select())
        .load(conn)?)
}

/// The entry with this id, if it tells of this action on that thing.
pub fn find_change(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    (action, kind, id): (&str, &str, &str),
    entry: AuditEventId,
) -> Result<Event> {
    let (from, to) = around(entry)?;
    Ok(of(permit, (kind, id))
        .filter(audit_events::at.ge(from))
        .filter(audit_events::at.lt(to))
        .filter(audit_events::action.eq(action))
        .filter(audit_events::id.eq(entry))
        .select(Event::as_select())
        .first(conn)?)
}

fn of<'a>(permit: &Permit<ReadHistory>, (kind, id): (&'a str, &'a str)) -> Boxed<'a> {
    audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .filter(audit_events::subject_kind.eq(kind))
        // Known to the planner whatever `kind` is: pages are not in the index.
        .filter(sql::<Bool>("subject_kind <> 'page'"))
        .filter(audit_events::subject_id.eq(id))
        .into_boxed()
}
