//! As whom somebody changes keys, as they stand at this moment.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::caller::{HELD, as_now};
use crate::{
    actor::Actor,
    error::Result,
    ids::KeyId,
    keys::{model::Bounds, store},
    people,
    policy::{ManageKeys, Permit, permit},
    workspaces,
};

/// What `actor` may give and touch: they are held as by [`hold_caller`](super::hold_caller()), but alone. Before any key is
/// held: a key that changes keys is with those that it is about.
///
/// # Errors
/// Those of [`hold_caller`](super::hold_caller()).
pub fn bounds(
    conn: &mut PgConnection,
    actor: &Actor,
    (about, now): (&BTreeSet<KeyId>, DateTime<Utc>),
) -> Result<(Permit<ManageKeys>, Bounds)> {
    let before = permit::<ManageKeys>(actor)?;
    // While the workspace is held, nobody's role changes.
    let workspace = workspaces::hold_settings(conn, &before)?;
    people::hold_acting(conn, &before)?;
    let Some(key) = store::lock_caller(conn, &before, about)? else {
        let bounds = Bounds::of(actor, &workspace, None);
        return Ok((before, bounds));
    };
    let actor = as_now(conn, HELD, actor, now)?;
    let permit = permit::<ManageKeys>(&actor)?;
    let beyond = store::with_roles_beyond(conn, &permit, &key, about, now)?;
    let bounds = Bounds::of(&actor, &workspace, Some((key, beyond)));
    Ok((permit, bounds))
}
