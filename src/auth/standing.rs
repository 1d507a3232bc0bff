//! Whether somebody who was let in may go on, for answers that take long: what ends a session, a key or a membership
//! also ends what runs for it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::store;
use crate::{
    actor::{Actor, Who},
    error::{Error, Result},
    keys, people,
    policy::Unscoped,
};

const WHY: Unscoped = Unscoped::because("whoever was let in is looked at again");

/// The actor as they stand now.
///
/// # Errors
/// They or their session were ended, they were suspended or removed, or their workspace was deleted.
pub fn standing(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Actor> {
    match &actor.who {
        Who::Member { id, name, .. } => {
            let session = actor.source.session.ok_or(Error::Unauthenticated)?;
            if !store::lasts(conn, WHY, session, now)? {
                return Err(Error::Unauthenticated);
            }
            let found = people::standing_of(conn, WHY, actor.workspace, *id)?;
            let (role, permissions) = found.ok_or(Error::Unauthenticated)?;
            let who = Who::Member {
                id: *id,
                name: name.clone(),
                role,
                permissions,
            };
            Ok(actor.as_now(who))
        }
        Who::Key { .. } => keys::as_now(conn, WHY, actor, now),
        Who::CommandLine | Who::Keyroom | Who::Finder => Ok(actor.clone()),
    }
}
