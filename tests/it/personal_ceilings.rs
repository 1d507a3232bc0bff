//! A personal key never does more than its owner may at this moment, and is suspended with them.

use keyroom::{actor::Role, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::{GROUPS, MEMBERS, list, problem, state},
    support::{Browser, TestApp, make, make::MadeKey, program::Program},
};

const WHOAMI: &str = "/v1/whoami";
const CONFIG: &str = "/v1/config";
const SAM: &str = "sam@brightwater.example";

struct Scene {
    app: TestApp,
    owner: Browser,
    sam: String,
    group: String,
    key: MadeKey,
}

/// Sam has a group that lets them look at the configuration, and a key that does so.
async fn scene() -> Scene {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let group = make::group(&app, "brightwater", "Ops", &[Permission::ConfigList]);
    make::in_group(&app, &group, &sam);
    let given = [Permission::ConfigList, Permission::ObjectsList];
    let key = make::personal(&app, ("brightwater", &sam), "laptop", &given);
    Scene {
        app,
        owner,
        sam,
        group,
        key,
    }
}

async fn in_force(program: &Program) -> Value {
    let answer = program.get(WHOAMI).await.expect(200).json();
    answer["permissions"].clone()
}

#[actix_web::test]
async fn a_personal_key_says_whose_it_is() {
    let scene = scene().await;
    let answer = scene.app.api(&scene.key.secret).get(WHOAMI).await.json();
    assert_eq!(
        answer["key"]["owner"],
        json!({"type": "member", "id": scene.sam})
    );
    assert_eq!(answer["key"]["created_by"]["name"], "Sam Okafor");
}

#[actix_web::test]
async fn what_is_taken_from_its_owner_is_taken_from_the_key_on_the_next_call() {
    let scene = scene().await;
    let program = scene.app.api(&scene.key.secret);
    program.get(CONFIG).await.expect(200);
    assert_eq!(
        in_force(&program).await,
        json!(["OBJECTS_LIST", "CONFIG_LIST"])
    );
    let page = format!("{GROUPS}/{}", scene.group);
    scene
        .owner
        .post(&format!("{page}/permissions"), &[("preset", "custom")])
        .await
        .expect(303);
    let refused = problem(program.get(CONFIG).await, 403, "permission_missing");
    assert_eq!(refused["missing"], json!(["CONFIG_LIST"]));
    // What it was given stays with it, and is in force again with its owner's.
    let answer = program.get(WHOAMI).await.json();
    assert_eq!(answer["permissions"], json!(["OBJECTS_LIST"]));
    assert_eq!(
        answer["key"]["permissions"],
        json!(["OBJECTS_LIST", "CONFIG_LIST"])
    );
    scene.app.sql(|sql| {
        sql.execute("UPDATE groups SET permissions = '{CONFIG_LIST}'");
    });
    program.get(CONFIG).await.expect(200);
    scene
        .app
        .sql(|sql| sql.execute("DELETE FROM group_members"));
    problem(program.get(CONFIG).await, 403, "permission_missing");
}

#[actix_web::test]
async fn defaults_and_roles_cut_it_too() {
    let scene = scene().await;
    let program = scene.app.api(&scene.key.secret);
    scene.app.sql(|sql| {
        sql.execute(
            "UPDATE workspaces SET default_member_permissions = '{}'; DELETE FROM group_members",
        );
    });
    assert_eq!(in_force(&program).await, json!([]));
    let role = format!("{MEMBERS}/{}/role/admin", scene.sam);
    scene.owner.post(&role, &[]).await.expect(303);
    assert_eq!(
        in_force(&program).await,
        json!(["OBJECTS_LIST", "CONFIG_LIST"])
    );
    program.get(CONFIG).await.expect(200);
    let role = format!("{MEMBERS}/{}/role/member", scene.sam);
    scene.owner.post(&role, &[]).await.expect(303);
    problem(program.get(CONFIG).await, 403, "permission_missing");
}

#[actix_web::test]
async fn a_key_of_the_workspace_is_cut_by_nobody() {
    let scene = scene().await;
    let key = make::key(&scene.app, "brightwater", "robot");
    make::made_by(&scene.app, &key, &scene.sam);
    make::suspended(&scene.app, &scene.sam);
    let program = scene.app.api(&key.secret);
    program.get(CONFIG).await.expect(200);
    let all = in_force(&program).await;
    assert_eq!(all.as_array().map(Vec::len), Some(31));
}

#[actix_web::test]
async fn it_is_suspended_with_its_owner_and_comes_back_with_them() {
    let scene = scene().await;
    let program = scene.app.api(&scene.key.secret);
    let member = format!("{MEMBERS}/{}", scene.sam);
    let press = |what: &str| {
        let address = format!("{member}/{what}");
        let owner = &scene.owner;
        async move { owner.post(&address, &[]).await.expect(303) }
    };
    press("suspension").await;
    problem(program.get(WHOAMI).await, 401, "key_suspended");
    problem(program.delete(WHOAMI).await, 401, "key_suspended");
    let page = list(&scene.owner, "suspended").await;
    assert_eq!(state(&page, &scene.key), "Suspended");
    press("reinstatement").await;
    program.get(WHOAMI).await.expect(200);
    press("removal").await;
    problem(program.get(WHOAMI).await, 401, "key_suspended");
    let page = list(&scene.owner, "suspended").await;
    assert_eq!(state(&page, &scene.key), "Suspended");
}

#[actix_web::test]
async fn revoked_is_said_before_suspended_and_suspended_before_expired() {
    let scene = scene().await;
    let program = scene.app.api(&scene.key.secret);
    make::suspended(&scene.app, &scene.sam);
    scene.app.clock.advance(chrono::TimeDelta::days(91));
    problem(program.get(WHOAMI).await, 401, "key_suspended");
    make::revoked(&scene.app, &scene.key, "unneeded");
    problem(program.get(WHOAMI).await, 401, "key_revoked");
}

#[actix_web::test]
async fn a_key_that_is_made_for_somebody_who_is_out_is_suspended() {
    let scene = scene().await;
    make::suspended(&scene.app, &scene.sam);
    let late = make::personal(
        &scene.app,
        ("brightwater", &scene.sam),
        "late",
        &[Permission::ObjectsList],
    );
    let program = scene.app.api(&late.secret);
    problem(program.get(WHOAMI).await, 401, "key_suspended");
    // Whoever takes it from its owner takes it out of their fate.
    scene.app.sql(|sql| {
        sql.execute("UPDATE keys SET owner_member_id = NULL WHERE label = 'late'");
    });
    program.get(WHOAMI).await.expect(200);
}
