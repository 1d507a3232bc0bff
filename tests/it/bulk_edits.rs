//! Expiry and permissions of many keys at once: shown key by key, skipped where it does not fit, and taken back.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{
    actor::Role,
    keys::Lifetime,
    permissions::Permission::{self, FileUpload, ObjectsList},
};

use crate::{
    bulk::{entries, select, undo_of},
    scenes::KEYS,
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
        page::Form,
    },
};

const EDITS: &str = "/w/brightwater/settings/api-keys/edits";

fn key(app: &TestApp, label: &str, permissions: &[Permission], days: u16) -> MadeKey {
    make::key_with(app, "brightwater", label, permissions, Lifetime::Days(days))
}

/// The dialog that asks for the terms.
async fn dialog(browser: &Browser, ids: &[&str], what: &str) -> Form {
    let asked = select(browser, ids, what).await.expect(200);
    asked.page().form(EDITS)
}

fn at_most(app: &TestApp, days: u16) {
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE workspaces SET default_key_lifetime_days = {days}, max_key_lifetime_days = {days}"
        ));
    });
}

/// What would change, ready to be done.
async fn preview(browser: &Browser, form: &Form) -> (Reply, Form) {
    let shown = browser.submit(form).await.expect(200);
    let sure = shown.page().form(EDITS);
    (shown, sure)
}

fn permissions(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines("SELECT label || ' ' || permissions::text AS line FROM keys ORDER BY label")
    })
}

fn ends(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT label || ' ' || to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS line
             FROM keys ORDER BY label",
        )
    })
}

fn days_left(app: &TestApp) -> Vec<String> {
    let now = app.clock.now();
    app.sql(|sql| {
        sql.lines(&format!(
            "SELECT label || ' ' || coalesce(round(extract(epoch FROM expires_at - '{now}') / 86400)::text, 'never') AS line
             FROM keys ORDER BY label"
        ))
    })
}

#[actix_web::test]
async fn the_expiry_of_many_is_shown_before_it_changes_and_can_be_undone_once() {
    let app = TestApp::start();
    app.to_noon();
    let admin = app.set_up().await;
    let [one, two, over, gone] = [("one", 40), ("two", 90), ("over", 1), ("gone", 40)]
        .map(|(label, days)| key(&app, label, &[ObjectsList], days));
    make::revoked(&app, &gone, "unneeded");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET created_at = created_at - interval '10 days', expires_at = created_at - interval '1 day' WHERE id = '{}'",
            over.id
        ));
    });
    app.api(&over.secret).get("/v1/whoami").await.expect(401);
    let day = app.clock.now().date_naive() + TimeDelta::days(60);
    let end = format!("{}T00:00:00Z", day + TimeDelta::days(1));
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET expires_at = '{end}' WHERE id = '{}'",
            two.id
        ));
    });
    let before = ends(&app);
    let ids = [&*one.id, &two.id, &over.id, &gone.id];
    let form = dialog(&admin, &ids, "change_expiry")
        .await
        .with("expiry", "date");
    let form = form.with("expires_on", &day.to_string());
    let (shown, sure) = preview(&admin, &form).await;
    let page = shown.page();
    assert_eq!(page.one("#dialog-title"), "Change 2 keys?");
    let said = page.text();
    assert!(said.contains("with this expiry already: two"), "{said}");
    assert!(
        said.contains("revoked keys cannot be edited: gone"),
        "{said}"
    );
    assert!(
        said.contains("1 of them has expired. Requests with it are answered again."),
        "{said}"
    );
    assert_eq!(ends(&app), before, "nothing is changed yet");

    let done = admin.submit(&sure).await.expect(303);
    let after = ends(&app);
    assert!(
        after[1..].iter().all(|line| line.ends_with(&end)),
        "{after:?}"
    );
    assert_eq!(after[0], before[0]);
    assert_eq!(entries(&app, "key.edited"), 2);
    app.api(&over.secret).get("/v1/whoami").await.expect(200);
    let list = admin.follow(&done).await.page();
    assert!(list.text().contains("2 keys are changed."));
    let undo = undo_of(&list);
    let undone = admin.submit(&undo).await.expect(303);
    assert_eq!(ends(&app), before);
    assert!(
        admin
            .follow(&undone)
            .await
            .text()
            .contains("2 keys are as before.")
    );
    admin.submit(&undo).await.expect(409);
    app.api(&over.secret).get("/v1/whoami").await.expect(401);
}

#[actix_web::test]
async fn permissions_are_added_and_removed_and_no_key_is_left_without_any() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let one = key(&app, "one", &[ObjectsList], 90);
    let two = key(&app, "two", &[ObjectsList, FileUpload], 90);
    let ids = [&*one.id, &two.id];
    let before = permissions(&app);
    let form = dialog(&admin, &ids, "add_permissions")
        .await
        .also("permission", "FILE_UPLOAD");
    let (shown, sure) = preview(&admin, &form).await;
    assert!(
        shown
            .text()
            .contains("1 key skipped</b>, with these permissions already: two"),
        "{}",
        shown.text()
    );
    let done = admin.submit(&sure).await.expect(303);
    assert_eq!(
        permissions(&app),
        [
            "one {OBJECTS_LIST,FILE_UPLOAD}",
            "two {OBJECTS_LIST,FILE_UPLOAD}"
        ]
    );
    let undo = undo_of(&admin.follow(&done).await.page());
    admin.submit(&undo).await.expect(303);
    assert_eq!(permissions(&app), before);

    let form = dialog(&admin, &ids, "remove_permissions")
        .await
        .also("permission", "OBJECTS_LIST");
    let (shown, sure) = preview(&admin, &form).await;
    assert!(
        shown.text().contains("these would have none left: one"),
        "{}",
        shown.text()
    );
    admin.submit(&sure).await.expect(303);
    assert_eq!(
        permissions(&app),
        ["one {OBJECTS_LIST}", "two {FILE_UPLOAD}"]
    );
    app.api(&two.secret).get("/v1/whoami").await.expect(200);
    let log = admin.get(&format!("{KEYS}/{}", two.id)).await.expect(200);
    assert!(log.text().contains("Upload files"));
}

#[actix_web::test]
async fn what_is_mistyped_is_said_in_the_dialog_and_changes_nothing() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let one = key(&app, "one", &[ObjectsList], 20);
    at_most(&app, 30);
    let before = (days_left(&app), permissions(&app));
    let form = dialog(&admin, &[&one.id], "change_expiry").await;
    for (expiry, day, field) in [
        ("90", "", "expiry"),
        ("never", "", "expiry"),
        ("date", "", "expires_on"),
        ("date", "2099-01-01", "expires_on"),
    ] {
        for sure in ["", "yes"] {
            let mut form = form.clone().with("expiry", expiry).with("expires_on", day);
            if !sure.is_empty() {
                form = form.also("sure", sure);
            }
            let page = admin.submit(&form).await.expect(422).page();
            assert!(page.has(&format!("#{field}-error")), "{expiry} {day}");
            assert!(page.title().starts_with("Error: "));
            assert_eq!(page.form(EDITS).value("id"), Some(one.id.as_str()));
        }
    }
    let form = dialog(&admin, &[&one.id], "add_permissions").await;
    admin.submit(&form).await.expect(422);
    let unknown = form.clone().also("permission", "FILE_FLY");
    admin.submit(&unknown).await.expect(422);
    let ticked = form.with("preset", "read_only").also("apply", "preset");
    let page = admin.submit(&ticked).await.expect(200).page();
    assert_eq!(page.elements("[name=permission][checked]").len(), 4);
    admin
        .post(EDITS, &[("id", &one.id), ("do", "revoke"), ("sure", "yes")])
        .await
        .expect(400);
    assert_eq!((days_left(&app), permissions(&app)), before);
}

#[actix_web::test]
async fn who_may_not_and_whose_key_it_is_not_change_none() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let other = app.workspace("Other").await;
    let member = app.member(Role::Member).await;
    let one = key(&app, "one", &[ObjectsList], 90);
    let foreign = make::key(&app, "other", "theirs");
    let before = permissions(&app);
    for sure in [&[][..], &[("sure", "yes")]] {
        let mut fields = vec![
            ("id", one.id.as_str()),
            ("do", "add_permissions"),
            ("permission", "FILE_UPLOAD"),
        ];
        fields.extend(sure);
        member.post(EDITS, &fields).await.expect(403);
        other.post(EDITS, &fields).await.expect(404);
        let stranger = app.stranger().post(EDITS, &fields).await.expect(303);
        assert!(stranger.location().starts_with("/sign-in"));
        for id in [foreign.id.as_str(), "000000000000", "not an id"] {
            let mut fields = fields.clone();
            fields.push(("id", id));
            admin.post(EDITS, &fields).await.expect(404);
        }
    }
    let many: Vec<String> = (0..2_001).map(|n| format!("{n:012}")).collect();
    let mut fields: Vec<(&str, &str)> = many.iter().map(|id| ("id", id.as_str())).collect();
    fields.extend([
        ("do", "add_permissions"),
        ("permission", "FILE_UPLOAD"),
        ("sure", "yes"),
    ]);
    admin.post(EDITS, &fields).await.expect(422);
    assert_eq!(permissions(&app), before);
    assert_eq!(entries(&app, "key.edited"), 0);
}

#[actix_web::test]
async fn an_undo_keeps_to_the_maximum_of_now_and_to_what_others_changed_since() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [long, touched] = ["long", "touched"].map(|label| key(&app, label, &[ObjectsList], 300));
    let form = dialog(&admin, &[&long.id, &touched.id], "change_expiry")
        .await
        .with("expiry", "30");
    let (_, sure) = preview(&admin, &form).await;
    let done = admin.submit(&sure).await.expect(303);
    let undo = undo_of(&admin.follow(&done).await.page());
    app.clock.advance(TimeDelta::seconds(5));
    admin
        .post(&format!("{KEYS}/{}/deactivation", touched.id), &[])
        .await
        .expect(303);
    at_most(&app, 100);
    let undone = admin.submit(&undo).await.expect(303);
    let said = admin.follow(&undone).await.text();
    assert!(said.contains("Nothing was changed."), "{said}");
    assert!(
        said.contains("1 skipped: beyond the maximum lifetime of the workspace."),
        "{said}"
    );
    assert!(
        said.contains("1 skipped: changed by somebody since."),
        "{said}"
    );
    assert_eq!(days_left(&app), ["long 30", "touched 30"]);
}

#[actix_web::test]
async fn two_edits_at_once_keep_both() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let keys: Vec<MadeKey> = (0..30)
        .map(|n| key(&app, &format!("k{n:02}"), &[ObjectsList], 30))
        .collect();
    let ids: Vec<(&str, &str)> = keys.iter().map(|key| ("id", key.id.as_str())).collect();
    let edit = |terms: [(&'static str, &'static str); 2]| {
        let mut fields = ids.clone();
        fields.extend(terms);
        fields.push(("sure", "yes"));
        fields
    };
    let (longer, more) = (
        edit([("do", "change_expiry"), ("expiry", "90")]),
        edit([("do", "add_permissions"), ("permission", "FILE_UPLOAD")]),
    );
    let twin = admin.twin();
    let (a, b) = join(admin.post(EDITS, &longer), twin.post(EDITS, &more)).await;
    a.expect(303);
    b.expect(303);
    assert_eq!(entries(&app, "key.edited"), 60);
    assert!(days_left(&app).iter().all(|line| line.ends_with(" 90")));
    assert!(
        permissions(&app)
            .iter()
            .all(|line| line.ends_with("{OBJECTS_LIST,FILE_UPLOAD}"))
    );
}
