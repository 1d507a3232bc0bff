//! What keys gave that are not to be trusted any more, and that is taken away.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::removal::{Taken, give_back, grant, line, lines, record_taken};
use crate::{
    actor::Actor,
    audit,
    error::Result,
    given_shares::Withdrawn,
    ids::{AuditEventId, KeyId, ShareId},
    invitations,
    keys::{self, hold_caller},
    library::{
        model::{ByKind, Share, Subject},
        store::{self, Given},
    },
    people,
    policy::{Action, ManageLibrary, Permit, permit},
};

/// Shares that are taken away at once.
const MOST: i64 = 1_000;

const WITHDRAWN: &str = "access.withdrawn";

/// Takes away what these keys gave and that is in force. The log says that it is about the key `of`, which is called so.
///
/// # Errors
/// Those of [`hold_caller`].
pub fn withdraw(
    conn: &mut PgConnection,
    actor: &Actor,
    (of, label): (KeyId, &str),
    keys: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Withdrawn> {
    let permit = permit::<ManageLibrary>(actor)?;
    hold_caller(conn, &permit, now)?;
    let (given, total) = store::given_by(conn, &permit, keys, MOST, now)?;
    let gone = store::delete_given(conn, &permit, keys, given)?;
    let names = names_of(conn, &permit, &gone)?;
    let taken = gone.into_iter().map(|given| {
        let name = names.get(&given.share.subject).cloned();
        let name = name.unwrap_or_else(|| given.share.subject.id());
        Taken {
            line: told(&given, &name),
            share: given.share,
            folder: given.folder,
            name,
        }
    });
    let taken: Vec<Taken> = taken.collect();
    let subject = audit::Subject {
        kind: "key",
        id: of.to_string(),
        label: label.to_owned(),
    };
    Ok(Withdrawn {
        number: taken.len(),
        has_more: total > MOST,
        entry: record_taken(conn, actor, (WITHDRAWN, subject), taken, now)?,
    })
}

/// With who had it, and which key gave it when: what is given back is known as given by that key.
fn told(given: &Given, name: &str) -> Value {
    let mut told = line(&given.share, &format!("{}, {name}", given.folder.name));
    told["subject_kind"] = json!(given.share.subject.kind());
    told["subject"] = json!(given.share.subject.id());
    told["given_by"] = json!(given.by);
    told["given_at"] = json!(given.share.created_at);
    told
}

/// Gives back what was taken away, as far as everybody and everything concerned is there, and nothing was given to them in
/// these folders since.
///
/// # Errors
/// `NotFound`: the log has no such entry.
pub fn undo_withdrawal(
    conn: &mut PgConnection,
    actor: &Actor,
    (of, entry): (KeyId, AuditEventId),
    now: DateTime<Utc>,
) -> Result<usize> {
    let permit = permit::<ManageLibrary>(actor)?;
    let what = (WITHDRAWN, "key", of.as_str());
    let (mut taken, mut givers) = (Vec::new(), HashMap::new());
    for line in lines(conn, actor, what, entry)? {
        let Some(subject) = subject(&line) else {
            continue;
        };
        let Some((id, share)) = grant(subject, &line, now) else {
            continue;
        };
        taken.push((id, share));
        givers.insert((id, subject), line);
    }
    let back = give_back(conn, actor, &taken, now)?;
    let by = |share: &Share| {
        let line = givers.get(&(share.folder, share.subject))?;
        let field = |name: &str| line.get(name).and_then(Value::as_str);
        let (by, at) = (field("given_by")?, field("given_at")?);
        Some((share.id, by.parse().ok()?, at.parse().ok()?))
    };
    let by: Vec<(ShareId, KeyId, DateTime<Utc>)> = back.iter().filter_map(by).collect();
    store::set_givers(conn, &permit, by)?;
    Ok(back.len())
}

/// Of a line, who had it.
fn subject(line: &Value) -> Option<Subject> {
    let field = |name: &str| line.get(name).and_then(Value::as_str);
    match (field("subject_kind")?, field("subject")?) {
        ("invitation", id) => id.parse().map(Subject::Invitation).ok(),
        (kind, id) => Subject::parse(kind, id).ok(),
    }
}

/// What each of those is called to whom something was given.
pub fn names_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    given: &[Given],
) -> Result<HashMap<Subject, String>> {
    let all: ByKind = given.iter().map(|given| given.share.subject).collect();
    let members = people::names(conn, permit, &all.members)?.into_iter();
    let groups = people::named_groups(conn, permit, &all.groups)?.into_iter();
    let keys = keys::named(conn, permit, &all.keys)?.into_values();
    let invited = invitations::waiting(conn, permit, &all.invitations)?.into_iter();
    Ok(members
        .map(|(id, name)| (Subject::Member(id), name))
        .chain(groups.map(|(id, name)| (Subject::Group(id), name)))
        .chain(keys.map(|key| (Subject::Key(key.id), key.label)))
        .chain(invited.map(|of| (Subject::Invitation(of.id), of.email)))
        .collect())
}
