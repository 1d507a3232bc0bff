//! The audit log over few entries and over a million: as it opens, through each filter, one entry, and a whole export.

use std::{pin::pin, time::Instant};

use actix_web::{
    body::MessageBody,
    http::StatusCode,
    test::{TestRequest, call_service, init_service, read_body},
};
use futures_util::future::poll_fn;
use keyroom::{app, auth};

use crate::{
    in_turns, say, scene,
    support::{TestApp, make},
};

const LOG: &str = "/w/brightwater/settings/audit-log";
const MANY: u32 = 1_000_000;

pub async fn measure() {
    let few = TestApp::start();
    let few_owner = few.set_up().await;
    scene::entries(&few, 100);
    let many = TestApp::start();
    let many_owner = many.set_up().await;
    scene::entries(&many, MANY);
    let small = init_service(app::app(few.shared.clone(), auth::guard)).await;
    let large = init_service(app::app(many.shared.clone(), auth::guard)).await;
    let entry = |app: &TestApp| {
        let some = "SELECT id::text AS line FROM audit_events ORDER BY at LIMIT 1 OFFSET 50";
        format!("{LOG}/{}", app.sql(|sql| sql.line(some)))
    };
    let same = |path: &str| (path.to_owned(), path.to_owned());
    let ask = |cookies: String, path: &str| {
        TestRequest::get()
            .uri(path)
            .insert_header(("cookie", cookies))
            .to_request()
    };
    let today = many.clock.now().date_naive();
    for (what, (small_path, large_path)) in [
        ("all", same(LOG)),
        ("one entry", (entry(&few), entry(&many))),
        (
            "a person with half of them",
            same(&format!("{LOG}?person={}", scene::BUSY)),
        ),
        (
            "a person with one",
            same(&format!("{LOG}?person={}", scene::RARE)),
        ),
        ("a key", same(&format!("{LOG}?key=000000000007"))),
        ("a key with none", same(&format!("{LOG}?key=zzzzzzzzzzzz"))),
        (
            "an action with a third",
            same(&format!("{LOG}?action=key.created")),
        ),
        (
            "an action with one",
            same(&format!("{LOG}?action=workspace.renamed")),
        ),
        ("refused", same(&format!("{LOG}?refused=true"))),
        ("today", same(&format!("{LOG}?from={today}"))),
        (
            "a person with half of them and an action that is never theirs",
            same(&format!(
                "{LOG}?person={}&action=workspace.renamed",
                scene::BUSY
            )),
        ),
    ] {
        let times = in_turns(
            100,
            async || {
                let answer = call_service(&small, ask(few_owner.cookies(), &small_path)).await;
                assert_eq!(answer.status(), StatusCode::OK);
                read_body(answer).await;
            },
            async || {
                let answer = call_service(&large, ask(many_owner.cookies(), &large_path)).await;
                assert_eq!(answer.status(), StatusCode::OK);
                read_body(answer).await;
            },
        )
        .await;
        say(
            &format!("audit log of 100 and of 1,000,000 entries, {what}"),
            times,
        );
    }
    let key = make::key(&many, "brightwater", "reader");
    for format in ["csv", "ndjson"] {
        let request = TestRequest::get()
            .uri(&format!("/v1/audit-events?format={format}"))
            .insert_header(("authorization", format!("Bearer {}", key.secret)))
            .to_request();
        let (began, before) = (Instant::now(), resident());
        let answer = call_service(&large, request).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let (mut bytes, mut peak) = (0, before);
        let mut body = pin!(answer.into_body());
        while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
            let Ok(chunk) = chunk else {
                panic!("the export broke off");
            };
            bytes += chunk.len();
            peak = peak.max(resident());
        }
        println!(
            "audit log of 1,000,000 entries as {format}: {:.1} s, {} MiB, with {} MiB of memory more than before",
            began.elapsed().as_secs_f64(),
            bytes >> 20,
            peak.saturating_sub(before)
        );
    }
}

/// Of this process, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("its status");
    crate::memory::resident_in(&status)
}
