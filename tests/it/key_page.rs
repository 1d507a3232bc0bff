//! A key's own page: its calls, day by day, and its history.

use chrono::{DateTime, TimeDelta, Utc};
use keyroom::actor::Role;

use crate::{
    scenes::{GENERAL, KEYS, at, fact, generate, list, press},
    support::{
        Browser, TestApp,
        make::{self, MadeKey},
        page::Page,
    },
};

async fn own(browser: &Browser, key: &MadeKey) -> Page {
    let address = format!("{KEYS}/{}", key.id);
    browser.get(&address).await.expect(200).page()
}

/// The table: day, requests, refused; the newest day first.
fn table(page: &Page) -> Vec<Vec<String>> {
    let rows = page.elements("table.numbers tbody tr");
    rows.into_iter()
        .map(|row| {
            let words = row.text().map(str::trim).filter(|text| !text.is_empty());
            words.map(str::to_owned).collect()
        })
        .collect()
}

fn number(text: &str) -> i64 {
    text.replace(',', "").parse().expect("a number")
}

/// What the columns say of themselves: "20 Nov: 5 requests, 0 refused".
fn columns(page: &Page) -> Vec<String> {
    page.all("svg.columns .col title")
}

/// Card, summary, columns, rows and sum agree to the digit; the sum.
async fn agreed(browser: &Browser, key: &MadeKey) -> (i64, i64) {
    let page = own(browser, key).await;
    let rows = table(&page);
    assert_eq!(rows.len(), 28);
    let sum = |column: usize| rows.iter().map(|row| number(&row[column])).sum::<i64>();
    let (served, refused) = (sum(1), sum(2));
    let foot = page.all("table.numbers tfoot td");
    assert_eq!([number(&foot[0]), number(&foot[1])], [served, refused]);
    let summary = page.one(".key-calls .hd p");
    let (said, _) = summary
        .split_once(" request")
        .expect("a number of requests");
    assert_eq!(number(said), served, "{summary}");
    let card = list(browser, "").await;
    assert_eq!(number(&fact(&card, key, "Requests, 28 days")), served);
    let columns = columns(&page);
    assert_eq!(columns.len(), 28);
    for (column, row) in columns.iter().rev().zip(&rows) {
        let (day, said) = column.split_once(": ").expect("a day");
        assert!(row[0].starts_with(day), "{column} and {row:?}");
        let requests = if row[1] == "1" { "request" } else { "requests" };
        assert_eq!(said, format!("{} {requests}, {} refused", row[1], row[2]));
    }
    (served, refused)
}

async fn in_zone(browser: &Browser, zone: &str) {
    let form = browser.get(GENERAL).await.expect(200).page().form(GENERAL);
    browser
        .submit(&form.with("time_zone", zone))
        .await
        .expect(303);
}

#[actix_web::test]
async fn picture_table_and_card_agree_in_every_zone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    // Every seven hours for forty days, and the very last hour.
    let now = app.clock.now();
    for n in 0..137_i64 {
        let at = now - TimeDelta::hours(7 * n);
        make::called(&app, &key, "served", 1_000 + n, at);
        if n % 5 == 0 {
            make::called(&app, &key, "key_deactivated", 3, at);
        }
    }
    for zone in [
        "UTC",
        "Asia/Kolkata",
        "Pacific/Kiritimati",
        "America/St_Johns",
    ] {
        in_zone(&owner, zone).await;
        let (served, refused) = agreed(&owner, &key).await;
        // 28 days are 96 times seven hours; today has begun.
        assert!((90_000..110_000).contains(&served), "{zone}: {served}");
        assert!((51..66).contains(&refused), "{zone}: {refused}");
        let page = own(&owner, &key).await;
        let said = page.one(".key-calls .muted");
        assert!(
            said.starts_with(&format!("Days are those of {zone}.")),
            "{said}"
        );
        let splits = ["Asia/Kolkata", "America/St_Johns"].contains(&zone);
        assert_eq!(said.contains("an hour across midnight"), splits, "{said}");
    }
}

#[actix_web::test]
async fn an_hour_across_midnight_belongs_to_the_day_in_which_it_begins() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    in_zone(&owner, "Asia/Kolkata").await;
    // Midnight there is at 18:30. It is noon of UTC two days on, whatever the hour is now.
    let day = app.clock.now().date_naive();
    let hour = |n: u32| day.and_hms_opt(n, 0, 0).expect("an hour").and_utc();
    make::called(&app, &key, "served", 1, hour(17));
    make::called(&app, &key, "served", 20, hour(18));
    make::called(&app, &key, "served", 300, hour(19));
    app.clock
        .advance(hour(12) + TimeDelta::days(1) - app.clock.now());
    let owner = app.sign_in(crate::scenes::ADA).await;
    let rows = table(&own(&owner, &key).await);
    let said = |row: &Vec<String>| (row[0].clone(), number(&row[1]));
    let date = |at: DateTime<Utc>| at.format("%-d %b %Y").to_string();
    assert_eq!(said(&rows[0]), (date(hour(0) + TimeDelta::days(1)), 300));
    assert_eq!(said(&rows[1]), (date(hour(0)), 21));
    assert_eq!(agreed(&owner, &key).await, (321, 0));
}

#[actix_web::test]
async fn refused_calls_are_told_apart_and_a_quiet_month_has_a_sentence() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let page = own(&owner, &key).await;
    assert!(!page.has("svg.columns") && !page.has("table.numbers"));
    assert_eq!(
        page.one(".key-calls .bd"),
        "No program has used this key in the last 28 days."
    );
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    press(&owner, &key, "deactivation").await.expect(303);
    for _ in 0..2 {
        app.api(&key.secret).get("/v1/whoami").await.expect(401);
    }
    app.write_counts().await;
    assert_eq!(agreed(&owner, &key).await, (1, 2));
    let page = own(&owner, &key).await;
    assert_eq!(
        page.one(".key-calls .hd p"),
        "1 request in 28 days. 2 more were refused."
    );
    let today = columns(&page).pop().expect("a column");
    assert!(today.ends_with("1 request, 2 refused"), "{today}");
    assert_eq!(page.elements("svg.columns rect.served").len(), 1);
    assert_eq!(page.elements("svg.columns rect.refused").len(), 1);
}

#[actix_web::test]
async fn the_history_has_the_newest_entries_about_this_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let other = generate(&owner, "other").await;
    press(&owner, &other, "deactivation").await.expect(303);
    let said = |page: &Page| page.all(".key-history .said");
    let page = own(&owner, &key).await;
    assert_eq!(said(&page), ["generated key ci"]);
    assert!(page.all(".key-history .who")[1].ends_with("Ada Park"));
    assert!(page.attributes(".key-history time", "title")[0].ends_with("UTC"));
    let member = app.member(Role::Member).await;
    press(&member, &key, "deactivation").await.expect(403);
    for n in 0..6 {
        let address = at(&key, "edit");
        let form = owner.get(&address).await.page().form(&address);
        let form = form.with("label", &format!("ci-{n}"));
        owner.submit(&form).await.expect(303);
        let what = ["deactivation", "activation"][n % 2];
        press(&owner, &key, what).await.expect(303);
    }
    let page = own(&owner, &key).await;
    let history = said(&page);
    assert_eq!(history.len(), 10);
    assert_eq!(history[0], "activated key ci-5");
    assert_eq!(history[1], "edited key ci-5");
    assert!(!history.iter().any(|s| s.contains("other")), "{history:?}");
    let changed = page.all(".key-history .changes tbody tr");
    assert!(
        changed.contains(&"Label ci-4 ci-5".to_owned()),
        "{changed:?}"
    );
    let all = page.attributes(".key-history .hd a", "href");
    assert_eq!(
        all,
        [format!("/w/brightwater/settings/audit-log?key={}", key.id)]
    );
}

#[actix_web::test]
async fn a_menu_offers_what_fits_the_state() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let menu = |page: &Page| page.all(&format!("#m-{} li", key.id));
    let page = list(&owner, "").await;
    let kept = [
        "Edit",
        "Rotate key…",
        "Make another like this",
        "It may be compromised",
    ];
    assert_eq!(menu(&page), kept);
    let button = format!("button[popovertarget='m-{}']", key.id);
    assert_eq!(
        page.attributes(&button, "aria-label"),
        ["More actions for ci"]
    );
    let acts = |page: &Page| page.all(".page-head .acts a");
    assert_eq!(
        acts(&own(&owner, &key).await),
        ["Edit", "Rotate key…", "Make another like this"]
    );
    // From the key's own page an edit leads back to it.
    let address = own(&owner, &key).await.attributes("#edit-key", "href");
    let form = owner.get(&address[0]).await.expect(200).page();
    let form = form.form(&at(&key, "edit")).with("label", "ci-2");
    let reply = owner.submit(&form).await.expect(303);
    assert_eq!(reply.location(), format!("{KEYS}/{0}#k-{0}", key.id));
    make::revoked(&app, &key, "unneeded");
    assert_eq!(
        menu(&list(&owner, "revoked").await),
        ["Make another like this", "It may be compromised"]
    );
    assert_eq!(acts(&own(&owner, &key).await), ["Make another like this"]);
}
