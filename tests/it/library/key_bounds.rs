//! What a key that manages keys cannot do to keys that reach folders which it does not.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{actor::Role, permissions::Permission};
use serde_json::{Value, json};

use super::unshare;
use crate::{
    key_api::{LIST, MANAGE, SECRET, create, made, of, scene, to},
    scenes::problem,
    support::{
        TestApp,
        http::Reply,
        make::{self, MadeKey},
        program::Program,
    },
};

const ROTATE: Value = Value::Null;

fn beyond(reply: Reply) {
    let document = problem(reply, 403, "forbidden");
    let detail = document["detail"].as_str().expect("a sentence");
    assert!(detail.contains("has a role in a folder"), "{detail}");
}

/// Everything that would give it the value of the other key, or let that do more.
async fn is_refused(program: &Program, key: &MadeKey) {
    beyond(to(program, key, "rotate", json!({"grace_seconds": 0})).await);
    beyond(program.patch(&of(key), &json!({"label": "mine"})).await);
    to(program, key, "deactivate", Value::Null)
        .await
        .expect(200);
    beyond(to(program, key, "activate", Value::Null).await);
    let bulk = json!({"action": "activate", "ids": [key.id], "dry_run": false});
    let done = program
        .post(&format!("{SECRET}/bulk"), &bulk)
        .await
        .expect(200)
        .json();
    assert_eq!(done["results"][0]["reason"], "folder_role_missing");
    to(program, key, "delete", Value::Null).await.expect(200);
    beyond(to(program, key, "restore", Value::Null).await);
}

async fn may_rotate(program: &Program, key: &MadeKey) {
    made(
        to(program, key, "rotate", json!({"grace_seconds": 0}))
            .await
            .expect(200),
    );
    let finish = to(program, key, "finish-rotation", ROTATE).await.status;
    assert!(finish == 200 || finish == 409, "{finish}");
}

async fn put_access(program: &Program, folder: &str, grant: Value) -> Reply {
    let body = json!({ "grants": [grant] }).to_string();
    let headers = [("content-type", "application/json")];
    let path = format!("/v1/folders/{folder}/access");
    program.send(Method::PUT, &path, &headers, &body).await
}

/// Lists the folder with the value of the key.
async fn lists(app: &TestApp, key: &MadeKey, folder: &str) -> u16 {
    let path = format!("/v1/folders/{folder}");
    app.api(&key.secret).get(&path).await.status
}

#[actix_web::test]
async fn a_key_does_not_regain_a_folder_through_a_child() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let reports = make::folder(&app, "brightwater", "Reports", None);
    make::shared(&app, &reports, ("key_id", &own.id), "editor");
    let child = create(&program, "child", json!({})).await;
    assert_eq!(lists(&app, &child, &reports).await, 404);
    // It gives what it has, and may do to the child what it may to itself.
    let grant = json!({"type": "api_key", "id": child.id, "role": "editor"});
    put_access(&program, &reports, grant.clone())
        .await
        .expect(200);
    assert_eq!(lists(&app, &child, &reports).await, 200);
    may_rotate(&program, &child).await;

    // As a User it has less than the child; then it has nothing.
    for role in [Some("user"), None] {
        unshare(&app, &reports);
        make::shared(&app, &reports, ("key_id", &child.id), "editor");
        if let Some(role) = role {
            make::shared(&app, &reports, ("key_id", &own.id), role);
        }
        beyond(to(&program, &child, "rotate", json!({"grace_seconds": 0})).await);
    }
    problem(
        put_access(&program, &reports, grant).await,
        404,
        "not_found",
    );
    is_refused(&program, &child).await;
    // A role in the trash comes back with its folder.
    app.sql(|sql| {
        sql.execute(
            "UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Ada Park';
             UPDATE keys SET revoked_at = NULL, revoked_for = NULL, deactivated_at = NULL",
        );
    });
    is_refused(&program, &child).await;
}

#[actix_web::test]
async fn what_another_key_reaches_counts_along_the_path_and_for_as_long() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let top = make::folder(&app, "brightwater", "Company", None);
    let inner = make::subfolder(&app, &top, "Board");
    let other = make::key_with(
        &app,
        "brightwater",
        "other",
        &[LIST],
        keyroom::keys::Lifetime::Days(10),
    );
    make::shared(&app, &inner, ("key_id", &other.id), "user");
    beyond(to(&program, &other, "rotate", json!({"grace_seconds": 0})).await);
    // A role in the folder above is one in this.
    make::shared(&app, &top, ("key_id", &own.id), "user");
    may_rotate(&program, &other).await;
    // Not one that ends before the other does.
    let now = app.clock.now();
    let end = |key: &MadeKey, days: i64| {
        let at = now + TimeDelta::days(days);
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE shares SET expires_at = '{at}' WHERE key_id = '{}'",
                key.id
            ));
        });
    };
    end(&own, 5);
    beyond(to(&program, &other, "rotate", json!({"grace_seconds": 0})).await);
    end(&other, 6);
    beyond(to(&program, &other, "rotate", json!({"grace_seconds": 0})).await);
    end(&other, 5);
    may_rotate(&program, &other).await;
    // What is over opens nothing.
    unshare(&app, &top);
    end(&other, -1);
    may_rotate(&program, &other).await;
}

#[actix_web::test]
async fn the_same_request_again_gives_no_value_of_a_key_that_was_shared_with_since() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let reports = make::folder(&app, "brightwater", "Reports", None);
    let body = json!({"label": "child", "permissions": ["OBJECTS_LIST"]}).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    let ask = || program.send(Method::POST, SECRET, &headers, &body);
    let child = made(ask().await.expect(201));
    made(ask().await.expect(201));
    make::shared(&app, &reports, ("key_id", &child.id), "user");
    beyond(ask().await);
}

#[actix_web::test]
async fn a_personal_key_manages_keys_within_the_roles_of_its_owner() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let email = make::member(&app, "brightwater", Role::Admin);
    let owner = make::member_id(&app, "brightwater", &email);
    let own = make::personal(&app, ("brightwater", &owner), "own", Permission::ALL);
    make::unhurried(&app, &own);
    let program = app.api(&own.secret);
    let days = keyroom::keys::Lifetime::Days(10);
    let other = make::key_with(&app, "brightwater", "other", &[LIST], days);
    let reports = make::folder(&app, "brightwater", "Reports", None);
    make::shared(&app, &reports, ("key_id", &other.id), "editor");
    beyond(to(&program, &other, "rotate", json!({"grace_seconds": 0})).await);
    // Through a group, or because it is theirs.
    let group = make::group(&app, "brightwater", "Sales", &[]);
    make::in_group(&app, &group, &owner);
    make::shared(&app, &reports, ("group_id", &group), "editor");
    may_rotate(&program, &other).await;
    unshare(&app, &reports);
    make::shared(&app, &reports, ("key_id", &other.id), "editor");
    app.sql(|sql| sql.execute(&format!("UPDATE folders SET owner_member_id = '{owner}'")));
    may_rotate(&program, &other).await;
    // People are not bound: they can give themselves every role.
    app.sql(|sql| sql.execute("UPDATE folders SET owner_member_id = NULL"));
    let admin = app.sign_in(&email).await;
    let page = format!("/w/brightwater/settings/api-keys/{}/deactivation", other.id);
    admin.post(&page, &[]).await.expect(303);
    let page = format!("/w/brightwater/settings/api-keys/{}/activation", other.id);
    admin.post(&page, &[]).await.expect(303);
}

#[actix_web::test]
async fn nobody_gives_a_role_for_longer_than_they_have_it() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let reports = make::folder(&app, "brightwater", "Reports", None);
    make::shared(&app, &reports, ("key_id", &own.id), "editor");
    let end = app.clock.now() + TimeDelta::days(5);
    app.sql(|sql| sql.execute(&format!("UPDATE shares SET expires_at = '{end}'")));
    let child = create(&program, "child", json!({})).await;
    let later = end + TimeDelta::days(1);
    for id in [&own.id, &child.id] {
        for until in [Value::Null, json!(later)] {
            let grant = json!({"type": "api_key", "id": id, "role": "editor", "expires_at": until});
            let reply = put_access(&program, &reports, grant).await;
            assert_eq!(crate::key_api::fields(reply), ["grants[0].expires_at"]);
        }
    }
    let grant = json!({"type": "api_key", "id": child.id, "role": "editor", "expires_at": end});
    put_access(&program, &reports, grant).await.expect(200);
    // With another role without an end, they have it so long.
    let above = make::folder(&app, "brightwater", "Above", None);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET parent_id = '{above}', path = '{{{above}}}'::uuid[] || id WHERE id = '{reports}'"
        ));
    });
    make::shared(&app, &above, ("key_id", &own.id), "editor");
    let grant = json!({"type": "api_key", "id": child.id, "role": "editor"});
    put_access(&program, &reports, grant).await.expect(200);
}
