//! What nobody asks for.

use chrono::{DateTime, Utc};

use super::actions;
use crate::{db::Db, policy::Unscoped};

/// Destroys what has been in the trash for 30 days, one after the other. Contents are collected later.
pub async fn purge(db: &Db, why: Unscoped, now: DateTime<Utc>) {
    db.run_each(
        "old files in the trash",
        move |conn, last| actions::due(conn, why, last, now),
        move |conn, one| actions::purge(conn, why, one, now),
    )
    .await;
}
