//! A key with two secrets: what calls with either are told, before and after the grace.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::{Duration, Instant},
};

use actix_web::rt::time::{interval, sleep};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{join, join_all};
use keyroom::policy::Unscoped;

use crate::{
    scenes::problem,
    support::{
        TestApp,
        make::{self, MadeKey},
        program::Program,
    },
};

const WHOAMI: &str = "/v1/whoami";
const WHY: Unscoped = Unscoped::because("a test looks after the installation");

async fn status(app: &TestApp, key: &MadeKey) -> u16 {
    app.api(&key.secret).get(WHOAMI).await.status
}

/// "1 served 3", for every secret and outcome.
fn counts(app: &TestApp, key: &MadeKey) -> Vec<String> {
    let query = format!(
        "SELECT secret_version || ' ' || outcome || ' ' || sum(calls) AS line FROM key_calls WHERE key_id = '{}'
         GROUP BY secret_version, outcome ORDER BY secret_version, outcome",
        key.id
    );
    app.sql(|sql| sql.lines(&query))
}

#[actix_web::test]
async fn values_that_have_retired_never_hide_the_one_that_works() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    // Rotated, and taken back, a hundred and fifty times.
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at, retires_at)
             SELECT workspace_id, key_id, n, sha256(n::text::bytea), 1, now(), now() FROM key_secrets, generate_series(2, 151) n",
        );
    });
    assert_eq!(status(&app, &key).await, 200);
}

#[actix_web::test]
async fn both_values_work_to_the_very_end_of_the_grace() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let old = make::key(&app, "brightwater", "ci");
    make::limited(&app, &old);
    let before = app.api(&old.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(before["key"]["rotating_until"], serde_json::Value::Null);
    let new = make::rotated(&app, &old, 3_600);
    assert_eq!(new.secret[..17], old.secret[..17], "the id stays");
    assert_ne!(new.secret, old.secret);
    for key in [&old, &new] {
        let key = &app.api(&key.secret).get(WHOAMI).await.expect(200).json()["key"];
        assert_eq!(key["status"], "rotating");
        let until: DateTime<Utc> = key["rotating_until"]
            .as_str()
            .expect("a time")
            .parse()
            .expect("a time");
        let left = until - app.clock.now();
        assert!(left > TimeDelta::minutes(59) && left <= TimeDelta::hours(1));
        for stays in [
            "id",
            "label",
            "created_at",
            "permissions",
            "expires_at",
            "allowed_ips",
            "rate_limit_per_minute",
        ] {
            assert_eq!(key[stays], before["key"][stays], "{stays}");
        }
    }
    app.clock.advance(TimeDelta::minutes(59));
    assert_eq!(
        (status(&app, &old).await, status(&app, &new).await),
        (200, 200)
    );
    app.clock.advance(TimeDelta::minutes(1));
    let reply = app.api(&old.secret).get(WHOAMI).await;
    assert_eq!(
        reply.header("www-authenticate"),
        r#"Bearer realm="keyroom", error="invalid_token""#
    );
    problem(reply, 401, "key_rotated_out");
    let after = app.api(&new.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(after["key"]["status"], "active");
    assert_eq!(after["key"]["rotating_until"], serde_json::Value::Null);
    app.write_counts().await;
    let whole = ["1 key_rotated_out 1", "1 served 3", "2 served 3"];
    assert_eq!(counts(&app, &old), whole);
}

#[actix_web::test]
async fn without_a_grace_the_old_value_stops_at_once() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let first = make::key(&app, "brightwater", "ci");
    let second = make::rotated(&app, &first, 0);
    let third = make::rotated(&app, &first, 0);
    for old in [&first, &second] {
        problem(
            app.api(&old.secret).get(WHOAMI).await,
            401,
            "key_rotated_out",
        );
    }
    let key = app.api(&third.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(key["key"]["status"], "active");
}

#[actix_web::test]
async fn a_rotated_key_ends_with_both_values() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let old = make::key(&app, "brightwater", "ci");
    let new = make::rotated(&app, &old, 3_600);
    make::deactivated(&app, &old);
    for key in [&old, &new] {
        problem(
            app.api(&key.secret).get(WHOAMI).await,
            401,
            "key_deactivated",
        );
    }
    make::revoked(&app, &old, "unneeded");
    for key in [&old, &new] {
        problem(app.api(&key.secret).get(WHOAMI).await, 401, "key_revoked");
    }
    // Whoever has a value that was replaced learns nothing of what became of the key.
    app.clock.advance(TimeDelta::hours(2));
    problem(
        app.api(&old.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    problem(app.api(&new.secret).get(WHOAMI).await, 401, "key_revoked");
}

#[actix_web::test]
async fn a_value_that_was_replaced_is_known_for_ninety_days_and_its_calls_for_good() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let old = make::key_with(
        &app,
        "brightwater",
        "ci",
        keyroom::permissions::Permission::ALL,
        keyroom::keys::Lifetime::Unlimited,
    );
    app.api(&old.secret).get(WHOAMI).await.expect(200);
    app.write_counts().await;
    let new = make::rotated(&app, &old, 3_600);
    let sweep = || {
        let now = app.clock.now();
        app.db
            .run_here(|conn| keyroom::keys::forget_digests(conn, WHY, now))
            .expect("swept")
    };
    app.clock.advance(TimeDelta::days(90));
    assert_eq!(sweep(), 0, "it retired an hour later");
    problem(
        app.api(&old.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!((sweep(), sweep()), (1, 0));
    problem(app.api(&old.secret).get(WHOAMI).await, 401, "key_invalid");
    app.api(&new.secret).get(WHOAMI).await.expect(200);
    app.write_counts().await;
    let whole = ["1 key_rotated_out 1", "1 served 1", "2 served 1"];
    assert_eq!(counts(&app, &old), whole);
}

/// Programs that together call about 200 times a second, each one call after the other: how often each answer came, of
/// the calls that were answered before the end, and of those that were sent after it.
#[derive(Default)]
struct Load {
    is_over: Cell<bool>,
    is_done: Cell<bool>,
    before: RefCell<BTreeMap<u16, i64>>,
    across: RefCell<BTreeMap<u16, i64>>,
    after: RefCell<BTreeMap<u16, i64>>,
}

impl Load {
    async fn run(&self, programs: &[Program]) {
        let call = async |program: &Program| {
            let mut pace = interval(Duration::from_millis(100));
            while !self.is_done.get() {
                pace.tick().await;
                let sent_after = self.is_over.get();
                let reply = program.get(WHOAMI).await;
                let answers = match (sent_after, self.is_over.get()) {
                    (true, _) => &self.after,
                    (false, false) => &self.before,
                    (false, true) => &self.across,
                };
                if reply.status == 401 {
                    assert_eq!(reply.json()["code"], "key_rotated_out");
                }
                *answers.borrow_mut().entry(reply.status).or_default() += 1;
            }
        };
        join_all(programs.iter().map(call)).await;
    }

    fn all(&self, status: u16) -> i64 {
        [&self.before, &self.across, &self.after]
            .iter()
            .filter_map(|answers| answers.borrow().get(&status).copied())
            .sum()
    }
}

#[actix_web::test]
async fn under_load_no_call_fails_before_the_end_of_the_grace_and_none_is_served_after() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let old = make::key(&app, "brightwater", "ci");
    make::unhurried(&app, &old);
    let new = make::rotated(&app, &old, 3_600);
    let programs: Vec<Program> = (0..20).map(|_| app.api(&old.secret)).collect();
    let (load, update) = (Load::default(), [app.api(&new.secret)]);
    let (updated, ended) = (Load::default(), Cell::new(Instant::now()));
    let time = async {
        // 59 minutes, in four seconds.
        for _ in 0..59 {
            sleep(Duration::from_millis(68)).await;
            app.clock.advance(TimeDelta::minutes(1));
        }
        load.is_over.set(true);
        ended.set(Instant::now());
        app.clock.advance(TimeDelta::minutes(1));
        // 600 refusals are told at once, and ten more each second.
        while load.after.borrow().get(&429).copied().unwrap_or(0) < 50 {
            sleep(Duration::from_millis(50)).await;
        }
        load.is_done.set(true);
        updated.is_done.set(true);
    };
    join(join(load.run(&programs), updated.run(&update)), time).await;

    let before = load.before.borrow().clone();
    let served: Vec<u16> = before.keys().copied().collect();
    assert_eq!(served, [200], "{before:?}");
    assert!(before[&200] >= 50, "{before:?}");
    let after = load.after.borrow().clone();
    let refused: Vec<u16> = after.keys().copied().collect();
    assert_eq!(refused, [401, 429], "{after:?}");
    let most = 610 + 10 * ended.get().elapsed().as_secs().cast_signed();
    assert!((590..=most).contains(&after[&401]), "{after:?}");
    let others: Vec<u16> = updated.before.borrow().keys().copied().collect();
    assert_eq!(others, [200], "the new value works throughout");

    app.write_counts().await;
    let whole = [
        format!("1 key_rotated_out {}", load.all(401)),
        format!("1 rate_limited {}", load.all(429)),
        format!("1 served {}", load.all(200)),
        format!("2 served {}", updated.all(200)),
    ];
    assert_eq!(counts(&app, &old), whole, "each call is counted once");
}
