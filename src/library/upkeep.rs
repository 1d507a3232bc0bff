//! What nobody asks for.

use chrono::{DateTime, Utc};

use super::actions;
use crate::{db::Db, policy::Unscoped};

/// Destroys what has been in the trash for 30 days, some folders at a time.
pub async fn purge(db: &Db, why: Unscoped, now: DateTime<Utc>) {
    db.run_each(
        "old folders in the trash",
        move |conn, last| actions::due(conn, why, last, now),
        move |conn, one| actions::purge(conn, why, one, now),
    )
    .await;
}

/// Takes away the roles that are over, one after the other, so that nobody waits for many.
pub async fn tidy(db: &Db, why: Unscoped, now: DateTime<Utc>) {
    db.run_each(
        "roles in folders that are over",
        move |conn, last| actions::ended(conn, why, last, now),
        move |conn, one| actions::tidy(conn, why, one, now),
    )
    .await;
}
