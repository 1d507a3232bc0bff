//! What has to be told of keys is told, and what nobody needs any more of them is forgotten.

mod ending;
mod unused;
mod warn;

pub use warn::warn;

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::{db::Db, error::Result, policy::Unscoped};

/// How long the days of a caller are kept, and with the last of them the caller.
const CALLERS_KEPT: TimeDelta = TimeDelta::days(90);

/// To be called each hour, by every server.
///
/// # Errors
/// What is left waits for the next time.
pub async fn forget_callers(db: &Db, reason: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let first = (now - CALLERS_KEPT).date_naive();
    let batch = || db.run(move |conn| store::forget_callers(conn, reason, first));
    while batch().await? > 0 {}
    Ok(())
}

/// What was told of keys that have ended.
///
/// # Errors
/// It waits for the next time.
pub async fn forget_ended(db: &Db, reason: Unscoped, now: DateTime<Utc>) -> Result<()> {
    db.run(move |conn| store::forget_ended(conn, reason, now))
        .await
}
