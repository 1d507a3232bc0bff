//! `GET /v1/audit-events`: the log for programs.

use actix_web::http::Method;
use keyroom::{
    actor::Role,
    ids::{AuditEventId, KeyId, MemberId},
    keys::Lifetime,
    permissions::Permission,
};
use serde_json::{Value, json};

use crate::{
    scenes::{generate, problem},
    support::{TestApp, make, program::Program},
};

const EVENTS: &str = "/v1/audit-events";

async fn list(program: &Program, query: &str) -> Value {
    let reply = program.get(&format!("{EVENTS}?{query}")).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    reply.json()
}

fn data(list: &Value) -> &Vec<Value> {
    list["data"].as_array().expect("a list")
}

/// The fields that a 422 names.
async fn wrong(program: &Program, query: &str) -> Vec<String> {
    let document = problem(
        program.get(&format!("{EVENTS}?{query}")).await,
        422,
        "invalid_fields",
    );
    let errors = document["errors"].as_array().expect("errors");
    errors
        .iter()
        .map(|error| {
            assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()));
            error["field"].as_str().expect("a field").to_owned()
        })
        .collect()
}

#[actix_web::test]
async fn an_event_has_exactly_these_fields() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let reader = make::key(&app, "brightwater", "reader");
    let answer = list(&app.api(&reader.secret), &format!("key={}", key.id)).await;
    let line = |what: &str| {
        app.sql(|sql| {
            sql.line(&format!(
                "SELECT {what} AS line FROM audit_events WHERE subject_id = '{}'",
                key.id
            ))
        })
    };
    let event = json!({
        "id": line("id::text"),
        "at": answer["data"][0]["at"],
        "actor": {"type": "member", "id": line("actor_id"), "label": "Ada Park"},
        "action": "key.created",
        "subject": {"type": "key", "id": key.id, "label": "ci"},
        "before": null,
        "after": answer["data"][0]["after"],
        "ip": owner.ip(),
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "request_id": line("request_id"),
        "refused": false,
    });
    assert_eq!(answer, json!({"data": [event], "next_cursor": null}));
    assert_eq!(answer["data"][0]["after"]["label"], "ci");
    let at = answer["data"][0]["at"].as_str().expect("a time");
    assert!(
        at.ends_with('Z') && at.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
        "{at}"
    );
    let made = list(&app.api(&reader.secret), "action=workspace.created").await;
    assert_eq!(
        made["data"][0]["actor"],
        json!({"type": "command_line", "id": null, "label": "Command line"})
    );
    assert_eq!(made["data"][0]["ip"], Value::Null);
}

#[actix_web::test]
async fn only_a_key_that_may_read_the_log_reads_it() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let days = Lifetime::Days(90);
    let reader = make::key_with(
        &app,
        "brightwater",
        "reader",
        &[Permission::AccessRead],
        days,
    );
    let other = make::key_with(
        &app,
        "brightwater",
        "other",
        &[Permission::AccessManage],
        days,
    );
    assert!(!data(&list(&app.api(&reader.secret), "").await).is_empty());
    for query in ["", "?format=csv", "?format=ndjson", "?limit=0"] {
        let reply = app
            .api(&other.secret)
            .get(&format!("{EVENTS}{query}"))
            .await;
        assert!(
            reply
                .header("www-authenticate")
                .contains("scope=\"ACCESS_READ\"")
        );
        let document = problem(reply, 403, "permission_missing");
        assert_eq!(document["missing"], json!(["ACCESS_READ"]));
        let stranger = app.anonymous().get(&format!("{EVENTS}{query}")).await;
        problem(stranger, 401, "credential_missing");
    }
}

#[actix_web::test]
async fn another_workspace_is_never_in_it() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Other");
    let ours = make::key(&app, "brightwater", "ours");
    let theirs = make::key(&app, "other", "theirs");
    let program = app.api(&ours.secret);
    for query in [
        "",
        &format!("key={}", theirs.id),
        "action=key.created",
        "format=ndjson",
    ] {
        let reply = program.get(&format!("{EVENTS}?{query}")).await.expect(200);
        assert!(!reply.text().contains("theirs"), "{query}");
    }
    let none = list(&program, &format!("key={}", theirs.id)).await;
    assert_eq!(none, json!({"data": [], "next_cursor": null}));
    assert_eq!(
        none,
        list(&program, &format!("key={}", KeyId::fresh())).await
    );
}

#[actix_web::test]
async fn a_list_is_walked_to_its_end_also_where_times_are_equal() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, refused)
             SELECT w.id, now(), gen_random_uuid(), 'system', 'Keyroom', 'key.expired', 'key', '000000000000',
                    'entry-' || n, false
             FROM workspaces w, generate_series(1, 120) n",
        );
    });
    let unlimited = list(&program, "").await;
    assert_eq!(data(&unlimited).len(), 50, "unless it is said otherwise");
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = list(&program, &format!("action=key.expired&limit=40{cursor}")).await;
        assert!(data(&part).len() <= 40);
        ids.extend(data(&part).iter().map(|event| event["id"].to_string()));
        match part["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids.len(), 120);
    assert!(
        ids.is_sorted_by(|a, b| a > b),
        "newest first, and each once"
    );
}

#[actix_web::test]
async fn a_cursor_is_good_in_its_own_workspace_alone() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Other");
    let ours = app.api(&make::key(&app, "brightwater", "ours").secret);
    let theirs = app.api(&make::key(&app, "other", "theirs").secret);
    let next = list(&theirs, "limit=1").await["next_cursor"].clone();
    let next = next.as_str().expect("there is more");
    list(&theirs, &format!("cursor={next}")).await;
    for broken in [next, &next[..next.len() - 4], "x", "", "MTp4"] {
        assert_eq!(
            wrong(&ours, &format!("cursor={broken}")).await,
            ["cursor"],
            "{broken}"
        );
    }
}

#[actix_web::test]
async fn every_mistake_is_named_at_once() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    let all = "person=Ada&key=ci&action=Revoked&from=2026-11-20&to=never&refused=no&format=pdf&limit=0&cursor=x";
    assert_eq!(
        wrong(&program, all).await,
        [
            "person", "key", "action", "from", "to", "refused", "format", "limit", "cursor"
        ]
    );
    for limit in ["0", "101", "-1", "ten", ""] {
        assert_eq!(
            wrong(&program, &format!("limit={limit}")).await,
            ["limit"],
            "{limit}"
        );
    }
    assert_eq!(wrong(&program, "format=csv&limit=10").await, ["limit"]);
    assert_eq!(wrong(&program, "format=csv&cursor=x").await, ["cursor"]);
    for query in ["what=ever", "limit=1&limit=2", "limit=%ff"] {
        assert_eq!(wrong(&program, query).await.len(), 1, "{query}");
    }
    assert_eq!(
        data(&list(&program, "limit=100&refused=false").await).len(),
        3
    );
    assert_eq!(
        data(&list(&program, &format!("person={}", MemberId::fresh())).await).len(),
        0
    );
    assert_eq!(data(&list(&program, "action=unheard.of").await).len(), 0);
}

#[actix_web::test]
async fn times_bound_what_is_shown_to_the_microsecond() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    let key = list(&program, "action=key.created").await;
    let at = key["data"][0]["at"].as_str().expect("a time").to_owned();
    let count = async |query: String| {
        data(&list(&program, &format!("action=key.created&{query}")).await).len()
    };
    assert_eq!(
        count(format!("from={at}")).await,
        1,
        "of that moment or later"
    );
    assert_eq!(count(format!("to={at}")).await, 0, "before that moment");
    assert_eq!(
        count("from=2026-01-01T00:00:00%2B02:00&to=9999-12-31T23:59:59Z".to_owned()).await,
        1
    );
}

#[actix_web::test]
async fn what_is_only_asked_about_is_not_read() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    for (query, kind) in [
        ("", "application/json"),
        ("?format=csv", "text/csv; charset=utf-8"),
        ("?format=ndjson", "application/x-ndjson"),
    ] {
        let address = format!("{EVENTS}{query}");
        let asked = program.send(Method::HEAD, &address, &[], "");
        let (head, queries) = app.counting(asked).await;
        let head = head.expect(200);
        assert!(head.body.is_empty());
        assert_eq!(head.header("content-type"), kind);
        let reads = queries
            .iter()
            .filter(|q| q.contains("FROM \"audit_events\""))
            .count();
        assert_eq!(reads, usize::from(query.is_empty()), "{query}");
    }
    // Who takes it away is in it, as after the export of the page.
    let exported = || {
        app.sql(|sql| {
            sql.lines(
                "SELECT after::text AS line FROM audit_events WHERE action = 'audit.exported' ORDER BY at, id",
            )
        })
    };
    assert_eq!(exported(), [""; 0]);
    for format in ["csv", "ndjson"] {
        let address = format!("{EVENTS}?refused=false&format={format}");
        let all = program.get(&address).await.expect(200);
        assert!(!all.text().contains(&format!("\"{format}\"")), "not itself");
    }
    assert_eq!(
        exported(),
        [
            r#"{"format": "csv", "refused": "false"}"#,
            r#"{"format": "ndjson", "refused": "false"}"#
        ]
    );
    // An id of an entry is no way to more than the list shows.
    let id = AuditEventId::at(app.clock.now());
    problem(
        program.get(&format!("{EVENTS}/{id}")).await,
        404,
        "not_found",
    );
}

#[actix_web::test]
async fn a_personal_key_reads_it_while_its_owner_is_owner_or_admin() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let reads = [Permission::AccessRead];
    let lena = make::named(
        &app,
        "brightwater",
        "Lena",
        "lena@brightwater.example",
        Role::Member,
    );
    let readers = make::group(&app, "brightwater", "Readers", &reads);
    make::in_group(&app, &readers, &lena);
    let laptop = make::personal(&app, ("brightwater", &lena), "laptop", &reads);
    let laptop = app.api(&laptop.secret);
    problem(laptop.get(EVENTS).await, 403, "forbidden");
    let export = format!("{EVENTS}?format=csv");
    problem(laptop.get(&export).await, 403, "forbidden");
    for of_all in ["/v1/access", "/v1/usage", "/v1/usage?format=csv"] {
        problem(laptop.get(of_all).await, 403, "forbidden");
    }
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'admin' WHERE id = '{lena}'"
        ))
    });
    for of_all in [EVENTS, "/v1/access", "/v1/usage"] {
        laptop.get(of_all).await.expect(200);
    }
}
