//! Whatever was made with a compromised key ends with it, and what that has made.

use std::time::Duration;

use actix_web::rt::time::sleep;
use futures_util::future::{join, join_all};
use keyroom::actor::Role;
use serde_json::json;

use crate::{
    scenes::{AUDIT, KEYS, at, generate, press, problem, sentences},
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
    },
};

/// With its label typed: it may be in use.
async fn revoke(app: &TestApp, browser: &Browser, key: &MadeKey, reason: &str) -> Reply {
    let id = &key.id;
    let label =
        app.sql(|sql| sql.line(&format!("SELECT label AS line FROM keys WHERE id = '{id}'")));
    let fields = [("reason", reason), ("confirm", label.as_str())];
    browser.post(&at(key, "revocation"), &fields).await
}

/// Which of the keys still answer.
async fn alive(app: &TestApp, keys: &[&MadeKey]) -> Vec<bool> {
    let mut alive = Vec::new();
    for key in keys {
        let reply = app.api(&key.secret).get("/v1/whoami").await;
        match reply.status {
            200 => alive.push(true),
            _ => {
                problem(reply, 401, "key_revoked");
                alive.push(false);
            }
        }
    }
    alive
}

/// Root, child, grandchild, and one that has nothing to do with them.
async fn family(app: &TestApp, owner: &Browser) -> [MadeKey; 4] {
    let family = [
        generate(owner, "root").await,
        generate(owner, "child").await,
        generate(owner, "grandchild").await,
        generate(owner, "stranger").await,
    ];
    make::made_with(app, &family[1], &family[0]);
    make::made_with(app, &family[2], &family[1]);
    family
}

fn all(family: &[MadeKey; 4]) -> Vec<&MadeKey> {
    family.iter().collect()
}

#[actix_web::test]
async fn what_a_compromised_key_has_made_ends_with_it_and_what_that_has_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    assert_eq!(alive(&app, &all(&family)).await, [true; 4]);
    revoke(&app, &owner, &family[0], "compromised")
        .await
        .expect(303);
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
    for key in &family[..3] {
        press(&owner, key, "restoration").await.expect(409);
    }
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(
        said.iter()
            .filter(|s| s.contains("with the key that it was made or rotated with"))
            .count(),
        2,
        "{said:?}"
    );
    let entry = "SELECT after->>'revoked_with' AS line FROM audit_events WHERE subject_label = 'grandchild' AND action = 'key.revoked'";
    let told = app.sql(|sql| sql.line(entry));
    assert_eq!(told, format!("child (skey_{}…)", family[1].id));
}

#[actix_web::test]
async fn what_a_key_has_made_outlives_it_where_it_is_not_needed_any_more() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    revoke(&app, &owner, &family[0], "unneeded")
        .await
        .expect(303);
    assert_eq!(alive(&app, &all(&family)).await, [false, true, true, true]);
    // What turns out to be compromised later is so for what it has made, too.
    revoke(&app, &owner, &family[0], "compromised")
        .await
        .expect(303);
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
}

#[actix_web::test]
async fn many_that_turn_out_to_be_compromised_take_along_what_they_have_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    revoke(&app, &owner, &family[0], "unneeded")
        .await
        .expect(303);
    let fields = [
        ("id", family[0].id.as_str()),
        ("reason", "compromised"),
        ("confirm", "revoke 1 key"),
    ];
    let many = format!("{KEYS}/revocations");
    owner.post(&many, &fields).await.expect(303);
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
    press(&owner, &family[0], "restoration").await.expect(409);
}

/// Each makes the next, as quickly as it can.
async fn descend(app: &TestApp, first: &MadeKey, name: &str) {
    let mut secret = first.secret.clone();
    for n in 0..100 {
        let new = json!({
            "label": format!("{name} {n}"),
            "permissions": ["ACCESS_MANAGE"],
            "rate_limit_per_minute": 1_000_000,
        });
        let reply = app.api(&secret).post("/v1/secret-keys", &new).await;
        if reply.status != 201 {
            break;
        }
        secret = reply.json()["secret"].as_str().expect("a key").to_owned();
    }
}

#[actix_web::test]
async fn nobody_makes_keys_faster_than_their_maker_ends() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let root = make::key(&app, "brightwater", "root");
    make::unhurried(&app, &root);
    let revoked = async {
        sleep(Duration::from_millis(300)).await;
        revoke(&app, &owner, &root, "compromised").await.expect(303);
    };
    let chains = ["a", "b", "c"].map(|name| descend(&app, &root, name));
    join(join_all(chains), revoked).await;
    let made = "SELECT count(*)::text AS line FROM keys WHERE created_by_key_id IS NOT NULL";
    assert_ne!(app.sql(|sql| sql.line(made)), "0");
    let alive = "SELECT count(*)::text AS line FROM keys WHERE revoked_at IS NULL";
    assert_eq!(app.sql(|sql| sql.line(alive)), "0");
}

#[actix_web::test]
async fn what_was_revoked_before_cannot_be_restored_any_more() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    revoke(&app, &owner, &family[1], "unneeded")
        .await
        .expect(303);
    let since = |id: &str| {
        let query = format!("SELECT revoked_at::text AS line FROM keys WHERE id = '{id}'");
        app.sql(|sql| sql.line(&query))
    };
    let before = since(&family[1].id);
    app.clock.advance(chrono::TimeDelta::hours(1));
    revoke(&app, &owner, &family[0], "compromised")
        .await
        .expect(303);
    press(&owner, &family[1], "restoration").await.expect(409);
    assert_eq!(since(&family[1].id), before, "it is revoked since then");
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
}

#[actix_web::test]
async fn many_at_once_take_along_what_they_have_made() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    let extra = generate(&owner, "extra").await;
    make::made_with(&app, &extra, &family[3]);
    let fields = [
        ("id", family[0].id.as_str()),
        ("id", &family[1].id),
        ("reason", "compromised"),
        ("confirm", "revoke 2 keys"),
    ];
    owner
        .post(&format!("{KEYS}/revocations"), &fields)
        .await
        .expect(303);
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
    assert_eq!(alive(&app, &[&extra]).await, [true]);
    // Each that was chosen has its incident; what ended with them is told there.
    let open = "SELECT count(*)::text AS line FROM key_incidents WHERE closed_at IS NULL";
    assert_eq!(app.sql(|sql| sql.line(open)), "2");
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(
        said.iter().filter(|s| s.starts_with("revoked key")).count(),
        3,
        "{said:?}"
    );
}

#[actix_web::test]
async fn keys_that_seem_to_have_made_each_other_end_and_so_does_the_question() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    make::made_with(&app, &family[0], &family[2]);
    let page = owner
        .get(&at(&family[0], "revocation"))
        .await
        .expect(200)
        .page();
    assert!(
        page.text()
            .contains("2 keys that were made or rotated with it are revoked too.")
    );
    revoke(&app, &owner, &family[0], "compromised")
        .await
        .expect(303);
    assert_eq!(
        alive(&app, &all(&family)).await,
        [false, false, false, true]
    );
}

#[actix_web::test]
async fn the_question_says_what_ends_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    let said = |page: crate::support::page::Page| page.one("label:has([value=compromised]) small");
    let ask = |key: &MadeKey| at(key, "revocation");
    let page = owner.get(&ask(&family[1])).await.expect(200).page();
    assert_eq!(
        said(page),
        "Cannot be restored. 1 key that was made or rotated with it is revoked too."
    );
    let page = owner.get(&ask(&family[2])).await.expect(200).page();
    assert_eq!(said(page), "Cannot be restored.");
    let picked = [
        ("id", family[0].id.as_str()),
        ("id", &family[1].id),
        ("do", "revoke"),
    ];
    let page = owner
        .post(&format!("{KEYS}/selection"), &picked)
        .await
        .expect(200)
        .page();
    assert_eq!(
        said(page),
        "None of them can be restored. 1 key that was made or rotated with them is revoked too."
    );
    // What is revoked already is not counted.
    revoke(&app, &owner, &family[2], "unneeded")
        .await
        .expect(303);
    let page = owner.get(&ask(&family[1])).await.expect(200).page();
    assert_eq!(said(page), "Cannot be restored.");
}

#[actix_web::test]
async fn a_key_that_ends_itself_takes_nothing_along() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    let program = app.api(&family[0].secret);
    program.delete("/v1/whoami").await.expect(204);
    assert_eq!(alive(&app, &all(&family)).await, [false, true, true, true]);
}

#[actix_web::test]
async fn only_what_is_of_the_workspace_ends() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let family = family(&app, &owner).await;
    let other = app.workspace("Other").await;
    let member = app.member(Role::Member).await;
    revoke(&app, &other, &family[0], "compromised")
        .await
        .expect(404);
    revoke(&app, &member, &family[0], "compromised")
        .await
        .expect(403);
    assert_eq!(alive(&app, &all(&family)).await, [true; 4]);
}
