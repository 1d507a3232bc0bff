//! *Edit details*: what a form changes of a folder.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::change;
use crate::{
    actor::Actor,
    error::Result,
    ids::FolderId,
    keys::hold_caller,
    library::{
        find::{self, Found},
        model::{Folder, FolderEdit, FolderPatch, FolderSaid},
        store,
    },
    policy::{ChangeFolder, UseLibrary, permit},
};

/// Changes what was changed in the form. None: nothing is saved, for somebody else has changed the same otherwise.
///
/// # Errors
/// Those of [`patch`](super::patch).
pub fn edit(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    edit: &FolderEdit,
    now: DateTime<Utc>,
) -> Result<Option<Folder>> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    let before = store::lock(conn, &permit, id)?;
    let found: Found<ChangeFolder> = find::may(conn, permit, before, now)?;
    let (to, clashes) = edit.onto(&FolderSaid::from(&found.folder));
    if !clashes.is_empty() {
        return Ok(None);
    }
    let patch = FolderPatch {
        name: Some(to.name),
        description: Some(to.description),
        visibility: Some(to.visibility),
        ..FolderPatch::default()
    };
    change(conn, &found.permit, &found.folder, &patch, now).map(Some)
}
