//! What folders are in, by name.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::{
    error::Result,
    ids::FolderId,
    library::{
        model::{Folder, Roles},
        store,
    },
    policy::{Permit, UseLibrary},
};

/// The names of what these folders are in, as far as whoever looks may see it.
pub fn above(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    folders: &[Folder],
    roles: &Roles,
) -> Result<HashMap<FolderId, String>> {
    let ids: Vec<FolderId> = folders.iter().filter_map(|f| f.parent_id).collect();
    let found = store::some_of(conn, permit, &ids)?;
    Ok(seen(found, false, roles))
}

/// Those of these that whoever looks may know of, by name.
pub fn seen(folders: Vec<Folder>, is_all: bool, roles: &Roles) -> HashMap<FolderId, String> {
    folders
        .into_iter()
        .filter(|folder| is_all || roles.role(&folder.path).is_some())
        .map(|folder| (folder.id, folder.name))
        .collect()
}
