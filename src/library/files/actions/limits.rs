//! How much there may be.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use crate::{
    actor::Actor,
    audit,
    error::{Error, FieldError, Result, field},
    ids::AuditEventId,
    objects::{self, LARGEST_FILE, LARGEST_SPACE, Space},
    policy::{ChangeWorkspace, ReadHistory, permit},
    web::size,
};

const ACTION: &str = "library.limits_changed";
const KIND: &str = "library";

/// Limits that were set.
pub struct Limited {
    pub before: Space,
    pub after: Space,
    /// With which it can be taken back; none: they were so.
    pub entry: Option<AuditEventId>,
}

/// How large one file and all files of the workspace may be, in bytes. What is there already stays.
///
/// # Errors
/// `Invalid` under `file_limit` and `total_limit`.
pub fn set_limits(
    conn: &mut PgConnection,
    actor: &Actor,
    (file, total): (i64, i64),
    now: DateTime<Utc>,
) -> Result<Limited> {
    let permit = permit::<ChangeWorkspace>(actor)?;
    let mut mistakes = Vec::new();
    for (name, value, most) in [
        ("file_limit", file, LARGEST_FILE),
        ("total_limit", total, LARGEST_SPACE),
    ] {
        if !(1..=most).contains(&value) {
            let why = format!("Enter a size from 1 byte to {}", size(most));
            mistakes.push(FieldError::new(name, why));
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    if file > total {
        return Err(field(
            "file_limit",
            "Enter a size that is not larger than that of all files together",
        ));
    }
    let before = objects::space(conn, &permit)?;
    let after = objects::set_limits(conn, &permit, (file, total))?;
    let is_same = facts(before) == facts(after);
    let entry = match is_same {
        true => None,
        false => {
            let entry = audit::Entry {
                action: ACTION,
                subject: audit::Subject {
                    kind: KIND,
                    id: actor.workspace.to_string(),
                    label: "Library".to_owned(),
                },
                before: Some(facts(before)),
                after: Some(facts(after)),
            };
            Some(audit::record_here(conn, actor, entry, now)?)
        }
    };
    Ok(Limited {
        before,
        after,
        entry,
    })
}

/// Takes a change of the limits back. None: they were changed again since, and stay as they are.
///
/// # Errors
/// `NotFound`: the log has no such entry.
pub fn undo_limits(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: AuditEventId,
    now: DateTime<Utc>,
) -> Result<Option<Limited>> {
    let space = objects::space(conn, &permit::<ChangeWorkspace>(actor)?)?;
    let id = actor.workspace.to_string();
    let told = audit::change(
        conn,
        &permit::<ReadHistory>(actor)?,
        (ACTION, KIND, &id),
        entry,
    )?;
    if told.after != facts(space) {
        return Ok(None);
    }
    let limit = |name| told.before.get(name).and_then(Value::as_i64);
    let (file, total) = (limit("file_limit"), limit("total_limit"));
    let limits = file.zip(total).ok_or(Error::NotFound)?;
    set_limits(conn, actor, limits, now).map(Some)
}

fn facts(space: Space) -> Value {
    json!({ "file_limit": space.file_limit, "total_limit": space.total_limit })
}
