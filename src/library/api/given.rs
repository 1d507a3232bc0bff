//! What a program sends of a folder, and what it means.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actor::Actor,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::model::{
        FolderPatch, Metadata, MetadataChange, NewFolder, Visibility, check_description, check_name,
    },
    permissions::{Permission, Permissions},
    policy,
    web::json,
};

/// Which field of a change asks for which permission.
pub const PER_FIELD: &[(&str, Permission)] = &[
    ("name", Permission::DirRename),
    ("description", Permission::DirMetaChange),
    ("metadata", Permission::DirMetaChange),
    ("parent_id", Permission::DirMove),
    ("visibility", Permission::DirSetVisibility),
];

/// A folder to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewFolder")]
pub struct Making {
    /// 1 to 120 characters on one line, different from those of the folders beside it, whatever the case.
    #[schemars(example = &"Product handbook")]
    name: String,
    /// The folder that it is made in, of which the key has to be Editor; null or left out: at the top of the library.
    #[serde(default)]
    parent_id: Option<FolderId>,
    /// At most 1000 characters. Asks for `DIR_META_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"What customers ask, and what we answer.")]
    description: Option<String>,
    /// At most 50 texts of 1 KiB. Asks for `DIR_META_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Metadata", example = serde_json::json!({"source": "wiki"}))]
    metadata: Option<BTreeMap<String, String>>,
    /// `listed` unless given. Asks for `DIR_SET_VISIBILITY`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Visibility")]
    visibility: Option<Visibility>,
}

impl Making {
    /// # Errors
    /// `Refused`: the key lacks what a field asks for. `Invalid`: every mistake.
    pub fn check(self, actor: &mut Actor) -> Result<NewFolder> {
        let sent = [
            ("description", self.description.is_some()),
            ("metadata", self.metadata.is_some()),
            ("visibility", self.visibility.is_some()),
        ];
        check_fields(actor, &sent)?;
        let description = self.description.unwrap_or_default();
        let new = NewFolder::parse(self.parent_id, &self.name, &description);
        let metadata = Metadata::parse("metadata", self.metadata.unwrap_or_default());
        match (new, metadata) {
            (Ok(new), Ok(metadata)) => Ok(NewFolder {
                metadata,
                visibility: self.visibility.unwrap_or_default(),
                ..new
            }),
            (new, metadata) => {
                let mistakes = new.err().into_iter().chain(metadata.err()).flatten();
                Err(Error::Invalid(mistakes.collect()))
            }
        }
    }
}

/// What is to be changed of a folder.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FolderChange")]
pub struct Changing {
    /// 1 to 120 characters on one line, different from those of the folders beside it, whatever the case. Asks for
    /// `DIR_RENAME`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"Product handbook")]
    name: Option<String>,
    /// At most 1000 characters; null: none. Asks for `DIR_META_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<String>", example = &"What customers ask, and what we answer.")]
    description: Option<Option<String>>,
    /// Changes the texts that are named and leaves the others; null takes one away, and instead of the object, all. Asks
    /// for `DIR_META_CHANGE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<MetadataChange>", example = serde_json::json!({"source": "wiki", "draft": null}))]
    metadata: Option<Option<MetadataChange>>,
    /// Where it is moved to, with all that is in it: a folder of which the key is Editor, as of the one that it is in now;
    /// null: to the top of the library. Asks for `DIR_MOVE`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<FolderId>")]
    parent_id: Option<Option<FolderId>>,
    /// Asks for `DIR_SET_VISIBILITY`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Visibility")]
    visibility: Option<Visibility>,
}

impl Changing {
    /// # Errors
    /// `Refused`: the key lacks what a field asks for. `Invalid`: every mistake but in metadata.
    pub fn check(self, actor: &mut Actor) -> Result<FolderPatch> {
        let sent = [
            ("name", self.name.is_some()),
            ("description", self.description.is_some()),
            ("metadata", self.metadata.is_some()),
            ("parent_id", self.parent_id.is_some()),
            ("visibility", self.visibility.is_some()),
        ];
        json::check_sent(&sent)?;
        check_fields(actor, &sent)?;
        let mut mistakes = Vec::new();
        let mut keep = |field: &'static str, checked: Result<String, String>| {
            checked
                .map_err(|why| mistakes.push(FieldError::new(field, why)))
                .ok()
        };
        let name = self.name.and_then(|name| keep("name", check_name(&name)));
        let description = self.description.map(Option::unwrap_or_default);
        let description =
            description.and_then(|text| keep("description", check_description(&text)));
        match mistakes.is_empty() {
            true => Ok(FolderPatch {
                name,
                description,
                clears_metadata: matches!(self.metadata, Some(None)),
                metadata: self.metadata.flatten(),
                visibility: self.visibility,
                parent_id: self.parent_id,
            }),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}

/// What the fields that are sent ask for together.
fn check_fields(actor: &mut Actor, sent: &[(&str, bool)]) -> Result<()> {
    let is_sent = |field: &&str| sent.iter().any(|(name, is_sent)| name == field && *is_sent);
    let needed: Permissions = PER_FIELD
        .iter()
        .filter(|(field, _)| is_sent(field))
        .map(|(_, needed)| *needed)
        .collect();
    policy::check_holds(actor, &needed)?;
    actor.note_needed(&needed);
    Ok(())
}
