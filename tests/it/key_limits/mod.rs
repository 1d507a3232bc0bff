//! From where a key may be used, and how often: asked at creation and in *Edit*, held at every call.

mod addresses;
mod rate;

use std::time::Duration;

use actix_web::{http::Method, rt::time::sleep};
use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::{
        AUDIT, GENERAL, KEYS, NEW, at, fact, filled, generate, list, press, problem, sentences,
        shown,
    },
    support::{
        Browser, TestApp,
        http::{Reply, send},
        make::{self, MadeKey},
        page::{Form, Page},
        program::Program,
    },
};

const WHOAMI: &str = "/v1/whoami";
const OFFICE: &str = "203.0.113.0/24\n2001:db8:7::/48";

/// A call whose way the proxy tells as `forwarded`.
fn from(app: &TestApp, key: &MadeKey, forwarded: &str) -> Program {
    Program::new(&app.address, forwarded.to_owned(), Some(&key.secret))
}

async fn limited(owner: &Browser, label: &str, ips: &str, rate: &str) -> MadeKey {
    let form = filled(owner, label).await.with("allowed_ips", ips);
    let form = form.with("rate_limit_per_minute", rate);
    shown(&owner.submit(&form).await.expect(201))
}

async fn opened(browser: &Browser, key: &MadeKey) -> Form {
    let address = at(key, "edit");
    let page = browser.get(&address).await.expect(200).page();
    page.form(&address)
}

async fn edited(owner: &Browser, key: &MadeKey, ips: &str, rate: &str) -> Reply {
    let form = opened(owner, key).await.with("allowed_ips", ips);
    owner
        .submit(&form.with("rate_limit_per_minute", rate))
        .await
}

async fn limits(app: &TestApp, key: &MadeKey) -> Value {
    let document = app.api(&key.secret).get(WHOAMI).await.expect(200).json();
    for field in ["rate_limit_per_minute", "allowed_ips"] {
        assert_eq!(document["key"][field], document["limits"][field]);
    }
    document["limits"].clone()
}

fn mistakes(page: &Page) -> Vec<String> {
    page.all("dialog p.err")
}

#[actix_web::test]
async fn mistakes_in_limits_are_told_at_their_fields_and_nothing_is_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let wrong = form
        .with("allowed_ips", "10.0.0.0/8\n203.0.113.7/24")
        .with("rate_limit_per_minute", "fast");
    let page = owner.submit(&wrong).await.expect(422).page();
    assert_eq!(
        mistakes(&page),
        [
            "Line 2: 203.0.113.7/24 begins inside its range. Write 203.0.113.0/24 for the whole range, or 203.0.113.7 for \
             the one address",
            "Enter a number of requests a minute from 1 to 1000000"
        ]
    );
    assert!(page.has("#limits[open]"), "where the mistakes are");
    let again = page.form(NEW);
    assert_eq!(
        again.value("allowed_ips"),
        Some("10.0.0.0/8\n203.0.113.7/24")
    );
    assert_eq!(again.value("rate_limit_per_minute"), Some("fast"));
    for (ips, rate) in [
        ("example.com", ""),
        ("10.0.0.0/33", ""),
        ("", "0"),
        ("", "1000001"),
        ("", "-5"),
    ] {
        let form = again
            .clone()
            .with("allowed_ips", ips)
            .with("rate_limit_per_minute", rate);
        let page = owner.submit(&form).await.expect(422).page();
        assert_eq!(mistakes(&page).len(), 1, "{ips} {rate}");
    }
    assert!(list(&owner, "").await.all("article.key").is_empty());
    // What is as good as no limit is told.
    let whole = again
        .with("allowed_ips", "0.0.0.0/0")
        .with("rate_limit_per_minute", "1000000");
    let page = owner.submit(&whole).await.expect(201).page();
    let said = page.one("#reveal");
    assert!(
        said.contains("0.0.0.0/0 allows every IPv4 address."),
        "{said}"
    );
    assert!(
        said.contains("Only from 0.0.0.0/0, 1,000,000 a minute"),
        "{said}"
    );
}

#[actix_web::test]
async fn two_who_edit_different_limits_do_not_undo_each_other() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = generate(&owner, "ci").await;
    let (mine, theirs) = (opened(&owner, &key).await, opened(&admin, &key).await);
    admin
        .submit(&theirs.with("rate_limit_per_minute", "70"))
        .await
        .expect(303);
    let reply = owner
        .submit(&mine.with("allowed_ips", "127.0.0.0/8\n0.0.0.0/0"))
        .await
        .expect(303);
    let flash = owner.follow(&reply).await.page().one("#flash");
    assert!(
        flash.contains("0.0.0.0/0 allows every IPv4 address."),
        "{flash}"
    );
    assert!(
        flash
            .contains("changed the rate limit from that of the workspace to 70 a minute meanwhile"),
        "{flash}"
    );
    let both = limits(&app, &key).await;
    assert_eq!(
        both,
        json!({"rate_limit_per_minute": 70, "allowed_ips": ["0.0.0.0/0", "127.0.0.0/8"]})
    );
    // The same one, otherwise: nothing is saved, and it is told.
    let (mine, theirs) = (opened(&owner, &key).await, opened(&admin, &key).await);
    admin
        .submit(&theirs.with("rate_limit_per_minute", "80"))
        .await
        .expect(303);
    let page = owner
        .submit(&mine.with("rate_limit_per_minute", "90"))
        .await
        .expect(409)
        .page();
    let told = page.one("dialog .notice li");
    assert!(
        told.contains("changed the rate limit from 70 a minute to 80 a minute"),
        "{told}"
    );
    assert!(
        told.ends_with("Saving again changes it to 90 a minute."),
        "{told}"
    );
    assert_eq!(limits(&app, &key).await["rate_limit_per_minute"], 80);
}

#[actix_web::test]
async fn a_form_that_no_page_has_made_changes_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let member = app.member(Role::Member).await;
    make::workspace(&app, "Elsewhere");
    let elsewhere = app.sign_in(&make::owner_email("Elsewhere")).await;
    let form = opened(&owner, &key).await.with("allowed_ips", "0.0.0.0/0");
    app.stranger().submit(&form).await.expect(303);
    member.submit(&form).await.expect(403);
    elsewhere.submit(&form).await.expect(404);
    for (field, value) in [
        ("was_allowed_ips", "everywhere"),
        ("was_rate_limit_per_minute", "-1"),
    ] {
        owner
            .submit(&form.clone().with(field, value))
            .await
            .expect(400);
    }
    let callers = at(&key, "callers");
    app.stranger().get(&callers).await.expect(303);
    member.get(&callers).await.expect(403);
    elsewhere.get(&callers).await.expect(404);
    assert_eq!(limits(&app, &key).await["allowed_ips"], json!([]));
}

#[actix_web::test]
async fn a_new_key_like_another_has_its_limits() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "office", OFFICE, "75").await;
    let page = owner
        .get(&format!("{NEW}?like={}", key.id))
        .await
        .expect(200)
        .page();
    let form = page.form(NEW);
    assert_eq!(form.value("allowed_ips"), Some(OFFICE));
    assert_eq!(form.value("rate_limit_per_minute"), Some("75"));
}
