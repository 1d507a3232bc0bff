//! From where keys are called: written with the counts, bounded, and kept for ninety days.

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use keyroom::{
    actor::Source,
    ids::{KeyId, WorkspaceId},
    keys::{Calls, SERVED, forget_callers},
    policy::Unscoped,
};

use crate::support::{
    TestApp,
    make::{self, MadeKey},
};

const UPKEEP: Unscoped = Unscoped::because("a test is the upkeep");

fn program(n: usize) -> Source {
    Source {
        ip: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7))),
        user_agent: Some(format!("program/{n}")),
        ..Source::default()
    }
}

fn secret(app: &TestApp, key: &MadeKey) -> (WorkspaceId, KeyId, i32) {
    let id = &key.id;
    let found = format!("SELECT workspace_id::text AS line FROM keys WHERE id = '{id}'");
    let workspace = app.sql(|sql| sql.line(&found));
    (
        workspace.parse().expect("an id"),
        id.parse().expect("an id"),
        1,
    )
}

/// A served call of each.
fn called(
    app: &TestApp,
    key: &MadeKey,
    programs: std::ops::Range<usize>,
    at: DateTime<Utc>,
) -> Calls {
    let (calls, of) = (Calls::default(), secret(app, key));
    for n in programs {
        calls.count(of, SERVED, &program(n), at);
    }
    calls
}

fn line(app: &TestApp, query: &str) -> String {
    app.sql(|sql| sql.line(&format!("SELECT ({query})::text AS line")))
}

/// How many are told apart, and all calls.
fn told(app: &TestApp) -> (String, String) {
    (
        line(app, "SELECT count(*) FROM key_callers WHERE ip IS NOT NULL"),
        line(app, "SELECT sum(served) FROM key_caller_days"),
    )
}

#[actix_web::test]
async fn two_servers_that_find_new_callers_at_once_tell_a_thousand_apart_and_lose_no_call() {
    let app = TestApp::start();
    make::workspace(&app, "Busy");
    let (key, other) = (
        make::key(&app, "busy", "ci"),
        make::key(&app, "busy", "other"),
    );
    let now = app.clock.now();
    // Half of them are the same.
    let (one, two) = (
        called(&app, &key, 0..800, now),
        called(&app, &key, 400..1_200, now),
    );
    let (first, second) = join(one.write(&app.db), two.write(&app.db)).await;
    first.expect("written");
    second.expect("written");
    assert_eq!(told(&app), ("1000".to_owned(), "1600".to_owned()));
    // Whoever is known stays so, and another key has room of its own.
    for calls in [
        called(&app, &key, 0..1_500, now),
        called(&app, &other, 0..3, now),
    ] {
        calls.write(&app.db).await.expect("written");
    }
    assert_eq!(told(&app), ("1003".to_owned(), "3103".to_owned()));
    let others = "SELECT sum(served) FROM key_caller_days JOIN key_callers USING (workspace_id, caller) WHERE ip IS NULL";
    let apart = line(&app, others).parse::<i64>().expect("a number");
    assert!((700..=900).contains(&apart), "{apart}");
}

#[actix_web::test]
async fn what_is_older_than_ninety_days_is_forgotten_day_by_day() {
    let app = TestApp::start();
    make::workspace(&app, "Old");
    let key = make::key(&app, "old", "ci");
    let now = app.clock.now();
    for (programs, days) in [(0..2_100, 91), (0..1, 90), (0..2, 0), (7..8, 90)] {
        let at = now - TimeDelta::days(days);
        let calls = called(&app, &key, programs, at);
        calls.write(&app.db).await.expect("written");
    }
    let days = "SELECT count(*) || ' ' || count(DISTINCT caller) FROM key_caller_days";
    assert_eq!(line(&app, days), "1005 1001");
    forget_callers(&app.db, UPKEEP, now).await.expect("done");
    assert_eq!(line(&app, days), "4 3");
    assert_eq!(line(&app, "SELECT count(*) FROM key_callers"), "3");
    let first =
        "SELECT count(*) FROM key_callers WHERE first_at < now() - interval '90 days 12 hours'";
    assert_eq!(line(&app, first), "3", "when it was seen first is kept");
    forget_callers(&app.db, UPKEEP, now + TimeDelta::days(91))
        .await
        .expect("done");
    assert_eq!(line(&app, "SELECT count(*) FROM key_callers"), "0");
}

/// As if counts were written at this moment.
#[actix_web::test]
async fn what_is_being_counted_is_left_for_the_next_time() {
    let app = TestApp::start();
    make::workspace(&app, "Old");
    let key = make::key(&app, "old", "ci");
    let now = app.clock.now();
    let calls = called(&app, &key, 0..2, now - TimeDelta::days(100));
    calls.write(&app.db).await.expect("written");
    app.sql(|sql| {
        sql.execute(
            "BEGIN; UPDATE key_callers SET last_at = last_at WHERE user_agent = 'program/0'",
        )
    });
    forget_callers(&app.db, UPKEEP, now)
        .await
        .expect("nobody waits");
    app.sql(|sql| sql.execute("COMMIT"));
    assert_eq!(
        line(&app, "SELECT string_agg(user_agent, ' ') FROM key_callers"),
        "program/0"
    );
    assert_eq!(line(&app, "SELECT count(*) FROM key_caller_days"), "1");
    forget_callers(&app.db, UPKEEP, now).await.expect("done");
    assert_eq!(line(&app, "SELECT count(*) FROM key_callers"), "0");
}
