//! A maximum that comes nearer, also for the keys that lie beyond it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::edit;
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    keys::store,
    policy::{ManageKeys, permit},
    web::time::Zone,
    workspaces::{KeyLifetimes, TheKeys},
};

const TOO_MANY: &str = "More than 10,000 keys lie beyond the maximum, too many to shorten at once. Nothing was changed.";

/// Gives every key that lies beyond the maximum the last end within it, and says how many they were. Each is told of as
/// edited. The caller holds the workspace, so that nobody gives a key a later end meanwhile.
///
/// # Errors
/// `Conflict`: they are too many.
pub fn shorten(
    conn: &mut PgConnection,
    actor: &Actor,
    (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
) -> Result<usize> {
    let permit = permit::<ManageKeys>(actor)?;
    let mut number = 0;
    let Some((latest, end)) = lifetimes.latest(now).zip(lifetimes.last_end(zone, now)) else {
        return Ok(number);
    };
    if store::count_beyond(conn, &permit, latest)? > TheKeys::MOST_SHORTENED {
        return Err(Error::Conflict(TOO_MANY));
    }
    loop {
        let before = store::lock_beyond(conn, &permit, latest)?;
        if before.is_empty() {
            return Ok(number);
        }
        let after = store::set_end(conn, &permit, &before, end, now)?;
        super::settle(conn, &permit, before.iter().zip(&after), now)?;
        let pairs = before.iter().zip(&after);
        let entries = pairs.map(|(before, after)| edit::entry(before, after, now));
        audit::record_all(conn, actor, entries.collect(), now)?;
        number += after.len();
    }
}
