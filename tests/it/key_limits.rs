//! From where a key may be used, and how often: asked at creation and in *Edit*, held at every call.

use std::time::Duration;

use actix_web::{http::Method, rt::time::sleep};
use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::{
        AUDIT, GENERAL, KEYS, NEW, at, fact, filled, generate, list, press, problem, sentences,
        shown,
    },
    support::{
        Browser, TestApp,
        http::{Reply, send},
        make::{self, MadeKey},
        page::{Form, Page},
        program::Program,
    },
};

const WHOAMI: &str = "/v1/whoami";
const OFFICE: &str = "203.0.113.0/24\n2001:db8:7::/48";

/// A call whose way the proxy tells as `forwarded`.
fn from(app: &TestApp, key: &MadeKey, forwarded: &str) -> Program {
    Program::new(&app.address, forwarded.to_owned(), Some(&key.secret))
}

async fn limited(owner: &Browser, label: &str, ips: &str, rate: &str) -> MadeKey {
    let form = filled(owner, label).await.with("allowed_ips", ips);
    let form = form.with("rate_limit_per_minute", rate);
    shown(&owner.submit(&form).await.expect(201))
}

async fn opened(browser: &Browser, key: &MadeKey) -> Form {
    let address = at(key, "edit");
    let page = browser.get(&address).await.expect(200).page();
    page.form(&address)
}

async fn edited(owner: &Browser, key: &MadeKey, ips: &str, rate: &str) -> Reply {
    let form = opened(owner, key).await.with("allowed_ips", ips);
    owner
        .submit(&form.with("rate_limit_per_minute", rate))
        .await
}

async fn limits(app: &TestApp, key: &MadeKey) -> Value {
    let document = app.api(&key.secret).get(WHOAMI).await.expect(200).json();
    for field in ["rate_limit_per_minute", "allowed_ips"] {
        assert_eq!(document["key"][field], document["limits"][field]);
    }
    document["limits"].clone()
}

fn mistakes(page: &Page) -> Vec<String> {
    page.all("dialog p.err")
}

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
async fn mistakes_in_limits_are_told_at_their_fields_and_nothing_is_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let wrong = form
        .with("allowed_ips", "10.0.0.0/8\n203.0.113.7/24")
        .with("rate_limit_per_minute", "fast");
    let page = owner.submit(&wrong).await.expect(422).page();
    assert_eq!(
        mistakes(&page),
        [
            "Line 2: 203.0.113.7/24 begins inside its range. Write 203.0.113.0/24 for the whole range, or 203.0.113.7 for \
             the one address",
            "Enter a number of requests a minute from 1 to 1000000"
        ]
    );
    assert!(page.has("#limits[open]"), "where the mistakes are");
    let again = page.form(NEW);
    assert_eq!(
        again.value("allowed_ips"),
        Some("10.0.0.0/8\n203.0.113.7/24")
    );
    assert_eq!(again.value("rate_limit_per_minute"), Some("fast"));
    for (ips, rate) in [
        ("example.com", ""),
        ("10.0.0.0/33", ""),
        ("", "0"),
        ("", "1000001"),
        ("", "-5"),
    ] {
        let form = again
            .clone()
            .with("allowed_ips", ips)
            .with("rate_limit_per_minute", rate);
        let page = owner.submit(&form).await.expect(422).page();
        assert_eq!(mistakes(&page).len(), 1, "{ips} {rate}");
    }
    assert!(list(&owner, "").await.all("article.key").is_empty());
    // What is as good as no limit is told.
    let whole = again
        .with("allowed_ips", "0.0.0.0/0")
        .with("rate_limit_per_minute", "1000000");
    let page = owner.submit(&whole).await.expect(201).page();
    let said = page.one("#reveal");
    assert!(
        said.contains("0.0.0.0/0 allows every IPv4 address."),
        "{said}"
    );
    assert!(
        said.contains("Only from 0.0.0.0/0, 1,000,000 a minute"),
        "{said}"
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

#[actix_web::test]
async fn two_who_edit_different_limits_do_not_undo_each_other() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = generate(&owner, "ci").await;
    let (mine, theirs) = (opened(&owner, &key).await, opened(&admin, &key).await);
    admin
        .submit(&theirs.with("rate_limit_per_minute", "70"))
        .await
        .expect(303);
    let reply = owner
        .submit(&mine.with("allowed_ips", "127.0.0.0/8\n0.0.0.0/0"))
        .await
        .expect(303);
    let flash = owner.follow(&reply).await.page().one("#flash");
    assert!(
        flash.contains("0.0.0.0/0 allows every IPv4 address."),
        "{flash}"
    );
    assert!(
        flash
            .contains("changed the rate limit from that of the workspace to 70 a minute meanwhile"),
        "{flash}"
    );
    let both = limits(&app, &key).await;
    assert_eq!(
        both,
        json!({"rate_limit_per_minute": 70, "allowed_ips": ["0.0.0.0/0", "127.0.0.0/8"]})
    );
    // The same one, otherwise: nothing is saved, and it is told.
    let (mine, theirs) = (opened(&owner, &key).await, opened(&admin, &key).await);
    admin
        .submit(&theirs.with("rate_limit_per_minute", "80"))
        .await
        .expect(303);
    let page = owner
        .submit(&mine.with("rate_limit_per_minute", "90"))
        .await
        .expect(409)
        .page();
    let told = page.one("dialog .notice li");
    assert!(
        told.contains("changed the rate limit from 70 a minute to 80 a minute"),
        "{told}"
    );
    assert!(
        told.ends_with("Saving again changes it to 90 a minute."),
        "{told}"
    );
    assert_eq!(limits(&app, &key).await["rate_limit_per_minute"], 80);
}

#[actix_web::test]
async fn a_form_that_no_page_has_made_changes_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let member = app.member(Role::Member).await;
    make::workspace(&app, "Elsewhere");
    let elsewhere = app.sign_in(&make::owner_email("Elsewhere")).await;
    let form = opened(&owner, &key).await.with("allowed_ips", "0.0.0.0/0");
    app.stranger().submit(&form).await.expect(303);
    member.submit(&form).await.expect(403);
    elsewhere.submit(&form).await.expect(404);
    for (field, value) in [
        ("was_allowed_ips", "everywhere"),
        ("was_rate_limit_per_minute", "-1"),
    ] {
        owner
            .submit(&form.clone().with(field, value))
            .await
            .expect(400);
    }
    let callers = at(&key, "callers");
    app.stranger().get(&callers).await.expect(303);
    member.get(&callers).await.expect(403);
    elsewhere.get(&callers).await.expect(404);
    assert_eq!(limits(&app, &key).await["allowed_ips"], json!([]));
}

#[actix_web::test]
async fn a_new_key_like_another_has_its_limits() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "office", OFFICE, "75").await;
    let page = owner
        .get(&format!("{NEW}?like={}", key.id))
        .await
        .expect(200)
        .page();
    let form = page.form(NEW);
    assert_eq!(form.value("allowed_ips"), Some(OFFICE));
    assert_eq!(form.value("rate_limit_per_minute"), Some("75"));
}

/// Two hundred at once, of which fifty are within the limit.
#[actix_web::test]
async fn of_many_calls_at_once_just_as_many_are_served_as_the_minute_has() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "busy", "", "50").await;
    let call = async || {
        let mut reply = app.api(&key.secret).get(WHOAMI).await;
        // Too many at once for the database, which uses nothing up.
        while reply.status == 503 {
            reply = app.api(&key.secret).get(WHOAMI).await;
        }
        reply
    };
    let calls = join_all((0..200).map(|_| call())).await;
    let (served, limited): (Vec<Reply>, Vec<Reply>) =
        calls.into_iter().partition(|reply| reply.status == 200);
    assert_eq!((served.len(), limited.len()), (50, 150));
    let mut left: Vec<u32> = served.iter().map(|reply| told(reply).0).collect();
    left.sort_unstable();
    assert_eq!(
        left,
        (0..50).collect::<Vec<u32>>(),
        "each is told what it left"
    );
    for reply in limited {
        let (left, seconds) = told(&reply);
        let wait: u32 = reply.header("retry-after").parse().expect("seconds");
        assert_eq!(left, 0);
        assert!(
            (1..=60).contains(&wait) && wait.abs_diff(seconds) <= 1,
            "{wait} {seconds}"
        );
        problem(reply, 429, "rate_limited");
    }
    app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(
        told(&app.api(&key.secret).get(WHOAMI).await.expect(200)).0,
        49
    );
}

/// What is left, and for how many seconds.
#[track_caller]
fn told(reply: &Reply) -> (u32, u32) {
    let policy = reply.header("ratelimit-policy");
    assert!(
        policy.starts_with("\"default\";q=") && policy.ends_with(";w=60"),
        "{policy}"
    );
    let rate = reply
        .header("ratelimit")
        .strip_prefix("\"default\";r=")
        .expect("what is left");
    let (left, seconds) = rate.split_once(";t=").expect("for how long");
    let seconds = seconds.parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    (left.parse().expect("a number"), seconds)
}

#[actix_web::test]
async fn what_is_refused_uses_nothing_up_and_a_changed_limit_holds_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = limited(&owner, "slow", "", "3").await;
    let program = app.api(&key.secret);
    let left = async || told(&program.get(WHOAMI).await.expect(200)).0;
    assert_eq!(left().await, 2);
    for _ in 0..5 {
        problem(program.get("/v1/config").await, 403, "permission_missing");
        let origin = [("origin", "https://evil.example")];
        program
            .send(Method::GET, WHOAMI, &origin, "")
            .await
            .expect(403);
    }
    assert_eq!((left().await, left().await), (1, 0));
    program.get(WHOAMI).await.expect(429);
    // More, and then less than was used already.
    edited(&owner, &key, "", "10").await.expect(303);
    assert_eq!(left().await, 6);
    edited(&owner, &key, "", "4").await.expect(303);
    program.get(WHOAMI).await.expect(429);
    // None of its own: that of the workspace, and what that is now.
    edited(&owner, &key, "", "").await.expect(303);
    let form = owner
        .get(GENERAL)
        .await
        .expect(200)
        .page()
        .form("#lifetimes-form");
    assert_eq!(form.value("default_rate_limit_per_minute"), Some("500"));
    let saved = owner
        .submit(&form.clone().with("default_rate_limit_per_minute", "6"))
        .await
        .expect(303);
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(
        flash.contains("Keys without a limit of their own have 6 a minute"),
        "{flash}"
    );
    assert_eq!(left().await, 1);
    let program = app.api(&key.secret);
    program.get(WHOAMI).await.expect(200);
    program.get(WHOAMI).await.expect(429);
    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        "changed settings of Brightwater"
    );
    let page = owner
        .submit(&form.with("default_rate_limit_per_minute", "0"))
        .await
        .expect(422)
        .page();
    assert!(
        page.text()
            .contains("Enter a number of requests a minute from 1 to 1000000")
    );
}

/// A key that is allowed to change settings, and not that one.
#[actix_web::test]
async fn a_call_that_is_refused_after_it_was_let_in_uses_nothing_up_either() {
    let app = TestApp::start();
    app.set_up().await;
    let permissions = [Permission::ConfigChange, Permission::ConfigList];
    let key = make::key_with(
        &app,
        "brightwater",
        "config",
        &permissions,
        Lifetime::Unlimited,
    );
    let program = app.api(&key.secret);
    let all = json!({"default_member_permissions": ["FILE_DELETE"]});
    let refused = program.patch("/v1/config", &all).await;
    assert_eq!(told(&refused).0, 500);
    problem(refused, 403, "permission_missing");
    // What it may do, but not so, is a call like any other.
    let wrong = program
        .patch("/v1/config", &json!({"default_rate_limit_per_minute": 0}))
        .await;
    assert_eq!(told(&wrong).0, 499);
    let document = problem(wrong, 422, "invalid_fields");
    assert_eq!(
        document["errors"][0]["field"],
        "default_rate_limit_per_minute"
    );
    let lower = program
        .patch("/v1/config", &json!({"default_rate_limit_per_minute": 20}))
        .await
        .expect(200);
    assert_eq!(lower.json()["default_rate_limit_per_minute"], 20);
    assert_eq!(told(&program.get("/v1/config").await.expect(200)).0, 17);
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
