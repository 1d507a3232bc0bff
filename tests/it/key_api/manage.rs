//! The life of a key in the hands of a program.

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    DELETE, LIST, MANAGE, PUBLISHABLE, READ, SECRET, create, fields, log_of, made, new_key, of,
    scene, to,
};
use crate::{
    scenes::problem,
    support::make::{self, MadeKey},
};

const WHOAMI: &str = "/v1/whoami";

/// What lists and logs show of a key anybody may send on.
#[actix_web::test]
async fn a_key_is_found_by_what_is_shown_of_it() {
    let (_app, _, program) = scene(&[READ, MANAGE, LIST]);
    let reply = program.post(SECRET, &new_key("ci", json!({}))).await;
    let shown = reply.expect(201).json();
    let masked = shown["masked"].as_str().expect("a text");
    let (known, _) = masked.split_at(17);
    let listed = program.get(&format!("{SECRET}?q={known}")).await;
    assert_eq!(listed.expect(200).json()["data"][0]["label"], "ci");
    // One character of the secret makes a key of it.
    let path = format!("{SECRET}?q={known}0");
    problem(program.get(&path).await, 400, "invalid_request");
}

#[actix_web::test]
async fn through_the_api_alone_a_key_is_made_changed_rotated_stopped_and_brought_back() {
    let (app, manager, program) = scene(&[READ, MANAGE, LIST]);
    let reply = program.post(SECRET, &new_key("ci", json!({}))).await;
    let mut shown = reply.expect(201).json();
    let key = MadeKey {
        id: shown["id"].as_str().expect("an id").to_owned(),
        secret: shown["secret"].as_str().expect("a secret").to_owned(),
    };
    // No other answer has the secret, and else they say the same.
    shown.as_object_mut().expect("an object").remove("secret");
    let listed = program.get(SECRET).await.expect(200);
    assert!(!listed.text().contains(&key.secret));
    assert_eq!(listed.json()["data"][0], shown);
    assert_eq!(program.get(&of(&key)).await.expect(200).json(), shown);
    let maker = json!({"type": "api_key", "id": manager.id, "name": "manager"});
    assert_eq!(shown["created_by"], maker);
    assert_eq!(shown["owner"]["type"], "workspace");
    let caller = app.api(&key.secret);
    caller.get(WHOAMI).await.expect(200);

    let change = json!({"label": "ci-2", "rate_limit_per_minute": 40});
    let changed = program.patch(&of(&key), &change).await.expect(200).json();
    assert_eq!(changed["label"], "ci-2");
    assert_eq!(changed["rate_limit_per_minute"], 40);
    assert_eq!(changed["permissions"], json!(["OBJECTS_LIST"]));
    let cleared = json!({"rate_limit_per_minute": null});
    // What the workspace has may change, and its own figure bounds the key that asks.
    let refused = program.patch(&of(&key), &cleared).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "rate_limit_per_minute");
    app.sql(|sql| {
        sql.execute("UPDATE keys SET rate_limit_per_minute = NULL WHERE label = 'manager'")
    });
    let changed = program.patch(&of(&key), &cleared).await.expect(200).json();
    assert_eq!(changed["rate_limit_per_minute"], 500);
    assert_eq!(changed["label"], "ci-2");
    make::unhurried(&app, &manager);

    // Both values work for three seconds, and then the new one.
    let grace = json!({"grace_seconds": 3});
    let rotated = to(&program, &key, "rotate", grace.clone())
        .await
        .expect(200);
    let until: DateTime<Utc> = rotated.json()["rotating_until"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time");
    assert_eq!(rotated.json()["status"], "rotating");
    assert!((until - app.clock.now()).num_seconds() <= 3);
    let newer = made(rotated);
    assert_eq!(newer.id, key.id);
    let renewed = app.api(&newer.secret);
    for program in [&caller, &renewed] {
        program.get(WHOAMI).await.expect(200);
    }
    problem(to(&program, &key, "rotate", grace).await, 409, "conflict");
    app.clock.advance(TimeDelta::seconds(4));
    problem(caller.get(WHOAMI).await, 401, "key_rotated_out");
    renewed.get(WHOAMI).await.expect(200);

    for (verb, status, code) in [
        ("deactivate", "deactivated", "key_deactivated"),
        ("activate", "active", ""),
        ("delete", "revoked", "key_revoked"),
        ("delete", "revoked", "key_revoked"),
        ("restore", "deactivated", "key_deactivated"),
        ("activate", "active", ""),
        ("activate", "active", ""),
    ] {
        let answer = to(&program, &key, verb, Value::Null).await.expect(200);
        assert_eq!(answer.json()["status"], status, "{verb}");
        match code {
            "" => drop(renewed.get(WHOAMI).await.expect(200)),
            code => drop(problem(renewed.get(WHOAMI).await, 401, code)),
        }
    }
    assert_eq!(
        log_of(&app, &manager),
        [
            "key.created ci",
            "key.edited ci-2",
            "key.edited ci-2",
            "key.rotated ci-2",
            "key.deactivated ci-2",
            "key.activated ci-2",
            "key.revoked ci-2",
            "key.restored ci-2",
            "key.activated ci-2",
        ]
    );
    let by = "SELECT DISTINCT actor_label AS line FROM audit_events WHERE actor_kind = 'key'";
    assert_eq!(app.sql(|sql| sql.line(by)), "manager");
}

#[actix_web::test]
async fn a_rotation_is_finished_or_undone_before_its_time() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let key = create(&program, "ci", json!({})).await;
    let hour = json!({"grace_seconds": 3600});
    problem(
        to(&program, &key, "finish-rotation", Value::Null).await,
        409,
        "conflict",
    );
    let newer = made(to(&program, &key, "rotate", hour.clone()).await.expect(200));
    let undone = to(&program, &key, "undo-rotation", Value::Null).await;
    assert_eq!(undone.expect(200).json()["rotating_until"], Value::Null);
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    problem(
        app.api(&newer.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );

    // An earlier date, or none.
    let end = app.clock.now() + TimeDelta::days(2);
    let with_end = json!({"grace_seconds": 3600, "expires_at": end});
    let rotated = to(&program, &key, "rotate", with_end).await.expect(200);
    let told: DateTime<Utc> = rotated.json()["expires_at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time");
    assert!((told - end).num_milliseconds() == 0);
    let newest = made(rotated);
    let finished = to(&program, &key, "finish-rotation", Value::Null).await;
    assert_eq!(finished.expect(200).json()["status"], "active");
    to(&program, &key, "finish-rotation", Value::Null)
        .await
        .expect(200);
    problem(
        app.api(&key.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    app.api(&newest.secret).get(WHOAMI).await.expect(200);
    problem(
        to(&program, &key, "undo-rotation", Value::Null).await,
        409,
        "conflict",
    );
    for (document, field) in [
        (json!({}), "grace_seconds"),
        (json!({"grace_seconds": -1}), "grace_seconds"),
        (json!({"grace_seconds": 604_801}), "grace_seconds"),
        (
            json!({"grace_seconds": 0, "expires_at": "soon"}),
            "expires_at",
        ),
        (
            json!({"grace_seconds": 0, "expires_at": "2020-01-01T00:00:00Z"}),
            "expires_at",
        ),
        (json!({"grace_seconds": 0, "label": "x"}), "label"),
    ] {
        let reply = to(&program, &key, "rotate", document).await;
        assert_eq!(fields(reply), [field]);
    }
}

/// The value before a rotation may have leaked: it ends itself and nothing else.
#[actix_web::test]
async fn a_replaced_value_does_not_take_its_replacement_back() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let with = json!({"permissions": [MANAGE.to_string(), LIST.to_string()]});
    let key = create(&program, "ci", with).await;
    let hour = json!({"grace_seconds": 3600});
    let rotate = async || made(to(&program, &key, "rotate", hour.clone()).await.expect(200));
    let (newer, old) = (rotate().await, app.api(&key.secret));
    let refused = to(&old, &key, "undo-rotation", Value::Null).await;
    let document = problem(refused, 403, "forbidden");
    let why = document["detail"].as_str().unwrap_or_default();
    assert!(why.contains("with the new value"), "{why}");
    problem(
        to(&old, &key, "rotate", hour.clone()).await,
        409,
        "conflict",
    );
    app.api(&newer.secret).get(WHOAMI).await.expect(200);
    // The new one may.
    let undone = to(&app.api(&newer.secret), &key, "undo-rotation", Value::Null).await;
    undone.expect(200);
    let newest = rotate().await;
    let ended = to(&old, &key, "finish-rotation", Value::Null).await;
    assert_eq!(ended.expect(200).json()["rotating_until"], Value::Null);
    problem(old.get(WHOAMI).await, 401, "key_rotated_out");
    app.api(&newest.secret).get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn what_the_state_of_a_key_forbids_is_a_conflict() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let key = create(&program, "ci", json!({})).await;
    to(&program, &key, "delete", Value::Null).await.expect(200);
    for (verb, document) in [
        ("activate", Value::Null),
        ("deactivate", Value::Null),
        ("rotate", json!({"grace_seconds": 0})),
        ("finish-rotation", Value::Null),
        ("undo-rotation", Value::Null),
    ] {
        problem(to(&program, &key, verb, document).await, 409, "conflict");
    }
    let change = json!({"label": "other"});
    problem(program.patch(&of(&key), &change).await, 409, "conflict");
    // Its label was taken meanwhile.
    let other = create(&program, "CI", json!({})).await;
    assert_eq!(
        fields(to(&program, &key, "restore", Value::Null).await),
        ["label"]
    );
    let back = to(&program, &key, "restore", json!({"label": "ci 2"})).await;
    assert_eq!(back.expect(200).json()["label"], "ci 2");
    // It is so already: the same answer, and no change.
    let again = to(&program, &key, "restore", Value::Null).await;
    assert_eq!(again.expect(200).json()["status"], "deactivated");
    to(&program, &key, "delete", Value::Null).await.expect(200);
    app.clock.advance(TimeDelta::days(7));
    problem(
        to(&program, &key, "restore", Value::Null).await,
        409,
        "conflict",
    );
    make::revoked(&app, &other, "compromised");
    problem(
        to(&program, &other, "restore", Value::Null).await,
        409,
        "conflict",
    );
}

#[actix_web::test]
async fn a_publishable_key_is_made_and_managed_under_its_own_address() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST, DELETE]);
    let sites = json!({"allowed_origins": ["https://shop.example", "https://Shop.example:443"]});
    let reply = program.post(PUBLISHABLE, &new_key("shop", sites)).await;
    let answer = reply.expect(201).json();
    assert_eq!(answer["object"], "publishable_key");
    assert_eq!(answer["allowed_origins"], json!(["https://shop.example"]));
    assert_eq!(answer["key"], answer["secret"]);
    let id = answer["id"].as_str().expect("an id");
    let (own, wrong) = (format!("{PUBLISHABLE}/{id}"), format!("{SECRET}/{id}"));
    let at_shop = [("origin", "https://shop.example")];
    let value = answer["key"].as_str().expect("a value");
    let page = app.api(value);
    page.send(Method::GET, WHOAMI, &at_shop, "")
        .await
        .expect(200);
    let change = json!({"allowed_origins": ["*"]});
    let changed = program.patch(&own, &change).await.expect(200).json();
    assert_eq!(changed["allowed_origins"], json!(["*"]));
    page.get(WHOAMI).await.expect(200);
    let (rotate, now) = (format!("{own}/rotate"), json!({"grace_seconds": 0}));
    let rotated = program.post(&rotate, &now).await.expect(200).json();
    assert_eq!(rotated["key"], rotated["secret"]);
    problem(page.get(WHOAMI).await, 401, "key_rotated_out");

    // Found nowhere else, and neither is a secret key here.
    let secret = create(&program, "ci", json!({})).await;
    let secrets = format!("{PUBLISHABLE}/{}", secret.id);
    for path in [&wrong, &secrets] {
        problem(program.get(path).await, 404, "not_found");
        problem(
            program.patch(path, &json!({"label": "x"})).await,
            404,
            "not_found",
        );
        for verb in [
            "activate",
            "deactivate",
            "delete",
            "restore",
            "undo-rotation",
        ] {
            let reply = program.post(&format!("{path}/{verb}"), &Value::Null).await;
            problem(reply, 404, "not_found");
        }
    }
    for (with, field) in [
        (json!({}), "allowed_origins"),
        (json!({"allowed_origins": []}), "allowed_origins"),
        (
            json!({"allowed_origins": ["*", "nowhere"]}),
            "allowed_origins[1]",
        ),
        (
            json!({"allowed_origins": ["*"], "permissions": ["FILE_DELETE"]}),
            "permissions",
        ),
        (
            json!({"allowed_origins": ["*"], "recoverable": true}),
            "recoverable",
        ),
    ] {
        let reply = program.post(PUBLISHABLE, &new_key("other", with)).await;
        assert_eq!(fields(reply), [field]);
    }
    let reply = program.patch(&own, &json!({"allowed_origins": null})).await;
    assert_eq!(fields(reply), ["allowed_origins"]);
}

#[actix_web::test]
async fn every_mistake_in_a_key_is_told_by_its_field() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let wrong = json!({
        "label": " ",
        "permissions": [],
        "expires_at": "tomorrow",
        "allowed_ips": ["203.0.113.0/24", "nowhere"],
        "rate_limit_per_minute": 0,
    });
    let told = fields(program.post(SECRET, &new_key("", wrong)).await);
    let expected = [
        "allowed_ips[1]",
        "rate_limit_per_minute",
        "expires_at",
        "label",
        "permissions",
    ];
    assert_eq!(told, expected);
    let key = create(&program, "ci", json!({})).await;
    for (document, field) in [
        (json!({"label": null}), "label"),
        (json!({"label": ""}), "label"),
        (json!({"permissions": null}), "permissions"),
        (json!({"permissions": []}), "permissions"),
        (json!({"permissions": ["FILE_FLY"]}), "permissions[0]"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"allowed_origins": ["*"]}), "allowed_origins"),
        (json!({"owner": "me"}), "owner"),
        (json!({"label": "manager"}), "label"),
    ] {
        let reply = program.patch(&of(&key), &document).await;
        assert_eq!(fields(reply), [field], "{document}");
    }
    assert_eq!(
        fields(program.post(SECRET, &new_key("CI", json!({}))).await),
        ["label"]
    );
    // The maximum of the workspace holds for programs too.
    app.sql(|sql| {
        sql.execute(
            "UPDATE workspaces SET max_key_lifetime_days = 30, default_key_lifetime_days = 10",
        );
    });
    let far = json!({"expires_at": app.clock.now() + TimeDelta::days(31)});
    assert_eq!(
        fields(program.post(SECRET, &new_key("far", far.clone())).await),
        ["expires_at"]
    );
    assert_eq!(fields(program.patch(&of(&key), &far).await), ["expires_at"]);
    let usual = program.post(SECRET, &new_key("usual", json!({}))).await;
    let usual = usual.expect(201).json();
    let time = |field: &str| -> DateTime<Utc> {
        let at = usual[field].as_str().and_then(|at| at.parse().ok());
        at.expect(field)
    };
    assert_eq!(time("expires_at") - time("created_at"), TimeDelta::days(10));
    let body = r#"{"label": "x", "#;
    let json = [("content-type", "application/json")];
    let reply = program.send(Method::POST, SECRET, &json, body).await;
    problem(reply, 400, "invalid_request");
    let text = [("content-type", "text/plain")];
    let reply = program.send(Method::POST, SECRET, &text, "{}").await;
    problem(reply, 415, "unsupported_media_type");
}
