//! Who has a role in a folder is changed.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::PgConnection;

use super::{
    entry,
    giver::{Held, to_share},
    known::Known,
    role_facts,
};
use crate::{
    actor::Actor,
    audit,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{
        model::{Folder, Grant, Share, Subject},
        store,
    },
    policy::{self, Permit, UseLibrary},
};

pub const SHARED: &str = "folder.shared";

/// Grants of one call, at most.
pub const MOST: usize = 100;

/// Gives each the role, all or nothing: adds those that have none in the folder itself, changes the others, and leaves
/// everybody else. The same again leaves no entry.
///
/// # Errors
/// Those of [`super::find::find`] for `ShareFolder`. `NotFound`: there is somebody or something among them that is not in
/// the workspace, or not active. `Forbidden`: a key among them, which only owners and admins share with. `Invalid` under
/// `grants` and `grants[n].id`: too many, none, one twice, an owner of the folder, a personal key, a revoked one.
pub fn set_access(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    grants: &[Grant],
    now: DateTime<Utc>,
) -> Result<(Folder, Vec<Share>)> {
    let held = to_share(conn, actor, (id, &subjects(grants)), now)?;
    set_access_in(conn, held, grants, now)
}

pub fn subjects(grants: &[Grant]) -> Vec<Subject> {
    grants.iter().map(|grant| grant.subject).collect()
}

/// The same where all is held already.
pub fn set_access_in(
    conn: &mut PgConnection,
    Held { found, known }: Held,
    grants: &[Grant],
    now: DateTime<Utc>,
) -> Result<(Folder, Vec<Share>)> {
    let subjects = subjects(grants);
    check_number(&subjects)?;
    let has_key = subjects.iter().any(|s| matches!(s, Subject::Key(_)));
    if has_key {
        policy::check_may_share_with_keys(found.permit.actor())?;
    }
    let until = found.permit.until();
    let mut mistakes = Vec::new();
    for (n, grant) in grants.iter().enumerate() {
        if let Err(why) = known.check(&found.folder, grant)? {
            mistakes.push(FieldError::new(format!("grants[{n}].id"), why));
        }
        let is_within = found.permit.may_give_until(grant.expires_at);
        if let (false, Some(until)) = (is_within, until) {
            let until = until.to_rfc3339_opts(SecondsFormat::Secs, true);
            let why = format!("No later than your own role, which ends at {until}");
            mistakes.push(FieldError::new(format!("grants[{n}].expires_at"), why));
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let all: Vec<(&Folder, Grant)> = grants.iter().map(|one| (&found.folder, *one)).collect();
    let given = give(conn, found.permit.library(), (&known, &all), now)?;
    Ok((found.folder, given))
}

/// Gives what was found fit in folders that are held, whoever gets it once in each, and tells the log: all of it at once.
/// What is so already stays as it is, given by whom it was and then.
pub(super) fn give(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (known, all): (&Known, &[(&Folder, Grant)]),
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let ids: BTreeSet<FolderId> = all.iter().map(|(folder, _)| folder.id).collect();
    let ids: Vec<FolderId> = ids.into_iter().collect();
    let of: BTreeSet<Subject> = all.iter().map(|(_, grant)| grant.subject).collect();
    let before = store::hold_shares(conn, permit, &ids, &of.into_iter().collect())?;
    let mut before = by_place(before);
    let is_new = |(folder, grant): &&(&Folder, Grant)| {
        let there = before.get(&(folder.id, grant.subject));
        there.is_none_or(|was| was.role != grant.role || was.expires_at != grant.expires_at)
    };
    let new = all.iter().filter(is_new);
    let new: Vec<(FolderId, Grant)> = new.map(|(folder, grant)| (folder.id, *grant)).collect();
    let mut after = by_place(store::give_all(conn, permit, &new, now)?);
    let (mut given, mut entries) = (Vec::new(), Vec::new());
    for (folder, grant) in all {
        let place = (folder.id, grant.subject);
        let was = before.remove(&place);
        let is = after.remove(&place);
        if let Some(is) = &is {
            let name = known.name(grant.subject);
            let facts = |share: &Share| role_facts(&name, share.role, share.expires_at);
            let (was, is) = (was.as_ref().map(facts), Some(facts(is)));
            entries.push(entry(SHARED, folder, was, is));
        }
        given.extend(is.or(was));
    }
    audit::record_all(conn, permit.actor(), entries, now)?;
    Ok(given)
}

fn by_place(shares: Vec<Share>) -> HashMap<(FolderId, Subject), Share> {
    let placed = shares
        .into_iter()
        .map(|share| ((share.folder, share.subject), share));
    placed.collect()
}

fn check_number(subjects: &[Subject]) -> Result<()> {
    let each: HashSet<&Subject> = subjects.iter().collect();
    let why = match subjects.len() {
        0 => "Give at least one",
        n if n > MOST => "Give at most 100 at once",
        n if each.len() < n => "Name each once",
        _ => return Ok(()),
    };
    Err(Error::Invalid(vec![FieldError::new("grants", why)]))
}

/// Takes away the role that somebody or something has in the folder itself; what follows from one above it stays.
///
/// # Errors
/// Those of [`super::find::find`] for `ShareFolder`. `NotFound`: they have none in the folder itself. `Forbidden`: it is a
/// key, whose roles are the business of owners and admins.
pub fn take_access(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, subject): (FolderId, Subject),
    now: DateTime<Utc>,
) -> Result<(Folder, Share)> {
    let Held { found, known } = to_share(conn, actor, (id, &[subject]), now)?;
    if matches!(subject, Subject::Key(_)) {
        policy::check_may_share_with_keys(found.permit.actor())?;
    }
    let share = store::find_share(conn, &found.permit, subject)?.ok_or(Error::NotFound)?;
    store::delete_share(conn, &found.permit, share.id)?;
    let before = role_facts(&known.name(subject), share.role, share.expires_at);
    let entry = entry("folder.unshared", &found.folder, Some(before), None);
    audit::record(conn, actor, entry, now)?;
    Ok((found.folder, share))
}
