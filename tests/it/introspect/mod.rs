//! `POST /v1/introspect`: a service asks whether a token is a key (RFC 7662).

mod asking;

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta};
use keyroom::{
    actor::Role,
    keys::{Kind, Lifetime, Secret},
    permissions::Permission,
};
use serde_json::{Value, json};

use crate::{
    routes::are_alike,
    scenes::problem,
    support::{
        TestApp,
        http::{Reply, encode},
        make::{self, MadeKey},
        program::Program,
        python,
    },
};

const INTROSPECT: &str = "/v1/introspect";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const ME: &str = "/v1/whoami";

async fn ask(service: &Program, fields: &[(&str, &str)]) -> Reply {
    let body = encode(fields);
    service.send(Method::POST, INTROSPECT, &[FORM], &body).await
}

async fn told(service: &Program, token: &str) -> Value {
    ask(service, &[("token", token)]).await.expect(200).json()
}

/// The whole answer about whatever is no key that may be used.
fn inactive() -> Value {
    json!({ "active": false })
}

/// A workspace, and a service in it that may ask.
fn scene() -> (TestApp, Program) {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let service = service(&app, "brightwater");
    (app, service)
}

fn service(app: &TestApp, workspace: &str) -> Program {
    let read = [Permission::AccessRead];
    let key = make::key_with(app, workspace, "service", &read, Lifetime::Days(90));
    app.api(&key.secret)
}

fn client(app: &TestApp, label: &str) -> MadeKey {
    let may = [Permission::FileUpload, Permission::ObjectsList];
    make::key_with(app, "brightwater", label, &may, Lifetime::Days(90))
}

#[actix_web::test]
async fn of_a_key_that_may_be_used_it_tells_what_a_service_needs() {
    let (app, service) = scene();
    let key = client(&app, "production");
    let me = app.api(&key.secret).get(ME).await.expect(200).json();
    let time = |value: &Value| {
        let text = value.as_str().expect("a time");
        text.parse::<DateTime<chrono::Utc>>()
            .expect("a time")
            .timestamp()
    };
    let expected = json!({
        "active": true,
        "scope": "OBJECTS_LIST FILE_UPLOAD",
        "client_id": key.id,
        "sub": key.id,
        "token_type": "Bearer",
        "iat": time(&me["key"]["created_at"]),
        "exp": time(&me["key"]["expires_at"]),
        "object": "secret_key",
        "label": "production",
        "owner": me["key"]["owner"],
        "workspace": me["workspace"],
    });
    let hints = ["access_token", "refresh_token", "anything"];
    for hint in hints {
        let fields = [("token", key.secret.as_str()), ("token_type_hint", hint)];
        assert_eq!(ask(&service, &fields).await.expect(200).json(), expected);
    }
    // A personal key acts for its owner, within what they may at this moment.
    let email = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &email);
    let own = make::personal(&app, ("brightwater", &member), "own", Permission::ALL);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET expires_at = NULL WHERE id = '{}'",
            own.id
        ))
    });
    let answer = told(&service, &own.secret).await;
    assert_eq!(answer["sub"], member);
    assert_eq!(answer["owner"], json!({"type": "member", "id": member}));
    assert_eq!(answer.get("exp"), None);
    let scope = answer["scope"].as_str().expect("a text");
    assert_eq!(
        scope.split(' ').count(),
        5,
        "what every member may: {scope}"
    );
}

#[actix_web::test]
async fn whatever_opens_nothing_is_inactive_and_nothing_more() {
    let (app, service) = scene();
    make::workspace(&app, "Elsewhere");
    let foreign = make::key(&app, "elsewhere", "theirs").secret;
    let key = client(&app, "client");
    let id = key.id.parse().expect("an id");
    let wrong = Secret::fresh(Kind::Secret, id).reveal().to_owned();
    let nobodys = Secret::fresh(Kind::Secret, keyroom::ids::KeyId::fresh());
    let nobodys = nobodys.reveal().to_owned();
    let (revoked, deactivated) = (client(&app, "revoked"), client(&app, "deactivated"));
    make::revoked(&app, &revoked, "unneeded");
    make::deactivated(&app, &deactivated);
    let former = client(&app, "rotated");
    make::rotated(&app, &former, 0);
    let email = make::member(&app, "brightwater", Role::Admin);
    let member = make::member_id(&app, "brightwater", &email);
    let suspended = make::personal(
        &app,
        ("brightwater", &member),
        "own",
        &[Permission::ObjectsList],
    );
    assert_eq!(told(&service, &suspended.secret).await["active"], true);
    make::suspended(&app, &member);
    for token in [
        "",
        "x",
        &"x".repeat(10_000),
        &key.secret[..54],
        &key.secret.to_uppercase(),
        &format!(" {}", key.secret),
        &wrong,
        &nobodys,
        &foreign,
        &revoked.secret,
        &deactivated.secret,
        &former.secret,
        &suspended.secret,
    ] {
        assert_eq!(told(&service, token).await, inactive(), "{token}");
    }
    let one = ask(&service, &[("token", &foreign)]).await;
    let other = ask(&service, &[("token", &nobodys)]).await;
    let alike = |reply: Reply| {
        let mut reply = reply.expect(200);
        reply.headers.remove("ratelimit");
        reply
    };
    are_alike(&app, (&alike(one), INTROSPECT), (&alike(other), INTROSPECT));
    // Of its own workspace's service it is a key.
    let theirs = service_of(&app, "elsewhere").await;
    assert_eq!(told(&theirs, &foreign).await["active"], true);
    assert_eq!(told(&theirs, &key.secret).await, inactive());

    assert_eq!(told(&service, &key.secret).await["active"], true);
    app.clock
        .advance(TimeDelta::days(89) + TimeDelta::hours(23));
    assert_eq!(told(&service, &key.secret).await["active"], true);
    app.clock.advance(TimeDelta::hours(1));
    let service = service_of(&app, "brightwater").await;
    assert_eq!(told(&service, &key.secret).await, inactive(), "expired");
}

async fn service_of(app: &TestApp, workspace: &str) -> Program {
    let (read, days) = ([Permission::AccessRead], Lifetime::Days(90));
    let key = make::key_with(app, workspace, "another service", &read, days);
    app.api(&key.secret)
}

#[actix_web::test]
async fn while_a_key_rotates_both_of_its_values_are_active_and_the_old_one_ends_first() {
    let (app, service) = scene();
    let old = client(&app, "client");
    app.clock.advance(TimeDelta::days(1));
    let now = app.clock.now().timestamp();
    let new = make::rotated(&app, &old, 3_600);
    let (was, is) = (
        told(&service, &old.secret).await,
        told(&service, &new.secret).await,
    );
    let seconds = |answer: &Value, field: &str| answer[field].as_i64().expect("a number");
    assert!((now + 3_600 - seconds(&was, "exp")).abs() <= 2, "{was}");
    assert!(seconds(&is, "exp") > now + 80 * 86_400, "{is}");
    assert!((seconds(&is, "iat") - now).abs() <= 2 && seconds(&was, "iat") < now - 80_000);
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(told(&service, &old.secret).await, inactive());
    assert_eq!(told(&service, &new.secret).await["client_id"], new.id);
}

#[actix_web::test]
async fn a_key_that_is_bound_to_places_is_active_where_it_may_be_used() {
    let (app, service) = scene();
    let bound = client(&app, "office");
    let id = &bound.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET allowed_ips = '{{203.0.113.0/24,2001:db8::/32}}' WHERE id = '{id}'"
        ));
    });
    let shop = make::publishable(&app, "brightwater", "shop", "https://shop.example");
    let open = make::publishable(&app, "brightwater", "anywhere", "*");
    let free = client(&app, "free");
    let is_active = async |key: &MadeKey, more: &[(&str, &str)]| {
        let fields = [&[("token", key.secret.as_str())], more].concat();
        let answer = ask(&service, &fields).await.expect(200).json();
        assert!(answer["active"] == true || answer == inactive(), "{answer}");
        answer["active"] == true
    };
    for ip in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8::1"] {
        assert!(is_active(&bound, &[("ip", ip)]).await, "{ip}");
        assert!(is_active(&free, &[("ip", ip)]).await, "{ip}");
    }
    // A service that does not say whence it got the token learns nothing of it.
    assert!(!is_active(&bound, &[]).await && is_active(&free, &[]).await);
    assert!(!is_active(&bound, &[("ip", "198.51.100.1")]).await);
    assert!(
        !is_active(
            &bound,
            &[("ip", "203.0.113.7"), ("origin", "https://shop.example")]
        )
        .await
    );
    assert!(is_active(&shop, &[("origin", "https://shop.example")]).await);
    assert!(!is_active(&shop, &[("origin", "https://evil.example")]).await);
    assert!(!is_active(&shop, &[]).await && is_active(&open, &[]).await);
    assert_eq!(
        told(&service, &open.secret).await["object"],
        "publishable_key"
    );
    let fields = [("token", free.secret.as_str()), ("ip", "the office")];
    let document = problem(ask(&service, &fields).await, 422, "invalid_fields");
    assert_eq!(document["errors"][0]["field"], "ip");
}

#[actix_web::test]
async fn to_be_asked_about_is_no_use_of_a_key_and_no_refusal_of_it() {
    let (app, service) = scene();
    let (key, dead) = (client(&app, "client"), client(&app, "dead"));
    make::deactivated(&app, &dead);
    app.sql(|sql| {
        sql.execute("UPDATE keys SET rate_limit_per_minute = 1 WHERE label IN ('client', 'dead')");
    });
    let before = app.sql(|sql| {
        sql.dump_without(&[
            "key_calls",
            "key_callers",
            "key_caller_days",
            "key_days",
            "key_last_uses",
        ])
    });
    let workspace = "SELECT id::text AS line FROM workspaces";
    let workspace = app.sql(|sql| sql.line(workspace));
    let workspace = workspace.parse().expect("an id");
    let seen = app.shared.site.changes.seen();
    for _ in 0..30 {
        assert_eq!(told(&service, &key.secret).await["active"], true);
        assert_eq!(told(&service, &dead.secret).await, inactive());
    }
    app.write_counts().await;
    let counted = app.sql(|sql| {
        sql.lines("SELECT concat(label, ' ', outcome, ' ', calls) AS line FROM key_calls JOIN keys ON keys.id = key_id")
    });
    assert_eq!(counted, ["service served 60"]);
    let used = "SELECT label AS line FROM key_last_uses JOIN keys ON keys.id = key_id";
    assert_eq!(app.sql(|sql| sql.lines(used)), ["service"]);
    let after = app.sql(|sql| {
        sql.dump_without(&[
            "key_calls",
            "key_callers",
            "key_caller_days",
            "key_days",
            "key_last_uses",
        ])
    });
    assert_eq!(after, before, "nothing else is written");
    let changes = &app.shared.site.changes;
    assert!(changes.none_since(&seen, workspace), "nobody looks again");
    let reply = app.api(&key.secret).get(ME).await.expect(200);
    assert!(
        reply.header("ratelimit").starts_with(r#""default";r=0;"#),
        "its first call"
    );
}

#[actix_web::test]
async fn a_real_library_is_told_the_truth() {
    let (app, _) = scene();
    let reader = make::key_with(
        &app,
        "brightwater",
        "reader",
        &[Permission::AccessRead],
        Lifetime::Days(90),
    );
    let (live, dead) = (client(&app, "live"), client(&app, "dead"));
    make::deactivated(&app, &dead);
    let address = format!("http://{}", app.address);
    let told = python::run(
        "tests/it/introspect/service.py",
        &[&address, &reader.secret, &live.secret, &dead.secret],
        &[("AUTHLIB_INSECURE_TRANSPORT", "1")],
    );
    assert_eq!(
        told,
        [
            format!("OBJECTS_LIST granted to {}", live.id),
            "FILE_DELETE insufficient_scope".to_owned(),
            "OBJECTS_LIST invalid_token".to_owned(),
            "FILE_DELETE invalid_token".to_owned(),
        ]
    );
}
