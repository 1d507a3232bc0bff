//! Calls with a key: what is answered, and what is no call at all.

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use keyroom::{
    ids::KeyId,
    keys::{Kind, Lifetime, Secret},
    permissions::Permission,
};
use serde_json::{Value, json};

use crate::{
    scenes::{AUDIT, generate, press, problem, sentences},
    support::{TestApp, make, make::MadeKey, program::Program},
};

const WHOAMI: &str = "/v1/whoami";

async fn scene() -> (TestApp, MadeKey) {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    (app, key)
}

#[actix_web::test]
async fn whoami_says_exactly_what_the_key_is() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "production-server").await;
    let program = app.api(&key.secret);
    let first = program.get(WHOAMI).await.expect(200);
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.header("cache-control"), "no-store");
    assert!(!first.header("x-request-id").is_empty());
    app.write_counts().await;
    let answer = program.get(WHOAMI).await.expect(200).json();
    let time = |field: &str| -> DateTime<Utc> {
        answer["key"][field]
            .as_str()
            .and_then(|t| t.parse().ok())
            .expect(field)
    };
    assert!(app.clock.now() - time("created_at") < TimeDelta::minutes(1));
    assert_eq!(time("expires_at") - time("created_at"), TimeDelta::days(90));
    assert!(time("last_used_at") > time("created_at"));
    let id =
        |table: &str| app.sql(|sql| sql.line(&format!("SELECT id::text AS line FROM {table}")));
    let expected = json!({
        "key": {
            "id": key.id,
            "object": "secret_key",
            "label": "production-server",
            "masked": format!("skey_{}…", key.id),
            "status": "active",
            "permissions": ["OBJECTS_LIST"],
            "owner": {"type": "workspace", "id": id("workspaces")},
            "created_by": {"type": "member", "id": id("members"), "name": "Ada Park"},
            "created_at": answer["key"]["created_at"],
            "updated_at": answer["key"]["created_at"],
            "last_used_at": answer["key"]["last_used_at"],
            "last_used_ip": program.ip(),
            "expires_at": answer["key"]["expires_at"],
            "recoverable": false,
            "rotating_until": null,
            "allowed_ips": [],
            "rate_limit_per_minute": 500,
        },
        "workspace": {"id": id("workspaces"), "slug": "brightwater", "name": "Brightwater"},
        "permissions": ["OBJECTS_LIST"],
        "folders": [],
        "limits": {"allowed_ips": [], "rate_limit_per_minute": 500},
    });
    assert_eq!(answer, expected);
    assert_eq!(first.json()["key"]["last_used_at"], Value::Null);
    assert!(!first.text().contains(&key.secret));
}

#[actix_web::test]
async fn a_key_of_the_command_line_was_made_by_nobody() {
    let (app, key) = scene().await;
    let answer = app.api(&key.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(answer["key"]["created_by"], Value::Null);
}

#[actix_web::test]
async fn a_key_expires_at_its_moment_and_says_when_beforehand() {
    let (app, _) = scene().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "brief",
        Permission::ALL,
        Lifetime::Days(30),
    );
    let program = app.api(&key.secret);
    let reply = program.get(WHOAMI).await.expect(200);
    let end: DateTime<Utc> = reply.header("x-key-expires-at").parse().expect("a time");
    let exact = reply.json()["key"]["expires_at"]
        .as_str()
        .and_then(|t| t.parse().ok());
    let exact: DateTime<Utc> = exact.expect("a time");
    assert_eq!(end.timestamp(), exact.timestamp());
    app.clock
        .advance(exact - app.clock.now() - TimeDelta::seconds(5));
    program.get(WHOAMI).await.expect(200);
    app.clock.advance(exact - app.clock.now());
    let reply = program.get(WHOAMI).await;
    assert!(!reply.header("x-key-expires-at").is_empty());
    problem(reply, 401, "key_expired");
    let lasting = make::key_with(
        &app,
        "brightwater",
        "lasting",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let reply = app.api(&lasting.secret).get(WHOAMI).await.expect(200);
    assert!(!reply.headers.contains_key("x-key-expires-at"));
    assert_eq!(reply.json()["key"]["expires_at"], Value::Null);
}

#[actix_web::test]
async fn a_key_ends_itself_and_the_log_says_so() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let program = app.api(&key.secret);
    let reply = program.delete(WHOAMI).await.expect(204);
    assert!(reply.body.is_empty());
    problem(program.get(WHOAMI).await, 401, "key_revoked");
    problem(program.delete(WHOAMI).await, 401, "key_revoked");
    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        format!("revoked key ci Secret key skey_ {} …", key.id)
    );
    let page = owner.get(AUDIT).await.page();
    assert_eq!(page.all("td.who")[0], "ci");
    assert!(page.all("td.from")[0].contains(program.ip()));
    // An admin can bring it back.
    press(&owner, &key, "restoration").await.expect(303);
}

#[actix_web::test]
async fn the_api_works_before_set_up_and_knows_no_cookies() {
    let app = TestApp::start();
    problem(app.anonymous().get(WHOAMI).await, 401, "credential_missing");
    let unknown = Secret::fresh(Kind::Secret, KeyId::fresh());
    problem(
        app.api(unknown.reveal()).get(WHOAMI).await,
        401,
        "key_invalid",
    );
    let owner = app.set_up().await;
    problem(owner.get(WHOAMI).await, 401, "credential_missing");
    problem(
        owner.send(Method::DELETE, WHOAMI, &[], &[]).await,
        401,
        "credential_missing",
    );
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_problems_before_the_ladder() {
    let (app, key) = scene().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nowhere",
        "/v1/whoami/",
        "/v1/keys",
        "/v1/whoami%00",
    ] {
        for program in [app.anonymous(), app.api(&key.secret), app.api("x")] {
            problem(program.get(path).await, 404, "not_found");
        }
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::OPTIONS] {
        let reply = app.anonymous().send(method, WHOAMI, &[], "").await;
        assert_eq!(reply.header("allow"), "GET, HEAD, DELETE");
        problem(reply, 405, "method_not_allowed");
    }
    let head = Program::send(&app.api(&key.secret), Method::HEAD, WHOAMI, &[], "").await;
    assert!(head.expect(200).body.is_empty());
}
