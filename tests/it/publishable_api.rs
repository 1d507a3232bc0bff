//! Publishable keys, as pages at other sites use them: what they may do, from where, and what a browser lets them read.

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    scenes::{ADA, press, problem},
    support::{
        TestApp,
        http::{Header, Reply},
        make::{self, MadeKey},
    },
};

const WHOAMI: &str = "/v1/whoami";
const CONFIG: &str = "/v1/config";
const SHOP: &str = "https://shop.example";
const AT_SHOP: [Header<'_>; 2] = [("origin", SHOP), ("sec-fetch-site", "cross-site")];
const EXPOSED: &str = "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, ETag, Accept-Ranges, Content-Range, \
                       Content-Disposition";

fn scene() -> (TestApp, MadeKey) {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::publishable(&app, "brightwater", "shop", SHOP);
    (app, key)
}

async fn ask(
    app: &TestApp,
    key: &MadeKey,
    method: Method,
    path: &str,
    from: &[Header<'_>],
) -> Reply {
    app.api(&key.secret).send(method, path, from, "").await
}

/// A page at the shop may read the answer.
#[track_caller]
fn assert_readable(reply: &Reply) {
    assert_eq!(
        reply.header("access-control-allow-origin"),
        SHOP,
        "{}",
        reply.asked
    );
    assert_eq!(reply.header("access-control-expose-headers"), EXPOSED);
    assert!(
        !reply
            .headers
            .contains_key("access-control-allow-credentials")
    );
    assert!(varies(reply), "{}", reply.asked);
}

fn varies(reply: &Reply) -> bool {
    let vary = reply.headers.get_all("vary");
    vary.into_iter()
        .any(|v| v.as_bytes().eq_ignore_ascii_case(b"origin"))
}

#[track_caller]
fn assert_no_cors(reply: &Reply) {
    let names = reply.headers.keys().map(|name| name.as_str());
    let cors: Vec<&str> = names.filter(|n| n.starts_with("access-control")).collect();
    assert_eq!(cors, [""; 0], "{}", reply.asked);
}

#[actix_web::test]
async fn a_site_on_the_list_reads_whose_key_it_is() {
    let (app, key) = scene();
    for method in [Method::GET, Method::HEAD] {
        let reply = ask(&app, &key, method, WHOAMI, &AT_SHOP).await.expect(200);
        assert_readable(&reply);
    }
    app.write_counts().await;
    let said = ask(&app, &key, Method::GET, WHOAMI, &AT_SHOP).await.json();
    let told = &said["key"];
    assert_eq!(told["object"], "publishable_key");
    assert_eq!(told["key"], key.secret);
    assert_eq!(told["masked"], format!("pk_{}…", key.id));
    // Whoever sees the page has the key: who else calls with it, and how it is guarded, is none of their business.
    assert!(told.get("allowed_origins").is_none());
    for field in ["created_by", "last_used_at", "last_used_ip"] {
        assert!(told[field].is_null(), "{field}");
    }
    assert_eq!(said["permissions"], json!(["OBJECTS_LIST"]));

    let secret = make::key(&app, "brightwater", "ci");
    let reply = ask(&app, &secret, Method::GET, WHOAMI, &[])
        .await
        .expect(200);
    assert_no_cors(&reply);
    let told = &reply.json()["key"];
    assert_eq!(told["object"], "secret_key");
    assert!(told.get("key").is_none() && told.get("allowed_origins").is_none());
}

#[actix_web::test]
async fn from_anywhere_else_it_is_refused_and_nothing_can_be_read() {
    let (app, key) = scene();
    for from in [
        &[][..],
        &[("origin", "https://shop.example.evil.example")],
        &[("origin", "http://shop.example")],
        &[("origin", "https://shop.example:8443")],
        &[("origin", "HTTPS://SHOP.EXAMPLE")],
        &[("origin", "https://shop.example/")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "*")],
        &[("origin", SHOP), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example"), ("origin", SHOP)],
        &[("referer", "https://shop.example/")],
    ] {
        for (method, path) in [
            (Method::GET, WHOAMI),
            (Method::DELETE, WHOAMI),
            (Method::GET, CONFIG),
        ] {
            let reply = ask(&app, &key, method, path, from).await;
            assert_no_cors(&reply);
            assert!(varies(&reply));
            problem(reply, 403, "origin_not_allowed");
        }
    }
}

#[actix_web::test]
async fn the_explicit_star_allows_every_site_and_none() {
    let (app, _) = scene();
    let key = make::publishable(&app, "brightwater", "anywhere", "*");
    for origin in [SHOP, "https://other.example", "null"] {
        let reply = ask(&app, &key, Method::GET, WHOAMI, &[("origin", origin)]).await;
        let reply = reply.expect(200);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
    }
    let reply = ask(&app, &key, Method::GET, WHOAMI, &[]).await.expect(200);
    assert_no_cors(&reply);
}

#[actix_web::test]
async fn what_is_not_for_browsers_wants_a_secret_key_and_nothing_changes() {
    let (app, key) = scene();
    for (method, path) in [
        (Method::DELETE, WHOAMI),
        (Method::GET, CONFIG),
        (Method::PATCH, CONFIG),
        (Method::GET, "/v1/audit-events"),
    ] {
        let reply = app
            .api(&key.secret)
            .send(method, path, &AT_SHOP, r#"{"name": "Stolen"}"#)
            .await;
        assert_readable(&reply);
        problem(reply, 403, "secret_key_required");
    }
    let reply = ask(&app, &key, Method::GET, WHOAMI, &AT_SHOP)
        .await
        .expect(200);
    assert_eq!(reply.json()["workspace"]["name"], "Brightwater");
}

#[actix_web::test]
async fn a_page_can_read_why_its_key_is_refused() {
    let (app, key) = scene();
    let owner = app.sign_in(ADA).await;
    let whoami = async || ask(&app, &key, Method::GET, WHOAMI, &AT_SHOP).await;
    press(&owner, &key, "deactivation").await.expect(303);
    let reply = whoami().await;
    assert_readable(&reply);
    problem(reply, 401, "key_deactivated");
    // Whoever is at another site learns the state too, as whoever has the key does, but their page cannot read it.
    let elsewhere = [("origin", "https://evil.example")];
    assert_no_cors(
        &ask(&app, &key, Method::GET, WHOAMI, &elsewhere)
            .await
            .expect(401),
    );
    press(&owner, &key, "activation").await.expect(303);

    app.sql(|sql| sql.execute("ALTER TABLE key_last_uses RENAME TO elsewhere"));
    let reply = whoami().await;
    assert_readable(&reply);
    problem(reply, 500, "internal_error");
    app.sql(|sql| sql.execute("ALTER TABLE elsewhere RENAME TO key_last_uses"));

    make::revoked(&app, &key, "unneeded");
    let reply = whoami().await;
    assert_readable(&reply);
    problem(reply, 401, "key_revoked");
    let expired = make::publishable(&app, "brightwater", "old", SHOP);
    app.clock.advance(TimeDelta::days(91));
    let reply = ask(&app, &expired, Method::GET, WHOAMI, &AT_SHOP).await;
    assert_readable(&reply);
    problem(reply, 401, "key_expired");

    let limited = loop {
        let reply = whoami().await;
        if reply.status != 401 {
            break reply;
        }
    };
    assert_readable(&limited);
    assert!(!limited.header("retry-after").is_empty());
    problem(limited, 429, "rate_limited");

    // Of a key that nobody knows, nobody knows the sites.
    let unknown = MadeKey {
        id: key.id.clone(),
        secret: "pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56".to_owned(),
    };
    let reply = ask(&app, &unknown, Method::GET, WHOAMI, &AT_SHOP).await;
    assert_no_cors(&reply);
    problem(reply, 401, "key_invalid");
}

#[actix_web::test]
async fn a_secret_key_in_a_browser_is_refused_without_a_word_to_its_page() {
    let (app, _) = scene();
    let secret = make::key(&app, "brightwater", "ci");
    for from in [
        &AT_SHOP[..],
        &[("origin", SHOP)],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-origin")],
    ] {
        for (method, path) in [
            (Method::GET, WHOAMI),
            (Method::DELETE, WHOAMI),
            (Method::GET, CONFIG),
        ] {
            let reply = ask(&app, &secret, method, path, from).await;
            assert_no_cors(&reply);
            problem(reply, 403, "browser_origin_blocked");
        }
    }
    ask(
        &app,
        &secret,
        Method::GET,
        WHOAMI,
        &[("sec-fetch-site", "none")],
    )
    .await
    .expect(200);
}

#[actix_web::test]
async fn a_preflight_is_answered_for_any_site_where_publishable_keys_may_be_used() {
    let (app, _) = scene();
    let nobody = app.anonymous();
    let preflight = [
        ("origin", "https://anybody.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    let asked = nobody.send(Method::OPTIONS, WHOAMI, &preflight, "");
    let (reply, queries) = app.counting(asked).await;
    let reply = reply.expect(204);
    assert_eq!(queries, [""; 0]);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, HEAD"),
        (
            "access-control-allow-headers",
            "Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range",
        ),
        ("access-control-max-age", "7200"),
        ("access-control-allow-credentials", ""),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    for path in [CONFIG, "/v1/audit-events", "/v1/openapi.json"] {
        let reply = nobody.send(Method::OPTIONS, path, &preflight, "").await;
        assert_no_cors(&reply);
        problem(reply, 405, "method_not_allowed");
    }
    let reply = nobody
        .send(Method::OPTIONS, WHOAMI, &preflight[..1], "")
        .await;
    assert_no_cors(&reply);
    problem(reply, 405, "method_not_allowed");
    let reply = nobody
        .send(Method::OPTIONS, "/v1/nothing", &preflight, "")
        .await;
    assert_no_cors(&reply);
    problem(reply, 404, "not_found");
}

#[actix_web::test]
async fn its_calls_and_refusals_are_counted_like_any_other_keys() {
    let (app, key) = scene();
    ask(&app, &key, Method::GET, WHOAMI, &AT_SHOP)
        .await
        .expect(200);
    ask(&app, &key, Method::GET, WHOAMI, &[]).await.expect(403);
    ask(&app, &key, Method::DELETE, WHOAMI, &AT_SHOP)
        .await
        .expect(403);
    app.write_counts().await;
    let counted = app.sql(|sql| {
        sql.lines("SELECT concat(outcome, ' ', calls) AS line FROM key_calls ORDER BY outcome")
    });
    assert_eq!(
        counted,
        ["origin_not_allowed 1", "secret_key_required 1", "served 1"]
    );
}
