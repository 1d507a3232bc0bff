//! A folder as the API shows it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    actor::{Actor, FolderRole},
    error::Result,
    ids::{FolderId, WorkspaceId},
    keys::Owner,
    library::{
        find::roles_in,
        model::{Folder, Metadata, Roles, Visibility},
    },
    policy::{UseLibrary, permit},
};

/// A folder, as the key that asks may know it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Folder")]
pub struct ApiFolder {
    id: FolderId,
    object: Object,
    /// The folder that it is in; null: it is at the top of the library, or that one is not shared with the key.
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    parent_id: Option<FolderId>,
    #[schemars(example = &"Product handbook")]
    name: String,
    /// May be empty.
    #[schemars(example = &"What customers ask, and what we answer.")]
    description: String,
    /// What programs keep with it.
    #[schemars(example = serde_json::json!({"source": "wiki"}))]
    metadata: Metadata,
    /// `unlisted`: in lists and search only its Editors meet it; by its id it is as any.
    visibility: Visibility,
    owner: Owner,
    /// Of the key that asks; of a personal key, of its owner.
    role: FolderRole,
    created_at: DateTime<Utc>,
    /// When it was changed, moved or handed over last; not what is in it.
    updated_at: DateTime<Utc>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Object {
    Folder,
}

impl ApiFolder {
    /// None: whoever has these roles may not know of it.
    pub fn of(folder: Folder, roles: &Roles, workspace: WorkspaceId) -> Option<Self> {
        let role = roles.role(&folder.path)?;
        let sees_parent = roles.role_along(folder.path.above()).is_some();
        Some(Self {
            id: folder.id,
            object: Object::Folder,
            parent_id: folder.parent_id.filter(|_| sees_parent),
            name: folder.name,
            description: folder.description,
            metadata: folder.metadata,
            visibility: folder.visibility,
            owner: Owner::of(folder.owner_member_id, workspace),
            role,
            created_at: folder.created_at,
            updated_at: folder.updated_at,
        })
    }
}

/// In the order that they have.
pub fn shown(
    conn: &mut PgConnection,
    actor: &Actor,
    folders: Vec<Folder>,
    now: DateTime<Utc>,
) -> Result<Vec<ApiFolder>> {
    let permit = permit::<UseLibrary>(actor)?;
    let roles = roles_in(conn, &permit, &folders, now)?;
    let workspace = permit.workspace();
    let shown = |folder| ApiFolder::of(folder, &roles, workspace);
    Ok(folders.into_iter().filter_map(shown).collect())
}
