//! Pages over few rows and over many.

use actix_web::{
    http::StatusCode,
    test::{TestRequest, call_service, init_service, read_body},
};
use keyroom::{app, auth};

use crate::{in_turns, say, scene, support::TestApp};

const KEYS: &str = "/w/brightwater/settings/api-keys";
const AUDIT: &str = "/w/brightwater/settings/audit-log";

pub async fn measure() {
    let few = TestApp::start();
    let few_owner = few.set_up().await;
    scene::keys(&few, 50);
    scene::entries(&few, 100);
    let many = TestApp::start();
    let many_owner = many.set_up().await;
    scene::keys(&many, 100_000);
    scene::entries(&many, 1_000_000);
    let small = init_service(app::app(few.shared.clone(), auth::guard)).await;
    let large = init_service(app::app(many.shared.clone(), auth::guard)).await;
    for (what, path) in [
        ("keys page, 50 and 100,000 keys", KEYS),
        ("audit log, 100 and 1,000,000 entries", AUDIT),
    ] {
        let ask = |cookies: String| {
            TestRequest::get()
                .uri(path)
                .insert_header(("cookie", cookies))
                .to_request()
        };
        let times = in_turns(
            200,
            async || {
                let answer = call_service(&small, ask(few_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK);
                read_body(answer).await;
            },
            async || {
                let answer = call_service(&large, ask(many_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK);
                read_body(answer).await;
            },
        )
        .await;
        say(what, times);
    }
}
