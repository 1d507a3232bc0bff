//! Notices: told to whom they are for, once for the same thing, until one of them dismisses it.

use chrono::TimeDelta;
use keyroom::{
    actor::Role,
    notices::{self, Audience, Kind},
    policy::Unscoped,
};

use crate::{
    scenes::{ADA, AUDIT, sentences},
    support::{Browser, TestApp, make, make::MadeKey, page::Form},
};

const KEYS: &str = "/w/brightwater/settings/api-keys";
const NOTICES: &str = "/w/brightwater/settings/notices";

fn tried(ip: [u8; 4]) -> Kind {
    Kind::RetiredSecretTried {
        secret: 1,
        ip: ip.into(),
    }
}

fn tell(app: &TestApp, key: &MadeKey, kind: Kind) {
    make::raised(app, "brightwater", key, kind, Audience::Admins);
}

/// The notices of a page, as text.
async fn told(browser: &Browser, page: &str) -> Vec<String> {
    let page = browser.get(page).await.expect(200).page();
    page.all(".notices .notice p")
}

/// The form of the first *Dismiss* of a page.
async fn dismissal(browser: &Browser, page: &str) -> Form {
    let page = browser.get(page).await.expect(200).page();
    let actions = page.attributes(".notices form", "action");
    page.form(actions.first().expect("a notice"))
}

async fn dismiss(browser: &Browser, page: &str) {
    let form = dismissal(browser, page).await;
    let done = browser.submit(&form).await.expect(303);
    let page = browser.follow(&done).await.expect(200).page();
    assert_eq!(
        page.one(".flash p"),
        "The notice is dismissed. Nobody is shown it any more."
    );
}

#[actix_web::test]
async fn every_admin_is_told_on_the_pages_it_concerns_until_one_dismisses_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = make::key(&app, "brightwater", "ci <deploy>");
    let other = make::key(&app, "brightwater", "other");
    make::notice(&app, "brightwater", &key);
    let own_page = format!("{KEYS}/{}", key.id);
    for browser in [&owner, &admin] {
        for page in [KEYS, NOTICES, &own_page] {
            let told = told(browser, page).await;
            assert_eq!(told.len(), 1, "{page}");
            assert!(told[0].starts_with("ci <deploy> expires in 7 days. It stops working on "));
            assert!(told[0].ends_with(" UTC ."), "{told:?}");
        }
        let others = told(browser, &format!("{KEYS}/{}", other.id)).await;
        assert!(others.is_empty(), "{others:?}");
    }
    dismiss(&admin, &own_page).await;
    for browser in [&owner, &admin] {
        assert!(told(browser, KEYS).await.is_empty());
    }
    let empty = owner.get(NOTICES).await.expect(200).page();
    assert_eq!(empty.one("#empty"), "No notices");
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said[0].contains("dismissed a notice about ci <deploy>"),
        "{said:?}"
    );
}

#[actix_web::test]
async fn it_is_dismissed_once_and_comes_back_to_where_it_was() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    make::notice(&app, "brightwater", &key);
    let form = dismissal(&owner, &format!("{KEYS}?sort=label")).await;
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), format!("{KEYS}?sort=label"));
    let entries = sentences(&owner, AUDIT).await.len();
    owner.submit(&form).await.expect(303);
    assert_eq!(sentences(&owner, AUDIT).await.len(), entries);
    let form = form.with("next", "https://evil.example/");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), "/w/brightwater");
}

#[actix_web::test]
async fn the_same_thing_again_is_no_second_notice() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    for ip in [[203, 0, 113, 7], [203, 0, 113, 7], [198, 51, 100, 9]] {
        tell(&app, &key, tried(ip));
        app.clock.advance(TimeDelta::minutes(5));
    }
    let told = told(&owner, KEYS).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("Somebody still uses the old value of ci."));
    assert!(told[0].contains("was tried 3 times since "), "{told:?}");
    assert!(
        told[0].contains(", last 5 minutes ago from 198.51.100.9."),
        "{told:?}"
    );
}

#[actix_web::test]
async fn what_goes_on_is_quiet_for_a_day_after_it_was_dismissed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    tell(&app, &key, tried([203, 0, 113, 7]));
    dismiss(&owner, KEYS).await;
    app.clock.advance(TimeDelta::hours(23));
    tell(&app, &key, tried([203, 0, 113, 7]));
    let owner = app.sign_in(ADA).await;
    assert!(told(&owner, KEYS).await.is_empty());
    app.clock.advance(TimeDelta::hours(2));
    tell(&app, &key, tried([203, 0, 113, 7]));
    let told = told(&owner, KEYS).await;
    assert!(told[0].contains("was tried 3 times"), "{told:?}");
}

#[actix_web::test]
async fn a_later_stage_takes_the_place_of_the_one_before_also_where_that_was_dismissed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let expires_at = app.clock.now() + TimeDelta::days(10);
    let soon = |days| Kind::KeyExpiresSoon { expires_at, days };
    tell(&app, &key, soon(14));
    tell(&app, &key, soon(7));
    assert_eq!(told(&owner, KEYS).await.len(), 1);
    dismiss(&owner, KEYS).await;
    tell(&app, &key, soon(7));
    assert!(told(&owner, KEYS).await.is_empty());
    tell(&app, &key, soon(1));
    assert_eq!(told(&owner, KEYS).await.len(), 1);
    app.clock.advance(TimeDelta::days(11));
    let owner = app.sign_in(ADA).await;
    let told = told(&owner, KEYS).await;
    assert!(told[0].starts_with("ci has expired."), "{told:?}");
}

#[actix_web::test]
async fn what_is_for_one_member_is_told_and_dismissed_by_nobody_else() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let email = make::member(&app, "brightwater", Role::Admin);
    let id = make::member_id(&app, "brightwater", &email);
    let theirs = app.sign_in(&email).await;
    let key = make::key(&app, "brightwater", "ci");
    let audience = Audience::Member(id.parse().expect("an id"));
    make::raised(&app, "brightwater", &key, tried([203, 0, 113, 7]), audience);
    assert!(told(&owner, KEYS).await.is_empty());
    assert!(told(&owner, NOTICES).await.is_empty());
    assert_eq!(told(&theirs, KEYS).await.len(), 1);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'member' WHERE id = '{id}'"
        ))
    });
    let notice = app.sql(|sql| sql.line("SELECT id::text AS line FROM notices"));
    let address = format!("{NOTICES}/{notice}/dismissal");
    owner.post(&address, &[]).await.expect(404);
    // It is theirs, whatever their role.
    theirs.post(&address, &[]).await.expect(303);
    let dismissed = "SELECT count(*)::text AS line FROM notices WHERE dismissed_at IS NOT NULL";
    assert_eq!(app.sql(|sql| sql.line(dismissed)), "1");
}

#[actix_web::test]
async fn who_may_not_dismisses_nothing() {
    let app = TestApp::start();
    app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let id = make::notice(&app, "brightwater", &key);
    let address = format!("{NOTICES}/{id}/dismissal");
    let member = app.member(Role::Member).await;
    let other = app.workspace("Elsewhere").await;
    for (browser, status) in [(&member, 403), (&other, 404), (&app.stranger(), 303)] {
        browser.post(&address, &[]).await.expect(status);
        browser.get(NOTICES).await.expect(status);
    }
    let theirs = format!("/w/elsewhere/settings/notices/{id}/dismissal");
    other.post(&theirs, &[]).await.expect(404);
    let open = "SELECT count(*)::text AS line FROM notices WHERE dismissed_at IS NULL";
    assert_eq!(app.sql(|sql| sql.line(open)), "1");
}

#[actix_web::test]
async fn three_are_shown_and_the_others_have_a_page() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let keys: Vec<MadeKey> = (1..=25)
        .map(|n| make::key(&app, "brightwater", &format!("key {n}")))
        .collect();
    for (n, key) in keys.iter().enumerate() {
        make::notice(&app, "brightwater", key);
        app.clock.advance(TimeDelta::seconds(1));
        let page = owner.get(KEYS).await.expect(200).page();
        assert_eq!(page.elements(".notices .notice").len(), (n + 1).min(3));
        let more = page.all(".notices .more");
        match n {
            ..3 => assert!(more.is_empty()),
            _ => assert_eq!(more, [format!("and {} more", n - 2)]),
        }
    }
    let first = owner.get(NOTICES).await.expect(200).page();
    assert_eq!(first.elements(".notice").len(), 20);
    let older = first.attributes("a[rel=next]", "href");
    let second = owner.get(&older[0]).await.expect(200).page();
    assert_eq!(second.all(".notice b").len(), 5);
    assert!(second.all(".notice b")[4].starts_with("key 1 "));
    owner
        .get(&format!("{NOTICES}?before=nonsense"))
        .await
        .expect(404);
}

#[actix_web::test]
async fn what_was_dismissed_long_ago_is_forgotten_and_what_is_open_stays() {
    const WHY: Unscoped = Unscoped::because("a test sweeps");
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (one, two) = (
        make::key(&app, "brightwater", "one"),
        make::key(&app, "brightwater", "two"),
    );
    make::notice(&app, "brightwater", &one);
    dismiss(&owner, KEYS).await;
    make::notice(&app, "brightwater", &two);
    let left = async |days: i64| {
        app.clock.advance(TimeDelta::days(days));
        let now = app.clock.now();
        app.db
            .run(move |conn| notices::sweep(conn, WHY, now))
            .await
            .expect("swept");
        app.sql(|sql| sql.lines("SELECT subject_label AS line FROM notices ORDER BY 1"))
    };
    assert_eq!(left(80).await, ["one", "two"]);
    assert_eq!(left(11).await, ["two"]);
    assert!(left(310).await.is_empty());
}

#[actix_web::test]
async fn of_a_key_of_their_own_a_member_is_told_in_their_account_and_led_to_where_they_may_go() {
    const OWN: &str = "/w/brightwater/account/api-keys";
    const SAM: &str = "sam@brightwater.example";
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let given = [keyroom::permissions::Permission::ObjectsList];
    let key = make::personal(&app, ("brightwater", &sam), "laptop", &given);
    let other = make::personal(&app, ("brightwater", &sam), "phone", &given);
    let expires_at = app.clock.now() + TimeDelta::days(7);
    let soon = Kind::KeyExpiresSoon {
        expires_at,
        days: 7,
    };
    let audience = Audience::Member(sam.parse().expect("an id"));
    make::raised(&app, "brightwater", &key, soon, audience);
    // What the admins are told of the same key is not the member's business.
    tell(&app, &key, tried([203, 0, 113, 7]));
    let browser = app.sign_in(SAM).await;
    let page = format!("{OWN}/{}", key.id);
    for address in [OWN, &page] {
        let told = told(&browser, address).await;
        assert_eq!(told.len(), 1, "{address}");
        assert!(told[0].starts_with("laptop expires in 7 days."), "{told:?}");
        let shown = browser.get(address).await.expect(200).page();
        let ways = shown.attributes(".notices a.btn", "href");
        assert_eq!(ways, [format!("{page}/rotation")]);
        browser.get(&ways[0]).await.expect(200);
    }
    assert!(
        told(&browser, &format!("{OWN}/{}", other.id))
            .await
            .is_empty()
    );
    let admins = told(&owner, KEYS).await;
    assert_eq!(admins.len(), 1);
    assert!(admins[0].starts_with("Somebody still uses the old value of laptop."));
    let done = browser
        .submit(&dismissal(&browser, &page).await)
        .await
        .expect(303);
    assert_eq!(done.location(), page);
    assert!(told(&browser, OWN).await.is_empty());
}
