//! One Chromium, and contexts in it: each with its own cookies, storage and cache.

use std::path::Path;
use std::sync::Arc;

use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::target::{
    CreateBrowserContextParams, CreateTargetParams, DisposeBrowserContextParams,
};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::launch::Process;
use super::page::Page;

/// A Chromium. Clones share it; it closes with the last of them and its last context.
#[derive(Clone)]
pub struct Browser(Arc<Process>);

/// What a context looks like to the pages in it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `false` loads every document of the context with scripting switched off.
    pub javascript: bool,
    /// Width of the viewport in CSS pixels.
    pub width: u32,
    /// Height of the viewport in CSS pixels.
    pub height: u32,
    /// `prefers-color-scheme: dark`, otherwise `light`.
    pub dark: bool,
    /// `prefers-reduced-motion: reduce`. On unless a test is about motion: nothing then moves
    /// while it is looked at.
    pub reduced_motion: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            javascript: true,
            width: 1280,
            height: 800,
            dark: false,
            reduced_motion: true,
        }
    }
}

impl Options {
    /// The same without JavaScript.
    pub fn without_javascript(self) -> Self {
        Self {
            javascript: false,
            ..self
        }
    }

    /// The same in dark colours.
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same at another width.
    pub fn width(self, width: u32) -> Self {
        Self { width, ..self }
    }
}

impl Browser {
    /// The host that reaches this machine and yet is no secure context, as on a local network:
    /// `http://insecure.test:PORT` is `http://127.0.0.1:PORT` in the shared browser.
    pub const INSECURE_HOST: &str = "insecure.test";

    /// Starts a Chromium for this test alone, with further host resolver rules
    /// (`MAP name address`). All other names than `localhost` resolve to nothing.
    pub async fn launch(resolver_rules: Option<&str>) -> Self {
        Self(Arc::new(Process::start(resolver_rules).await))
    }

    /// The Chromium that all tests of the binary share. Started by the first that asks, ended with
    /// the process.
    pub async fn shared() -> Self {
        static SHARED: Mutex<Option<Browser>> = Mutex::const_new(None);
        let mut shared = SHARED.lock().await;
        if let Some(browser) = &*shared {
            return browser.clone();
        }
        let rules = format!("MAP {} 127.0.0.1", Self::INSECURE_HOST);
        let browser = Self::launch(Some(&rules)).await;
        *shared = Some(browser.clone());
        browser
    }

    /// A new context: a visitor who was never here.
    pub async fn context(&self, options: Options) -> Context {
        let cdp = self.0.cdp();
        let created = cdp
            .create_browser_context(CreateBrowserContextParams::default())
            .await;
        let id = created.expect("Chromium refused a new context");
        Context(Arc::new(Visitor {
            browser: self.clone(),
            id,
            options,
        }))
    }
}

/// One visitor. When it and its pages are dropped, its cookies are forgotten.
#[derive(Clone)]
pub struct Context(Arc<Visitor>);

struct Visitor {
    browser: Browser,
    id: BrowserContextId,
    options: Options,
}

impl Context {
    /// A new empty page (a tab) of this visitor. It stays open as long as the visitor is there.
    pub async fn page(&self) -> Page {
        self.page_as(self.0.options).await
    }

    /// A page that looks different from the context's others.
    pub async fn page_as(&self, options: Options) -> Page {
        let target = CreateTargetParams::builder()
            .url("about:blank")
            .browser_context_id(self.0.id.clone())
            .build()
            .expect("the address is given");
        let created = self.cdp().new_page(target).await;
        let cdp = created.expect("Chromium refused a new page");
        Page::new(cdp, options, self.clone()).await
    }

    /// The folder in which the browser keeps everything as long as it runs.
    pub fn profile(&self) -> &Path {
        &self.0.browser.0.profile
    }

    pub(super) fn id(&self) -> &BrowserContextId {
        &self.0.id
    }

    pub(super) fn cdp(&self) -> Arc<chromiumoxide::Browser> {
        self.0.browser.0.cdp()
    }

    pub(super) fn driver(&self) -> &Handle {
        &self.0.browser.0.driver
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let cdp = self.browser.0.cdp();
        let dispose = DisposeBrowserContextParams::new(self.id.clone());
        // Nobody waits for it, and a browser that is closing does it anyway.
        self.browser
            .0
            .driver
            .spawn(async move { drop(cdp.execute(dispose).await) });
    }
}
