//! The list of keys: filters, pages, and what stands there when nothing does.

use chrono::TimeDelta;
use keyroom::{keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{ADA, KEYS, generate, labels, list, press, state},
    support::{TestApp, make},
};

#[actix_web::test]
async fn a_workspace_without_keys_says_what_to_do_next() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = list(&owner, "").await;
    assert_eq!(page.one("#empty"), "No API keys yet");
    assert_eq!(page.all("a#new-key"), ["Generate new key"]);
    assert!(!page.has("nav.tools"), "nothing to filter");
}

#[actix_web::test]
async fn filters_show_and_count_the_keys_of_one_state() {
    let app = TestApp::start();
    app.set_up().await;
    let brief = make::key_with(
        &app,
        "brightwater",
        "brief",
        Permission::ALL,
        Lifetime::Days(1),
    );
    app.clock.advance(TimeDelta::days(2));
    let owner = app.sign_in(ADA).await;
    for label in ["one", "two", "three"] {
        generate(&owner, label).await;
    }
    let off = generate(&owner, "off").await;
    press(&owner, &off, "deactivation").await.expect(303);
    let gone = generate(&owner, "gone").await;
    make::revoked(&app, &gone, "unneeded");

    let page = list(&owner, "").await;
    assert_eq!(
        labels(&page),
        ["off", "three", "two", "one", "brief"],
        "newest first"
    );
    assert_eq!(
        page.all("nav.tools a"),
        [
            "All 5",
            "Active 3",
            "Deactivated 1",
            "Expired 1",
            "Revoked 1"
        ]
    );
    assert_eq!(state(&page, &brief), "Expired");
    for (status, wanted) in [
        ("active", vec!["three", "two", "one"]),
        ("deactivated", vec!["off"]),
        ("expired", vec!["brief"]),
        ("revoked", vec!["gone"]),
    ] {
        let page = list(&owner, status).await;
        assert_eq!(labels(&page), wanted, "{status}");
        assert_eq!(
            page.elements("nav.tools a[aria-current]").len(),
            1,
            "{status}"
        );
    }
    owner
        .get(&format!("{KEYS}?status=asleep"))
        .await
        .expect(404);
}

#[actix_web::test]
async fn each_filter_without_a_key_says_why() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    assert!(
        list(&owner, "expired")
            .await
            .text()
            .contains("No key in this workspace is expired.")
    );
    assert_eq!(
        list(&owner, "revoked").await.one("#empty"),
        "No revoked keys"
    );
    make::revoked(&app, &key, "unneeded");
    assert_eq!(list(&owner, "").await.one("#empty"), "No keys in use");
    assert_eq!(list(&owner, "active").await.one("#empty"), "No keys match");
}

#[actix_web::test]
async fn paging_over_a_hundred_and_five_keys_shows_each_once_there_and_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for i in 0..105 {
        make::key(&app, "brightwater", &format!("key-{i:03}"));
    }
    // Equal times: the id decides.
    app.sql(|sql| sql.execute("UPDATE keys SET created_at = (SELECT min(created_at) FROM keys)"));
    let mut pages = Vec::new();
    let mut next = KEYS.to_owned();
    loop {
        let page = owner.get(&next).await.expect(200).page();
        pages.push(labels(&page));
        let Some(older) = page.attributes("a#next", "href").pop() else {
            break;
        };
        next = older;
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 5]);
    let mut all = pages.concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 105, "nothing twice, nothing missing");
    let mut back = Vec::new();
    loop {
        let page = owner.get(&next).await.expect(200).page();
        back.push(labels(&page));
        let Some(newer) = page.attributes("a#previous", "href").pop() else {
            break;
        };
        next = newer;
    }
    back.reverse();
    assert_eq!(back, pages);
    for wrong in ["before=x", "after=MTp4", "before=%00", "before=a&after=b"] {
        assert!(
            [400, 404, 422].contains(&owner.get(&format!("{KEYS}?{wrong}")).await.status),
            "{wrong}"
        );
    }
}
