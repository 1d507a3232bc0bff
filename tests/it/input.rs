//! What nobody should send: each is refused in words of ours, and nothing fails.

use actix_web::http::Method;

use crate::{
    scenes::{GENERAL, KEYS, NEW, at, generate, problem},
    support::{
        Browser, TestApp,
        http::{Header, Reply, send},
    },
};

const FORM: Header<'_> = ("content-type", "application/x-www-form-urlencoded");
const WHOAMI: &str = "/v1/whoami";

/// A page that says what is wrong, dressed as every page.
#[track_caller]
fn is_clear(reply: &Reply, statuses: &[u16]) {
    let said: String = reply.text().chars().take(2_000).collect();
    assert!(
        statuses.contains(&reply.status),
        "{:.200}: {} {said}",
        reply.asked,
        reply.status
    );
    assert_eq!(
        reply.header("content-type"),
        "text/html; charset=utf-8",
        "{:.200}",
        reply.asked
    );
    assert!(
        reply
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let id = reply.header("x-request-id");
    assert!(!id.is_empty());
    let page = reply.page();
    assert_eq!(page.elements("h1").len(), 1);
    if !page.has("p.err") {
        assert!(page.text().contains(id), "the page names its request");
    }
}

async fn post_raw(
    app: &TestApp,
    browser: &Browser,
    path: &str,
    kind: Header<'_>,
    body: Vec<u8>,
) -> Reply {
    let cookies = browser.cookies();
    let headers = [
        kind,
        ("cookie", cookies.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("x-forwarded-for", browser.ip()),
    ];
    send(&app.address, Method::POST, path, &headers, body).await
}

/// Every form with one field of it that takes text.
fn forms(key: &crate::support::make::MadeKey) -> Vec<(String, &'static str)> {
    vec![
        ("/sign-in".to_owned(), "email"),
        ("/account".to_owned(), "name"),
        ("/account/password".to_owned(), "current"),
        ("/account/theme".to_owned(), "next"),
        (GENERAL.to_owned(), "name"),
        (NEW.to_owned(), "label"),
        (at(key, "deactivation"), "next"),
        (at(key, "activation"), "next"),
        (at(key, "revocation"), "confirm"),
        (at(key, "restoration"), "label"),
    ]
}

#[actix_web::test]
async fn bytes_that_are_no_text_are_refused_by_every_form() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for (path, field) in forms(&key) {
        for value in ["%00", "a%00b", "%ff", "%C3%28", "%ED%A0%80"] {
            let body = format!("{field}={value}").into_bytes();
            is_clear(&post_raw(&app, &owner, &path, FORM, body).await, &[422]);
        }
        for bytes in [&b"\xff\xfe"[..], b"\0", b"\xc3\x28"] {
            let body = [field.as_bytes(), b"=", bytes].concat();
            is_clear(&post_raw(&app, &owner, &path, FORM, body).await, &[422]);
        }
    }
}

#[actix_web::test]
async fn doubled_unknown_and_missing_fields_are_refused_by_every_form() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for (path, field) in forms(&key) {
        for body in [format!("{field}=a&{field}=b"), "surprise=1".to_owned()] {
            is_clear(
                &post_raw(&app, &owner, &path, FORM, body.into_bytes()).await,
                &[400],
            );
        }
    }
    for path in ["/sign-in", "/account/password", GENERAL, NEW] {
        is_clear(
            &post_raw(&app, &owner, path, FORM, Vec::new()).await,
            &[400],
        );
    }
    for query in [
        "status=active&status=revoked",
        "page=2",
        "before=%00",
        "status=%ff",
    ] {
        is_clear(
            &owner.get(&format!("{KEYS}?{query}")).await,
            &[400, 404, 422],
        );
    }
}

#[actix_web::test]
async fn a_form_of_a_megabyte_is_too_large() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for (path, field) in forms(&key) {
        let body = format!("{field}={}", "a".repeat(1_000_000)).into_bytes();
        is_clear(&post_raw(&app, &owner, &path, FORM, body).await, &[413]);
    }
}

#[actix_web::test]
async fn other_content_types_are_no_forms() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for (path, field) in forms(&key) {
        for (kind, body) in [
            ("application/json", format!("{{\"{field}\":\"x\"}}")),
            ("text/plain", format!("{field}=x")),
            (
                "multipart/form-data; boundary=x",
                format!(
                    "--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\nx\r\n--x--\r\n"
                ),
            ),
        ] {
            let reply = post_raw(
                &app,
                &owner,
                &path,
                ("content-type", kind),
                body.into_bytes(),
            )
            .await;
            is_clear(&reply, &[400, 415]);
        }
    }
    app.api(&key.secret).get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn long_and_strange_addresses_are_not_found() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "a".repeat(10_000);
    for path in [
        format!("{KEYS}/{long}"),
        format!("/w/{long}/settings/api-keys"),
        format!("{KEYS}?status={long}"),
        format!("{KEYS}?before={long}"),
        format!("{KEYS}?{long}"),
        format!("/{long}"),
        format!("{KEYS}/%00"),
        format!("{KEYS}/00000000000%00"),
        "/w/%00/settings/api-keys".to_owned(),
        "/w/bright%00water/settings/api-keys".to_owned(),
        "/w/%ff/settings/general".to_owned(),
        "/w/..%2f..%2fetc/settings".to_owned(),
        "/%00".to_owned(),
        format!("{KEYS}/%F0%9F%94%91%F0%9F%94%91%F0%9F%94%91"),
        "/static/%00/app.css".to_owned(),
        "/static/0/..%2f..%2fCargo.toml".to_owned(),
    ] {
        let reply = owner.get(&path).await;
        if path.starts_with("/static") {
            assert_eq!(reply.status, 404, "{path}");
        } else {
            is_clear(&reply, &[400, 404]);
        }
    }
    for path in [
        format!("/v1/{long}"),
        "/v1/%00".to_owned(),
        "/v1/%ff".to_owned(),
    ] {
        problem(app.anonymous().get(&path).await, 404, "not_found");
    }
    let form = format!("/w/{long}/settings/general");
    is_clear(&owner.post(&form, &[("name", "x")]).await, &[404]);
}

#[actix_web::test]
async fn strange_headers_break_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let long = "x".repeat(20_000);
    for (name, value) in [
        ("user-agent", long.as_str()),
        ("referer", "\t"),
        ("x-forwarded-for", "unknown, ,;;"),
        ("accept", "application/nothing"),
        ("accept-language", long.as_str()),
        ("if-none-match", "*"),
        ("range", "bytes=0-1"),
    ] {
        let status = owner
            .send(Method::GET, KEYS, &[(name, value)], &[])
            .await
            .status;
        assert!(
            status == 200 || (400..500).contains(&status),
            "{name}: {status}"
        );
        let reply = app
            .api(&key.secret)
            .send(Method::GET, WHOAMI, &[(name, value)], "")
            .await;
        let status = reply.status;
        assert!(
            status == 200 || (400..500).contains(&status),
            "{name}: {status}"
        );
    }
    let broken = app.stranger();
    for cookie in ["x", "===", "AAAA.AAAA", "%00", long.as_str()] {
        for name in ["keyroom", "keyroom_flash", "keyroom_form"] {
            broken.set_cookie(name, cookie);
        }
        let reply = broken.get(KEYS).await;
        assert_eq!(reply.status, 303, "{:.20}", cookie);
        broken.get("/sign-in").await.expect(200);
    }
    // What is kept of a long one is its beginning.
    let bearer = format!("Bearer {}", key.secret);
    let headers = [
        ("authorization", bearer.as_str()),
        ("user-agent", long.as_str()),
    ];
    let ended = send(&app.address, Method::DELETE, WHOAMI, &headers, Vec::new()).await;
    ended.expect(204);
    let longest = "SELECT max(char_length(user_agent))::text AS line FROM audit_events";
    assert_eq!(app.sql(|sql| sql.line(longest)), "300");
}

#[actix_web::test]
async fn the_set_up_page_is_as_strict() {
    let app = TestApp::start();
    let stranger = app.stranger();
    for body in ["code=%00", "code=%ff"] {
        let reply = post_raw(&app, &stranger, "/set-up", FORM, body.into()).await;
        is_clear(&reply, &[422]);
    }
    for body in ["code=a&code=b", "surprise=1", ""] {
        let reply = post_raw(&app, &stranger, "/set-up", FORM, body.into()).await;
        is_clear(&reply, &[400]);
    }
    let body = format!("code={}", "a".repeat(1_000_000)).into_bytes();
    is_clear(
        &post_raw(&app, &stranger, "/set-up", FORM, body).await,
        &[413],
    );
    let control = "a\u{1}b";
    let fields = [
        ("workspace", control),
        ("name", control),
        ("email", control),
        ("password", "violet tractor sings at noon"),
        ("code", app.set_up_code.as_str()),
    ];
    let reply = stranger.post("/set-up", &fields).await;
    is_clear(&reply, &[422]);
    assert_eq!(reply.page().elements("p.err").len(), 3);
}
