//! What a folder is made with, and what is changed of one.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{Metadata, MetadataChange, Visibility};
use crate::{error::FieldError, ids::FolderId, web::text};

/// A name as it is kept: whether an accent is typed with its letter or after it, two that look the same are the same.
pub fn composed(name: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(name)
}

/// # Errors
/// A sentence to the person.
pub fn check_name(name: &str) -> Result<String, String> {
    text::line(&composed(name), "a name for the folder", 120)
}

/// May be empty, and have several lines.
///
/// # Errors
/// A sentence to the person.
pub fn check_description(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > 1000 {
        return Err("Keep the description within 1000 characters".to_owned());
    }
    for line in text.lines().filter(|line| !line.chars().all(|c| c == ' ')) {
        text::line(line, "a description", 1000)?;
    }
    Ok(text)
}

/// A folder to be made, checked but for what only the database knows.
#[derive(Debug, Clone)]
pub struct NewFolder {
    /// None: at the top of the library.
    pub parent_id: Option<FolderId>,
    pub name: String,
    pub description: String,
    pub metadata: Metadata,
    pub visibility: Visibility,
}

impl NewFolder {
    /// # Errors
    /// Every mistake, under `name` and `description`.
    pub fn parse(
        parent_id: Option<FolderId>,
        name: &str,
        description: &str,
    ) -> Result<Self, Vec<FieldError>> {
        match (check_name(name), check_description(description)) {
            (Ok(name), Ok(description)) => Ok(Self {
                parent_id,
                name,
                description,
                metadata: Metadata::default(),
                visibility: Visibility::default(),
            }),
            (name, description) => {
                let name = name.err().map(|why| FieldError::new("name", why));
                let description = description
                    .err()
                    .map(|why| FieldError::new("description", why));
                Err(name.into_iter().chain(description).collect())
            }
        }
    }
}

/// What is to be changed of a folder; what is missing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct FolderPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub metadata: Option<MetadataChange>,
    /// Takes all metadata away first.
    pub clears_metadata: bool,
    pub visibility: Option<Visibility>,
    /// Where it is moved to; within: none is the top of the library.
    pub parent_id: Option<Option<FolderId>>,
}

impl FolderPatch {
    /// Something but its place is changed.
    pub fn changes(&self) -> bool {
        self.name.is_some()
            || self.description.is_some()
            || self.metadata.is_some()
            || self.clears_metadata
            || self.visibility.is_some()
    }
}
