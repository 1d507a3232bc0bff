//! A folder becomes another member's.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::{entry, owner_before, removal::grant_of};
use crate::{
    actor::{Actor, FolderRole},
    audit,
    error::{Result, field},
    ids::{FolderId, MemberId},
    keys::hold_caller,
    library::{
        find::{self, Found},
        model::{Folder, Grant, Share, Subject},
        store,
    },
    people,
    policy::{HandOverFolder, Permit, UseLibrary, permit},
};

pub const HANDED_OVER: &str = "folder.handed_over";

/// Whose it was stays Editor of it, as long as nobody takes that away. To whose it is already: nothing changes.
///
/// # Errors
/// Those of [`hold_caller`] and [`find::find`]. `Invalid`: under `owner`, they are no active member; under `name`, they have
/// a folder of that name.
pub fn hand_over(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, to): (FolderId, MemberId),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
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
    let (folder, had) = store::set_owner(conn, &found.permit, (&found.folder.name, Some(to)), now)?;
    if let Some(before) = before {
        let grant = Grant {
            subject: Subject::Member(before),
            role: FolderRole::Editor,
            expires_at: None,
        };
        store::give_all(conn, library, &[(id, grant)], now)?;
    }
    record(conn, library, (&folder, before, had.as_ref(), None), now)?;
    Ok(folder)
}

/// Takes back what an entry tells of [`hand_over`]: the folder is whose it was before, or the workspace's, and whoever got
/// it has again what they had been given in it. Nothing where it is not theirs any more, or where whose it was is not there.
///
/// # Errors
/// Those of [`hold_caller`] and [`find::find`]. `Invalid` under `name`: there is one of that name by now.
pub fn hand_back(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, told): (FolderId, &audit::Change),
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(from) = owner(&told.after) else {
        return Ok(false);
    };
    let to = owner(&told.before);
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    let both: Vec<MemberId> = to.into_iter().chain([from]).collect();
    let active = people::hold_active(conn, &permit, &both)?;
    let folder = store::lock(conn, &permit, id)?;
    let found: Found<HandOverFolder> = find::may(conn, permit, folder, now)?;
    if found.folder.owner_member_id != Some(from) || to.is_some_and(|to| !active.contains(&to)) {
        return Ok(false);
    }
    let library = found.permit.library();
    let (folder, had) = store::set_owner(conn, &found.permit, (&found.folder.name, to), now)?;
    let lent = grant_of(Subject::Member(from), &told.before, "role", now);
    let lent = lent.filter(|_| active.contains(&from));
    if let Some(grant) = lent {
        store::give_all(conn, library, &[(id, grant)], now)?;
    }
    record(
        conn,
        library,
        (&folder, Some(from), had.as_ref(), lent),
        now,
    )?;
    Ok(true)
}

fn owner(facts: &Value) -> Option<MemberId> {
    let id = facts.get("owner_id").and_then(Value::as_str);
    id.and_then(|id| id.parse().ok())
}

/// `had`: what whose it is now had been given in it. `lent`: what whose it was is given instead.
fn record(
    conn: &mut PgConnection,
    library: &Permit<UseLibrary>,
    (folder, before, had, lent): (&Folder, Option<MemberId>, Option<&Share>, Option<Grant>),
    now: DateTime<Utc>,
) -> Result<()> {
    let to = folder.owner_member_id;
    let both: Vec<MemberId> = [to, before].into_iter().flatten().collect();
    let names = people::names(conn, library, &both)?;
    let name = |member: Option<MemberId>| member.and_then(|id| names.get(&id).cloned());
    let mut was = owner_before(name(before), &name(to).unwrap_or_default(), had);
    was["owner_id"] = json!(before);
    let mut is = match lent {
        Some(grant) => super::role_facts(
            &name(before).unwrap_or_default(),
            grant.role,
            grant.expires_at,
        ),
        None => json!({}),
    };
    is["owner"] = json!(name(to));
    is["owner_id"] = json!(to);
    let entry = entry(HANDED_OVER, folder, Some(was), Some(is));
    audit::record(conn, library.actor(), entry, now)
}
