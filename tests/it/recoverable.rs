//! Keys that are made recoverable: where a workspace lets that be chosen, and by whoever chooses it.

use futures_util::future::join;
use keyroom::permissions::Permission::{ConfigChange, ConfigList};
use keyroom::{actor::Role, keys::Lifetime};
use serde_json::json;

use crate::{
    command_line::{Place, refused},
    scenes::{AUDIT, GENERAL, KEYS, NEW, filled, labels, list, sentences, shown},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

const TICK: &str = "recoverable_keys";

async fn set(browser: &Browser, is_allowed: bool) -> Reply {
    let page = browser.get(GENERAL).await.expect(200).page();
    let form = page.form("#lifetimes-form").without(TICK);
    let form = match is_allowed {
        true => form.also(TICK, "yes"),
        false => form,
    };
    browser.submit(&form).await.expect(303)
}

fn hint(page: &Page) -> String {
    page.one("#recoverable_keys-hint")
}

fn count(app: &TestApp, of: &str) -> String {
    app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {of}")))
}

#[actix_web::test]
async fn it_is_chosen_for_each_key_where_the_workspace_allows_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = owner.get(GENERAL).await.expect(200).page();
    assert!(!page.has("#recoverable_keys[checked]"), "off at first");
    assert!(hint(&page).contains("none is recoverable today"));
    assert!(!owner.get(NEW).await.page().has("#recoverable"));

    let saved = set(&owner, true).await;
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(
        flash.contains("New secret keys may be made recoverable."),
        "{flash}"
    );
    let told = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    assert!(
        told.contains(&"Recoverable keys No Yes".to_owned()),
        "{told:?}"
    );

    let page = owner.get(NEW).await.expect(200).page();
    assert!(page.has("#recoverable") && !page.has("#recoverable[checked]"));
    let plain = shown(
        &owner
            .submit(&filled(&owner, "plain").await)
            .await
            .expect(201),
    );
    let form = filled(&owner, "kept").await.also("recoverable", "yes");
    let reply = owner.submit(&form).await.expect(201);
    let kept = shown(&reply);
    assert!(
        reply
            .page()
            .text()
            .contains("can show it again after a password check")
    );
    assert!(
        !reply.page().has("[data-guard]"),
        "it is no loss if it is not copied"
    );
    let page = owner.get(KEYS).await.page();
    assert_eq!(page.all(&format!("#reveal-{}", kept.id)), ["Copy key…"]);
    assert!(!page.has(&format!("#reveal-{}", plain.id)));
    assert_eq!(count(&app, "key_secrets WHERE sealed IS NOT NULL"), "1");
    for (key, is_recoverable) in [(&plain, false), (&kept, true)] {
        let answer = app.api(&key.secret).get("/v1/whoami").await.json();
        assert_eq!(answer["key"]["recoverable"], is_recoverable);
    }
    // Another like it begins with the same choice.
    let like = owner.get(&format!("{NEW}?like={}", kept.id)).await.page();
    assert!(like.has("#recoverable[checked]"));
    let facts = owner
        .get(&format!("{KEYS}/{}", kept.id))
        .await
        .page()
        .text();
    assert!(facts.contains("Recoverable: can be shown again"), "{facts}");
}

#[actix_web::test]
async fn switched_off_it_leaves_the_keys_that_are_and_makes_no_other() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::recoverable(&app, "brightwater", "kept");
    let open = filled(&owner, "late").await.also("recoverable", "yes");
    let saved = set(&owner, false).await;
    let page = owner.follow(&saved).await.page();
    assert!(page.one("#flash").contains("Those that are stay so."));
    assert!(
        hint(&page).contains("1 is recoverable today"),
        "{}",
        hint(&page)
    );
    owner
        .post(&format!("{KEYS}/{}/reveal", key.id), &[])
        .await
        .expect(200);

    // A form that was open before, or that nobody served.
    let page = owner.submit(&open).await.expect(422).page();
    assert!(
        page.one("#recoverable-error")
            .contains("do not let keys be recoverable")
    );
    assert_eq!(page.form(NEW).value("label"), Some("late"));
    assert!(!page.has("#recoverable[checked]"));
    assert_eq!(labels(&list(&owner, "").await), ["kept"]);
    shown(&owner.submit(&open.without("recoverable")).await.expect(201));
    assert_eq!(count(&app, "keys WHERE recovery = 'possible'"), "1");
}

#[actix_web::test]
async fn switched_off_at_that_moment_it_makes_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::recovery(&app, "brightwater", true);
    let form = filled(&owner, "late").await.also("recoverable", "yes");
    app.sql(|sql| sql.execute("BEGIN; UPDATE workspaces SET recoverable_keys = false"));
    let off = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(owner.submit(&form), off).await;
    reply.expect(422);
    assert_eq!(count(&app, "keys"), "0");
}

#[actix_web::test]
async fn nothing_becomes_recoverable_afterwards() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "plain");
    set(&owner, true).await;
    let reply = owner.get(&format!("{KEYS}/{}/reveal", key.id)).await;
    assert!(
        reply
            .expect(409)
            .page()
            .text()
            .contains("was not made recoverable")
    );
    let edit = format!("{KEYS}/{}/edit", key.id);
    let form = owner.get(&edit).await.page().form(&edit);
    owner
        .submit(&form.also("recoverable", "yes"))
        .await
        .expect(400);
    assert_eq!(count(&app, "key_secrets WHERE sealed IS NOT NULL"), "0");
}

#[actix_web::test]
async fn programs_read_and_change_the_setting() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let may = [ConfigList, ConfigChange];
    let key = make::key_with(&app, "brightwater", "config", &may, Lifetime::Unlimited);
    let program = app.api(&key.secret);
    let on = json!({ "recoverable_keys": true });
    let config = program.patch("/v1/config", &on).await.expect(200).json();
    assert_eq!(config["recoverable_keys"], true);
    assert_eq!(program.get("/v1/config").await.json(), config);
    assert!(owner.get(NEW).await.page().has("#recoverable"));
    let told = sentences(&owner, AUDIT).await;
    assert!(
        told.contains(&"changed settings of Brightwater".to_owned()),
        "{told:?}"
    );
    for wrong in [json!("yes"), json!(null), json!(1)] {
        let change = json!({ "recoverable_keys": wrong });
        program.patch("/v1/config", &change).await.expect(422);
    }
    assert_eq!(program.get("/v1/config").await.json(), config);
}

#[actix_web::test]
async fn a_publishable_key_is_seen_any_time_and_not_kept_beside() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    set(&owner, true).await;
    let form = filled(&owner, "site").await.with("kind", "publishable");
    let form = form.with("allowed_origins", "https://shop.example");
    let page = owner.submit(&form.clone().also("recoverable", "yes")).await;
    let page = page.expect(422).page();
    assert!(
        page.one("#recoverable-error")
            .contains("can be seen any time")
    );
    assert_eq!(count(&app, "keys"), "0");
    let made = owner.submit(&form).await;
    assert!(made.status < 400, "{}", made.gist());
    assert_eq!(count(&app, "keys WHERE recovery = 'never'"), "1");
}

/// Two forms of one page: what the other one has is not unticked.
#[actix_web::test]
async fn a_form_without_the_tick_leaves_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    set(&owner, true).await;
    let page = owner.get(GENERAL).await.page();
    let basics = page.form("#basics-form").with("name", "Deepwater");
    owner.submit(&basics).await.expect(303);
    // A maximum asks first: the tick goes on with what was typed.
    let form = page.form("#lifetimes-form").without(TICK);
    let asked = owner
        .submit(&form.with("max_key_lifetime_days", "90"))
        .await;
    let question = asked.expect(200).page();
    assert!(question.text().contains("that no new key is recoverable"));
    assert!(owner.get(NEW).await.page().has("#recoverable"), "not yet");
    let form = question.form("#question-form").with("confirmed", "yes");
    owner.submit(&form).await.expect(303);
    assert!(!owner.get(NEW).await.page().has("#recoverable"));
    let member = app.member(Role::Member).await;
    member.get(GENERAL).await.expect(403);
}

#[test]
fn the_command_line_asks_the_setting_too() {
    let place = Place::new();
    place.admin(
        "Brightwater",
        "Ada Park",
        "ada@x.example",
        "violet tractor sings at noon",
    );
    let more = ["--permission", "OBJECTS_LIST", "--recoverable"];
    refused(
        &place.key("brightwater", "ci", &more),
        "do not let keys be recoverable",
    );
    assert_eq!(place.count("keys"), 0);
}
