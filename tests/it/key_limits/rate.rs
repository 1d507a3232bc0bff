//! How often a key may be used.

use std::cell::Cell;

use super::*;

/// Two hundred at once, of which fifty are within the limit.
#[actix_web::test]
async fn of_many_calls_at_once_just_as_many_are_served_as_the_minute_has() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    let key = limited(&owner, "busy", "", "50").await;
    let given_back = Cell::new(false);
    let call = async || {
        let mut reply = app.api(&key.secret).get(WHOAMI).await;
        // Too many at once for the database, which uses nothing up.
        while reply.status == 503 {
            given_back.set(true);
            reply = app.api(&key.secret).get(WHOAMI).await;
        }
        reply
    };
    let calls = join_all((0..200).map(|_| call())).await;
    let (served, limited): (Vec<Reply>, Vec<Reply>) =
        calls.into_iter().partition(|reply| reply.status == 200);
    assert_eq!((served.len(), limited.len()), (50, 150));
    let mut left: Vec<u32> = served.iter().map(|reply| told(reply).0).collect();
    left.sort_unstable();
    // What was given back is left to others once more.
    if !given_back.get() {
        let each: Vec<u32> = (0..50).collect();
        assert_eq!(left, each, "each is told what it left");
    }
    for reply in limited {
        let (left, seconds) = told(&reply);
        let wait: u32 = reply.header("retry-after").parse().expect("seconds");
        assert_eq!(left, 0);
        assert!(
            (1..=60).contains(&wait) && wait.abs_diff(seconds) <= 1,
            "{wait} {seconds}"
        );
        problem(reply, 429, "rate_limited");
    }
    app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(
        told(&app.api(&key.secret).get(WHOAMI).await.expect(200)).0,
        49
    );
}

/// What is left, and for how many seconds.
#[track_caller]
fn told(reply: &Reply) -> (u32, u32) {
    let policy = reply.header("ratelimit-policy");
    assert!(
        policy.starts_with("\"default\";q=") && policy.ends_with(";w=60"),
        "{policy}"
    );
    let rate = reply
        .header("ratelimit")
        .strip_prefix("\"default\";r=")
        .expect("what is left");
    let (left, seconds) = rate.split_once(";t=").expect("for how long");
    let seconds = seconds.parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    (left.parse().expect("a number"), seconds)
}

#[actix_web::test]
async fn what_is_refused_uses_nothing_up_and_a_changed_limit_holds_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "slow", "", "3").await;
    let program = app.api(&key.secret);
    let left = async || told(&program.get(WHOAMI).await.expect(200)).0;
    assert_eq!(left().await, 2);
    for _ in 0..5 {
        problem(program.get("/v1/config").await, 403, "permission_missing");
        let origin = [("origin", "https://evil.example")];
        program
            .send(Method::GET, WHOAMI, &origin, "")
            .await
            .expect(403);
    }
    assert_eq!((left().await, left().await), (1, 0));
    program.get(WHOAMI).await.expect(429);
    // More, and then less than was used already.
    edited(&owner, &key, "", "10").await.expect(303);
    assert_eq!(left().await, 6);
    edited(&owner, &key, "", "4").await.expect(303);
    program.get(WHOAMI).await.expect(429);
    // None of its own: that of the workspace, and what that is now.
    edited(&owner, &key, "", "").await.expect(303);
    let form = owner
        .get(GENERAL)
        .await
        .expect(200)
        .page()
        .form("#lifetimes-form");
    assert_eq!(form.value("default_rate_limit_per_minute"), Some("500"));
    let saved = owner
        .submit(&form.clone().with("default_rate_limit_per_minute", "6"))
        .await
        .expect(303);
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(
        flash.contains("Keys without a limit of their own have 6 a minute"),
        "{flash}"
    );
    assert_eq!(left().await, 1);
    let program = app.api(&key.secret);
    program.get(WHOAMI).await.expect(200);
    program.get(WHOAMI).await.expect(429);
    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        "changed settings of Brightwater"
    );
    let page = owner
        .submit(&form.with("default_rate_limit_per_minute", "0"))
        .await
        .expect(422)
        .page();
    assert!(
        page.text()
            .contains("Enter a number of requests a minute from 1 to 1000000")
    );
}

/// A key that is allowed to change settings, and not that one.
#[actix_web::test]
async fn a_call_that_is_refused_after_it_was_let_in_uses_nothing_up_either() {
    let app = TestApp::start();
    app.set_up().await;
    let permissions = [
        Permission::ConfigChange,
        Permission::ConfigList,
        Permission::ObjectsList,
    ];
    let key = make::key_with(
        &app,
        "brightwater",
        "config",
        &permissions,
        Lifetime::Unlimited,
    );
    let program = app.api(&key.secret);
    let all = json!({"default_member_permissions": ["FILE_DELETE"]});
    let refused = program.patch("/v1/config", &all).await;
    assert_eq!(told(&refused).0, 500);
    problem(refused, 403, "permission_missing");
    let elsewhere = make::folder(&app, "brightwater", "Handbook", None);
    let hidden = program.get(&format!("/v1/folders/{elsewhere}")).await;
    assert_eq!(told(&hidden).0, 500);
    problem(hidden, 404, "not_found");
    // What it may do, but not so, is a call like any other.
    let wrong = program
        .patch("/v1/config", &json!({"default_rate_limit_per_minute": 0}))
        .await;
    assert_eq!(told(&wrong).0, 499);
    let document = problem(wrong, 422, "invalid_fields");
    assert_eq!(
        document["errors"][0]["field"],
        "default_rate_limit_per_minute"
    );
    let lower = program
        .patch("/v1/config", &json!({"default_rate_limit_per_minute": 20}))
        .await
        .expect(200);
    assert_eq!(lower.json()["default_rate_limit_per_minute"], 20);
    assert_eq!(told(&program.get("/v1/config").await.expect(200)).0, 17);
}
