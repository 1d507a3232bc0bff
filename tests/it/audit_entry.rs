//! An entry's own page: the whole record, and the ways from it to what it names.

use chrono::TimeDelta;
use keyroom::{
    actor::{Role, Who},
    ids::AuditEventId,
};
use serde_json::json;

use crate::{
    scenes::{AUDIT, GENERAL, KEYS, at, filled, generate, press, show_times_of, shown},
    support::{Browser, TestApp, make, page::Page},
};

/// The page of the newest entry that a filter finds.
async fn newest(browser: &Browser, query: &str) -> Page {
    let list = browser
        .get(&format!("{AUDIT}?{query}"))
        .await
        .expect(200)
        .page();
    let links = list.attributes("td.more a", "href");
    browser
        .get(links.first().expect("an entry"))
        .await
        .expect(200)
        .page()
}

/// What stands under a term of the record.
#[track_caller]
fn term(page: &Page, term: &str) -> String {
    let facts = page.all("dl.record > div");
    let found = facts.iter().find_map(|fact| fact.strip_prefix(term));
    let fact = found.unwrap_or_else(|| panic!("no {term} among {facts:?}"));
    fact.trim().to_owned()
}

#[actix_web::test]
async fn the_whole_record_of_a_changed_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = shown(
        &owner
            .submit(&filled(&owner, "ci").await.with("expiry", "never"))
            .await
            .expect(201),
    );
    press(&owner, &key, "revocation").await.expect(303);
    let page = newest(&owner, "action=key.revoked").await;
    assert_eq!(page.one("h1"), "Ada Park revoked key ci");
    assert_eq!(page.title(), "Ada Park revoked key ci · Keyroom");
    let rows = page.all(".sides tbody tr");
    assert_eq!(
        rows,
        [
            "Label ci ci",
            "Permissions List and search assets List and search assets",
            "Reason Changed – No longer needed",
            "Status Changed active revoked",
        ],
        "all fields, and which of them differ"
    );
    let line = |what: &str| {
        app.sql(|sql| {
            sql.line(&format!(
                "SELECT {what} AS line FROM audit_events WHERE action = 'key.revoked'"
            ))
        })
    };
    assert!(
        term(&page, "Time").contains(" UTC"),
        "{}",
        term(&page, "Time")
    );
    let exact = line("to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    assert!(
        term(&page, "Time").ends_with(&exact),
        "{}",
        term(&page, "Time")
    );
    let ada = line("actor_id");
    assert!(term(&page, "Who").ends_with(&format!("Ada Park Person {ada} Entries by this person")));
    assert_eq!(term(&page, "Action"), "key.revoked");
    assert!(term(&page, "What").starts_with("ci Secret key"));
    assert!(term(&page, "What").ends_with(&format!("API key {} Entries about this key", key.id)));
    assert_eq!(term(&page, "From"), format!("{} Firefox", owner.ip()));
    assert!(term(&page, "User agent").starts_with("Mozilla/5.0"));
    assert_eq!(term(&page, "Request ID"), line("request_id"));
    assert_eq!(term(&page, "Entry ID"), line("id::text"));
    // From here to the key, to the person's and to the key's entries, and back.
    for link in page.attributes("main a", "href") {
        owner.get(&link).await.expect(200);
    }
    let links = page.attributes("dl.record a", "href");
    assert_eq!(
        links,
        [
            format!("{AUDIT}?person={ada}"),
            format!("{KEYS}/{}", key.id),
            format!("{AUDIT}?key={}", key.id),
        ]
    );
}

#[actix_web::test]
async fn times_are_those_of_the_zone_of_whoever_reads_and_of_utc() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    show_times_of(&owner, "Asia/Tokyo").await;
    let page = newest(&owner, "action=workspace.changed").await;
    assert!(
        term(&page, "Time").contains(" JST "),
        "{}",
        term(&page, "Time")
    );
    assert!(term(&page, "Time").ends_with('Z'));
    assert_eq!(
        page.all(".sides .differs"),
        ["Time zone Changed UTC Asia/Tokyo"]
    );
    assert_eq!(page.attributes("dl.record a", "href")[1], GENERAL);
}

#[actix_web::test]
async fn sign_ins_refusals_programs_and_the_command_line_have_pages_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let member = app.member(Role::Member).await;
    press(&member, &key, "deactivation").await.expect(403);
    app.api(&key.secret).delete("/v1/whoami").await.expect(204);

    let page = newest(&owner, "action=member.signed_in").await;
    assert!(page.one("h1").ends_with(" signed in"));
    assert!(page.text().contains("This entry records no change."));

    let page = newest(&owner, "refused=true").await;
    assert!(
        page.one("h1")
            .ends_with(&format!("was refused POST {}", at(&key, "deactivation")))
    );
    assert_eq!(page.one("h1 + .badge"), "Refused");
    assert_eq!(
        term(&page, "Action"),
        "request.refused Refused: nothing was changed."
    );

    let page = newest(&owner, &format!("key={}&action=key.revoked", key.id)).await;
    assert_eq!(page.one("h1"), "ci revoked key ci");
    let own = format!("{KEYS}/{}", key.id);
    let links = page.attributes("dl.record a", "href");
    assert_eq!(
        links.iter().filter(|link| **link == own).count(),
        2,
        "as actor and as subject"
    );

    let page = newest(&owner, "action=workspace.created").await;
    assert_eq!(term(&page, "Who"), "Command line Whoever runs this server");
    assert_eq!(
        (term(&page, "From"), term(&page, "Request ID")),
        ("–".to_owned(), "–".to_owned())
    );
}

#[actix_web::test]
async fn an_entry_is_found_in_its_month_also_one_of_an_earlier_version() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let now = app.clock.now();
    for days in [0, 31, 300] {
        let at = now - TimeDelta::days(days);
        let label = format!("{days} days ago");
        let entry = make::about("key.created", "key", "000000000000", &label);
        make::entry(&app, "brightwater", Who::CommandLine, entry, at);
        let query = format!("from={0}&to={0}&action=key.created", at.date_naive());
        let page = newest(&owner, &query).await;
        assert_eq!(
            page.one("h1"),
            format!("Command line generated key {label}")
        );
    }
    // Earlier versions made ids when they wrote, some time after the moment that they wrote down.
    for late in [0, 1, 12_000] {
        let id = AuditEventId::at(now + TimeDelta::milliseconds(late));
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE audit_events SET id = '{id}' WHERE subject_label = '0 days ago'"
            ));
        });
        owner.get(&format!("{AUDIT}/{id}")).await.expect(200);
    }
}

#[actix_web::test]
async fn an_entry_of_another_workspace_is_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::workspace(&app, "Other");
    make::key(&app, "other", "only-there");
    let theirs = app.sql(|sql| {
        sql.line("SELECT id::text AS line FROM audit_events WHERE action = 'key.created'")
    });
    let told = async |id: &str| {
        let reply = owner.get(&format!("{AUDIT}/{id}")).await.expect(404);
        let text = reply.text_without_tokens();
        text.replace(reply.header("x-request-id"), "REQUEST")
            .replace(id, "ID")
    };
    let nobodys = told(&AuditEventId::at(app.clock.now()).to_string()).await;
    assert_eq!(told(&theirs).await, nobodys);
    for none in [
        "00000000-0000-4000-8000-000000000000",
        "exports",
        "x",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ] {
        let reply = owner.get(&format!("{AUDIT}/{none}")).await;
        assert_eq!(
            reply.status,
            if none == "exports" { 405 } else { 404 },
            "{none}"
        );
    }
}

#[actix_web::test]
async fn a_stranger_and_a_member_who_may_not_see_no_entry() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let list = owner.get(AUDIT).await.expect(200).page();
    let entry = list.attributes("td.more a", "href").remove(0);
    let stranger = app.stranger().get(&entry).await;
    assert!(stranger.location().starts_with("/sign-in?"));
    let member = app.member(Role::Member).await;
    let refused = member.get(&entry).await.expect(403);
    assert!(
        refused
            .text()
            .contains("You need to be an admin to read the audit log.")
    );
    let page = newest(&owner, "refused=true").await;
    assert!(
        page.one("h1")
            .ends_with(&format!("was refused GET {entry}"))
    );
}

#[actix_web::test]
async fn what_an_entry_says_is_text_whatever_is_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let mut entry = make::about(
        "key.created",
        "key",
        "\"><script>",
        "<script>alert(1)</script>",
    );
    entry.after =
        Some(json!({ "<b>": "</td><script>", "list": ["<i>", 1], "deep": { "a": [null, true] } }));
    make::entry(
        &app,
        "brightwater",
        Who::CommandLine,
        entry,
        app.clock.now(),
    );
    let page = newest(&owner, "action=key.created").await;
    assert_eq!(
        page.one("h1"),
        "Command line generated key <script>alert(1)</script>"
    );
    assert!(!page.has("main script, .sides b, .sides i"));
    assert_eq!(
        page.all(".sides tbody tr"),
        [
            "<b> – </td><script>",
            "Deep – {\"a\":[null,true]}",
            "List – <i>, 1",
        ]
    );
    // It is no key's id, so it leads to no key.
    assert!(
        page.attributes("dl.record a", "href")
            .iter()
            .all(|href| !href.starts_with(KEYS))
    );
}
