//! Personal keys, as their owners make and keep them: Your account → API keys.

use keyroom::{actor::Role, permissions::Permission};
use serde_json::json;

use crate::{
    scenes::{AUDIT, GENERAL, GROUPS, KEYS, fact, labels, problem, sentences, shown, state},
    support::{Browser, TestApp, make, make::MadeKey, page::Form, page::Page},
};

const OWN: &str = "/w/brightwater/account/api-keys";
const NEW: &str = "/w/brightwater/account/api-keys/new";
const WHOAMI: &str = "/v1/whoami";
const SAM: &str = "sam@brightwater.example";

fn sam(app: &TestApp) -> String {
    make::named(app, "brightwater", "Sam Okafor", SAM, Role::Member)
}

async fn filled(browser: &Browser, label: &str) -> Form {
    let page = browser.get(NEW).await.expect(200).page();
    page.form(NEW)
        .with("label", label)
        .also("permission", "OBJECTS_LIST")
}

async fn generate(browser: &Browser, label: &str) -> MadeKey {
    shown(
        &browser
            .submit(&filled(browser, label).await)
            .await
            .expect(201),
    )
}

async fn own(browser: &Browser) -> Page {
    browser.get(OWN).await.expect(200).page()
}

async fn press(browser: &Browser, key: &MadeKey, what: &str) -> u16 {
    let address = format!("{OWN}/{}/{what}", key.id);
    browser.post(&address, &[]).await.status
}

/// The codes that a dialog offers.
fn offered(page: &Page) -> Vec<String> {
    page.attributes("input[name=permission]", "value")
}

#[actix_web::test]
async fn a_key_of_ones_own_is_made_copied_and_revoked() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app);
    let browser = app.sign_in(SAM).await;
    // From the user's name to the tab.
    browser.get("/w/brightwater").await;
    let account = browser.get("/account").await.expect(200).page();
    let tabs = account.attributes("nav.tabs a", "href");
    assert!(tabs.contains(&OWN.to_owned()), "{tabs:?}");
    let page = own(&browser).await;
    assert_eq!(page.one("nav.tabs a[aria-current]"), "API keys");
    assert_eq!(page.one("h2.sect"), "API keys in Brightwater");
    assert_eq!(page.one("#empty"), "No API keys yet");
    assert!(!page.has("aside"), "no way into settings that are closed");
    assert!(!page.text().contains("workspace key"), "{}", page.text());

    let key = generate(&browser, "laptop").await;
    let answer = app.api(&key.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(answer["key"]["owner"], json!({"type": "member", "id": id}));
    let page = own(&browser).await;
    assert_eq!(labels(&page), ["laptop"]);
    assert!(!page.has("#bulk"), "nothing to select");
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.iter()
            .any(|s| s.starts_with("generated key laptop") && s.ends_with("as a personal key")),
        "{said:?}"
    );

    let question = browser
        .get(&format!("{OWN}/{}/revocation", key.id))
        .await
        .expect(200)
        .page();
    let form = question.form(&format!("{OWN}/{}/revocation", key.id));
    let form = form.with("confirm", "laptop");
    let done = browser.submit(&form).await.expect(303);
    assert_eq!(done.location(), OWN);
    problem(app.api(&key.secret).get(WHOAMI).await, 401, "key_revoked");
    let page = browser.follow(&done).await.expect(200).page();
    browser
        .submit(&page.form(&format!("{OWN}/{}/restoration", key.id)))
        .await
        .expect(303);
    assert_eq!(state(&own(&browser).await, &key), "Deactivated");
    assert_eq!(press(&browser, &key, "activation").await, 303);
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    assert_eq!(press(&browser, &key, "deactivation").await, 303);
    problem(
        app.api(&key.secret).get(WHOAMI).await,
        401,
        "key_deactivated",
    );
}

/// Three permissions: the dialog offers three, a fourth is refused, and one that is taken away is gone on the next call.
#[actix_web::test]
async fn nobody_gives_a_key_what_they_do_not_have() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app);
    let group = make::group(&app, "brightwater", "Ops", &[Permission::ConfigList]);
    make::in_group(&app, &group, &id);
    app.sql(|sql| {
        sql.execute(
            "UPDATE workspaces SET default_member_permissions = '{OBJECTS_LIST,OBJECTS_FETCH}'",
        );
    });
    let browser = app.sign_in(SAM).await;
    let page = browser.get(NEW).await.expect(200).page();
    let three = ["OBJECTS_LIST", "OBJECTS_FETCH", "CONFIG_LIST"];
    assert_eq!(offered(&page), three);
    let form = three.iter().fold(
        page.form(NEW).with("label", "laptop"),
        |form, permission| form.also("permission", permission),
    );
    let before = app.sql(|sql| sql.dump_without(&["audit_events"]));
    let fourth = form.clone().also("permission", "FILE_DELETE");
    let refused = browser.submit(&fourth).await.expect(422).page();
    assert!(
        refused
            .text()
            .contains("You cannot grant “Delete files”, because you do not have it"),
        "{}",
        refused.text()
    );
    let after = app.sql(|sql| sql.dump_without(&["audit_events"]));
    assert_eq!(after, before);
    let key = shown(&browser.submit(&form).await.expect(201));
    let program = app.api(&key.secret);
    program.get("/v1/config").await.expect(200);

    // The same for an edit, which gives and takes within what its editor has.
    let edit = format!("{OWN}/{}/edit", key.id);
    let page = browser.get(&edit).await.expect(200).page();
    assert_eq!(offered(&page), three);
    let fourth = page.form(&edit).also("permission", "FILE_DELETE");
    browser.submit(&fourth).await.expect(422);
    let was = app.sql(|sql| sql.line("SELECT permissions::text AS line FROM keys"));
    assert!(!was.contains("FILE_DELETE"), "{was}");

    let allows = format!("{GROUPS}/{group}/permissions");
    owner
        .post(&allows, &[("preset", "custom")])
        .await
        .expect(303);
    let refused = problem(program.get("/v1/config").await, 403, "permission_missing");
    assert_eq!(refused["missing"], json!(["CONFIG_LIST"]));
    let told = "View configuration is not in force: you no longer have it.";
    let page = own(&browser).await;
    assert!(page.one(&format!("#k-{}", key.id)).contains(told));
    let page = browser.get(&format!("{OWN}/{}", key.id)).await.page();
    assert!(page.text().contains(told), "{}", page.text());
    let page = owner.get(&format!("{KEYS}/{}", key.id)).await.page();
    let told = "View configuration is not in force: Sam Okafor no longer has it.";
    assert!(page.text().contains(told), "{}", page.text());
    // What they no longer have stays with the key through an edit of something else.
    let page = browser.get(&edit).await.expect(200).page();
    browser
        .submit(&page.form(&edit).with("label", "notebook"))
        .await
        .expect(303);
    let is = app.sql(|sql| sql.line("SELECT permissions::text AS line FROM keys"));
    assert!(is.contains("CONFIG_LIST"), "{is}");
}

#[actix_web::test]
async fn a_workspace_may_have_personal_keys_for_owners_and_admins_alone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    sam(&app);
    let browser = app.sign_in(SAM).await;
    let key = generate(&browser, "laptop").await;
    let form = filled(&browser, "late").await;
    let page = owner.get(GENERAL).await.expect(200).page();
    let off = page.form("#lifetimes-form").with("personal_keys", "no");
    let done = owner.submit(&off).await.expect(303);
    let page = owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains("Members make no new personal keys. Those that they have keep working."),
    );
    assert_eq!(
        page.form("#lifetimes-form").value("personal_keys"),
        Some("no")
    );

    let before = app.sql(|sql| sql.dump_without(&["audit_events"]));
    let refused = browser.submit(&form).await.expect(403).page();
    assert!(
        refused
            .text()
            .contains("An owner or admin can allow it under Settings → General."),
        "{}",
        refused.text()
    );
    browser.get(NEW).await.expect(403);
    let after = app.sql(|sql| sql.dump_without(&["audit_events"]));
    assert_eq!(after, before);
    let page = own(&browser).await;
    assert!(!page.has("#new-key"), "nothing that would be refused");
    assert!(page.text().contains("those you have keep working"));
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    assert_eq!(press(&browser, &key, "deactivation").await, 303);
    let address = format!("{OWN}/{}/revocation", key.id);
    let confirmed = browser.post(&address, &[("confirm", "laptop")]).await;
    confirmed.expect(303);
    // Whoever may see the settings may have their own all the same.
    generate(&owner, "ada-laptop").await;

    let reply = app
        .api(&make::key(&app, "brightwater", "robot").secret)
        .patch("/v1/config", &json!({"personal_keys": true}))
        .await
        .expect(200);
    assert_eq!(reply.json()["personal_keys"], true);
    generate(&browser, "again").await;
}

#[actix_web::test]
async fn a_label_is_one_among_the_keys_of_the_same_owner() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    sam(&app);
    let browser = app.sign_in(SAM).await;
    make::key(&app, "brightwater", "laptop");
    generate(&browser, "laptop").await;
    generate(&owner, "Laptop").await;
    let again = filled(&browser, "LAPTOP").await;
    let page = browser.submit(&again).await.expect(422).page();
    assert!(page.text().contains("A key called LAPTOP exists."));
}

#[actix_web::test]
async fn each_workspace_has_its_own_and_leads_to_the_others() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Studio").await;
    make::membership(&app, "studio", crate::scenes::ADA, Role::Member);
    let key = generate(&owner, "laptop").await;
    let page = own(&owner).await;
    assert_eq!(
        page.attributes("#other-workspaces a", "href"),
        ["/w/studio/account/api-keys"]
    );
    let page = owner
        .get("/w/studio/account/api-keys")
        .await
        .expect(200)
        .page();
    assert_eq!(page.one("h2.sect"), "API keys in Studio");
    assert!(labels(&page).is_empty());
    assert!(!page.text().contains("workspace key"), "a member there");
    let there = format!("/w/studio/account/api-keys/{}", key.id);
    owner.get(&there).await.expect(404);
}

#[actix_web::test]
async fn the_owner_sees_what_was_done_and_no_way_that_is_closed_to_them() {
    let app = TestApp::start();
    app.set_up().await;
    sam(&app);
    let browser = app.sign_in(SAM).await;
    let key = generate(&browser, "laptop").await;
    let page = browser
        .get(&format!("{OWN}/{}", key.id))
        .await
        .expect(200)
        .page();
    assert!(page.one(".key-history").contains("generated key laptop"));
    let links = page.attributes("main a", "href");
    let closed: Vec<&String> = links
        .iter()
        .filter(|to| to.contains("/settings/"))
        .collect();
    assert!(closed.is_empty(), "{closed:?}");
    assert_eq!(
        fact(&own(&browser).await, &key, "Last updated"),
        "just now by Sam Okafor"
    );
}

#[actix_web::test]
async fn a_personal_key_is_always_secret() {
    let app = TestApp::start();
    app.set_up().await;
    sam(&app);
    let browser = app.sign_in(SAM).await;
    let page = browser.get(NEW).await.expect(200).page();
    assert!(!page.has("input[name=kind]"), "nothing to choose");
    let form = filled(&browser, "site")
        .await
        .also("kind", "publishable")
        .also("allowed_origins", "https://www.example.com");
    browser.submit(&form).await.expect(422);
    let keys = app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM keys"));
    assert_eq!(keys, "0");
}
