//! Before somebody leaves: what they made, with its traffic, a decision for each, and a report.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{AUDIT, KEYS, MEMBERS, generate, problem, sentences},
    support::{
        TestApp,
        make::{self, MadeKey},
        page::Page,
    },
};

const MATEO: &str = "mateo@brightwater.example";

fn mateo(app: &TestApp) -> String {
    make::named(app, "brightwater", "Mateo Cruz", MATEO, Role::Admin)
}

fn at(id: &str, what: &str) -> String {
    format!("{MEMBERS}/{id}{what}")
}

/// A key that Mateo made.
fn key(app: &TestApp, label: &str, mateo: &str) -> MadeKey {
    let key = make::key(app, "brightwater", label);
    make::made_by(app, &key, mateo);
    key
}

fn field(key: &MadeKey) -> String {
    format!("key-{}", key.id)
}

/// The rows of a report: label, mask, decision.
fn rows(page: &Page) -> Vec<String> {
    page.all("main tbody tr")
}

fn row(label: &str, key: &MadeKey, decision: &str) -> String {
    format!("{label} Secret key skey_ {} … {decision}", key.id)
}

#[actix_web::test]
async fn the_page_has_every_key_that_works_with_its_traffic_and_keeps_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let browser = app.sign_in(MATEO).await;
    let made = generate(&browser, "notebook").await;
    let reports = key(&app, "reports", &id);
    make::used(&app, &reports, 26, app.clock.now() - TimeDelta::hours(2));
    let off = key(&app, "kiosk", &id);
    make::deactivated(&app, &off);
    let gone = key(&app, "laptop", &id);
    make::revoked(&app, &gone, "unneeded");
    let brief = [Permission::ObjectsList];
    let over = make::key_with(&app, "brightwater", "export", &brief, Lifetime::Days(1));
    make::made_by(&app, &over, &id);
    app.sql(|sql| sql.execute("UPDATE keys SET created_at = now() - interval '3 days', expires_at = now() - interval '1 day' WHERE label = 'export'"));
    make::key(&app, "brightwater", "somebody-elses");
    let page = owner.get(&at(&id, "/removal")).await.expect(200).page();
    assert_eq!(
        page.all("main .items b a"),
        ["reports", "kiosk", "notebook"],
        "last used first"
    );
    let told = page.all("main .items small");
    assert_eq!(
        told[0],
        "26 requests in 28 days, last 2 hours ago from 203.0.113.7"
    );
    assert_eq!(told[2], "Never used");
    let form = page.form(&at(&id, "/removal"));
    for key in [&made, &reports, &off] {
        assert_eq!(
            form.value(&field(key)),
            Some("keep"),
            "the default keeps what runs"
        );
    }
    let choices = |key: &MadeKey| page.attributes(&format!("input[name={}]", field(key)), "value");
    assert_eq!(choices(&reports), ["keep", "deactivate", "revoke"]);
    assert_eq!(
        choices(&off),
        ["keep", "revoke"],
        "it does not answer anyway"
    );
}

#[actix_web::test]
async fn decisions_are_done_at_once_and_reported_one_by_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    make::in_group(&app, &group, &id);
    let session = app.sign_in(MATEO).await;
    session.get(KEYS).await.expect(200);
    let (kept, off, gone) = (
        key(&app, "kept", &id),
        key(&app, "off", &id),
        key(&app, "gone", &id),
    );
    let page = owner.get(&at(&id, "/removal")).await.expect(200).page();
    let form = page
        .form(&at(&id, "/removal"))
        .with(&field(&off), "deactivate")
        .with(&field(&gone), "revoke");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), at(&id, "/report"));
    session.get(KEYS).await.expect(404);
    app.api(&kept.secret).get("/v1/whoami").await.expect(200);
    problem(
        app.api(&off.secret).get("/v1/whoami").await,
        401,
        "key_deactivated",
    );
    problem(
        app.api(&gone.secret).get("/v1/whoami").await,
        401,
        "key_revoked",
    );
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Mateo Cruz is removed."));
    assert_eq!(page.one("h1"), "Mateo Cruz was removed from Brightwater");
    let mut told = rows(&page);
    told.sort();
    assert_eq!(
        told,
        [
            row("gone", &gone, "Revoked"),
            row("kept", &kept, "Kept"),
            row("off", &off, "Deactivated"),
        ]
    );
    let facts = page.one("main dl");
    for fact in [
        "By Ada Park",
        "They were Admin",
        "Groups they left Engineering",
        MATEO,
    ] {
        assert!(facts.contains(fact), "{fact} in {facts}");
    }
    // It stays, and is found from the member's page.
    let member = owner.get(&at(&id, "")).await.expect(200).page();
    let report = member.attributes("a[href$='/report']", "href");
    assert_eq!(
        rows(&owner.get(&report[0]).await.expect(200).page()).len(),
        3
    );
    let log = owner.get(AUDIT).await.page();
    let said = log.all("td.what .said");
    assert!(said.contains(&"removed Mateo Cruz".to_owned()), "{said:?}");
    assert!(
        said.iter().any(|s| s.starts_with("revoked key gone")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|s| s.starts_with("deactivated key off")),
        "{said:?}"
    );
    let changes = log.all("table.changes tbody tr").join("; ");
    assert!(
        changes.contains("gone: revoked") && changes.contains("kept: kept"),
        "{changes}"
    );
}

#[actix_web::test]
async fn without_a_decision_a_key_works_on() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let key = key(&app, "ci", &id);
    let done = owner.post(&at(&id, "/removal"), &[]).await.expect(303);
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    let page = owner.follow(&done).await.page();
    assert!(page.text().contains("1 other key kept."), "{}", page.text());
}

#[actix_web::test]
async fn a_decision_on_a_key_of_somebody_else_refuses_all() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let id = mateo(&app);
    let own = key(&app, "ci", &id);
    let anothers = make::key(&app, "brightwater", "not-his");
    let foreign = make::key(&app, "elsewhere", "foreign");
    for other in [
        field(&anothers),
        field(&foreign),
        "key-000000000000".to_owned(),
        "key-x".to_owned(),
    ] {
        let fields = [(field(&own), "revoke"), (other, "revoke")];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(f, v)| (f.as_str(), *v)).collect();
        owner.post(&at(&id, "/removal"), &fields).await.expect(404);
    }
    let own = field(&own);
    for wrong in [
        (own.as_str(), "burn"),
        ("what", "revoke"),
        ("others", "all"),
    ] {
        owner.post(&at(&id, "/removal"), &[wrong]).await.expect(400);
    }
    let page = owner.get(&at(&id, "")).await.expect(200).page();
    assert!(!page.text().contains("Removed"), "nothing was done");
    for key in [&anothers, &foreign] {
        app.api(&key.secret).get("/v1/whoami").await.expect(200);
    }
    assert!(
        !sentences(&owner, AUDIT)
            .await
            .iter()
            .any(|s| s.starts_with("revoked"))
    );
}

#[actix_web::test]
async fn what_was_done_meanwhile_is_told() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let (ci, kiosk, laptop) = (
        key(&app, "ci", &id),
        key(&app, "kiosk", &id),
        key(&app, "laptop", &id),
    );
    let form = owner
        .get(&at(&id, "/removal"))
        .await
        .page()
        .form(&at(&id, "/removal"));
    make::revoked(&app, &ci, "unneeded");
    make::revoked(&app, &kiosk, "unneeded");
    app.sql(|sql| sql.execute("UPDATE keys SET created_at = now() - interval '3 days', expires_at = now() - interval '1 day' WHERE label = 'laptop'"));
    // The others are kept, as the form has it.
    let done = owner
        .submit(&form.with(&field(&ci), "revoke"))
        .await
        .expect(303);
    let mut told = rows(&owner.follow(&done).await.page());
    told.sort();
    assert_eq!(
        told,
        [
            row("ci", &ci, "Revoked stayed as it was: revoked already"),
            row("kiosk", &kiosk, "Kept stayed as it was: revoked already"),
            row("laptop", &laptop, "Kept stayed as it was: expired already"),
        ]
    );
}

#[actix_web::test]
async fn a_group_they_come_into_at_that_moment_is_among_those_they_left() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    make::coming_into_group(&app, &group, &id);
    let path = at(&id, "/removal");
    let add = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (done, ()) = join(owner.post(&path, &[]), add).await;
    let page = owner.follow(&done.expect(303)).await.expect(200).page();
    let facts = page.one("main dl");
    assert!(facts.contains("Groups they left Engineering"), "{facts}");
}

#[actix_web::test]
async fn more_keys_than_a_page_takes_are_decided_together() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    let first = key(&app, "first", &id);
    make::used(&app, &first, 3, app.clock.now());
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, created_by_member_id)
             SELECT workspace_id, lpad(n::text, 12, '0'), 'secret', 'many-' || n, '{{}}', created_at, created_at, '{id}'
             FROM keys, generate_series(1, 2100) n WHERE label = 'first'"
        ));
    });
    let page = owner.get(&at(&id, "/removal")).await.expect(200).page();
    assert_eq!(page.all("main .items b a").len(), 100);
    assert!(page.text().contains("2,001 other keys"), "{}", page.text());
    let form = page.form(&at(&id, "/removal"));
    assert_eq!(form.value("others"), Some("keep"));
    // Too many to change at once: said at the field, nothing is done, and what was chosen stays.
    let too_many = form
        .clone()
        .with("others", "revoke")
        .with(&field(&first), "deactivate");
    let again = owner.submit(&too_many).await.expect(422).page();
    assert!(again.title().starts_with("Error: "));
    assert!(
        again
            .one("#others-error")
            .contains("At most 2,000 keys change at once.")
    );
    assert_eq!(
        again.form(&at(&id, "/removal")).value(&field(&first)),
        Some("deactivate")
    );
    app.api(&first.secret).get("/v1/whoami").await.expect(200);
    app.sql(|sql| sql.execute("DELETE FROM keys WHERE label LIKE 'many-19__'"));
    let done = owner
        .submit(&form.with("others", "revoke"))
        .await
        .expect(303);
    let page = owner.follow(&done).await.page();
    let told = rows(&page);
    let kept = told.iter().filter(|row| row.ends_with("Kept")).count();
    let revoked = told.iter().filter(|row| row.ends_with("Revoked")).count();
    assert_eq!((kept, revoked, told.len()), (100, 1_901, 2_001));
    let ended = "SELECT count(*)::text AS line FROM keys WHERE revoked_at IS NOT NULL";
    assert_eq!(app.sql(|sql| sql.line(ended)), "1901");
    app.api(&first.secret).get("/v1/whoami").await.expect(200);
}

#[actix_web::test]
async fn there_is_no_report_on_whoever_was_not_removed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Elsewhere").await;
    let id = mateo(&app);
    owner.get(&at(&id, "/report")).await.expect(404);
    owner
        .get(&at("018f0000-0000-7000-8000-000000000009", "/report"))
        .await
        .expect(404);
    owner.post(&at(&id, "/removal"), &[]).await.expect(303);
    let report = owner.get(&at(&id, "/report")).await.expect(200).page();
    assert!(report.text().contains("They had made no key that worked."));
    other.get(&at(&id, "/report")).await.expect(404);
    let elsewhere = format!("/w/elsewhere/settings/members/{id}/report");
    other.get(&elsewhere).await.expect(404);
    // What the log keeps no longer cannot be reported.
    let member = owner.get(&at(&id, "")).await.expect(200).page();
    assert!(member.has("a[href$='/report']"));
    app.sql(|sql| sql.execute("DELETE FROM audit_events WHERE action = 'member.removed'"));
    owner.get(&at(&id, "/report")).await.expect(404);
    let member = owner.get(&at(&id, "")).await.expect(200).page();
    assert!(!member.has("a[href$='/report']"));
    let told = "They are no member any more, so they hold no permission here.";
    assert!(member.text().contains(told), "{}", member.text());
}

#[actix_web::test]
async fn a_list_and_a_page_say_what_somebody_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = mateo(&app);
    for n in 1..=12 {
        key(&app, &format!("key-{n:02}"), &id);
    }
    let list = owner.get(MEMBERS).await.expect(200).page();
    assert_eq!(list.one(&format!("#m-{id} .made")), "12 keys made");
    let page = owner.get(&at(&id, "")).await.expect(200).page();
    assert!(page.text().contains("12 keys") && page.text().contains("and 2 more"));
    assert_eq!(page.elements("main .items .ktag").len(), 10);
}
