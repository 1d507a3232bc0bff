//! A folder is put into the trash, taken out of it, or destroyed.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::entry;
use crate::{
    actor::{Actor, Source, Who},
    audit,
    db::Waiting,
    error::{Error, Result, field},
    ids::FolderId,
    keys::hold_caller,
    library::{
        find::{self, Found},
        model::{Folder, RESTORABLE, check_name},
        store,
    },
    policy::{RestoreFolder, TrashFolder, Unscoped, UseLibrary, permit},
};

pub const TRASHED: &str = "folder.trashed";

/// With all that is in it, for 30 days. Roles stay as they are, and open nothing meanwhile.
///
/// # Errors
/// Those of [`find::find`]. `Conflict`: there is too much in it.
pub fn trash(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    store::lock_tree(conn, &permit)?;
    let folder = store::lock(conn, &permit, id)?;
    let found: Found<TrashFolder> = find::may(conn, permit, folder, now)?;
    store::check_size(conn, &found.permit)?;
    let by = match &actor.who {
        Who::Member { name, .. } => name.clone(),
        Who::Key { label, .. } => label.clone(),
        Who::CommandLine | Who::Keyroom | Who::Finder => "Keyroom".to_owned(),
    };
    let folders = store::put_into_trash(conn, &found.permit, &by, now)?;
    let after = json!({ "trashed_at": now, "folders": folders });
    let entry = entry(
        TRASHED,
        &found.folder,
        Some(json!({ "trashed_at": null })),
        Some(after),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(found.folder)
}

/// What was put there with it comes back with it. `name`: another, where it is taken by now.
///
/// # Errors
/// Those of [`find::find`]. `Conflict`: it was put there with a folder above it, or that is there too. `Invalid` under
/// `name`: there is one of the same name by now.
pub fn restore(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, name): (FolderId, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let library = permit::<UseLibrary>(actor)?;
    store::lock_tree(conn, &library)?;
    let folder = store::lock(conn, &library, id)?;
    let found: Found<RestoreFolder> = find::may(conn, permit(actor)?, folder, now)?;
    if let Some(above) = found.folder.parent_id {
        let above = store::find_row(conn, &library, above)?;
        if above.trashed_at.is_some() {
            return Err(Error::Conflict(
                "The folder that it was in is in the trash. Restore that one first.",
            ));
        }
    }
    let name = match name {
        None => found.folder.name.clone(),
        Some(name) => check_name(name).map_err(|why| field("name", why))?,
    };
    let folder = store::put_back(conn, &found.permit, &name, now)?;
    let entry = entry(
        "folder.restored",
        &folder,
        Some(json!({ "trashed_at": found.folder.trashed_at, "name": found.folder.name })),
        Some(json!({ "trashed_at": null, "name": folder.name })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(folder)
}

/// Destroys a folder in the trash before its time, with all that is in it.
///
/// # Errors
/// Those of [`find::find`]. `Conflict`: it was put there with a folder above it.
pub fn destroy(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let library = permit::<UseLibrary>(actor)?;
    store::lock_tree(conn, &library)?;
    let folder = store::lock(conn, &library, id)?;
    let found: Found<RestoreFolder> = find::may(conn, library, folder, now)?;
    if found.folder.trashed_with != Some(id) {
        return Err(Error::Conflict(
            "It was deleted with the folder that it is in. Delete that one now, or restore it first.",
        ));
    }
    store::destroy_now(conn, &found.permit)?;
    record_destroyed(conn, actor, &found.folder, now)?;
    Ok(found.folder)
}

fn record_destroyed(
    conn: &mut PgConnection,
    actor: &Actor,
    folder: &Folder,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = json!({ "trashed_at": folder.trashed_at, "name": folder.name });
    let entry = entry("folder.destroyed", folder, Some(before), None);
    audit::record(conn, actor, entry, now)
}

/// Some of what was put into the trash 30 days ago or longer, after `last`.
pub fn due(
    conn: &mut PgConnection,
    why: Unscoped,
    last: Option<Waiting<FolderId>>,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting<FolderId>>> {
    store::due(conn, why, now - RESTORABLE, last)
}

/// Destroys some of one of these: says whether more of it is left.
pub fn purge(
    conn: &mut PgConnection,
    why: Unscoped,
    one: Waiting<FolderId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(folder) = store::hold_due(conn, why, now - RESTORABLE, one)? else {
        return Ok(false);
    };
    let is_all = store::destroy(conn, why, (one.workspace, folder.id))?;
    if is_all {
        let keyroom = Actor::new(Who::Keyroom, one.workspace, Source::default());
        record_destroyed(conn, &keyroom, &folder, now)?;
    }
    Ok(!is_all)
}
