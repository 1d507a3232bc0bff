//! A folder of which somebody says who has access, held while they do.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{access::MOST, known::Known};
use crate::{
    actor::Actor,
    error::Result,
    ids::FolderId,
    keys::hold_caller,
    library::{
        find::{self, Found},
        model::Subject,
        store,
    },
    policy::{ShareFolder, UseLibrary, permit},
};

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
    let actor = &hold_caller(conn, &permit::<UseLibrary>(actor)?, now)?;
    let permit = permit::<UseLibrary>(actor)?;
    // More of them are refused once it is known that the folder is there.
    let known = Known::read(conn, &permit, subjects.get(..MOST).unwrap_or(subjects))?;
    let folder = store::lock(conn, &permit, id)?;
    let found = find::may(conn, permit, folder, now)?;
    Ok(Held { found, known })
}
