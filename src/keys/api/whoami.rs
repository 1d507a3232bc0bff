//! A key looks at itself, or ends itself.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Serialize;

use super::shape::{ApiKey, LimitsOfKey};
use crate::{
    actor::{Actor, FolderRole},
    db::ApiDb,
    error::Error,
    ids::{FolderId, WorkspaceId},
    keys::{actions, store},
    permissions::Permissions,
    policy::{BeKey, permit},
    reached_folders::{ReachedFolder, ReachedFolders},
    web::{
        Fault, Now,
        api::{Answer, NoContent},
    },
    workspaces::{self, Workspace},
};

/// The key that asks, its workspace, and the permissions in force.
#[derive(Serialize, JsonSchema)]
pub struct WhoAmI {
    key: ApiKey,
    workspace: WorkspaceOfKey,
    /// What a call with this key may ask for: of a personal key only what its owner may do at this moment.
    permissions: Permissions,
    /// The first 100 by name of the folders in which its roles begin, or become greater: a role is one in all that is in
    /// the folder, too. *List folders* has all of them.
    folders: Vec<FolderOfKey>,
    limits: LimitsOfKey,
}

/// A folder, and the role of a key in it.
#[derive(Serialize, JsonSchema)]
pub struct FolderOfKey {
    id: FolderId,
    #[schemars(example = &"Product handbook")]
    name: String,
    role: FolderRole,
}

impl FolderOfKey {
    pub fn of(folder: ReachedFolder) -> Self {
        Self {
            id: folder.id,
            name: folder.name,
            role: folder.role,
        }
    }
}

/// Folders that are named.
const NAMED: i64 = 100;

/// The workspace to which the key belongs.
#[derive(Serialize, JsonSchema)]
pub struct WorkspaceOfKey {
    id: WorkspaceId,
    /// The workspace in addresses of pages.
    #[schemars(example = &"brightwater")]
    slug: String,
    #[schemars(example = &"Brightwater")]
    name: String,
}

impl WorkspaceOfKey {
    pub fn of(workspace: Workspace) -> Self {
        Self {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
        }
    }
}

pub async fn whoami(
    actor: Actor,
    db: Data<ApiDb>,
    folders: Data<dyn ReachedFolders>,
    Now(now): Now,
) -> Result<Answer<WhoAmI>, Fault> {
    let (found, workspace, reach) =
        db.0.run(move |conn| {
            let permit = permit::<BeKey>(&actor)?;
            let workspace = workspaces::find(conn, &permit)?;
            let reach = folders.own(conn, &actor, NAMED, now)?;
            Ok((store::find_self(conn, &permit)?, workspace, reach))
        })
        .await?;
    // Ended after this call was let in: it must not say so with a 200.
    if let Some(refusal) = found.shown.key.state(now).refusal() {
        return Err(Error::Refused(refusal).into());
    }
    Ok(Answer(WhoAmI {
        permissions: found.permissions,
        folders: reach.folders.into_iter().map(FolderOfKey::of).collect(),
        limits: LimitsOfKey::of(&found.shown.key, &workspace),
        key: ApiKey::of(found.shown, &workspace, now),
        workspace: WorkspaceOfKey::of(workspace),
    }))
}

/// From the next call on the key is `key_revoked`.
pub async fn revoke_self(actor: Actor, db: Data<ApiDb>, Now(now): Now) -> Result<NoContent, Fault> {
    db.0.run(move |conn| actions::revoke_self(conn, &actor, now))
        .await?;
    Ok(NoContent)
}
