//! What nobody asks for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::store;
use crate::{
    db::Db,
    error::Result,
    ids::{ShareRequestId, WorkspaceId},
    notices::{self, SHARE_APPROVED, SHARE_DECLINED, SHARE_REQUESTED},
    policy::Unscoped,
};

/// Ends access that is over, and tells nobody any more of what was asked about a folder that is gone.
pub async fn tidy(db: &Db, why: Unscoped, now: DateTime<Utc>) {
    crate::library::tidy(db, why, now).await;
    if let Err(error) = forget(db, why).await {
        log::warn!("notices about folders that are gone wait to be forgotten: {error}");
    }
}

async fn forget(db: &Db, why: Unscoped) -> Result<()> {
    db.run(move |conn| {
        let told = notices::subjects(conn, why, "share_request")?;
        let ids: Vec<ShareRequestId> = told.iter().filter_map(|(_, id)| id.parse().ok()).collect();
        let living: HashSet<(WorkspaceId, String)> = store::living(conn, why, &ids)?
            .into_iter()
            .map(|(workspace, id)| (workspace, id.to_string()))
            .collect();
        for (workspace, id) in told.into_iter().filter(|one| !living.contains(one)) {
            let kinds = [SHARE_REQUESTED, SHARE_APPROVED, SHARE_DECLINED];
            notices::withdraw(conn, why, workspace, ("share_request", &[id]), &kinds)?;
        }
        Ok(())
    })
    .await
}
