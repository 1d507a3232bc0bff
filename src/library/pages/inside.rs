//! How much is in a folder, in words.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::{
    error::Result,
    ids::FolderId,
    library::files::{self, Size},
    policy::{FolderAction, FolderPermit, Permit, UseLibrary},
    web::{size, time},
};

/// At any depth, without the folder itself.
#[derive(Clone, Copy, Default)]
pub struct Inside(Size);

impl Inside {
    /// But for what is in the trash.
    pub fn of<A: FolderAction>(conn: &mut PgConnection, permit: &FolderPermit<A>) -> Result<Self> {
        let id = permit.folder();
        let found = files::sizes(conn, permit.library(), &[id])?;
        Ok(Self(found.get(&id).copied().unwrap_or_default()))
    }

    /// What was put into the trash with each of these.
    pub fn gone_with(
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        ids: &[FolderId],
    ) -> Result<HashMap<FolderId, Self>> {
        let found = files::sizes(conn, permit, ids)?;
        Ok(found
            .into_iter()
            .map(|(id, size)| (id, Self(size)))
            .collect())
    }

    /// "2 folders and 14 files, 96 MiB"; empty where there is nothing.
    pub fn text(self) -> String {
        let folders = time::counted(self.0.folders, "folder");
        let files = time::counted(self.0.files, "file");
        let bytes = size(self.0.bytes);
        match (self.0.folders, self.0.files) {
            (0, 0) => String::new(),
            (_, 0) => folders,
            (0, _) => format!("{files}, {bytes}"),
            _ => format!("{folders} and {files}, {bytes}"),
        }
    }
}
