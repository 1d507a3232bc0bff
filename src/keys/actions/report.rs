//! A key was found where it must not be.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{compromise, revoke};
use crate::{
    actor::{Actor, Source, Who},
    error::Result,
    ids::WorkspaceId,
    key_files::Pepper,
    keys::{
        letter,
        model::{Key, Reason},
        secret::PresentedKey,
        store,
    },
    mail::Mail,
    people,
    policy::{ManageKeys, Unscoped, permit},
    workspaces,
};

const PRESENTED: Unscoped = Unscoped::because("whoever presents the whole key need not be known");
const TOLD: Unscoped = Unscoped::because("admins are told of it, whoever has found the key");

/// Revokes the key as compromised, as its page does, and writes to the admins and to its owner. Whoever presents a value
/// of it has proven by that alone that it is compromised, so they need not be known.
///
/// That it is deactivated, expired or revoked saves nothing: it could come back with the same value. What has lost its
/// value to a rotation stays, and so does a publishable key, which is no secret.
///
/// The workspace in which something was changed.
pub fn report(
    conn: &mut PgConnection,
    (pepper, mail): (&Pepper, &Mail),
    presented: &PresentedKey,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Option<WorkspaceId>> {
    let (kind, id) = (presented.kind(), presented.id());
    if kind.is_publishable() {
        return Ok(None);
    }
    let Some(found) = store::find_candidate(conn, PRESENTED, kind, id)? else {
        return Ok(None);
    };
    match found.version_of(presented, pepper)? {
        Some(version) if !found.is_rotated_out(version, now) => {}
        _ => return Ok(None),
    }
    let actor = Actor::new(Who::Finder, found.workspace, source);
    let permit = permit::<ManageKeys>(&actor)?;
    // Held before it is looked at: of several who have found it one ends it.
    compromise::hold(conn, &permit, &BTreeSet::from([id]))?;
    let before = store::lock(conn, &permit, id)?;
    if before.revoked_for == Some(Reason::Compromised) {
        return Ok(None);
    }
    let key = revoke(conn, &actor, id, Reason::Compromised, now)?;
    write(conn, mail, &actor, &key, now)?;
    Ok(Some(found.workspace))
}

fn write(
    conn: &mut PgConnection,
    mail: &Mail,
    actor: &Actor,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<()> {
    let of = workspaces::find(conn, &permit::<ManageKeys>(actor)?)?;
    let owner = key.owner_member_id;
    for person in people::recipients(conn, TOLD, of.id, owner.as_slice())? {
        let to = letter::To {
            person: &person,
            of: &of,
        };
        let letter = letter::leaked(&to, key, &actor.finder());
        mail.enqueue(conn, &person.email, letter, now)?;
    }
    Ok(())
}
