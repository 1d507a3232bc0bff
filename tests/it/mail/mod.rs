//! Mail: through the real outbox to a real mail server.

mod guarantees;
mod new_sign_in;
mod page;
mod sending;
pub mod server;

use chrono::TimeDelta;
use keyroom::mail::Letter;

use crate::support::{TestApp, port::free_port};

const MAIL: &str = "/w/brightwater/settings/mail";
const TESTS: &str = "/w/brightwater/settings/mail/tests";

/// As a feature writes one that leads somewhere.
fn letter(path: &str) -> Letter {
    Letter::new("example", "Something to read", TimeDelta::hours(2))
        .says("There is something to read.")
        .button("Read it", path)
}

/// Puts a mail into the outbox, in a transaction of its own.
fn write(app: &TestApp, to: &str, letter: Letter) {
    let now = app.clock.now();
    let written = app
        .db
        .run_here(|conn| app.shared.mail.enqueue(conn, to, letter, now));
    assert!(written.expect("written").is_some());
}

/// Waits until a query of one line says so.
#[track_caller]
fn wait_for(app: &TestApp, what: &str, expected: &str) {
    let query = format!("SELECT coalesce(({what})::text, 'nothing') AS line FROM outbox");
    let ask = || app.sql(|sql| sql.lines(&query)).join(" ");
    let came = crate::program::wait_until(std::time::Duration::from_secs(20), || ask() == expected);
    assert!(came, "{what} is {} and not {expected}", ask());
}
