//! Drives a real Chromium for the browser tests.
//!
//! A test is a plain function that hands its steps to [`run`]:
//!
//! ```ignore
//! #[test]
//! fn a_visitor_can_sign_in() {
//!     run(async {
//!         let browser = Browser::shared().await;
//!         let context = browser.context(Options::default()).await;
//!         let page = context.page().await;
//!         page.goto("http://127.0.0.1:8080/").await;
//!         page.fill("#email", "ada@example.com").await;
//!         page.click_and_load("button:has-text(\"Sign in\")").await;
//!         assert_eq!(page.status(), 200);
//!         page.assert_no_problems().await;
//!     });
//! }
//! ```
//!
//! Every step waits for what it needs and panics with the selector, the address and a screenshot
//! (`target/screenshots/failed-….png`) when it does not come. Steps work alike with JavaScript on
//! and off, because they ask Chromium and never rely on a script of the page.
//!
//! A selector is CSS, optionally ending in `:has-text("…")`, and means the first *visible* match,
//! or the first match when none is visible.

mod axe;
mod browser;
mod clipboard;
mod downloads;
mod fixture;
mod input;
mod launch;
mod look;
mod page;
mod proof;
mod report;
mod watch;

use std::future::Future;
use std::time::Duration;

pub use browser::{Browser, Context, Options};
pub use clipboard::Clipboard;
pub use page::Page;
pub use watch::Problem;

/// How long a step waits for an element, a text or an answer of the browser.
const WAIT: Duration = Duration::from_secs(15);
/// How long a document may take to load.
const LOAD: Duration = Duration::from_secs(60);
/// The pause between two looks at the page.
const POLL: Duration = Duration::from_millis(25);

/// Runs the steps of one test to their end.
///
/// The browser itself lives on a thread of its own, so nothing here has to keep it going.
pub fn run<T>(steps: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for one test can always be built")
        .block_on(steps)
}
