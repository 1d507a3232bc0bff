//! What is too old goes, month by month, and nobody waits for it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use futures_util::future::join_all;
use keyroom::{
    actor::Who,
    audit::{self, Retention},
    db::Db,
    policy::Unscoped,
};

use crate::{
    program::{Folder, Person, Server},
    scenes::{AUDIT, generate},
    support::{Browser, TestApp, make},
};

const WHY: Unscoped = Unscoped::because("a test of the upkeep");

/// The months that have tables of their own.
fn months(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT substr(relname, 14) AS line FROM pg_class
             WHERE relispartition AND relkind = 'r' AND relname ~ '^audit_events_[0-9]' ORDER BY 1",
        )
    })
}

fn labels(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines("SELECT subject_label AS line FROM audit_events WHERE subject_label ~ '^entry' ORDER BY 1")
    })
}

fn named(day: NaiveDate) -> String {
    day.format("%Y_%m").to_string()
}

/// The first moment of the month so many before that of `now`.
fn month(now: DateTime<Utc>, before: u32) -> NaiveDate {
    let first = now.date_naive().with_day(1).expect("every month has one");
    first - Months::new(before)
}

/// An entry in the middle of each of the last six months.
fn half_a_year(app: &TestApp) {
    for before in 1..=6 {
        enter(app, before);
    }
}

/// An entry in the middle of the month so many before this one.
fn enter(app: &TestApp, before: u32) {
    let at = month(app.clock.now(), before)
        .and_hms_opt(12, 0, 0)
        .expect("noon")
        .and_utc();
    let label = format!("entry {before}");
    let entry = make::about("key.created", "key", "000000000000", &label);
    let at = at + TimeDelta::days(14);
    make::entry(app, "brightwater", Who::CommandLine, entry, at);
}

/// So many days that the month `before` the present one has just ended before the limit, or lacks a moment of it.
fn just_past(app: &TestApp, before: u32) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = month(app.clock.now(), before - 1)
        .and_hms_opt(0, 0, 0)
        .expect("midnight")
        .and_utc();
    let then = end + TimeDelta::days(30);
    (then, then - TimeDelta::microseconds(1))
}

async fn shown(browser: &Browser) -> usize {
    let page = browser
        .get(&format!("{AUDIT}?action=key.created"))
        .await
        .expect(200)
        .page();
    page.all("td.what").len()
}

#[actix_web::test]
async fn a_month_goes_when_its_last_day_is_past_the_limit_and_not_before() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    half_a_year(&app);
    let now = app.clock.now();
    assert_eq!(shown(&owner).await, 6);
    let (then, before_it) = just_past(&app, 5);
    audit::keep(&app.db, WHY, Retention::days(30), before_it).await;
    assert_eq!(
        labels(&app),
        ["entry 1", "entry 2", "entry 3", "entry 4", "entry 5"]
    );
    audit::keep(&app.db, WHY, Retention::days(30), then).await;
    assert_eq!(labels(&app), ["entry 1", "entry 2", "entry 3", "entry 4"]);
    assert_eq!(shown(&owner).await, 4);
    for gone in [5, 6] {
        assert!(
            !months(&app).contains(&named(month(now, gone))),
            "{:?}",
            months(&app)
        );
    }
    // The server does so itself, each hour; what lies in no month goes by the day.
    audit::keep(&app.db, WHY, Retention::days(400), now).await;
    assert_eq!(shown(&owner).await, 4, "longer is not younger");
    audit::keep(&app.db, WHY, Retention::days(1), now + TimeDelta::days(400)).await;
    assert_eq!(labels(&app), [""; 0]);
    assert_eq!(shown(&owner).await, 0);
    // The months that come are there.
    let next = months(&app);
    assert!(
        next.contains(&named(month(now + TimeDelta::days(400), 0))),
        "{next:?}"
    );
    generate(&owner, "ci").await;
    assert_eq!(shown(&owner).await, 1);
}

#[actix_web::test]
async fn what_lies_in_no_month_goes_by_the_day() {
    let app = TestApp::start();
    app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, refused)
             SELECT w.id, now() - interval '500 days' - n * interval '1 second', gen_random_uuid(), 'system', 'Keyroom',
                    'key.expired', 'key', '000000000000', 'entry old', false
             FROM workspaces w, generate_series(1, 2500) n
             UNION ALL
             SELECT w.id, now() - interval '399 days', gen_random_uuid(), 'system', 'Keyroom', 'key.expired', 'key',
                    '000000000000', 'entry young', false FROM workspaces w",
        );
    });
    audit::keep(&app.db, WHY, Retention::days(400), app.clock.now()).await;
    assert_eq!(labels(&app), ["entry young"]);
}

#[actix_web::test]
async fn several_servers_at_once_drop_each_month_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    half_a_year(&app);
    // A month that no test beside this one has: they share the log.
    enter(&app, 9);
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, refused)
             SELECT w.id, now() - interval '900 days', gen_random_uuid(), 'system', 'Keyroom', 'key.expired', 'key',
                    '000000000000', 'entry old', false FROM workspaces w, generate_series(1, 3000)",
        );
    });
    let servers: Vec<Db> = (0..5).map(|_| app.db.lane(1)).collect();
    let now = app.clock.now();
    let since = crate::support::log::lines().len();
    let work = join_all(
        servers
            .iter()
            .map(|db| audit::keep(db, WHY, Retention::days(60), now)),
    );
    // No writer waits so long for a month that it would be told that the database is busy.
    let writes = async {
        for n in 0..10 {
            generate(&owner, &format!("key {n}")).await;
        }
    };
    futures_util::future::join(work, writes).await;
    let kept: Vec<String> = labels(&app);
    assert!(
        !kept.contains(&"entry old".to_owned()) && !kept.contains(&"entry 6".to_owned()),
        "{kept:?}"
    );
    assert!(kept.contains(&"entry 1".to_owned()));
    let lines = crate::support::log::lines();
    let name = format!("dropped audit_events_{}:", named(month(now, 9)));
    let dropped = lines[since..]
        .iter()
        .filter(|line| line.contains(&name))
        .count();
    assert_eq!(dropped, 1, "one server says so");
    assert!(
        !lines[since..]
            .iter()
            .any(|line| line.contains("wait to be dropped"))
    );
}

#[actix_web::test]
async fn while_somebody_reads_nothing_is_dropped_and_everybody_is_answered() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    half_a_year(&app);
    let now = app.clock.now();
    app.sql(|sql| sql.execute("BEGIN; SELECT count(*) FROM audit_events"));
    let (db, work) = (app.db.clone(), Retention::days(60));
    let upkeep = actix_web::rt::spawn(async move { audit::keep(&db, WHY, work, now).await });
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        owner.get(AUDIT).await.expect(200);
        generate(&owner, &format!("key {:?}", began.elapsed())).await;
    }
    assert!(labels(&app).contains(&"entry 6".to_owned()));
    app.sql(|sql| sql.execute("ROLLBACK"));
    upkeep.await.expect("it ends");
    audit::keep(&app.db, WHY, work, now).await;
    assert!(!labels(&app).contains(&"entry 6".to_owned()));
}

#[actix_web::test]
async fn an_export_that_runs_meanwhile_has_all_that_stays_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    half_a_year(&app);
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, after, refused)
             SELECT w.id, now() - n * interval '1 millisecond', gen_random_uuid(), 'system', 'Keyroom', 'key.expired',
                    'key', '000000000000', 'new-' || n, jsonb_build_object('padding', repeat('x', 2000)), false
             FROM workspaces w, generate_series(1, 5000) n",
        );
    });
    let now = app.clock.now();
    let exports = "/w/brightwater/settings/audit-log/exports";
    let fields = [("format", "ndjson")];
    let export = owner.post(exports, &fields);
    let upkeep = audit::keep(&app.db, WHY, Retention::days(60), now);
    let (file, ()) = futures_util::future::join(export, upkeep).await;
    let text = file.expect(200).text();
    let mut ids: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a whole line"))
        .map(|event| event["id"].to_string())
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "nothing twice");
    assert!(text.matches("\"new-").count() == 5_000 && text.contains("entry 1"));
    assert!(!labels(&app).contains(&"entry 6".to_owned()));
}

#[test]
fn the_server_keeps_the_log_as_long_as_it_is_told_and_says_so() {
    let ada = Person {
        workspace: "Brightwater",
        name: "Ada Park",
        email: "ada@brightwater.example",
        password: "violet tractor sings at noon",
    };
    let folder = Folder::new();
    let server = Server::start_with(&folder, &[("KEYROOM_AUDIT_DAYS", "30")]);
    assert_eq!(server.set_up(&ada).status, 303);
    let cookie = server.sign_in(&ada);
    let page = server
        .get(AUDIT, &[("Cookie", cookie.as_str())])
        .expect("an answer");
    let told = "Entries are kept for 30 days and cannot be edited. Times are UTC.";
    assert!(page.body.contains(told), "{}", page.body);
    drop(server);
    let mut command = folder.command(&["serve"]);
    command.env("KEYROOM_AUDIT_DAYS", "forever");
    let done = crate::program::Done::of(command, "");
    assert!(
        !done.success
            && done
                .stderr
                .contains("KEYROOM_AUDIT_DAYS is forever; write a whole number of days"),
        "{}",
        done.stderr
    );
}
