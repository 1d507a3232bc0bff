//! What owners and admins did to folders with one form is taken back.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    HANDED_OVER, SHARED, TRASHED, direct, hand_over::hand_back, removal::grant_of, restore,
    set_access, take_access,
};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::{AuditEventId, FolderId},
    library::{model::Subject, store},
    policy::{ManageLibrary, ReadHistory, permit},
};

/// What was taken back.
pub struct Undone {
    pub number: usize,
    /// The names of folders that stay as they are: something else was done to them since.
    pub left: Vec<String>,
}

/// The entry with which [`undo`] takes back what whoever acts did by this action just now; none: that was nothing.
///
/// # Errors
/// `Forbidden`: they are no owner or admin, who alone may.
pub fn done_here(
    conn: &mut PgConnection,
    actor: &Actor,
    action: &str,
    now: DateTime<Utc>,
) -> Result<Option<AuditEventId>> {
    permit::<ManageLibrary>(actor)?;
    audit::find_here(conn, &permit::<ReadHistory>(actor)?, action, now)
}

/// Takes back, folder by folder, what this entry tells of and what was done together with it.
///
/// # Errors
/// `NotFound`: the log has no such entry, or it is of something else.
pub fn undo(
    conn: &mut PgConnection,
    actor: &Actor,
    entry: AuditEventId,
    now: DateTime<Utc>,
) -> Result<Undone> {
    let permit = permit::<ManageLibrary>(actor)?;
    let told = audit::together(conn, &crate::policy::permit::<ReadHistory>(actor)?, entry)?;
    let actions = [TRASHED, HANDED_OVER, SHARED];
    if told
        .iter()
        .any(|told| !actions.contains(&told.action.as_str()))
    {
        return Err(Error::NotFound);
    }
    let id = |told: &audit::Change| {
        told.subject
            .parse::<FolderId>()
            .map_err(|_| Error::NotFound)
    };
    let ids: Vec<FolderId> = told.iter().map(id).collect::<Result<_>>()?;
    let mut folders = store::find_all(conn, &permit, &ids)?;
    // What is in another of them comes after that.
    folders.sort_by_key(|folder| folder.path.depth());
    let (mut number, mut left) = (0, Vec::new());
    for folder in folders {
        let of = ids.iter().position(|id| *id == folder.id);
        let Some(told) = of.and_then(|at| told.get(at)) else {
            continue;
        };
        let act = |conn: &mut PgConnection| match told.action.as_str() {
            TRASHED if folder.trashed_at != Some(told.at) => Ok(false),
            TRASHED => restore(conn, actor, (folder.id, None), now).map(|_| true),
            HANDED_OVER => hand_back(conn, actor, (folder.id, told), now),
            SHARED => give_up(conn, actor, (folder.id, told), now),
            _ => Err(Error::NotFound),
        };
        match store::apart(conn, &permit, act) {
            Ok(true) => number += 1,
            Ok(false) | Err(Error::NotFound | Error::Invalid(_) | Error::Conflict(_)) => {
                left.push(folder.name);
            }
            Err(other) => return Err(other),
        }
    }
    Ok(Undone { number, left })
}

/// The role that one gave oneself: gone, or what one had before. Nothing where it is another by now.
fn give_up(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, told): (FolderId, &audit::Change),
    now: DateTime<Utc>,
) -> Result<bool> {
    let own = Subject::Member(actor.member_id().ok_or(Error::NotFound)?);
    let is = direct(conn, actor, (id, own), now)?;
    let given = grant_of(own, &told.after, "role", now);
    if given.is_none_or(|given| given.role != is.role || given.expires_at != is.expires_at) {
        return Ok(false);
    }
    match grant_of(own, &told.before, "role", now) {
        Some(before) => set_access(conn, actor, id, &[before], now).map(drop)?,
        None => take_access(conn, actor, (id, own), now).map(drop)?,
    }
    Ok(true)
}
