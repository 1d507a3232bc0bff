//! What is still needed to check secrets.

use diesel::prelude::*;

use crate::{error::Result, policy::Unscoped, schema::key_secrets};

/// The versions of the pepper without which some key could not be checked.
pub fn peppers_in_use(conn: &mut PgConnection, _: Unscoped) -> Result<Vec<i32>> {
    Ok(key_secrets::table
        .filter(key_secrets::digest.is_not_null())
        .select(key_secrets::pepper_version)
        .distinct()
        .load(conn)?)
}
