//! What is too old is dropped, month by month, while everybody goes on reading and writing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::sleep;

use super::store;
use crate::{
    db::Db,
    error::{Error, Result},
    policy::Unscoped,
};

/// How long entries are kept, at least; the same for every workspace of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    days: u32,
}

impl Retention {
    pub const fn days(days: u32) -> Self {
        Self { days }
    }

    /// "400 days".
    pub fn said(self) -> String {
        crate::web::time::counted(self.days.into(), "day")
    }

    /// What is older may go.
    pub fn limit(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.checked_sub_signed(TimeDelta::days(self.days.into()))
            .unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// Entries that lie in no month are deleted so many at a time.
const BATCH: i64 = 1_000;

/// Somebody may read the log just when a month is to go.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// To be called each hour, by every server: makes the months that come, and drops those that are past `retention`.
/// What cannot be done now is done the next time.
pub async fn keep(db: &Db, reason: Unscoped, retention: Retention, now: DateTime<Utc>) {
    let made = db.run(move |conn| store::prepare_months(conn, reason, now));
    if let Err(error) = made.await {
        log::warn!("the audit log has no month ready: {error}");
    }
    if let Err(error) = forget(db, reason, retention.limit(now)).await {
        log::warn!("old entries of the audit log wait to be dropped: {error}");
    }
}

async fn forget(db: &Db, reason: Unscoped, limit: DateTime<Utc>) -> Result<()> {
    let months = db.run(move |conn| store::months_before(conn, reason, limit));
    for month in months.await? {
        if drop_month(db, reason, &month).await? {
            log::info!("dropped {month}: every entry in it was older than KEYROOM_AUDIT_DAYS");
        }
    }
    let batch = || db.run(move |conn| store::forget_strays(conn, reason, limit, BATCH));
    while batch().await? > 0 {}
    Ok(())
}

async fn drop_month(db: &Db, reason: Unscoped, month: &str) -> Result<bool> {
    let mut attempt = 1;
    loop {
        let name = month.to_owned();
        let dropped = db
            .run(move |conn| store::drop_month(conn, reason, &name))
            .await;
        match dropped {
            Err(Error::Busy(_)) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_lies_so_many_days_back_and_never_before_there_were_any() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        assert_eq!(now - Retention::days(400).limit(now), TimeDelta::days(400));
        assert!(Retention::days(u32::MAX).limit(now) <= DateTime::UNIX_EPOCH);
        assert_eq!(Retention::days(1).said(), "1 day");
    }
}
