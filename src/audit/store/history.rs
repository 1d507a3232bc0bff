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

/// The newest entries about what an actor of this kind and id did, at most so many.
pub fn by(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    (kind, id): (&str, &str),
    most: i64,
) -> Result<Vec<Event>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .filter(audit_events::actor_kind.eq(kind))
        .filter(audit_events::actor_id.eq(id))
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

/// The first entry of this action that whoever asks made at this moment, with this request.
pub fn find_here(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    action: &str,
    at: DateTime<Utc>,
) -> Result<Option<AuditEventId>> {
    let request = permit.actor().source.request.map(|id| id.to_string());
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .filter(audit_events::at.eq(at))
        .filter(audit_events::action.eq(action))
        .filter(audit_events::request_id.is_not_distinct_from(request))
        .filter(audit_events::refused.eq(false))
        .order(audit_events::id)
        .select(audit_events::id)
        .first(conn)
        .optional()?)
}

/// The entry with this id, and what was done with the same request, at the same moment and by the same action.
pub fn find_together(
    conn: &mut PgConnection,
    permit: &Permit<ReadHistory>,
    entry: AuditEventId,
) -> Result<Vec<Event>> {
    let (from, to) = around(entry)?;
    let done = || {
        audit_events::table
            .filter(audit_events::workspace_id.eq(permit.workspace()))
            .filter(audit_events::refused.eq(false))
            .select(Event::as_select())
    };
    let first: Event = done()
        .filter(audit_events::at.ge(from))
        .filter(audit_events::at.lt(to))
        .filter(audit_events::id.eq(entry))
        .first(conn)?;
    Ok(done()
        .filter(audit_events::at.eq(first.at))
        .filter(audit_events::action.eq(first.action))
        .filter(audit_events::request_id.is_not_distinct_from(first.request_id))
        .order(audit_events::id)
        .load(conn)?)
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
