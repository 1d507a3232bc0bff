//! `GET /v1/usage`: calls and errors by key and day, for programs.

use chrono::{Days, NaiveDate};
use keyroom::{ids::KeyId, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::problem,
    support::{
        TestApp,
        make::{self, MadeKey},
        program::Program,
    },
};

const USAGE: &str = "/v1/usage";

async fn list(program: &Program, query: &str) -> Value {
    let reply = program.get(&format!("{USAGE}?{query}")).await.expect(200);
    reply.json()
}

async fn rows(program: &Program, query: &str) -> Vec<Value> {
    let list = list(program, query).await;
    list["data"].as_array().expect("a list").clone()
}

/// The fields that a 422 names.
async fn wrong(program: &Program, query: &str) -> Vec<String> {
    let reply = program.get(&format!("{USAGE}?{query}")).await;
    let document = problem(reply, 422, "invalid_fields");
    let errors = document["errors"].as_array().expect("errors");
    errors
        .iter()
        .map(|error| error["field"].as_str().expect("a field").to_owned())
        .collect()
}

fn today(app: &TestApp) -> NaiveDate {
    app.clock.now().date_naive()
}

fn ago(app: &TestApp, days: u64) -> NaiveDate {
    today(app).checked_sub_days(Days::new(days)).expect("a day")
}

fn called(app: &TestApp, key: &MadeKey, hour: &str, outcome: &str, calls: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_calls SELECT workspace_id, id, '{hour}', 1, '{outcome}', {calls} FROM keys WHERE id = '{}'",
            key.id
        ));
    });
}

#[actix_web::test]
async fn calls_and_errors_are_told_by_key_and_day() {
    let app = TestApp::start();
    app.to_noon();
    make::workspace(&app, "Brightwater");
    let mut keys = ["one", "two"].map(|label| make::key(&app, "brightwater", label));
    keys.sort_by_key(|key| key.id.clone());
    let reader = app.api(&make::key(&app, "brightwater", "reader").secret);
    let (day, before) = (ago(&app, 3), ago(&app, 4));
    called(&app, &keys[1], &format!("{day} 00:00Z"), "served", 5);
    called(&app, &keys[1], &format!("{day} 23:00Z"), "served", 7);
    called(&app, &keys[1], &format!("{day} 10:00Z"), "key_expired", 2);
    called(&app, &keys[1], &format!("{day} 10:00Z"), "internal", 1);
    called(&app, &keys[1], &format!("{before} 23:00Z"), "served", 1);
    called(&app, &keys[0], &format!("{day} 12:00Z"), "rate_limited", 4);
    let row = |key: &MadeKey, day: NaiveDate, calls: u32, errors: u32| {
        json!({"key": {"id": key.id, "label": app.sql(|sql| sql.line(&format!(
            "SELECT label AS line FROM keys WHERE id = '{}'", key.id)))},
            "day": day, "calls": calls, "errors": errors})
    };
    let all = [
        row(&keys[0], day, 0, 4),
        row(&keys[1], before, 1, 0),
        row(&keys[1], day, 12, 3),
    ];
    let to = ago(&app, 1);
    let told = list(&reader, &format!("to={to}")).await;
    assert_eq!(told, json!({"data": all, "next_cursor": null}));
    let one = rows(&reader, &format!("key={}&to={to}", keys[1].id)).await;
    assert_eq!(one, all[1..]);
    let first = rows(&reader, &format!("from={before}&to={before}")).await;
    assert_eq!(first, all[1..2]);
    // What is asked for here is itself a call, of today.
    app.write_counts().await;
    let own = rows(&reader, &format!("from={}", today(&app))).await;
    assert!(own[0]["calls"].as_i64() >= Some(3), "{own:?}");
    assert_eq!(own[0]["errors"], 0);
}

#[actix_web::test]
async fn the_days_are_28_unless_it_is_said_otherwise() {
    let app = TestApp::start();
    app.to_noon();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    let reader = app.api(&key.secret);
    for days in [27, 28, 400] {
        let day = ago(&app, days);
        called(&app, &key, &format!("{day} 00:00Z"), "served", 1);
    }
    let shown = rows(&reader, &format!("to={}", ago(&app, 1))).await;
    assert_eq!(shown.len(), 2, "27 days before yesterday");
    let shown = rows(&reader, "from=2000-01-01&limit=100").await;
    assert!(shown.len() >= 3, "{shown:?}");
    let days: Vec<&str> = shown.iter().filter_map(|r| r["day"].as_str()).collect();
    assert!(days.is_sorted(), "{days:?}");
}

#[actix_web::test]
async fn the_list_is_walked_to_its_end_and_the_file_has_the_same() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let reader = app.api(&make::key(&app, "brightwater", "=reader").secret);
    for n in 0..6 {
        make::key(&app, "brightwater", &format!("key-{n}"));
    }
    // More than one batch of the file.
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO key_calls SELECT workspace_id, id, '2026-01-01 05:00Z'::timestamptz + n * interval '1 day', 1,
                 outcome, n + 1
             FROM keys, generate_series(0, 99) n, unnest(ARRAY['served', 'key_expired']) outcome",
        );
    });
    let span = "from=2026-01-01&to=2026-04-10";
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = list(&reader, &format!("{span}&limit=90{cursor}")).await;
        walked.extend(part["data"].as_array().expect("a list").clone());
        match part["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked.len(), 700);
    let file = reader
        .get(&format!("{USAGE}?{span}&format=csv"))
        .await
        .expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let mut lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.remove(0), "day,key_id,key_label,calls,errors");
    let told: Vec<String> = walked
        .iter()
        .map(|row| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let label = text(&row["key"]["label"]);
            // A spreadsheet must not take a label for a formula.
            let label = if label.starts_with('=') {
                format!("'{label}")
            } else {
                label
            };
            let (day, id) = (text(&row["day"]), text(&row["key"]["id"]));
            format!("{day},{id},{label},{},{}", row["calls"], row["errors"])
        })
        .collect();
    assert_eq!(lines, told);
}

#[actix_web::test]
async fn only_a_key_that_may_read_access_reads_it_and_of_its_own_workspace() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Other");
    let (span, hour) = ("from=2026-01-01", "2026-01-05 05:00Z");
    let theirs = make::key(&app, "other", "theirs");
    called(&app, &theirs, hour, "served", 1);
    let ours = make::key(&app, "brightwater", "ours");
    called(&app, &ours, hour, "served", 1);
    let reader = app.api(&ours.secret);
    for query in [span, &format!("{span}&format=csv")] {
        let text = reader
            .get(&format!("{USAGE}?{query}"))
            .await
            .expect(200)
            .text();
        assert!(text.contains("ours") && !text.contains("theirs"), "{text}");
    }
    let none = list(&reader, &format!("{span}&key={}", theirs.id)).await;
    assert_eq!(none, json!({"data": [], "next_cursor": null}));
    assert_eq!(
        none,
        list(&reader, &format!("{span}&key={}", KeyId::fresh())).await
    );
    let foreign = app.api(&theirs.secret);
    called(&app, &theirs, "2026-01-06 05:00Z", "served", 1);
    let next = list(&foreign, &format!("{span}&limit=1")).await["next_cursor"].clone();
    let next = next.as_str().expect("there is more");
    assert_eq!(wrong(&reader, &format!("cursor={next}")).await, ["cursor"]);
    let days = Lifetime::Days(90);
    let other = make::key_with(
        &app,
        "brightwater",
        "other",
        &[Permission::AccessManage],
        days,
    );
    for query in ["", "?format=csv", "?limit=0"] {
        let reply = app.api(&other.secret).get(&format!("{USAGE}{query}")).await;
        assert_eq!(
            problem(reply, 403, "permission_missing")["missing"],
            json!(["ACCESS_READ"])
        );
        let stranger = app.anonymous().get(&format!("{USAGE}{query}")).await;
        problem(stranger, 401, "credential_missing");
    }
}

#[actix_web::test]
async fn every_mistake_is_named_at_once() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let reader = app.api(&make::key(&app, "brightwater", "reader").secret);
    let all = "key=ci&from=2026-11-31&to=soon&format=pdf&limit=0&cursor=x";
    assert_eq!(
        wrong(&reader, all).await,
        ["key", "from", "to", "format", "limit", "cursor"]
    );
    assert_eq!(
        wrong(&reader, "from=2026-02-02&to=2026-02-01").await,
        ["from"]
    );
    assert_eq!(wrong(&reader, "format=csv&limit=10").await, ["limit"]);
    assert_eq!(wrong(&reader, "from=0001-01-01").await, ["from"]);
    assert_eq!(wrong(&reader, "to=99999-01-01").await, ["to"]);
    for query in ["what=ever", "limit=1&limit=2", "from=%ff"] {
        assert_eq!(wrong(&reader, query).await.len(), 1, "{query}");
    }
}
