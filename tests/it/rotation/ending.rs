//! *Finish rotation* and *Undo rotation*.

use super::*;

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
