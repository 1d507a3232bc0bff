//! Keyroom in a real Chromium: everything that people see and do, with JavaScript and without.

mod audit;
mod bulk;
mod docs;
mod edit;
mod every_page;
mod files;
mod general;
mod invitations;
mod keyboard;
mod mails;
mod members;
mod personal;
mod picker;
mod publishable;
mod readme;
mod reset;
mod reveal;
mod reveal_again;
mod scene;
mod search;
mod session_end;
mod sharing;
mod support;
mod uploading;
mod whole_job;

use server::port::free_port;

#[path = "../it/mail/server.rs"]
#[expect(dead_code, reason = "the tests that need no browser use the rest")]
mod mail_server;

#[path = "../it/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests that need no browser use the rest"
)]
mod server;
