//! Listens to one page from its creation on: what loaded, with which status, and what went wrong.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chromiumoxide::Page as Cdp;
use chromiumoxide::cdp::IntoEventKind;
use chromiumoxide::cdp::browser_protocol::audits::EventIssueAdded;
use chromiumoxide::cdp::browser_protocol::inspector::EventTargetCrashed;
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel, LogEntrySource};
use chromiumoxide::cdp::browser_protocol::network::{
    EventLoadingFailed, EventRequestWillBeSent, EventResponseReceived, ResourceType,
};
use chromiumoxide::cdp::browser_protocol::page::{
    EventFrameNavigated, EventJavascriptDialogOpening, EventLifecycleEvent, NavigationType,
};
use chromiumoxide::cdp::js_protocol::runtime::{
    ConsoleApiCalledType, EventConsoleApiCalled, EventExceptionThrown, RemoteObject,
};
use futures_util::stream::{BoxStream, SelectAll, StreamExt};
use futures_util::{FutureExt, stream};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::page::Raw;

/// Something that must not happen on a page.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem(pub String);

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was seen of a page so far.
#[derive(Default)]
pub(super) struct Seen {
    /// The loader of the last main document that finished loading: a new one for each load.
    pub(super) loaded: Option<String>,
    /// How often a document was brought back from the back/forward cache.
    pub(super) restored: usize,
    /// The status of the last main document, and its address.
    pub(super) document: Option<(u16, String)>,
    /// Kind and text of the dialogs a script or the browser opened.
    pub(super) dialogs: Vec<(String, String)>,
    /// Whether the next dialogs are accepted.
    pub(super) dismiss_dialogs: bool,
    pub(super) problems: Vec<String>,
    /// Every request: its address, and whether it is for a document.
    requests: HashMap<String, (String, bool)>,
}

/// Shared between the page and the task that listens.
#[derive(Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    pub(super) changed: Notify,
}

enum Event {
    Sent(Arc<EventRequestWillBeSent>),
    Response(Arc<EventResponseReceived>),
    Failed(Arc<EventLoadingFailed>),
    Lifecycle(Arc<EventLifecycleEvent>),
    Navigated(Arc<EventFrameNavigated>),
    Log(Arc<EventEntryAdded>),
    Console(Arc<EventConsoleApiCalled>),
    Exception(Arc<EventExceptionThrown>),
    Issue(Arc<EventIssueAdded>),
    Dialog(Arc<EventJavascriptDialogOpening>),
    Crashed,
}

impl Watch {
    /// Subscribes, and returns what has to be polled for as long as the page lives.
    pub(super) async fn start(
        cdp: &Cdp,
        main: String,
    ) -> (Arc<Self>, impl Future<Output = ()> + use<>) {
        let watch = Arc::new(Self::default());
        let mut events = stream::select_all([
            listen(cdp, Event::Sent).await,
            listen(cdp, Event::Response).await,
            listen(cdp, Event::Failed).await,
            listen(cdp, Event::Lifecycle).await,
            listen(cdp, Event::Navigated).await,
            listen(cdp, Event::Log).await,
            listen(cdp, Event::Console).await,
            listen(cdp, Event::Exception).await,
            listen(cdp, Event::Issue).await,
            listen(cdp, Event::Dialog).await,
            listen(cdp, |_: Arc<EventTargetCrashed>| Event::Crashed).await,
        ]);
        let listening = {
            let (watch, cdp) = (Arc::clone(&watch), cdp.clone());
            async move {
                while let Some(first) = events.next().await {
                    let batch = batch(first, &mut events);
                    let mut answer = None;
                    for event in batch {
                        if let Event::Dialog(_) = event {
                            answer = Some(!watch.seen().dismiss_dialogs);
                        }
                        watch.seen().take(event, &main);
                    }
                    watch.changed.notify_waiters();
                    if let Some(accept) = answer {
                        let answer = json!({ "accept": accept });
                        drop(
                            cdp.execute(Raw("Page.handleJavaScriptDialog", answer))
                                .await,
                        );
                    }
                }
            }
        };
        (watch, listening)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that has arrived: the streams of different kinds of events keep no order among each other,
/// so nobody is told of a load before the response that came with it was taken in.
fn batch(first: Event, events: &mut SelectAll<BoxStream<'static, Event>>) -> Vec<Event> {
    let mut batch = vec![first];
    while let Some(Some(event)) = events.next().now_or_never() {
        batch.push(event);
    }
    // A failed load is judged by what was asked for.
    batch.sort_by_key(|event| !matches!(event, Event::Sent(_)));
    batch
}

async fn listen<E>(cdp: &Cdp, wrap: fn(Arc<E>) -> Event) -> BoxStream<'static, Event>
where
    E: IntoEventKind + Unpin + Send + Sync + 'static,
{
    let events = cdp.event_listener::<E>().await;
    events.expect("the page was just created").map(wrap).boxed()
}

impl Seen {
    fn take(&mut self, event: Event, main: &str) {
        match event {
            Event::Sent(sent) => {
                let document = sent.r#type == Some(ResourceType::Document);
                let id = sent.request_id.inner().clone();
                self.requests
                    .insert(id, (sent.request.url.clone(), document));
            }
            Event::Response(got) => {
                let of_main = got
                    .frame_id
                    .as_ref()
                    .is_some_and(|frame| frame.inner() == main);
                if of_main && got.r#type == ResourceType::Document {
                    let status = u16::try_from(got.response.status).unwrap_or(0);
                    self.document = Some((status, got.response.url.clone()));
                }
            }
            Event::Lifecycle(life) => {
                if life.name == "load" && life.frame_id.inner() == main {
                    self.loaded = Some(life.loader_id.inner().clone());
                }
            }
            Event::Navigated(to) => {
                if to.r#type == NavigationType::BackForwardCacheRestore
                    && to.frame.id.inner() == main
                {
                    self.restored += 1;
                }
            }
            Event::Dialog(dialog) => {
                let kind = json!(dialog.r#type).as_str().unwrap_or_default().to_owned();
                self.dialogs.push((kind, dialog.message.clone()));
            }
            Event::Failed(failed) => self.failed(&failed),
            Event::Log(log) => self.log(&log),
            Event::Console(call) => self.console(&call),
            Event::Exception(thrown) => {
                let details = &thrown.exception_details;
                let what = details.exception.as_ref().map(describe).unwrap_or_default();
                let at = details.url.as_deref().unwrap_or_default();
                let line = details.line_number + 1;
                self.problem(format!("exception: {} {what} ({at}:{line})", details.text));
            }
            Event::Issue(issue) => {
                let details = json!(issue.issue.details);
                let code = json!(issue.issue.code);
                let code = code.as_str().unwrap_or_default();
                self.problem(format!("issue: {code} {}", without_nulls(details)));
            }
            Event::Crashed => self.problem("the page crashed".into()),
        }
    }

    fn log(&mut self, log: &EventEntryAdded) {
        let entry = &log.entry;
        if !matches!(entry.level, LogEntryLevel::Error | LogEntryLevel::Warning) {
            return;
        }
        // Chromium logs every document of status 400 and more as a resource that failed. Tests ask
        // for such documents and look at their status; only a broken server is a problem.
        let request = entry.network_request_id.as_ref();
        let request = request.and_then(|id| self.requests.get(id.inner()));
        let is_document = request.is_some_and(|(_, document)| *document);
        if is_document
            && entry.source == LogEntrySource::Network
            && entry.text.contains("with a status of 4")
        {
            return;
        }
        let at = entry.url.as_deref().unwrap_or_default();
        let level = json!(entry.level);
        let level = level.as_str().unwrap_or_default();
        self.problem(format!("log {level}: {} ({at})", entry.text));
    }

    fn console(&mut self, call: &EventConsoleApiCalled) {
        use ConsoleApiCalledType::{Assert, Error, Warning};
        if matches!(call.r#type, Assert | Error | Warning) {
            let said: Vec<_> = call.args.iter().map(describe).collect();
            let kind = json!(call.r#type);
            let kind = kind.as_str().unwrap_or_default();
            self.problem(format!("console {kind}: {}", said.join(" ")));
        }
    }

    fn failed(&mut self, failed: &EventLoadingFailed) {
        // Leaving a page cancels what it was still loading.
        let cancelled = failed.canceled == Some(true) || failed.error_text == "net::ERR_ABORTED";
        if cancelled && failed.blocked_reason.is_none() {
            return;
        }
        let kind = json!(failed.r#type);
        let kind = kind.as_str().unwrap_or_default();
        let request = self.requests.get(failed.request_id.inner());
        let url = request.map(|(url, _)| url.as_str()).unwrap_or_default();
        let reason = json!(failed.blocked_reason);
        let reason = reason.as_str().unwrap_or(&failed.error_text);
        self.problem(format!("failed load: {kind} {url}: {reason}"));
    }

    fn problem(&mut self, text: String) {
        self.problems.push(text.trim_end().to_owned());
    }
}

fn describe(object: &RemoteObject) -> String {
    match (&object.description, &object.value) {
        (Some(description), _) => description.clone(),
        (None, Some(Value::String(text))) => text.clone(),
        (None, Some(value)) => value.to_string(),
        (None, None) => json!(object.r#type).to_string(),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                kept.map(|(key, value)| (key, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
