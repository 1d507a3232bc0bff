//! Keys that nobody uses are deactivated, if a workspace wants that: told a week before, and not if they are used.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{actor::Role, permissions::Permission};

use crate::{
    key_warnings::{told, warn, written},
    scenes::{ADA, AUDIT, GENERAL, KEYS, press, problem, sentences, state},
    support::{
        Browser, TestApp, make,
        make::MadeKey,
        page::{Form, Page},
    },
};

fn app_with(days: u16) -> TestApp {
    let app = TestApp::start_mailing("smtp://127.0.0.1:9");
    make::workspace(&app, "Brightwater");
    set(&app, &days.to_string());
    app
}

fn set(app: &TestApp, days: &str) {
    app.sql(|sql| {
        sql.execute(&format!("UPDATE workspaces SET unused_key_days = {days}"));
    });
}

/// It never ends by itself.
fn key(app: &TestApp, label: &str) -> MadeKey {
    make::key_with(
        app,
        "brightwater",
        label,
        Permission::ALL,
        keyroom::keys::Lifetime::Unlimited,
    )
}

async fn days_pass(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    warn(app).await;
}

async fn state_of(app: &TestApp, key: &MadeKey) -> String {
    let page = app.sign_in(ADA).await.get(KEYS).await.expect(200).page();
    state(&page, key)
}

#[actix_web::test]
async fn it_is_told_a_week_before_and_then_done_by_keyroom() {
    let app = app_with(30);
    let key = key(&app, "ci");
    days_pass(&app, 22).await;
    assert!(told(&app).await.is_empty());
    days_pass(&app, 1).await;
    assert_eq!(told(&app).await, ["Nobody uses ci."]);
    assert_eq!(written(&app, "key_unused"), [ADA]);
    days_pass(&app, 6).await;
    assert_eq!(state_of(&app, &key).await, "Active");
    days_pass(&app, 1).await;
    assert_eq!(state_of(&app, &key).await, "Deactivated");
    assert_eq!(told(&app).await, ["ci is deactivated."]);
    assert_eq!(written(&app, "key_unused").len(), 1);
    let owner = app.sign_in(ADA).await;
    let rows = owner.get(AUDIT).await.expect(200).page().all("tbody tr");
    assert!(
        rows.iter()
            .any(|row| row.contains("Keyroom") && row.contains("deactivated key ci")),
        "{rows:?}"
    );
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_deactivated",
    );
    // Somebody has seen it, and wants it on.
    press(&owner, &key, "activation").await.expect(303);
    assert!(told(&app).await.is_empty());
    days_pass(&app, 22).await;
    assert_eq!(state_of(&app, &key).await, "Active");
}

#[actix_web::test]
async fn a_use_in_between_keeps_it() {
    let app = app_with(30);
    let key = key(&app, "ci");
    days_pass(&app, 25).await;
    assert_eq!(told(&app).await.len(), 1);
    app.clock.advance(TimeDelta::days(3));
    make::used(&app, &key, 1, app.clock.now());
    warn(&app).await;
    assert!(told(&app).await.is_empty());
    days_pass(&app, 20).await;
    assert_eq!(state_of(&app, &key).await, "Active");
    // The weeks begin again.
    days_pass(&app, 3).await;
    assert_eq!(told(&app).await.len(), 1);
    assert_eq!(written(&app, "key_unused").len(), 2);
}

#[actix_web::test]
async fn what_was_told_of_its_end_goes_with_it() {
    let app = app_with(30);
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        keyroom::keys::Lifetime::Days(36),
    );
    days_pass(&app, 23).await;
    days_pass(&app, 6).await;
    assert!(told(&app).await.iter().any(|told| told.contains("expires")));
    days_pass(&app, 1).await;
    assert_eq!(state_of(&app, &key).await, "Deactivated");
    assert_eq!(told(&app).await, ["ci is deactivated."]);
}

#[actix_web::test]
async fn a_key_that_is_suspended_with_its_owner_waits_for_them() {
    let app = app_with(30);
    let email = "sam@brightwater.example";
    let sam = make::named(&app, "brightwater", "Sam Okafor", email, Role::Member);
    let key = make::personal(&app, ("brightwater", &sam), "laptop", Permission::ALL);
    make::suspended(&app, &sam);
    for _ in 0..5 {
        days_pass(&app, 10).await;
    }
    let state = "SELECT (deactivated_at IS NULL)::text || ' ' || (SELECT count(*) FROM key_unused_warnings) AS line FROM keys";
    assert_eq!(app.sql(|sql| sql.line(state)), "true 0");
    assert_eq!(state_of(&app, &key).await, "Suspended");
}

#[actix_web::test]
async fn a_server_that_was_away_gives_the_week_all_the_same() {
    let app = app_with(30);
    let key = key(&app, "ci");
    days_pass(&app, 300).await;
    assert_eq!(state_of(&app, &key).await, "Active");
    days_pass(&app, 6).await;
    assert_eq!(state_of(&app, &key).await, "Active");
    app.clock.advance(TimeDelta::hours(25));
    join(warn(&app), warn(&app)).await;
    assert_eq!(state_of(&app, &key).await, "Deactivated");
    let by_keyroom = "SELECT count(*)::text AS line FROM audit_events WHERE actor_kind = 'system'";
    assert_eq!(app.sql(|sql| sql.line(by_keyroom)), "1");
}

#[actix_web::test]
async fn what_was_told_before_a_use_does_not_count_after_it() {
    let app = app_with(30);
    let key = key(&app, "ci");
    days_pass(&app, 25).await;
    app.clock.advance(TimeDelta::days(1));
    make::used(&app, &key, 1, app.clock.now());
    // Nobody looked in the meantime.
    days_pass(&app, 40).await;
    assert_eq!(state_of(&app, &key).await, "Active");
    assert_eq!(written(&app, "key_unused").len(), 2);
}

#[actix_web::test]
async fn without_the_setting_nothing_happens_and_turning_it_off_takes_it_back() {
    let app = app_with(30);
    let key = key(&app, "ci");
    set(&app, "NULL");
    days_pass(&app, 400).await;
    assert!(told(&app).await.is_empty());
    set(&app, "30");
    warn(&app).await;
    assert_eq!(told(&app).await.len(), 1);
    set(&app, "NULL");
    days_pass(&app, 8).await;
    assert!(told(&app).await.is_empty());
    assert_eq!(state_of(&app, &key).await, "Active");
}

#[actix_web::test]
async fn an_edit_counts_as_use_and_the_notice_is_gone_at_once() {
    let app = app_with(30);
    let key = key(&app, "ci");
    days_pass(&app, 25).await;
    assert_eq!(told(&app).await.len(), 1);
    let owner = app.sign_in(ADA).await;
    press(&owner, &key, "deactivation").await.expect(303);
    press(&owner, &key, "activation").await.expect(303);
    assert!(told(&app).await.is_empty());
    days_pass(&app, 8).await;
    assert_eq!(state_of(&app, &key).await, "Active");
}

#[actix_web::test]
async fn only_active_keys_of_this_workspace_that_do_not_end_by_themselves() {
    let app = app_with(30);
    make::workspace(&app, "Elsewhere");
    app.sql(|sql| {
        sql.execute("UPDATE workspaces SET unused_key_days = NULL WHERE slug = 'elsewhere'");
    });
    let theirs = make::key(&app, "elsewhere", "theirs");
    let off = key(&app, "off");
    make::deactivated(&app, &off);
    let gone = key(&app, "gone");
    make::revoked(&app, &gone, "unneeded");
    make::key_with(
        &app,
        "brightwater",
        "ends",
        Permission::ALL,
        keyroom::keys::Lifetime::Days(28),
    );
    days_pass(&app, 25).await;
    assert!(written(&app, "key_unused").is_empty());
    days_pass(&app, 10).await;
    let state = format!(
        "SELECT (deactivated_at IS NULL)::text AS line FROM keys WHERE id = '{}'",
        theirs.id
    );
    assert_eq!(app.sql(|sql| sql.line(&state)), "true");
}

async fn form(browser: &Browser) -> Form {
    let page = browser.get(GENERAL).await.expect(200).page();
    page.form("#security-form")
}

fn question(page: &Page) -> String {
    page.one("#question-text")
}

#[actix_web::test]
async fn the_effect_is_shown_before_it_is_saved() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for label in ["quiet", "busy"] {
        key(&app, label);
    }
    app.clock.advance(TimeDelta::days(100));
    let owner = {
        drop(owner);
        app.sign_in(ADA).await
    };
    let busy = app.sql(|sql| sql.line("SELECT id AS line FROM keys WHERE label = 'busy'"));
    let busy = MadeKey {
        id: busy,
        secret: String::new(),
    };
    make::used(&app, &busy, 1, app.clock.now());
    let typed = form(&owner).await.with("unused_key_days", "90");
    let asked = owner.submit(&typed).await.expect(200).page();
    assert_eq!(
        asked.one("#dialog-title"),
        "Deactivate keys that nobody uses for 90 days?"
    );
    assert!(question(&asked).contains("Today it is about 1 key."));
    assert_eq!(asked.all("ul.touched li > b"), ["quiet"]);
    let unset = "SELECT count(unused_key_days)::text AS line FROM workspaces";
    assert_eq!(app.sql(|sql| sql.line(unset)), "0");
    let yes = asked.form("#question-form").with("confirmed", "yes");
    let saved = owner.submit(&yes).await.expect(303);
    let flash = owner.follow(&saved).await.expect(200).page().one("#flash");
    assert!(flash.contains("nobody uses for 90 days"), "{flash}");
    assert_eq!(form(&owner).await.value("unused_key_days"), Some("90"));
    assert!(sentences(&owner, AUDIT).await[0].contains("changed settings of Brightwater"));
    let off = form(&owner).await.with("unused_key_days", "none");
    let saved = owner.submit(&off).await.expect(303);
    let flash = owner.follow(&saved).await.expect(200).page().one("#flash");
    assert!(flash.contains("stay as they are"), "{flash}");
}

#[actix_web::test]
async fn mistakes_stay_in_the_form_and_change_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for (days, other, contact, field) in [
        ("other", "29", "", "unused_key_days"),
        ("other", "many", "", "unused_key_days"),
        ("none", "", "nobody", "security_contact"),
        ("none", "", "http://example.com", "security_contact"),
    ] {
        let typed = form(&owner)
            .await
            .with("unused_key_days", days)
            .with("unused_key_other", other)
            .with("security_contact", contact);
        let page = owner.submit(&typed).await.expect(422).page();
        assert!(page.has(&format!("#{field}-error")), "{field}");
        assert!(page.title().starts_with("Error:"));
        let kept = page.form("#security-form");
        assert_eq!(kept.value("security_contact"), Some(contact));
        assert_eq!(kept.value("unused_key_days"), Some(days));
    }
    let set =
        "SELECT count(unused_key_days) + count(security_contact) || '' AS line FROM workspaces";
    assert_eq!(app.sql(|sql| sql.line(set)), "0");
}

#[actix_web::test]
async fn the_contact_is_shown_to_members_where_leaks_are_spoken_of() {
    const HELP: &str = "/docs/best-practices";
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let leaks = async |browser: &Browser| {
        let page = browser.get(HELP).await.expect(200).page();
        (page.one("#leaks"), page.attributes("#leaks li a", "href"))
    };
    let (text, links) = leaks(&owner).await;
    assert!(text.contains("an admin of the workspace"), "{text}");
    assert!(links.is_empty());
    let typed = form(&owner)
        .await
        .with("security_contact", " https://brightwater.example/security ");
    owner.submit(&typed).await.expect(303);
    member.get("/w/brightwater").await.expect(303);
    for browser in [&owner, &member] {
        let (_, links) = leaks(browser).await;
        assert_eq!(links, ["https://brightwater.example/security"]);
    }
    let (_, links) = leaks(&app.stranger()).await;
    assert!(links.is_empty(), "a stranger is told nothing");
}
