//! What is given once, what becomes somebody's, and what is over.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    access::{set_access_in, subjects},
    all::name_of,
    entry,
    giver::to_share,
    role_facts,
};
use crate::{
    actor::{Actor, Source, Who},
    audit,
    db::Waiting,
    error::{Error, Result},
    ids::{FolderId, InvitationId, ShareId},
    library::{
        model::{Folder, Grant, Share, Subject},
        store,
    },
    policy::{Unscoped, UseLibrary, permit},
};

/// What became of a form that gives roles.
pub struct Given {
    pub folder: Folder,
    pub new: Vec<Share>,
    /// Who had one in the folder itself already, and keeps that as it is.
    pub had: Vec<Subject>,
}

/// As [`set_access`], but whoever has a role in the folder itself keeps it: two people who share with somebody at the same
/// moment do not overwrite each other.
///
/// # Errors
/// Those of [`set_access`].
pub fn add_access(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    grants: &[Grant],
    now: DateTime<Utc>,
) -> Result<Given> {
    let held = to_share(conn, actor, (id, &subjects(grants)), now)?;
    let all = store::shares_on_all(conn, held.found.permit.library(), &[id], now)?;
    let all: HashSet<Subject> = all.into_iter().map(|share| share.subject).collect();
    let (had, new): (Vec<Grant>, Vec<Grant>) =
        (grants.iter()).partition(|grant| all.contains(&grant.subject));
    let had: Vec<Subject> = had.iter().map(|grant| grant.subject).collect();
    if new.is_empty() && !had.is_empty() {
        let (folder, new) = (held.found.folder, Vec::new());
        return Ok(Given { folder, new, had });
    }
    let (folder, new) = set_access_in(conn, held, &new, now)?;
    Ok(Given { folder, new, had })
}

/// What was promised with an invitation is theirs who has accepted it, and who acts here.
pub fn accept(
    conn: &mut PgConnection,
    actor: &Actor,
    (invitation, email): (InvitationId, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit::<UseLibrary>(actor)?;
    let promised = store::shares_of_invitations(conn, &permit, &[invitation])?;
    let (Who::Member { id, name, .. }, false) = (&actor.who, promised.is_empty()) else {
        return Ok(());
    };
    store::make_theirs(conn, &permit, (invitation, *id))?;
    let entries = promised.iter().map(|(share, folder)| {
        let facts = |with: &str| Some(role_facts(with, share.role, share.expires_at));
        entry("folder.shared", folder, facts(email), facts(name))
    });
    audit::record_all(conn, actor, entries.collect(), now)
}

/// What was promised with invitations is promised no more: they are cancelled, or sent anew without that.
pub fn forget_promised(
    conn: &mut PgConnection,
    actor: &Actor,
    invitations: &[(InvitationId, &str)],
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit::<UseLibrary>(actor)?;
    let ids: Vec<InvitationId> = invitations.iter().map(|(id, _)| *id).collect();
    let promised = store::shares_of_invitations(conn, &permit, &ids)?;
    if promised.is_empty() {
        return Ok(());
    }
    store::forget_promised(conn, &permit, &ids)?;
    let emails: HashMap<Subject, &str> = invitations
        .iter()
        .map(|(id, email)| (Subject::Invitation(*id), *email))
        .collect();
    let entries = promised.iter().filter_map(|(share, folder)| {
        let email = emails.get(&share.subject)?;
        let before = role_facts(email, share.role, share.expires_at);
        Some(entry("folder.unshared", folder, Some(before), None))
    });
    audit::record_all(conn, actor, entries.collect(), now)
}

/// Some of the roles that are over, after `last`.
pub fn ended(
    conn: &mut PgConnection,
    why: Unscoped,
    last: Option<Waiting<ShareId>>,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting<ShareId>>> {
    store::ended(conn, why, now, last)
}

/// Takes away one of these: nothing is left of it. It opens nothing from its end on; this is tidiness, and a word about it
/// in the log.
pub fn tidy(
    conn: &mut PgConnection,
    why: Unscoped,
    one: Waiting<ShareId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some((share, folder)) = store::hold_ended(conn, why, now, one)? else {
        return Ok(false);
    };
    let keyroom = Actor::new(Who::Keyroom, one.workspace, Source::default());
    let library = permit::<UseLibrary>(&keyroom)?;
    let name = name_of(conn, &library, share.subject)?;
    let name = name.unwrap_or_else(|| share.subject.id());
    store::forget_share(conn, why, (one.workspace, share.id))?;
    let before = role_facts(&name, share.role, share.expires_at);
    let after = json!({ "with": name, "ended_at": now });
    let entry = entry("folder.share_ended", &folder, Some(before), Some(after));
    audit::record(conn, &keyroom, entry, now)?;
    Ok(false)
}

/// # Errors
/// `NotFound`: they have no role in the folder itself.
pub fn direct(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, subject): (FolderId, Subject),
    now: DateTime<Utc>,
) -> Result<Share> {
    let held = to_share(conn, actor, (id, &[subject]), now)?;
    let share = store::find_share(conn, &held.found.permit, subject)?;
    share
        .filter(|share| share.expires_at.is_none_or(|end| end > now))
        .ok_or(Error::NotFound)
}
