//! Calls are counted, whatever comes of them, and counting fails nothing.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use actix_web::{http::Method, rt::time::sleep};
use chrono::TimeDelta;
use futures_util::future::{join, join_all};

use crate::{
    scenes::{KEYS, fact, generate, press},
    support::{
        TestApp,
        make::{self, MadeKey},
    },
};

const WHOAMI: &str = "/v1/whoami";

/// "served 3", for every hour in which a key was called.
fn counts(app: &TestApp, key: &MadeKey) -> Vec<String> {
    let query = format!(
        "SELECT outcome || ' ' || calls AS line FROM key_calls WHERE key_id = '{}' ORDER BY hour, outcome",
        key.id
    );
    app.sql(|sql| sql.lines(&query))
}

/// Counts are also written by the server itself, at any moment.
async fn written(app: &TestApp, key: &MadeKey, wanted: &[&str]) {
    let began = Instant::now();
    app.write_counts().await;
    while counts(app, key) != wanted && began.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(counts(app, key), wanted);
}

/// To the next that begins, so that none ends meanwhile.
fn to_the_hour(app: &TestApp) {
    let into = app.clock.now().timestamp() % 3_600;
    app.clock.advance(TimeDelta::seconds(3_600 - into));
}

#[actix_web::test]
async fn calls_are_counted_by_hour_and_outcome() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    to_the_hour(&app);
    let program = app.api(&key.secret);
    for _ in 0..3 {
        program.get(WHOAMI).await.expect(200);
    }
    let origin = ("origin", "https://evil.example");
    program
        .send(Method::GET, WHOAMI, &[origin], "")
        .await
        .expect(403);
    press(&owner, &key, "deactivation").await.expect(303);
    for _ in 0..2 {
        program.get(WHOAMI).await.expect(401);
    }
    // Nobody's call: who guesses a key's id does not fill its counts.
    let mut wrong = key.secret.clone();
    wrong.replace_range(54.., if wrong.ends_with('0') { "1" } else { "0" });
    app.api(&wrong).get(WHOAMI).await.expect(401);
    let whole = ["browser_origin_blocked 1", "key_deactivated 2", "served 3"];
    written(&app, &key, &whole).await;

    app.clock.advance(TimeDelta::hours(1));
    press(&owner, &key, "activation").await.expect(303);
    program.get(WHOAMI).await.expect(200);
    program.delete(WHOAMI).await.expect(204);
    let whole = [
        "browser_origin_blocked 1",
        "key_deactivated 2",
        "served 3",
        "served 2",
    ];
    written(&app, &key, &whole).await;
}

#[actix_web::test]
async fn only_a_served_call_is_a_use() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    to_the_hour(&app);
    let last_used = async || fact(&owner.get(KEYS).await.page(), &key, "Last used");
    press(&owner, &key, "deactivation").await.expect(303);
    app.api(&key.secret).get(WHOAMI).await.expect(401);
    written(&app, &key, &["key_deactivated 1"]).await;
    assert_eq!(last_used().await, "Never");
    press(&owner, &key, "activation").await.expect(303);
    let program = app.api(&key.secret);
    program.get(WHOAMI).await.expect(200);
    written(&app, &key, &["key_deactivated 1", "served 1"]).await;
    assert_eq!(last_used().await, format!("just now from {}", program.ip()));
}

#[actix_web::test]
async fn the_last_use_never_moves_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    to_the_hour(&app);
    // Another server wrote a later one.
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO key_last_uses (workspace_id, key_id, at, ip)
             SELECT workspace_id, id, now() + interval '1 day', '203.0.113.7' FROM keys",
        );
    });
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    written(&app, &key, &["served 1"]).await;
    let line = "SELECT ip AS line FROM key_last_uses";
    assert_eq!(app.sql(|sql| sql.line(line)), "203.0.113.7");
    app.sql(|sql| sql.execute("UPDATE key_last_uses SET at = now() - interval '1 hour'"));
    let program = app.api(&key.secret);
    program.get(WHOAMI).await.expect(200);
    written(&app, &key, &["served 2"]).await;
    assert_eq!(app.sql(|sql| sql.line(line)), program.ip());
}

#[actix_web::test]
async fn a_database_that_is_away_delays_counts_and_loses_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    to_the_hour(&app);
    let program = app.api(&key.secret);
    // Counts cannot be written, calls go on.
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE key_calls IN SHARE MODE"));
    for _ in 0..30 {
        program.get(WHOAMI).await.expect(200);
    }
    // Waiting for the table takes two seconds.
    let began = Instant::now();
    program.get(WHOAMI).await.expect(200);
    assert!(
        began.elapsed() < Duration::from_millis(1_900),
        "no call waits for a count"
    );
    sleep(Duration::from_secs(3)).await;
    assert!(counts(&app, &key).is_empty());
    app.sql(|sql| sql.execute("COMMIT"));
    written(&app, &key, &["served 31"]).await;

    // Away altogether: 503 and never a false 401, and back without a restart.
    let (allow, others) = (
        "UPDATE pg_database SET datallowconn = TRUE WHERE datname = current_database()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    program.get(WHOAMI).await.expect(200);
    app.sql(|sql| {
        sql.execute(&allow.replace("TRUE", "FALSE"));
        sql.execute(others);
    });
    let away = program.get(WHOAMI).await;
    let page = owner.get(KEYS).await;
    app.sql(|sql| sql.execute(allow));
    assert_eq!(away.header("retry-after"), "1");
    crate::scenes::problem(away, 503, "unavailable");
    assert_eq!((page.status, page.header("retry-after")), (503, "1"));
    let began = Instant::now();
    while program.get(WHOAMI).await.status != 200 {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "it recovers within five seconds"
        );
        sleep(Duration::from_millis(100)).await;
    }
    written(&app, &key, &["served 33"]).await;
}

#[actix_web::test]
async fn no_call_that_was_sent_after_the_revocation_was_answered_is_served() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    make::unhurried(&app, &key);
    let is_revoked = Cell::new(false);
    let served = Cell::new(0);
    let call = async |program: crate::support::program::Program| {
        let mut after = 0;
        while after < 3 {
            let sent_after = is_revoked.get();
            let status = program.get(WHOAMI).await.status;
            match (sent_after, status) {
                (true, status) => {
                    assert_eq!(status, 401, "sent after the revocation was answered");
                    after += 1;
                }
                (false, 200) => served.set(served.get() + 1),
                // Too many at once for the database, or revoked and not yet told so.
                (false, status) => assert!([401, 503].contains(&status), "{status}"),
            }
        }
    };
    let calls = join_all((0..50).map(|_| call(app.api(&key.secret))));
    let revoke = async {
        while served.get() < 100 {
            sleep(Duration::from_millis(5)).await;
        }
        let fields = [("reason", "compromised"), ("confirm", "ci")];
        let address = crate::scenes::at(&key, "revocation");
        owner.post(&address, &fields).await.expect(303);
        is_revoked.set(true);
    };
    join(calls, revoke).await;
    assert!(served.get() >= 100, "{}", served.get());
}
