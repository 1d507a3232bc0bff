//! Pages and assets travel compressed; what contains a secret does not.

use actix_web::http::Method;

use crate::{
    scenes::{KEYS, filled, shown},
    support::{Browser, TestApp, http::Reply, http::send},
};

async fn get(app: &TestApp, browser: &Browser, path: &str, accepted: &str) -> Reply {
    let cookies = browser.cookies();
    let headers = [
        ("cookie", cookies.as_str()),
        ("accept-encoding", accepted),
        ("x-forwarded-for", browser.ip()),
    ];
    send(&app.address, Method::GET, path, &headers, Vec::new()).await
}

#[actix_web::test]
async fn pages_and_assets_travel_compressed_to_those_who_take_it() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let page = admin.get(KEYS).await.expect(200).page();
    let style = page.attributes("link[rel=stylesheet]", "href").remove(0);
    for path in [KEYS, &style] {
        let plain = get(&app, &admin, path, "identity").await.expect(200);
        let small = get(&app, &admin, path, "gzip").await.expect(200);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(small.header("content-encoding"), "gzip", "{path}");
        assert!(
            small.header("vary").eq_ignore_ascii_case("accept-encoding"),
            "{path}"
        );
        assert!(small.body.len() * 2 < plain.body.len(), "{path}");
    }
    let font = page
        .attributes("link[rel=preload]", "href")
        .into_iter()
        .find(|href| href.ends_with(".woff2"));
    if let Some(font) = font {
        let font = get(&app, &admin, &font, "gzip").await.expect(200);
        assert_eq!(font.header("content-encoding"), "", "compressed already");
    }
}

#[actix_web::test]
async fn whoever_accepts_nothing_that_is_sent_gets_it_plain() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    for accepted in ["identity;q=0", "*;q=0", "x-none, identity;q=0"] {
        for (path, status) in [(KEYS, 200), ("/v1/whoami", 401), ("/v1/openapi.json", 200)] {
            let reply = get(&app, &admin, path, accepted).await.expect(status);
            assert_eq!(reply.header("content-encoding"), "", "{accepted} {path}");
        }
    }
}

/// Fifty keys that differ in all that keys differ in, as busy as can be.
#[actix_web::test]
async fn a_page_of_fifty_keys_travels_in_twenty_kilobytes() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, created_by_member_id, updated_at,
                               updated_by_member_id, expires_at)
             SELECT workspace_id, substr(md5(n::text), 1, 12), 'secret', 'service-' || md5(n::text),
                    '{OBJECTS_LIST,FILE_UPLOAD,DIR_CREATE,CONFIG_LIST}', now() - n * interval '31 hours', id,
                    now() - n * interval '17 minutes', id, now() + n * interval '29 hours'
             FROM members, generate_series(1, 60) n;
             INSERT INTO key_last_uses SELECT workspace_id, id, now() - n * interval '7 hours', '203.0.113.' || n
             FROM (SELECT *, row_number() OVER () AS n FROM keys) k;
             INSERT INTO key_days
             SELECT workspace_id, id, current_date - day, 1 + abs(hashtext(id || day)) % 1000
             FROM keys, generate_series(0, 27) day",
        );
    });
    let page = admin.get(KEYS).await.expect(200).page();
    assert_eq!(page.elements("article.key").len(), 50);
    let sent = get(&app, &admin, KEYS, "gzip").await.expect(200).body.len();
    assert!(sent < 20_000, "{sent} bytes");
}

#[actix_web::test]
async fn the_page_with_a_new_key_is_not_compressed() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let form = filled(&admin, "ci").await;
    let fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("accept-encoding", "gzip"),
    ];
    let reveal = admin
        .send(Method::POST, &form.action, &headers, &fields)
        .await
        .expect(201);
    assert_eq!(reveal.header("content-encoding"), "");
    shown(&reveal);
}

#[actix_web::test]
async fn the_token_of_a_page_is_another_text_each_time() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let token = async || {
        let page = admin.get(KEYS).await.page();
        page.attributes("input[name=csrf]", "value").remove(0)
    };
    assert_ne!(token().await, token().await);
}
