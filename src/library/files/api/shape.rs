//! A file and a label as the API shows them.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::{Error, Result},
    ids::{FileId, FolderId, KeyId, LabelId, MemberId},
    keys::{self, KeyMaker, Maker},
    library::{
        files::{
            model::{File, Label},
            store,
        },
        model::{Metadata, Visibility},
    },
    people,
    policy::{Permit, UseLibrary},
};

/// A file, without its contents.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "File")]
pub struct ApiFile {
    id: FileId,
    object: FileObject,
    /// The folder that it is in.
    folder_id: FolderId,
    #[schemars(example = &"Price list 2026.pdf")]
    name: String,
    /// In bytes.
    #[schemars(example = 48_213)]
    size: i64,
    /// As its bytes tell, whatever its name says.
    #[schemars(example = &"application/pdf")]
    media_type: String,
    /// Of its contents, in hexadecimal; their `ETag` is the same in quotes.
    #[schemars(example = &"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// 1 when it is made, and one more for each time its contents are replaced.
    #[schemars(example = 1)]
    version: i32,
    /// The names of the labels on it.
    #[schemars(example = serde_json::json!(["Draft"]))]
    labels: Vec<String>,
    /// What programs say of the product that it belongs to.
    #[schemars(example = serde_json::json!({"sku": "KR-1004"}))]
    product: Metadata,
    /// What programs keep with it.
    #[schemars(example = serde_json::json!({"source": "wiki"}))]
    metadata: Metadata,
    /// `unlisted`: in lists and search only Editors of its folder meet it; by its id it is as any.
    visibility: Visibility,
    /// Null: a key that is no longer there.
    created_by: Option<KeyMaker>,
    created_at: DateTime<Utc>,
    /// When it was changed last.
    updated_at: DateTime<Utc>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum FileObject {
    File,
}

/// In the order that they have. Whoever calls this has found their folders.
pub fn shown(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    files: Vec<File>,
) -> Result<Vec<ApiFile>> {
    let ids: Vec<FileId> = files.iter().map(|file| file.id).collect();
    let members: Vec<MemberId> = files
        .iter()
        .filter_map(|f| f.created_by_member_id)
        .collect();
    let makers: Vec<KeyId> = files.iter().filter_map(|f| f.created_by_key_id).collect();
    let mut labels = store::labels_on(conn, permit, &ids)?;
    let names = people::names(conn, permit, &members)?;
    let keys = keys::named(conn, permit, &makers)?;
    let shown = files.into_iter().map(|file| {
        let checksum = file.checksum();
        let member = file.created_by_member_id;
        let member = member.and_then(|id| Some(Maker::Member(id, names.get(&id)?.clone())));
        let key = file.created_by_key_id;
        let key = key.and_then(|id| Some(Maker::Key(id, keys.get(&id)?.label.clone())));
        ApiFile {
            id: file.id,
            object: FileObject::File,
            folder_id: file.folder_id,
            size: file.size,
            media_type: file.media_type,
            sha256: checksum,
            version: file.version,
            labels: labels.remove(&file.id).unwrap_or_default(),
            product: file.product,
            metadata: file.metadata,
            visibility: file.visibility,
            created_by: member.or(key).map(KeyMaker::from),
            created_at: file.created_at,
            updated_at: file.updated_at,
            name: file.name,
        }
    });
    Ok(shown.collect())
}

pub fn one(conn: &mut PgConnection, permit: &Permit<UseLibrary>, file: File) -> Result<ApiFile> {
    let shown = shown(conn, permit, vec![file])?;
    shown.into_iter().next().ok_or(Error::NotFound)
}

/// A word that is put on files.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Label")]
pub struct ApiLabel {
    id: LabelId,
    object: LabelObject,
    #[schemars(example = &"Draft")]
    name: String,
    created_at: DateTime<Utc>,
    /// When it was changed last.
    updated_at: DateTime<Utc>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum LabelObject {
    Label,
}

impl From<Label> for ApiLabel {
    fn from(label: Label) -> Self {
        Self {
            id: label.id,
            object: LabelObject::Label,
            name: label.name,
            created_at: label.created_at,
            updated_at: label.updated_at,
        }
    }
}
