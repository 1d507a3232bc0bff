//! *Confirm it's you*: the password again, before what must not be done at a screen that was left unlocked.

use chrono::TimeDelta;

use crate::{
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, http::Reply, make, page::Form},
};

/// Something that waits for it.
const OTHERS: &str = "/account/sessions/end";
const WRONG: &str = "purple tractor sings at noon";

/// Somebody whose password was entered a while ago, and who is signed in elsewhere too.
async fn scene(app: &TestApp) -> (Browser, Browser) {
    let (owner, elsewhere) = (app.set_up().await, app.sign_in(ADA).await);
    app.clock.advance(TimeDelta::minutes(10));
    (owner, elsewhere)
}

/// The question that an answer asks, with the form it carries on.
#[track_caller]
fn question(reply: &Reply, status: u16) -> Form {
    assert_eq!(reply.status, status, "{}", reply.gist());
    let page = reply.page();
    assert_eq!(page.one("h1"), "Confirm it's you");
    assert_eq!(page.title().starts_with("Error: "), status != 200);
    page.form(OTHERS)
}

async fn answer(browser: &Browser, form: &Form, password: &str) -> Reply {
    browser
        .submit(&form.clone().with("confirm-password", password))
        .await
}

#[actix_web::test]
async fn a_password_counts_for_ten_minutes_from_signing_in() {
    let app = TestApp::start();
    let (owner, elsewhere) = (app.set_up().await, app.sign_in(ADA).await);
    app.clock
        .advance(TimeDelta::minutes(10) - TimeDelta::seconds(2));
    owner.post(OTHERS, &[]).await.expect(303);
    assert!(
        elsewhere
            .get(KEYS)
            .await
            .expect(303)
            .location()
            .starts_with("/sign-in")
    );
    app.clock.advance(TimeDelta::seconds(2));
    question(&owner.post(OTHERS, &[]).await, 200);
}

#[actix_web::test]
async fn then_it_is_asked_and_what_was_posted_goes_on() {
    let app = TestApp::start();
    let (owner, elsewhere) = scene(&app).await;
    let posted = [("what", "a <b> ä"), ("id", "1"), ("id", "2")];
    let asked = owner.post(OTHERS, &posted).await;
    let form = question(&asked, 200);
    elsewhere.get(KEYS).await.expect(200);
    let carried: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| *name != "csrf" && !name.starts_with("confirm-"))
        .collect();
    assert_eq!(carried, posted, "nothing that was typed is lost");
    assert!(!asked.text().contains("a <b>"), "escaped");
    let done = answer(&owner, &form, make::PASSWORD).await.expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("1 other session ended."));
    assert!(
        elsewhere
            .get(KEYS)
            .await
            .expect(303)
            .location()
            .starts_with("/sign-in")
    );
    // It counts from now on.
    app.clock.advance(TimeDelta::minutes(9));
    owner.post(OTHERS, &[]).await.expect(303);
    app.clock.advance(TimeDelta::minutes(1));
    question(&owner.post(OTHERS, &[]).await, 200);
}

#[actix_web::test]
async fn it_counts_in_this_session_alone_which_gets_a_new_id() {
    let app = TestApp::start();
    let (owner, _) = scene(&app).await;
    let (copy, other) = (owner.twin(), app.sign_in(ADA).await);
    app.clock.advance(TimeDelta::minutes(10));
    // It may come with any form.
    let fields = [("theme", "dark"), ("confirm-password", make::PASSWORD)];
    owner.post("/account/theme", &fields).await.expect(303);
    let door = copy.get(KEYS).await.expect(303);
    assert!(
        door.location().starts_with("/sign-in"),
        "a copy of the old id is worth nothing"
    );
    question(&other.post(OTHERS, &[]).await, 200);
    owner.post(OTHERS, &[]).await.expect(303);
}

#[actix_web::test]
async fn a_wrong_password_does_nothing_and_is_counted_with_guesses_at_the_door() {
    let app = TestApp::start();
    app.clock.stop();
    let (owner, elsewhere) = scene(&app).await;
    let form = question(&owner.post(OTHERS, &[("what", "x")]).await, 200);
    let reply = answer(&owner, &form, WRONG).await;
    let form = question(&reply, 422);
    assert_eq!(form.value("what"), Some("x"));
    assert_eq!(
        form.value("confirm-password"),
        Some(""),
        "no password comes back"
    );
    assert!(!reply.text().contains(WRONG));
    assert!(
        reply
            .page()
            .one("#confirm-password-error")
            .contains("That is not your password")
    );
    let early = answer(&owner, &form, make::PASSWORD).await;
    question(&early, 429);
    assert_eq!(early.header("retry-after"), "1");
    let fields = [("email", ADA), ("password", make::PASSWORD)];
    app.stranger().post("/sign-in", &fields).await.expect(429);
    elsewhere.get(KEYS).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    answer(&owner, &form, make::PASSWORD).await.expect(303);
    let activity = owner
        .get("/account/activity")
        .await
        .page()
        .all(".items > li b");
    assert_eq!(
        activity[..3],
        [
            "Ended all other sessions",
            "Confirmed with the password",
            "A wrong password was entered while signed in Failed"
        ]
    );
}

#[actix_web::test]
async fn a_wrong_password_does_nothing_also_where_it_was_right_a_moment_ago() {
    let app = TestApp::start();
    let (owner, elsewhere) = (app.set_up().await, app.sign_in(ADA).await);
    question(
        &owner.post(OTHERS, &[("confirm-password", WRONG)]).await,
        422,
    );
    elsewhere.get(KEYS).await.expect(200);
}

#[actix_web::test]
async fn a_wrong_password_does_nothing_also_where_none_was_asked() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let theme = || app.sql(|sql| sql.line("SELECT theme AS line FROM users"));
    let before = theme();
    let fields = [("theme", "dark"), ("confirm-password", WRONG)];
    let asked = owner.post("/account/theme", &fields).await.expect(422);
    assert_eq!(asked.page().one("h1"), "Confirm it's you");
    assert_eq!(theme(), before);
}

#[actix_web::test]
async fn cancel_and_signing_in_again_lead_back_to_the_page_of_the_form() {
    let app = TestApp::start();
    let (owner, _) = scene(&app).await;
    let referer = format!("http://{}/account/security", app.address);
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("referer", referer.as_str()),
    ];
    let post = actix_web::http::Method::POST;
    let asked = owner.send(post.clone(), OTHERS, &headers, &[]).await;
    let form = question(&asked, 200);
    // The page that asks is sent from its own address, which is none to go back to.
    let own = format!("http://{}{OTHERS}", app.address);
    let headers = [("sec-fetch-site", "same-origin"), ("referer", own.as_str())];
    let fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let wrong = owner
        .send(post.clone(), OTHERS, &headers, &fields)
        .await
        .expect(422);
    for page in [asked.page(), wrong.page()] {
        assert_eq!(page.attributes("main .ft a", "href"), ["/account/security"]);
    }
    app.clock.advance(TimeDelta::hours(13));
    let over = owner
        .send(post, OTHERS, &headers, &fields)
        .await
        .expect(303);
    assert_eq!(
        over.location(),
        "/sign-in?next=%2Faccount%2Fsecurity&ended=idle"
    );
    // Nobody is sent to another site.
    let form = question(
        &app.sign_in(ADA)
            .await
            .post(
                OTHERS,
                &[
                    ("confirm-back", "//evil.example"),
                    ("confirm-password", WRONG),
                ],
            )
            .await,
        422,
    );
    assert_eq!(form.value("confirm-back"), Some("/account"));
}
