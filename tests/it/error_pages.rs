//! What went wrong is told where one is: the frame of the settings stays, with a way on and the request's id.

use keyroom::actor::Role;

use crate::{
    scenes::{GENERAL, KEYS},
    support::{TestApp, http::Reply},
};

/// The page of an error, inside the frame that its reader knows.
#[track_caller]
fn stays_in_the_frame(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}: {}", reply.asked, reply.gist());
    let page = reply.page();
    assert!(page.title().starts_with("Error: "), "{}", reply.asked);
    assert_eq!(page.elements("h1").len(), 1, "{}", reply.asked);
    assert!(
        page.has(&format!(
            "aside.side a[href='{KEYS}'], aside.side nav[aria-label=Main]"
        )),
        "{}: the side bar stays",
        reply.asked
    );
    assert!(
        page.has("main .empty a.btn.primary[href]"),
        "{}: there is a way on",
        reply.asked
    );
    let id = reply.header("x-request-id");
    assert!(
        page.one("main .empty .mono").contains(id),
        "{}: the page names its request",
        reply.asked
    );
}

#[actix_web::test]
async fn nothing_there_and_a_wrong_method_are_told_inside_the_settings() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.workspace("Other").await;
    for path in [
        "/nowhere".to_owned(),
        "/w".to_owned(),
        "/w/brightwater/settings/nowhere".to_owned(),
        "/w/other/settings/api-keys".to_owned(),
        "/w/none/settings/api-keys".to_owned(),
        format!("{KEYS}/000000000000"),
    ] {
        stays_in_the_frame(&admin.get(&path).await, 404);
    }
    let reply = admin.post(KEYS, &[]).await;
    stays_in_the_frame(&reply, 405);
    assert_eq!(reply.header("allow"), "GET, HEAD");
}

#[actix_web::test]
async fn a_stranger_gets_a_page_of_its_own_that_looks_nobody_up() {
    let app = TestApp::start();
    app.set_up().await;
    let stranger = app.stranger();
    let (reply, queries) = app
        .counting(stranger.get("/w/brightwater/settings/nowhere"))
        .await;
    assert_eq!((reply.status, queries.len()), (404, 0));
    assert!(!reply.page().has("aside.side"));
    let (reply, queries) = app.counting(app.anonymous().get("/v1/nowhere")).await;
    assert_eq!((reply.status, queries.len()), (404, 0));
}

#[actix_web::test]
async fn what_is_too_large_is_told_inside_the_settings() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let name = "x".repeat(10 * 1024 * 1024);
    stays_in_the_frame(&admin.post(GENERAL, &[("name", &name)]).await, 413);
}

#[actix_web::test]
async fn who_may_not_is_told_where_they_may() {
    let app = TestApp::start();
    app.set_up().await;
    let member = app.member(Role::Member).await;
    stays_in_the_frame(&member.get(KEYS).await, 403);
}

#[actix_web::test]
async fn a_fault_of_ours_is_told_inside_the_settings() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.sql(|sql| sql.execute("ALTER TABLE key_calls RENAME TO key_calls_elsewhere"));
    app.sql(|sql| sql.execute("ALTER TABLE keys RENAME TO keys_elsewhere"));
    stays_in_the_frame(&admin.get(KEYS).await, 500);
}

#[actix_web::test]
async fn waiting_in_vain_is_told_inside_the_settings() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.sql(|sql| {
        sql.execute("BEGIN; LOCK TABLE keys IN ACCESS EXCLUSIVE MODE");
    });
    let reply = admin.get(KEYS).await;
    stays_in_the_frame(&reply, 503);
    assert_eq!(reply.header("retry-after"), "1");
}
