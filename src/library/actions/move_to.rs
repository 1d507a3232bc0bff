//! A folder is put elsewhere, with all that is in it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{entry, open};
use crate::{
    actor::Actor,
    audit,
    error::{Result, field},
    ids::FolderId,
    library::{
        find::{self, Found},
        model::{Folder, MOST_DEEP},
        store,
    },
    policy::{AddToFolder, UseLibrary, permit},
};

/// `called`: another name that it has there. It keeps who has access to it itself, and loses and gains what follows from where it is. Under `store::lock_tree`.
pub(super) fn move_to(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, called): (Folder, Option<&str>),
    to: Option<FolderId>,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let library = permit::<UseLibrary>(actor)?;
    let from = match folder.parent_id {
        None => None,
        Some(id) => Some(open(conn, actor, id, now)?),
    };
    let found: Found<AddToFolder> = find::may(conn, library, folder, now)?;
    let into = match to {
        None => None,
        Some(id) => Some(open(conn, actor, id, now)?),
    };
    let (folder, place) = (
        found.folder,
        into.as_ref().map(|into| (&into.permit, &into.folder.path)),
    );
    if place.is_some_and(|(_, path)| path.contains(folder.id)) {
        return Err(field(
            "parent_id",
            "A folder cannot be moved into itself, nor into one that is in it",
        ));
    }
    if place.is_some_and(|(_, path)| path.depth() >= MOST_DEEP) {
        return Err(field(
            "parent_id",
            "Folders can be 32 deep, and this one is the last",
        ));
    }
    if let Some((into, _)) = place {
        find::check_ends_as_soon(&found.permit, into, "parent_id")?;
    }
    store::check_size(conn, &found.permit)?;
    let moved = store::move_to(conn, &found.permit, (&folder, called), place, now)?;
    let name = |found: &Option<Found<AddToFolder>>| found.as_ref().map(|f| f.folder.name.clone());
    let entry = entry(
        "folder.moved",
        &moved,
        Some(json!({ "parent_id": folder.parent_id, "parent": name(&from) })),
        Some(json!({ "parent_id": moved.parent_id, "parent": name(&into) })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(moved)
}
