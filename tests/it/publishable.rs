//! Publishable keys, as people make, see, copy and edit them.

use actix_web::http::Method;
use keyroom::{actor::Role, permissions::Permission};
use serde_json::json;

use crate::{
    scenes::{AUDIT, KEYS, NEW, at, filled, labels, list, press, problem, sentences, state},
    support::{
        Browser, TestApp,
        http::{Reply, encode},
        make::{self, MadeKey},
        page::{Form, Page},
    },
};

const SHOP: &str = "https://shop.example";

/// The dialog, filled for a publishable key of the shop.
async fn for_shop(browser: &Browser, label: &str) -> Form {
    let form = filled(browser, label).await.with("kind", "publishable");
    form.with("allowed_origins", SHOP)
}

/// The key whose card an answer leads to.
async fn made(browser: &Browser, reply: &Reply) -> (MadeKey, Page) {
    let (_, id) = reply.location().split_once("#k-").expect("a card");
    let page = browser.follow(reply).await.expect(200).page();
    let values = page.attributes(&format!("#k-{id} [data-copy-text]"), "data-copy-text");
    let key = MadeKey {
        id: id.to_owned(),
        secret: values.first().cloned().unwrap_or_default(),
    };
    (key, page)
}

async fn whoami(app: &TestApp, key: &MadeKey, origin: &str) -> Reply {
    app.api(&key.secret)
        .send(Method::GET, "/v1/whoami", &[("origin", origin)], "")
        .await
}

fn keys(app: &TestApp) -> String {
    app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM keys"))
}

async fn opened(browser: &Browser, key: &MadeKey) -> Form {
    let address = at(key, "edit");
    let page = browser.get(&address).await.expect(200).page();
    page.form(&address)
}

#[actix_web::test]
async fn it_is_on_its_card_whole_and_can_be_copied_any_time() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let reply = owner
        .submit(&for_shop(&owner, "shop").await)
        .await
        .expect(303);
    let (key, page) = made(&owner, &reply).await;
    assert!(page.one("#flash").starts_with("shop is generated."));
    assert!(!page.has("dialog"));
    let card = format!("#k-{}", key.id);
    let rest = key.secret.split_once(&key.id).expect("its id").1.to_owned();
    let tag = page.one(&format!("{card} .ktag.pub.full"));
    assert_eq!(tag, format!("Publishable key pk_ {} {rest}", key.id));
    let copy = page.one(&format!("{card} [data-copy-text]"));
    assert_eq!(copy, "Copy key");
    assert_eq!(
        page.attributes(&format!("{card} [data-copy-text]"), "aria-label"),
        ["Copy key of shop"]
    );
    // Without script the button leads to the page that shows it.
    let own = page.attributes(&format!("{card} [data-copy-text]"), "formaction");
    assert_eq!(page.attributes("form#copy", "method"), ["get"]);
    let own = owner.get(&own[0]).await.expect(200).page();
    assert_eq!(
        own.attributes("#key-value", "value"),
        std::slice::from_ref(&key.secret)
    );
    assert_eq!(
        own.attributes("#key-id", "value"),
        std::slice::from_ref(&key.id)
    );
    let text = own.text();
    assert!(
        text.contains("Publishable key For browsers, always visible"),
        "{text}"
    );
    assert!(text.contains(SHOP), "{text}");

    whoami(&app, &key, SHOP).await.expect(200);
    let log = sentences(&owner, AUDIT).await;
    assert_eq!(
        log[0],
        format!("generated key shop Publishable key pk_ {} …", key.id)
    );
    let told = owner.get(AUDIT).await.page().all(".changes tbody tr");
    assert!(
        told.contains(&format!("Allowed origins – {SHOP}")),
        "{told:?}"
    );
    assert!(
        told.contains(&"Type – Publishable key".to_owned()),
        "{told:?}"
    );
}

#[actix_web::test]
async fn of_a_secret_key_only_the_id_is_copied_and_nothing_is_kept() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let secret = make::key(&app, "brightwater", "ci");
    let page = list(&owner, "").await;
    let button = format!("#k-{} [data-copy-text]", secret.id);
    assert_eq!(page.one(&button), "Copy key ID");
    assert_eq!(
        page.attributes(&button, "data-copy-text"),
        std::slice::from_ref(&secret.id)
    );
    assert!(!page.has(".ktag.pub"));
    let own = owner.get(&format!("{KEYS}/{}", secret.id)).await.page();
    assert!(!own.has("#key-value"));
    let kept = "SELECT count(shown)::text AS line FROM key_secrets";
    assert_eq!(app.sql(|sql| sql.line(kept)), "0");
    make::publishable(&app, "brightwater", "shop", SHOP);
    assert_eq!(app.sql(|sql| sql.line(kept)), "1");
}

#[actix_web::test]
async fn mistakes_are_named_by_line_and_nothing_typed_is_lost() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let origins = "https://good.example\nshop.example\nhttps://a.example/path";
    let form = for_shop(&owner, "shop").await;
    let wrong = form
        .clone()
        .with("allowed_origins", origins)
        .also("permission", "FILE_UPLOAD");
    let page = owner.submit(&wrong).await.expect(422).page();
    assert!(page.title().starts_with("Error: Generate new key"));
    assert_eq!(
        page.all("#allowed_origins-error .err"),
        [
            "Line 2, “shop.example”: begin with https:// or http://",
            "Line 3, “https://a.example/path”: end after the host or its port, without a path",
        ]
    );
    assert_eq!(
        page.one("#permissions-error"),
        "A publishable key only reads. It cannot have “Upload files”"
    );
    assert!(page.has(".notice a[href='#allowed_origins']"));
    let again = page.form(NEW);
    for name in ["label", "kind", "allowed_origins"] {
        assert_eq!(again.value(name), wrong.value(name), "{name}");
    }
    let ticks = again.fields.iter().filter(|(name, _)| name == "permission");
    assert_eq!(ticks.count(), 2);
    for (origins, why) in [
        ("", "Enter at least one origin, or * for every site"),
        ("*\nhttps://a.example", "The line * allows every site."),
    ] {
        let form = form.clone().with("allowed_origins", origins);
        let page = owner.submit(&form).await.expect(422).page();
        assert!(page.one("#allowed_origins-error").starts_with(why), "{why}");
    }
    let other_kind = form.clone().with("kind", "master");
    owner.submit(&other_kind).await.expect(400);
    assert_eq!(keys(&app), "0");
    // What was typed for a kind that was then not chosen says nothing.
    let secret = wrong.with("kind", "secret");
    owner.submit(&secret).await.expect(201);
    assert_eq!(
        app.sql(|sql| sql.line("SELECT concat(kind, allowed_origins) AS line FROM keys")),
        "secret{}"
    );
}

#[actix_web::test]
async fn only_who_may_make_keys_makes_one_and_a_form_makes_one_only() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = for_shop(&owner, "shop").await;
    let stranger = app.stranger();
    assert!(
        stranger
            .submit(&form)
            .await
            .expect(303)
            .location()
            .starts_with("/sign-in")
    );
    let member = app.member(Role::Member).await;
    member.submit(&form).await.expect(403);
    let elsewhere = app.workspace("Harbour").await;
    elsewhere.submit(&form).await.expect(404);
    assert_eq!(keys(&app), "0");
    let reply = owner.submit(&form).await.expect(303);
    let (key, _) = made(&owner, &reply).await;
    let (again, page) = made(&owner, &owner.submit(&form).await.expect(303)).await;
    assert_eq!(again.id, key.id);
    assert!(page.one("#flash").starts_with("shop was generated before."));
    assert_eq!(keys(&app), "1");
}

#[actix_web::test]
async fn its_origins_are_edited_merged_and_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::publishable(&app, "brightwater", "shop", SHOP);
    let page = owner.get(&at(&key, "edit")).await.expect(200).page();
    let offered = page.attributes("input[name=permission]", "value");
    assert_eq!(offered.len(), 4, "{offered:?}");
    let form = page.form(&at(&key, "edit"));
    assert_eq!(form.value("allowed_origins"), Some(SHOP));

    let both = "https://b.example\nhttps://shop.example";
    let reply = owner
        .submit(&form.clone().with("allowed_origins", both))
        .await
        .expect(303);
    let page = owner.follow(&reply).await.page();
    assert!(
        page.one("#flash")
            .starts_with("shop is saved. Allowed origins changed.")
    );
    whoami(&app, &key, "https://b.example").await.expect(200);
    let tag = format!("shop Publishable key pk_ {} …", key.id);
    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        format!("edited key {tag}")
    );

    // Somebody else's form is older: it changes the label alone, or meets what was changed.
    let label = form.clone().with("label", "shop 2");
    let page = owner
        .follow(&owner.submit(&label).await.expect(303))
        .await
        .page();
    assert!(
        page.one("#flash")
            .contains("Ada Park added “https://b.example” meanwhile, and that stays."),
        "{}",
        page.one("#flash")
    );
    let other = form.clone().with("allowed_origins", "*");
    let page = owner.submit(&other).await.expect(409).page();
    let lines = page.all("dialog .notice li");
    assert!(
        lines.iter().any(|line| line.contains("added “https://b.example”")
            && line.contains("Saving again adds “*” and takes away “https://b.example”, “https://shop.example”.")),
        "{lines:?}"
    );
    let again = page.form(&form.action);
    assert_eq!(again.value("allowed_origins"), Some("*"));
    let reply = owner.submit(&again).await.expect(303);
    whoami(&app, &key, "https://anywhere.example")
        .await
        .expect(200);
    let page = owner.follow(&reply).await.page();
    let undo = page.attributes("#flash form", "action");
    owner.submit(&page.form(&undo[0])).await.expect(303);
    problem(
        whoami(&app, &key, "https://anywhere.example").await,
        403,
        "origin_not_allowed",
    );
    whoami(&app, &key, "https://b.example").await.expect(200);

    for (name, value, field) in [
        ("allowed_origins", "b.example", "allowed_origins"),
        ("allowed_origins", "", "allowed_origins"),
        ("permission", "FILE_UPLOAD", "permissions"),
    ] {
        let form = opened(&owner, &key).await.with(name, value);
        let page = owner.submit(&form).await.expect(422).page();
        assert!(page.has(&format!("#{field}-error")), "{name}");
        assert_eq!(
            page.form(&form.action).value("allowed_origins"),
            form.value("allowed_origins")
        );
    }
}

#[actix_web::test]
async fn a_crafted_edit_makes_no_key_of_the_other_kind() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (secret, shop) = (
        make::key(&app, "brightwater", "ci"),
        make::publishable(&app, "brightwater", "shop", SHOP),
    );
    let kinds = "SELECT string_agg(concat(kind, allowed_origins, permissions), ' ' ORDER BY label) AS line FROM keys";
    let before = app.sql(|sql| sql.line(kinds));
    // A secret key does not become one for browsers.
    let form = opened(&owner, &secret).await;
    owner
        .submit(&form.clone().with("allowed_origins", "*"))
        .await
        .expect(303);
    let forged = form
        .with("allowed_origins", "*")
        .with("was_allowed_origins", SHOP);
    owner
        .submit(&forged.with("permission", "OBJECTS_LIST"))
        .await
        .expect(409);
    // One for browsers, without what the form said of its origins, gets nothing that a secret key may have.
    let form = opened(&owner, &shop).await.without("was_allowed_origins");
    let forged = form.with("permission", "FILE_UPLOAD");
    let page = owner.submit(&forged).await.expect(422).page();
    assert!(page.has("#permissions-error"));
    assert_eq!(app.sql(|sql| sql.line(kinds)), before);
}

#[actix_web::test]
async fn it_is_found_by_its_value_and_its_mask() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::publishable(&app, "brightwater", "shop", SHOP);
    make::key(&app, "brightwater", "ci");
    let bare = key.secret.trim_start_matches("pk_");
    for typed in [
        key.secret.as_str(),
        bare,
        &format!("pk_{}…", key.id),
        &key.id,
        &key.id[..6],
    ] {
        let query = encode(&[("q", typed)]);
        let reply = owner.get(&format!("{KEYS}?{query}")).await;
        // The address of what was found has no value in it.
        let reply = match reply.is_redirect() {
            true => owner.follow(&reply).await,
            false => reply,
        };
        assert!(!reply.asked.contains(&key.secret[15..]), "{}", reply.asked);
        assert_eq!(labels(&reply.expect(200).page()), ["shop"], "{typed}");
    }
}

#[actix_web::test]
async fn another_like_it_begins_with_its_origins() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::publishable(&app, "brightwater", "shop", SHOP);
    let page = owner
        .get(&format!("{NEW}?like={}", key.id))
        .await
        .expect(200)
        .page();
    assert_eq!(
        page.one("dialog .inline-note"),
        "Permissions, allowed origins, lifetime and limits are those of shop ."
    );
    let form = page.form(NEW);
    assert_eq!(form.value("kind"), Some("publishable"));
    assert_eq!(form.value("allowed_origins"), Some(SHOP));
    let (other, page) = made(&owner, &owner.submit(&form).await.expect(303)).await;
    assert_ne!(other.id, key.id);
    assert_eq!(labels(&page), ["shop 2", "shop"]);
    let said = whoami(&app, &other, SHOP).await.expect(200).json();
    assert_eq!(said["permissions"], json!([Permission::ObjectsList]));
}

#[actix_web::test]
async fn it_is_revoked_and_restored_like_any_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::publishable(&app, "brightwater", "shop", SHOP);
    let page = owner.get(&at(&key, "revocation")).await.expect(200).page();
    assert_eq!(
        page.one("dialog .ktag.pub"),
        format!("Publishable key pk_ {} …", key.id)
    );
    let form = page.form(&at(&key, "revocation"));
    owner.submit(&form).await.expect(303);
    problem(whoami(&app, &key, SHOP).await, 401, "key_revoked");
    let page = list(&owner, "revoked").await;
    assert!(page.has(&format!("#k-{} .ktag.pub.dead.cut", key.id)));
    press(&owner, &key, "restoration").await.expect(303);
    press(&owner, &key, "activation").await.expect(303);
    whoami(&app, &key, SHOP).await.expect(200);
    assert_eq!(state(&list(&owner, "").await, &key), "Active");
}
