//! One page (a tab): going somewhere, waiting, and asking it anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chromiumoxide::types::{Command, Method, MethodId};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::browser::{Context, Options};
use super::watch::Watch;
use super::{LOAD, POLL, WAIT};

/// A page of a context. Every step panics when it cannot be done.
pub struct Page {
    pub(super) cdp: chromiumoxide::Page,
    pub(super) watch: Arc<Watch>,
    pub(super) options: Mutex<Options>,
    pub(super) expected: Mutex<Vec<(String, bool)>>,
    listening: JoinHandle<()>,
    _context: Context,
}

/// A command to Chromium by its name, with its parameters.
#[derive(Debug)]
pub(super) struct Raw(pub(super) &'static str, pub(super) Value);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.1.serialize(serializer)
    }
}

impl Method for Raw {
    fn identifier(&self) -> MethodId {
        self.0.into()
    }
}

impl Command for Raw {
    type Response = Value;
}

/// What stood still before a step, to tell afterwards whether another document came.
pub(super) struct Before {
    loaded: Option<String>,
    restored: usize,
}

impl Page {
    pub(super) async fn new(cdp: chromiumoxide::Page, options: Options, context: Context) -> Self {
        let frame = cdp.mainframe().await.ok().flatten();
        let main = frame.expect("a page has a main frame").inner().clone();
        let (watch, listening) = Watch::start(&cdp, main).await;
        let page = Self {
            cdp,
            watch,
            options: Mutex::new(options),
            expected: Mutex::default(),
            listening: context.driver().spawn(listening),
            _context: context,
        };
        page.send("Audits.enable", json!({})).await;
        // Several pages are open at once; each behaves as if it were the one in front.
        page.send(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await;
        if !options.javascript {
            page.send(
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": true }),
            )
            .await;
        }
        page.resize(options.width, options.height, 1.0).await;
        page.media("").await;
        page
    }

    pub(super) fn options(&self) -> Options {
        *self.options.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes to an address and waits until the document and what belongs to it have loaded. An
    /// answer of any status is fine: see [`Page::status`].
    pub async fn goto(&self, url: &str) {
        let here = self.try_eval("location.href").await.unwrap_or_default();
        if is_jump(here.as_str().unwrap_or_default(), url) {
            // chromiumoxide waits for a load after `Page.navigate`, and none follows.
            // With a gesture, as from the address bar: else it leaves a mark on the history.
            let jump = format!("void (location.href = {})", json!(url));
            let jump = json!({ "expression": jump, "userGesture": true });
            self.send("Runtime.evaluate", jump).await;
            return;
        }
        let answer = self.try_send("Page.navigate", json!({ "url": url })).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => self.fail(&format!("goto {url}: {why}")).await,
        };
        if let Some(error) = answer["errorText"].as_str() {
            self.fail(&format!("goto {url}: {error}")).await;
        }
        if let Some(loader) = answer["loaderId"].as_str() {
            let loaded = || self.watch.seen().loaded.as_deref() == Some(loader);
            self.until(loaded, &format!("{url} to load")).await;
        }
    }

    /// Loads the document again, accepting a question whether to leave.
    pub async fn reload(&self) {
        self.settle().await;
        let before = self.before();
        self.send("Page.reload", json!({})).await;
        self.load_after(before, "the reload").await;
    }

    /// Goes back in the history, as the Back button does.
    pub async fn back(&self) {
        self.travel(-1).await;
    }

    /// Goes forward in the history.
    pub async fn forward(&self) {
        self.travel(1).await;
    }

    async fn travel(&self, by: i64) {
        let history = self.send("Page.getNavigationHistory", json!({})).await;
        let index = history["currentIndex"].as_i64().unwrap_or_default() + by;
        let entry = usize::try_from(index)
            .ok()
            .and_then(|index| history["entries"].get(index));
        let Some(entry) = entry else {
            self.fail(&format!("no page {by} in the history")).await
        };
        self.settle().await;
        let before = self.before();
        let to = json!({ "entryId": entry["id"] });
        self.send("Page.navigateToHistoryEntry", to).await;
        self.load_after(before, "the page of the history").await;
    }

    /// A person takes a moment between the last letter and the way out. Without it Chromium may
    /// not have heard yet that the page now asks before it is left (`beforeunload`).
    async fn settle(&self) {
        drop(self.try_eval("0").await);
        tokio::time::sleep(2 * POLL).await;
    }

    pub(super) fn before(&self) -> Before {
        let seen = self.watch.seen();
        Before {
            loaded: seen.loaded.clone(),
            restored: seen.restored,
        }
    }

    pub(super) async fn load_after(&self, before: Before, what: &str) {
        let loaded = || {
            let seen = self.watch.seen();
            seen.loaded != before.loaded || seen.restored != before.restored
        };
        self.until(loaded, &format!("a document to load after {what}"))
            .await;
    }

    async fn until(&self, done: impl Fn() -> bool, what: &str) {
        let waiting = async {
            loop {
                let changed = self.watch.changed.notified();
                if done() {
                    return;
                }
                changed.await;
            }
        };
        if tokio::time::timeout(LOAD, waiting).await.is_err() {
            self.fail(&format!("waited {LOAD:?} for {what}")).await;
        }
    }

    /// The value of a JavaScript expression (a promise is awaited). Works with JavaScript off too,
    /// except for promises; the page's Content-Security-Policy does not apply.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.eval_as(expression, self.options().javascript).await
    }

    /// The same, awaiting a promise although the page was loaded without JavaScript.
    pub(super) async fn eval_awaiting<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.eval_as(expression, true).await
    }

    async fn eval_as<T: DeserializeOwned>(&self, expression: &str, wait: bool) -> T {
        match self.evaluate(expression, wait).await {
            Ok(value) => match serde_json::from_value(value) {
                Ok(value) => value,
                Err(why) => {
                    self.fail(&format!("the value of {expression}: {why}"))
                        .await
                }
            },
            Err(why) => self.fail(&format!("evaluating {expression}: {why}")).await,
        }
    }

    pub(super) async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        self.evaluate(expression, self.options().javascript).await
    }

    async fn evaluate(&self, expression: &str, wait: bool) -> Result<Value, String> {
        let params = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": wait,
            "userGesture": false,
        });
        let started = Instant::now();
        loop {
            let answer = match self.try_send("Runtime.evaluate", params.clone()).await {
                Ok(answer) => answer,
                // The document was just being replaced: ask the next one.
                Err(why) if why.contains("ontext") && started.elapsed() < WAIT => {
                    tokio::time::sleep(POLL).await;
                    continue;
                }
                Err(why) => return Err(why),
            };
            if let Some(thrown) = answer.get("exceptionDetails") {
                let said = &thrown["exception"]["description"];
                return Err(said
                    .as_str()
                    .map_or_else(|| thrown.to_string(), str::to_owned));
            }
            return Ok(answer["result"]["value"].clone());
        }
    }

    pub(super) async fn send(&self, name: &'static str, params: Value) -> Value {
        match self.try_send(name, params).await {
            Ok(answer) => answer,
            Err(why) => panic!("{name}: {why}"),
        }
    }

    async fn try_send(&self, name: &'static str, params: Value) -> Result<Value, String> {
        let answer = tokio::time::timeout(LOAD, self.cdp.execute(Raw(name, params))).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer.result),
            Ok(Err(why)) => Err(why.to_string()),
            Err(_) => Err(format!("no answer within {LOAD:?}")),
        }
    }

    /// Ends the test: says what was wanted, where the page was, and keeps a screenshot.
    pub(super) async fn fail(&self, what: &str) -> ! {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let name = format!("failed-{test}");
        let shot = tokio::time::timeout(Duration::from_secs(5), self.try_screenshot(&name)).await;
        let shot = match shot {
            Ok(Ok(path)) => path.display().to_string(),
            _ => "no screenshot".into(),
        };
        let url = self.try_eval("location.href").await.unwrap_or_default();
        let problems = self.watch.seen().problems.clone();
        panic!("{what}\n  at {url}\n  {shot}\n  problems of the page: {problems:#?}")
    }
}

/// Whether an address only leads to another place in the document.
fn is_jump(here: &str, url: &str) -> bool {
    let document = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
    url.contains('#') && document(here) == document(url)
}

impl Drop for Page {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
