//! What can be done to a workspace. Each runs inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    model::{Change, NewWorkspace, Settings, Workspace},
    store,
};
use crate::{
    actor::Actor,
    audit,
    error::Result,
    policy::{Unscoped, permit},
};

/// Whoever makes it is recorded by the caller, once they are a member: [`record_created`].
pub fn create(
    conn: &mut PgConnection,
    reason: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    store::insert(conn, reason, new, now)
}

pub fn record_created(
    conn: &mut PgConnection,
    actor: &Actor,
    made: &Workspace,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action: "workspace.created",
        subject: subject(made.id.to_string(), &made.name),
        before: None,
        after: Some(json!({ "name": made.name, "slug": made.slug })),
    };
    audit::record(conn, actor, entry, now)
}

/// Changes what `to` has otherwise than `from`, which the form was filled with. The same again changes nothing and
/// leaves no entry.
pub(super) fn change(
    conn: &mut PgConnection,
    actor: &Actor,
    (from, to): (&Settings, &Settings),
    now: DateTime<Utc>,
) -> Result<Workspace> {
    let permit = permit(actor)?;
    let before = store::lock(conn, &permit)?;
    let change = to.changes_of(from);
    let change = Change {
        name: change.name.filter(|name| *name != before.name),
        time_zone: change.time_zone.filter(|zone| *zone != before.time_zone),
    };
    if change.name.is_none() && change.time_zone.is_none() {
        return Ok(before);
    }
    let after = store::change(conn, &permit, &change)?;
    let facts = |of: &Workspace| json!({ "name": of.name, "time_zone": of.time_zone });
    let entry = audit::Entry {
        action: if change.name.is_some() {
            "workspace.renamed"
        } else {
            "workspace.changed"
        },
        subject: subject(after.id.to_string(), &after.name),
        before: Some(facts(&before)),
        after: Some(facts(&after)),
    };
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}

fn subject(id: String, name: &str) -> audit::Subject {
    audit::Subject {
        kind: "workspace",
        id,
        label: name.to_owned(),
    }
}
