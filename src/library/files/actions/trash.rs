//! A file is put into the trash, taken out of it, or destroyed.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::entry;
use crate::{
    actor::{Actor, Source, Who},
    audit,
    db::Waiting,
    error::{Error, Result},
    ids::FileId,
    keys::hold_caller,
    library::{
        files::{
            find::{find_in_trash, find_to_change},
            model::{File, FileName},
            store,
        },
        model::RESTORABLE,
    },
    policy::{Unscoped, UseLibrary, permit},
};

/// For 30 days.
///
/// # Errors
/// Those of [`find`](crate::library::files::find()).
pub fn trash(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<File> {
    trash_as_known(conn, actor, id, (|_: &File| true, now))
}

/// The same, if it is still as whoever asks for it knows it.
///
/// # Errors
/// Those of [`trash`]. `Precondition`: it is not.
pub fn trash_as_known(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    (expected, now): (impl Fn(&File) -> bool, DateTime<Utc>),
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let found = find_to_change(conn, actor, id, now)?;
    if !expected(&found.file) {
        return Err(Error::Precondition);
    }
    let by = match &actor.who {
        Who::Member { name, .. } => name.as_str(),
        Who::Key { label, .. } => label.as_str(),
        Who::CommandLine | Who::Keyroom | Who::Finder => "Keyroom",
    };
    let file = store::put_into_trash(conn, &found.folder.permit, id, (by, now))?;
    let entry = entry(
        "file.trashed",
        &file,
        Some(json!({ "trashed_at": null })),
        Some(json!({ "trashed_at": now })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(file)
}

/// Where it was. `name`: another, where it is taken by now.
///
/// # Errors
/// Those of [`find_in_trash`]. `Invalid` under `name`: there is one of the same name by now.
pub fn restore(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, name): (FileId, Option<&FileName>),
    now: DateTime<Utc>,
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let found = find_in_trash(conn, actor, id, now)?;
    let name = name.map_or(found.file.name.as_str(), FileName::text);
    let file = store::put_back(conn, &found.folder.permit, id, (name, now))?;
    let entry = entry(
        "file.restored",
        &file,
        Some(json!({ "trashed_at": found.file.trashed_at, "name": found.file.name })),
        Some(json!({ "trashed_at": null, "name": file.name })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(file)
}

/// Before its time, and for good. Its contents are collected later.
///
/// # Errors
/// Those of [`find_in_trash`].
pub fn destroy(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<File> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let found = find_in_trash(conn, actor, id, now)?;
    store::destroy(conn, &found.folder.permit, id)?;
    record_end(conn, actor, &found.file, now)?;
    Ok(found.file)
}

/// Some of what was put into the trash 30 days ago or longer, after `last`.
pub fn due(
    conn: &mut PgConnection,
    why: Unscoped,
    last: Option<Waiting<FileId>>,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting<FileId>>> {
    store::due(conn, why, now - RESTORABLE, last)
}

/// Destroys one of these: nothing is left of it.
pub fn purge(
    conn: &mut PgConnection,
    why: Unscoped,
    one: Waiting<FileId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    if let Some(file) = store::destroy_due(conn, why, now - RESTORABLE, one)? {
        let keyroom = Actor::new(Who::Keyroom, one.workspace, Source::default());
        record_end(conn, &keyroom, &file, now)?;
    }
    Ok(false)
}

fn record_end(
    conn: &mut PgConnection,
    actor: &Actor,
    file: &File,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = json!({ "trashed_at": file.trashed_at, "name": file.name, "size": file.size });
    audit::record(
        conn,
        actor,
        entry("file.destroyed", file, Some(before), None),
        now,
    )?;
    Ok(())
}
