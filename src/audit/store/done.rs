//! One thing that was done, for whoever reports on it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::{
    error::Result,
    policy::{Permit, ReadAudit},
    schema::audit_events,
};

/// What an entry keeps of something that was done.
#[derive(Debug, Clone, Queryable)]
pub struct Done {
    pub who: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// `what`: action, and kind and id of what it was done to. None: nothing of it was recorded at that moment, or it is
/// kept no longer.
pub fn find_done(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    what: (&str, &str, &str),
    at: DateTime<Utc>,
) -> Result<Option<Done>> {
    let (action, kind, id) = what;
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(permit.workspace()))
        .filter(audit_events::at.eq(at))
        .filter(audit_events::action.eq(action))
        .filter(audit_events::subject_kind.eq(kind))
        .filter(audit_events::subject_id.eq(id))
        .filter(audit_events::refused.eq(false))
        .select((
            audit_events::actor_label,
            audit_events::before,
            audit_events::after,
        ))
        .first(conn)
        .optional()?)
}
