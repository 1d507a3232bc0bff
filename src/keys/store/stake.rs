//! What a workspace's keys are worth to whoever is about to end it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{count::count, read::LastUse};
use crate::{
    error::Result,
    policy::{ListKeys, Permit},
    schema::key_last_uses,
};

/// What would refuse every call if the workspace were gone.
pub struct AtStake {
    pub active: i64,
    /// The last call of any key.
    pub last_use: Option<LastUse>,
}

pub fn at_stake(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    now: DateTime<Utc>,
) -> Result<AtStake> {
    let last: Option<(DateTime<Utc>, String)> = key_last_uses::table
        .filter(key_last_uses::workspace_id.eq(permit.workspace()))
        .order(key_last_uses::at.desc())
        .select((key_last_uses::at, key_last_uses::ip))
        .first(conn)
        .optional()?;
    Ok(AtStake {
        active: count(conn, permit, now)?.active,
        last_use: last.map(|(at, ip)| LastUse { at, ip }),
    })
}
