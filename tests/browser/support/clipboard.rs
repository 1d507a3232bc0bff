//! The clipboard, which all contexts of a Chromium share.

use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use super::browser::{Context, Options};
use super::page::{Page, Raw};

/// The clipboard for one test at a time: the next one that asks waits until this is dropped.
pub struct Clipboard {
    desk: Page,
    _only: MutexGuard<'static, ()>,
}

impl Context {
    /// Takes hold of the clipboard. Ask for it before the first Copy of the test.
    pub async fn clipboard(&self) -> Clipboard {
        static ONLY: Mutex<()> = Mutex::const_new(());
        let only = ONLY.lock().await;
        // A blank page with a field to paste into: that works whatever the page under test is.
        let desk = self.page_as(Options::default()).await;
        desk.eval::<Value>("document.body.append(document.createElement('textarea')), null")
            .await;
        Clipboard { desk, _only: only }
    }

    /// Lets the pages of an origin (`http://localhost:8080`) read and write the clipboard by its
    /// API. An origin that is no secure context has no such API, allowed or not.
    pub async fn grant_clipboard(&self, origin: &str) {
        self.set_clipboard(origin, "granted").await;
    }

    /// Refuses the clipboard's API to the pages of an origin.
    pub async fn deny_clipboard(&self, origin: &str) {
        self.set_clipboard(origin, "denied").await;
    }

    async fn set_clipboard(&self, origin: &str, setting: &str) {
        for name in ["clipboard-read", "clipboard-write"] {
            let params = json!({
                "permission": { "name": name, "allowWithoutSanitization": false },
                "setting": setting, "origin": origin, "browserContextId": self.id(),
            });
            let set = self
                .cdp()
                .execute(Raw("Browser.setPermission", params))
                .await;
            set.unwrap_or_else(|why| panic!("{name} for {origin}: {why}"));
        }
    }
}

impl Clipboard {
    /// What is on the clipboard, read as a person does: by pasting it.
    pub async fn read(&self) -> String {
        self.desk
            .eval::<Value>("document.querySelector('textarea').value = '', null")
            .await;
        self.desk
            .eval::<Value>("document.querySelector('textarea').focus(), null")
            .await;
        self.desk.press_as("Control+v", &["paste"]).await;
        self.desk.value("textarea").await
    }

    /// What the page under test reads by the clipboard's API; its origin must be allowed to.
    pub async fn read_by_api(&self, page: &Page) -> String {
        page.eval("navigator.clipboard.readText()").await
    }

    /// Puts a text there, so that a test can tell whether Copy replaced it.
    pub async fn write(&self, text: &str) {
        self.desk.fill("textarea", text).await;
        self.desk
            .eval::<Value>("document.querySelector('textarea').select(), null")
            .await;
        self.desk.press_as("Control+c", &["copy"]).await;
    }
}
