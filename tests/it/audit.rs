//! The audit log: what is in it, in which order, and for whom.

use keyroom::actor::Role;

use crate::{
    scenes::{AUDIT, KEYS, at, filled, generate, press, sentences},
    support::{Browser, TestApp, make, page::Page},
};

async fn log(browser: &Browser) -> Page {
    browser.get(AUDIT).await.expect(200).page()
}

/// What changed, of the newest entry that has changes: "Field Before After".
fn changes(page: &Page) -> Vec<String> {
    let details = page.elements("details.disc");
    let newest = details.first().expect("an entry with changes");
    let row = scraper::Selector::parse(".changes tbody tr").expect("a selector");
    newest
        .select(&row)
        .map(|row| {
            let words: Vec<&str> = row.text().flat_map(str::split_whitespace).collect();
            words.join(" ")
        })
        .collect()
}

#[actix_web::test]
async fn every_change_of_a_key_is_there_with_before_and_after() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let never = filled(&owner, "ci").await.with("expiry", "never");
    let key = crate::scenes::shown(&owner.submit(&never).await.expect(201));
    let made = [
        "Label – ci",
        "Permissions – List and search assets",
        "Status – active",
    ];
    assert_eq!(changes(&log(&owner).await), made);
    for (what, change) in [
        ("deactivation", vec!["Status active deactivated"]),
        ("activation", vec!["Status deactivated active"]),
        (
            "revocation",
            vec!["Reason – No longer needed", "Status active revoked"],
        ),
        (
            "restoration",
            vec!["Reason No longer needed –", "Status revoked deactivated"],
        ),
    ] {
        press(&owner, &key, what).await.expect(303);
        assert_eq!(changes(&log(&owner).await), change, "{what}");
    }
    let tag = format!("ci Secret key skey_ {} …", key.id);
    assert_eq!(
        sentences(&owner, AUDIT).await,
        [
            format!("restored key {tag}"),
            format!("revoked key {tag}"),
            format!("activated key {tag}"),
            format!("deactivated key {tag}"),
            format!("generated key {tag}"),
            "signed in".to_owned(),
            "added Ada Park as owner".to_owned(),
            "created workspace Brightwater".to_owned(),
        ]
    );
}

#[actix_web::test]
async fn an_entry_says_who_from_where_and_with_what() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let program = app.api(&key.secret);
    program.delete("/v1/whoami").await.expect(204);
    let page = log(&owner).await;
    let (who, from) = (page.all("td.who"), page.all("td.from"));
    assert_eq!(from[0], format!("{} curl", program.ip()));
    assert_eq!(from[1], format!("{} Firefox", owner.ip()));
    assert!(
        who[0].ends_with("ci") && who[1].ends_with("Ada Park"),
        "{who:?}"
    );
    assert!(who[4].ends_with("Command line"), "{who:?}");
    let times = page.attributes("td.tm time", "datetime");
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    // The request that an entry tells of can be found in the server's log.
    let request = app.sql(|sql| {
        sql.line("SELECT request_id AS line FROM audit_events WHERE action = 'key.revoked'")
    });
    let lines = crate::support::log::lines();
    assert!(
        lines
            .iter()
            .any(|l| l.contains("DELETE /v1/whoami") && l.contains(&request))
    );
}

#[actix_web::test]
async fn a_change_that_was_refused_is_marked_and_changes_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let member = app.member(Role::Member).await;
    press(&member, &key, "deactivation").await.expect(403);
    member.get(AUDIT).await.expect(403);
    let page = log(&owner).await;
    let what = page.all("td.what .said");
    assert_eq!(what[0], format!("Refused was refused GET {AUDIT}"));
    assert_eq!(
        what[1],
        format!("Refused was refused POST {}", at(&key, "deactivation"))
    );
    assert!(
        page.all("td.who")[0].contains("Person"),
        "{:?}",
        page.all("td.who")
    );
    // What a form gets wrong is no refusal.
    owner.submit(&filled(&owner, "").await).await.expect(422);
    assert_eq!(sentences(&owner, AUDIT).await.len(), what.len());
}

#[actix_web::test]
async fn refusals_of_one_member_fill_the_log_ten_a_minute_at_most() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    for _ in 0..15 {
        member.get(KEYS).await.expect(403);
    }
    let refused = |said: Vec<String>| said.iter().filter(|s| s.starts_with("Refused")).count();
    let count = refused(sentences(&owner, AUDIT).await);
    // One more in each six seconds that the test takes.
    assert!((10..=12).contains(&count), "{count}");
}

#[actix_web::test]
async fn another_workspace_sees_nothing_of_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    generate(&owner, "only-here").await;
    let other = app.workspace("Other").await;
    other.get(AUDIT).await.expect(404);
    let page = other.get("/w/other/settings/audit-log").await.expect(200);
    assert!(!page.text().contains("only-here") && !page.text().contains("Brightwater"));
    assert_eq!(page.page().elements("td.what").len(), 3);
    // Of somebody who belongs to both, each sees what happens in it and not in the other.
    make::membership(
        &app,
        "brightwater",
        &make::owner_email("Other"),
        Role::Admin,
    );
    other.get(KEYS).await.expect(200);
    assert_eq!(sentences(&owner, AUDIT).await[0], "signed in");
    assert_eq!(
        other
            .get("/w/other/settings/audit-log")
            .await
            .page()
            .elements("td.what")
            .len(),
        3
    );
}

#[actix_web::test]
async fn paging_shows_each_entry_once_also_where_times_are_equal() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, refused)
             SELECT w.id, now(), gen_random_uuid(), 'command_line', 'Command line', 'key.created', 'key',
                    '000000000000', 'entry-' || n, false
             FROM workspaces w, generate_series(1, 55) n",
        );
    });
    let (mut pages, mut next) = (Vec::new(), AUDIT.to_owned());
    loop {
        let page = owner.get(&next).await.expect(200).page();
        pages.push(page.all("td.what .said > b, td.what .said > a"));
        let Some(older) = page.attributes("a#older", "href").pop() else {
            break;
        };
        next = older;
    }
    assert!(pages.iter().all(|page| page.len() <= 20), "{pages:?}");
    let mut all: Vec<&String> = pages
        .iter()
        .flatten()
        .filter(|s| s.starts_with("entry-"))
        .collect();
    assert_eq!(all.len(), 55);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 55, "nothing twice, nothing missing");
    let mut back = Vec::new();
    loop {
        let page = owner.get(&next).await.expect(200).page();
        back.push(page.all("td.what .said > b, td.what .said > a"));
        let Some(newer) = page.attributes("a#newer", "href").pop() else {
            break;
        };
        next = newer;
    }
    back.reverse();
    assert_eq!(back, pages, "there and back");
    for wrong in ["before=x", "after=MTp4", "before=a&after=b"] {
        owner.get(&format!("{AUDIT}?{wrong}")).await.expect(404);
    }
}

#[actix_web::test]
async fn account_events_stay_out_of_the_workspace() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let before = sentences(&owner, AUDIT).await;
    owner
        .post("/account/theme", &[("theme", "dark")])
        .await
        .expect(303);
    let fields = [
        ("email", crate::scenes::ADA),
        ("password", "purple tractor sings at noon"),
    ];
    app.stranger().post("/sign-in", &fields).await.expect(422);
    assert_eq!(sentences(&owner, AUDIT).await, before);
    let own = app.sql(|sql| sql.lines("SELECT action AS line FROM account_events ORDER BY at"));
    assert_eq!(
        own,
        [
            "account.signed_in",
            "account.theme_changed",
            "account.sign_in_failed"
        ]
    );
}
