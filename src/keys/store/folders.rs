//! Which keys reach folders that another does not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::KeyId,
    keys::model::Key,
    policy::{ManageKeys, Permit},
};

#[derive(QueryableByName)]
struct Beyond {
    #[diesel(sql_type = Text)]
    id: KeyId,
}

/// Of these, those that have a role in a folder which `asks` does not have as great and as long. The database compares
/// them, so that no change to a key can be made without.
pub fn with_roles_beyond(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    asks: &Key,
    about: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<BTreeSet<KeyId>> {
    if about.is_empty() {
        return Ok(BTreeSet::new());
    }
    let about: Vec<KeyId> = about.iter().copied().collect();
    let found: Vec<Beyond> =
        sql_query("SELECT id FROM keys_with_roles_beyond($1, $2, $3, $4, $5) AS id")
            .bind::<Uuid, _>(permit.workspace())
            .bind::<Text, _>(asks.id)
            .bind::<Nullable<Uuid>, _>(asks.owner_member_id)
            .bind::<Array<Text>, _>(about)
            .bind::<Timestamptz, _>(now)
            .load(conn)?;
    Ok(found.into_iter().map(|beyond| beyond.id).collect())
}
