//! What owners and admins do to many folders at once.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{access::set_access_in, restore, to_share, trash};
use crate::{
    actor::{Actor, FolderRole},
    error::{Error, Result},
    ids::FolderId,
    invitations, keys,
    library::{
        model::{Folder, Grant, Subject},
        store,
    },
    people,
    policy::{Action, ManageLibrary, Permit, permit},
};

/// Folders that one form may name.
pub const MOST: usize = 100;

/// Folders in which all that one was given is taken away at once.
const MOST_OF_ONE: usize = 1_000;

/// All of these.
///
/// # Errors
/// `NotFound`: one of them is not there, or there are too many.
pub fn folders(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    ids: &BTreeSet<FolderId>,
) -> Result<HashMap<FolderId, Folder>> {
    if ids.len() > MOST {
        return Err(Error::NotFound);
    }
    let ids: Vec<FolderId> = ids.iter().copied().collect();
    let found = store::find_all(conn, permit, &ids)?;
    match found.len() == ids.len() {
        true => Ok(by_id(found)),
        false => Err(Error::NotFound),
    }
}

pub(super) fn by_id(folders: Vec<Folder>) -> HashMap<FolderId, Folder> {
    let with_id = folders.into_iter().map(|folder| (folder.id, folder));
    with_id.collect()
}

/// Where they were given something themselves, as far as that is taken away at once, and whether there is more.
pub fn given_to(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    subject: Subject,
) -> Result<(Vec<Folder>, bool)> {
    let most = i64::try_from(MOST_OF_ONE + 1).unwrap_or(i64::MAX);
    let mut found = store::given_to(conn, permit, subject, most)?;
    let has_more = found.len() > MOST_OF_ONE;
    found.truncate(MOST_OF_ONE);
    Ok((found, has_more))
}

/// What a person, group or key is called. None: there is no such.
pub fn name_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    subject: Subject,
) -> Result<Option<String>> {
    Ok(match subject {
        Subject::Member(id) => people::names(conn, permit, &[id])?.remove(&id),
        Subject::Group(id) => {
            let found = people::named_groups(conn, permit, &[id])?;
            found.into_iter().next().map(|(_, name)| name)
        }
        Subject::Key(id) => keys::named(conn, permit, &[id])?
            .remove(&id)
            .map(|key| key.label),
        Subject::Invitation(id) => {
            let found = invitations::waiting(conn, permit, &[id])?;
            found.into_iter().next().map(|of| of.email)
        }
    })
}

/// A role for oneself. Whoever has it already, or a greater one, by whatever way and for how long, keeps what they have.
pub fn give_self(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, role): (FolderId, FolderRole),
    now: DateTime<Utc>,
) -> Result<bool> {
    permit::<ManageLibrary>(actor)?;
    let grant = Grant {
        subject: Subject::Member(actor.member_id().ok_or(Error::NotFound)?),
        role,
        expires_at: None,
    };
    let held = to_share(conn, actor, (id, &[grant.subject]), now)?;
    if held.found.roles.role(&held.found.folder.path) >= Some(role) {
        return Ok(false);
    }
    set_access_in(conn, held, &[grant], now)?;
    Ok(true)
}

/// One that is in a folder which was put there just before is there already.
pub fn trash_if_there(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let permit = permit::<ManageLibrary>(actor)?;
    let found = store::find_all(conn, &permit, &[id])?;
    if found.iter().any(|folder| folder.trashed_at.is_some()) {
        return Ok(false);
    }
    trash(conn, actor, id, now)?;
    Ok(true)
}

/// Takes out of the trash which of them it can. How many, and of each of the others why not, in a sentence.
///
/// # Errors
/// `NotFound`: one of them is not there, or not in the trash.
pub fn restore_each(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &BTreeSet<FolderId>,
    now: DateTime<Utc>,
) -> Result<(usize, Vec<String>)> {
    let permit = permit::<ManageLibrary>(actor)?;
    let folders = folders(conn, &permit, ids)?;
    let mut left = Vec::new();
    for (id, folder) in ids.iter().filter_map(|id| Some((*id, folders.get(id)?))) {
        let name = &folder.name;
        match store::apart(conn, &permit, |conn| restore(conn, actor, (id, None), now)) {
            Ok(_) => {}
            Err(Error::Invalid(_)) => left.push(format!(
                "{name} is left out: there is a folder of that name by now. Rename that one, or restore this one with another name."
            )),
            Err(Error::Conflict(why)) => left.push(format!("{name} is left out. {why}")),
            Err(other) => return Err(other),
        }
    }
    Ok((ids.len() - left.len(), left))
}
