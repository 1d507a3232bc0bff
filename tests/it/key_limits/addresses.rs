//! From where a key may be used.

use super::*;

#[actix_web::test]
async fn a_call_from_elsewhere_is_refused_and_told_which_address_was_seen() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "office", OFFICE, "").await;
    for inside in [
        "203.0.113.7",
        "::ffff:203.0.113.255",
        "2001:db8:7::1",
        "[2001:db8:7:ffff::9]:4711",
        // What the client claims stands before what the proxy saw.
        "8.8.8.8, 203.0.113.7",
    ] {
        from(&app, &key, inside).get(WHOAMI).await.expect(200);
    }
    for (outside, seen) in [
        ("203.0.114.7", "203.0.114.7"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:8::1", "2001:db8:8::1"),
        ("203.0.113.7, 198.51.100.9", "198.51.100.9"),
        ("unknown", "127.0.0.1"),
    ] {
        let reply = from(&app, &key, outside).get(WHOAMI).await;
        assert!(!reply.headers.contains_key("ratelimit"), "{outside}");
        let document = problem(reply, 403, "ip_not_allowed");
        assert_eq!(
            document["detail"],
            format!("This key may not be used from {seen}."),
            "{outside}"
        );
    }
    // The ladder: state, then the address, then the browser, then what is asked for.
    let foreign = from(&app, &key, "198.51.100.1");
    let origin = [("origin", "https://evil.example")];
    let reply = foreign.send(Method::GET, WHOAMI, &origin, "").await;
    problem(reply, 403, "ip_not_allowed");
    problem(foreign.get("/v1/config").await, 403, "ip_not_allowed");
    press(&owner, &key, "deactivation").await.expect(303);
    problem(foreign.get(WHOAMI).await, 401, "key_deactivated");
}

#[actix_web::test]
async fn a_changed_list_holds_for_the_next_call_and_can_be_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    assert_eq!(
        limits(&app, &key).await,
        json!({"rate_limit_per_minute": 500, "allowed_ips": []})
    );
    let reply = edited(
        &owner,
        &key,
        " 203.0.113.7 \r\n\r\n10.0.0.0/8\n203.0.113.7/32",
        "40",
    )
    .await;
    let page = owner.follow(&reply.expect(303)).await.page();
    let flash = page.one("#flash");
    assert!(
        flash.starts_with("ci is saved. Allowed addresses and rate limit changed."),
        "{flash}"
    );
    problem(
        from(&app, &key, "203.0.113.8").get(WHOAMI).await,
        403,
        "ip_not_allowed",
    );
    let inside = from(&app, &key, "203.0.113.7")
        .get(WHOAMI)
        .await
        .expect(200)
        .json();
    let expected =
        json!({"rate_limit_per_minute": 40, "allowed_ips": ["10.0.0.0/8", "203.0.113.7/32"]});
    assert_eq!(inside["limits"], expected);

    let page = owner.get(&format!("{KEYS}/{}", key.id)).await.page();
    assert_eq!(
        fact(&page, &key, "Allowed addresses"),
        "10.0.0.0/8, 203.0.113.7"
    );
    assert_eq!(fact(&page, &key, "Rate limit"), "40 a minute Its own");
    let card = list(&owner, "").await.one(&format!("#k-{} .val", key.id));
    assert!(
        card.contains("Only from 10.0.0.0/8 and 1 more, 40 a minute"),
        "{card}"
    );
    let told =
        "SELECT concat(before, ' ', after) AS line FROM audit_events WHERE action = 'key.edited'";
    assert_eq!(
        app.sql(|sql| sql.line(told)),
        r#"{"allowed_ips": null, "rate_limit_per_minute": null} {"allowed_ips": ["10.0.0.0/8", "203.0.113.7/32"], "rate_limit_per_minute": 40}"#
    );
    let log = owner.get(AUDIT).await.page().text();
    for words in [
        "Allowed addresses",
        "10.0.0.0/8, 203.0.113.7/32",
        "Rate limit",
        "40 a minute",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    let undo = owner.get(KEYS).await.page();
    assert!(!undo.has("#flash form"), "it was shown once");
    let entry = "SELECT id::text AS line FROM audit_events WHERE action = 'key.edited'";
    let entry = app.sql(|sql| sql.line(entry));
    owner
        .post(&at(&key, &format!("edits/{entry}/reversal")), &[])
        .await
        .expect(303);
    assert_eq!(
        limits(&app, &key).await,
        json!({"rate_limit_per_minute": 500, "allowed_ips": []})
    );
}

#[actix_web::test]
async fn my_address_is_added_to_the_form_and_nothing_else_happens() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let own = owner.get(NEW).await.page().one("#own-ip");
    let form = filled(&owner, "ci")
        .await
        .with("allowed_ips", "10.0.0.0/8\noops");
    let asked = form
        .with("rate_limit_per_minute", "x")
        .also("apply", "address");
    let page = owner.submit(&asked).await.expect(200).page();
    let again = page.form(NEW);
    assert_eq!(
        again.value("allowed_ips"),
        Some(format!("10.0.0.0/8\noops\n{own}").as_str())
    );
    assert_eq!(again.value("rate_limit_per_minute"), Some("x"));
    assert_eq!(
        (again.value("label"), again.value("permission")),
        (Some("ci"), Some("OBJECTS_LIST"))
    );
    assert!(
        page.has("#allowed_ips[autofocus]")
            && !page.has("#label[autofocus]")
            && mistakes(&page).is_empty()
    );
    assert!(list(&owner, "").await.all("article.key").is_empty());
    let key = limited(&owner, "mine", &own, "").await;
    from(&app, &key, &own).get(WHOAMI).await.expect(200);

    // The same in *Edit*: what the form was made of stays with it.
    let asked = opened(&owner, &key)
        .await
        .with("allowed_ips", "")
        .also("apply", "address");
    let page = owner.submit(&asked).await.expect(200).page();
    let again = page.form(&at(&key, "edit"));
    assert_eq!(again.value("allowed_ips"), Some(own.as_str()));
    let saved = owner.submit(&again).await.expect(303);
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(flash.starts_with("Nothing changed."), "{flash}");
}

#[actix_web::test]
async fn whoever_would_shut_out_those_who_call_is_told_whom_and_asked_once_more() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let now = app.clock.now();
    make::called_from(
        &app,
        &key,
        ("198.51.100.1", "curl/8"),
        3,
        now - TimeDelta::days(2),
    );
    make::called_from(
        &app,
        &key,
        ("198.51.100.1", "node"),
        3,
        now - TimeDelta::days(3),
    );
    make::called_from(
        &app,
        &key,
        ("203.0.113.9", "curl/8"),
        3,
        now - TimeDelta::days(1),
    );
    make::called_from(
        &app,
        &key,
        ("192.0.2.1", "curl/8"),
        3,
        now - TimeDelta::days(29),
    );
    let form = opened(&owner, &key).await.with("allowed_ips", OFFICE);
    let page = owner.submit(&form).await.expect(422).page();
    assert!(
        page.title().starts_with("Error: Edit ci"),
        "{}",
        page.title()
    );
    assert_eq!(page.all("#excluded li"), ["198.51.100.1 , last 2 days ago"]);
    let again = page.form(&at(&key, "edit"));
    assert_eq!(again.value("allowed_ips"), Some(OFFICE));
    assert_eq!(again.value("confirmed_ips"), None, "nobody has ticked it");
    owner.submit(&again).await.expect(422);
    let kept = opened(&owner, &key).await;
    assert_eq!(kept.value("allowed_ips"), Some(""), "nothing was saved");
    // A tick is for the list that was seen, not for a narrower one.
    let tick = page.attributes("#excluded input", "value").remove(0);
    let other = again
        .clone()
        .with("allowed_ips", "203.0.113.128/25")
        .also("confirmed_ips", &tick);
    let page = owner.submit(&other).await.expect(422).page();
    assert_eq!(page.all("#excluded li").len(), 2);
    owner
        .submit(&again.also("confirmed_ips", &tick))
        .await
        .expect(303);
    problem(
        from(&app, &key, "198.51.100.1").get(WHOAMI).await,
        403,
        "ip_not_allowed",
    );
    // Nobody is asked about a list that stays, or about a wider one.
    let form = opened(&owner, &key).await.with("label", "ci-2");
    owner.submit(&form).await.expect(303);
    let wider = format!("{OFFICE}\n198.51.100.0/24");
    edited(&owner, &key, &wider, "").await.expect(303);
    edited(&owner, &key, "", "").await.expect(303);
}

/// "203.0.113.7 curl/8.5.0 …", whoever called last comes first.
fn rows(page: &Page) -> Vec<String> {
    page.all("table.callers tbody tr")
}

#[actix_web::test]
async fn the_page_of_a_key_says_from_where_it_is_used() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let own = format!("{KEYS}/{}", key.id);
    let page = owner.get(&own).await.expect(200).page();
    assert!(
        page.text()
            .contains("Nobody has called with this key in the last 90 days.")
    );
    let one = from(&app, &key, "203.0.113.7");
    one.get(WHOAMI).await.expect(200);
    let bearer = format!("Bearer {}", key.secret);
    let firefox = [
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ),
        ("x-forwarded-for", "2001:db8::9"),
        ("authorization", bearer.as_str()),
    ];
    let served = send(&app.address, Method::GET, WHOAMI, &firefox, Vec::new()).await;
    served.expect(200);
    problem(one.get("/v1/config").await, 403, "permission_missing");
    let mut wrong = key.secret.clone();
    wrong.replace_range(54.., if wrong.ends_with('0') { "1" } else { "0" });
    app.api(&wrong).get(WHOAMI).await.expect(401);
    // Counts are also written by the server itself, at any moment.
    app.write_counts().await;
    let mut page = owner.get(&own).await.expect(200).page();
    while rows(&page).len() < 2 {
        sleep(Duration::from_millis(50)).await;
        page = owner.get(&own).await.expect(200).page();
    }
    assert_eq!(
        rows(&page),
        [
            "203.0.113.7 curl/8.5.0 First just now Last just now 1 in 28 days 1 refused",
            "2001:db8::9 Firefox on Linux First just now Last just now 1 in 28 days",
        ]
    );
    assert!(
        !page.has(&format!("a[href='{own}/callers']")),
        "these are all"
    );
    let now = app.clock.now();
    for n in 0..60 {
        make::called_from(
            &app,
            &key,
            (&format!("198.51.100.{n}"), "node"),
            1_000 + n,
            now - TimeDelta::days(n),
        );
    }
    let page = owner.get(&own).await.expect(200).page();
    assert_eq!(rows(&page).len(), 10);
    let all = owner
        .get(&format!("{own}/callers"))
        .await
        .expect(200)
        .page();
    assert_eq!(rows(&all).len(), 50);
    let next = all
        .attributes("#list nav a", "href")
        .pop()
        .expect("a way on");
    let rest = owner.get(&next).await.expect(200).page();
    assert_eq!(rows(&rest).len(), 12);
    assert!(
        rows(&rest)[11].contains("0 in 28 days"),
        "{:?}",
        rows(&rest)
    );
    for nowhere in [
        "?page=3",
        "?page=0",
        "?page=-1",
        "?page=99999999999999",
        "?page=x",
        "?q=1",
    ] {
        let reply = owner.get(&format!("{own}/callers{nowhere}")).await;
        assert!(
            [400, 404].contains(&reply.status),
            "{nowhere}: {}",
            reply.status
        );
    }
}
