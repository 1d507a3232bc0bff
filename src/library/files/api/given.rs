//! What a program sends of a file, and what it means.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actor::Actor,
    error::{Error, Result},
    ids::FolderId,
    library::{
        files::model::{FileName, FilePatch},
        model::{MetadataChange, Visibility},
    },
    permissions::{Permission, Permissions},
    policy,
    web::json,
};

/// Which field of a change asks for which permission. Metadata asks for one or both of two.
pub const PER_FIELD: &[(&str, Permission)] = &[
    ("name", Permission::FileRename),
    ("folder_id", Permission::FileMove),
    ("visibility", Permission::FileSetVisibility),
    ("labels", Permission::FileLabelChange),
    ("product", Permission::FileProductChange),
    ("metadata", Permission::FileMetaCreate),
    ("metadata", Permission::FileMetaChange),
];

/// What is to be changed of a file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FileChange")]
pub struct Changing {
    /// 1 to 255 characters on one line, different from those of the files beside it, whatever the case. Asks for
    /// `FILE_RENAME`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"Price list 2026.pdf")]
    name: Option<String>,
    /// Where it is moved to: a folder of which the key is Editor, as of the one that it is in now. Asks for `FILE_MOVE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "FolderId")]
    folder_id: Option<FolderId>,
    /// Asks for `FILE_SET_VISIBILITY`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Visibility")]
    visibility: Option<Visibility>,
    /// The names of all labels that are to be on it, at most 50; those that there are, whatever the case. Asks for
    /// `FILE_LABEL_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Vec<String>", example = serde_json::json!(["Draft"]))]
    labels: Option<Vec<String>>,
    /// Changes the texts that are named and leaves the others; null takes one away, and instead of the object, all. An
    /// empty object counts as not sent. Asks for `FILE_PRODUCT_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<MetadataChange>", example = serde_json::json!({"sku": "KR-1004"}))]
    product: Option<Option<MetadataChange>>,
    /// The same of what programs keep with it. Asks for `FILE_META_CREATE` where it adds a field, and for
    /// `FILE_META_CHANGE` where it changes one or takes one away.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<MetadataChange>", example = serde_json::json!({"source": "wiki", "draft": null}))]
    metadata: Option<Option<MetadataChange>>,
}

impl Changing {
    /// # Errors
    /// `Refused`: the key lacks what a field asks for. `Invalid`: every mistake that is one whatever the file is like.
    pub fn check(self, actor: &mut Actor) -> Result<FilePatch> {
        let sent = [
            ("name", self.name.is_some()),
            ("folder_id", self.folder_id.is_some()),
            ("visibility", self.visibility.is_some()),
            ("labels", self.labels.is_some()),
            ("product", changes(self.product.as_ref())),
            ("metadata", changes(self.metadata.as_ref())),
        ];
        json::check_sent(&sent)?;
        let is_sent = |field: &str| {
            sent.iter()
                .any(|(name, is_sent)| *name == field && *is_sent)
        };
        let needed = PER_FIELD.iter().filter(|(field, _)| is_sent(field));
        let plain = needed.clone().filter(|(field, _)| *field != "metadata");
        let plain: Permissions = plain.map(|(_, needed)| *needed).collect();
        policy::check_holds(actor, &plain)?;
        actor.note_needed(&plain);
        if is_sent("metadata") {
            check_any_metadata(actor)?;
        }
        let name = self.name.map(|name| FileName::parse(&name)).transpose();
        Ok(FilePatch {
            name: name.map_err(|mistake| Error::Invalid(vec![mistake]))?,
            folder_id: self.folder_id,
            visibility: self.visibility,
            labels: self.labels,
            clears_product: matches!(self.product, Some(None)),
            product: self.product.flatten(),
            clears_metadata: matches!(self.metadata, Some(None)),
            metadata: self.metadata.flatten(),
        })
    }
}

/// An empty object names nothing to be changed: it is as good as not sent.
fn changes(sent: Option<&Option<MetadataChange>>) -> bool {
    sent.is_some_and(|sent| sent.as_ref().is_none_or(|change| !change.is_empty()))
}

/// Which of the two it asks for, the file says; a key that has neither may change none.
fn check_any_metadata(actor: &Actor) -> Result<()> {
    let both: Permissions = [Permission::FileMetaCreate, Permission::FileMetaChange]
        .into_iter()
        .collect();
    match both.beyond(&policy::held(actor)) == both {
        true => policy::check_holds(actor, &both),
        false => Ok(()),
    }
}
