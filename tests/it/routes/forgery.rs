//! A change is made only by our own pages, on every route that makes one.

use keyroom::{actor::Role, web::Route};

use super::{
    is_api, is_dressed, is_safe,
    scene::{Scene, form},
    table,
};
use crate::support::Browser;

const REFUSED: &str = "This request did not come from a page of Keyroom, so nothing was changed.";

fn changing() -> Vec<Route> {
    let found: Vec<Route> = table()
        .into_iter()
        .filter(|r| !is_safe(r) && !is_api(r))
        .collect();
    assert!(!found.is_empty());
    found
}

/// The token of this browser's forms, from a page that has one.
async fn token(browser: &Browser) -> String {
    let page = browser.get("/account/security").await.expect(200).page();
    let form = page.form("/account/password");
    form.value("csrf").expect("a token").to_owned()
}

#[actix_web::test]
async fn what_comes_from_elsewhere_changes_nothing() {
    let scene = Scene::set();
    let app = &scene.app;
    let origin = format!("http://{}", app.address);
    let owner = app.member(Role::Owner).await;
    let right = token(&owner).await;
    let others = token(&app.member(Role::Owner).await).await;
    let (yes, no) = (Some(right.as_str()), None);
    for route in changing() {
        let path = scene.path(&route);
        let before = app.sql(|sql| sql.dump());
        let elsewhere = [
            (vec![("sec-fetch-site", "cross-site")], yes),
            (vec![("sec-fetch-site", "same-site")], yes),
            (vec![("sec-fetch-site", "anything")], yes),
            // What a browser says of the site decides alone.
            (
                vec![
                    ("sec-fetch-site", "cross-site"),
                    ("origin", origin.as_str()),
                ],
                yes,
            ),
            (vec![("origin", "https://evil.example")], yes),
            (vec![("origin", "null")], yes),
            (vec![], no),
            (vec![], Some("")),
            (vec![], Some("bm8")),
            (vec![], Some(others.as_str())),
        ];
        for (headers, token) in elsewhere {
            let mut fields = form(&route).to_vec();
            fields.extend(token.map(|token| ("csrf", token)));
            let reply = owner
                .send(route.method.clone(), &path, &headers, &fields)
                .await;
            is_dressed(&reply);
            assert_eq!(reply.status, 403, "{} with {headers:?}", reply.asked);
            assert!(reply.page().text().contains(REFUSED), "{}", reply.asked);
        }
        assert_eq!(app.sql(|sql| sql.dump()), before, "{path}");
    }
}

#[actix_web::test]
async fn what_comes_from_us_passes() {
    let scene = Scene::set();
    let app = &scene.app;
    let origin = format!("http://{}", app.address);
    for route in changing() {
        if matches!(route.path, "/set-up" | "/sign-in") {
            // Without anybody signed in: below.
            continue;
        }
        let ours = [
            vec![("origin", origin.as_str())],
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "none")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            vec![],
        ];
        // A fresh owner once a route; a way that works ends some of what the next would need.
        for headers in ours {
            let owner = scene.member(Role::Owner).await;
            let token = token(&owner).await;
            let mut fields = form(&route).to_vec();
            if headers.is_empty() {
                fields.push(("csrf", &token));
            }
            let path = scene.path_of(&route, &owner);
            let reply = owner
                .send(route.method.clone(), &path, &headers, &fields)
                .await;
            // Once it is made, the form and the label are used up.
            let expected: &[u16] = match route.path.rsplit('/').next() {
                _ if route.path == "/workspaces/new" => &[303],
                Some("new") if route.path.contains("api-keys") => &[201, 409],
                Some("rotation" | "takeover") => &[201],
                // Owners share with keys themselves.
                Some("requests") => &[409],
                // It asks, answers a file, or shows a secret.
                Some("selection" | "exports" | "reveal") => &[200],
                _ => &[303],
            };
            assert!(
                expected.contains(&reply.status),
                "{} with {headers:?}: {}",
                reply.asked,
                reply.gist()
            );
        }
    }
}

#[actix_web::test]
async fn a_stranger_signs_in_by_the_form_of_the_page() {
    let scene = Scene::set();
    let browser = scene.app.stranger();
    let page = browser.get("/sign-in").await.expect(200).page();
    let email = crate::support::make::owner_email("Brightwater");
    let form = page.form("/sign-in");
    let token = form.value("csrf").expect("a token");
    let fields = [
        ("csrf", token),
        ("email", email.as_str()),
        ("password", crate::support::make::PASSWORD),
    ];
    let post = actix_web::http::Method::POST;
    let reply = browser.send(post, "/sign-in", &[], &fields).await;
    assert_eq!(reply.expect(303).location(), "/");
    browser.get("/account").await.expect(200);
}
