//! *Rotate key*, *Finish rotation* and *Undo rotation*, as people do it.

mod ending;
mod many;
mod page;

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{
        ADA, AUDIT, GENERAL, KEYS, at, fact, generate, labels, list, press, problem, sentences,
        shown, state,
    },
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
        page::Form,
    },
};

const WHOAMI: &str = "/v1/whoami";

/// The dialog *Rotate key* as it was served.
async fn dialog(browser: &Browser, key: &MadeKey) -> Form {
    let page = browser.get(&at(key, "rotation")).await.expect(200).page();
    page.form(&at(key, "rotation"))
}

async fn rotate(browser: &Browser, key: &MadeKey) -> MadeKey {
    let form = dialog(browser, key).await;
    shown(&browser.submit(&form).await.expect(201))
}

/// Ends a rotation, whatever is in use.
async fn end(browser: &Browser, key: &MadeKey, what: &str) {
    let address = at(key, &format!("rotation/{what}"));
    let reply = browser.post(&address, &[("sure", "yes")]).await;
    reply.expect(303);
}

async fn works(app: &TestApp, key: &MadeKey) -> bool {
    app.api(&key.secret).get(WHOAMI).await.status == 200
}

#[actix_web::test]
async fn a_key_gets_a_new_value_that_is_shown_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let form = dialog(&owner, &old).await;
    assert_eq!(
        (form.value("grace"), form.value("expiry")),
        (Some("86400"), Some("keep"))
    );
    let reply = owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let new = shown(&reply);
    let page = reply.page();
    assert!(page.title().starts_with("Key rotated."), "{}", page.title());
    assert!(
        page.one("#reveal .old-value")
            .contains("Old value Works until")
    );
    assert_eq!(reply.text().matches(&new.secret).count(), 3);
    assert_eq!(new.id, old.id);
    assert!(works(&app, &old).await && works(&app, &new).await);

    let reply = owner.get(KEYS).await.expect(200);
    assert!(!reply.text().contains(&new.secret[17..]), "never again");
    let page = reply.page();
    assert_eq!(
        (labels(&page), state(&page, &new)),
        (vec!["ci".to_owned()], "Rotating".to_owned())
    );
    let note = page.one(&format!("#k-{} .rotation-note", new.id));
    assert!(
        note.contains("The old value stops working in 1 day"),
        "{note}"
    );
    assert!(
        note.contains("Undo rotation") && note.contains("Finish rotation"),
        "{note}"
    );
    let menu = page.one(&format!("#m-{}", new.id));
    assert!(
        menu.contains("Rotation progress") && !menu.contains("Rotate key"),
        "{menu}"
    );
    assert_eq!(
        labels(&list(&owner, "active").await),
        ["ci"],
        "it is an active one"
    );
    let again = owner.get(&at(&old, "rotation")).await.expect(303);
    assert!(
        again
            .header("location")
            .ends_with(&format!("{}#rotation", old.id))
    );
    let told = sentences(&owner, &format!("{AUDIT}?action=key.rotated")).await;
    assert!(
        told.len() == 1 && told[0].starts_with("rotated key ci"),
        "{told:?}"
    );
    let log = owner
        .get(&format!("{AUDIT}?action=key.rotated"))
        .await
        .page();
    assert!(
        log.text().contains("Old value works for – 24 hours"),
        "{}",
        log.text()
    );
    app.clock.advance(TimeDelta::days(1));
    let owner = app.sign_in(ADA).await;
    problem(
        app.api(&old.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    assert_eq!(state(&owner.get(KEYS).await.page(), &new), "Active");
}

#[actix_web::test]
async fn sent_twenty_times_at_once_the_dialog_makes_one_value() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    for grace in ["0", "3600"] {
        let form = dialog(&owner, &old).await.with("grace", grace);
        let replies: Vec<Reply> = join_all((0..20).map(|_| owner.submit(&form))).await;
        let count = |status| replies.iter().filter(|r| r.status == status).count();
        assert_eq!((count(201), count(409)), (1, 19));
        let made = replies.iter().find(|r| r.status == 201).expect("one");
        assert!(works(&app, &shown(made)).await);
        let page = owner.submit(&form).await.expect(409).page();
        assert_eq!(page.one("h1"), "This key was shown once already");
        assert!(page.text().contains("Rotate it to get a new value."));
    }
    // Not even after the new value was taken back.
    let form = dialog_of_rotating(&owner, &old).await;
    end(&owner, &old, "reversal").await;
    owner.submit(&form).await.expect(409);
}

/// As it was before somebody else rotated the key.
async fn dialog_of_rotating(owner: &Browser, key: &MadeKey) -> Form {
    end(owner, key, "completion").await;
    let form = dialog(owner, key).await;
    owner.submit(&form).await.expect(201);
    form
}

#[actix_web::test]
async fn of_two_who_rotate_a_key_at_once_one_gets_a_value() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let old = generate(&owner, "ci").await;
    // Without a grace the second would end the value that the first was just given.
    let (one, other) = (dialog(&owner, &old).await, dialog(&admin, &old).await);
    let (one, other) = (one.with("grace", "0"), other.with("grace", "0"));
    let (one, other) = join(owner.submit(&one), admin.submit(&other)).await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let made = if one.status == 201 { one } else { other };
    assert!(works(&app, &shown(&made)).await && !works(&app, &old).await);
}

#[actix_web::test]
async fn one_rotation_at_a_time() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let new = rotate(&owner, &old).await;
    let fields = [("newest", "2"), ("grace", "0")];
    let reply = owner.post(&at(&old, "rotation"), &fields).await.expect(409);
    assert!(
        reply
            .page()
            .text()
            .contains("Finish or undo that rotation first.")
    );
    assert!(works(&app, &old).await && works(&app, &new).await);
}

#[actix_web::test]
async fn a_deactivated_key_stays_so_and_a_revoked_one_cannot_rotate() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    press(&owner, &old, "deactivation").await.expect(303);
    let new = rotate(&owner, &old).await;
    problem(
        app.api(&new.secret).get(WHOAMI).await,
        401,
        "key_deactivated",
    );
    let page = owner.get(KEYS).await.page();
    assert_eq!(state(&page, &old), "Deactivated");
    assert!(
        page.has(&format!("#k-{} .rotation-note", old.id)),
        "the grace runs all the same"
    );
    press(&owner, &old, "activation").await.expect(303);
    assert!(works(&app, &old).await && works(&app, &new).await);

    make::revoked(&app, &old, "unneeded");
    for what in ["rotation/completion", "rotation/reversal"] {
        press(&owner, &old, what).await.expect(303);
        let page = owner.get(&format!("{KEYS}?status=revoked")).await.page();
        assert!(
            page.text().contains("This key is revoked"),
            "{}",
            page.text()
        );
    }
    owner.get(&at(&old, "rotation")).await.expect(409);
    let fields = [("newest", "2"), ("grace", "0")];
    let reply = owner.post(&at(&old, "rotation"), &fields).await.expect(409);
    assert!(reply.page().text().contains("Restore it first"));
    // Both come back with the key, deactivated.
    press(&owner, &old, "restoration").await.expect(303);
    for key in [&old, &new] {
        problem(
            app.api(&key.secret).get(WHOAMI).await,
            401,
            "key_deactivated",
        );
    }
}

#[actix_web::test]
async fn an_expired_key_is_given_a_date() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    app.clock.advance(TimeDelta::days(90));
    let owner = app.sign_in(ADA).await;
    problem(app.api(&old.secret).get(WHOAMI).await, 401, "key_expired");
    let page = owner.get(&at(&old, "rotation")).await.expect(200).page();
    assert!(page.one("dialog").contains("so choose a new date."));
    assert!(!page.has("#expiry option[value=keep]"));
    let form = page.form(&at(&old, "rotation"));
    assert_eq!(form.value("expiry"), Some("90"));
    let reply = owner.submit(&form.clone().with("expiry", "keep")).await;
    let page = reply.expect(422).page();
    assert!(
        page.text()
            .contains("This key has expired. Choose a new date")
    );
    assert!(page.title().starts_with("Error:"));
    let new = shown(&owner.submit(&form).await.expect(201));
    assert!(works(&app, &old).await && works(&app, &new).await);
    let page = owner.get(KEYS).await.page();
    assert!(fact(&page, &new, "Expires").starts_with("in 90 days"));
    // Taken back it has expired again.
    end(&owner, &old, "reversal").await;
    problem(app.api(&old.secret).get(WHOAMI).await, 401, "key_expired");
    problem(
        app.api(&new.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
}

#[actix_web::test]
async fn no_date_goes_beyond_the_maximum() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    app.sql(|sql| {
        sql.execute(
            "UPDATE workspaces SET default_key_lifetime_days = 30, max_key_lifetime_days = 30",
        );
    });
    let form = dialog(&owner, &old).await;
    for expiry in ["never", "31"] {
        let reply = owner.submit(&form.clone().with("expiry", expiry)).await;
        let page = reply.expect(422).page();
        assert!(
            page.text()
                .contains("keys of this workspace live at most 30 days")
        );
    }
    let page = owner.submit(&form.clone().with("grace", "604801")).await;
    assert!(page.expect(422).page().text().contains("at most 7 days"));
    // What it had before it keeps; and what it is given now is not taken back to what it may not have any more.
    shown(&owner.submit(&form.with("expiry", "30")).await.expect(201));
    press(&owner, &old, "rotation/reversal").await.expect(303);
    let page = owner.get(KEYS).await.page();
    assert!(
        page.text().contains("The date stays as it is"),
        "{}",
        page.text()
    );
    assert!(fact(&page, &old, "Expires").starts_with("in 30 days"));
    rotate(&owner, &old).await;
    owner.get(GENERAL).await.expect(200);
}

#[actix_web::test]
async fn a_key_that_is_rotated_and_revoked_at_once_is_revoked_with_all_its_values() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    for n in 0..5 {
        let old = generate(&owner, &format!("ci-{n}")).await;
        let form = dialog(&owner, &old).await;
        let fields = [("reason", "compromised")];
        let address = at(&old, "revocation");
        let revoked = admin.post(&address, &fields);
        let (rotated, revoked) = join(owner.submit(&form), revoked).await;
        revoked.expect(303);
        assert!([201, 409].contains(&rotated.status), "{}", rotated.status);
        assert!(!works(&app, &old).await);
        if rotated.status == 201 {
            assert!(!works(&app, &shown(&rotated)).await);
        }
    }
}

#[actix_web::test]
async fn only_admins_of_the_workspace_rotate_its_keys() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let form = dialog(&owner, &key).await;
    let (member, other) = (app.member(Role::Member).await, app.workspace("Other").await);
    member.get(&at(&key, "rotation")).await.expect(403);
    member.submit(&form).await.expect(403);
    other.get(&at(&key, "rotation")).await.expect(404);
    other.submit(&form).await.expect(404);
    app.stranger().submit(&form).await.expect(303);
    assert_eq!(state(&owner.get(KEYS).await.page(), &key), "Active");
    shown(
        &app.member(Role::Admin)
            .await
            .submit(&form)
            .await
            .expect(201),
    );
}
