//! *Rotate key*, *Finish rotation* and *Undo rotation*, as people do it.

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
async fn finished_only_the_new_value_works() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let new = rotate(&owner, &old).await;
    press(&owner, &old, "rotation/completion").await.expect(303);
    let page = owner.get(KEYS).await.page();
    assert!(page.text().contains("The rotation of ci is finished."));
    problem(
        app.api(&old.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    assert!(works(&app, &new).await);
    // Once more changes nothing, and there is nothing to undo any more.
    press(&owner, &old, "rotation/completion").await.expect(303);
    press(&owner, &old, "rotation/reversal").await.expect(303);
    let page = owner.get(KEYS).await.page();
    assert!(
        page.text().contains("has stopped already"),
        "{}",
        page.text()
    );
    assert!(works(&app, &new).await && !works(&app, &old).await);
    let log = sentences(&owner, AUDIT).await;
    assert!(
        log[0].starts_with("finished the rotation of key ci"),
        "{log:?}"
    );
    assert!(log[1].starts_with("rotated key ci"), "{log:?}");
}

#[actix_web::test]
async fn undone_only_the_old_value_works_and_the_date_is_what_it_was() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let form = dialog(&owner, &old).await.with("expiry", "180");
    let new = shown(&owner.submit(&form).await.expect(201));
    let page = owner.get(KEYS).await.page();
    assert!(fact(&page, &old, "Expires").starts_with("in 180 days"));
    press(&owner, &old, "rotation/reversal").await.expect(303);
    problem(
        app.api(&new.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    assert!(works(&app, &old).await);
    let page = owner.get(KEYS).await.page();
    assert_eq!(state(&page, &old), "Active");
    assert!(fact(&page, &old, "Expires").starts_with("in 90 days"));
    assert!(page.text().contains("The rotation of ci is undone."));
    press(&owner, &old, "rotation/completion").await.expect(303);
    let page = owner.get(KEYS).await.page();
    assert!(page.text().contains("No rotation of this key is running"));
    // The next one begins with what works.
    let newer = rotate(&owner, &old).await;
    assert!(works(&app, &old).await && works(&app, &newer).await && !works(&app, &new).await);
    let log = sentences(&owner, AUDIT).await;
    assert!(
        log[1].starts_with("undid the rotation of key ci"),
        "{log:?}"
    );
}

#[actix_web::test]
async fn a_date_that_somebody_set_since_stays() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let form = dialog(&owner, &old).await.with("expiry", "180");
    shown(&owner.submit(&form).await.expect(201));
    let edit = owner.get(&at(&old, "edit")).await.expect(200).page();
    let form = edit.form(&at(&old, "edit")).with("expiry", "30");
    owner.submit(&form).await.expect(303);
    press(&owner, &old, "rotation/reversal").await.expect(303);
    let page = owner.get(KEYS).await.page();
    assert!(fact(&page, &old, "Expires").starts_with("in 30 days"));
    assert!(page.text().contains("The date stays as it is"));
}

#[actix_web::test]
async fn a_value_in_use_is_ended_only_after_a_question() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let new = rotate(&owner, &old).await;
    let program = app.api(&old.secret);
    program.get(WHOAMI).await.expect(200);
    app.write_counts().await;
    let page = owner.get(KEYS).await.page();
    assert!(
        page.one(".rotation-note").contains("Last used just now"),
        "{}",
        page.text()
    );
    let page = press(&owner, &old, "rotation/completion")
        .await
        .expect(422)
        .page();
    let asked = page.one("dialog");
    assert!(asked.contains("Finish rotation of ci?"), "{asked}");
    assert!(
        asked.contains(&format!("just now from {}", program.ip())),
        "{asked}"
    );
    assert!(works(&app, &old).await, "nothing was ended");
    // Nobody uses the new one: it is taken back without a question. Asked for, the dialog is there for both.
    for what in ["rotation/completion", "rotation/reversal"] {
        owner.get(&at(&old, what)).await.expect(200);
    }
    let form = page.form(&at(&old, "rotation/completion"));
    owner.submit(&form).await.expect(303);
    assert!(!works(&app, &old).await && works(&app, &new).await);
    for what in ["rotation/completion", "rotation/reversal"] {
        owner.get(&at(&old, what)).await.expect(303);
    }
}

#[actix_web::test]
async fn after_an_hour_without_a_call_nothing_is_asked() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    app.api(&old.secret).get(WHOAMI).await.expect(200);
    app.write_counts().await;
    rotate(&owner, &old).await;
    app.clock.advance(TimeDelta::minutes(61));
    press(&owner, &old, "rotation/completion").await.expect(303);
    assert!(!works(&app, &old).await);
}

#[actix_web::test]
async fn the_page_of_a_key_shows_both_values_side_by_side() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = generate(&owner, "ci").await;
    let page = |key: &MadeKey| format!("{KEYS}/{}", key.id);
    assert!(!owner.get(&page(&old)).await.page().has("#rotation"));
    let program = app.api(&old.secret);
    for _ in 0..3 {
        program.get(WHOAMI).await.expect(200);
    }
    let new = rotate(&owner, &old).await;
    app.api(&new.secret).get(WHOAMI).await.expect(200);
    app.write_counts().await;
    let page = owner.get(&page(&old)).await.expect(200).page();
    let sides = page.all("#rotation .versus > section");
    assert!(sides[0].starts_with("Old value, made"), "{sides:?}");
    assert!(
        sides[0].contains("3 requests in 12 hours, 3 in 24"),
        "{sides:?}"
    );
    assert!(
        sides[0].contains(&format!("Last used just now from {}", program.ip())),
        "{sides:?}"
    );
    assert!(
        sides[1].contains("1 requests in 12 hours, 1 in 24"),
        "{sides:?}"
    );
    assert_eq!(
        page.all("#rotation tbody tr").len(),
        1,
        "who uses the old value"
    );
    assert!(
        page.one("#rotation tbody tr")
            .starts_with(&format!("{} curl", program.ip()))
    );
    assert!(
        page.one("#rotation .rotation-note")
            .contains("Finish rotation…")
    );
    let facts = page.all(".key-facts dl > div");
    assert!(
        facts.iter().any(|fact| fact.starts_with("Last rotated")),
        "{facts:?}"
    );
}

#[actix_web::test]
async fn a_link_may_say_what_is_chosen() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let address = format!("{}?grace=604800&expiry=180", at(&key, "rotation"));
    let form = owner
        .get(&address)
        .await
        .expect(200)
        .page()
        .form(&at(&key, "rotation"));
    assert_eq!(
        (form.value("grace"), form.value("expiry")),
        (Some("604800"), Some("180"))
    );
    app.clock.advance(TimeDelta::days(85));
    let owner = app.sign_in(ADA).await;
    let form = dialog(&owner, &key).await;
    assert_eq!(form.value("expiry"), Some("90"), "it expires soon");
    let reply = owner.submit(&form.without("grace")).await.expect(422);
    assert!(
        reply
            .page()
            .text()
            .contains("Choose how long the old value keeps working")
    );
}

#[actix_web::test]
async fn after_ninety_days_the_card_says_that_a_key_was_not_rotated() {
    let app = TestApp::start();
    app.set_up().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let foot = async || {
        let page = app.sign_in(ADA).await.get(KEYS).await.page();
        page.one(&format!("#k-{} .key-foot", key.id))
    };
    app.clock
        .advance(TimeDelta::days(90) - TimeDelta::minutes(1));
    assert!(!foot().await.contains("Same value"));
    app.clock.advance(TimeDelta::days(1));
    assert!(
        foot().await.contains("Same value for 90 days. Rotate"),
        "{}",
        foot().await
    );
    make::rotated(&app, &key, 0);
    assert!(!foot().await.contains("Same value"));
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
async fn of_finish_and_undo_at_once_one_wins() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let mut old = generate(&owner, "ci").await;
    for _ in 0..5 {
        let new = rotate(&owner, &old).await;
        let finish = press(&owner, &old, "rotation/completion");
        let (finished, undone) = join(finish, press(&admin, &old, "rotation/reversal")).await;
        assert_eq!((finished.status, undone.status), (303, 303));
        let work = (works(&app, &old).await, works(&app, &new).await);
        assert!(work == (true, false) || work == (false, true), "{work:?}");
        app.clock.advance(TimeDelta::hours(2));
        old = if work.0 { old } else { new };
    }
    let log = sentences(&owner, AUDIT).await;
    let ends = log
        .iter()
        .filter(|said| said.contains("the rotation of"))
        .count();
    assert_eq!(ends, 5, "{log:?}");
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

#[actix_web::test]
async fn admins_are_told_of_an_old_value_that_is_tried() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let new = make::rotated(&app, &key, 0);
    let notices = async || {
        app.write_counts().await;
        owner.get(KEYS).await.page().all(".notices .notice p")
    };
    works(&app, &new).await;
    assert!(notices().await.is_empty());
    let (one, other) = (app.api(&key.secret), app.api(&key.secret));
    for program in [&one, &one, &other] {
        problem(program.get(WHOAMI).await, 401, "key_rotated_out");
    }
    let mut told = notices().await;
    // The server writes each second, too.
    for _ in 0..50 {
        if told.len() == 1 && told[0].contains("was tried 3 times") {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        told = notices().await;
    }
    assert_eq!(told.len(), 1, "{told:?}");
    let told = &told[0];
    assert!(
        told.contains("Somebody still uses the old value of ci."),
        "{told}"
    );
    assert!(
        told.contains("Secret 1, which a rotation ended, was tried 3 times"),
        "{told}"
    );
    assert!(told.contains(&format!("from {}", other.ip())), "{told}");
    assert!(!owner.get(KEYS).await.text().contains(&key.secret[17..]));
}

#[actix_web::test]
async fn a_publishable_key_shows_its_newest_value_any_time() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let old = make::publishable(&app, "brightwater", "widget", "*");
    let form = dialog(&owner, &old).await;
    let reply = owner.submit(&form).await.expect(303);
    let page = owner.follow(&reply).await.expect(200).page();
    assert!(
        page.text().contains("widget is rotated."),
        "{}",
        page.text()
    );
    let values = page.attributes("#rotation .versus > section input", "value");
    assert_eq!(values[0], old.secret, "the old one, while it works");
    assert_ne!(values[1], old.secret);
    let copies = owner.get(KEYS).await.page();
    let copied = copies.attributes(&format!("#k-{} [data-copy-text]", old.id), "data-copy-text");
    assert_eq!(copied, [values[1].clone()], "the card has the newest");
    // Sent again it makes no other value.
    let reply = owner.submit(&form).await.expect(303);
    let page = owner.follow(&reply).await.expect(200).page();
    assert_eq!(
        page.attributes("#rotation .versus > section input", "value"),
        values
    );
    assert!(
        page.text()
            .contains("was rotated after this form was opened")
    );
    end(&owner, &old, "reversal").await;
    let copies = owner.get(KEYS).await.page();
    let copied = copies.attributes(&format!("#k-{} [data-copy-text]", old.id), "data-copy-text");
    assert_eq!(copied, std::slice::from_ref(&old.secret));
}
