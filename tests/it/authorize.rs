//! `GET /v1/authorize`: what a reverse proxy asks before it lets a call through.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::{generate, press},
    support::{
        TestApp,
        http::{Header, Reply},
        make::{self, MadeKey},
        program::Program,
    },
};

const LIST: &str = "/v1/authorize?permission=OBJECTS_LIST";
const UPLOAD: &str = "/v1/authorize?permission=FILE_UPLOAD";

/// Refused as proxies take it: 401 or 403, with the same code in the header and in the document.
#[track_caller]
fn refused(reply: Reply, status: u16, code: &str) -> Value {
    let reply = reply.expect(status);
    assert_eq!(reply.header("x-keyroom-error"), code, "{}", reply.asked);
    let challenged = !reply.header("www-authenticate").is_empty();
    assert!(challenged || status == 403, "{}", reply.asked);
    for name in ["id", "label", "owner"] {
        assert_eq!(reply.header(&format!("x-keyroom-key-{name}")), "");
    }
    let document = reply.json();
    assert_eq!(
        (&document["code"], &document["status"]),
        (&json!(code), &json!(status))
    );
    document
}

fn lister(app: &TestApp, label: &str) -> MadeKey {
    let (list, days) = ([Permission::ObjectsList], Lifetime::Days(90));
    make::key_with(app, "brightwater", label, &list, days)
}

async fn ask(app: &TestApp, key: &MadeKey, path: &str, headers: &[Header<'_>]) -> Reply {
    app.api(&key.secret)
        .send(Method::GET, path, headers, "")
        .await
}

#[actix_web::test]
async fn a_key_that_has_the_permission_may_go_on_and_it_is_said_whose_it_is() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = lister(&app, "Küche & \"Büro\" 50%/~x");
    let program = app.api(&key.secret);
    let (reply, queries) = app.counting(program.get(LIST)).await;
    let reply = reply.expect(204);
    assert!(reply.body.is_empty());
    assert_eq!(
        queries
            .iter()
            .filter(|q| q.contains("SELECT \"keys"))
            .count(),
        1,
        "{queries:?}"
    );
    assert_eq!(reply.header("x-keyroom-key-id"), key.id);
    let label = reply.header("x-keyroom-key-label");
    assert_eq!(label, "K%C3%BCche%20%26%20%22B%C3%BCro%22%2050%25%2F~x");
    let workspace = app.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    assert_eq!(
        reply.header("x-keyroom-key-owner"),
        format!("workspace:{workspace}")
    );
    assert_eq!(reply.header("ratelimit-policy"), r#""default";q=500;w=60"#);
    assert!(!reply.header("x-key-expires-at").is_empty());
    assert_eq!(reply.header("x-keyroom-error"), "");
    let head = program.send(Method::HEAD, LIST, &[], "").await.expect(204);
    assert_eq!(head.header("x-keyroom-key-id"), key.id);
    // It is a use like any other.
    app.write_counts().await;
    let counted = "SELECT concat(outcome, ' ', calls) AS line FROM key_calls";
    assert_eq!(app.sql(|sql| sql.lines(counted)), ["served 2"]);

    // A personal key never does more than its owner may at this moment.
    let email = make::member(&app, "brightwater", Role::Admin);
    let member = make::member_id(&app, "brightwater", &email);
    let own = make::personal(&app, ("brightwater", &member), "own", Permission::ALL);
    let program = app.api(&own.secret);
    let reply = program
        .get("/v1/authorize?permission=FILE_DELETE")
        .await
        .expect(204);
    assert_eq!(
        reply.header("x-keyroom-key-owner"),
        format!("member:{member}")
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'member' WHERE id = '{member}'"
        ))
    });
    let reply = program.get("/v1/authorize?permission=FILE_DELETE").await;
    refused(reply, 403, "permission_missing");
    program.get(UPLOAD).await.expect(204);
}

#[actix_web::test]
async fn whatever_is_wrong_with_the_key_is_401_or_403_with_its_code() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = lister(&app, "ci");
    let document = refused(
        ask(&app, &key, UPLOAD, &[]).await,
        403,
        "permission_missing",
    );
    assert_eq!(document["missing"], json!(["FILE_UPLOAD"]));
    refused(app.anonymous().get(LIST).await, 401, "credential_missing");
    let unknown = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
    refused(app.api(unknown).get(LIST).await, 401, "key_invalid");
    refused(app.api("nonsense").get(LIST).await, 401, "key_invalid");
    let basic = [("authorization", "Basic YTpi")];
    let reply = app.anonymous().send(Method::GET, LIST, &basic, "").await;
    refused(reply, 401, "invalid_request");
    let also = format!("{LIST}&key={}", key.secret);
    refused(ask(&app, &key, &also, &[]).await, 401, "invalid_request");

    for headers in [
        [("origin", "https://shop.example")],
        [("sec-fetch-site", "cross-site")],
    ] {
        let reply = ask(&app, &key, LIST, &headers).await;
        refused(reply, 403, "browser_origin_blocked");
    }
    press(&owner, &key, "deactivation").await.expect(303);
    refused(ask(&app, &key, LIST, &[]).await, 401, "key_deactivated");
    press(&owner, &key, "activation").await.expect(303);
    ask(&app, &key, LIST, &[]).await.expect(204);
    let newer = make::rotated(&app, &key, 0);
    refused(ask(&app, &key, LIST, &[]).await, 401, "key_rotated_out");
    ask(&app, &newer, LIST, &[]).await.expect(204);
    make::revoked(&app, &newer, "unneeded");
    refused(ask(&app, &newer, LIST, &[]).await, 401, "key_revoked");
    let old = lister(&app, "old");
    app.clock.advance(TimeDelta::days(91));
    refused(ask(&app, &old, LIST, &[]).await, 401, "key_expired");
}

#[actix_web::test]
async fn a_question_that_makes_no_sense_is_refused_and_opens_nothing() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "may everything");
    for query in [
        "",
        "?",
        "?permission",
        "?permission=",
        "?permission=NOTHING",
        "?permission=objects_list",
        "?permission=OBJECTS_LIST,FILE_UPLOAD",
        "?permission=OBJECTS_LIST&permission=OBJECTS_LIST",
        "?permission=OBJECTS_LIST&folder=x",
        "?permission=OBJECTS_LIST&folder=",
        "?permission=OBJECTS_LIST&workspace=",
        "?permission=OBJECTS_LIST&other=1",
        "?folder=018f0000-0000-7000-8000-000000000001",
        "?permission=OBJECTS_LIST%00",
        "?permission=%ff",
    ] {
        let reply = ask(&app, &key, &format!("/v1/authorize{query}"), &[]).await;
        let document = refused(reply, 403, "invalid_fields");
        assert!(
            document["errors"][0]["message"].is_string(),
            "{query}: {document}"
        );
    }
    for (query, parameter) in [
        ("", "permission"),
        ("?permission=NOTHING", "permission"),
        (
            "?permission=OBJECTS_LIST&permission=OBJECTS_LIST",
            "permission",
        ),
        ("?permission=OBJECTS_LIST&other=1", "other"),
        ("?permission=OBJECTS_LIST&folder=x", "folder"),
    ] {
        let reply = ask(&app, &key, &format!("/v1/authorize{query}"), &[]).await;
        let document = refused(reply, 403, "invalid_fields");
        assert_eq!(document["errors"][0]["field"], parameter, "{query}");
    }
}

#[actix_web::test]
async fn a_key_of_another_workspace_is_refused_where_one_is_named() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Elsewhere");
    let (ours, theirs) = (lister(&app, "ours"), make::key(&app, "elsewhere", "theirs"));
    let id = "SELECT id::text AS line FROM workspaces WHERE slug = 'brightwater'";
    let id = app.sql(|sql| sql.line(id));
    for named in ["brightwater", &id] {
        let path = format!("{LIST}&workspace={named}");
        ask(&app, &ours, &path, &[]).await.expect(204);
        refused(ask(&app, &theirs, &path, &[]).await, 403, "forbidden");
    }
    // A proxy's configuration outlives a change of the address.
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO former_slugs VALUES ('{id}', 'brightwater', now());
             UPDATE workspaces SET slug = 'harbour' WHERE id = '{id}'"
        ));
    });
    for named in ["harbour", "brightwater", &id.to_uppercase()] {
        let path = format!("{LIST}&workspace={named}");
        ask(&app, &ours, &path, &[]).await.expect(204);
        refused(ask(&app, &theirs, &path, &[]).await, 403, "forbidden");
    }
    for none in ["nowhere", "018f0000-0000-7000-8000-000000000001"] {
        let path = format!("{LIST}&workspace={none}");
        refused(ask(&app, &ours, &path, &[]).await, 403, "forbidden");
    }
    // Where none is named, every key of the server that has the permission.
    let served = ask(&app, &theirs, LIST, &[]).await.expect(204);
    // What was refused has used nothing up.
    let left = served.header("ratelimit");
    assert!(left.contains("r=499;"), "{left}");
}

#[actix_web::test]
async fn limits_and_failures_are_403_and_say_when_to_come_again() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "busy").await;
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET rate_limit_per_minute = 2, allowed_ips = '{{203.0.113.0/24}}' WHERE id = '{id}'"
        ));
    });
    let inside = Program::new(&app.address, "203.0.113.7".to_owned(), Some(&key.secret));
    // Who is met behind the proxy decides, and what they claim themselves stands before it.
    let claimed = Program::new(
        &app.address,
        "203.0.113.7, 198.51.100.1".to_owned(),
        Some(&key.secret),
    );
    refused(claimed.get(LIST).await, 403, "ip_not_allowed");
    refused(inside.get(UPLOAD).await, 403, "permission_missing");
    inside.get(LIST).await.expect(204);
    inside.get(LIST).await.expect(204);
    let limited = inside.get(LIST).await;
    let wait: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    assert!(limited.header("ratelimit").starts_with(r#""default";r=0;"#));
    refused(limited, 403, "rate_limited");

    let other = lister(&app, "other");
    app.sql(|sql| sql.execute("ALTER TABLE key_secrets RENAME TO elsewhere"));
    refused(ask(&app, &other, LIST, &[]).await, 403, "internal_error");
    app.sql(|sql| sql.execute("ALTER TABLE elsewhere RENAME TO key_secrets"));
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE key_secrets"));
    let reply = ask(&app, &other, LIST, &[]).await;
    app.sql(|sql| sql.execute("COMMIT"));
    assert_eq!(reply.header("retry-after"), "1");
    refused(reply, 403, "unavailable");
    ask(&app, &other, LIST, &[]).await.expect(204);
}

#[actix_web::test]
async fn a_publishable_key_may_be_asked_about_with_the_site_it_is_used_at() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::publishable(&app, "brightwater", "shop", "https://shop.example");
    let at_shop = [
        ("origin", "https://shop.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let reply = ask(&app, &key, LIST, &at_shop).await.expect(204);
    assert_eq!(
        reply.header("access-control-allow-origin"),
        "https://shop.example"
    );
    let reply = ask(&app, &key, UPLOAD, &at_shop).await;
    assert_eq!(
        reply.header("access-control-allow-origin"),
        "https://shop.example"
    );
    refused(reply, 403, "permission_missing");
    for headers in [&[("origin", "https://evil.example")][..], &[]] {
        let reply = ask(&app, &key, LIST, headers).await;
        assert_eq!(reply.header("access-control-allow-origin"), "");
        refused(reply, 403, "origin_not_allowed");
    }
    let preflight = [
        ("origin", "https://shop.example"),
        ("access-control-request-method", "GET"),
    ];
    let reply = app
        .anonymous()
        .send(Method::OPTIONS, LIST, &preflight, "")
        .await;
    reply.expect(204);
}
