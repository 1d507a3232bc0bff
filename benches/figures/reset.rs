//! Asking for a link to reset a password.

use std::time::Instant;

use crate::{known::compare, support::TestApp};

pub async fn measure() {
    // The mails are written; nothing listens there that would take them.
    let app = TestApp::start_mailing("smtp://127.0.0.1:9");
    compare("reset", &app, async |email| {
        let browser = app.stranger();
        let began = Instant::now();
        let reply = browser.post("/forgot-password", &[("email", email)]).await;
        let took = began.elapsed();
        reply.expect(303);
        took
    })
    .await;
}
