//! The way to a folder.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::PgConnection;

use super::{
    model::{Folder, RESTORABLE, Roles},
    store,
};
use crate::{
    actor::{Actor, FolderRole},
    error::{Error, Result, field},
    ids::FolderId,
    policy::{
        AddToFolder, FolderAction, FolderPermit, Permit, ReadFolder, UseLibrary, folder_permit,
        permit,
    },
};

/// A folder, and that somebody may do `A` to it.
#[derive(Debug)]
pub struct Found<A: FolderAction> {
    pub folder: Folder,
    pub permit: FolderPermit<A>,
    /// Of whoever asks, on the way to it.
    pub roles: Roles,
}

/// # Errors
/// `NotFound`: there is none, it is another workspace's, in the trash (or, where `A` is about that, not there), or whoever
/// asks may not know of it; all alike. To a key `Refused` with `RoleTooLow`, to a member `Forbidden`: they may not do this.
pub fn find<A: FolderAction>(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    now: DateTime<Utc>,
) -> Result<Found<A>> {
    let permit = permit::<UseLibrary>(actor)?;
    let folder = store::find_row(conn, &permit, id)?;
    may(conn, permit, folder, now)
}

/// The same for a folder that was read already, by whatever way.
pub(super) fn may<A: FolderAction>(
    conn: &mut PgConnection,
    permit: Permit<UseLibrary>,
    folder: Folder,
    now: DateTime<Utc>,
) -> Result<Found<A>> {
    if folder.trashed_at.is_some_and(|at| is_over(at, now)) {
        return Err(Error::NotFound);
    }
    let roles = store::roles_on(conn, &permit, folder.path.ids(), now)?;
    find_among(permit, folder, roles)
}

/// What was put into the trash at that moment is to be destroyed, or is in part already: it counts as not there.
pub(super) fn is_over(trashed_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    trashed_at + RESTORABLE <= now
}

/// The same for a folder whose roles were read with those of others.
///
/// # Errors
/// Those of [`find`].
pub fn find_among<A: FolderAction>(
    permit: Permit<UseLibrary>,
    folder: Folder,
    roles: Roles,
) -> Result<Found<A>> {
    if folder.trashed_at.is_some() != A::IN_TRASH {
        return Err(Error::NotFound);
    }
    let permit = folder_permit(permit, folder.id, roles.standing(&folder.path))?;
    Ok(Found {
        folder,
        permit,
        roles,
    })
}

/// Whoever is Editor for a time takes nothing along to where they are Editor for longer. `from`: of what is moved.
///
/// # Errors
/// `Invalid` under `field`, with the end.
pub(super) fn check_ends_as_soon(
    from: &FolderPermit<AddToFolder>,
    into: &FolderPermit<AddToFolder>,
    name: &'static str,
) -> Result<()> {
    let Some(end) = from.until() else {
        return Ok(());
    };
    match into.until().is_some_and(|until| until <= end) {
        true => Ok(()),
        false => {
            let end = end.to_rfc3339_opts(SecondsFormat::Secs, true);
            let why = format!(
                "You are Editor here until {end}. Choose a folder that you edit no longer than that"
            );
            Err(field(name, why))
        }
    }
}

/// The roles of whoever asks in some folders and all above them.
pub fn roles_in(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    folders: &[Folder],
    now: DateTime<Utc>,
) -> Result<Roles> {
    let mut ids: Vec<FolderId> = folders
        .iter()
        .flat_map(|folder| folder.path.ids().iter().copied())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    store::roles_on(conn, permit, &ids, now)
}

/// The roles by which a list within a folder shows what is unlisted. Its Editors are shown everything, and none are read.
pub fn roles_that_show(
    conn: &mut PgConnection,
    permit: &FolderPermit<ReadFolder>,
    now: DateTime<Utc>,
) -> Result<Roles> {
    match permit.role() {
        Some(FolderRole::Editor) => Ok(Roles::default()),
        _ => all_roles(conn, permit.library(), now),
    }
}

/// All roles of whoever asks, of folders that are not in the trash, as they were given; what is theirs within their own is
/// left out.
pub fn all_roles(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    now: DateTime<Utc>,
) -> Result<Roles> {
    store::roles_everywhere(conn, permit, now)
}
