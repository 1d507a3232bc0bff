//! What a visitor saves.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::browser::Context;
use super::page::Raw;
use super::{POLL, WAIT};

/// The folder that a context saves files in. It is gone with the browser.
pub struct Downloads(PathBuf);

impl Context {
    /// From now on the files that its pages lead to are saved, without a question.
    pub async fn downloads(&self) -> Downloads {
        let folder = self
            .profile()
            .join(format!("downloads-{}", self.id().inner()));
        let params =
            json!({ "behavior": "allow", "browserContextId": self.id(), "downloadPath": folder });
        let set = self
            .cdp()
            .execute(Raw("Browser.setDownloadBehavior", params))
            .await;
        set.expect("Chromium saves files");
        Downloads(folder)
    }
}

impl Downloads {
    /// The contents of a file, waiting until it is there. Until then it has another name.
    pub async fn wait_for(&self, name: &str) -> Vec<u8> {
        let path = self.0.join(name);
        let started = Instant::now();
        while !path.exists() {
            assert!(started.elapsed() < WAIT, "{name} is not saved");
            tokio::time::sleep(POLL).await;
        }
        std::fs::read(path).expect("a saved file")
    }
}
