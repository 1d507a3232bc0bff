//! What can be done to folders. Each runs inside the caller's transaction.

mod access;
mod all;
mod edit;
mod giver;
mod hand_over;
mod known;
mod many;
mod move_to;
mod removal;
mod sharing;
mod trash;
mod undo;
mod withdraw;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

pub use access::{SHARED, set_access, set_access_in, subjects, take_access};
pub use all::{MOST, folders, give_self, given_to, name_of, restore_each, trash_if_there};
pub use edit::edit;
pub use giver::to_share;
pub use hand_over::{HANDED_OVER, hand_over};
pub use many::Giving;
pub use removal::{remove_shares, undo_removal};
pub use sharing::{Given, accept, add_access, direct, ended, forget_promised, tidy};
pub use trash::{TRASHED, destroy, due, purge, restore, trash};
pub use undo::{done_here, undo};
pub use withdraw::{names_of, undo_withdrawal, withdraw};

use super::{
    find::{self, Found},
    model::{Folder, FolderPatch, Grant, NewFolder, Share, Subject},
    store,
};
use crate::{
    actor::{Actor, FolderRole, Who},
    audit,
    error::{Result, field},
    ids::{FolderId, MemberId},
    keys::hold_caller,
    people,
    policy::{AddToFolder, ChangeFolder, FolderPermit, UseLibrary, permit},
};

/// Whose it is: the member's who makes it, with a personal key its owner's; the workspace's where one of its keys makes it,
/// which then is Editor of it: by a share of its own at the top of the library, else as it is of the folder above it. Whoever
/// is Editor there for a time makes it for whose the folder above is.
///
/// # Errors
/// Those of [`find::find`] for the folder that it is made in. `Invalid`: under `name`, there is one of the same name beside
/// it; under `parent_id`, folders would be too deep.
pub fn create(
    conn: &mut PgConnection,
    actor: &Actor,
    new: &NewFolder,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    let above = match new.parent_id {
        None => None,
        Some(id) => {
            store::share_tree(conn, &permit)?;
            Some(open(conn, actor, id, now)?)
        }
    };
    let owner = match above
        .as_ref()
        .filter(|above| above.permit.until().is_some())
    {
        Some(above) => lender(conn, above)?,
        None => match &actor.who {
            Who::Key { owner, .. } => owner.map(|(member, _)| member),
            _ => actor.member_id(),
        },
    };
    let place = above
        .as_ref()
        .map(|above| (&above.permit, &above.folder.path));
    if place.is_some_and(|(_, path)| path.depth() >= super::model::MOST_DEEP) {
        return Err(field(
            "parent_id",
            "Folders can be 32 deep, and this one is the last",
        ));
    }
    let made = store::insert(conn, &permit, place, (new, owner), now)?;
    let entry = entry("folder.created", &made, None, Some(made.facts()));
    audit::record(conn, actor, entry, now)?;
    // What it makes in a folder it edits by that, and as long.
    if let (Some(key), None, None) = (actor.key_id(), owner, new.parent_id) {
        let grant = Grant {
            subject: Subject::Key(key),
            role: FolderRole::Editor,
            expires_at: None,
        };
        store::give_all(conn, &permit, &[(made.id, grant)], now)?;
    }
    Ok(made)
}

/// Whose a folder is in which somebody works for a time; the workspace's while its owner is suspended.
fn lender(conn: &mut PgConnection, above: &Found<AddToFolder>) -> Result<Option<MemberId>> {
    let Some(owner) = above.folder.owner_member_id else {
        return Ok(None);
    };
    let is_active = people::hold_active_at_once(conn, above.permit.library(), owner)?;
    Ok(is_active.then_some(owner))
}

/// To put something into a folder: it stays where it is meanwhile, and is not in the trash.
fn open(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    now: DateTime<Utc>,
) -> Result<Found<AddToFolder>> {
    let permit = permit::<UseLibrary>(actor)?;
    let folder = store::hold(conn, &permit, id)?;
    find::may(conn, permit, folder, now)
}

/// Changes what is given and leaves the rest; all of it or nothing. The same again changes nothing and leaves no entry.
///
/// # Errors
/// Those of [`find::find`], of a move for both ends. `Invalid`: those of [`create`], and under `metadata`.
pub fn patch(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    patch: &FolderPatch,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    if patch.parent_id.is_some() {
        store::lock_tree(conn, &permit)?;
    }
    let before = store::lock(conn, &permit, id)?;
    let found: Found<ChangeFolder> = find::may(conn, permit, before, now)?;
    let folder = match patch.parent_id {
        // First, so that another name is one in the new place.
        Some(to) if to != found.folder.parent_id => {
            let called = patch.name.as_deref();
            move_to::move_to(conn, actor, (found.folder.clone(), called), to, now)?
        }
        _ => found.folder.clone(),
    };
    match patch.changes() {
        true => change(conn, &found.permit, &folder, patch, now),
        false => Ok(folder),
    }
}

fn change(
    conn: &mut PgConnection,
    permit: &FolderPermit<ChangeFolder>,
    before: &Folder,
    patch: &FolderPatch,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let cleared = match patch.clears_metadata {
        true => before
            .metadata
            .changed("metadata", &before.metadata.cleared())?,
        false => before.metadata.clone(),
    };
    let to = Folder {
        name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
        description: patch
            .description
            .clone()
            .unwrap_or_else(|| before.description.clone()),
        metadata: match &patch.metadata {
            None => cleared,
            Some(change) => cleared.changed("metadata", change)?,
        },
        visibility: patch.visibility.unwrap_or(before.visibility),
        ..before.clone()
    };
    if to.facts() == before.facts() {
        return Ok(to);
    }
    let after = store::update(conn, permit, &to, now)?;
    let action = match before.name == after.name {
        true => "folder.changed",
        false => "folder.renamed",
    };
    let entry = entry(action, &after, Some(before.facts()), Some(after.facts()));
    audit::record(conn, permit.actor(), entry, now)?;
    Ok(after)
}

/// Of a folder, for the log.
pub(super) fn entry(
    action: &'static str,
    folder: &Folder,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "folder",
            id: folder.id.to_string(),
            label: folder.name.clone(),
        },
        before,
        after,
    }
}

/// A role as the log keeps it.
fn role_facts(subject: &str, role: FolderRole, ends: Option<DateTime<Utc>>) -> Value {
    json!({ "with": subject, "role": role, "expires_at": ends })
}

/// Whose a folder was that an heir has now, and the role that the heir had been given in it, in place of which owning it is.
pub(super) fn owner_before(owner: Option<String>, heir: &str, had: Option<&Share>) -> Value {
    let mut facts = had.map_or_else(
        || json!({}),
        |share| role_facts(heir, share.role, share.expires_at),
    );
    facts["owner"] = json!(owner);
    facts
}
