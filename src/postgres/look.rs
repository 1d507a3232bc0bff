//! What is in a data folder, without making, starting or stopping anything.

use std::path::Path;

use anyhow::Result;

use super::find::Programs;
use super::folder::Folder;
use super::server::Postmaster;

/// A cluster as it was found.
pub struct Look {
    folder: Folder,
    is_running: bool,
}

/// None: there is no cluster in `data`.
pub fn look(data: &Path) -> Result<Option<Look>> {
    if !exists(data) {
        return Ok(None);
    }
    let folder = Folder::open(&data.join("postgres").canonicalize()?)?;
    let is_running = Postmaster::of(&folder).is_some();
    Ok(Some(Look { folder, is_running }))
}

/// Is there a cluster in `data`?
pub fn exists(data: &Path) -> bool {
    data.join("postgres/cluster").exists()
}

impl Look {
    /// What to connect with while this lives; None: it does not run.
    pub fn url(&self) -> Option<String> {
        self.is_running.then(|| self.folder.connection())
    }

    /// Of the version that made it.
    pub fn programs(&self) -> &Programs {
        &self.folder.programs
    }
}
