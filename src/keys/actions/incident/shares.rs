//! What a compromised key, and those that ended with it, gave to others.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{check_open, hold};
use crate::{
    actor::Actor,
    error::{Error, Result},
    given_shares::{Given, GivenShares, Withdrawn},
    ids::{AuditEventId, KeyId},
    keys::{
        model::Key,
        store::{self, Family},
    },
    policy::{HandleIncidents, permit},
};

const NOTHING: &str = "Nothing that was shared with this key is in force any more.";

/// The key, all that ended with it, and what is in force of what those gave; at most `most` of it.
///
/// # Errors
/// `Conflict`: nothing is, the key was not revoked as compromised, or its incident is closed.
pub fn ask(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (shares, most): (&dyn GivenShares, i64),
    now: DateTime<Utc>,
) -> Result<(Key, Family, Given)> {
    check_open(conn, actor, id)?;
    let permit = permit::<HandleIncidents>(actor)?;
    let key = store::key_of_incident(conn, &permit, id)?;
    let family = store::family(conn, &permit, &BTreeSet::from([id]))?;
    let given = shares.given(conn, actor, &family.ids(), most, now)?;
    match given.total {
        0 => Err(Error::Conflict(NOTHING)),
        _ => Ok((key, family, given)),
    }
}

/// Takes it away.
///
/// # Errors
/// `Conflict`: the key was not revoked as compromised, its incident is closed, or the role of whoever acts has changed.
pub fn withdraw(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    shares: &dyn GivenShares,
    now: DateTime<Utc>,
) -> Result<Withdrawn> {
    let held = hold(conn, actor, id)?;
    let family = store::family(conn, &held.permit, &BTreeSet::from([id]))?;
    shares.withdraw(conn, actor, (id, &held.key.label), &family.ids(), now)
}

/// Gives back what an entry says was taken away, and says how many.
///
/// # Errors
/// As [`withdraw`]. `NotFound`: the log has no such entry.
pub fn give_back(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, entry): (KeyId, AuditEventId),
    shares: &dyn GivenShares,
    now: DateTime<Utc>,
) -> Result<usize> {
    hold(conn, actor, id)?;
    shares.give_back(conn, actor, (id, entry), now)
}
