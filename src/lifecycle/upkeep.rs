//! What was in the trash for its time is deleted for good.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    audit,
    db::Db,
    error::Result,
    ids::WorkspaceId,
    keys, library, objects,
    policy::Unscoped,
    workspaces::{self, RESTORABLE},
};

/// To be called each hour, by every server. Each workspace goes in many small transactions, so that none is long; one
/// that cannot go now does not hold up the others, and is tried again the next time.
pub async fn purge(db: &Db, reason: Unscoped, now: DateTime<Utc>) {
    let until = now - RESTORABLE;
    let expired = db.run(move |conn| workspaces::expired(conn, reason, until));
    let expired = match expired.await {
        Ok(expired) => expired,
        Err(error) => return log::warn!("deleted workspaces wait for their end: {error}"),
    };
    for id in expired {
        if let Err(error) = purge_one(db, reason, (id, until)).await {
            let why = error.in_full();
            log::warn!("the deleted workspace {id} waits for its end: {why}");
        }
    }
}

async fn purge_one(db: &Db, reason: Unscoped, expired: (WorkspaceId, DateTime<Utc>)) -> Result<()> {
    while db
        .run(move |conn| purge_some(conn, reason, expired))
        .await?
    {}
    Ok(())
}

/// False: nothing of it is left, or another server is at it.
fn purge_some(
    conn: &mut PgConnection,
    reason: Unscoped,
    (id, until): (WorkspaceId, DateTime<Utc>),
) -> Result<bool> {
    if !workspaces::hold_expired(conn, reason, id, until)? {
        return Ok(false);
    }
    // Contents after the files that have them, and keys after all that they made: each of it would be changed with its key.
    if audit::forget_some(conn, reason, id)? > 0
        || library::forget_some(conn, reason, id)?
        || objects::forget_some(conn, reason, id)? > 0
        || keys::forget_some(conn, reason, id)? > 0
    {
        return Ok(true);
    }
    workspaces::delete(conn, reason, id)?;
    log::info!("workspace {id} was deleted 7 days ago and is gone now");
    Ok(false)
}
