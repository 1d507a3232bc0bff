//! What a visitor sees: texts, attributes, the size of things, pictures of the page.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use chromiumoxide::Binary;
use chromiumoxide::cdp::browser_protocol::page::{CaptureScreenshotParams, Viewport};
use serde_json::{Value, json};

use super::input::FIND;
use super::page::Page;
use super::{POLL, WAIT};

impl Page {
    /// The text of an element as it is shown, waiting for the element.
    pub async fn text(&self, selector: &str) -> String {
        string(
            self.on(selector, "return el.innerText ?? el.textContent")
                .await,
        )
    }

    /// The texts of all elements of a selector, without waiting.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let selector = json!(selector);
        self.eval(&format!(
            "{FIND}({selector}).map(el => el.innerText ?? el.textContent)"
        ))
        .await
    }

    /// What stands in a field.
    pub async fn value(&self, selector: &str) -> String {
        string(self.on(selector, "return el.value").await)
    }

    /// An attribute of an element, waiting for the element.
    pub async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let body = format!("return el.getAttribute({})", json!(name));
        self.on(selector, &body).await.as_str().map(str::to_owned)
    }

    /// Whether there is such an element now, visible or not.
    pub async fn exists(&self, selector: &str) -> bool {
        self.count(selector).await > 0
    }

    /// How many such elements there are now.
    pub async fn count(&self, selector: &str) -> usize {
        self.eval(&format!("{FIND}({}).length", json!(selector)))
            .await
    }

    /// Whether such an element can be seen now.
    pub async fn visible(&self, selector: &str) -> bool {
        let expression = format!(
            "(el => !!el && el.checkVisibility({{ visibilityProperty: true }})
                 && el.getClientRects().length > 0)({FIND}({})[0])",
            json!(selector)
        );
        self.eval(&expression).await
    }

    /// Waits until such an element can be seen.
    pub async fn wait_for(&self, selector: &str) {
        self.wait(
            async || self.visible(selector).await,
            &format!("{selector} to be seen"),
        )
        .await;
    }

    /// Waits until no such element can be seen.
    pub async fn wait_for_none(&self, selector: &str) {
        self.wait(
            async || !self.visible(selector).await,
            &format!("{selector} to go"),
        )
        .await;
    }

    /// Waits until the page shows a text somewhere.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait(
            async || self.shows(text).await,
            &format!("the text {text:?}"),
        )
        .await;
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_for_true(&self, expression: &str) {
        self.wait(
            async || self.eval(&format!("!!({expression})")).await,
            expression,
        )
        .await;
    }

    /// Whether the page shows a text now; any white space counts as one space.
    pub async fn shows(&self, text: &str) -> bool {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expression = format!(
            "(document.body?.innerText ?? '').replace(/\\s+/g, ' ').includes({})",
            json!(text)
        );
        self.eval(&expression).await
    }

    async fn wait(&self, done: impl AsyncFn() -> bool, what: &str) {
        let started = Instant::now();
        while !done().await {
            if started.elapsed() > WAIT {
                self.fail(&format!("waited {WAIT:?} for {what}")).await;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The document as it stands now.
    pub async fn html(&self) -> String {
        self.eval("document.documentElement.outerHTML").await
    }

    /// The address of the document.
    pub async fn url(&self) -> String {
        self.eval("location.href").await
    }

    /// Path and query of the address.
    pub async fn path(&self) -> String {
        self.eval("location.pathname + location.search").await
    }

    /// The title of the document.
    pub async fn title(&self) -> String {
        self.eval("document.title").await
    }

    /// The HTTP status of the last document this page asked for. A document that came back from
    /// the back/forward cache was not asked for.
    pub fn status(&self) -> u16 {
        self.watch
            .seen()
            .document
            .as_ref()
            .map_or(0, |(status, _)| *status)
    }

    /// The element with the focus: its tag, then `#id`, `[name]` and its label or text as far as
    /// it has them, as in `button#copy "Copy key"`. `body` when nothing has it.
    pub async fn focused(&self) -> String {
        // What asks for the focus gets it a moment after its document has loaded.
        let waits =
            "document.activeElement === document.body && !!document.querySelector('[autofocus]')";
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(2) && self.eval::<bool>(waits).await {
            tokio::time::sleep(POLL).await;
        }
        self.eval(
            r#"(el => {
                if (!el) return 'none';
                const name = el.getAttribute('aria-label') || el.labels?.[0]?.innerText
                    || (el.matches('a, button, summary, [role]') ? el.innerText : '');
                return el.localName + (el.id && '#' + el.id)
                    + (el.name && typeof el.name === 'string' ? `[name="${el.name}"]` : '')
                    + (name ? ` "${name.replace(/\s+/g, ' ').trim().slice(0, 60)}"` : '');
            })(document.activeElement)"#,
        )
        .await
    }

    /// What makes the page wider than the window; empty when nothing does. What may scroll within
    /// a box of its own is no matter.
    pub async fn overflow(&self) -> Vec<String> {
        self.eval(
            r#"(() => {
                const root = document.documentElement;
                const wide = Math.max(root.scrollWidth, document.body?.scrollWidth ?? 0);
                if (wide <= root.clientWidth) return [];
                const found = [...document.querySelectorAll('body *')]
                    .filter(el => el.getBoundingClientRect().right > root.clientWidth + 1)
                    .map(el => el.outerHTML.slice(0, 100)).slice(0, 8);
                return [`${wide} px in a window of ${root.clientWidth} px`, ...found];
            })()"#,
        )
        .await
    }

    /// Changes the viewport. `zoom` 2.0 shows it as a browser does at 200 %: everything twice as
    /// large, in half as many CSS pixels.
    pub async fn resize(&self, width: u32, height: u32, zoom: f64) {
        let css = |pixels: u32| (f64::from(pixels) / zoom).round();
        let params = json!({ "width": css(width), "height": css(height),
                             "deviceScaleFactor": zoom, "mobile": false });
        self.send("Emulation.setDeviceMetricsOverride", whole(params))
            .await;
        let mut options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        (options.width, options.height) = (width, height);
    }

    /// How many bytes leave it in a second; -1: as many as there are.
    pub async fn upload_at(&self, rate: i64) {
        let slow = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate });
        self.send("Network.enable", json!({})).await;
        self.send("Network.emulateNetworkConditions", slow).await;
    }

    /// Switches between dark and light colours.
    pub async fn dark(&self, dark: bool) {
        self.options
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .dark = dark;
        self.media("").await;
    }

    /// Shows the page as for a medium (`print`, `screen`; empty for the usual one).
    pub async fn media(&self, medium: &str) {
        let options = self.options();
        let scheme = if options.dark { "dark" } else { "light" };
        let motion = if options.reduced_motion {
            "reduce"
        } else {
            "no-preference"
        };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme },
                              { "name": "prefers-reduced-motion", "value": motion }]);
        let params = json!({ "media": medium, "features": features });
        self.send("Emulation.setEmulatedMedia", params).await;
    }

    /// Keeps a picture of the whole page as `target/screenshots/{name}.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        match self.try_screenshot(name).await {
            Ok(path) => path,
            Err(why) => panic!("screenshot {name}: {why}"),
        }
    }

    pub(super) async fn try_screenshot(&self, name: &str) -> Result<PathBuf, String> {
        let size = self
            .cdp
            .layout_metrics()
            .await
            .map_err(|why| why.to_string())?
            .css_content_size;
        let clip = Viewport {
            x: 0.0,
            y: 0.0,
            width: size.width,
            height: size.height,
            scale: 1.0,
        };
        let params = CaptureScreenshotParams::builder()
            .capture_beyond_viewport(true)
            .clip(clip)
            .build();
        let taken = self
            .cdp
            .execute(params)
            .await
            .map_err(|why| why.to_string())?;
        let bytes = decode(&taken.result.data)?;
        // The folder is `target/tmp`, wherever `target` lies.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.parent().unwrap_or(target).join("screenshots");
        let path = folder.join(format!("{name}.png"));
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(path)
    }
}

fn decode(data: &Binary) -> Result<Vec<u8>, String> {
    let text: &str = data.as_ref();
    data_encoding::BASE64
        .decode(text.as_bytes())
        .map_err(|why| why.to_string())
}

fn string(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The same with whole numbers for width and height, which are the only ones Chromium takes.
fn whole(mut params: Value) -> Value {
    for key in ["width", "height"] {
        if let Some(number) = params[key].as_f64() {
            params[key] = json!(number as i64);
        }
    }
    params
}
