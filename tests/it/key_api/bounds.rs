//! What a key that manages keys cannot do: to keys that may more than it, to members' keys, and to itself.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use super::{
    DELETE, LIST, MANAGE, READ, SECRET, UPLOAD, create, fields, log_of, made, manager, missing,
    new_key, of, scene, to,
};
use crate::{
    scenes::problem,
    support::{
        TestApp,
        make::{self, MadeKey},
    },
};

const WHOAMI: &str = "/v1/whoami";
const BEYOND: [&str; 3] = ["OBJECTS_LIST", "FILE_UPLOAD", "ACCESS_MANAGE"];

fn key_with(app: &TestApp, label: &str, permissions: &[Permission], days: u16) -> MadeKey {
    make::key_with(app, "brightwater", label, permissions, Lifetime::Days(days))
}

#[actix_web::test]
async fn a_key_with_two_permissions_does_nothing_to_one_with_three_but_stop_it() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let three = key_with(&app, "three", &[MANAGE, LIST, UPLOAD], 10);
    let with_three = json!({"permissions": BEYOND});
    let reply = program.post(SECRET, &new_key("child", with_three)).await;
    assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    // Also not to take something away, or to call it otherwise.
    for change in [
        json!({"permissions": ["OBJECTS_LIST"]}),
        json!({"label": "mine"}),
    ] {
        let reply = program.patch(&of(&three), &change).await;
        assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    }
    let rotate = json!({"grace_seconds": 0});
    let reply = to(&program, &three, "rotate", rotate).await;
    assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    to(&program, &three, "deactivate", Value::Null)
        .await
        .expect(200);
    let reply = to(&program, &three, "activate", Value::Null).await;
    assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    to(&program, &three, "delete", Value::Null)
        .await
        .expect(200);
    let reply = to(&program, &three, "restore", Value::Null).await;
    assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    // What was refused is in the log, too.
    let log = log_of(&app, &own);
    let refused = |what: &str| {
        log.iter()
            .any(|line| line == &format!("request.refused {what}"))
    };
    assert!(refused(&format!("POST {SECRET}")), "{log:?}");
    assert!(refused(&format!("POST {}/rotate", of(&three))), "{log:?}");
}

#[actix_web::test]
async fn a_key_does_not_widen_itself_nor_in_two_steps_through_a_child() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let wider = json!({"permissions": BEYOND});
    assert_eq!(
        missing(program.patch(&of(&own), &wider).await),
        json!(["FILE_UPLOAD"])
    );
    let later = json!({"expires_at": app.clock.now() + TimeDelta::days(91)});
    for beyond in [later.clone(), json!({"expires_at": null})] {
        assert_eq!(
            fields(program.patch(&of(&own), &beyond).await),
            ["expires_at"]
        );
    }
    let child = json!({"permissions": ["ACCESS_MANAGE", "OBJECTS_LIST"]});
    let child = create(&program, "child", child).await;
    let with_child = app.api(&child.secret);
    assert_eq!(
        missing(with_child.patch(&of(&own), &wider).await),
        json!(["FILE_UPLOAD"])
    );
    assert_eq!(
        missing(with_child.post(SECRET, &new_key("grandchild", wider)).await),
        json!(["FILE_UPLOAD"])
    );
    assert_eq!(
        fields(with_child.patch(&of(&own), &later).await),
        ["expires_at", "rate_limit_per_minute"]
    );

    // A child that is kept shorter does not get the value of its maker, nor edit it.
    let kept = json!({
        "permissions": ["ACCESS_MANAGE", "OBJECTS_LIST"],
        "expires_at": app.clock.now() + TimeDelta::days(1),
        "allowed_ips": ["10.0.0.0/8"],
        "rate_limit_per_minute": 30,
    });
    let kept = create(&program, "kept", kept).await;
    let with_kept = app.api(&kept.secret);
    let beyond = ["expires_at", "allowed_ips", "rate_limit_per_minute"];
    let rotate = json!({"grace_seconds": 0});
    let reply = to(&with_kept, &own, "rotate", rotate.clone()).await;
    assert_eq!(fields(reply), beyond);
    let reply = with_kept.patch(&of(&own), &json!({"label": "mine"})).await;
    assert_eq!(fields(reply), beyond);
    // It rotates itself, and stays as it is kept.
    let newer = made(to(&with_kept, &kept, "rotate", rotate).await.expect(200));
    let whoami = app.api(&newer.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(whoami["limits"]["allowed_ips"], json!(["10.0.0.0/8"]));
    // What it takes from itself is gone for what it makes, too.
    let less = json!({"permissions": ["ACCESS_MANAGE"]});
    program.patch(&of(&own), &less).await.expect(200);
    let reply = program.post(SECRET, &new_key("late", json!({}))).await;
    assert_eq!(missing(reply), json!(["OBJECTS_LIST"]));
}

#[actix_web::test]
async fn what_a_key_makes_ends_no_later_comes_from_nowhere_else_and_calls_no_more_often() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let own = key_with(&app, "manager", &[MANAGE, LIST], 30);
    app.sql(|sql| {
        sql.execute("UPDATE keys SET allowed_ips = '{10.0.0.0/9,10.128.0.0/9}', rate_limit_per_minute = 100");
    });
    let program = app.api(&own.secret);
    let reply = program.post(SECRET, &new_key("usual", json!({}))).await;
    let usual = reply.expect(201).json();
    assert_eq!(usual["allowed_ips"], json!(["10.0.0.0/9", "10.128.0.0/9"]));
    assert_eq!(usual["rate_limit_per_minute"], 100);
    let whoami = program.get(WHOAMI).await.expect(200).json();
    assert_eq!(usual["expires_at"], whoami["key"]["expires_at"]);
    let within = json!({
        "expires_at": app.clock.now() + TimeDelta::days(29),
        "allowed_ips": ["10.0.0.0/8"],
        "rate_limit_per_minute": 99,
    });
    let within = create(&program, "within", within).await;
    for (with, field) in [
        (
            json!({"expires_at": app.clock.now() + TimeDelta::days(31)}),
            "expires_at",
        ),
        (json!({"expires_at": null}), "expires_at"),
        (json!({"allowed_ips": []}), "allowed_ips"),
        (json!({"allowed_ips": null}), "allowed_ips"),
        (
            json!({"allowed_ips": ["10.0.0.0/8", "192.0.2.1"]}),
            "allowed_ips",
        ),
        (json!({"allowed_ips": ["::/0"]}), "allowed_ips"),
        (
            json!({"rate_limit_per_minute": 101}),
            "rate_limit_per_minute",
        ),
        (
            json!({"rate_limit_per_minute": null}),
            "rate_limit_per_minute",
        ),
    ] {
        let reply = program.post(SECRET, &new_key("beyond", with.clone())).await;
        assert_eq!(fields(reply), [field], "{with}");
        let reply = program.patch(&of(&within), &with).await;
        assert_eq!(fields(reply), [field], "{with}");
    }
    // A key that lies beyond it in one way is not edited in another.
    let beyond = key_with(&app, "beyond", &[LIST], 29);
    let reply = program.patch(&of(&beyond), &json!({"label": "mine"})).await;
    assert_eq!(fields(reply), ["allowed_ips", "rate_limit_per_minute"]);
    // But it is stopped and let go on, which gives nobody anything.
    to(&program, &beyond, "deactivate", Value::Null)
        .await
        .expect(200);
    to(&program, &beyond, "activate", Value::Null)
        .await
        .expect(200);
}

#[actix_web::test]
async fn only_a_key_that_stands_for_the_workspace_manages_keys() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let all = Permission::ALL;
    let member = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &member);
    let group = make::group(&app, "brightwater", "Keepers", all);
    make::in_group(&app, &group, &member);
    let admin = make::member(&app, "brightwater", Role::Admin);
    let admin = make::member_id(&app, "brightwater", &admin);
    let of_member = make::personal(&app, ("brightwater", &member), "own", all);
    let of_admin = make::personal(&app, ("brightwater", &admin), "own", all);
    let other = key_with(&app, "other", &[LIST], 10);
    let ways = |key: &MadeKey| {
        [
            (Method::GET, SECRET.to_owned(), Value::Null),
            (Method::GET, of(key), Value::Null),
            (Method::POST, SECRET.to_owned(), new_key("child", json!({}))),
            (Method::PATCH, of(key), json!({"label": "mine"})),
            (Method::POST, format!("{}/deactivate", of(key)), Value::Null),
            (Method::POST, format!("{}/delete", of(key)), Value::Null),
        ]
    };
    let ask = async |key: &MadeKey, (method, path, document): (Method, String, Value)| {
        let program = app.api(&key.secret);
        match method {
            Method::GET => program.get(&path).await,
            Method::PATCH => program.patch(&path, &document).await,
            _ => program.post(&path, &document).await,
        }
    };
    // It has every permission in force, and is a member's: also nobody learns whether there is such a key.
    for key in [
        &other,
        &MadeKey {
            id: "000000000000".to_owned(),
            secret: String::new(),
        },
    ] {
        for way in ways(key) {
            problem(ask(&of_member, way).await, 403, "forbidden");
        }
    }
    let log = log_of(&app, &of_member);
    assert_eq!(log.len(), 10, "no more than ten a minute: {log:?}");
    // That of an admin does, until its owner is none.
    for way in ways(&other).into_iter().take(4) {
        let reply = ask(&of_admin, way).await;
        assert!(reply.status < 300, "{}: {}", reply.asked, reply.gist());
    }
    let child = format!("{SECRET}?q=child");
    let child = app.api(&of_admin.secret).get(&child).await.json()["data"][0].clone();
    assert_eq!(child["owner"]["type"], "workspace");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'member' WHERE id = '{admin}'"
        ))
    });
    for way in ways(&other) {
        let reply = ask(&of_admin, way).await;
        assert_eq!(reply.status, 403, "{}", reply.asked);
    }
}

#[actix_web::test]
async fn a_members_personal_key_is_stopped_by_a_key_and_nothing_else() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (own, program) = manager(&app, &[READ, MANAGE, LIST]);
    let email = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &email);
    let personal = make::personal(&app, ("brightwater", &member), "mine", &[LIST]);
    let rotate = json!({"grace_seconds": 0});
    problem(
        to(&program, &personal, "rotate", rotate.clone()).await,
        403,
        "forbidden",
    );
    let reply = program.patch(&of(&personal), &json!({"label": "x"})).await;
    problem(reply, 403, "forbidden");
    to(&program, &personal, "deactivate", Value::Null)
        .await
        .expect(200);
    let activate = to(&program, &personal, "activate", Value::Null).await;
    problem(activate, 403, "forbidden");
    to(&program, &personal, "delete", Value::Null)
        .await
        .expect(200);
    let restore = to(&program, &personal, "restore", Value::Null).await;
    problem(restore, 403, "forbidden");
    // Nor does its owner bring back what was ended for them; an admin does.
    let browser = app.sign_in(&email).await;
    let account = format!(
        "/w/brightwater/account/api-keys/{}/restoration",
        personal.id
    );
    browser.post(&account, &[]).await.expect(403);
    let settings = format!("/w/brightwater/settings/api-keys/{}", personal.id);
    let said = owner.get(&settings).await.expect(200).page().text();
    assert!(said.contains("by key manager"), "{said}");
    owner
        .post(&format!("{settings}/restoration"), &[])
        .await
        .expect(303);

    // Its owner's, and its own, a personal key rotates; it edits neither.
    let admin = make::member(&app, "brightwater", Role::Admin);
    let admin = make::member_id(&app, "brightwater", &admin);
    let of_admin = make::personal(&app, ("brightwater", &admin), "own", &[MANAGE, LIST]);
    let with_it = app.api(&of_admin.secret);
    problem(
        with_it.patch(&of(&of_admin), &json!({"label": "x"})).await,
        403,
        "forbidden",
    );
    let newer = made(to(&with_it, &of_admin, "rotate", rotate).await.expect(200));
    app.api(&newer.secret).get(WHOAMI).await.expect(200);
    assert!(log_of(&app, &own).contains(&"key.revoked mine".to_owned()));
}

/// While a key makes another it is being cut: either what it makes is within what is left of it, or it came before.
#[actix_web::test]
async fn a_key_that_is_cut_meanwhile_gives_no_more_than_it_has_then() {
    let (app, own, program) = scene(&[MANAGE, LIST, DELETE]);
    let id = &own.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE keys SET permissions = '{{ACCESS_MANAGE,OBJECTS_LIST}}' WHERE id = '{id}'"
        ));
    });
    let strong = new_key("child", json!({"permissions": ["FILE_DELETE"]}));
    let call = actix_web::rt::spawn(async move { program.post(SECRET, &strong).await });
    app.somebody_waits().await;
    app.sql(|sql| sql.execute("COMMIT"));
    let reply = call.await.expect("an answer");
    assert_eq!(missing(reply), json!(["FILE_DELETE"]));

    // Its value is taken from it.
    let program = app.api(&own.secret);
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE keys SET label = label WHERE id = '{id}';
             UPDATE key_secrets SET retires_at = made_at WHERE key_id = '{id}'"
        ));
    });
    let weak = new_key("child", json!({}));
    let call = actix_web::rt::spawn(async move { program.post(SECRET, &weak).await });
    app.somebody_waits().await;
    app.sql(|sql| sql.execute("COMMIT"));
    problem(call.await.expect("an answer"), 401, "key_rotated_out");
    let back = format!("UPDATE key_secrets SET retires_at = NULL WHERE key_id = '{id}'");
    app.sql(|sql| sql.execute(&back));

    let program = app.api(&own.secret);
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE keys SET deactivated_at = now() WHERE id = '{id}'"
        ));
    });
    let weak = new_key("child", json!({}));
    let call = actix_web::rt::spawn(async move { program.post(SECRET, &weak).await });
    app.somebody_waits().await;
    app.sql(|sql| sql.execute("COMMIT"));
    problem(call.await.expect("an answer"), 401, "key_deactivated");
    let keys = "SELECT count(*)::text AS line FROM keys";
    assert_eq!(app.sql(|sql| sql.line(keys)), "1");
}
