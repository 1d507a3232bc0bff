//! Revoking a key, and restoring it while that is possible.

use chrono::TimeDelta;
use keyroom::actor::Role;

use crate::{
    scenes::{ADA, AUDIT, KEYS, at, generate, labels, press, problem, sentences, state},
    support::{Browser, TestApp, http::Reply, make, make::MadeKey},
};

async fn revoke(browser: &Browser, key: &MadeKey, reason: &str) -> Reply {
    let dialog = browser.get(&at(key, "revocation")).await.expect(200).page();
    let form = dialog.form(&at(key, "revocation"));
    browser.submit(&form.with("reason", reason)).await
}

async fn revoked(browser: &Browser) -> crate::support::page::Page {
    browser
        .get(&format!("{KEYS}?status=revoked"))
        .await
        .expect(200)
        .page()
}

#[actix_web::test]
async fn a_revoked_key_fails_on_the_next_call_and_comes_back_deactivated() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let program = app.api(&key.secret);
    let done = revoke(&owner, &key, "unneeded").await.expect(303);
    assert_eq!(done.location(), KEYS);
    problem(program.get("/v1/whoami").await, 401, "key_revoked");
    let page = owner.follow(&done).await.page();
    assert!(page.one("#flash").contains("ci is revoked."));
    assert!(page.has("#flash form"), "with Undo");
    assert!(labels(&page).is_empty(), "{:?}", labels(&page));
    let page = revoked(&owner).await;
    assert_eq!(state(&page, &key), "Revoked");
    for what in ["deactivation", "activation"] {
        assert!(!page.offers(&at(&key, what)));
    }
    let back = owner
        .submit(&page.form(&at(&key, "restoration")))
        .await
        .expect(303);
    problem(program.get("/v1/whoami").await, 401, "key_deactivated");
    let page = owner.follow(&back).await.page();
    assert!(
        page.one("#flash").contains("ci is restored."),
        "{}",
        page.text()
    );
    assert_eq!(state(&page, &key), "Deactivated");
    press(&owner, &key, "activation").await.expect(303);
    program.get("/v1/whoami").await.expect(200);
}

#[actix_web::test]
async fn the_dialog_says_what_the_key_is_used_for() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let ask = at(&key, "revocation");
    let page = owner.get(&ask).await.expect(200).page();
    assert!(
        page.one("#revoke .facts")
            .contains("Last used Never Requests 0 in 24 hours, 0 in 7 days")
    );
    assert!(
        !page.has("#confirm"),
        "nothing to type for a key that nobody uses"
    );
    make::used(&app, &key, 40, app.clock.now() - TimeDelta::days(3));
    app.sql(|sql| sql.execute("DELETE FROM key_last_uses"));
    make::used(&app, &key, 2, app.clock.now());
    let page = owner.get(&ask).await.expect(200).page();
    let facts = page.one("#revoke .facts");
    assert!(
        facts.contains("just now from 203.0.113.7 Requests 2 in 24 hours, 42 in 7 days"),
        "{facts}"
    );
    assert!(page.has("#confirm"));
    // Instead of revoking: deactivate.
    let instead = owner.submit(&page.form("#instead")).await.expect(303);
    assert_eq!(
        state(&owner.follow(&instead).await.page(), &key),
        "Deactivated"
    );
}

#[actix_web::test]
async fn a_key_in_use_is_revoked_only_after_its_label_was_typed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "Production").await;
    make::used(&app, &key, 1, app.clock.now() - TimeDelta::days(29));
    for typed in ["", "production", "Productio"] {
        let fields = [("reason", "unneeded"), ("confirm", typed)];
        let page = owner
            .post(&at(&key, "revocation"), &fields)
            .await
            .expect(422)
            .page();
        assert!(
            page.one("#confirm-error").contains("Type Production"),
            "{typed}"
        );
        assert_eq!(
            page.form(&at(&key, "revocation")).value("confirm"),
            Some(typed)
        );
        app.api(&key.secret).get("/v1/whoami").await.expect(200);
    }
    let fields = [("reason", "unneeded"), ("confirm", " Production ")];
    owner
        .post(&at(&key, "revocation"), &fields)
        .await
        .expect(303);
}

#[actix_web::test]
async fn a_key_not_used_for_thirty_days_is_revoked_without_typing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    make::used(&app, &key, 1, app.clock.now() - TimeDelta::days(30));
    assert!(
        !owner
            .get(&at(&key, "revocation"))
            .await
            .page()
            .has("#confirm")
    );
    revoke(&owner, &key, "unneeded").await.expect(303);
}

#[actix_web::test]
async fn a_key_can_be_restored_for_seven_days_and_no_longer() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (one, two) = (generate(&owner, "one").await, generate(&owner, "two").await);
    for key in [&one, &two] {
        revoke(&owner, key, "unneeded").await.expect(303);
    }
    app.clock
        .advance(TimeDelta::days(7) - TimeDelta::minutes(2));
    let owner = app.sign_in(ADA).await;
    press(&owner, &one, "restoration").await.expect(303);
    app.clock.advance(TimeDelta::minutes(2));
    let page = revoked(&owner).await;
    assert!(!page.offers(&at(&two, "restoration")));
    assert!(
        page.text().contains("Revoked more than 7 days ago"),
        "{}",
        page.text()
    );
    let told = press(&owner, &two, "restoration").await.expect(409).page();
    assert!(
        told.text().contains("revoked more than 7 days ago"),
        "{}",
        told.text()
    );
    problem(
        app.api(&two.secret).get("/v1/whoami").await,
        401,
        "key_revoked",
    );
}

#[actix_web::test]
async fn a_key_that_was_revoked_as_compromised_is_never_restored() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let done = revoke(&owner, &key, "compromised").await.expect(303);
    assert!(
        !owner.follow(&done).await.page().has("#flash form"),
        "no Undo"
    );
    let page = revoked(&owner).await;
    assert!(!page.offers(&at(&key, "restoration")));
    assert!(
        page.text()
            .contains("Revoked as compromised, so it cannot be restored.")
    );
    let fields = [("label", "another")];
    owner
        .post(&at(&key, "restoration"), &fields)
        .await
        .expect(409);
    press(&owner, &key, "restoration").await.expect(409);
    // Nor by revoking it again for another reason.
    owner.get(&at(&key, "revocation")).await.expect(409);
    owner
        .post(&at(&key, "revocation"), &[("reason", "unneeded")])
        .await
        .expect(303);
    press(&owner, &key, "restoration").await.expect(409);
    press(&owner, &key, "activation").await.expect(409);
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_revoked",
    );
    assert!(sentences(&owner, AUDIT).await[0].ends_with("as compromised"));
}

#[actix_web::test]
async fn a_label_that_was_taken_meanwhile_is_asked_for_anew() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    revoke(&owner, &key, "unneeded").await.expect(303);
    generate(&owner, "CI").await;
    let page = press(&owner, &key, "restoration").await.expect(422).page();
    assert!(
        page.one("#label-error").contains("exists"),
        "{}",
        page.text()
    );
    let form = page.form(&at(&key, "restoration"));
    assert_eq!(form.value("label"), Some("ci"));
    for wrong in ["", "cI", "a\tb"] {
        let page = owner
            .submit(&form.clone().with("label", wrong))
            .await
            .expect(422)
            .page();
        assert!(page.has("#label-error"), "{wrong:?}");
    }
    let done = owner
        .submit(&form.with("label", "ci-old"))
        .await
        .expect(303);
    let page = owner.follow(&done).await.page();
    assert_eq!(labels(&page), ["CI", "ci-old"]);
    assert_eq!(state(&page, &key), "Deactivated");
}

#[actix_web::test]
async fn restoring_twice_is_restoring_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    revoke(&owner, &key, "unneeded").await.expect(303);
    press(&owner, &key, "restoration").await.expect(303);
    press(&owner, &key, "activation").await.expect(303);
    press(&owner, &key, "restoration").await.expect(303);
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(
        said.iter()
            .filter(|s| s.starts_with("restored key"))
            .count(),
        1,
        "{said:?}"
    );
}

#[actix_web::test]
async fn only_admins_of_the_workspace_revoke_and_restore() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let (member, other) = (app.member(Role::Member).await, app.workspace("Other").await);
    for what in ["deactivation", "activation", "revocation", "restoration"] {
        press(&member, &key, what).await.expect(403);
        press(&other, &key, what).await.expect(404);
    }
    let admin = app.member(Role::Admin).await;
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    // In use, once that is written down: then its label is typed.
    let typed = [("reason", "unneeded"), ("confirm", "ci")];
    let address = at(&key, "revocation");
    admin.post(&address, &typed).await.expect(303);
    press(&owner, &key, "restoration").await.expect(303);
}

#[actix_web::test]
async fn a_reason_that_is_none_is_refused() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    owner
        .post(&at(&key, "revocation"), &[("reason", "boredom")])
        .await
        .expect(400);
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
}
