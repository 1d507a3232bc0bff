//! Labels are made, renamed and deleted.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use crate::{
    actor::Actor,
    audit,
    error::Result,
    ids::LabelId,
    keys::hold_caller,
    library::files::{
        model::{Label, LabelName},
        store,
    },
    policy::{ManageLabels, permit},
};

/// # Errors
/// `Forbidden`. `Invalid` under `name`: there is one of the same name, whatever the case.
pub fn create_label(
    conn: &mut PgConnection,
    actor: &Actor,
    name: &LabelName,
    now: DateTime<Utc>,
) -> Result<Label> {
    let actor = &hold_caller(conn, &permit::<ManageLabels>(actor)?, now)?;
    let permit = permit::<ManageLabels>(actor)?;
    let made = store::insert_label(conn, &permit, name, now)?;
    let after = json!({ "name": made.name });
    record(
        conn,
        actor,
        ("label.created", &made),
        (None, Some(after)),
        now,
    )?;
    Ok(made)
}

/// It stays on all files that it is on. The same name again leaves no entry.
///
/// # Errors
/// `NotFound`, and those of [`create_label`].
pub fn rename_label(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, name): (LabelId, &LabelName),
    now: DateTime<Utc>,
) -> Result<Label> {
    let actor = &hold_caller(conn, &permit::<ManageLabels>(actor)?, now)?;
    let permit = permit::<ManageLabels>(actor)?;
    let before = store::find_label(conn, &permit, id)?;
    if before.name == name.text() {
        return Ok(before);
    }
    let after = store::change_label(conn, &permit, (id, name), now)?;
    let facts = (
        Some(json!({ "name": before.name })),
        Some(json!({ "name": after.name })),
    );
    record(conn, actor, ("label.renamed", &after), facts, now)?;
    Ok(after)
}

/// It is taken off all files, which stay as they are otherwise.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub fn delete_label(
    conn: &mut PgConnection,
    actor: &Actor,
    id: LabelId,
    now: DateTime<Utc>,
) -> Result<Label> {
    let actor = &hold_caller(conn, &permit::<ManageLabels>(actor)?, now)?;
    let permit = permit::<ManageLabels>(actor)?;
    let label = store::find_label(conn, &permit, id)?;
    store::delete_label(conn, &permit, id)?;
    let before = json!({ "name": label.name });
    record(
        conn,
        actor,
        ("label.deleted", &label),
        (Some(before), None),
        now,
    )?;
    Ok(label)
}

fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    (action, label): (&'static str, &Label),
    (before, after): (Option<Value>, Option<Value>),
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        subject: audit::Subject {
            kind: "label",
            id: label.id.to_string(),
            label: label.name.clone(),
        },
        before,
        after,
    };
    audit::record(conn, actor, entry, now)?;
    Ok(())
}
