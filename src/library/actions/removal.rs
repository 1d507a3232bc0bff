//! What was given is taken away in many folders at once, and given back.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::{
    all::{by_id, folders, given_to, name_of},
    entry,
    many::Giving,
    role_facts,
};
use crate::{
    actor::{Actor, FolderRole},
    audit,
    error::{Error, Result},
    ids::{AuditEventId, FolderId},
    keys::hold_caller,
    library::{
        model::{Folder, Grant, Share, Subject},
        store,
    },
    policy::{ManageLibrary, ReadHistory, permit},
};

const REMOVED: &str = "access.removed";

/// What was taken away.
pub struct Removed {
    /// What the person, group or key is called.
    pub name: String,
    pub number: usize,
    /// There is more than is taken away at once.
    pub has_more: bool,
    /// With which it can be taken back; none: there was nothing.
    pub entry: Option<AuditEventId>,
}

/// Takes away what somebody or something was given in these folders themselves, or wherever they were given something. What
/// follows from a group, or from a folder above, stays.
///
/// # Errors
/// Those of [`hold_caller`]. `NotFound`: there is no such folder among them, or nobody and nothing of the kind.
pub fn remove_shares(
    conn: &mut PgConnection,
    actor: &Actor,
    (subject, these): (Subject, Option<&BTreeSet<FolderId>>),
    now: DateTime<Utc>,
) -> Result<Removed> {
    let permit = permit::<ManageLibrary>(actor)?;
    hold_caller(conn, &permit, now)?;
    let name = name_of(conn, &permit, subject)?.ok_or(Error::NotFound)?;
    let (folders, has_more) = match these {
        Some(ids) => (folders(conn, &permit, ids)?, false),
        None => {
            let (found, has_more) = given_to(conn, &permit, subject)?;
            (by_id(found), has_more)
        }
    };
    let ids: Vec<FolderId> = folders.keys().copied().collect();
    let gone = store::delete_shares_in(conn, &permit, subject, &ids)?;
    let taken = |share: Share| {
        let folder = folders.get(&share.folder)?.clone();
        let (name, line) = (name.clone(), line(&share, &folder.name));
        Some(Taken {
            share,
            folder,
            name,
            line,
        })
    };
    let taken: Vec<Taken> = gone.into_iter().filter_map(taken).collect();
    let subject = audit::Subject {
        kind: kind(subject),
        id: subject.id(),
        label: name.clone(),
    };
    Ok(Removed {
        name,
        number: taken.len(),
        has_more,
        entry: record_taken(conn, actor, (REMOVED, subject), taken, now)?,
    })
}

/// A role that was taken away.
pub(super) struct Taken {
    pub share: Share,
    pub folder: Folder,
    /// Of whoever had it.
    pub name: String,
    /// What the entry of all together says of it.
    pub line: Value,
}

/// With what [`give_back`] needs.
pub(super) fn line(share: &Share, label: &str) -> Value {
    json!({
        "label": label,
        "decision": share.role,
        "folder": share.folder,
        "expires_at": share.expires_at,
    })
}

/// An entry of each, and one of all together, with which it can be taken back; none where there is nothing.
pub(super) fn record_taken(
    conn: &mut PgConnection,
    actor: &Actor,
    (action, subject): (&'static str, audit::Subject),
    taken: Vec<Taken>,
    now: DateTime<Utc>,
) -> Result<Option<AuditEventId>> {
    if taken.is_empty() {
        return Ok(None);
    }
    let of = |taken: &Taken| {
        let before = role_facts(&taken.name, taken.share.role, taken.share.expires_at);
        entry("folder.unshared", &taken.folder, Some(before), None)
    };
    audit::record_all(conn, actor, taken.iter().map(of).collect(), now)?;
    let lines: Vec<Value> = taken.into_iter().map(|taken| taken.line).collect();
    let all = audit::Entry {
        action,
        subject,
        before: Some(json!({ "folders": lines })),
        after: None,
    };
    audit::record_here(conn, actor, all, now).map(Some)
}

/// Gives back what was taken away, as far as [`give_back`] can.
///
/// # Errors
/// Those of [`hold_caller`]. `NotFound`: the log has no such entry.
pub fn undo_removal(
    conn: &mut PgConnection,
    actor: &Actor,
    (subject, entry): (Subject, AuditEventId),
    now: DateTime<Utc>,
) -> Result<usize> {
    permit::<ManageLibrary>(actor)?;
    let what = (REMOVED, kind(subject), &*subject.id());
    let lines = lines(conn, actor, what, entry)?;
    let taken = lines.iter().filter_map(|line| grant(subject, line, now));
    let taken: Vec<(FolderId, Grant)> = taken.collect();
    Ok(give_back(conn, actor, &taken, now)?.len())
}

/// What an entry of all together says of each.
///
/// # Errors
/// `NotFound`: the log has no such entry.
pub(super) fn lines(
    conn: &mut PgConnection,
    actor: &Actor,
    what: (&str, &str, &str),
    entry: AuditEventId,
) -> Result<Vec<Value>> {
    let told = audit::change(conn, &permit::<ReadHistory>(actor)?, what, entry)?;
    let folders = told.before.get("folders").and_then(Value::as_array);
    Ok(folders.cloned().unwrap_or_default())
}

/// Those that there are again: the folder is there and not theirs by now, nothing was given to them in it since, and they
/// can be given something.
///
/// # Errors
/// Those of [`hold_caller`].
pub(super) fn give_back(
    conn: &mut PgConnection,
    actor: &Actor,
    taken: &[(FolderId, Grant)],
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let giving = Giving::begin(conn, actor, taken, now)?;
    let having = giving.having(conn, now)?;
    let is_fit = |(id, grant): &&(FolderId, Grant)| {
        !having.contains(&(*id, grant.subject)) && matches!(giving.check((*id, grant)), Ok(Ok(())))
    };
    let back: Vec<(FolderId, Grant)> = taken.iter().filter(is_fit).copied().collect();
    giving.give(conn, &back, now)
}

/// What a line of such an entry says that was given; none: it would be over.
pub(super) fn grant(
    subject: Subject,
    told: &Value,
    now: DateTime<Utc>,
) -> Option<(FolderId, Grant)> {
    let id = told.get("folder").and_then(Value::as_str)?;
    Some((id.parse().ok()?, grant_of(subject, told, "decision", now)?))
}

/// A role as the log tells it, by the field that has it; none: there was none, or it would be over.
pub(super) fn grant_of(
    subject: Subject,
    told: &Value,
    role: &str,
    now: DateTime<Utc>,
) -> Option<Grant> {
    let field = |name: &str| told.get(name).and_then(Value::as_str);
    let expires_at: Option<DateTime<Utc>> = field("expires_at").and_then(|at| at.parse().ok());
    let grant = Grant {
        subject,
        role: FolderRole::named(field(role)?)?,
        expires_at,
    };
    expires_at.is_none_or(|end| end > now).then_some(grant)
}

/// As the log calls its kind.
fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Key(_) => "key",
        other => other.kind(),
    }
}
