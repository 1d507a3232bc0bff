//! What happened to accounts long ago is forgotten, a part at a time.

use chrono::{DateTime, Utc};

use super::store;
use crate::{db::Db, error::Result, policy::Unscoped};

/// Events that one transaction deletes.
const BATCH: i64 = 10_000;

/// Forgets those from before `limit`, of everybody; but the last sign-in of each stays, by which one knows that there
/// ever was one.
pub async fn forget_events(db: &Db, reason: Unscoped, limit: DateTime<Utc>) -> Result<()> {
    let batch = || db.run(move |conn| store::forget_some_events(conn, reason, limit, BATCH));
    while batch().await? > 0 {}
    Ok(())
}
