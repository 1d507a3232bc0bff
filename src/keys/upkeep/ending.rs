//! 14 days, 7 days and 1 day before a key ends.

use diesel::PgConnection;

use super::warn::Teller;
use crate::{
    error::Result,
    keys::{
        letter,
        model::{MOST_TOLD, stage},
        store,
    },
    notices::Kind,
};

/// Each stage once for each end of a key; of several that passed, the last. True: there may be more.
pub fn tell(conn: &mut PgConnection, teller: &Teller<'_>) -> Result<bool> {
    let (of, now) = (teller.of.id, teller.now);
    let found = store::ending(conn, teller.reason, of, now)?;
    let more = i64::try_from(found.len()) == Ok(MOST_TOLD);
    let due: Vec<_> = found
        .into_iter()
        .filter_map(|key| Some((stage(key.created_at, key.at, now)?, key)))
        .collect();
    if due.is_empty() {
        return Ok(false);
    }
    let stages: Vec<_> = due
        .iter()
        .map(|(days, key)| (key.id, key.at, *days))
        .collect();
    let ours = store::note_ending(conn, teller.reason, of, &stages, now)?;
    let told: Vec<_> = due
        .into_iter()
        .filter(|(_, key)| ours.contains(&key.id))
        .map(|(days, key)| {
            let expires_at = key.at;
            (key, Kind::KeyExpiresSoon { expires_at, days })
        })
        .collect();
    teller.tell(conn, &told, letter::ending)?;
    Ok(more)
}
