//! What the pages of a key say of its values.

use super::*;

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
        sides[1].contains("1 request in 12 hours, 1 in 24"),
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
