//! What can be done with the log, other than to read it. Runs inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::{
    export::Format,
    filter::Filter,
    model::{Entry, Subject},
    store,
};
use crate::{
    actor::Actor,
    error::Result,
    ids::AuditEventId,
    policy::{ReadAudit, permit},
    web::paging::Cursor,
};

/// Says in the log that somebody takes a part of it away: `filter` is which. What they get is older than the returned
/// place, which is that of this entry.
pub fn export(
    conn: &mut PgConnection,
    actor: &Actor,
    (filter, format): (&Filter, Format),
    now: DateTime<Utc>,
) -> Result<Cursor<AuditEventId>> {
    let permit = permit::<ReadAudit>(actor)?;
    let mut facts = filter.facts();
    facts.insert("format".to_owned(), format.name().into());
    let entry = Entry {
        action: "audit.exported",
        subject: Subject {
            kind: "audit_log",
            id: permit.workspace().to_string(),
            label: "the audit log".to_owned(),
        },
        before: None,
        after: Some(Value::Object(facts)),
    };
    let id = store::record_here(conn, actor, entry, now)?;
    Ok(Cursor { at: now, id })
}
