//! Your account → Activity: what happened to it, for nobody else.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{people, policy::Unscoped};

use crate::{
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, make, page::Page},
};

const ACTIVITY: &str = "/account/activity";

async fn activity(browser: &Browser, query: &str) -> Page {
    let path = format!("{ACTIVITY}{query}");
    browser.get(&path).await.expect(200).page()
}

async fn said(browser: &Browser) -> Vec<String> {
    activity(browser, "").await.all(".items > li b")
}

#[actix_web::test]
async fn every_sign_in_and_every_change_is_there_newest_first() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let wrong = [("email", ADA), ("password", "purple tractor sings at noon")];
    let guesser = app.stranger();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("user-agent", "curl/8.5.0"),
    ];
    guesser
        .send(Method::POST, "/sign-in", &headers, &wrong)
        .await
        .expect(422);
    app.clock.advance(TimeDelta::seconds(1));
    app.sign_in(ADA)
        .await
        .post("/sign-out", &[])
        .await
        .expect(303);
    owner
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
    let password = [
        ("current", make::PASSWORD),
        ("new", "seven kettles hum along"),
    ];
    owner.post("/account/password", &password).await.expect(303);
    assert_eq!(
        said(&owner).await,
        [
            "Changed the password",
            "Changed the theme",
            "Signed out",
            "Signed in",
            "Somebody tried to sign in with a wrong password Failed",
            "Signed in",
        ]
    );
    let page = activity(&owner, "").await;
    let rows = page.all(".items > li .t");
    assert!(rows[1].contains("Theme: system → dark"), "{}", rows[1]);
    assert!(
        rows[1].ends_with(&format!("Firefox on Linux, {}", owner.ip())),
        "{}",
        rows[1]
    );
    assert!(
        rows[4].ends_with(&format!("Unknown program, {}", guesser.ip())),
        "{}",
        rows[4]
    );
    let exact = page.all(".items > li .at small");
    assert!(exact.iter().all(|time| time.ends_with(" UTC")), "{exact:?}");
    assert!(page.text().contains("Times are UTC."));
}

#[actix_web::test]
async fn nobody_else_sees_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let somebody = app.workspace("Other").await;
    let admin = app.member(keyroom::actor::Role::Owner).await;
    owner
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
    for other in [&somebody, &admin] {
        assert_eq!(said(other).await, ["Signed in"]);
    }
    let stranger = app.stranger().get(ACTIVITY).await.expect(303);
    assert_eq!(stranger.location(), "/sign-in?next=%2Faccount%2Factivity");
}

#[actix_web::test]
async fn what_a_newer_version_recorded_reads_as_nothing_else() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| {
        sql.execute("UPDATE account_events SET action = 'account.passkey_added', ip = NULL, user_agent = NULL");
    });
    let row = activity(&owner, "").await.one(".items > li .t");
    assert_eq!(
        row,
        "Something new happened: “account.passkey_added” The server's command line"
    );
    app.sql(|sql| sql.execute("DELETE FROM account_events"));
    assert!(
        activity(&owner, "")
            .await
            .text()
            .contains("Nothing has happened yet.")
    );
}

#[actix_web::test]
async fn it_pages_there_and_back_and_asks_as_often_for_many_as_for_one() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    owner.get(KEYS).await.expect(200);
    let queries = async || app.counting(owner.get(ACTIVITY)).await.1.len();
    let one = queries().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO account_events (id, user_id, at, action)
             SELECT gen_random_uuid(), user_id, at - n / 3 * interval '1 minute', 'account.signed_out'
             FROM account_events, generate_series(3, 52) n",
        );
    });
    assert_eq!(queries().await, one);
    let link = |page: &Page, id: &str| page.attributes(&format!("a#{id}"), "href").pop();
    let (mut pages, mut next) = (Vec::new(), ACTIVITY.to_owned());
    loop {
        let page = owner.get(&next).await.expect(200).page();
        pages.push(page.attributes(".items time", "datetime"));
        match link(&page, "older") {
            Some(older) => next = older,
            None => break,
        }
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 11]);
    assert!(pages.concat().is_sorted_by(|a, b| a >= b), "newest first");
    let mut back = Vec::new();
    loop {
        let page = owner.get(&next).await.expect(200).page();
        back.push(page.attributes(".items time", "datetime"));
        match link(&page, "newer") {
            Some(newer) => next = newer,
            None => break,
        }
    }
    back.reverse();
    assert_eq!(back, pages, "there and back");
    for wrong in ["?before=x", "?after=MTp4", "?before=a&after=b"] {
        owner.get(&format!("{ACTIVITY}{wrong}")).await.expect(404);
    }
    // What was beyond the last is gone.
    let oldest = link(&activity(&owner, "").await, "older").expect("more than a page");
    app.sql(|sql| sql.execute("DELETE FROM account_events WHERE action = 'account.signed_out'"));
    assert_eq!(owner.get(&oldest).await.expect(303).location(), ACTIVITY);
}

/// With the last sign-in goes the knowledge that there ever was one, and with that the mail about the next.
#[actix_web::test]
async fn what_is_too_old_is_forgotten_but_for_the_last_sign_in() {
    const WHY: Unscoped = Unscoped::because("a test looks after everybody's");
    let app = TestApp::start();
    app.set_up().await;
    app.clock.advance(TimeDelta::days(10));
    app.sign_in(ADA)
        .await
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
    let all = ["Changed the theme", "Signed in", "Signed in"];
    let forget = async |limit| {
        let forgotten = people::forget_events(&app.db, WHY, limit);
        forgotten.await.expect("a database");
    };
    forget(app.clock.now() - TimeDelta::days(11)).await;
    app.clock.advance(TimeDelta::seconds(1));
    let browser = app.sign_in(ADA).await;
    assert_eq!(said(&browser).await[1..], all);
    forget(app.clock.now() - TimeDelta::days(1)).await;
    assert_eq!(said(&browser).await[1..], all[..2]);
    forget(app.clock.now() + TimeDelta::days(1)).await;
    assert_eq!(said(&browser).await, ["Signed in"]);
}

#[actix_web::test]
async fn more_than_is_forgotten_at_once_is_forgotten_too() {
    const WHY: Unscoped = Unscoped::because("a test looks after everybody's");
    let app = TestApp::start();
    app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO account_events (id, user_id, at, action)
             SELECT gen_random_uuid(), id, now() - interval '500 days' - n * interval '1 second', 'account.signed_in'
             FROM users, generate_series(1, 25000) n;
             ANALYZE account_events",
        );
    });
    let limit = app.clock.now() - TimeDelta::days(400);
    let forgotten = people::forget_events(&app.db, WHY, limit);
    forgotten.await.expect("a database");
    let old =
        "SELECT count(*)::text AS line FROM account_events WHERE at < now() - interval '400 days'";
    assert_eq!(app.sql(|sql| sql.line(old)), "0");
}
