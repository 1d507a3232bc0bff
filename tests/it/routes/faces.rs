//! How the server answers whatever it answers: the right method, the right headers, a face of ours.

use std::collections::BTreeSet;

use actix_web::http::Method;
use keyroom::actor::Role;

use super::{
    is_api, is_dressed, is_problem, is_safe,
    scene::{HOME, NO_KEY, Scene, address},
    table,
};
use crate::support::{Browser, TestApp, http::Reply};

const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// As the owner.
async fn ask(owner: &Browser, method: Method, path: &str) -> Reply {
    owner.send(method, path, &OURS, &[]).await
}

/// What is written of calls, soon after them.
const COUNTS: [&str; 5] = [
    "key_calls",
    "key_caller_days",
    "key_callers",
    "key_days",
    "key_last_uses",
];

#[actix_web::test]
async fn every_get_changes_nothing_and_answers_head() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    // Their arrival in the workspace is recorded once.
    owner
        .get("/w/brightwater/settings/general")
        .await
        .expect(200);
    for route in table().iter().filter(|r| is_safe(r)) {
        let path = scene.path_of(route, &owner);
        let before = scene.app.sql(|sql| sql.dump_without(&COUNTS));
        let whole = if is_api(route) {
            // A key of its own would be a change.
            None
        } else {
            Some(ask(&owner, Method::GET, &path).await)
        };
        if let Some(whole) = whole {
            let after = scene.app.sql(|sql| sql.dump_without(&COUNTS));
            assert_eq!(after, before, "{}", whole.asked);
            let head = ask(&owner, Method::HEAD, &path).await;
            alike(&whole, &head);
            assert!(whole.status < 400 || path == "/set-up", "{}", whole.asked);
        } else {
            let key = scene.key_of_all_folders();
            let before = scene.app.sql(|sql| sql.dump_without(&COUNTS));
            let program = scene.app.api(&key.secret);
            let whole = program.get(&path).await;
            assert!(whole.status < 300, "{}: {}", whole.asked, whole.gist());
            let head = program.send(Method::HEAD, &path, &[], "").await;
            alike(&whole, &head);
            let after = scene.app.sql(|sql| sql.dump_without(&COUNTS));
            assert_eq!(after, before, "{}", whole.asked);
        }
    }
}

fn alike(whole: &Reply, head: &Reply) {
    is_dressed(whole);
    is_dressed(head);
    assert_eq!(head.status, whole.status, "{}", head.asked);
    assert!(head.body.is_empty(), "{} has a body", head.asked);
    for name in ["content-type", "cache-control", "location"] {
        assert_eq!(head.header(name), whole.header(name), "{}", head.asked);
    }
}

#[actix_web::test]
async fn another_method_is_refused_with_the_ones_there_are() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    let paths: BTreeSet<&str> = table().iter().map(|r| r.path).collect();
    for path in paths {
        let routes: Vec<_> = table().into_iter().filter(|r| r.path == path).collect();
        let mut there: BTreeSet<&str> = routes.iter().map(|r| r.method.as_str()).collect();
        if there.contains("GET") {
            there.insert("HEAD");
        }
        let address = address(&routes[0], HOME, NO_KEY);
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if there.contains(method) {
                continue;
            }
            let method: Method = method.parse().expect("a method");
            let reply = owner.send(method.clone(), &address, &OURS, &[]).await;
            is_dressed(&reply);
            assert_eq!(reply.status, 405, "{}", reply.asked);
            let allowed: BTreeSet<&str> = reply.header("allow").split(", ").collect();
            assert_eq!(allowed, there, "{}", reply.asked);
            match (method == Method::HEAD, keyroom::web::is_api(path)) {
                (true, _) => assert!(reply.body.is_empty(), "{}", reply.asked),
                (_, true) => is_problem(&reply, 405, "method_not_allowed"),
                _ => {
                    let page = reply.page();
                    assert!(page.title().contains("Keyroom"), "{}", reply.asked);
                    let said = page.one("h1");
                    assert_eq!(said, "This page cannot be used like that");
                }
            }
        }
    }
}

#[actix_web::test]
async fn what_does_not_exist_is_said_by_us() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    for path in [
        "/nowhere",
        "/w",
        "/w/brightwater/",
        "/w/brightwater/settings/nothing",
        "/w/brightwater/settings/api-keys/short",
        "/w/brightwater/settings/api-keys/0000%000000000",
        "/w/%ff/settings/general",
        "//nowhere",
        "/set-up",
    ] {
        for browser in [&owner, &scene.app.stranger()] {
            let reply = browser.get(path).await;
            is_dressed(&reply);
            if reply.status != 303 {
                assert_eq!(reply.status, 404, "{}", reply.asked);
                assert_eq!(reply.page().one("h1"), "We could not find that page");
            }
        }
    }
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/whoami/"] {
        let reply = scene.app.anonymous().get(path).await;
        is_problem(&reply, 404, "not_found");
        is_dressed(&reply);
    }
    for path in ["/static/x/app.css", "/static/x/../../Cargo.toml"] {
        let reply = owner.get(path).await;
        assert_eq!(reply.status, 404, "{}", reply.asked);
        is_dressed(&reply);
    }
}

#[actix_web::test]
async fn a_nul_character_in_an_address_is_nothing_that_exists() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    for path in [
        "/%00",
        "/w/%00",
        "/w/bright%00water/settings/general",
        "/w/brightwater/settings/api-keys/00000%00000000",
        "/static/%00/app.css",
    ] {
        let reply = owner.get(path).await;
        is_dressed(&reply);
        assert_eq!(reply.status, 404, "{}", reply.asked);
    }
    let query = "/w/brightwater/settings/api-keys?status=%00";
    is_dressed(&owner.get(query).await.expect(422));
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_by_us() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    let general = "/w/brightwater/settings/general";
    let before = scene
        .app
        .sql(|sql| sql.dump_without(&["audit_events", "member_visits", "session_visits"]));
    let long = "a".repeat(70_000);
    for (fields, status) in [
        (vec![("name", "a\0b")], 422),
        (vec![("name", "a"), ("name", "b")], 400),
        (vec![("name", "a"), ("role", "owner")], 400),
        (vec![], 400),
        (vec![("name", "")], 422),
        (vec![("name", long.as_str())], 413),
    ] {
        let reply = owner.post(general, &fields).await;
        is_dressed(&reply);
        assert_eq!(reply.status, status, "{fields:?}");
        assert!(reply.page().title().ends_with("Keyroom"));
    }
    for query in ["?status=all", "?before=x", "?before=x&after=y"] {
        let list = format!("/w/brightwater/settings/api-keys{query}");
        is_dressed(&owner.get(&list).await.expect(404));
    }
    let doubled = "/w/brightwater/settings/api-keys?status=active&status=revoked";
    is_dressed(&owner.get(doubled).await.expect(400));
    let after = scene
        .app
        .sql(|sql| sql.dump_without(&["audit_events", "member_visits", "session_visits"]));
    assert_eq!(after, before);
}

#[actix_web::test]
async fn over_https_cookies_and_browsers_are_held_to_it() {
    let scene = Scene::over(TestApp::start_at("https://keyroom.example"));
    let app = &scene.app;
    let email = crate::support::make::owner_email("Brightwater");
    let browser = app.stranger();
    let page = browser.get("/sign-in").await.expect(200);
    let fields = [
        ("email", email.as_str()),
        ("password", crate::support::make::PASSWORD),
    ];
    let signed_in = browser.post("/sign-in", &fields).await.expect(303);
    let renamed = browser
        .post("/w/brightwater/settings/general", &[("name", "Other")])
        .await
        .expect(303);
    let given = [page.cookies(), signed_in.cookies(), renamed.cookies()].concat();
    let names: Vec<&str> = given.iter().map(|c| c.name()).collect();
    assert_eq!(
        names,
        [
            "__Host-keyroom_form",
            "__Host-keyroom_devices",
            "__Host-keyroom",
            "__Host-keyroom_flash"
        ]
    );
    for cookie in &given {
        let name = cookie.name();
        assert_eq!(cookie.secure(), Some(true), "{name}");
        assert_eq!(cookie.http_only(), Some(true), "{name}");
        assert_eq!(
            cookie.same_site(),
            Some(actix_web::cookie::SameSite::Lax),
            "{name}"
        );
        assert_eq!(
            (cookie.path(), cookie.domain()),
            (Some("/"), None),
            "{name}"
        );
    }
    let key = scene.fresh_key();
    let answers = [
        page,
        signed_in,
        browser.get("/nowhere").await,
        browser.get("/healthz").await,
        app.api(&key.secret).get("/v1/whoami").await,
        app.anonymous().get("/v1/whoami").await,
    ];
    for reply in &answers {
        is_dressed(reply);
        let held = reply.header("strict-transport-security");
        assert_eq!(held, "max-age=31536000", "{}", reply.asked);
    }
}
