//! A folder becomes another member's.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{entry, giver::hold_giver, owner_before};
use crate::{
    actor::{Actor, FolderRole},
    audit,
    error::{Result, field},
    ids::{FolderId, MemberId},
    library::{
        find::{self, Found},
        model::{Folder, Grant, Subject},
        store,
    },
    people,
    policy::{HandOverFolder, UseLibrary, permit},
};

/// Whose it was stays Editor of it, as long as nobody takes that away. To whose it is already: nothing changes.
///
/// # Errors
/// Those of [`hold_giver`] and [`find::find`]. `Invalid`: under `owner`, they are no active member; under `name`, they have
/// a folder of that name.
pub fn hand_over(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, to): (FolderId, MemberId),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let permit = permit::<UseLibrary>(actor)?;
    hold_giver(conn, &permit, now)?;
    // Members before folders, as wherever both are.
    let is_active = people::hold_active(conn, &permit, &[to])?.contains(&to);
    let folder = store::lock(conn, &permit, id)?;
    let found: Found<HandOverFolder> = find::may(conn, permit, folder, now)?;
    let before = found.folder.owner_member_id;
    if before == Some(to) {
        return Ok(found.folder);
    }
    let library = found.permit.library();
    if !is_active {
        return Err(field("owner", "Choose an active member of the workspace"));
    }
    let (folder, had) = store::set_owner(conn, &found.permit, (&found.folder.name, to), now)?;
    if let Some(before) = before {
        let grant = Grant {
            subject: Subject::Member(before),
            role: FolderRole::Editor,
            expires_at: None,
        };
        store::give_all(conn, library, &[(id, grant)], now)?;
    }
    let names = people::names(
        conn,
        library,
        &[Some(to), before].into_iter().flatten().collect::<Vec<_>>(),
    )?;
    let name = |member: Option<MemberId>| member.and_then(|id| names.get(&id).cloned());
    let entry = entry(
        "folder.handed_over",
        &folder,
        Some(owner_before(
            name(before),
            &name(Some(to)).unwrap_or_default(),
            had.as_ref(),
        )),
        Some(json!({ "owner": name(Some(to)) })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(folder)
}
