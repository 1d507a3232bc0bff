//! The way to a file: through its folder.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{model::File, store};
use crate::{
    actor::Actor,
    error::{Error, Result},
    ids::FileId,
    library::{
        find::{Found, find as find_folder, is_over, may},
        store as folders,
    },
    policy::{AddToFolder, FolderAction, UseLibrary, permit},
};

/// A file, and that somebody may do `A` to what is in its folder.
#[derive(Debug)]
pub struct FoundFile<A: FolderAction> {
    pub file: File,
    pub folder: Found<A>,
}

/// # Errors
/// Those of [`library::find`](crate::library::find()) for its folder. `NotFound`: there is none, or it is in the trash.
pub fn find<A: FolderAction>(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<FoundFile<A>> {
    let file = store::find_row(conn, &permit::<UseLibrary>(actor)?, id)?;
    let folder = find_folder(conn, actor, file.folder_id, now)?;
    match file.trashed_at {
        None => Ok(FoundFile { file, folder }),
        Some(_) => Err(Error::NotFound),
    }
}

/// The same of one that is in the trash, for whoever may take it out.
///
/// # Errors
/// Those of [`find`]; `NotFound`: it is not there.
pub fn find_in_trash(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<FoundFile<AddToFolder>> {
    let found = hold(conn, actor, id, now)?;
    match found.file.trashed_at {
        Some(at) if !is_over(at, now) => Ok(found),
        _ => Err(Error::NotFound),
    }
}

/// To be changed: the folder stays where it is, and the file as it is, until the caller's transaction ends.
pub(super) fn find_to_change(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<FoundFile<AddToFolder>> {
    let found = hold(conn, actor, id, now)?;
    match found.file.trashed_at {
        None => Ok(found),
        Some(_) => Err(Error::NotFound),
    }
}

/// First the folder, as whoever destroys one does.
fn hold(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    now: DateTime<Utc>,
) -> Result<FoundFile<AddToFolder>> {
    let library = permit::<UseLibrary>(actor)?;
    let file = store::find_row(conn, &library, id)?;
    let row = folders::hold(conn, &library, file.folder_id)?;
    let folder: Found<AddToFolder> = may(conn, library, row, now)?;
    // Moved meanwhile, it is no longer there.
    let file = store::lock(conn, &folder.permit, id)?;
    Ok(FoundFile { file, folder })
}
