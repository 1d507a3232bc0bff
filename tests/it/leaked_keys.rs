//! `POST /v1/leaked-keys`: whoever finds a key ends it.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{
    actor::Role,
    ids::KeyId,
    keys::{Kind, Lifetime, Secret},
    permissions::Permission,
};
use serde_json::json;

use crate::{
    mail::server::MailServer,
    scenes::{AUDIT, at, generate, problem, sentences},
    support::{
        TestApp,
        http::Reply,
        make::{self, MadeKey},
        program::Program,
    },
};

const LEAKED: &str = "/v1/leaked-keys";
const JSON: (&str, &str) = ("content-type", "application/json");
const ME: &str = "/v1/whoami";

async fn report(finder: &Program, key: &str) -> Reply {
    let body = json!({ "key": key }).to_string();
    finder.send(Method::POST, LEAKED, &[JSON], &body).await
}

/// From an address of its own, so that no test is slowed down.
async fn found(app: &TestApp, key: &MadeKey) {
    let reply = report(&app.anonymous(), &key.secret).await.expect(202);
    assert!(reply.body.is_empty());
}

fn reason(app: &TestApp, key: &MadeKey) -> String {
    let query = format!(
        "SELECT coalesce(revoked_for, '') AS line FROM keys WHERE id = '{}'",
        key.id
    );
    app.sql(|sql| sql.line(&query))
}

#[actix_web::test]
async fn a_key_may_be_sent_as_it_was_found() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    for (n, around) in ["  KEY", "KEY\n", "Bearer KEY", "\tbearer  KEY \r\n"]
        .iter()
        .enumerate()
    {
        let key = make::key(&app, "brightwater", &format!("found {n}"));
        let sent = around.replace("KEY", &key.secret);
        report(&app.anonymous(), &sent).await.expect(202);
        assert_eq!(reason(&app, &key), "compromised", "{around:?}");
    }
    let key = make::key(&app, "brightwater", "another");
    for around in ["Basic KEY", "KEY KEY", "BearerKEY", "Bearer"] {
        let sent = around.replace("KEY", &key.secret);
        report(&app.anonymous(), &sent).await.expect(202);
        assert_eq!(reason(&app, &key), "", "{around:?}");
    }
}

#[actix_web::test]
async fn a_found_key_ends_with_all_that_it_made_and_the_admins_are_told() {
    let mails = MailServer::start();
    let app = TestApp::start_mailing(&mails.url());
    let owner = app.set_up().await;
    let email = make::member(&app, "brightwater", Role::Member);
    let root = generate(&owner, "root").await;
    let (child, grandchild) = (
        generate(&owner, "child").await,
        generate(&owner, "grandchild").await,
    );
    let other = generate(&owner, "other").await;
    make::made_with(&app, &child, &root);
    make::made_with(&app, &grandchild, &child);
    let finder = app.anonymous();
    let workspace = app.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    let workspace = workspace.parse().expect("an id");
    let seen = app.shared.site.changes.seen();
    report(&finder, &root.secret).await.expect(202);
    // Calls that were let in before are looked at again.
    assert!(!app.shared.site.changes.none_since(&seen, workspace));
    for key in [&root, &child, &grandchild] {
        problem(app.api(&key.secret).get(ME).await, 401, "key_revoked");
        assert_eq!(reason(&app, key), "compromised");
    }
    app.api(&other.secret).get(ME).await.expect(200);

    let by = format!("Somebody at {}", finder.ip());
    let said = sentences(&owner, AUDIT).await;
    let with = "as compromised, with the key that it was made or rotated with";
    for (label, end) in [
        ("root", "as compromised"),
        ("child", with),
        ("grandchild", with),
    ] {
        let begin = format!("revoked key {label} ");
        let is_said = said
            .iter()
            .any(|s| s.starts_with(&begin) && s.ends_with(end));
        assert!(is_said, "{label}: {said:#?}");
    }
    let entries = app.sql(|sql| {
        sql.lines("SELECT concat_ws(' ', actor_kind, actor_label, ip) AS line FROM audit_events WHERE action = 'key.revoked'")
    });
    assert_eq!(entries, vec![format!("anonymous {by} {}", finder.ip()); 3]);
    let reader = app.api(&other.secret);
    let grown = "UPDATE keys SET permissions = '{ACCESS_READ}' WHERE label = 'other'";
    app.sql(|sql| sql.execute(grown));
    let events = reader
        .get("/v1/audit-events?action=key.revoked")
        .await
        .expect(200)
        .json();
    assert_eq!(
        events["data"][0]["actor"],
        json!({"type": "anonymous", "id": null, "label": by})
    );

    // As where its page was used: an incident, and a notice that leads to it.
    owner.get(&at(&root, "incident")).await.expect(200);
    let notices = owner
        .get("/w/brightwater/settings/notices")
        .await
        .expect(200)
        .page()
        .text();
    assert!(
        notices.contains("root was revoked as compromised.") && notices.contains(&by),
        "{notices}"
    );
    let mail = mails.expect(1).remove(0);
    assert_eq!(mail.to, "owner@brightwater.example");
    assert_eq!(mail.header("Subject"), "root was leaked");
    let link = format!("http://{}{}", app.address, at(&root, "incident"));
    assert!(
        mail.text.contains(&link) && mail.text.contains(&by),
        "{}",
        mail.text
    );

    // Found once more, nothing is done or told again.
    app.write_counts().await;
    let before = app.sql(|sql| sql.dump());
    report(&finder, &root.secret).await.expect(202);
    assert!(app.sql(|sql| sql.dump()) == before);
    mails.expect(1);

    // Whose personal key it is, they are written to as well, with the way to what they can do.
    let member = make::member_id(&app, "brightwater", &email);
    let list = [Permission::ObjectsList];
    let own = make::personal(&app, ("brightwater", &member), "own", &list);
    found(&app, &own).await;
    let all = mails.expect(3);
    let to: Vec<&str> = all[1..].iter().map(|mail| mail.to.as_str()).collect();
    assert!(
        to.contains(&"owner@brightwater.example") && to.contains(&email.as_str()),
        "{to:?}"
    );
    let theirs = all
        .iter()
        .find(|mail| mail.to == email)
        .expect("one to them");
    let link = format!("http://{}/w/brightwater/account/api-keys", app.address);
    assert!(theirs.text.contains(&link), "{}", theirs.text);
}

#[actix_web::test]
async fn what_could_come_back_ends_too_and_what_a_rotation_has_ended_changes_nothing() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let all = ["deactivated", "unneeded", "old", "rotates", "rotated"];
    let [deactivated, unneeded, old, rotates, rotated] =
        all.map(|label| make::key(&app, "brightwater", label));
    let email = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &email);
    let own = make::personal(
        &app,
        ("brightwater", &member),
        "own",
        &[Permission::ObjectsList],
    );
    make::deactivated(&app, &deactivated);
    make::revoked(&app, &unneeded, "unneeded");
    make::suspended(&app, &member);
    let new_of_rotates = make::rotated(&app, &rotates, 3_600);
    let new_of_rotated = make::rotated(&app, &rotated, 0);
    app.sql(|sql| {
        sql.execute(
            "UPDATE keys SET expires_at = created_at + interval '1 second' WHERE label = 'old'",
        )
    });
    app.clock.advance(TimeDelta::seconds(2));
    for key in [&deactivated, &unneeded, &old, &own, &rotates] {
        found(&app, key).await;
        assert_eq!(reason(&app, key), "compromised", "{}", key.id);
    }
    problem(
        app.api(&new_of_rotates.secret).get(ME).await,
        401,
        "key_revoked",
    );
    found(&app, &rotated).await;
    assert_eq!(reason(&app, &rotated), "");
    app.api(&new_of_rotated.secret).get(ME).await.expect(200);
}

#[actix_web::test]
async fn the_answer_tells_nothing_and_whatever_is_no_secret_key_changes_nothing() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let shop = make::publishable(&app, "brightwater", "shop", "*");
    let key = make::key(&app, "brightwater", "ci");
    let id: KeyId = key.id.parse().expect("an id");
    let wrong = [
        String::new(),
        "hello".to_owned(),
        key.secret[..54].to_owned(),
        Secret::fresh(Kind::Secret, id).reveal().to_owned(),
        Secret::fresh(Kind::Secret, KeyId::fresh())
            .reveal()
            .to_owned(),
        shop.secret.clone(),
    ];
    let before = app.sql(|sql| sql.dump());
    let mut answers = Vec::new();
    for text in &wrong {
        let began = Instant::now();
        answers.push((
            report(&app.anonymous(), text).await.expect(202),
            began.elapsed(),
        ));
    }
    assert!(app.sql(|sql| sql.dump()) == before);
    app.api(&shop.secret).get(ME).await.expect(200);
    let began = Instant::now();
    answers.push((
        report(&app.anonymous(), &key.secret).await.expect(202),
        began.elapsed(),
    ));
    problem(app.api(&key.secret).get(ME).await, 401, "key_revoked");
    for (answer, took) in &answers {
        let names = |reply: &Reply| {
            let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(answer), names(&answers[0].0));
        assert!(answer.body.is_empty());
        // Whole quarters of a second, whatever there was to do.
        assert!(*took >= Duration::from_millis(250), "{took:?}");
    }
    let log = app.sql(|sql| sql.dump());
    let text = format!("{log:?}");
    assert!(
        !text.contains(&key.secret[17..]),
        "nothing of the secret is kept"
    );
}

#[actix_web::test]
async fn reports_are_taken_so_many_a_minute_from_one_address_and_of_many_at_once_one_ends_the_key()
{
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        &[Permission::ObjectsList],
        Lifetime::Days(90),
    );
    let finder = app.anonymous();
    let began = Instant::now();
    let replies = join_all((0..30).map(|_| report(&finder, &key.secret))).await;
    // One more in each three seconds; who waits too long for their turn is told so.
    let most = 21 + began.elapsed().as_secs() / 3;
    let is_taken = |reply: &Reply| matches!(reply.status, 202 | 503);
    let taken = replies.iter().filter(|reply| is_taken(reply)).count() as u64;
    assert!((20..=most).contains(&taken), "{taken}");
    assert!(replies.iter().any(|reply| reply.status == 202));
    for reply in replies {
        if !is_taken(&reply) {
            assert!(!reply.header("retry-after").is_empty());
            problem(reply, 429, "rate_limited");
        }
    }
    let entries = "SELECT count(*)::text AS line FROM audit_events WHERE action = 'key.revoked'";
    assert_eq!(app.sql(|sql| sql.line(entries)), "1");
    report(&app.anonymous(), &key.secret).await.expect(202);
}

#[actix_web::test]
async fn what_cannot_be_read_is_told_so() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let post = async |headers: &[(&str, &str)], body: &str| {
        app.anonymous()
            .send(Method::POST, LEAKED, headers, body)
            .await
    };
    problem(post(&[JSON], "").await, 400, "invalid_request");
    problem(post(&[JSON], "{").await, 400, "invalid_request");
    problem(
        post(&[], r#"{"key":"x"}"#).await,
        415,
        "unsupported_media_type",
    );
    for body in [r#"{}"#, r#"{"key":1}"#, r#"{"key":"x","found_at":"y"}"#] {
        problem(post(&[JSON], body).await, 422, "invalid_fields");
    }
    let large = json!({ "key": "x".repeat(5_000) }).to_string();
    problem(post(&[JSON], &large).await, 413, "payload_too_large");
    problem(app.anonymous().get(LEAKED).await, 405, "method_not_allowed");
    // A key that comes with it is not looked at.
    let key = make::key(&app, "brightwater", "ci");
    report(&app.api(&key.secret), "hello").await.expect(202);
    app.api(&key.secret).get(ME).await.expect(200);
}
