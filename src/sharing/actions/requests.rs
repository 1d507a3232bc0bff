//! *Ask an admin*, and what becomes of it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::told::{Told, tell_answer, tell_asked};
use crate::{
    actor::{Actor, FolderRole},
    audit,
    error::{Error, Result},
    ids::{FolderId, KeyId, ShareRequestId},
    keys,
    library::{self, Folder, Found, Grant, Share, Subject},
    mail::Mail,
    notices::{self, SHARE_APPROVED, SHARE_DECLINED, SHARE_REQUESTED},
    policy::{self, FolderAction, ReadFolder, SeeFolder, ShareFolder},
    sharing::{
        model::{NewRequest, Request, State},
        store,
    },
};

const ANSWERED: &str = "This was answered or withdrawn meanwhile. Nothing was changed.";

/// The owners and admins are told; whoever asks needs a role in the folder.
///
/// # Errors
/// Those of [`library::find`]. `Conflict`: they may do it themselves. `Invalid` under `wanted`: they have asked for it.
pub fn ask(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, new): (FolderId, &NewRequest),
    mail: &Mail,
    now: DateTime<Utc>,
) -> Result<Request> {
    let found = library::find::<ReadFolder>(conn, actor, id, now)?;
    let own = actor.member_id().ok_or(Error::NotFound)?;
    if policy::may_share_with_keys(actor) {
        return Err(Error::Conflict(
            "You may share with API keys yourself. Nobody was asked.",
        ));
    }
    let request = store::insert(conn, &found.permit, own, new, now)?;
    record(
        conn,
        actor,
        "folder.share_requested",
        (&found.folder, &request),
        now,
    )?;
    let told = Told {
        folder: &found.folder,
        mail,
        at: now,
    };
    tell_asked(conn, found.permit.library(), &request, &told)?;
    Ok(request)
}

fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    action: &'static str,
    (folder, request): (&Folder, &Request),
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        subject: audit::Subject {
            kind: "folder",
            id: folder.id.to_string(),
            label: folder.name.clone(),
        },
        before: None,
        after: Some(request.facts()),
    };
    audit::record(conn, actor, entry, now)
}

/// Takes its notice off the pages of those it was for.
fn clear<A: FolderAction>(
    conn: &mut PgConnection,
    found: &Found<A>,
    id: ShareRequestId,
    kinds: &[&str],
) -> Result<()> {
    let library = found.permit.library();
    notices::clear(conn, library, ("share_request", &[id.to_string()]), kinds)
}

/// One that waits, for whoever may answer it.
fn to_answer(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, id): (FolderId, ShareRequestId),
    now: DateTime<Utc>,
) -> Result<(Found<ShareFolder>, Request)> {
    let found = library::find::<ShareFolder>(conn, actor, folder, now)?;
    policy::check_may_share_with_keys(actor)?;
    let request = store::lock(conn, &found.permit, id)?;
    match request.state() {
        State::Open => Ok((found, request)),
        _ => Err(Error::Conflict(ANSWERED)),
    }
}

/// It was answered: the log has it, nobody is asked any more, and whoever asked is told. Approved, with the label of the key.
fn close(
    conn: &mut PgConnection,
    found: &Found<ShareFolder>,
    (request, (action, label)): (&Request, (&'static str, Option<&str>)),
    mail: &Mail,
    now: DateTime<Utc>,
) -> Result<()> {
    let (folder, actor) = (&found.folder, found.permit.actor());
    record(conn, actor, action, (folder, request), now)?;
    clear(conn, found, request.id, &[SHARE_REQUESTED])?;
    let told = Told {
        folder,
        mail,
        at: now,
    };
    tell_answer(conn, found.permit.library(), (request, label), &told)
}

/// As much as this, without an end, by a folder above; a key that is revoked has nothing by it.
fn by_above(
    conn: &mut PgConnection,
    found: &Found<ShareFolder>,
    (key, role): (KeyId, FolderRole),
    now: DateTime<Utc>,
) -> Result<Option<Share>> {
    let keys = keys::named(conn, found.permit.library(), &[key])?;
    if keys.get(&key).is_none_or(|key| key.revoked_at.is_some()) {
        return Ok(None);
    }
    let subject = [Subject::Key(key)];
    let of = (&found.folder.path, &subject[..]);
    let shares = library::shares_of(conn, &found.permit, of, now)?.into_iter();
    let mut enough = shares.filter(|share| share.role >= role && share.expires_at.is_none());
    Ok(enough.next())
}

/// What became of an approval.
pub struct Approved {
    pub folder: Folder,
    pub label: String,
    /// What the key had: in the folder itself, or by one above it as much as was asked for.
    pub before: Option<Share>,
    /// What it has now.
    pub role: FolderRole,
}

/// Gives the key the role, and tells whoever asked. It takes nothing away: a key that has a role in the folder itself keeps
/// the greater of the two, and the end that somebody has set.
///
/// # Errors
/// Those of [`library::set_access`], under `subject`. `Conflict`: it was answered or withdrawn.
pub fn approve(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, id): (FolderId, ShareRequestId),
    (key, role, mail): (KeyId, FolderRole, &Mail),
    now: DateTime<Utc>,
) -> Result<Approved> {
    let (found, mut request) = to_answer(conn, actor, (folder, id), now)?;
    let subject = Subject::Key(key);
    // The folder is held from here on, so that nobody gives the key more meanwhile.
    let direct = match library::direct(conn, actor, (folder, subject), now) {
        Ok(share) => Some(share),
        Err(Error::NotFound) => None,
        Err(other) => return Err(other),
    };
    let before = match direct {
        Some(direct) => Some(direct),
        None => by_above(conn, &found, (key, role), now)?,
    };
    let role = before.as_ref().map_or(role, |had| had.role.max(role));
    let is_given = before.as_ref().is_some_and(|had| had.folder != folder);
    if !is_given {
        let grant = Grant {
            subject,
            role,
            expires_at: before.as_ref().and_then(|had| had.expires_at),
        };
        let given = library::set_access(conn, actor, folder, &[grant], now);
        given.map_err(super::give::of_subject)?;
    }
    store::decide(conn, &found.permit, id, (Some(key), ""), now)?;
    request.role = role;
    let named = keys::named(conn, found.permit.library(), &[key])?;
    let label = named
        .get(&key)
        .map(|key| key.label.clone())
        .unwrap_or_default();
    let answer = ("folder.share_approved", Some(&*label));
    close(conn, &found, (&request, answer), mail, now)?;
    Ok(Approved {
        folder: found.folder,
        label,
        before,
        role,
    })
}

/// # Errors
/// `Conflict`: it was answered or withdrawn.
pub fn decline(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, id): (FolderId, ShareRequestId),
    (reason, mail): (&str, &Mail),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let (found, mut request) = to_answer(conn, actor, (folder, id), now)?;
    store::decide(conn, &found.permit, id, (None, reason), now)?;
    reason.clone_into(&mut request.reason);
    let answer = ("folder.share_declined", None);
    close(conn, &found, (&request, answer), mail, now)?;
    Ok(found.folder)
}

/// By whoever asked.
///
/// # Errors
/// `NotFound`: somebody else asked. `Conflict`: it was answered.
pub fn withdraw(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, id): (FolderId, ShareRequestId),
    now: DateTime<Utc>,
) -> Result<Folder> {
    let found = library::find::<SeeFolder>(conn, actor, folder, now)?;
    let request = store::lock(conn, &found.permit, id)?;
    if actor.member_id() != Some(request.asked_by_member_id) {
        return Err(Error::NotFound);
    }
    match request.state() {
        State::Open => {}
        State::Withdrawn => return Ok(found.folder),
        State::Approved | State::Declined => return Err(Error::Conflict(ANSWERED)),
    }
    store::set_withdrawn(conn, &found.permit, id, Some(now))?;
    record(
        conn,
        actor,
        "folder.share_withdrawn",
        (&found.folder, &request),
        now,
    )?;
    clear(conn, &found, id, &[SHARE_REQUESTED])?;
    Ok(found.folder)
}

/// It waits again: what was withdrawn, for whoever asked; what was declined, for those who decide. A role that was given
/// is taken away where it was given.
///
/// # Errors
/// `NotFound`: it is somebody else's. `Conflict`: it waits, or was approved.
pub fn reopen(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, id): (FolderId, ShareRequestId),
    mail: &Mail,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let found = library::find::<SeeFolder>(conn, actor, folder, now)?;
    let request = store::lock(conn, &found.permit, id)?;
    let is_theirs = actor.member_id() == Some(request.asked_by_member_id);
    match request.state() {
        State::Withdrawn if is_theirs => {}
        State::Declined if policy::may_share_with_keys(actor) => {}
        State::Open | State::Approved if is_theirs || policy::may_share_with_keys(actor) => {
            return Err(Error::Conflict(ANSWERED));
        }
        _ => return Err(Error::NotFound),
    }
    store::set_withdrawn(conn, &found.permit, id, None)?;
    record(
        conn,
        actor,
        "folder.share_reopened",
        (&found.folder, &request),
        now,
    )?;
    clear(conn, &found, id, &[SHARE_APPROVED, SHARE_DECLINED])?;
    let told = Told {
        folder: &found.folder,
        mail,
        at: now,
    };
    // They have been written to about it.
    super::told::raise_asked(conn, found.permit.library(), &request, &told)?;
    Ok(found.folder)
}
