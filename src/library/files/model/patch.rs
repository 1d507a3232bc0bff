//! What is to be changed of a file.

use super::FileName;
use crate::{
    ids::FolderId,
    library::model::{Metadata, MetadataChange, Visibility},
};

/// What is not given stays as it is.
#[derive(Debug, Default, Clone)]
pub struct FilePatch {
    pub name: Option<FileName>,
    /// Where it is moved to.
    pub folder_id: Option<FolderId>,
    pub visibility: Option<Visibility>,
    /// All that are to be on it, by their names.
    pub labels: Option<Vec<String>>,
    pub clears_product: bool,
    pub product: Option<MetadataChange>,
    pub clears_metadata: bool,
    pub metadata: Option<MetadataChange>,
}

impl FilePatch {
    /// What becomes of the texts that there are.
    pub fn change_of(
        clears: bool,
        change: Option<&MetadataChange>,
        before: &Metadata,
    ) -> MetadataChange {
        let mut all = match clears {
            true => before.cleared(),
            false => MetadataChange::new(),
        };
        all.extend(
            change
                .into_iter()
                .flatten()
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        all
    }
}
