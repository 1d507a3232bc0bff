//! Settings → General: the workspace's name and time zone, and who may change what is there.

use crate::{
    scenes::{AUDIT, GENERAL, KEYS, sentences},
    support::{Browser, TestApp, http::Reply},
};
use keyroom::actor::Role;

async fn rename(browser: &Browser, name: &str) -> Reply {
    let form = browser.get(GENERAL).await.expect(200).page().form(GENERAL);
    browser.submit(&form.with("name", name)).await
}

#[actix_web::test]
async fn a_new_name_stands_everywhere_and_the_address_stays() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let saved = rename(&owner, "  Deep <Water>  ").await.expect(303);
    assert_eq!(saved.location(), GENERAL);
    let page = owner.follow(&saved).await.expect(200).page();
    assert!(page.one("#flash").contains("Saved."));
    assert_eq!(page.form(GENERAL).value("name"), Some("Deep <Water>"));
    let keys = owner.get(KEYS).await.expect(200);
    assert!(keys.page().one("p.ws-name").contains("Deep <Water>"));
    assert!(!keys.text().contains("<Water>"), "escaped");
    // The flash was for one page.
    assert!(!keys.page().has("#flash"));
}

#[actix_web::test]
async fn the_log_has_the_name_before_and_after_and_nothing_for_the_same_name() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    rename(&owner, "Deepwater").await.expect(303);
    rename(&owner, "Deepwater").await.expect(303);
    let said = sentences(&owner, AUDIT).await;
    let renamed: Vec<&String> = said.iter().filter(|s| s.starts_with("renamed")).collect();
    assert_eq!(renamed, ["renamed the workspace to Deepwater"]);
    let page = owner.get(AUDIT).await.page();
    let rows = page.all("table.changes tbody tr");
    assert!(
        rows.contains(&"Name Brightwater Deepwater".to_owned()),
        "{rows:?}"
    );
}

#[actix_web::test]
async fn a_name_is_one_line_of_at_most_eighty_characters() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "ä".repeat(81);
    for name in ["", "   ", "a\tb", "a\u{202E}b", "a\u{200B}b", long.as_str()] {
        let page = rename(&owner, name).await.expect(422).page();
        assert!(page.has("#name-error"), "{name:?}");
        assert_eq!(
            page.form(GENERAL).value("name"),
            Some(name),
            "kept as typed"
        );
        assert!(page.title().starts_with("Error: "));
    }
    rename(&owner, &"ä".repeat(80)).await.expect(303);
}

#[actix_web::test]
async fn a_member_may_not_and_the_refusal_says_who_can() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    member.get(GENERAL).await.expect(403);
    let page = member
        .post(
            GENERAL,
            &[
                ("name", "Mine"),
                ("time_zone", "UTC"),
                ("was_name", "Brightwater"),
                ("was_time_zone", "UTC"),
            ],
        )
        .await
        .expect(403)
        .page();
    assert!(
        page.text().contains("You need to be an admin"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Ask Ada Park."), "{}", page.text());
    let admin = app.member(Role::Admin).await;
    rename(&admin, "Ours").await.expect(303);
    assert!(owner.get(GENERAL).await.page().form(GENERAL).value("name") == Some("Ours"));
}

#[actix_web::test]
async fn times_are_shown_in_the_zone_of_the_workspace() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = crate::support::make::key(&app, "brightwater", "ci");
    let page = owner.get(GENERAL).await.expect(200).page();
    let form = page.form(GENERAL);
    let card = format!("{KEYS}/{}", key.id);
    assert!(!owner.get(&card).await.text().contains("JST"));
    let tokyo = form.clone().with("time_zone", "Asia/Tokyo");
    let saved = owner.submit(&tokyo).await.expect(303);
    let page = owner.follow(&saved).await.expect(200).page();
    assert!(page.text().contains(
        "Times are those of Asia/Tokyo, except for those who chose a zone in their account."
    ));
    assert!(page.one("#time_zone-hint").contains("JST"));
    assert!(owner.get(&card).await.text().contains("JST"));
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.contains(&"changed settings of Brightwater".to_owned()),
        "{said:?}"
    );
    let odd = owner
        .submit(&form.with("time_zone", "Mars/Olympus"))
        .await
        .expect(422);
    assert!(odd.page().has("#time_zone-error"));
}

/// So its effect is seen before it is chosen.
#[actix_web::test]
async fn the_zones_stand_by_region_with_what_their_clocks_are_ahead() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = owner.get(GENERAL).await.expect(200).page();
    let regions = page.attributes("#time_zone optgroup", "label");
    assert_eq!(regions[..3], ["Everywhere", "Africa", "America"]);
    let in_region = |region: &str| page.all(&format!("#time_zone [label={region}] option"));
    assert_eq!(in_region("Everywhere"), ["UTC"]);
    assert!(in_region("Asia").contains(&"Tokyo (UTC+09:00)".to_owned()));
    assert!(in_region("America").contains(&"Argentina/Buenos Aires (UTC-03:00)".to_owned()));
    // What the list leaves out is kept where it was chosen before.
    app.sql(|sql| sql.execute("UPDATE workspaces SET time_zone = 'Etc/GMT+5'"));
    let page = owner.get(GENERAL).await.expect(200).page();
    assert_eq!(page.form(GENERAL).value("time_zone"), Some("Etc/GMT+5"));
}

#[actix_web::test]
async fn two_who_change_different_settings_keep_what_both_did() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = owner.get(GENERAL).await.page().form(GENERAL);
    rename(&owner, "Deepwater").await.expect(303);
    owner
        .submit(&form.with("time_zone", "Asia/Tokyo"))
        .await
        .expect(303);
    let now = owner.get(GENERAL).await.page().form(GENERAL);
    assert_eq!(
        (now.value("name"), now.value("time_zone")),
        (Some("Deepwater"), Some("Asia/Tokyo"))
    );
}
