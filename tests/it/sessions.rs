//! Sessions: how they begin and end, and that they stay ended.

use actix_web::{
    cookie::{Cookie, SameSite},
    http::Method,
};
use chrono::TimeDelta;
use futures_util::future::join;

use crate::{
    scenes::{ADA, AUDIT, KEYS, sentences},
    support::{Browser, TestApp, http::Reply, make},
};

const ELSEWHERE: &str =
    "This session was ended from elsewhere, or by a new password. Sign in to continue.";

fn is_asked_to_sign_in(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location").starts_with("/sign-in")
}

fn session(browser: &Browser) -> String {
    browser.cookie("keyroom").expect("a session cookie")
}

async fn sign_in(browser: &Browser) -> Reply {
    let fields = [("email", ADA), ("password", make::PASSWORD)];
    browser.post("/sign-in", &fields).await.expect(303)
}

fn cookie(reply: &Reply, name: &str) -> Cookie<'static> {
    let found = reply.cookies().into_iter().find(|c| c.name() == name);
    found.unwrap_or_else(|| panic!("no cookie {name} in {:?}", reply.headers))
}

#[actix_web::test]
async fn signing_in_gives_a_new_id_whatever_the_browser_brought() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let before = session(&owner);
    sign_in(&owner).await;
    assert_ne!(session(&owner), before);
    // An id that somebody planted is not taken over either.
    let planted = app.stranger();
    planted.set_cookie("keyroom", &before);
    sign_in(&planted).await;
    assert_ne!(session(&planted), before);
    let made_up = app.stranger();
    made_up.set_cookie("keyroom", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert!(is_asked_to_sign_in(&made_up.get(KEYS).await));
}

#[actix_web::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let copy = owner.twin();
    let elsewhere = app.sign_in(ADA).await;
    let out = owner.get(KEYS).await.page().form("/sign-out");
    let reply = owner.submit(&out).await.expect(303);
    assert_eq!(reply.location(), "/sign-in");
    assert!(owner.cookie("keyroom").is_none(), "the browser forgets it");
    assert!(
        owner
            .follow(&reply)
            .await
            .page()
            .one("#flash")
            .contains("You are signed out.")
    );
    let replayed = copy.get(AUDIT).await;
    assert!(is_asked_to_sign_in(&replayed));
    assert!(
        replayed.location().contains("ended=elsewhere"),
        "{}",
        replayed.location()
    );
    let page = copy.follow(&replayed).await.expect(200).page();
    assert_eq!(page.one(".notice"), ELSEWHERE);
    assert!(is_asked_to_sign_in(
        &copy.post("/account/theme", &[("theme", "dark")]).await
    ));
    elsewhere.get(KEYS).await.expect(200);
}

#[actix_web::test]
async fn a_request_in_flight_during_sign_out_does_not_bring_the_session_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (slow, copy) = (owner.twin(), owner.twin());
    // Holds the request after its guard has let it in.
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE keys IN ACCESS EXCLUSIVE MODE"));
    let leave = async {
        app.somebody_waits().await;
        owner.post("/sign-out", &[]).await.expect(303);
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (answer, ()) = join(slow.get(KEYS), leave).await;
    let answer = answer.expect(200);
    assert!(
        answer.cookies().iter().all(|c| c.name() != "keyroom"),
        "{:?}",
        answer.headers
    );
    assert!(is_asked_to_sign_in(&slow.get(KEYS).await));
    assert!(is_asked_to_sign_in(&copy.get(KEYS).await));
    assert!(
        app.sql(|sql| sql.lines("SELECT 'row' AS line FROM sessions"))
            .is_empty()
    );
}

#[actix_web::test]
async fn a_session_that_ends_on_its_first_way_in_is_asked_to_sign_in() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    // Holds the guard after it has found the session.
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE session_visits IN EXCLUSIVE MODE"));
    let end = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("DELETE FROM sessions; COMMIT"));
    };
    let (answer, ()) = join(owner.get(KEYS), end).await;
    assert!(is_asked_to_sign_in(&answer), "{}", answer.gist());
}

#[actix_web::test]
async fn a_session_ends_after_twelve_idle_hours() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::hours(11));
        owner.get(KEYS).await.expect(200);
    }
    app.clock.advance(TimeDelta::hours(12));
    assert!(is_asked_to_sign_in(&owner.get(KEYS).await));
}

#[actix_web::test]
async fn a_session_ends_after_thirty_days_however_busy() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for _ in 0..65 {
        app.clock.advance(TimeDelta::hours(11));
        owner.get("/account").await.expect(200);
    }
    app.clock.advance(TimeDelta::hours(30 * 24 - 65 * 11));
    assert!(is_asked_to_sign_in(&owner.get("/account").await));
}

#[actix_web::test]
async fn the_cookie_is_for_this_site_alone() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let given = cookie(&sign_in(&app.stranger()).await, "keyroom");
    assert_eq!(given.http_only(), Some(true));
    assert_eq!(given.same_site(), Some(SameSite::Lax));
    assert_eq!(given.path(), Some("/"));
    assert_eq!(given.domain(), None);
    assert_ne!(given.secure(), Some(true), "127.0.0.1 has no TLS");
    assert_eq!(given.max_age().map(|age| age.whole_days()), Some(30));
}

#[actix_web::test]
async fn over_https_every_cookie_is_secure_and_of_this_host() {
    let app = TestApp::start_at("https://keyroom.example");
    make::workspace(&app, "Brightwater");
    let browser = app.stranger();
    let form = cookie(&browser.get("/sign-in").await, "__Host-keyroom_form");
    let session = cookie(&sign_in(&browser).await, "__Host-keyroom");
    let saved = browser
        .post("/w/brightwater/settings/general", &[("name", "Bright")])
        .await;
    let flash = cookie(&saved.expect(303), "__Host-keyroom_flash");
    for given in [form, session, flash] {
        let name = given.name();
        assert_eq!(given.secure(), Some(true), "{name}");
        assert_eq!(given.http_only(), Some(true), "{name}");
        assert_eq!(given.same_site(), Some(SameSite::Lax), "{name}");
        assert_eq!((given.path(), given.domain()), (Some("/"), None), "{name}");
    }
    browser.get(KEYS).await.expect(200);
}

#[actix_web::test]
async fn a_session_id_is_not_stored_in_the_clear() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let value = session(&owner);
    let dump = app.sql(|sql| sql.dump());
    let id = value.rsplit(['=', '+', '/']).next().unwrap_or_default();
    assert!(id.len() >= 43, "256 bits: {value}");
    assert!(dump.values().flatten().all(|row| !row.contains(id)));
}

#[actix_web::test]
async fn the_workspace_hears_of_a_session_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for path in [KEYS, AUDIT, KEYS, "/account", AUDIT] {
        owner.get(path).await.expect(200);
    }
    let signed_in = |all: Vec<String>| all.iter().filter(|s| *s == "signed in").count();
    assert_eq!(signed_in(sentences(&owner, AUDIT).await), 1);
    let again = app.sign_in(ADA).await;
    assert_eq!(
        signed_in(sentences(&owner, AUDIT).await),
        1,
        "not before it is entered"
    );
    again.get(KEYS).await.expect(200);
    assert_eq!(signed_in(sentences(&owner, AUDIT).await), 2);
}

#[actix_web::test]
async fn a_session_that_ended_leads_back_to_the_page_whose_form_was_sent() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.clock.advance(TimeDelta::hours(13));
    let referer = format!("http://{}{KEYS}?status=active", app.address);
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("referer", referer.as_str()),
    ];
    let reply = owner
        .send(
            Method::POST,
            "/account/theme",
            &headers,
            &[("theme", "dark")],
        )
        .await;
    assert!(is_asked_to_sign_in(&reply));
    let form = owner.follow(&reply).await.page().form("/sign-in");
    assert_eq!(
        form.value("next"),
        Some(format!("{KEYS}?status=active").as_str())
    );
}

#[actix_web::test]
async fn a_session_that_ended_on_a_page_that_a_form_answered_leads_back_to_the_one_above() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.clock.advance(TimeDelta::hours(13));
    for (shown_at, back) in [
        ("/w/brightwater/settings/api-keys/selection?x=/", Some(KEYS)),
        (
            "/w/brightwater/settings/mail/tests",
            Some("/w/brightwater/settings/mail"),
        ),
        ("/account/sessions/end", Some("/account")),
        ("/account/password", Some("/account/password")),
        ("/sign-out", None),
    ] {
        let referer = format!("http://{}{shown_at}", app.address);
        let headers = [("sec-fetch-site", "same-origin"), ("referer", &referer)];
        let fields = [("theme", "dark")];
        let reply = owner
            .send(Method::POST, "/account/theme", &headers, &fields)
            .await;
        assert!(is_asked_to_sign_in(&reply), "{shown_at}");
        let form = owner.follow(&reply).await.page().form("/sign-in");
        let next = form.value("next").filter(|next| !next.is_empty());
        assert_eq!(next, back, "{shown_at}");
        let Some(back) = back else { continue };
        let again = app.sign_in(ADA).await;
        let status = again.get(back).await.status;
        assert!(matches!(status, 200 | 303), "{back}: {status}");
    }
}

/// What *Sign in* says to whoever comes with a session that is over.
async fn told(browser: &Browser) -> String {
    let door = browser.get(KEYS).await;
    assert!(is_asked_to_sign_in(&door));
    browser
        .follow(&door)
        .await
        .expect(200)
        .page()
        .one(".notice")
}

#[actix_web::test]
async fn whoever_comes_with_a_session_that_is_over_is_told_why() {
    let app = TestApp::start();
    let (idle, ended) = (app.set_up().await, app.sign_in(ADA).await);
    let kept = app.sign_in(ADA).await;
    let done = kept.post("/account/sessions/end", &[]).await.expect(303);
    kept.follow(&done).await.expect(200);
    assert_eq!(told(&ended).await, ELSEWHERE);
    assert_eq!(told(&idle).await, ELSEWHERE);
    app.clock.advance(TimeDelta::hours(12));
    let after_idling = "You were signed out after 12 hours. Sign in to continue.";
    assert_eq!(told(&kept).await, after_idling);
    // Upkeep does not make anybody forget it, until the browser itself does.
    app.clock.advance(TimeDelta::days(29));
    let sweep = async || {
        let now = app.clock.now();
        let why = keyroom::policy::Unscoped::because("a test tidies up");
        let swept = keyroom::auth::sweep(&app.db, why, now);
        swept.await.expect("tidied");
    };
    sweep().await;
    assert_eq!(told(&kept).await, after_idling);
    let busy = app.sign_in(ADA).await;
    for _ in 0..66 {
        app.clock.advance(TimeDelta::hours(11));
        busy.get(KEYS).await;
    }
    let said = told(&busy).await;
    assert!(said.starts_with("You signed in 30 days ago"), "{said}");
    app.clock.advance(TimeDelta::days(31));
    sweep().await;
    assert!(
        app.sql(|sql| sql.lines("SELECT 'row' AS line FROM sessions"))
            .is_empty()
    );
    // Whatever an address claims is not said.
    let page = app
        .stranger()
        .get("/sign-in?ended=true")
        .await
        .expect(200)
        .page();
    assert!(!page.has(".notice"));
}
