//! Signing in: who gets in, who is told what, and how often one may guess.

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::{
    scenes::{ADA, AUDIT, KEYS},
    support::{Browser, TestApp, http::Reply, make},
};

const WRONG: &str = "purple tractor sings at noon";
const NOBODY: &str = "other@brightwater.example";

async fn try_in(browser: &Browser, email: &str, password: &str) -> Reply {
    let fields = [("email", email), ("password", password)];
    browser.post("/sign-in", &fields).await
}

/// From an address that has not guessed yet.
async fn guess(app: &TestApp, email: &str, password: &str) -> Reply {
    try_in(&app.stranger(), email, password).await
}

fn wait(reply: &Reply) -> i64 {
    reply.header("retry-after").parse().expect("seconds")
}

#[actix_web::test]
async fn the_right_password_lets_in_whatever_the_case_of_the_address() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let browser = app.stranger();
    let page = browser.get("/sign-in").await.expect(200).page();
    let form = page
        .form("/sign-in")
        .with("email", " OWNER@Brightwater.EXAMPLE ");
    let reply = browser
        .submit(&form.with("password", make::PASSWORD))
        .await
        .expect(303);
    assert_eq!(reply.location(), "/");
    let home = browser.get("/").await.expect(303);
    assert_eq!(home.location(), "/w/brightwater");
    let library = "/w/brightwater/library";
    assert_eq!(browser.follow(&home).await.location(), library);
    browser.get(library).await.expect(200);
    // Signed in, the page leads on.
    assert_eq!(browser.get("/sign-in").await.expect(303).location(), "/");
}

#[actix_web::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let browser = app.stranger();
    browser.get("/sign-in").await.expect(200);
    let known = try_in(&browser.twin(), ADA, WRONG).await.expect(422);
    let unknown = try_in(&browser.twin(), NOBODY, WRONG).await.expect(422);
    let malformed = try_in(&browser.twin(), "nobody", WRONG).await.expect(422);
    let told = Reply::text_without_tokens;
    assert_eq!(told(&known), told(&unknown).replace(NOBODY, ADA));
    assert_eq!(told(&known), told(&malformed).replace("nobody", ADA));
    let names = |reply: &Reply| {
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&known), names(&unknown));
    assert!(!known.text().contains(WRONG), "no password comes back");
    assert!(known.cookies().iter().all(|c| c.name() != "keyroom"));
}

#[actix_web::test]
async fn after_signing_in_the_page_that_was_asked_for_opens() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let browser = app.stranger();
    let asked = format!("{KEYS}?status=revoked");
    let door = browser.get(&asked).await.expect(303);
    assert_eq!(
        door.location(),
        format!(
            "/sign-in?next={}",
            asked
                .replace('/', "%2F")
                .replace('?', "%3F")
                .replace('=', "%3D")
        )
    );
    let form = browser
        .follow(&door)
        .await
        .expect(200)
        .page()
        .form("/sign-in");
    let wrong = form.clone().with("email", ADA).with("password", WRONG);
    let again = browser
        .submit(&wrong)
        .await
        .expect(422)
        .page()
        .form("/sign-in");
    assert_eq!(
        again.value("next"),
        Some(asked.as_str()),
        "also after a mistake"
    );
    app.clock.advance(TimeDelta::seconds(1));
    let right = again.with("email", ADA).with("password", make::PASSWORD);
    assert_eq!(browser.submit(&right).await.expect(303).location(), asked);
}

#[actix_web::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    for next in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ] {
        let browser = app.stranger();
        let fields = [("email", ADA), ("password", make::PASSWORD), ("next", next)];
        let reply = browser.post("/sign-in", &fields).await.expect(303);
        assert_eq!(reply.location(), "/", "{next:?}");
        let query = crate::support::http::encode(&[("next", next)]);
        let reply = browser.get(&format!("/sign-in?{query}")).await.expect(303);
        assert_eq!(reply.location(), "/", "{next:?} when signed in already");
        let page = app
            .stranger()
            .get(&format!("/sign-in?{query}"))
            .await
            .expect(200)
            .page();
        assert_eq!(
            page.form("/sign-in").value("next"),
            None,
            "{next:?} in the form"
        );
    }
}

#[actix_web::test]
async fn guesses_wait_longer_and_longer_for_known_and_unknown_addresses_alike() {
    let app = TestApp::start();
    app.clock.stop();
    make::workspace(&app, "Brightwater");
    for email in [ADA, NOBODY] {
        for pause in [1, 3, 5, 10, 10] {
            guess(&app, email, WRONG).await.expect(422);
            // Meanwhile not even the right one is looked at, whatever its case is typed in.
            let early = guess(&app, &email.to_uppercase(), make::PASSWORD)
                .await
                .expect(429);
            assert_eq!(wait(&early), pause, "{email}");
            app.clock.advance(TimeDelta::seconds(pause));
        }
    }
    assert_eq!(guess(&app, ADA, make::PASSWORD).await.status, 303);
}

#[actix_web::test]
async fn a_right_password_clears_the_count() {
    let app = TestApp::start();
    app.clock.stop();
    make::workspace(&app, "Brightwater");
    for pause in [1, 3, 5] {
        guess(&app, ADA, WRONG).await.expect(422);
        app.clock.advance(TimeDelta::seconds(pause));
    }
    guess(&app, ADA, make::PASSWORD).await.expect(303);
    guess(&app, ADA, WRONG).await.expect(422);
    assert_eq!(wait(&guess(&app, ADA, WRONG).await.expect(429)), 1);
}

#[actix_web::test]
async fn guesses_at_the_same_moment_are_each_counted() {
    let app = TestApp::start();
    app.clock.stop();
    make::workspace(&app, "Brightwater");
    let browsers: Vec<Browser> = (0..10).map(|_| app.stranger()).collect();
    let mut answers: Vec<u16> = join_all(browsers.iter().map(|b| try_in(b, ADA, WRONG)))
        .await
        .iter()
        .map(|reply| reply.status)
        .collect();
    answers.sort_unstable();
    assert_eq!(answers[0], 422);
    assert!(
        answers[1..].iter().all(|status| *status == 429),
        "one was checked: {answers:?}"
    );
}

#[actix_web::test]
async fn an_account_is_guessed_at_a_hundred_times_a_day() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    app.to_noon();
    for email in [ADA, NOBODY] {
        guess(&app, email, WRONG).await.expect(422);
        app.sql(|sql| sql.execute("UPDATE sign_in_counters SET failures = 99 WHERE failures = 1"));
        app.clock.advance(TimeDelta::seconds(10));
        guess(&app, email, WRONG).await.expect(422);
        app.clock.advance(TimeDelta::seconds(11));
        let over = guess(&app, email, make::PASSWORD).await.expect(429);
        assert!(
            (42_000..=43_200).contains(&wait(&over)),
            "until midnight: {}",
            wait(&over)
        );
    }
    app.clock.advance(TimeDelta::hours(12));
    guess(&app, ADA, make::PASSWORD).await.expect(303);
}

#[actix_web::test]
async fn live_sessions_go_on_while_their_account_is_locked() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    guess(&app, ADA, WRONG).await.expect(422);
    guess(&app, ADA, make::PASSWORD).await.expect(429);
    owner.get(AUDIT).await.expect(200);
    owner
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
}

#[actix_web::test]
async fn one_address_tries_ten_times_and_then_one_at_a_time() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let guesser = app.stranger();
    for i in 0..10 {
        try_in(&guesser, &format!("person-{i}@example.com"), WRONG)
            .await
            .expect(422);
    }
    let limited = try_in(&guesser, ADA, make::PASSWORD).await.expect(429);
    assert!((1..=6).contains(&wait(&limited)), "{}", wait(&limited));
    assert!(limited.page().text().contains("Too many attempts"));
    guess(&app, ADA, make::PASSWORD).await.expect(303);
}

#[actix_web::test]
async fn an_ipv6_network_is_one_address() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let from = |ip: String| Browser::new(&app.address, ip);
    for i in 0..10 {
        let browser = from(format!("2001:db8:1:2:{i}::{i}"));
        try_in(&browser, &format!("person-{i}@example.com"), WRONG)
            .await
            .expect(422);
    }
    try_in(&from("2001:db8:1:2::77".to_owned()), ADA, make::PASSWORD)
        .await
        .expect(429);
    try_in(&from("2001:db8:1:3::77".to_owned()), ADA, make::PASSWORD)
        .await
        .expect(303);
}
