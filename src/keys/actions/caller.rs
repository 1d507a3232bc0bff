//! Whoever changes something, as they stand at this moment, and held while they do.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, Who},
    error::{Error, Refusal, Result},
    keys::{
        model::Kind,
        store::{self, Candidate},
    },
    people,
    policy::{self, Action, Permit, Unscoped},
};

pub(super) const HELD: Unscoped = Unscoped::because("the key that acts is looked at again");

/// Whoever acts may still do so, and nobody ends or cuts that before the caller's transaction does: of a revocation and a
/// role that the key gives at the same moment, one comes first, and nobody who is being removed makes a folder, or gives
/// one another name, that would be in the way of whoever gets theirs. To be called before a folder is held, as wherever both
/// are; whoever takes all rights does so before.
///
/// # Errors
/// `Unauthenticated`, `Refused`: it was ended or cut a moment ago. `Conflict`: their own role has changed.
pub fn hold_caller<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    now: DateTime<Utc>,
) -> Result<Actor> {
    let actor = permit.actor();
    // Members before keys, as whoever removes a member.
    people::hold_acting(conn, permit)?;
    match actor.key_id() {
        None => Ok(actor.clone()),
        Some(id) => {
            store::hold(conn, permit, id)?;
            as_now(conn, HELD, actor, now)
        }
    }
}

/// A key that was let in, as it would be now.
///
/// # Errors
/// `Refused`: it would not be.
pub fn as_now(
    conn: &mut PgConnection,
    why: Unscoped,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Actor> {
    let Who::Key { id, secret, .. } = actor.who else {
        return Err(Error::NotFound);
    };
    // Publishable keys change nothing, and get no answer that takes long.
    let found = store::find_candidate(conn, why, Kind::Secret, id)?;
    let candidate = found.ok_or(Error::Refused(Refusal::KeyInvalid))?;
    if let Some(refusal) = candidate.refusal(secret, actor.source.ip, now) {
        return Err(Error::Refused(refusal));
    }
    let actor = actor.as_now(candidate.acting(secret));
    policy::check_holds(&actor, actor.needed())?;
    Ok(actor)
}

impl Candidate {
    /// As whom somebody acts with this secret of it.
    pub fn acting(self, version: i32) -> Who {
        Who::Key {
            id: self.key.id,
            secret: version,
            permissions: self.permissions(version),
            label: self.key.label,
            owner: self.owner.map(|owner| (owner.id, owner.role)),
        }
    }
}
