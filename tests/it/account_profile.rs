//! Your account → Profile: name, time zone and theme, and the way back to where one came from.

use keyroom::actor::Role;

use crate::{
    scenes::{ADA, AUDIT, GENERAL, KEYS, NEW, filled, generate, press, sentences, shown},
    support::{Browser, TestApp, http::Reply, make},
};

const PROFILE: &str = "/account";
const ACTIVITY: &str = "/account/activity";

async fn save(browser: &Browser, name: &str, value: &str) -> Reply {
    let form = browser.get(PROFILE).await.expect(200).page().form(PROFILE);
    browser.submit(&form.with(name, value)).await
}

/// The details of the newest event of the account.
async fn newest(browser: &Browser) -> String {
    let page = browser.get(ACTIVITY).await.expect(200).page();
    let rows = page.all(".items > li .t");
    rows.into_iter().next().expect("an event")
}

#[actix_web::test]
async fn a_new_name_stands_everywhere_and_old_entries_keep_the_old_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let saved = save(&owner, "name", "  Ada <Lovelace>  ").await.expect(303);
    let page = owner.follow(&saved).await.expect(200).page();
    assert!(page.one("#flash").contains("Saved."));
    assert_eq!(page.form(PROFILE).value("name"), Some("Ada <Lovelace>"));
    assert_eq!(page.one(".me .who"), "Ada <Lovelace>");
    assert!(
        !owner.get(PROFILE).await.text().contains("<Lovelace>"),
        "escaped"
    );
    press(&owner, &key, "deactivation").await.expect(303);
    let who = owner
        .get(AUDIT)
        .await
        .expect(200)
        .page()
        .all("td.who .strong");
    assert_eq!(who[0], "Ada <Lovelace>");
    assert_eq!(who[1], "Ada Park", "as it was when the key was made");
    assert!(
        newest(&owner)
            .await
            .contains("Name: Ada Park → Ada <Lovelace>")
    );
}

#[actix_web::test]
async fn a_name_is_one_line_of_at_most_eighty_characters() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "ä".repeat(81);
    for name in ["", "   ", "a\tb", "a\u{202E}b", long.as_str()] {
        let form = owner.get(PROFILE).await.page().form(PROFILE);
        let typed = form.with("name", name).with("time_zone", "Asia/Tokyo");
        let page = owner
            .submit(&typed.with("theme", "dark"))
            .await
            .expect(422)
            .page();
        assert!(
            page.has("#name-error") && page.title().starts_with("Error: "),
            "{name:?}"
        );
        let kept = page.form(PROFILE);
        for (field, value) in [
            ("name", name),
            ("time_zone", "Asia/Tokyo"),
            ("theme", "dark"),
        ] {
            assert_eq!(kept.value(field), Some(value), "kept as chosen");
        }
    }
    save(&owner, "name", &"ä".repeat(80)).await.expect(303);
}

#[actix_web::test]
async fn a_zone_of_ones_own_goes_before_that_of_the_workspace() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let colleague = app.member(Role::Admin).await;
    let general = owner.get(GENERAL).await.page().form(GENERAL);
    owner
        .submit(&general.with("time_zone", "Asia/Tokyo"))
        .await
        .expect(303);
    let named = async |browser: &Browser| {
        let page = browser.get(AUDIT).await.expect(200).page();
        page.one(".lede")
            .split("Times are ")
            .last()
            .map(str::to_owned)
    };
    assert_eq!(named(&owner).await.as_deref(), Some("Asia/Tokyo."));
    save(&owner, "time_zone", "America/New_York")
        .await
        .expect(303);
    assert_eq!(named(&owner).await.as_deref(), Some("America/New_York."));
    assert_eq!(
        named(&colleague).await.as_deref(),
        Some("Asia/Tokyo."),
        "theirs alone"
    );
    // The setting of the workspace is what it was, whoever looks.
    let general = owner.get(GENERAL).await.page();
    assert_eq!(general.form(GENERAL).value("time_zone"), Some("Asia/Tokyo"));
    assert!(general.one("#time_zone-hint").contains("JST"));
    save(&owner, "time_zone", "").await.expect(303);
    assert_eq!(named(&owner).await.as_deref(), Some("Asia/Tokyo."));
    assert!(
        newest(&owner)
            .await
            .contains("Time zone: America/New_York → none")
    );
    let page = save(&owner, "time_zone", "Mars/Olympus")
        .await
        .expect(422)
        .page();
    assert!(page.has("#time_zone-error"));
}

/// What is entered and what is shown is the same day, in the same zone, which is named where it is entered.
#[actix_web::test]
async fn a_date_is_taken_and_shown_in_the_same_zone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    save(&owner, "time_zone", "Pacific/Auckland")
        .await
        .expect(303);
    let form = owner.get(NEW).await.expect(200);
    assert!(
        form.text()
            .contains("Works to the end of that day, Pacific/Auckland.")
    );
    let year = (app.clock.now() + chrono::TimeDelta::days(366))
        .format("%Y-06-21")
        .to_string();
    let dated = filled(&owner, "ci")
        .await
        .with("expiry", "date")
        .with("expires_on", &year);
    let made = owner.submit(&dated).await.expect(201);
    let day = format!("21 June {}", &year[..4]);
    assert!(made.page().text().contains(&day), "{}", made.page().text());
    let key = shown(&made);
    let end = app.sql(|sql| {
        sql.line(&format!(
            "SELECT (expires_at AT TIME ZONE 'Pacific/Auckland')::text AS line FROM keys WHERE id = '{}'",
            key.id
        ))
    });
    assert_eq!(end, format!("{}-06-22 00:00:00", &year[..4]));
    let card = owner.get(&format!("{KEYS}/{}", key.id)).await.expect(200);
    assert!(
        card.text().contains(&format!("21 Jun {}", &year[..4])),
        "{}",
        card.page().text()
    );
}

#[actix_web::test]
async fn what_a_form_does_not_say_stays_and_the_same_again_is_no_event() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    save(&owner, "time_zone", "Asia/Tokyo").await.expect(303);
    owner.post(PROFILE, &[("theme", "dark")]).await.expect(303);
    owner.post(PROFILE, &[]).await.expect(303);
    let form = owner.get(PROFILE).await.page().form(PROFILE);
    let now = (
        form.value("name"),
        form.value("time_zone"),
        form.value("theme"),
    );
    assert_eq!(now, (Some("Ada Park"), Some("Asia/Tokyo"), Some("dark")));
    let events = async || owner.get(ACTIVITY).await.page().all(".items > li").len();
    let before = events().await;
    owner.submit(&form).await.expect(303);
    owner
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
    assert_eq!(events().await, before);
    owner.post(PROFILE, &[("theme", "pink")]).await.expect(400);
}

#[actix_web::test]
async fn the_account_leads_back_to_each_workspace_of_its_person() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let ways = async || {
        let page = owner.get(PROFILE).await.expect(200).page();
        page.attributes("header.top > a, #ways-back a", "href")
    };
    assert_eq!(ways().await, ["/w/brightwater"]);
    make::workspace(&app, "Other");
    make::workspace(&app, "Foreign");
    make::membership(&app, "other", ADA, Role::Member);
    assert_eq!(
        ways().await,
        ["/w/brightwater", "/w/other"],
        "by name, and no other"
    );
    // Whoever was removed from everywhere still has an account.
    app.sql(|sql| sql.execute("UPDATE members SET removed_at = now()"));
    assert_eq!(ways().await, ["/"]);
    owner.get("/account/security").await.expect(200);
    save(&owner, "name", "Ada P").await.expect(303);
    owner.get(KEYS).await.expect(404);
}

#[actix_web::test]
async fn a_mistake_in_the_address_keeps_the_frame_of_the_account() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = owner.get("/account/nowhere").await.expect(404).page();
    assert!(!page.has("aside.side"));
    assert_eq!(page.attributes("main .empty a.btn", "href"), [PROFILE]);
}

/// What one workspace sees of a member says nothing about their others, nor about their account.
#[actix_web::test]
async fn no_workspace_hears_of_the_account_or_of_another() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Other").await;
    make::membership(&app, "other", ADA, Role::Member);
    owner.get(KEYS).await.expect(200);
    let others_log = "/w/other/settings/audit-log";
    let (here, there) = (
        sentences(&owner, AUDIT).await,
        sentences(&other, others_log).await,
    );
    save(&owner, "time_zone", "Asia/Tokyo").await.expect(303);
    app.sign_in(ADA).await;
    owner.post("/account/sessions/end", &[]).await.expect(303);
    generate(&owner, "ci").await;
    assert_eq!(sentences(&other, others_log).await, there);
    let now = sentences(&owner, AUDIT).await;
    assert_eq!(now[1..], here[..], "but for the key");
    owner.get("/w/other").await.expect(303);
    let came = sentences(&other, others_log).await;
    assert_eq!((came[0].as_str(), &came[1..]), ("signed in", &there[..]));
    assert_eq!(sentences(&owner, AUDIT).await, now);
}
