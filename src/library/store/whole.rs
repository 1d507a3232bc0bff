//! The tree as a whole: who waits for whom, and how much of it changes at once.

use diesel::prelude::*;

use crate::{
    db::turn,
    error::{Error, Result},
    policy::{FolderAction, FolderPermit, ManageLibrary, Permit, UseLibrary},
    schema::folders,
};

/// One move at a time, and no trash meanwhile: two moves could make a circle. Before any row is held.
pub fn lock_tree(conn: &mut PgConnection, permit: &Permit<UseLibrary>) -> Result<()> {
    turn::take(conn, &tree_of(permit))
}

/// Nothing is moved or put into the trash meanwhile, so that what is made comes to where its folder is: a change of all
/// that is in a folder does not see what is made in it at the same time. Before any row is held.
pub fn share_tree(conn: &mut PgConnection, permit: &Permit<UseLibrary>) -> Result<()> {
    turn::share(conn, &tree_of(permit))
}

fn tree_of(permit: &Permit<UseLibrary>) -> String {
    format!("folders of {}", permit.workspace())
}

/// What one change of a tree is about, at most: more would hold up everybody who waits for it.
const MOST_AT_ONCE: i64 = 20_000;

/// # Errors
/// `Conflict`: there are too many folders in this one to change them together.
pub fn check_size<A: FolderAction>(
    conn: &mut PgConnection,
    permit: &FolderPermit<A>,
) -> Result<()> {
    let within: i64 = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::path.contains(vec![permit.folder()]))
        .count()
        .get_result(conn)?;
    match within <= MOST_AT_ONCE {
        true => Ok(()),
        false => Err(Error::Conflict(
            "There are more than 20,000 folders in this one, more than are moved or deleted at once. Begin with some of those in it.",
        )),
    }
}

/// Within a savepoint: where it fails the caller's transaction goes on.
pub fn apart<T>(
    conn: &mut PgConnection,
    _: &Permit<ManageLibrary>,
    act: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    conn.transaction(act)
}
