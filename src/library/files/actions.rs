//! What can be done to files and labels. Each runs inside the caller's transaction.

mod change;
mod edit;
mod labels;
mod limits;
mod put;
mod trash;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

pub use change::patch;
pub use edit::edit;
pub use labels::{create_label, delete_label, rename_label};
pub use limits::{Limited, set_limits, undo_limits};
pub use put::{check_free, put};
pub use trash::{destroy, due, purge, restore, trash, trash_as_known};

use super::{
    find::find_to_change,
    model::{File, NewFile},
    store,
};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::{FileId, FolderId},
    keys::hold_caller,
    library::{
        find::{Found, may},
        store as folders,
    },
    permissions::Permission,
    policy::{self, AddToFolder, UseLibrary, permit},
};

/// Puts a file into a folder. Its contents are stored already.
///
/// # Errors
/// Those of [`library::find`](crate::library::find()). `Refused`: metadata asks for a permission that the key lacks. `Invalid`
/// under `name`: there is one of the same name.
pub fn upload(
    conn: &mut PgConnection,
    actor: &Actor,
    folder: FolderId,
    new: &NewFile,
    now: DateTime<Utc>,
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    if !new.metadata.is_empty() {
        let needed = [Permission::FileMetaCreate].into_iter().collect();
        policy::check_holds(actor, &needed)?;
    }
    let library = permit::<UseLibrary>(actor)?;
    let row = folders::hold(conn, &library, folder)?;
    let found: Found<AddToFolder> = may(conn, library, row, now)?;
    add(conn, actor, &found, new, now)
}

fn add(
    conn: &mut PgConnection,
    actor: &Actor,
    found: &Found<AddToFolder>,
    new: &NewFile,
    now: DateTime<Utc>,
) -> Result<File> {
    let made = store::insert(conn, &found.permit, new, now)?;
    let mut facts = made.facts();
    merge(&mut facts, made.content_facts());
    merge(
        &mut facts,
        serde_json::json!({ "folder": found.folder.name }),
    );
    let entry = entry("file.uploaded", &made, None, Some(facts));
    audit::record(conn, actor, entry, now)?;
    Ok(made)
}

/// A new version: other contents, and everything else as it was. `expected`: the file is still as whoever sent them knows it.
///
/// # Errors
/// Those of [`find`](super::find()). `Precondition`: it is not.
pub fn replace(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    new: &NewFile,
    (expected, now): (impl Fn(&File) -> bool, DateTime<Utc>),
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let found = find_to_change(conn, actor, id, now)?;
    if !expected(&found.file) {
        return Err(Error::Precondition);
    }
    let before = found.file.content_facts();
    let after = store::replace(conn, &found.folder.permit, id, new, now)?;
    let entry = entry(
        "file.replaced",
        &after,
        Some(before),
        Some(after.content_facts()),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}

/// Of a file, for the log.
fn entry(
    action: &'static str,
    file: &File,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "file",
            id: file.id.to_string(),
            label: file.name.clone(),
        },
        before,
        after,
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
