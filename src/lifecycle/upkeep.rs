//! What was in the trash for its time is deleted for good.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    audit,
    db::Db,
    error::Result,
    keys,
    policy::Unscoped,
    workspaces::{self, RESTORABLE},
};

/// To be called each hour, by every server. Each workspace goes in many small transactions, so that none is long; what
/// cannot be done now is done the next time.
pub async fn purge(db: &Db, reason: Unscoped, now: DateTime<Utc>) {
    loop {
        match db.run(move |conn| purge_some(conn, reason, now)).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                log::warn!("a deleted workspace waits for its end: {error}");
                return;
            }
        }
    }
}

/// False: there is nothing to delete any more.
fn purge_some(conn: &mut PgConnection, reason: Unscoped, now: DateTime<Utc>) -> Result<bool> {
    let Some(id) = workspaces::find_expired(conn, reason, now - RESTORABLE)? else {
        return Ok(false);
    };
    let entries = audit::forget_some(conn, reason, id)?;
    if entries == 0 && keys::forget_some(conn, reason, id)? == 0 {
        workspaces::delete(conn, reason, id)?;
        log::info!("workspace {id} was deleted 7 days ago and is gone now");
    }
    Ok(true)
}
