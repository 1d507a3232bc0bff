//! *Make another like this*.

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::json;

use crate::{
    scenes::{KEYS, NEW, labels, list, shown},
    support::{
        Browser, TestApp,
        make::{self, MadeKey},
        page::Form,
    },
};

fn like(key: &MadeKey) -> String {
    format!("{NEW}?like={}", key.id)
}

async fn opened(browser: &Browser, key: &MadeKey) -> Form {
    browser.get(&like(key)).await.expect(200).page().form(NEW)
}

#[actix_web::test]
async fn a_new_key_begins_with_the_permissions_and_the_lifetime_of_the_other() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let permissions = [Permission::FileUpload, Permission::DirCreate];
    for (label, lifetime, expiry) in [
        ("month", Lifetime::Days(30), "30"),
        ("year", Lifetime::Days(365), "365"),
        ("odd", Lifetime::Days(45), "date"),
        ("ever", Lifetime::Unlimited, "never"),
    ] {
        let key = make::key_with(&app, "brightwater", label, &permissions, lifetime);
        let page = owner.get(&like(&key)).await.expect(200).page();
        let note = page.one("dialog .inline-note");
        assert_eq!(
            note,
            format!("Permissions, lifetime and limits are those of {label} .")
        );
        let form = page.form(NEW);
        assert_eq!(form.value("label"), Some(format!("{label} 2").as_str()));
        assert_eq!(form.value("expiry"), Some(expiry));
        let made = shown(&owner.submit(&form).await.expect(201));
        let said = app.api(&made.secret).get("/v1/whoami").await.json();
        assert_eq!(said["permissions"], json!(["FILE_UPLOAD", "DIR_CREATE"]));
        let days = format!(
            "SELECT coalesce(round(extract(epoch FROM expires_at - created_at) / 86400), 0)::text AS line
             FROM keys WHERE id = '{}'",
            made.id
        );
        let expected = match lifetime {
            Lifetime::Days(days) => i64::from(days),
            _ => 0,
        };
        let days: i64 = app.sql(|sql| sql.line(&days)).parse().expect("days");
        assert!((days - expected).abs() <= 1, "{label}: {days}");
    }
}

#[actix_web::test]
async fn the_label_is_the_next_that_is_free() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "Straße");
    make::key(&app, "brightwater", "STRASSE 2");
    make::key(&app, "brightwater", "straße 2");
    let third = make::key(&app, "brightwater", "Straße 3");
    assert_eq!(opened(&owner, &key).await.value("label"), Some("Straße 4"));
    assert_eq!(
        opened(&owner, &third).await.value("label"),
        Some("Straße 4")
    );
    make::revoked(&app, &third, "compromised");
    assert_eq!(opened(&owner, &key).await.value("label"), Some("Straße 3"));
    // Of a revoked key too: that is what a new one is made for mostly.
    assert_eq!(
        opened(&owner, &third).await.value("label"),
        Some("Straße 4")
    );
}

#[actix_web::test]
async fn it_is_offered_for_every_key_and_opens_nothing_by_itself() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    for page in [
        list(&owner, "").await,
        owner.get(&format!("{KEYS}/{}", key.id)).await.page(),
    ] {
        assert!(page.has(&format!("a[href='{}']", like(&key))));
    }
    owner.get(&like(&key)).await.expect(200);
    assert_eq!(labels(&list(&owner, "").await), ["ci"]);
    make::revoked(&app, &key, "unneeded");
    let page = list(&owner, "revoked").await;
    assert_eq!(
        page.all(&format!("#m-{} li", key.id)),
        ["Make another like this", "It may be compromised"]
    );
}

#[actix_web::test]
async fn a_key_of_another_workspace_is_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Other").await;
    let theirs = make::key(&app, "other", "secret-plan");
    for id in [theirs.id.as_str(), "000000000000", "short", ""] {
        let reply = owner.get(&format!("{NEW}?like={id}")).await.expect(404);
        assert!(!reply.text().contains("secret-plan"), "{id}");
    }
    owner.get(&format!("{NEW}?what=ever")).await.expect(400);
    let member = app.member(Role::Member).await;
    let ours = make::key(&app, "brightwater", "ci");
    for key in [&ours, &theirs] {
        member.get(&like(key)).await.expect(403);
    }
    let stranger = app.stranger().get(&like(&ours)).await;
    assert!(stranger.expect(303).location().starts_with("/sign-in"));
}
