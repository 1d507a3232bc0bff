//! Locks that are given in the order in which they are asked for.
//!
//! A row is no such lock: whoever wants to hold it `FOR SHARE` passes whoever waits to change it, so that enough of the first
//! keep the second waiting for ever.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{BigInt, Text},
};

use crate::error::Result;

#[diesel::declare_sql_function]
extern "SQL" {
    fn pg_advisory_xact_lock(key: BigInt);
    fn pg_advisory_xact_lock_shared(key: BigInt);
    fn hashtextextended(text: Text, seed: BigInt) -> BigInt;
}

/// Holds what is called so beside others, until the caller's transaction ends. Before any row is held.
pub fn share(conn: &mut PgConnection, name: &str) -> Result<()> {
    let key = hashtextextended(name, 0);
    diesel::select(pg_advisory_xact_lock_shared(key)).execute(conn)?;
    Ok(())
}

/// The same alone: waits for those who hold it by now, and nobody who comes later is before. Whoever holds it alone may
/// share it too, but not the other way round: two who share it would wait for each other.
pub fn take(conn: &mut PgConnection, name: &str) -> Result<()> {
    let key = hashtextextended(name, 0);
    diesel::select(pg_advisory_xact_lock(key)).execute(conn)?;
    Ok(())
}
