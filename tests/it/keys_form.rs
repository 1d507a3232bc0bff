//! *Generate new key*: what is asked, what is refused, and the one answer that shows the key.

use futures_util::future::join_all;
use keyroom::actor::Role;

use crate::{
    scenes::{KEYS, NEW, fact, filled, generate, labels, shown, state},
    support::{Browser, TestApp, http::Reply, make, page::Form},
};

async fn refused(browser: &Browser, form: &Form, field: &str, why: &str) {
    let reply = browser.submit(form).await.expect(422);
    let page = reply.page();
    let told = page.all(&format!("#{field}-error"));
    assert!(told.iter().any(|t| t.contains(why)), "{field}: {told:?} in {}", page.text());
    assert!(page.has(&format!(".notice a[href='#{field}']")), "the summary links to {field}");
    assert!(page.title().starts_with("Error: "));
    let again = page.form(NEW);
    assert_eq!(again.value("nonce"), form.value("nonce"), "the same form goes on");
    assert_eq!(again.value("label"), form.value("label"), "what was typed is kept");
    assert!(!reply.text().contains("skey_"), "no key");
}

#[actix_web::test]
async fn a_key_is_made_shown_once_and_works() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "production-server").await.also("permission", "FILE_DELETE");
    assert_eq!(form.value("expiry"), Some("90"), "90 days unless chosen otherwise");
    assert_eq!(form.value("preset"), Some("custom"));
    let reply = owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let key = shown(&reply);
    let page = reply.page();
    assert_eq!(page.one("#env"), format!("KEYROOM_API_KEY={}", key.secret));
    let curl = page.one("#curl");
    assert!(curl.contains(&format!("Authorization: Bearer {}", key.secret)));
    assert!(curl.ends_with(&format!("http://{}/v1/whoami", app.address)), "{curl}");
    assert_eq!(reply.text().matches(&key.secret).count(), 3, "the key, the line, the command");
    assert!(page.text().contains("This key can delete files."));
    assert!(reply.headers.iter().all(|(_, v)| !v.to_str().is_ok_and(|v| v.contains(&key.secret))));

    let list = owner.get(KEYS).await.expect(200);
    assert!(!list.text().contains(&key.secret[17..]), "never again");
    assert_eq!(labels(&list.page()), ["production-server"]);
    assert_eq!(state(&list.page(), &key), "Active");
    assert!(fact(&list.page(), &key, "Expires").starts_with("in 90 days"));
    let answer = app.api(&key.secret).get("/v1/whoami").await.expect(200).json();
    assert_eq!(answer["permissions"], serde_json::json!(["OBJECTS_LIST", "FILE_DELETE"]));
}

#[actix_web::test]
async fn sent_twice_the_form_makes_one_key_and_shows_it_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let key = shown(&owner.submit(&form).await.expect(201));
    for again in [form.clone(), form.with("label", "another")] {
        let reply = owner.submit(&again).await.expect(409);
        let page = reply.page();
        assert_eq!(page.one("h1"), "This key was shown once already");
        assert!(!reply.text().contains(&key.secret[17..]));
        assert!(page.text().contains("Revoke it and generate another"));
    }
    assert_eq!(labels(&owner.get(KEYS).await.page()), ["ci"]);
}

#[actix_web::test]
async fn sent_twenty_times_at_once_the_form_makes_one_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let replies: Vec<Reply> = join_all((0..20).map(|_| owner.submit(&form))).await;
    let count = |status| replies.iter().filter(|r| r.status == status).count();
    assert_eq!((count(201), count(409)), (1, 19));
    assert_eq!(labels(&owner.get(KEYS).await.page()), ["ci"]);
}

#[actix_web::test]
async fn the_same_label_at_once_from_twenty_forms_is_taken_by_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let forms: Vec<Form> = (0..20)
        .map(|_| form.clone().with("nonce", &uuid::Uuid::now_v7().to_string()))
        .collect();
    let replies: Vec<Reply> = join_all(forms.iter().map(|form| owner.submit(form))).await;
    let count = |status| replies.iter().filter(|r| r.status == status).count();
    assert_eq!((count(201), count(422)), (1, 19));
}

#[actix_web::test]
async fn a_label_is_one_line_of_at_most_eighty_characters() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "ä".repeat(81);
    for (label, why) in [
        ("", "Enter a label"),
        ("  ", "Enter a label"),
        (long.as_str(), "within 80 characters"),
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
    assert!(page.one("#label-error").contains("exists"), "{}", page.text());
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
    let differs = form.clone().with("preset", "read_only").also("permission", "FILE_DELETE");
    refused(&owner, &differs, "permissions", "differ from the preset Read only").await;
    let invented = none.clone().with("preset", "root");
    refused(&owner, &invented, "permissions", "Choose one of the presets").await;

    // A preset without ticks means its permissions; ticked twice is ticked.
    let preset = shown(&owner.submit(&none.with("preset", "read_only")).await.expect(201));
    let held = app.api(&preset.secret).get("/v1/whoami").await.json();
    assert_eq!(held["permissions"].as_array().map(Vec::len), Some(4));
    let twice = filled(&owner, "twice").await.also("permission", "OBJECTS_LIST");
    let key = shown(&owner.submit(&twice).await.expect(201));
    let held = app.api(&key.secret).get("/v1/whoami").await.json();
    assert_eq!(held["permissions"], serde_json::json!(["OBJECTS_LIST"]));
}

#[actix_web::test]
async fn without_script_a_preset_is_applied_by_a_button_and_makes_no_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await.with("preset", "upload");
    let applied = owner.submit(&form.also("apply", "preset")).await.expect(200).page().form(NEW);
    let ticks: Vec<&str> = applied
        .fields
        .iter()
        .filter(|(name, _)| name == "permission")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(ticks.len(), 7, "{ticks:?}");
    assert!(ticks.contains(&"FILE_UPLOAD") && !ticks.contains(&"FILE_DELETE"));
    assert_eq!((applied.value("label"), applied.value("preset")), (Some("ci"), Some("custom")));
    assert!(labels(&owner.get(KEYS).await.page()).is_empty());
    shown(&owner.submit(&applied).await.expect(201));
}

#[actix_web::test]
async fn an_expiry_is_a_choice_a_coming_date_or_none() {
    let app = TestApp::start();
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
    refused(&owner, &form.clone().with("expiry", "soon"), "expires_on", "Choose when").await;

    let today = app.clock.now().format("%Y-%m-%d").to_string();
    let to_midnight = shown(&owner.submit(&on(form, &today)).await.expect(201));
    let answer = app.api(&to_midnight.secret).get("/v1/whoami").await.expect(200).json();
    let end = answer["key"]["expires_at"].as_str().map(str::to_owned).expect("an end");
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
    assert_eq!(fact(&owner.get(KEYS).await.page(), &key, "Expires"), "Never");
}

#[actix_web::test]
async fn all_mistakes_are_told_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "").await.without("permission");
    let form = form.with("expiry", "date").with("expires_on", "2001-01-01");
    let page = owner.submit(&form).await.expect(422).page();
    for field in ["label", "permissions", "expires_on"] {
        assert!(page.has(&format!("#{field}-error")), "{field}: {}", page.text());
    }
}

#[actix_web::test]
async fn only_admins_of_the_workspace_generate_keys_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "mine").await;
    let member = app.member(Role::Member).await;
    member.get(NEW).await.expect(403);
    let page = member.submit(&form).await.expect(403).page();
    assert!(page.text().contains("You need to be an admin to manage keys. Ask Ada Park."));
    let other = app.workspace("Other").await;
    other.get(NEW).await.expect(404);
    other.submit(&form).await.expect(404);
    assert!(labels(&owner.get(KEYS).await.page()).is_empty());
    shown(&app.member(Role::Admin).await.submit(&form).await.expect(201));
    assert!(other.get("/w/other/settings/api-keys").await.page().text().contains("No API keys yet"));
}

#[actix_web::test]
async fn a_key_belongs_to_the_workspace_in_which_it_was_made() {
    let app = TestApp::start();
    app.set_up().await;
    let other = app.workspace("Other").await;
    make::membership(&app, "brightwater", &make::owner_email("Other"), Role::Admin);
    let key = generate(&other, "ci").await;
    let answer = app.api(&key.secret).get("/v1/whoami").await.expect(200).json();
    assert_eq!(answer["workspace"]["slug"], "brightwater");
    assert!(labels(&other.get("/w/other/settings/api-keys").await.page()).is_empty());
    // Under the other workspace's address it does not exist.
    let elsewhere = format!("/w/other/settings/api-keys/{}", key.id);
    other.get(&elsewhere).await.expect(404);
    for what in ["deactivation", "activation", "revocation", "restoration"] {
        other.post(&format!("{elsewhere}/{what}"), &[]).await.expect(404);
    }
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
}
