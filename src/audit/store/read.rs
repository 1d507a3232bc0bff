//! Entries are read newest first, through one filter for pages, programs and exports.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{not, sql},
    prelude::*,
    sql_types::Bool,
};

use crate::{
    audit::{filter::Filter, model::Event},
    error::{Error, Result},
    ids::{AuditEventId, KeyId},
    policy::{Permit, ReadAudit},
    schema::audit_events,
    web::paging::Stretch,
};

/// Ids that earlier versions made have the time at which they were made, a little after that of their entry.
const ID_AFTER_ENTRY: TimeDelta = TimeDelta::minutes(1);

/// At most `most` entries of a stretch, in its direction.
///
/// What a key did and what was done to it follow two indexes, so they are two queries.
pub fn page(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    filter: &Filter,
    stretch: &Stretch<AuditEventId>,
    most: usize,
) -> Result<Vec<Event>> {
    let mut rows = Vec::new();
    for side in Side::of(filter) {
        rows.extend(load(conn, permit, (filter, side), stretch, most)?);
    }
    if filter.key.is_some() {
        rows.sort_by_key(|event| (event.at, event.id));
        if !matches!(stretch, Stretch::NewerThan(_)) {
            rows.reverse();
        }
        // What a key did to itself.
        rows.dedup_by_key(|event| event.id);
        rows.truncate(most);
    }
    Ok(rows)
}

/// What a key has to do with the entries that a query finds.
#[derive(Clone, Copy)]
enum Side {
    Any,
    By(KeyId),
    About(KeyId),
}

impl Side {
    fn of(filter: &Filter) -> Vec<Self> {
        match (filter.key, filter.person) {
            (None, _) => vec![Self::Any],
            (Some(key), None) => vec![Self::By(key), Self::About(key)],
            // What a person did, no key did.
            (Some(key), Some(_)) => vec![Self::About(key)],
        }
    }
}

fn load(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    (filter, side): (&Filter, Side),
    stretch: &Stretch<AuditEventId>,
    most: usize,
) -> Result<Vec<Event>> {
    let mut query = audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .select(Event::as_select())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .into_boxed();
    // What the planner must know to use an index of some rows alone stands in the text of the query, not beside it.
    query = match side {
        Side::Any => query,
        Side::By(key) => query
            .filter(audit_events::actor_kind.eq("key"))
            .filter(audit_events::actor_id.eq(key.to_string())),
        Side::About(key) => query
            .filter(sql::<Bool>("subject_kind = 'key'"))
            .filter(audit_events::subject_id.eq(key.to_string())),
    };
    if let Some(person) = filter.person {
        query = query
            .filter(audit_events::actor_kind.eq("member"))
            .filter(audit_events::actor_id.eq(person.to_string()));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_events::action.eq(action));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_events::at.lt(to));
    }
    query = match filter.refused {
        None => query,
        Some(true) => query.filter(audit_events::refused),
        Some(false) => query.filter(not(audit_events::refused)),
    };
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
    Ok(match stretch {
        Stretch::NewerThan(_) => query
            .order((audit_events::at.asc(), audit_events::id.asc()))
            .load(conn)?,
        _ => query
            .order((audit_events::at.desc(), audit_events::id.desc()))
            .load(conn)?,
    })
}

/// Between which moments an entry with this id lies.
///
/// # Errors
/// `NotFound`: no entry has such an id.
pub fn around(id: AuditEventId) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let time = id.time().ok_or(Error::NotFound)?;
    Ok((time - ID_AFTER_ENTRY, time + TimeDelta::milliseconds(1)))
}

/// One entry. Its id has its time in it, which leads to the month and to the place in the primary key's index:
/// what was made up costs no search either.
pub fn find(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    id: AuditEventId,
) -> Result<Event> {
    let (from, to) = around(id)?;
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .filter(audit_events::at.ge(from))
        .filter(audit_events::at.lt(to))
        .filter(audit_events::id.eq(id))
        .select(Event::as_select())
        .first(conn)?)
}
