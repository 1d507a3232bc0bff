//! What recoverable keys keep of their secrets. Whoever revokes a key destroys it, and the database sees to that.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::reach::reached;
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::Recovery,
    policy::{Action, Permit, RevealKeys},
    schema::{key_secrets, keys},
};

/// A secret that can be shown again. No `Debug`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = key_secrets, check_for_backend(diesel::pg::Pg))]
pub struct SealedSecret {
    pub version: i32,
    pub sealed: Option<Vec<u8>>,
    /// While the key rotates, of the old one.
    pub retires_at: Option<DateTime<Utc>>,
}

/// Those of a key that still open something, the newest first.
pub fn sealed(
    conn: &mut PgConnection,
    permit: &Permit<RevealKeys>,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Vec<SealedSecret>> {
    Ok(key_secrets::table
        .filter(key_secrets::workspace_id.eq(permit.workspace()))
        .filter(key_secrets::key_id.eq(id))
        .filter(key_secrets::sealed.is_not_null())
        .filter(
            key_secrets::retires_at
                .is_null()
                .or(key_secrets::retires_at.gt(now)),
        )
        .order(key_secrets::version.desc())
        .select(SealedSecret::as_select())
        .load(conn)?)
}

/// How many keys can be shown again.
pub fn count_recoverable<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<i64> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::recovery.eq(Recovery::Possible))
        .count()
        .get_result(conn)?)
}
