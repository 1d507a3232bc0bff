//! *Generate new key*: what is asked, and what is refused.

use crate::{
    scenes::{KEYS, NEW, fact, filled, generate, labels, shown},
    support::{Browser, TestApp, make, page::Form},
};

async fn refused(browser: &Browser, form: &Form, field: &str, why: &str) {
    let reply = browser.submit(form).await.expect(422);
    let page = reply.page();
    let told = page.all(&format!("#{field}-error"));
    assert!(
        told.iter().any(|t| t.contains(why)),
        "{field}: {told:?} in {}",
        page.text()
    );
    assert!(
        page.has(&format!(".notice a[href='#{field}']")),
        "the summary links to {field}"
    );
    assert!(page.title().starts_with("Error: "));
    let again = page.form(NEW);
    assert_eq!(
        again.value("nonce"),
        form.value("nonce"),
        "the same form goes on"
    );
    assert_eq!(
        again.value("label"),
        form.value("label"),
        "what was typed is kept"
    );
    // Its beginning is told where a kind of key is chosen.
    assert!(
        !page.has("#secret") && !reply.text().contains("Bearer skey_"),
        "no key"
    );
}

#[actix_web::test]
async fn a_label_is_one_line_of_at_most_eighty_characters() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "ä".repeat(81);
    for (label, why) in [
        ("", "Enter a label"),
        ("  ", "Enter a label"),
        (long.as_str(), "at most 80 characters"),
        ("a\tb", "control characters"),
        ("a\u{7f}b", "control characters"),
        ("a\u{202E}b", "control characters"),
    ] {
        refused(&owner, &filled(&owner, label).await, "label", why).await;
    }
    let longest = "ä".repeat(80);
    generate(&owner, &longest).await;
    assert_eq!(labels(&owner.get(KEYS).await.page()), [longest]);
}

#[actix_web::test]
async fn a_label_is_unique_whatever_the_case_until_its_key_is_revoked() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let first = make::key(&app, "brightwater", "Straße Nord");
    let form = filled(&owner, " straße nord ").await;
    let page = owner.submit(&form).await.expect(422).page();
    assert!(
        page.one("#label-error").contains("exists"),
        "{}",
        page.text()
    );
    // Elsewhere it is free.
    app.workspace("Other").await;
    make::key(&app, "other", "Straße Nord");
    make::revoked(&app, &first, "unneeded");
    shown(&owner.submit(&form).await.expect(201));
}

#[actix_web::test]
async fn permissions_are_chosen_from_the_catalogue_and_at_least_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let none = form.clone().without("permission");
    refused(&owner, &none, "permissions", "at least one permission").await;
    for unknown in ["FILE_FLY", "file_upload", ""] {
        let form = none.clone().also("permission", unknown);
        let page = owner.submit(&form).await.expect(422).page();
        assert!(page.has("#permissions-error"), "{unknown:?}");
    }
    let differs = form
        .clone()
        .with("preset", "read_only")
        .also("permission", "FILE_DELETE");
    refused(
        &owner,
        &differs,
        "permissions",
        "differ from the preset Read only",
    )
    .await;
    let invented = none.clone().with("preset", "root");
    refused(
        &owner,
        &invented,
        "permissions",
        "Choose one of the presets",
    )
    .await;

    // A preset without ticks means its permissions; ticked twice is ticked.
    let preset = shown(
        &owner
            .submit(&none.with("preset", "read_only"))
            .await
            .expect(201),
    );
    let held = app.api(&preset.secret).get("/v1/whoami").await.json();
    assert_eq!(held["permissions"].as_array().map(Vec::len), Some(4));
    let twice = filled(&owner, "twice")
        .await
        .also("permission", "OBJECTS_LIST");
    let key = shown(&owner.submit(&twice).await.expect(201));
    let held = app.api(&key.secret).get("/v1/whoami").await.json();
    assert_eq!(held["permissions"], serde_json::json!(["OBJECTS_LIST"]));
}

#[actix_web::test]
async fn without_script_a_preset_is_applied_by_a_button_and_makes_no_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await.with("preset", "upload");
    let applied = owner
        .submit(&form.also("apply", "preset"))
        .await
        .expect(200)
        .page()
        .form(NEW);
    let ticks: Vec<&str> = applied
        .fields
        .iter()
        .filter(|(name, _)| name == "permission")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(ticks.len(), 7, "{ticks:?}");
    assert!(ticks.contains(&"FILE_UPLOAD") && !ticks.contains(&"FILE_DELETE"));
    assert_eq!(
        (applied.value("label"), applied.value("preset")),
        (Some("ci"), Some("custom"))
    );
    assert!(labels(&owner.get(KEYS).await.page()).is_empty());
    shown(&owner.submit(&applied).await.expect(201));
}

#[actix_web::test]
async fn an_expiry_is_a_choice_a_coming_date_or_none() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let on = |form: Form, day: &str| form.with("expiry", "date").with("expires_on", day);
    let form = filled(&owner, "ci").await;
    for (day, why) in [
        ("", "Enter the date"),
        ("tomorrow", "Enter the date"),
        ("2027-02-30", "Enter the date"),
        ("2001-01-01", "not past"),
        ("9999-12-31", "within the next 100 years"),
    ] {
        refused(&owner, &on(form.clone(), day), "expires_on", why).await;
    }
    refused(
        &owner,
        &form.clone().with("expiry", "soon"),
        "expiry",
        "Choose when",
    )
    .await;

    let today = app.clock.now().format("%Y-%m-%d").to_string();
    let to_midnight = shown(&owner.submit(&on(form, &today)).await.expect(201));
    let answer = app
        .api(&to_midnight.secret)
        .get("/v1/whoami")
        .await
        .expect(200)
        .json();
    let end = answer["key"]["expires_at"]
        .as_str()
        .map(str::to_owned)
        .expect("an end");
    assert!(end.ends_with("T00:00:00Z") && end > today, "{end}");
    for (choice, days) in [("30", 30), ("180", 180), ("365", 365)] {
        let form = filled(&owner, choice).await.with("expiry", choice);
        shown(&owner.submit(&form).await.expect(201));
        let query = format!(
            "SELECT (expires_at - created_at)::text AS line FROM keys WHERE label = '{choice}'"
        );
        assert_eq!(app.sql(|sql| sql.line(&query)), format!("{days} days"));
    }
    let never = filled(&owner, "never").await.with("expiry", "never");
    let key = shown(&owner.submit(&never).await.expect(201));
    assert_eq!(
        fact(&owner.get(KEYS).await.page(), &key, "Expires"),
        "Never"
    );
}

#[actix_web::test]
async fn all_mistakes_are_told_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "").await.without("permission");
    let form = form.with("expiry", "date").with("expires_on", "2001-01-01");
    let page = owner.submit(&form).await.expect(422).page();
    for field in ["label", "permissions", "expires_on"] {
        assert!(
            page.has(&format!("#{field}-error")),
            "{field}: {}",
            page.text()
        );
    }
}
