//! One change to many keys: all or nothing where a key is not ours, skipped and told where it does not fit.

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::actor::Role;

use crate::{
    scenes::{ADA, AUDIT, KEYS},
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
        page::{Form, Page},
    },
};

const NO_KEY: &str = "000000000000";

/// Ticks these keys and presses one of the buttons of the bar.
pub async fn select(browser: &Browser, ids: &[&str], what: &str) -> Reply {
    let page = browser.get(KEYS).await.expect(200).page();
    let mut form = page.form("#bulk").with("do", what);
    for id in ids {
        form = form.also("id", id);
    }
    browser.submit(&form).await
}

/// The question that an answer asks, ready to be answered.
pub fn question(reply: &Reply, noun: &str) -> Form {
    reply.page().form(&format!("{KEYS}/{noun}"))
}

/// The form that the message on top of a page offers.
pub fn undo_of(page: &Page) -> Form {
    page.form(&page.attributes("#flash form", "action")[0])
}

pub fn states(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT label || ' ' || CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                WHEN deactivated_at IS NOT NULL THEN 'deactivated' ELSE 'active' END AS line
             FROM keys ORDER BY label",
        )
    })
}

pub fn entries(app: &TestApp, action: &str) -> usize {
    let query = format!("SELECT id::text AS line FROM audit_events WHERE action = '{action}'");
    app.sql(|sql| sql.lines(&query)).len()
}

pub fn three(app: &TestApp) -> [MadeKey; 3] {
    ["one", "three", "two"].map(|label| make::key(app, "brightwater", label))
}

#[actix_web::test]
async fn a_change_is_shown_before_it_is_made_and_can_be_undone_once() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [one, three, two] = three(&app);
    make::deactivated(&app, &two);
    let asked = select(&admin, &[&one.id, &two.id, &three.id], "deactivate").await;
    let page = asked.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Deactivate 2 keys?");
    let skipped = page.one("dialog .inline-note");
    assert!(skipped.starts_with("1 key skipped"), "{skipped}");
    assert!(skipped.ends_with("deactivated already: two"), "{skipped}");
    assert_eq!(states(&app)[0], "one active", "nothing is changed yet");

    let done = admin
        .submit(&page.form(&format!("{KEYS}/deactivations")))
        .await
        .expect(303);
    assert_eq!(
        states(&app),
        ["one deactivated", "three deactivated", "two deactivated"]
    );
    assert_eq!(entries(&app, "key.deactivated"), 2);
    app.api(&one.secret).get("/v1/whoami").await.expect(401);
    let list = admin.follow(&done).await.page();
    assert!(
        list.text()
            .contains("2 keys are deactivated. 1 skipped: deactivated already.")
    );

    let undo = undo_of(&list);
    let undone = admin.submit(&undo).await.expect(303);
    assert_eq!(
        states(&app),
        ["one active", "three active", "two deactivated"]
    );
    assert!(
        admin
            .follow(&undone)
            .await
            .text()
            .contains("2 keys are active.")
    );
    admin.submit(&undo).await.expect(409);
    app.api(&one.secret).get("/v1/whoami").await.expect(200);
}

#[actix_web::test]
async fn an_undo_leaves_alone_what_somebody_changed_since() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [one, _, two] = three(&app);
    let asked = select(&admin, &[&one.id, &two.id], "deactivate").await;
    let done = admin.submit(&question(&asked, "deactivations")).await;
    let undo = undo_of(&admin.follow(&done).await.page());
    app.clock.advance(TimeDelta::seconds(5));
    admin
        .post(&format!("{KEYS}/{}/activation", one.id), &[])
        .await
        .expect(303);
    app.clock.advance(TimeDelta::seconds(5));
    admin
        .post(&format!("{KEYS}/{}/deactivation", one.id), &[])
        .await
        .expect(303);
    let undone = admin.submit(&undo).await.expect(303);
    let said = admin.follow(&undone).await.text();
    assert!(
        said.contains("1 skipped: changed by somebody since"),
        "{said}"
    );
    assert_eq!(
        states(&app),
        ["one deactivated", "three active", "two active"]
    );
}

#[actix_web::test]
async fn many_are_revoked_only_by_the_words_and_come_back_deactivated() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [one, _, two] = three(&app);
    make::used(&app, &one, 7, app.clock.now());
    let asked = select(&admin, &[&one.id, &two.id], "revoke")
        .await
        .expect(200);
    assert!(asked.text().contains("7 in 24 hours"));
    let form = question(&asked, "revocations");
    let wrong = admin
        .submit(&form.clone().with("confirm", "revoke 3 keys"))
        .await
        .expect(422);
    assert!(
        wrong
            .page()
            .one("#confirm-error")
            .contains("Type revoke 2 keys")
    );
    assert_eq!(states(&app)[0], "one active");
    let again = question(&wrong, "revocations").with("confirm", " revoke  2 keys ");
    let done = admin.submit(&again).await.expect(303);
    assert_eq!(states(&app), ["one revoked", "three active", "two revoked"]);
    let undo = undo_of(&admin.follow(&done).await.page());
    admin.submit(&undo).await.expect(303);
    assert_eq!(
        states(&app),
        ["one deactivated", "three active", "two deactivated"]
    );
}

#[actix_web::test]
async fn what_cannot_come_back_is_skipped_with_its_reason() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [one, three, two] = three(&app);
    make::revoked(&app, &one, "unneeded");
    make::revoked(&app, &two, "compromised");
    make::revoked(&app, &three, "unneeded");
    make::key(&app, "brightwater", "THREE");
    let page = admin.get(&format!("{KEYS}?status=revoked")).await.page();
    let mut form = page.form("#bulk").with("do", "restore");
    for key in [&one, &two, &three] {
        form = form.also("id", &key.id);
    }
    let asked = admin.submit(&form).await.expect(200);
    let said = asked.page().text();
    assert!(
        said.contains("compromised cannot be restored: two"),
        "{said}"
    );
    assert!(said.contains("another key has the label now"), "{said}");
    admin
        .submit(&question(&asked, "restorations"))
        .await
        .expect(303);
    assert_eq!(
        states(&app),
        [
            "one deactivated",
            "three revoked",
            "THREE active",
            "two revoked"
        ]
    );
    app.clock.advance(TimeDelta::days(8));
    let admin = app.sign_in(ADA).await;
    let late = select(&admin, &[&three.id], "restore").await.expect(303);
    assert!(
        admin
            .follow(&late)
            .await
            .text()
            .contains("revoked more than 7 days ago")
    );
}

#[actix_web::test]
async fn a_key_that_is_not_of_the_workspace_refuses_the_whole_form() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.workspace("Other").await;
    let [one, ..] = three(&app);
    let foreign = make::key(&app, "other", "theirs");
    for noun in [
        "activations",
        "deactivations",
        "revocations",
        "restorations",
        "selection",
    ] {
        let path = format!("{KEYS}/{noun}");
        let mut told = Vec::new();
        for other in [foreign.id.as_str(), NO_KEY, "not an id"] {
            let mut fields = vec![
                ("id", one.id.as_str()),
                ("id", other),
                ("confirm", "revoke 2 keys"),
            ];
            if noun == "selection" {
                fields = vec![("id", one.id.as_str()), ("id", other), ("do", "deactivate")];
            }
            let reply = admin.post(&path, &fields).await.expect(404);
            told.push(reply.text().replace(reply.header("x-request-id"), ""));
        }
        assert_eq!(told[0].len(), told[1].len(), "{noun}");
    }
    assert_eq!(
        states(&app),
        ["one active", "theirs active", "three active", "two active"]
    );
    assert_eq!(entries(&app, "key.deactivated"), 0);
}

#[actix_web::test]
async fn who_may_not_manage_keys_changes_none() {
    let app = TestApp::start();
    app.set_up().await;
    let other = app.workspace("Other").await;
    let member = app.member(Role::Member).await;
    let [one, ..] = three(&app);
    for noun in [
        "activations",
        "deactivations",
        "revocations",
        "restorations",
    ] {
        let path = format!("{KEYS}/{noun}");
        let fields = [("id", one.id.as_str()), ("confirm", "revoke 1 key")];
        member.post(&path, &fields).await.expect(403);
        other.post(&path, &fields).await.expect(404);
        let stranger = app.stranger().post(&path, &fields).await.expect(303);
        assert!(stranger.location().starts_with("/sign-in"));
    }
    assert_eq!(states(&app)[0], "one active");
}

#[actix_web::test]
async fn nothing_selected_and_nothing_that_fits_are_said_on_the_list() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let [one, ..] = three(&app);
    let none = select(&admin, &[], "revoke").await.expect(303);
    assert!(
        admin
            .follow(&none)
            .await
            .text()
            .contains("No key is selected.")
    );
    let unfit = select(&admin, &[&one.id], "activate").await.expect(303);
    let said = admin.follow(&unfit).await.page().text();
    assert!(
        said.contains("Nothing to activate. 1 skipped: active already."),
        "{said}"
    );
    let page = admin.get(KEYS).await.page();
    let odd = page.form("#bulk").with("do", "delete").also("id", &one.id);
    admin.submit(&odd).await.expect(400);
}

#[actix_web::test]
async fn two_thousand_are_changed_at_once_and_no_more() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    app.workspace("Other").await;
    let foreign = make::key(&app, "other", "theirs");
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT w.id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{OBJECTS_LIST}', now(), now()
             FROM workspaces w, generate_series(1, 2001) n WHERE w.slug = 'brightwater'",
        );
    });
    let ids: Vec<String> = (1..=2_001).map(|n| format!("{n:012}")).collect();
    let deactivate = async |ids: &[&str]| {
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", *id)).collect();
        admin.post(&format!("{KEYS}/deactivations"), &fields).await
    };
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let with_foreign: Vec<&str> = ids[..1_999]
        .iter()
        .copied()
        .chain([foreign.id.as_str()])
        .collect();
    deactivate(&with_foreign).await.expect(404);
    let many = deactivate(&ids).await.expect(422);
    assert!(many.text().contains("at most 2,000 keys"));
    assert_eq!(entries(&app, "key.deactivated"), 0);
    let twice: Vec<&str> = ids[..2_000].iter().chain(&ids[..100]).copied().collect();
    let done = deactivate(&twice).await.expect(303);
    assert_eq!(entries(&app, "key.deactivated"), 2_000);
    let list = admin.follow(&done).await.page();
    assert!(list.text().contains("2,000 keys are deactivated."));
    admin.submit(&undo_of(&list)).await.expect(303);
    assert_eq!(entries(&app, "key.activated"), 2_000);
    let asked = {
        let fields: Vec<(&str, &str)> = ids[..2_000]
            .iter()
            .map(|id| ("id", *id))
            .chain([("do", "revoke")])
            .collect();
        admin
            .post(&format!("{KEYS}/selection"), &fields)
            .await
            .expect(200)
    };
    let form = question(&asked, "revocations").with("confirm", "revoke 2,000 keys");
    admin.submit(&form).await.expect(303);
    assert_eq!(entries(&app, "key.revoked"), 2_000);
    let hundred_thousand = "id=000000000001&".repeat(100_000);
    let cookies = admin.cookies();
    let headers = [
        ("cookie", cookies.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let path = format!("{KEYS}/deactivations");
    let reply = crate::support::http::send(
        &app.address,
        Method::POST,
        &path,
        &headers,
        hundred_thousand.into_bytes(),
    );
    reply.await.expect(413);
}

#[actix_web::test]
async fn two_forms_at_once_do_not_wait_in_a_circle_and_change_each_key_once() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let keys: Vec<MadeKey> = (0..40)
        .map(|n| make::key(&app, "brightwater", &format!("k{n}")))
        .collect();
    let forwards: Vec<(&str, &str)> = keys.iter().map(|key| ("id", key.id.as_str())).collect();
    let backwards: Vec<(&str, &str)> = forwards.iter().rev().copied().collect();
    let path = format!("{KEYS}/deactivations");
    let twin = admin.twin();
    let (a, b) = join(admin.post(&path, &forwards), twin.post(&path, &backwards)).await;
    a.expect(303);
    b.expect(303);
    assert_eq!(entries(&app, "key.deactivated"), 40);
    let log = admin.get(AUDIT).await.expect(200);
    assert!(log.text().contains("deactivated key"));
}
