//! 14 days, 7 days and 1 day before a key ends, those who made it or look after it are told: once.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{
    actor::Role,
    keys::{self, Lifetime},
    permissions::Permission,
    policy::Unscoped,
};

use crate::{
    mail::server::{MailServer, Taken},
    scenes::{ADA, KEYS, press},
    support::{Browser, TestApp, make, make::MadeKey},
};

const WHY: Unscoped = Unscoped::because("a test does what upkeep does");

/// What a server does each hour.
pub async fn warn(app: &TestApp) {
    keys::warn(&app.db, &app.shared.mail, WHY, app.clock.now()).await;
}

fn key_for(app: &TestApp, label: &str, days: u16) -> MadeKey {
    let lifetime = Lifetime::Days(days);
    make::key_with(app, "brightwater", label, Permission::ALL, lifetime)
}

/// The bold words of the notices on the list of keys, for whoever signs in with Ada's address.
pub async fn told(app: &TestApp) -> Vec<String> {
    let page = app.sign_in(ADA).await.get(KEYS).await.expect(200).page();
    page.all(".notices .notice b")
}

/// Of each mail about keys that was written: to whom.
pub fn written(app: &TestApp, purpose: &str) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(&format!(
            "SELECT recipient AS line FROM outbox WHERE purpose = '{purpose}' ORDER BY recipient"
        ))
    })
}

fn mailing() -> TestApp {
    let app = TestApp::start_mailing("smtp://127.0.0.1:9");
    make::workspace(&app, "Brightwater");
    app
}

/// A day passes, hour by hour enough for its upkeep.
async fn a_day(app: &TestApp) {
    for _ in 0..2 {
        app.clock.advance(TimeDelta::hours(12));
        warn(app).await;
    }
}

#[actix_web::test]
async fn each_stage_is_told_once_on_its_day() {
    let app = mailing();
    key_for(&app, "ci", 30);
    let mut days = Vec::new();
    for day in 1..=31 {
        let before = written(&app, "key_expiry").len();
        a_day(&app).await;
        if written(&app, "key_expiry").len() > before {
            days.push(30 - day);
        }
    }
    assert_eq!(days, [14, 7, 1]);
    assert_eq!(written(&app, "key_expiry"), [ADA; 3]);
}

#[actix_web::test]
async fn whoever_was_away_is_told_of_the_nearest_stage_only() {
    let app = mailing();
    key_for(&app, "ci", 30);
    app.clock.advance(TimeDelta::hours(24 * 29 + 12));
    warn(&app).await;
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry"), [ADA]);
    let told = told(&app).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("ci expires in "), "{told:?}");
    // It has ended meanwhile: there is nothing to tell but that.
    app.clock.advance(TimeDelta::days(2));
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry"), [ADA]);
}

#[actix_web::test]
async fn no_key_is_told_of_on_the_day_it_was_made() {
    let app = mailing();
    for days in [1, 7, 14] {
        key_for(&app, &format!("for {days}"), days);
    }
    warn(&app).await;
    app.clock.advance(TimeDelta::hours(23));
    warn(&app).await;
    assert!(written(&app, "key_expiry").is_empty());
    assert!(told(&app).await.is_empty());
}

#[actix_web::test]
async fn several_servers_tell_it_once() {
    let app = mailing();
    for n in 1..=40 {
        key_for(&app, &format!("key {n}"), 30);
    }
    app.clock.advance(TimeDelta::days(17));
    join(warn(&app), join(warn(&app), warn(&app))).await;
    assert_eq!(written(&app, "key_expiry"), [ADA]);
    let notices = "SELECT count(*) || ' ' || max(times) AS line FROM notices";
    assert_eq!(app.sql(|sql| sql.line(notices)), "40 1");
}

#[actix_web::test]
async fn what_is_told_is_noted_in_the_same_step() {
    let app = mailing();
    key_for(&app, "ci", 30);
    app.clock.advance(TimeDelta::days(17));
    // The last of what is written fails, as if the server had ended there.
    app.sql(|sql| sql.execute("ALTER TABLE outbox RENAME TO away"));
    warn(&app).await;
    app.sql(|sql| sql.execute("ALTER TABLE away RENAME TO outbox"));
    assert!(written(&app, "key_expiry").is_empty());
    assert!(told(&app).await.is_empty());
    warn(&app).await;
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry"), [ADA]);
    assert_eq!(told(&app).await.len(), 1);
}

/// The expiry of a key, as an owner edits it.
async fn edit_expiry(owner: &Browser, key: &MadeKey, choice: &str) {
    let address = format!("{KEYS}/{}/edit", key.id);
    let form = owner.get(&address).await.expect(200).page().form(&address);
    owner.submit(&form.with("expiry", choice)).await.expect(303);
}

#[actix_web::test]
async fn another_date_starts_afresh() {
    let app = mailing();
    let key = key_for(&app, "ci", 30);
    app.clock.advance(TimeDelta::days(24));
    warn(&app).await;
    assert_eq!(told(&app).await.len(), 1);
    let owner = app.sign_in(ADA).await;
    edit_expiry(&owner, &key, "30").await;
    // It is true no longer, and nobody is shown it.
    assert!(told(&app).await.is_empty());
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry").len(), 1);
    app.clock.advance(TimeDelta::days(24));
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry").len(), 2);
    assert_eq!(told(&app).await.len(), 1);
}

#[actix_web::test]
async fn what_does_not_answer_is_not_told_of() {
    let app = mailing();
    let (off, gone) = (key_for(&app, "off", 30), key_for(&app, "gone", 30));
    make::deactivated(&app, &off);
    make::revoked(&app, &gone, "unneeded");
    key_for(&app, "elsewhere", 30);
    app.clock.advance(TimeDelta::days(24));
    app.sql(|sql| sql.execute("UPDATE workspaces SET deleted_at = created_at"));
    warn(&app).await;
    assert!(written(&app, "key_expiry").is_empty());
    app.sql(|sql| sql.execute("UPDATE workspaces SET deleted_at = NULL"));
    warn(&app).await;
    let told = told(&app).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("elsewhere expires"), "{told:?}");
}

#[actix_web::test]
async fn a_key_that_is_stopped_is_told_of_no_longer() {
    let app = mailing();
    for what in ["deactivation", "revocation"] {
        let key = key_for(&app, what, 30);
        app.clock.advance(TimeDelta::days(24));
        warn(&app).await;
        let owner = app.sign_in(ADA).await;
        assert_eq!(told(&app).await.len(), 1);
        let address = format!("{KEYS}/{}/{what}", key.id);
        match what {
            "revocation" => owner.post(&address, &[("reason", "unneeded")]).await,
            _ => press(&owner, &key, what).await,
        }
        .expect(303);
        assert!(told(&app).await.is_empty());
    }
}

#[actix_web::test]
async fn whoever_made_it_and_the_admins_are_written_to_if_they_are_there() {
    let app = mailing();
    let named = |email: &str, role| make::named(&app, "brightwater", "Somebody", email, role);
    named("admin@x.example", Role::Admin);
    let suspended = named("suspended@x.example", Role::Admin);
    let removed = named("removed@x.example", Role::Admin);
    named("member@x.example", Role::Member);
    let maker = named("maker@x.example", Role::Member);
    let left = named("left@x.example", Role::Member);
    for (key, by) in [
        (key_for(&app, "ci", 30), &maker),
        (key_for(&app, "old", 30), &left),
    ] {
        make::made_by(&app, &key, by);
    }
    make::suspended(&app, &suspended);
    make::removed(&app, &removed);
    make::removed(&app, &left);
    app.clock.advance(TimeDelta::days(24));
    warn(&app).await;
    assert_eq!(
        written(&app, "key_expiry"),
        ["admin@x.example", "maker@x.example", ADA]
    );
}

fn about_keys(mails: Vec<Taken>, to: &str) -> Vec<Taken> {
    mails
        .into_iter()
        .filter(|mail| mail.to == to && mail.header("Subject").contains("expire"))
        .collect()
}

#[actix_web::test]
async fn many_keys_are_one_letter_that_names_them() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    make::workspace(&app, "Brightwater");
    let maker = make::named(
        &app,
        "brightwater",
        "Maker",
        "maker@x.example",
        Role::Member,
    );
    app.sql(|sql| {
        sql.execute("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE email = 'maker@x.example'");
    });
    for n in 1..=50 {
        let key = key_for(&app, &format!("worker {n:02}"), 30);
        if n == 7 {
            make::made_by(&app, &key, &maker);
        }
    }
    app.clock.advance(TimeDelta::hours(24 * 23 + 1));
    warn(&app).await;
    let mails = server.expect(2);
    let letters = about_keys(mails.clone(), ADA);
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(
        letter.header("Subject"),
        "50 API keys of Brightwater expire soon"
    );
    for text in [&letter.text, &letter.html] {
        assert_eq!(text.matches("worker ").count(), 30, "{text}");
        assert!(text.contains("And 20 more keys."), "{text}");
        assert!(text.contains(" UTC"), "{text}");
        let list = format!("http://{}{KEYS}?status=active", app.address);
        assert!(text.contains(&list), "{text}");
    }
    let letter = &about_keys(mails, "maker@x.example")[0];
    assert_eq!(letter.header("Subject"), "worker 07 expires in 7 days");
    assert!(letter.text.contains("worker 07: in 7 days, on "));
    assert!(letter.text.contains(" JST"), "{}", letter.text);
    // They may not open the page, so nothing leads there.
    assert!(!letter.text.contains("/settings/"), "{}", letter.text);
}

#[actix_web::test]
async fn without_a_mail_server_it_is_told_on_the_page() {
    let app = TestApp::start();
    app.set_up().await;
    key_for(&app, "ci", 30);
    app.clock.advance(TimeDelta::days(24));
    warn(&app).await;
    assert_eq!(told(&app).await, ["ci expires in 6 days."]);
    assert!(written(&app, "key_expiry").is_empty());
}

#[actix_web::test]
async fn whoever_owns_a_key_is_written_to_alone_with_a_button_that_leads_into_their_account() {
    const SAM: &str = "sam@brightwater.example";
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    make::workspace(&app, "Brightwater");
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let key = make::personal(
        &app,
        ("brightwater", &sam),
        "laptop",
        &[Permission::ObjectsList],
    );
    app.clock.advance(TimeDelta::hours(24 * 83 + 1));
    warn(&app).await;
    assert_eq!(written(&app, "key_expiry"), [SAM]);
    let letter = &about_keys(server.expect(1), SAM)[0];
    let rotation = format!("/w/brightwater/account/api-keys/{}/rotation", key.id);
    for text in [&letter.text, &letter.html] {
        assert!(text.contains("Rotate key"), "{text}");
        assert!(
            text.contains(&format!("http://{}{rotation}", app.address)),
            "{text}"
        );
        assert!(!text.contains("/settings/"), "{text}");
    }
    app.sign_in(SAM).await.get(&rotation).await.expect(200);
}
