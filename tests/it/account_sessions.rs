//! Your account → Security: where one is signed in, and ending it there.

use actix_web::http::Method;
use chrono::TimeDelta;

use crate::{
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

const SECURITY: &str = "/account/security";
const OTHERS: &str = "/account/sessions/end";

async fn security(browser: &Browser) -> Page {
    browser.get(SECURITY).await.expect(200).page()
}

/// Each session as it reads.
async fn listed(browser: &Browser) -> Vec<String> {
    security(browser).await.all(".items > li .t")
}

/// The addresses at which the others end.
fn ends(page: &Page) -> Vec<String> {
    page.attributes(".items form", "action")
}

#[track_caller]
fn is_out(reply: &Reply) {
    assert_eq!(reply.status, 303, "{}", reply.gist());
    assert!(
        reply.location().starts_with("/sign-in"),
        "{}",
        reply.location()
    );
}

/// Signs in as somebody with another program.
async fn sign_in_with(app: &TestApp, user_agent: &str) -> Browser {
    let browser = app.stranger();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("user-agent", user_agent),
    ];
    let fields = [("email", ADA), ("password", make::PASSWORD)];
    let reply = browser
        .send(Method::POST, "/sign-in", &headers, &fields)
        .await;
    reply.expect(303);
    browser
}

#[actix_web::test]
async fn each_session_says_its_device_its_address_and_when_it_was_seen() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Other").await;
    app.clock.advance(TimeDelta::hours(2));
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    let phone = sign_in_with(&app, phone).await;
    app.clock.advance(TimeDelta::hours(1));
    let rows = listed(&owner).await;
    assert_eq!(
        rows,
        [
            format!(
                "Firefox on Linux This device {} . Signed in 3 hours ago . Active now",
                owner.ip()
            ),
            format!(
                "Safari on iPhone {} . Signed in 1 hour ago . Last seen 1 hour ago",
                phone.ip()
            ),
        ],
        "and nobody else's"
    );
    let rows = listed(&phone).await;
    assert!(
        rows[0].starts_with("Safari on iPhone This device"),
        "{rows:?}"
    );
    // Told where it was last seen.
    let moved = Browser::new(&app.address, "203.0.113.77".to_owned());
    moved.set_cookie("keyroom", &phone.cookie("keyroom").expect("a session"));
    app.clock.advance(TimeDelta::minutes(2));
    moved.get(KEYS).await.expect(200);
    assert!(listed(&owner).await[1].contains("203.0.113.77"));
}

#[actix_web::test]
async fn a_session_that_was_ended_is_out_on_its_next_click() {
    let app = TestApp::start();
    let (owner, elsewhere) = (app.set_up().await, app.sign_in(ADA).await);
    elsewhere.get(KEYS).await.expect(200);
    let end = ends(&security(&owner).await);
    assert_eq!(end.len(), 1, "not this one");
    let ended = owner
        .submit(&security(&owner).await.form(&end[0]))
        .await
        .expect(303);
    is_out(&elsewhere.get(KEYS).await);
    is_out(&elsewhere.post("/account/theme", &[("theme", "dark")]).await);
    let page = owner.follow(&ended).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Firefox on Linux is signed out.")
    );
    assert_eq!(page.all(".items > li").len(), 1);
    assert!(!page.offers(OTHERS), "there are none");
    let activity = owner.get("/account/activity").await.page();
    let newest = &activity.all(".items > li .t")[0];
    let told = format!("Ended a session Firefox on Linux, {}", elsewhere.ip());
    assert!(newest.starts_with(&told), "{newest}");
}

#[actix_web::test]
async fn another_persons_session_is_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (stranger, somebody) = (app.stranger(), app.workspace("Other").await);
    app.sign_in(&make::owner_email("Other")).await;
    let theirs = ends(&security(&somebody).await).remove(0);
    // Whence the cookie of the forms comes, so that no answer below brings it.
    owner.get(SECURITY).await.expect(200);
    let nobodys = "/account/sessions/018f0000-0000-7000-8000-000000000009/end";
    let told = |reply: Reply| {
        let id = reply.header("x-request-id").to_owned();
        reply.text_without_tokens().replace(&id, "REQUEST")
    };
    let foreign = told(owner.post(&theirs, &[]).await.expect(404));
    assert_eq!(foreign, told(owner.post(nobodys, &[]).await.expect(404)));
    assert_eq!(
        foreign,
        told(owner.post("/account/sessions/x/end", &[]).await.expect(404))
    );
    is_out(&stranger.post(&theirs, &[]).await);
    is_out(&stranger.get(SECURITY).await);
    assert_eq!(listed(&somebody).await.len(), 2, "still there");
    // One's own that is over is none either.
    somebody.post(&theirs, &[]).await.expect(303);
    assert_eq!(foreign, told(owner.post(&theirs, &[]).await.expect(404)));
    somebody.post(&theirs, &[]).await.expect(404);
}

#[actix_web::test]
async fn all_others_end_at_once_and_this_one_goes_on() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let others = [app.sign_in(ADA).await, app.sign_in(ADA).await];
    let somebody = app.workspace("Other").await;
    let form = security(&owner).await.form(OTHERS);
    let ended = owner.submit(&form).await.expect(303);
    let page = owner.follow(&ended).await.expect(200).page();
    assert!(page.one("#flash").contains("2 other sessions ended."));
    for other in &others {
        is_out(&other.get(KEYS).await);
    }
    owner.get(KEYS).await.expect(200);
    somebody.get("/w/other/settings/api-keys").await.expect(200);
    // A form that was left open says what is so.
    let again = owner.submit(&form).await.expect(303);
    let page = owner.follow(&again).await.page();
    assert!(
        page.one("#flash")
            .contains("You are signed in nowhere else.")
    );
}

#[actix_web::test]
async fn a_session_that_is_over_by_itself_is_neither_listed_nor_counted() {
    let app = TestApp::start();
    app.set_up().await;
    app.clock.advance(TimeDelta::hours(13));
    let owner = app.sign_in(ADA).await;
    let idle = app.sql(|sql| {
        sql.line("SELECT handle::text AS line FROM sessions ORDER BY created_at LIMIT 1")
    });
    assert_eq!(listed(&owner).await.len(), 1);
    let end = format!("/account/sessions/{idle}/end");
    owner.post(&end, &[]).await.expect(404);
    let ended = owner.post(OTHERS, &[]).await.expect(303);
    let page = owner.follow(&ended).await.page();
    assert!(
        page.one("#flash")
            .contains("You are signed in nowhere else.")
    );
}

/// What a form calls a session opens nothing, and stays when the session gets a new id.
#[actix_web::test]
async fn what_a_page_calls_a_session_is_no_way_into_it() {
    let app = TestApp::start();
    let (owner, elsewhere) = (app.set_up().await, app.sign_in(ADA).await);
    let html = owner.get(SECURITY).await.expect(200).text();
    let cookie = elsewhere.cookie("keyroom").expect("a session");
    let id = cookie[cookie.len() - 43..].to_owned();
    let digest = app.sql(|sql| sql.lines("SELECT encode(id_digest, 'hex') AS line FROM sessions"));
    assert_eq!(digest.len(), 2);
    for secret in digest.iter().chain([&id]) {
        assert!(!html.contains(secret.as_str()), "{secret}");
    }
    let called = ends(&Page::parse(&html));
    app.clock.advance(TimeDelta::minutes(11));
    let form = security(&elsewhere).await.form(SECURITY_FORM);
    let filled = form
        .with("current", make::PASSWORD)
        .with("new", "seven kettles hum along");
    // It is renamed and the others end, so look from a third that comes after.
    elsewhere.submit(&filled).await.expect(303);
    assert_ne!(elsewhere.cookie("keyroom"), Some(cookie));
    let third = app.stranger();
    let fields = [("email", ADA), ("password", "seven kettles hum along")];
    third.post("/sign-in", &fields).await.expect(303);
    assert_eq!(ends(&security(&third).await), called);
}

const SECURITY_FORM: &str = "/account/password";

#[actix_web::test]
async fn many_sessions_are_one_question_and_a_page_that_ends() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let queries = async |app: &TestApp| {
        owner.get(SECURITY).await.expect(200);
        app.counting(owner.get(SECURITY)).await.1.len()
    };
    let alone = queries(&app).await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at)
             SELECT sha256(n::text::bytea), user_id, created_at, last_seen_at FROM sessions, generate_series(1, 1000) n",
        );
    });
    assert_eq!(queries(&app).await, alone);
    let page = security(&owner).await;
    assert_eq!(page.all(".items > li").len(), 100);
    assert!(page.all(".items > li")[0].contains("This device"));
    assert!(page.text().contains("Only those seen last are listed."));
    let ended = owner.submit(&page.form(OTHERS)).await.expect(303);
    assert!(
        owner
            .follow(&ended)
            .await
            .text()
            .contains("1,000 other sessions ended.")
    );
}
