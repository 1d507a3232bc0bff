//! What every member may do.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::groups::given;
use crate::{
    actor::Actor,
    audit,
    error::Result,
    people::store,
    permissions::Permissions,
    policy::{ChangeDefaults, permit},
};

/// Gives what every member has then: `wanted`, and of what they had what `actor` does not have. The same again changes
/// nothing and leaves no entry.
///
/// # Errors
/// `Invalid` under `permissions`: what is new is beyond what `actor` has.
pub fn set_default_permissions(
    conn: &mut PgConnection,
    actor: &Actor,
    wanted: &Permissions,
    now: DateTime<Utc>,
) -> Result<Permissions> {
    let permit = permit::<ChangeDefaults>(actor)?;
    let (name, before) = store::lock_default_permissions(conn, &permit)?;
    let after = given(actor, &before, wanted)?;
    if before == after {
        return Ok(after);
    }
    store::set_default_permissions(conn, &permit, &after)?;
    let entry = audit::Entry {
        action: "workspace.default_permissions_changed",
        subject: audit::Subject {
            kind: "workspace",
            id: permit.workspace().to_string(),
            label: name,
        },
        before: Some(json!({ "permissions": before })),
        after: Some(json!({ "permissions": after })),
    };
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}
