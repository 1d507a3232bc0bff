//! Whoever changes folders and roles in them, held while they do.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{access::MOST, known::Known};
use crate::{
    actor::{Actor, Who},
    error::{Error, Result},
    ids::FolderId,
    keys,
    library::{
        find::{self, Found},
        model::Subject,
        store,
    },
    people,
    policy::{Permit, ShareFolder, UseLibrary, permit},
};

/// Whoever acts may still do so, and nobody ends that before the caller's transaction does: of a revocation and a role that
/// the key gives at the same moment, one comes first, and nobody who is being removed makes a folder, or gives one another
/// name, that would be in the way of whoever gets theirs. To be called before a folder is held, as wherever both are.
///
/// # Errors
/// `Unauthenticated`, `Refused`: it was ended a moment ago. `Conflict`: their own role has changed. `Busy`: that of the
/// key's owner has.
pub(super) fn hold_giver(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (own, key) = match &permit.actor().who {
        Who::Member { id, role, .. } => (Some((*id, *role)), None),
        Who::Key { id, owner, .. } => (*owner, Some(*id)),
        Who::CommandLine | Who::Keyroom | Who::Finder => (None, None),
    };
    // Members before keys, as whoever removes a member.
    if let Some((id, was)) = own {
        let role = people::hold_role(conn, permit, id)?;
        if role.ok_or(Error::Unauthenticated)? != was {
            return Err(match key {
                // To be called again as it is.
                Some(_) => Error::Busy("the owner of the key has another role by now".into()),
                None => Error::Conflict("Your own role was changed meanwhile. Nothing was done."),
            });
        }
    }
    if let Some(id) = key {
        let key = keys::hold(conn, permit, id)?;
        if let Some(refusal) = key.state(now).refusal() {
            return Err(Error::Refused(refusal));
        }
    }
    Ok(())
}

/// A folder of which somebody may say who has access, and about whom they say it.
pub struct Held {
    pub found: Found<ShareFolder>,
    pub(super) known: Known,
}

/// Whom a folder is shared with may be changed: whoever changes it, these, and the folder are held, in this order.
///
/// # Errors
/// Those of [`find::find`], and of whoever acts and may not do so any more.
pub fn to_share(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, subjects): (FolderId, &[Subject]),
    now: DateTime<Utc>,
) -> Result<Held> {
    let permit = permit::<UseLibrary>(actor)?;
    hold_giver(conn, &permit, now)?;
    // More of them are refused once it is known that the folder is there.
    let known = Known::read(conn, &permit, subjects.get(..MOST).unwrap_or(subjects))?;
    let folder = store::lock(conn, &permit, id)?;
    let found = find::may(conn, permit, folder, now)?;
    Ok(Held { found, known })
}
