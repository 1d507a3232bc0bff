//! Keyroom in a real Chromium: everything that people see and do, with JavaScript and without.

mod bulk;
mod every_page;
mod keyboard;
mod members;
mod picker;
mod readme;
mod reveal;
mod scene;
mod session_end;
mod support;
mod whole_job;

#[path = "../it/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests that need no browser use the rest"
)]
mod server;
