//! A wrong password.

use std::time::Instant;

use crate::{known::compare, support::TestApp};

pub async fn measure() {
    let app = TestApp::start();
    compare("sign-in", &app, async |email| {
        let browser = app.stranger();
        let fields = [
            ("email", email),
            ("password", "purple tractor sings at noon"),
        ];
        let began = Instant::now();
        let reply = browser.post("/sign-in", &fields).await;
        let took = began.elapsed();
        reply.expect(422);
        took
    })
    .await;
}
