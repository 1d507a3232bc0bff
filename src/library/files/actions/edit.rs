//! *Details*: what a form changes of a file.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::change::change;
use crate::{
    actor::Actor,
    error::Result,
    ids::FileId,
    keys::hold_caller,
    library::files::{
        find::find_to_change,
        model::{File, FileEdit, FileSaid},
        store,
    },
    policy::{UseLibrary, permit},
};

/// Changes what was changed in the form. None: nothing is saved, for somebody else has changed the same otherwise.
///
/// # Errors
/// Those of [`patch`](super::patch).
pub fn edit(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FileId,
    edit: &FileEdit,
    now: DateTime<Utc>,
) -> Result<Option<File>> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let found = find_to_change(conn, actor, id, now)?;
    let on = store::labels_on(conn, found.folder.permit.library(), &[id])?;
    let labels = on.into_values().next().unwrap_or_default();
    let said = FileSaid::of(&found.file, labels);
    let (to, clashes) = edit.onto(&said);
    match clashes.is_empty() {
        true => change(conn, actor, &found, &to.patch_of(&said), now).map(Some),
        false => Ok(None),
    }
}
