//! Whoever rotates a key is answered with its new secret: that ends with a key that is compromised.

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::{AUDIT, at, problem, sentences},
    support::{
        Browser, TestApp,
        make::{self, MadeKey},
    },
};

const ME: &str = "/v1/whoami";

/// A workspace, its owner, and a key that can do everything.
async fn scene() -> (TestApp, Browser, MadeKey) {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let root = lasting(&app, "root");
    (app, owner, root)
}

/// It may do everything, and has no end.
fn lasting(app: &TestApp, label: &str) -> MadeKey {
    let (all, days) = (Permission::ALL, Lifetime::Unlimited);
    make::key_with(app, "brightwater", label, all, days)
}

/// The new value that the API answers.
async fn rotated(app: &TestApp, by: &MadeKey, key: &MadeKey, grace: u32) -> MadeKey {
    let kind = if key.secret.starts_with("pk_") {
        "publishable"
    } else {
        "secret"
    };
    let path = format!("/v1/{kind}-keys/{}/rotate", key.id);
    let how = json!({ "grace_seconds": grace });
    let answer = app.api(&by.secret).post(&path, &how).await.expect(200);
    MadeKey {
        id: key.id.clone(),
        secret: answer.json()["secret"]
            .as_str()
            .expect("a value")
            .to_owned(),
    }
}

async fn revoke(browser: &Browser, key: &MadeKey, label: &str, reason: &str) {
    let fields = [("reason", reason), ("confirm", label)];
    let reply = browser.post(&at(key, "revocation"), &fields).await;
    reply.expect(303);
}

#[actix_web::test]
async fn a_key_whose_value_a_compromised_one_got_is_compromised_too() {
    let (app, owner, root) = scene().await;
    let (old, other) = (
        lasting(&app, "rotated"),
        make::key(&app, "brightwater", "other"),
    );
    let second = make::key(&app, "brightwater", "second");
    let new = rotated(&app, &root, &old, 3_600).await;
    let next = rotated(&app, &new, &second, 0).await;
    let page = owner.get(&at(&root, "revocation")).await.expect(200).page();
    let told = "2 keys that were made or rotated with it are revoked too.";
    assert!(page.text().contains(told), "{}", page.text());
    revoke(&owner, &root, "root", "compromised").await;
    for key in [&root, &old, &new, &next] {
        problem(app.api(&key.secret).get(ME).await, 401, "key_revoked");
    }
    app.api(&other.secret).get(ME).await.expect(200);
    let incident = owner.get(&at(&root, "incident")).await.expect(200).page();
    assert!(
        incident
            .text()
            .contains("The 2 keys that were made or rotated with it have ended")
    );
    let said = sentences(&owner, AUDIT).await;
    let with = "with the key that it was made or rotated with";
    assert_eq!(
        said.iter().filter(|s| s.contains(with)).count(),
        2,
        "{said:?}"
    );
    let with = "SELECT after->>'revoked_with' AS line FROM audit_events
                WHERE subject_label = 'second' AND action = 'key.revoked'";
    let with = app.sql(|sql| sql.line(with));
    assert_eq!(with, format!("rotated (skey_{}…)", old.id));
    // Not for another workspace, and not for a member.
    let member = app.member(Role::Member).await;
    let reply = member.post(&at(&other, "revocation"), &[]).await;
    reply.expect(403);
}

#[actix_web::test]
async fn where_somebody_else_has_rotated_it_since_only_that_value_ends() {
    let (app, owner, root) = scene().await;
    let key = lasting(&app, "rotated");
    let its = rotated(&app, &root, &key, 0).await;
    let ours = make::rotated(&app, &its, 3_600);
    app.api(&its.secret).get(ME).await.expect(200);
    let page = owner.get(&at(&root, "revocation")).await.expect(200).page();
    assert!(!page.text().contains("rotated with it"));
    revoke(&owner, &root, "root", "compromised").await;
    problem(app.api(&its.secret).get(ME).await, 401, "key_rotated_out");
    let me = app.api(&ours.secret).get(ME).await.expect(200).json();
    assert_eq!(me["key"]["rotating_until"], Value::Null);
    let entries = "SELECT action || ' ' || subject_label AS line FROM audit_events
                   WHERE action IN ('key.rotation_finished', 'key.revoked') ORDER BY action";
    let entries = app.sql(|sql| sql.lines(entries));
    assert_eq!(
        entries,
        ["key.revoked root", "key.rotation_finished rotated"]
    );
}

#[actix_web::test]
async fn what_it_rotated_lives_on_where_it_is_only_not_needed_and_where_it_is_no_secret() {
    let (app, owner, root) = scene().await;
    let key = lasting(&app, "rotated");
    let site = make::publishable(&app, "brightwater", "shop", "*");
    let new = rotated(&app, &root, &key, 0).await;
    let shown = rotated(&app, &root, &site, 0).await;
    // One that rotated itself has got nothing of another.
    let own = lasting(&app, "own");
    let own_new = rotated(&app, &own, &own, 3_600).await;
    revoke(&owner, &root, "root", "unneeded").await;
    app.api(&new.secret).get(ME).await.expect(200);
    revoke(&owner, &root, "root", "compromised").await;
    problem(app.api(&new.secret).get(ME).await, 401, "key_revoked");
    app.api(&shown.secret).get(ME).await.expect(200);
    app.api(&own_new.secret).get(ME).await.expect(200);
    revoke(&owner, &own, "own", "compromised").await;
    problem(app.api(&own.secret).get(ME).await, 401, "key_revoked");
}
