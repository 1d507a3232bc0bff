//! As whom somebody changes keys, as they stand at this moment.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, Who},
    error::{Error, Refusal, Result},
    ids::KeyId,
    keys::{
        model::{Bounds, Key},
        store,
    },
    people,
    permissions::{Permission, Permissions},
    policy::{self, ManageKeys, Permit, permit},
    workspaces,
};

/// What `actor` may give and touch. A key that changes keys is looked at again, and held until the caller's transaction
/// ends, so that nobody takes a right from it while it uses it. Before any key is held: with it, it holds those that it is
/// about.
///
/// # Errors
/// `Refused`, `Forbidden`: it was stopped, or cut, after this call was let in.
pub fn bounds(
    conn: &mut PgConnection,
    actor: &Actor,
    (about, now): (&BTreeSet<KeyId>, DateTime<Utc>),
) -> Result<(Permit<ManageKeys>, Bounds)> {
    let before = permit::<ManageKeys>(actor)?;
    // While the workspace is held, nobody's role changes.
    let workspace = workspaces::hold_settings(conn, &before)?;
    let Some(key) = store::lock_caller(conn, &before, about)? else {
        let bounds = Bounds::of(actor, &workspace, None);
        return Ok((before, bounds));
    };
    let actor = actor.as_now(as_now(conn, &before, &key, now)?);
    let permit = permit::<ManageKeys>(&actor)?;
    let beyond = store::with_roles_beyond(conn, &permit, &key, about, now)?;
    let bounds = Bounds::of(&actor, &workspace, Some((key, beyond)));
    Ok((permit, bounds))
}

fn as_now(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Who> {
    let Who::Key { secret, .. } = permit.actor().who else {
        return Err(Error::NotFound);
    };
    if let Some(refusal) = key.state(now).refusal() {
        return Err(Error::Refused(refusal));
    }
    if !store::is_in_force(conn, permit, (key.id, secret), now)? {
        return Err(Error::Refused(Refusal::KeyRotatedOut));
    }
    let owner = people::holders(conn, permit, key.owner_member_id.as_slice())?
        .into_iter()
        .next();
    let permissions = match &owner {
        None => key.permissions.clone(),
        Some((_, owner)) => key.permissions.within(&owner.held),
    };
    // No more than it was let in with, which a former owner's value is not.
    let permissions = permissions.within(&policy::held(permit.actor()));
    if !permissions.contains(Permission::AccessManage) {
        let lacks: Permissions = [Permission::AccessManage].into_iter().collect();
        return Err(Error::Refused(Refusal::PermissionMissing(lacks)));
    }
    Ok(Who::Key {
        id: key.id,
        secret,
        label: key.label.clone(),
        permissions,
        owner: owner.map(|(id, owner)| (id, owner.role)),
    })
}
