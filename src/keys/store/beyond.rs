//! Which keys a maximum lifetime would not allow any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::Result,
    ids::KeyId,
    policy::{ListKeys, Permit},
    schema::keys,
    workspaces::{Beyond, BeyondKey},
};

/// Keys that are named before they are only counted.
const NAMED: i64 = 10;

/// The keys that may still be used after `latest`: not revoked, and without an end by then.
pub fn beyond(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    latest: DateTime<Utc>,
) -> Result<Beyond> {
    let beyond = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::revoked_at.is_null())
        .filter(keys::expires_at.is_null().or(keys::expires_at.gt(latest)));
    let first: Vec<(KeyId, String, Option<DateTime<Utc>>)> = beyond
        .select((keys::id, keys::label, keys::expires_at))
        .order((keys::expires_at.desc().nulls_first(), keys::id))
        .limit(NAMED)
        .load(conn)?;
    Ok(Beyond {
        count: beyond.count().get_result(conn)?,
        first: first
            .into_iter()
            .map(|(id, label, expires_at)| BeyondKey {
                id,
                label,
                expires_at,
            })
            .collect(),
    })
}
