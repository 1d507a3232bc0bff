//! Keys: what their cards and pages say, and switching them off and on.

use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{ADA, AUDIT, KEYS, at, fact, generate, list, press, problem, sentences, state},
    support::{TestApp, make, page::Page},
};

#[actix_web::test]
async fn a_card_says_who_made_the_key_and_how_it_is_used() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "production-server").await;
    let card = |page: Page| page.one(&format!("#k-{}", key.id));
    let page = list(&owner, "").await;
    assert!(fact(&page, &key, "Created at").ends_with("by Ada Park"));
    assert_eq!(fact(&page, &key, "Last used"), "Never");
    assert_eq!(fact(&page, &key, "Requests, 28 days"), "0");
    assert!(
        card(page).contains(&format!("skey_ {} …", key.id)),
        "the mask"
    );

    let old = app.clock.now() - TimeDelta::days(40);
    make::used(&app, &key, 1000, old);
    app.sql(|sql| sql.execute("DELETE FROM key_last_uses"));
    make::used(&app, &key, 1234, app.clock.now() - TimeDelta::hours(3));
    let page = list(&owner, "").await;
    assert_eq!(
        fact(&page, &key, "Last used"),
        "3 hours ago from 203.0.113.7"
    );
    assert_eq!(
        fact(&page, &key, "Requests, 28 days"),
        "1,234",
        "older calls are left out"
    );
    let times = page.attributes(&format!("#k-{} time", key.id), "datetime");
    assert!(
        times.iter().all(|t| t.ends_with('Z')) && times.len() >= 3,
        "{times:?}"
    );
    assert!(
        page.attributes("time", "title")
            .iter()
            .all(|t| t.ends_with("UTC"))
    );

    let admin = app.member(Role::Admin).await;
    press(&admin, &key, "deactivation").await.expect(303);
    let page = list(&owner, "").await;
    assert!(fact(&page, &key, "Last updated").contains("just now by Person"));
    assert!(fact(&page, &key, "Created at").ends_with("by Ada Park"));
}

#[actix_web::test]
async fn a_card_names_three_permissions_and_its_page_all() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "all");
    let page = list(&owner, "").await;
    let chips = page.all(&format!("#k-{} .chip", key.id));
    assert_eq!(chips.len(), 4);
    assert!(chips[3].starts_with("+28 more"), "{chips:?}");
    let own = owner
        .get(&format!("{KEYS}/{}", key.id))
        .await
        .expect(200)
        .page();
    assert_eq!(own.all(".permlist li").len(), Permission::ALL.len());
    assert_eq!(
        own.attributes("#key-id", "value"),
        std::slice::from_ref(&key.id)
    );
    assert!(!own.has("form[action*='label']"));
    owner.get(&format!("{KEYS}/000000000000")).await.expect(404);
    owner.get(&format!("{KEYS}/short")).await.expect(404);
}

#[actix_web::test]
async fn deactivated_a_key_fails_on_the_next_call_and_activated_it_works() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let program = app.api(&key.secret);
    for _ in 0..2 {
        program.get("/v1/whoami").await.expect(200);
        let off = list(&owner, "").await.form(&at(&key, "deactivation"));
        let reply = owner.submit(&off).await.expect(303);
        assert_eq!(reply.location(), format!("{KEYS}#k-{}", key.id));
        problem(program.get("/v1/whoami").await, 401, "key_deactivated");
        let page = owner.follow(&reply).await.expect(200).page();
        assert_eq!(state(&page, &key), "Deactivated");
        assert!(page.one("#flash").contains("ci is deactivated."));
        assert!(!page.offers(&at(&key, "deactivation")));
        // Undo.
        let undo = page.elements("#flash form").len();
        assert_eq!(undo, 1);
        let on = owner
            .submit(&page.form(&at(&key, "activation")))
            .await
            .expect(303);
        let page = owner.follow(&on).await.page();
        assert_eq!(state(&page, &key), "Active");
        assert!(page.one("#flash").contains("ci is active."));
        assert!(page.offers(&at(&key, "deactivation")));
    }
}

#[actix_web::test]
async fn clicking_twice_is_clicking_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for what in [
        "activation",
        "deactivation",
        "deactivation",
        "activation",
        "activation",
    ] {
        press(&owner, &key, what).await.expect(303);
    }
    assert_eq!(state(&list(&owner, "").await, &key), "Active");
    let said = sentences(&owner, AUDIT).await;
    let about = |verb: &str| said.iter().filter(|s| s.starts_with(verb)).count();
    assert_eq!(
        (about("deactivated key"), about("activated key")),
        (1, 1),
        "{said:?}"
    );
}

#[actix_web::test]
async fn opposite_clicks_at_once_leave_one_state_that_page_and_api_agree_on() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    for _ in 0..3 {
        let clicks = (0..12).map(|i| {
            let what = if i % 2 == 0 {
                "deactivation"
            } else {
                "activation"
            };
            press(&owner, &key, what)
        });
        for reply in join_all(clicks).await {
            reply.expect(303);
        }
        let shown = state(&list(&owner, "").await, &key);
        let status = app.api(&key.secret).get("/v1/whoami").await.status;
        assert_eq!(
            (shown == "Active", shown == "Deactivated"),
            (status == 200, status == 401)
        );
    }
}

#[actix_web::test]
async fn an_expired_key_is_neither_switched_off_nor_on() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Days(30),
    );
    app.clock.advance(TimeDelta::days(24));
    let owner_now = app.sign_in(ADA).await;
    let page = list(&owner_now, "").await;
    assert!(
        fact(&page, &key, "Expires").starts_with("in 6 days"),
        "{}",
        fact(&page, &key, "Expires")
    );
    assert!(page.has(&format!("#k-{} dd.warn", key.id)), "soon");
    app.clock.advance(TimeDelta::days(6));
    drop(owner);
    let owner = app.sign_in(ADA).await;
    let page = list(&owner, "").await;
    assert_eq!(state(&page, &key), "Expired");
    for what in ["deactivation", "activation"] {
        assert!(!page.offers(&at(&key, what)));
        let told = press(&owner, &key, what).await.expect(409).page();
        assert!(
            told.text().contains("This key has expired."),
            "{}",
            told.text()
        );
    }
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_expired",
    );
}
