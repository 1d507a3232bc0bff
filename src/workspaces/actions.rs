//! What can be done to a workspace. Each runs inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    model::{NewWorkspace, Workspace},
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

/// The same name again changes nothing and leaves no entry.
pub(super) fn rename(
    conn: &mut PgConnection,
    actor: &Actor,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit(actor)?;
    let before = store::rename(conn, &permit, new.name())?;
    if before == new.name() {
        return Ok(());
    }
    let entry = audit::Entry {
        action: "workspace.renamed",
        subject: subject(permit.workspace().to_string(), new.name()),
        before: Some(json!({ "name": before })),
        after: Some(json!({ "name": new.name() })),
    };
    audit::record(conn, actor, entry, now)
}

fn subject(id: String, name: &str) -> audit::Subject {
    audit::Subject {
        kind: "workspace",
        id,
        label: name.to_owned(),
    }
}
