//! The guided page after a compromise, step by step.

use chrono::TimeDelta;
use keyroom::actor::Role;

use crate::{
    scenes::{ADA, AUDIT, KEYS, NEW, at, filled, generate, list, press, problem, sentences, shown},
    support::{
        Browser, TestApp,
        make::{self, MadeKey},
        page::Page,
    },
};

const SITE: (&str, &str) = ("203.0.113.7", "curl/8.5.0");
const THIEF: (&str, &str) = ("198.51.100.9", "python-requests/2.32");

fn incident(key: &MadeKey) -> String {
    at(key, "incident")
}

async fn page(browser: &Browser, key: &MadeKey) -> Page {
    browser.get(&incident(key)).await.expect(200).page()
}

/// A key that was called from a place for long and from another one lately, and was then revoked.
async fn stolen(app: &TestApp, owner: &Browser, label: &str) -> MadeKey {
    let key = generate(owner, label).await;
    let now = app.clock.now();
    let days = |n| now - TimeDelta::days(n);
    make::caller(app, &key, SITE, (days(60), days(1)));
    make::caller(app, &key, THIEF, (days(2), days(2)));
    owner
        .post(&at(&key, "revocation"), &[("reason", "compromised")])
        .await
        .expect(303);
    key
}

/// The states of the six steps.
fn classes(page: &Page) -> Vec<String> {
    page.attributes("ol.guided > li", "class")
}

async fn mark(browser: &Browser, key: &MadeKey, step: &str, done: &str) {
    let fields = [("step", step), ("done", done)];
    let path = format!("{}/steps", incident(key));
    browser.post(&path, &fields).await.expect(303);
}

#[actix_web::test]
async fn a_key_that_may_be_compromised_leads_to_its_incident_and_is_dead_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "scraper").await;
    let dialog = owner.get(&at(&key, "revocation")).await.expect(200).page();
    let form = dialog
        .form(&at(&key, "revocation"))
        .with("reason", "compromised");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), incident(&key));
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_revoked",
    );
    press(&owner, &key, "restoration").await.expect(409);
    let page = owner.follow(&done).await.expect(200).page();
    assert_eq!(page.one("h1"), "scraper was compromised");
    assert!(page.one("#flash").contains("scraper is revoked."));
    assert_eq!(classes(&page), ["done", "now", "", "", "", ""]);
    assert!(page.one("li:first-child .hd p").contains("by Ada Park"));
    assert!(page.text().contains("1 of 6 are done."));
    // From its card, its page, and the list of keys.
    let revoked = list(&owner, "revoked").await;
    let own = owner
        .get(&format!("{KEYS}/{}", key.id))
        .await
        .expect(200)
        .page();
    for page in [&revoked, &own] {
        assert!(page.has(&format!(".key-foot a[href=\"{}\"]", incident(&key))));
    }
    let banner = list(&owner, "").await;
    let said = "The incident of scraper is open: 1 of 6 steps are done.";
    assert!(banner.text().contains(said), "{}", banner.text());
    // Every admin is told.
    let notices = owner
        .get("/w/brightwater/settings/notices")
        .await
        .expect(200)
        .page();
    assert!(
        notices
            .text()
            .contains("scraper was revoked as compromised. Ada Park has revoked it")
    );
}

#[actix_web::test]
async fn whoever_comes_before_the_key_is_revoked_finds_the_button() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "scraper").await;
    let menu = list(&owner, "").await;
    assert!(menu.has(&format!(".menu a[href=\"{}\"]", incident(&key))));
    let before = page(&owner, &key).await;
    assert_eq!(classes(&before), ["now", "", "", "", "", ""]);
    assert!(
        !before.has("ol.guided form"),
        "nothing else can be done yet"
    );
    let ask = before.attributes("li:first-child a.btn", "href").remove(0);
    let dialog = owner.get(&ask).await.expect(200).page();
    let form = dialog.form(&at(&key, "revocation"));
    assert_eq!(form.value("reason"), Some("compromised"), "chosen already");
    for (what, fields) in [
        ("places", vec![]),
        ("steps", vec![("step", "review"), ("done", "true")]),
        ("notes", vec![("told", "x")]),
        ("closing", vec![("cause", "x"), ("effect", "x")]),
    ] {
        let path = format!("{}/{what}", incident(&key));
        owner.post(&path, &fields).await.expect(409);
    }
    owner
        .get(&format!("{NEW}?replaces={}", key.id))
        .await
        .expect(409);
    // Revoked as no longer needed, it can still turn out to be compromised.
    let fields = [("reason", "unneeded")];
    owner
        .post(&at(&key, "revocation"), &fields)
        .await
        .expect(303);
    let page = page(&owner, &key).await;
    let form = page.form(&at(&key, "revocation"));
    assert_eq!(form.value("reason"), Some("compromised"));
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), incident(&key));
    press(&owner, &key, "restoration").await.expect(409);
}

#[actix_web::test]
async fn a_new_key_takes_its_place_and_label() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    let before = page(&owner, &key).await;
    let new = before.attributes("li:nth-child(2) a.btn", "href").remove(0);
    let dialog = owner.get(&new).await.expect(200).page();
    let form = dialog.form(NEW);
    assert_eq!(form.value("label"), Some("scraper"), "it is free again");
    assert_eq!(form.value("permission"), Some("OBJECTS_LIST"));
    // A mistake keeps what it is for.
    let wrong = owner
        .submit(&form.clone().with("label", ""))
        .await
        .expect(422)
        .page();
    assert_eq!(wrong.form(NEW).value("replaces"), Some(key.id.as_str()));
    let cancel = wrong.attributes("dialog .df a", "href").remove(0);
    assert_eq!(cancel, incident(&key));
    let made = owner.submit(&form).await.expect(201);
    assert_eq!(
        made.page().attributes("[data-done]", "href"),
        [incident(&key)]
    );
    let made = shown(&made);
    app.api(&made.secret).get("/v1/whoami").await.expect(200);
    let after = page(&owner, &key).await;
    assert_eq!(classes(&after), ["done", "done", "now", "", "", ""]);
    assert!(after.has(&format!(
        "li:nth-child(2) .bd a[href=\"{KEYS}/{}\"]",
        made.id
    )));
    // Not after all: the key is there, the step is open.
    mark(&owner, &key, "replace", "false").await;
    assert_eq!(classes(&page(&owner, &key).await)[1], "now");
    app.api(&made.secret).get("/v1/whoami").await.expect(200);
}

#[actix_web::test]
async fn nothing_is_made_in_the_place_of_a_key_that_is_none_or_anothers() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Other").await;
    let theirs = make::key(&app, "other", "theirs");
    make::revoked(&app, &theirs, "compromised");
    let living = generate(&owner, "living").await;
    let form = owner.get(NEW).await.expect(200).page().form(NEW);
    let form = form
        .with("label", "fresh")
        .also("permission", "OBJECTS_LIST");
    for (replaces, status) in [
        (theirs.id.as_str(), 404),
        ("000000000000", 404),
        ("no key", 404),
        (&living.id, 409),
    ] {
        let form = form.clone().also("replaces", replaces);
        owner.submit(&form).await.expect(status);
        let address = format!("{NEW}?replaces={}", replaces.replace(' ', "+"));
        owner.get(&address).await.expect(status);
    }
    assert_eq!(
        app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM keys WHERE label = 'fresh'")),
        "0"
    );
    drop(other);
}

#[actix_web::test]
async fn two_who_tick_at_once_keep_each_others_ticks() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = stolen(&app, &owner, "scraper").await;
    let action = format!("{}/places", incident(&key));
    let (one, two) = (page(&owner, &key).await, page(&admin, &key).await);
    assert_eq!(one.elements("input[name=place]").len(), 2);
    let (one, two) = (one.form(&action), two.form(&action));
    owner
        .submit(&one.also("place", "203.0.113.7 curl/8.5.0"))
        .await
        .expect(303);
    // Their page was older, and had no tick.
    admin
        .submit(&two.also("place", "198.51.100.9 python-requests/2.32"))
        .await
        .expect(303);
    let both = page(&owner, &key).await;
    assert_eq!(both.elements("input[name=place][checked]").len(), 2);
    assert_eq!(classes(&both)[2], "done", "all of them are");
    // What one takes back is taken back, and the step with it.
    let form = both
        .form(&action)
        .without("place")
        .also("place", "203.0.113.7 curl/8.5.0");
    owner.submit(&form).await.expect(303);
    let left = page(&admin, &key).await;
    assert_eq!(left.elements("input[name=place][checked]").len(), 1);
    assert_eq!(classes(&left)[2], "");
    // A place that is none of this key is nobody's.
    owner
        .post(&action, &[("place", "192.0.2.1 made/up")])
        .await
        .expect(409);
    assert_eq!(
        page(&admin, &key)
            .await
            .elements("input[name=place][checked]")
            .len(),
        1
    );
}

#[actix_web::test]
async fn the_page_says_who_called_and_which_address_is_new() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    let about = make::about(
        "group.created",
        "group",
        "018f0000-0000-7000-8000-000000000009",
        "Thieves",
    );
    let who = keyroom::actor::Who::Key {
        id: key.id.parse().expect("an id"),
        label: "scraper".to_owned(),
        permissions: Default::default(),
        secret: 1,
        owner: None,
    };
    make::entry(&app, "brightwater", who, about, app.clock.now());
    let child = generate(&owner, "child").await;
    make::made_with(&app, &child, &key);
    let page = page(&owner, &key).await;
    let rows = page.all("table.called-from tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows[0].starts_with("198.51.100.9 New address python-requests/2.32"),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("203.0.113.7 curl/8.5.0"), "{rows:?}");
    assert!(rows[0].contains("12 served 3 refused"), "{rows:?}");
    assert!(
        page.text()
            .contains("1 caller has an address that this key did not know")
    );
    assert!(
        page.text().contains("created group Thieves"),
        "{}",
        page.text()
    );
    assert!(page.all(".items b").contains(&"child".to_owned()));
    for href in [
        format!("{AUDIT}?key={}", key.id),
        format!("{KEYS}/{}#usage", key.id),
    ] {
        assert!(
            page.has(&format!("li:nth-child(4) a[href=\"{href}\"]")),
            "{href}"
        );
    }
}

#[actix_web::test]
async fn only_admins_of_the_workspace_see_and_change_an_incident() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    let (member, other) = (app.member(Role::Member).await, app.workspace("Other").await);
    for (browser, status) in [(&member, 403), (&other, 404), (&app.stranger(), 303)] {
        browser.get(&incident(&key)).await.expect(status);
        for (what, fields) in [
            ("places", vec![("place", "203.0.113.7 curl/8.5.0")]),
            ("steps", vec![("step", "review"), ("done", "true")]),
            ("notes", vec![("told", "x")]),
            ("closing", vec![("cause", "x"), ("effect", "x")]),
        ] {
            let path = format!("{}/{what}", incident(&key));
            browser.post(&path, &fields).await.expect(status);
        }
    }
    assert_eq!(
        classes(&page(&owner, &key).await),
        ["done", "now", "", "", "", ""]
    );
}

#[actix_web::test]
async fn a_closed_incident_is_written_down_for_good() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    mark(&owner, &key, "review", "true").await;
    let action = format!("{}/places", incident(&key));
    owner
        .post(&action, &[("place", "203.0.113.7 curl/8.5.0")])
        .await
        .expect(303);
    let open = page(&owner, &key).await;
    assert!(
        open.text()
            .contains("Not done yet: make a new key, update your applications, tell others.")
    );
    let closing = format!("{}/closing", incident(&key));
    let form = open.form(&closing);
    let empty = owner.submit(&form).await.expect(422).page();
    assert!(empty.has("#cause-error") && empty.has("#effect-error"));
    let form = form
        .with("cause", "A public notebook,\r\nremoved since")
        .with("effect", "41 files");
    let done = owner.submit(&form).await.expect(303);
    let record = owner.follow(&done).await.expect(200).page();
    for said in [
        "scraper was compromised",
        "A public notebook, removed since",
        "41 files",
        "by Ada Park",
        "New key made Not done",
        "Places that have the new key 203.0.113.7 curl/8.5.0",
        "Places that were not updated 198.51.100.9 python-requests/2.32",
        "Addresses that called first within 7 days before 198.51.100.9",
    ] {
        assert!(record.text().contains(said), "{said} in {}", record.text());
    }
    assert!(record.has("[data-print]") && !record.has("main form"));
    assert!(sentences(&owner, AUDIT).await[0].starts_with("closed the incident of scraper"));
    // Nothing of it changes any more.
    for (what, fields) in [
        ("places", vec![("was", "203.0.113.7 curl/8.5.0")]),
        ("steps", vec![("step", "review"), ("done", "false")]),
        ("notes", vec![("told", "x")]),
        ("closing", vec![("cause", "x"), ("effect", "x")]),
    ] {
        let path = format!("{}/{what}", incident(&key));
        owner.post(&path, &fields).await.expect(409);
    }
    owner
        .get(&format!("{NEW}?replaces={}", key.id))
        .await
        .expect(409);
    app.clock.advance(TimeDelta::days(91));
    let owner = app.sign_in(ADA).await;
    app.sql(|sql| sql.execute("DELETE FROM key_callers"));
    let later = page(&owner, &key).await;
    assert!(later.text().contains("198.51.100.9 python-requests/2.32"));
    // From the entry in the log, too; and nobody has to go on with it.
    let entries = owner
        .get(&format!("{AUDIT}?action=incident.closed"))
        .await
        .expect(200)
        .page();
    let entry = entries.attributes("td.more a", "href").remove(0);
    let entry = owner.get(&entry).await.expect(200).page();
    assert!(entry.has(&format!("a[href=\"{}\"]", incident(&key))));
    assert!(entry.text().contains("How it got out") && entry.text().contains("A public notebook"));
    let list = list(&owner, "").await;
    assert!(!list.text().contains("is open"), "{}", list.text());
    let notices = owner
        .get("/w/brightwater/settings/notices")
        .await
        .expect(200)
        .page();
    assert!(!notices.text().contains("scraper"));
}

#[actix_web::test]
async fn keys_that_were_compromised_before_or_with_another_have_an_incident_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "old").await;
    make::revoked(&app, &key, "compromised");
    let begun = page(&owner, &key).await;
    assert_eq!(classes(&begun), ["done", "now", "", "", "", ""]);
    assert!(
        !list(&owner, "").await.text().contains("is open"),
        "nobody has begun with it"
    );
    mark(&owner, &key, "review", "true").await;
    assert_eq!(
        classes(&page(&owner, &key).await),
        ["done", "now", "", "done", "", ""]
    );
    assert!(
        list(&owner, "")
            .await
            .text()
            .contains("The incident of old is open: 2 of 6")
    );
}

#[actix_web::test]
async fn a_publishable_key_has_an_incident_too_and_its_replacement_leads_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "shop").await.with("kind", "publishable");
    let form = form.with("allowed_origins", "https://shop.example");
    let made = owner.submit(&form).await.expect(303);
    let (_, id) = made.location().split_once("#k-").expect("a card");
    let key = MadeKey {
        id: id.to_owned(),
        secret: String::new(),
    };
    let fields = [("reason", "compromised")];
    owner
        .post(&at(&key, "revocation"), &fields)
        .await
        .expect(303);
    let text = page(&owner, &key).await.text();
    assert!(text.contains("A publishable key is no secret"), "{text}");
    let dialog = owner.get(&format!("{NEW}?replaces={id}")).await;
    let form = dialog.expect(200).page().form(NEW);
    assert_eq!(form.value("kind"), Some("publishable"));
    let made = owner.submit(&form).await.expect(303);
    assert_eq!(made.location(), incident(&key));
    assert_eq!(classes(&page(&owner, &key).await)[1], "done");
}

#[actix_web::test]
async fn the_page_asks_as_often_for_many_callers_as_for_one() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    owner.get(&incident(&key)).await.expect(200);
    let (reply, few) = app.counting(owner.get(&incident(&key))).await;
    reply.expect(200);
    let now = app.clock.now();
    for n in 0..120 {
        let ip = format!("192.0.2.{n}");
        make::caller(&app, &key, (&ip, "curl/8.5.0"), (now, now));
        let child = make::key(&app, "brightwater", &format!("child {n}"));
        make::made_with(&app, &child, &key);
    }
    let (reply, many) = app.counting(owner.get(&incident(&key))).await;
    let page = reply.expect(200).page();
    assert_eq!(many.len(), few.len(), "{many:#?}");
    assert_eq!(page.elements("table.called-from tbody tr").len(), 50);
    assert!(page.text().contains("and 72 more.") && page.text().contains("and 70 more."));
}

#[actix_web::test]
async fn the_security_contact_is_shown_or_where_it_is_set() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = stolen(&app, &owner, "scraper").await;
    let nobody = page(&owner, &key).await;
    assert!(
        nobody
            .text()
            .contains("This workspace names no security contact")
    );
    let way = "/w/brightwater/settings/general#security";
    assert!(nobody.has(&format!("ol.guided a[href=\"{way}\"]")));
    let general = owner
        .get("/w/brightwater/settings/general")
        .await
        .expect(200)
        .page();
    assert!(general.has("#security"));
    app.sql(|sql| {
        sql.execute("UPDATE workspaces SET security_contact = 'security@brightwater.example'")
    });
    let named = page(&owner, &key).await;
    assert!(named.has("ol.guided a[href=\"mailto:security@brightwater.example\"]"));
    assert!(!named.text().contains("names no security contact"));
}

#[actix_web::test]
async fn of_a_compromised_personal_key_its_owner_is_told_who_sees_to_it_and_an_admin_whose_it_was()
{
    const OWN: &str = "/w/brightwater/account/api-keys";
    const SAM: &str = "sam@brightwater.example";
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let given = [keyroom::permissions::Permission::ObjectsList];
    let key = make::personal(&app, ("brightwater", &sam), "laptop", &given);
    let theirs = app.sign_in(SAM).await;
    let address = format!("{OWN}/{}/revocation", key.id);
    let asked = theirs
        .get(&format!("{address}?reason=compromised"))
        .await
        .expect(200);
    let form = asked.page().form(&address);
    assert_eq!(form.value("reason"), Some("compromised"));
    let done = theirs.submit(&form).await.expect(303);
    assert_eq!(done.location(), OWN);
    let list = theirs.follow(&done).await.expect(200).page();
    assert!(
        list.one("#flash")
            .contains("The admins are told that it may be compromised")
    );
    for page in [format!("{OWN}?status=revoked"), format!("{OWN}/{}", key.id)] {
        let page = theirs.get(&page).await.expect(200).page();
        let ways = page.attributes("a", "href");
        assert!(
            !ways
                .iter()
                .any(|way| way.contains("/settings/api-keys") || way.ends_with("/incident")),
            "{ways:?}"
        );
    }
    let incident = page(&owner, &key).await;
    assert!(
        incident
            .text()
            .contains("It was a personal key of Sam Okafor")
    );
    assert!(incident.text().contains("Generate workspace key"));
    let path = format!("{NEW}?replaces={}", key.id);
    let form = owner.get(&path).await.expect(200).page().form(NEW);
    let new = shown(&owner.submit(&form).await.expect(201));
    let query = format!(
        "SELECT coalesce(owner_member_id::text, 'the workspace') AS line FROM keys WHERE id = '{}'",
        new.id
    );
    assert_eq!(app.sql(|sql| sql.line(&query)), "the workspace");
}
