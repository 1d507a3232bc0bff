//! Requests that are sent again.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    LIST, MANAGE, READ, SECRET, UPLOAD, fields, log_of, made, missing, new_key, of, scene, to,
};
use crate::{
    scenes::problem,
    support::{
        http::Reply,
        make::{self, MadeKey},
        program::Program,
    },
};

const WHOAMI: &str = "/v1/whoami";

async fn named(program: &Program, path: &str, name: &str, document: &Value) -> Reply {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", name),
    ];
    let post = actix_web::http::Method::POST;
    program
        .send(post, path, &headers, &document.to_string())
        .await
}

#[actix_web::test]
async fn two_hundred_creations_at_once_with_one_name_make_one_key() {
    let (app, own, program) = scene(&[READ, MANAGE, LIST]);
    let new = new_key("ci", json!({}));
    let replies = join_all((0..200).map(|_| named(&program, SECRET, "one", &new))).await;
    let mut made_so = Vec::new();
    for reply in replies {
        match reply.status {
            201 => made_so.push(made(reply)),
            // The first runs, or there is more to do than can be done at once.
            409 => drop(problem(reply, 409, "conflict")),
            _ => drop(problem(reply, 503, "unavailable")),
        }
    }
    assert!(!made_so.is_empty());
    let ids: std::collections::BTreeSet<&str> = made_so.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let keys = "SELECT count(*)::text AS line FROM keys WHERE label = 'ci'";
    assert_eq!(app.sql(|sql| sql.line(keys)), "1");
    let live =
        "SELECT count(*)::text AS line FROM key_secrets WHERE retires_at IS NULL AND version >= 1";
    assert_eq!(app.sql(|sql| sql.line(live)), "2", "one of each key");
    let mut alive = 0;
    for key in &made_so {
        match app.api(&key.secret).get(WHOAMI).await {
            reply if reply.status == 200 => alive += 1,
            reply => drop(problem(reply, 401, "key_rotated_out")),
        }
    }
    assert_eq!(alive, 1, "only the last value works");
    let log = log_of(&app, &own);
    let created = log.iter().filter(|line| *line == "key.created ci").count();
    let again = log
        .iter()
        .filter(|line| *line == "key.secret_replaced ci")
        .count();
    assert_eq!((created, again), (1, made_so.len() - 1), "{log:?}");
}

#[actix_web::test]
async fn a_creation_that_is_sent_again_answers_for_the_same_key_until_its_value_is_used() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST]);
    let new = new_key("ci", json!({"rate_limit_per_minute": 40}));
    let first = named(&program, SECRET, "one", &new).await.expect(201);
    let mut told = first.json();
    let first = made(first);
    let again = named(&program, SECRET, "one", &new).await.expect(201);
    for field in ["secret", "updated_at"] {
        told[field] = again.json()[field].clone();
    }
    assert_eq!(again.json(), told);
    let second = made(again);
    assert_eq!(second.id, first.id);
    assert_ne!(second.secret, first.secret);
    problem(
        app.api(&first.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    // Of the first value a call is known; that of the second is not.
    let third = made(named(&program, SECRET, "one", &new).await.expect(201));
    let other = new_key("other", json!({}));
    let reply = named(&program, SECRET, "one", &other).await;
    assert_eq!(fields(reply), ["Idempotency-Key"]);
    let reply = named(
        &program,
        &format!("{}/rotate", of(&first)),
        "one",
        &json!({"grace_seconds": 0}),
    )
    .await;
    assert_eq!(fields(reply), ["Idempotency-Key"]);
    app.api(&third.secret).get(WHOAMI).await.expect(200);
    // Every server knows it before that call is answered: nothing is counted yet.
    let used = "SELECT (used_at IS NOT NULL)::text AS line FROM key_replays";
    assert_eq!(app.sql(|sql| sql.lines(used)), ["true"]);
    problem(named(&program, SECRET, "one", &new).await, 409, "conflict");
    app.write_counts().await;
    problem(named(&program, SECRET, "one", &new).await, 409, "conflict");
    app.api(&third.secret).get(WHOAMI).await.expect(200);

    // A name is its caller's, and is forgotten after a day.
    let neighbour = make::key_with(
        &app,
        "brightwater",
        "neighbour",
        &[MANAGE, LIST],
        keyroom::keys::Lifetime::Unlimited,
    );
    let neighbour = app.api(&neighbour.secret);
    let reply = named(&neighbour, SECRET, "one", &other).await;
    assert_ne!(made(reply.expect(201)).id, first.id);
    app.clock.advance(TimeDelta::hours(24));
    let label = new_key("a day later", json!({}));
    let later = named(&program, SECRET, "one", &label).await.expect(201);
    assert_ne!(made(later).id, first.id);
}

#[actix_web::test]
async fn a_rotation_that_is_sent_again_keeps_the_grace_of_the_value_before() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST]);
    let key = made(
        program
            .post(SECRET, &new_key("ci", json!({})))
            .await
            .expect(201),
    );
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    let rotate = format!("{}/rotate", of(&key));
    let hour = json!({"grace_seconds": 3600});
    let first = named(&program, &rotate, "r", &hour).await.expect(200);
    let until = first.json()["rotating_until"].clone();
    let first = made(first);
    app.clock.advance(TimeDelta::minutes(5));
    let again = named(&program, &rotate, "r", &hour).await.expect(200);
    assert_eq!(again.json()["rotating_until"], until);
    let second = made(again);
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    problem(
        app.api(&first.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    // It can be undone still: then what it made is no longer the value of the key.
    to(&program, &key, "undo-rotation", Value::Null)
        .await
        .expect(200);
    problem(
        app.api(&second.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    app.api(&key.secret).get(WHOAMI).await.expect(200);
    problem(named(&program, &rotate, "r", &hour).await, 409, "conflict");
    let other = json!({"grace_seconds": 3601});
    assert_eq!(
        fields(named(&program, &rotate, "r", &other).await),
        ["Idempotency-Key"]
    );
    let next = made(named(&program, &rotate, "r2", &hour).await.expect(200));
    app.api(&next.secret).get(WHOAMI).await.expect(200);
    problem(named(&program, &rotate, "r2", &hour).await, 409, "conflict");
}

#[actix_web::test]
async fn what_is_sent_again_is_checked_against_what_its_caller_may_now() {
    let (app, own, program) = scene(&[READ, MANAGE, LIST, UPLOAD]);
    let new = new_key("ci", json!({"permissions": ["FILE_UPLOAD"]}));
    let first = made(named(&program, SECRET, "one", &new).await.expect(201));
    let cut = |codes: &str| {
        let (id, codes) = (own.id.clone(), codes.to_owned());
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE keys SET permissions = '{{{codes}}}' WHERE id = '{id}'"
            ))
        });
    };
    cut("ACCESS_MANAGE,OBJECTS_LIST");
    let reply = named(&program, SECRET, "one", &new).await;
    assert_eq!(missing(reply), json!(["FILE_UPLOAD"]));
    cut("OBJECTS_LIST");
    let reply = named(&program, SECRET, "one", &new).await;
    assert_eq!(missing(reply), json!(["ACCESS_MANAGE"]));
    app.api(&first.secret).get(WHOAMI).await.expect(200);
    cut("ACCESS_MANAGE,FILE_UPLOAD");
    // Revoked meanwhile.
    let other = new_key("other", json!({"permissions": ["FILE_UPLOAD"]}));
    let second: MadeKey = made(named(&program, SECRET, "two", &other).await.expect(201));
    to(&program, &second, "delete", Value::Null)
        .await
        .expect(200);
    problem(
        named(&program, SECRET, "two", &other).await,
        409,
        "conflict",
    );
    for name in ["", "a b", &"x".repeat(256)] {
        let reply = named(&program, SECRET, name, &other).await;
        assert_eq!(fields(reply), ["Idempotency-Key"], "{name:?}");
    }
    // What was refused is not remembered: the name is free.
    let wrong = new_key("", json!({}));
    named(&program, SECRET, "three", &wrong).await.expect(422);
    named(
        &program,
        SECRET,
        "three",
        &new_key("third", json!({"permissions": ["FILE_UPLOAD"]})),
    )
    .await
    .expect(201);
    // While the first runs.
    let lock = format!(
        "SELECT pg_advisory_xact_lock(hashtextextended('key_replays ' || workspace_id || ' {0} four', 0)) FROM keys
         WHERE id = '{0}'",
        own.id
    );
    app.sql(|sql| sql.execute(&format!("BEGIN; {lock}")));
    problem(
        named(&program, SECRET, "four", &other).await,
        409,
        "conflict",
    );
    app.sql(|sql| sql.execute("COMMIT"));
}

#[actix_web::test]
async fn requests_are_forgotten_after_a_day() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    let new = new_key("ci", json!({}));
    named(&program, SECRET, "one", &new).await.expect(201);
    let count = "SELECT count(*)::text AS line FROM key_replays";
    for (later, left) in [(TimeDelta::hours(-1), "1"), (TimeDelta::zero(), "0")] {
        let since = app.clock.now() + later;
        let why = keyroom::policy::Unscoped::because("a test");
        app.db
            .run_here(|conn| keyroom::keys::forget_replays(conn, why, since))
            .expect("forgotten");
        assert_eq!(app.sql(|sql| sql.line(count)), left);
    }
}

/// A value that only ever is presented to somebody else's service.
#[actix_web::test]
async fn a_value_that_a_service_has_asked_about_is_not_made_anew() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST]);
    let new = new_key("ci", json!({}));
    let key = made(named(&program, SECRET, "one", &new).await.expect(201));
    let ask = async |token: &str| {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let post = actix_web::http::Method::POST;
        let body = format!("token={token}");
        let reply = program.send(post, "/v1/introspect", &form, &body).await;
        reply.expect(200).json()["active"].clone()
    };
    // Whatever is not active has not arrived.
    make::deactivated(&app, &key);
    assert_eq!(ask(&key.secret).await, false);
    let back = format!(
        "UPDATE keys SET deactivated_at = NULL WHERE id = '{}'",
        key.id
    );
    app.sql(|sql| sql.execute(&back));
    let again = made(named(&program, SECRET, "one", &new).await.expect(201));
    assert_eq!(ask(&key.secret).await, false);
    assert_eq!(ask(&again.secret).await, true);
    let reply = named(&program, SECRET, "one", &new).await;
    problem(reply, 409, "conflict");
    assert_eq!(ask(&again.secret).await, true);
    // It is none of its calls.
    app.write_counts().await;
    let path = format!("{SECRET}/{}", key.id);
    let told = program.get(&path).await.expect(200).json();
    assert_eq!(told["last_used_at"], Value::Null);
}
