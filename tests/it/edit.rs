//! *Edit*: what changes, what stays, and two who edit the same key.

use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::json;

use crate::{
    scenes::{AUDIT, KEYS, at, generate, list, press, problem, sentences, state},
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
        page::{Form, Page},
    },
};

/// The dialog as it is served.
async fn opened(browser: &Browser, key: &MadeKey) -> Form {
    let address = at(key, "edit");
    browser
        .get(&address)
        .await
        .expect(200)
        .page()
        .form(&address)
}

async fn saved(browser: &Browser, form: &Form) -> Page {
    let reply = browser.submit(form).await.expect(303);
    browser.follow(&reply).await.expect(200).page()
}

/// The dialog again, with what somebody else has changed: "who changed what when. what saving again does".
async fn clash(browser: &Browser, form: &Form) -> (Vec<String>, Form) {
    let page = browser.submit(form).await.expect(409).page();
    assert!(
        page.title().starts_with("Not saved. Edit "),
        "{}",
        page.title()
    );
    assert!(page.has("dialog .notice[role=alert][autofocus]"));
    (page.all("dialog .notice li"), page.form(&form.action))
}

fn ticks(form: &Form) -> Vec<&str> {
    let ticked = form.fields.iter().filter(|(name, _)| name == "permission");
    ticked.map(|(_, code)| code.as_str()).collect()
}

fn simple(app: &TestApp, label: &str) -> MadeKey {
    let permissions = [Permission::ObjectsList, Permission::FileUpload];
    make::key_with(app, "brightwater", label, &permissions, Lifetime::Days(30))
}

fn entries(app: &TestApp) -> u32 {
    let query = "SELECT count(*)::text AS line FROM audit_events WHERE action = 'key.edited'";
    app.sql(|sql| sql.line(query)).parse().expect("a number")
}

async fn whoami(app: &TestApp, key: &MadeKey) -> serde_json::Value {
    let reply = app.api(&key.secret).get("/v1/whoami").await;
    reply.expect(200).json()["key"].clone()
}

#[actix_web::test]
async fn label_permissions_and_expiry_change_and_the_log_has_just_that() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await;
    assert_eq!(form.value("label"), Some("ci"));
    assert_eq!(ticks(&form), ["OBJECTS_LIST", "FILE_UPLOAD"]);
    assert_eq!(form.value("expiry"), Some("keep"));
    let before = whoami(&app, &key).await;

    let all = form
        .with("label", " ci-deploy ")
        .without("permission")
        .also("permission", "FILE_UPLOAD")
        .also("permission", "DIR_CREATE")
        .with("expiry", "never");
    let reply = owner.submit(&all).await.expect(303);
    assert_eq!(reply.location(), format!("{KEYS}#k-{}", key.id));
    let page = owner.follow(&reply).await.page();
    let flash = "ci-deploy is saved. Label, permissions and expiry changed.";
    assert!(
        page.one("#flash").starts_with(flash),
        "{}",
        page.one("#flash")
    );
    let after = whoami(&app, &key).await;
    assert_eq!(after["label"], "ci-deploy");
    assert_eq!(after["permissions"], json!(["FILE_UPLOAD", "DIR_CREATE"]));
    assert_eq!(after["expires_at"], json!(null));
    assert_eq!(after["created_at"], before["created_at"]);
    assert_ne!(after["updated_at"], before["updated_at"]);

    let tag = format!("ci-deploy Secret key skey_ {} …", key.id);
    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        format!("edited key {tag}")
    );
    let form = opened(&owner, &key).await.with("label", "ci-2");
    let page = saved(&owner, &form).await;
    assert!(page.one("#flash").contains("Label changed."));
    let told = app.sql(|sql| {
        sql.lines(
            "SELECT concat(before, ' ', after) AS line FROM audit_events WHERE action = 'key.edited' ORDER BY at, id",
        )
    });
    assert_eq!(told[1], r#"{"label": "ci-deploy"} {"label": "ci-2"}"#);
    assert!(
        !told[0].contains("status"),
        "it was active and is: {}",
        told[0]
    );
}

#[actix_web::test]
async fn saving_what_was_there_says_so_and_leaves_no_entry() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let before =
        app.sql(|sql| sql.dump_without(&["session_visits", "member_visits", "audit_events"]));
    let page = saved(&owner, &opened(&owner, &key).await).await;
    assert!(
        page.one("#flash")
            .contains("Nothing changed. ci is as it was.")
    );
    assert!(!page.has("#flash form"), "there is nothing to undo");
    assert_eq!(entries(&app), 0);
    let after =
        app.sql(|sql| sql.dump_without(&["session_visits", "member_visits", "audit_events"]));
    assert_eq!(after, before);
}

#[actix_web::test]
async fn mistakes_are_told_at_the_field_and_what_was_typed_is_kept() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    make::key(&app, "brightwater", "Straße Nord");
    let form = opened(&owner, &key).await;
    let on = |day: &str| form.clone().with("expiry", "date").with("expires_on", day);
    for (form, field, why) in [
        (form.clone().with("label", " "), "label", "Enter a label"),
        (form.clone().with("label", "straße nord"), "label", "exists"),
        (
            form.clone().without("permission"),
            "permissions",
            "at least one permission",
        ),
        (
            form.clone().with("preset", "read_only"),
            "permissions",
            "differ from the preset",
        ),
        (on(""), "expires_on", "Enter the date"),
        (on("2001-01-01"), "expires_on", "not past"),
        (form.clone().with("expiry", "soon"), "expiry", "Choose when"),
    ] {
        let page = owner.submit(&form).await.expect(422).page();
        let told = page.one(&format!("#{field}-error"));
        assert!(told.contains(why), "{field}: {told}");
        assert!(page.has(&format!(".notice a[href='#{field}']")));
        assert!(page.title().starts_with("Error: Edit ci"));
        let again = page.form(&form.action);
        for name in ["label", "expires_on", "was_label", "was_updated_at"] {
            assert_eq!(again.value(name), form.value(name), "{name} after {why}");
        }
        assert_eq!(ticks(&again), ticks(&form), "after {why}");
    }
    assert_eq!(entries(&app), 0);
    // Its own label is free for it, also in other letters.
    saved(&owner, &form.with("label", "CI")).await;
    assert_eq!(whoami(&app, &key).await["label"], "CI");
}

#[actix_web::test]
async fn what_somebody_else_than_the_form_filled_in_is_refused() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await;
    for (name, value) in [
        ("was_permissions", "FILE_FLY"),
        ("was_expires_at", "soon"),
        ("was_updated_at", ""),
        ("was_updated_at", "-262143-01-01T00:00:00Z"),
        ("was_expires_at", "+262142-01-01T00:00:00Z"),
        ("revoked_at", "now"),
    ] {
        owner
            .submit(&form.clone().with(name, value))
            .await
            .expect(400);
    }
    let page = owner
        .submit(&form.clone().also("permission", "FILE_FLY"))
        .await
        .expect(422)
        .page();
    assert!(page.has("#permissions-error"));
    let elsewhere = form.with("label", "ci-2").with("next", "//evil.example");
    let reply = owner.submit(&elsewhere).await.expect(303);
    assert_eq!(reply.location(), format!("{KEYS}#k-{}", key.id));
}

#[actix_web::test]
async fn without_script_a_preset_is_applied_by_a_button_and_saves_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await.with("preset", "read_only");
    let applied = owner
        .submit(&form.also("apply", "preset"))
        .await
        .expect(200)
        .page()
        .form(&at(&key, "edit"));
    assert_eq!(ticks(&applied).len(), 4);
    assert_eq!(applied.value("preset"), Some("custom"));
    assert_eq!(entries(&app), 0);
    saved(&owner, &applied).await;
    let permissions = &whoami(&app, &key).await["permissions"];
    assert_eq!(permissions.as_array().map(Vec::len), Some(4));
}

#[actix_web::test]
async fn a_revoked_key_cannot_be_edited_and_the_page_says_what_to_do() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for (reason, advice) in [
        ("unneeded", "Restore it first, or make another like it."),
        ("compromised", "revoked for good"),
    ] {
        let key = simple(&app, reason);
        let form = opened(&owner, &key).await.with("label", "new");
        make::revoked(&app, &key, reason);
        let asked = owner.get(&at(&key, "edit")).await;
        for reply in [asked, owner.submit(&form).await] {
            let text = reply.expect(409).page().text();
            assert!(text.contains("a revoked key cannot be edited"), "{text}");
            assert!(text.contains(advice), "{text}");
        }
        let card = list(&owner, "revoked").await;
        assert!(!card.has(&format!("#k-{} a[href*='/edit']", key.id)));
    }
    assert_eq!(entries(&app), 0);
}

#[actix_web::test]
async fn an_expired_key_works_again_from_its_new_date_on() {
    let app = TestApp::start();
    app.set_up().await;
    let key = simple(&app, "ci");
    app.clock.advance(TimeDelta::days(31));
    let owner = app.sign_in(crate::scenes::ADA).await;
    let program = app.api(&key.secret);
    problem(program.get("/v1/whoami").await, 401, "key_expired");
    let form = opened(&owner, &key).await;
    let page = owner.get(&at(&key, "edit")).await.page();
    assert!(
        page.one("#expiry-hint span:first-child")
            .contains("stays expired")
    );
    // Another label alone changes nothing of that.
    saved(&owner, &form.with("label", "ci-2")).await;
    problem(program.get("/v1/whoami").await, 401, "key_expired");
    let form = opened(&owner, &key).await.with("expiry", "90");
    let page = saved(&owner, &form).await;
    assert_eq!(state(&page, &key), "Active");
    program.get("/v1/whoami").await.expect(200);
    let changed = owner.get(AUDIT).await.page().all(".changes tbody tr");
    assert!(changed[0].starts_with("Expires at "), "{changed:?}");
    assert_eq!(changed[1], "Status expired active");
}

#[actix_web::test]
async fn a_deactivated_key_stays_so() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await.with("label", "ci-2");
    // Also if it was deactivated while the form was filled in, which is no change of what the form asks.
    press(&admin, &key, "deactivation").await.expect(303);
    let page = saved(&owner, &form).await;
    assert_eq!(state(&page, &key), "Deactivated");
    assert!(page.one("#flash").contains("ci-2 is saved."));
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_deactivated",
    );
}

#[actix_web::test]
async fn use_of_the_key_meanwhile_is_no_change() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await.with("label", "ci-2");
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    app.write_counts().await;
    let page = saved(&owner, &form).await;
    assert!(!page.one("#flash").contains("meanwhile"));
}

#[actix_web::test]
async fn of_two_who_change_the_same_the_second_is_told_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let name = admin.get(KEYS).await.page().one(".me .who");
    let key = simple(&app, "ci");
    let (first, second) = (opened(&admin, &key).await, opened(&owner, &key).await);
    saved(&admin, &first.with("label", "ci-a").with("expiry", "never")).await;
    app.clock.advance(TimeDelta::minutes(2));

    let typed = second
        .with("label", " ci-b ")
        .also("permission", "DIR_CREATE");
    let (lines, again) = clash(&owner, &typed).await;
    let end = app.sql(|sql| {
        sql.line("SELECT to_char(created_at + '30 days', 'FMDD Mon YYYY') AS line FROM keys")
    });
    assert_eq!(
        lines,
        [
            format!(
                "{name} changed the label from “ci” to “ci-a” 2 minutes ago . Saving again changes it to “ci-b”."
            ),
            format!("{name} changed the expiry from {end} to never 2 minutes ago . That stays."),
        ]
    );
    assert_eq!(whoami(&app, &key).await["label"], "ci-a", "not overwritten");
    assert_eq!(again.value("label"), Some(" ci-b "));
    assert_eq!(ticks(&again), ["OBJECTS_LIST", "FILE_UPLOAD", "DIR_CREATE"]);
    assert_eq!(again.value("was_label"), Some("ci-a"));
    assert_eq!(entries(&app), 1);

    let page = saved(&owner, &again).await;
    assert!(
        page.one("#flash")
            .contains("Label and permissions changed.")
    );
    let key = whoami(&app, &key).await;
    assert_eq!(key["label"], "ci-b");
    assert_eq!(key["expires_at"], json!(null), "what only one changed");
    assert_eq!(
        key["permissions"],
        json!(["OBJECTS_LIST", "FILE_UPLOAD", "DIR_CREATE"])
    );
}

#[actix_web::test]
async fn permissions_are_one_thing_that_two_can_change() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = simple(&app, "ci");
    let (first, second) = (opened(&admin, &key).await, opened(&owner, &key).await);
    let fewer = first
        .without("permission")
        .also("permission", "OBJECTS_LIST")
        .also("permission", "DIR_CREATE");
    saved(&admin, &fewer).await;
    let more = second.also("permission", "FILE_DELETE");
    let (lines, again) = clash(&owner, &more).await;
    assert!(
        lines[0].contains("added “Create folders” and took away “Upload files”"),
        "{lines:?}"
    );
    assert!(
        lines[0].ends_with(
            "Saving again adds “Upload files”, “Delete files” and takes away “Create folders”."
        ),
        "{lines:?}"
    );
    assert_eq!(
        ticks(&again),
        ["OBJECTS_LIST", "FILE_UPLOAD", "FILE_DELETE"],
        "as they were ticked"
    );
    saved(&owner, &again).await;
    assert_eq!(
        whoami(&app, &key).await["permissions"],
        json!(["OBJECTS_LIST", "FILE_UPLOAD", "FILE_DELETE"])
    );
}

#[actix_web::test]
async fn two_who_change_different_things_keep_what_both_did_and_are_told() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = simple(&app, "ci");
    let (first, second) = (opened(&admin, &key).await, opened(&owner, &key).await);
    saved(&admin, &first.with("label", "ci-a")).await;
    let page = saved(&owner, &second.also("permission", "DIR_CREATE")).await;
    let flash = page.one("#flash");
    assert!(
        flash.contains("ci-a is saved. Permissions changed. Person"),
        "{flash}"
    );
    assert!(
        flash.contains("changed the label from “ci” to “ci-a” meanwhile, and that stays."),
        "{flash}"
    );
    let now = whoami(&app, &key).await;
    assert_eq!(now["label"], "ci-a");
    assert_eq!(now["permissions"].as_array().map(Vec::len), Some(3));
}

#[actix_web::test]
async fn two_who_want_the_same_both_get_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = simple(&app, "ci");
    let (first, second) = (opened(&admin, &key).await, opened(&owner, &key).await);
    saved(&admin, &first.with("label", "ci-a")).await;
    let page = saved(&owner, &second.with("label", "ci-a")).await;
    let flash = page.one("#flash");
    assert!(flash.contains("Nothing changed by you. Person"), "{flash}");
    assert!(flash.contains("from “ci” to “ci-a” meanwhile"), "{flash}");
    assert_eq!(entries(&app), 1);
}

#[actix_web::test]
async fn of_many_edits_at_once_one_is_saved_and_the_others_are_told() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    for round in 1..=3 {
        let form = opened(&owner, &key).await;
        let forms: Vec<Form> = (0..6)
            .map(|n| form.clone().with("label", &format!("ci {round}-{n}")))
            .collect();
        let replies: Vec<Reply> = join_all(forms.iter().map(|form| owner.submit(form))).await;
        let winners: Vec<&str> = replies
            .iter()
            .zip(&forms)
            .filter(|(reply, _)| reply.status == 303)
            .filter_map(|(_, form)| form.value("label"))
            .collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!(whoami(&app, &key).await["label"], winners[0]);
        for (reply, form) in replies.iter().zip(&forms) {
            if reply.status == 303 {
                continue;
            }
            assert_eq!(reply.status, 409, "{}", reply.gist());
            let again = reply.page().form(&form.action);
            assert_eq!(again.value("label"), form.value("label"), "kept");
        }
        assert_eq!(entries(&app), round);
    }
}

#[actix_web::test]
async fn an_edit_is_taken_back_as_a_whole_and_that_is_an_edit_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let before = whoami(&app, &key).await;
    let form = opened(&owner, &key)
        .await
        .with("label", "ci-2")
        .also("permission", "DIR_CREATE")
        .with("expiry", "never");
    let page = saved(&owner, &form).await;
    let undo = page.form(&page.attributes("#flash form", "action")[0]);
    let page = saved(&owner, &undo).await;
    assert!(page.one("#flash").contains("ci is as it was before."));
    let after = whoami(&app, &key).await;
    for field in ["label", "permissions", "expires_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(entries(&app), 2);
    // Once more is nothing more.
    let page = saved(&owner, &undo).await;
    assert!(page.one("#flash").contains("ci is as it was before."));
    assert_eq!(entries(&app), 2);
}

#[actix_web::test]
async fn what_was_changed_since_is_not_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let page = saved(&owner, &opened(&owner, &key).await.with("label", "ci-2")).await;
    let undo = page.form(&page.attributes("#flash form", "action")[0]);
    let other = simple(&app, "ci");
    let page = saved(&owner, &undo).await;
    let flash = page.one("#flash");
    assert!(
        flash.contains("Not undone. A key called ci exists."),
        "{flash}"
    );
    make::revoked(&app, &other, "unneeded");
    // Another setting may have changed; the same may not.
    saved(&owner, &opened(&owner, &key).await.with("expiry", "never")).await;
    saved(&owner, &opened(&owner, &key).await.with("label", "ci-3")).await;
    let page = saved(&owner, &undo).await;
    let flash = page.one("#flash");
    assert!(
        flash.contains("Not undone. Somebody has edited ci-3 since."),
        "{flash}"
    );
    saved(&owner, &opened(&owner, &key).await.with("label", "ci-2")).await;
    saved(&owner, &undo).await;
    let now = whoami(&app, &key).await;
    assert_eq!(
        (&now["label"], &now["expires_at"]),
        (&json!("ci"), &json!(null))
    );
}

#[actix_web::test]
async fn only_an_edit_of_that_key_is_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (key, other) = (
        generate(&owner, "ci").await,
        generate(&owner, "other").await,
    );
    saved(&owner, &opened(&owner, &key).await.with("label", "ci-2")).await;
    let entry = |action: &str| {
        let query = format!(
            "SELECT id::text AS line FROM audit_events WHERE action = '{action}' AND subject_id = '{}'",
            key.id
        );
        app.sql(|sql| sql.line(&query))
    };
    let (edited, created) = (entry("key.edited"), entry("key.created"));
    for (key, entry) in [(&other, &edited), (&key, &created)] {
        let address = at(key, &format!("edits/{entry}/reversal"));
        owner.post(&address, &[]).await.expect(404);
    }
    assert_eq!(entries(&app), 1);
}

#[actix_web::test]
async fn nobody_else_edits() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = simple(&app, "ci");
    let form = opened(&owner, &key).await.with("label", "stolen");
    let address = at(&key, "edit");
    let stranger = app.stranger();
    for reply in [stranger.get(&address).await, stranger.submit(&form).await] {
        assert!(reply.expect(303).location().starts_with("/sign-in"));
    }
    let member = app.member(Role::Member).await;
    for reply in [member.get(&address).await, member.submit(&form).await] {
        let page = reply.expect(403).page();
        assert!(page.text().contains("You need to be an admin"));
    }
    let foreigner = app.workspace("Other").await;
    for (slug, id) in [
        ("brightwater", key.id.as_str()),
        ("other", key.id.as_str()),
        ("other", "000000000000"),
    ] {
        let address = format!("/w/{slug}/settings/api-keys/{id}/edit");
        foreigner.get(&address).await.expect(404);
        let form = Form {
            action: address,
            ..form.clone()
        };
        foreigner.submit(&form).await.expect(404);
    }
    assert_eq!(whoami(&app, &key).await["label"], "ci");
}
