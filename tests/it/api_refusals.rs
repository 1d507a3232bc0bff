//! The ladder of refusals that every call of the API climbs, rung by rung.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{
    ids::KeyId,
    keys::{Kind, Lifetime, Secret},
    permissions::Permission,
};
use serde_json::Value;

use crate::{
    scenes::{ADA, press, problem},
    support::{
        TestApp,
        http::{Header, Reply},
        log, make,
        make::MadeKey,
    },
};

const WHOAMI: &str = "/v1/whoami";
const FORM: Header<'_> = ("content-type", "application/x-www-form-urlencoded");

async fn scene() -> (TestApp, MadeKey) {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    (app, key)
}

/// Without what differs between any two answers.
fn comparable(reply: &Reply) -> (u16, Value, Vec<(String, String)>) {
    let mut document = reply.json();
    document["request_id"] = Value::Null;
    let mut headers: Vec<(String, String)> = reply
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()))
        .filter(|(name, _)| name != "date" && name != "x-request-id")
        .collect();
    headers.sort();
    (reply.status, document, headers)
}

#[actix_web::test]
async fn a_key_anywhere_but_in_authorization_is_refused_and_never_repeated() {
    let (app, key) = scene().await;
    let (secret, nobody) = (key.secret.as_str(), app.anonymous());
    let query = format!("{WHOAMI}?api_key={secret}");
    let cookie = format!("key={secret}");
    let basic = format!(
        "Basic {}",
        data_encoding::BASE64.encode(format!("{secret}:").as_bytes())
    );
    let raw = secret.to_owned();
    let token = format!("Token {secret}");
    let bearer = format!("Bearer {secret}");
    let form = format!("key={secret}");
    let get = Method::GET;
    let replies = [
        ("query", nobody.send(get.clone(), &query, &[], "").await),
        (
            "cookie",
            nobody
                .send(get.clone(), WHOAMI, &[("cookie", &cookie)], "")
                .await,
        ),
        (
            "basic",
            nobody
                .send(get.clone(), WHOAMI, &[("authorization", &basic)], "")
                .await,
        ),
        (
            "bare",
            nobody
                .send(get.clone(), WHOAMI, &[("authorization", &raw)], "")
                .await,
        ),
        (
            "token",
            nobody
                .send(get.clone(), WHOAMI, &[("authorization", &token)], "")
                .await,
        ),
        (
            "x-api-key",
            nobody
                .send(get.clone(), WHOAMI, &[("x-api-key", secret)], "")
                .await,
        ),
        (
            "form",
            nobody.send(Method::DELETE, WHOAMI, &[FORM], &form).await,
        ),
        // Beside the right one.
        ("both query", app.api(secret).get(&query).await),
        (
            "both cookie",
            app.api(secret)
                .send(get.clone(), WHOAMI, &[("cookie", &cookie)], "")
                .await,
        ),
        (
            "twice",
            app.api(secret)
                .send(get.clone(), WHOAMI, &[("authorization", &bearer)], "")
                .await,
        ),
        (
            "both form",
            app.api(secret)
                .send(Method::DELETE, WHOAMI, &[FORM], &form)
                .await,
        ),
        (
            "both x-api-key",
            app.api(secret)
                .send(get, WHOAMI, &[("x-api-key", secret)], "")
                .await,
        ),
    ];
    for (carrier, reply) in replies {
        assert!(!reply.text().contains(&secret[17..]), "{carrier}");
        assert_eq!(reply.status, 400, "{carrier}: {}", reply.text());
        let challenge = reply.header("www-authenticate").to_owned();
        assert_eq!(
            challenge, r#"Bearer realm="keyroom", error="invalid_request""#,
            "{carrier}"
        );
        let document = problem(reply, 400, "invalid_request");
        let told = document["detail"].as_str().unwrap_or_default();
        assert!(told.contains("Authorization"), "{carrier}: {told}");
    }
    app.api(secret).get(WHOAMI).await.expect(200);
    let leaked: Vec<String> = log::lines()
        .into_iter()
        .filter(|l| l.contains(&secret[17..]))
        .collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[actix_web::test]
async fn without_a_credential_the_challenge_has_no_error() {
    let (app, _) = scene().await;
    for authorization in [None, Some("Bearer"), Some("Bearer ")] {
        let headers: Vec<Header<'_>> = authorization
            .map(|a| ("authorization", a))
            .into_iter()
            .collect();
        let reply = app
            .anonymous()
            .send(Method::GET, WHOAMI, &headers, "")
            .await;
        assert_eq!(
            reply.header("www-authenticate"),
            r#"Bearer realm="keyroom""#
        );
        problem(reply, 401, "credential_missing");
    }
}

#[actix_web::test]
async fn the_scheme_is_read_in_any_case_and_the_key_exactly() {
    let (app, key) = scene().await;
    let lower = format!("bearer {}", key.secret);
    let reply = app
        .anonymous()
        .send(Method::GET, WHOAMI, &[("authorization", &lower)], "")
        .await;
    reply.expect(200);
    for wrong in [
        format!("Bearer  {}", key.secret),
        format!("Bearer {} x", key.secret),
        format!("Bearer {}", key.secret.to_uppercase()),
        format!("Bearer \"{}\"", key.secret),
    ] {
        let reply = app
            .anonymous()
            .send(Method::GET, WHOAMI, &[("authorization", &wrong)], "")
            .await;
        problem(reply, 401, "key_invalid");
    }
}

#[actix_web::test]
async fn what_is_no_key_looks_the_same_whatever_is_wrong_with_it() {
    let (app, key) = scene().await;
    let id: KeyId = key.id.parse().expect("an id");
    let shape = [
        "x".to_owned(),
        key.secret[..54].to_owned(),
        format!("{}0", key.secret),
        "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgX".to_owned(),
        key.secret.replacen("skey_", "pk_", 1),
    ];
    let looked_up = [
        Secret::fresh(Kind::Secret, KeyId::fresh())
            .reveal()
            .to_owned(),
        Secret::fresh(Kind::Secret, id).reveal().to_owned(),
        // Well formed, and never accepted: publishable keys open nothing here.
        "pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56".to_owned(),
    ];
    let reference = app.api("y").get(WHOAMI).await;
    assert_eq!(
        reference.header("www-authenticate"),
        r#"Bearer realm="keyroom", error="invalid_token""#
    );
    for wrong in shape {
        let (reply, queries) = app.counting(app.api(&wrong).get(WHOAMI)).await;
        assert_eq!(comparable(&reply), comparable(&reference), "{wrong}");
        assert!(queries.is_empty(), "{wrong}: {queries:?}");
        problem(reply, 401, "key_invalid");
    }
    for wrong in looked_up {
        let (reply, queries) = app.counting(app.api(&wrong).get(WHOAMI)).await;
        assert_eq!(comparable(&reply), comparable(&reference), "{wrong}");
        assert!(!queries.is_empty(), "{wrong}");
    }
}

#[actix_web::test]
async fn an_earlier_refusal_hides_every_later_one() {
    let (app, key) = scene().await;
    let brief = make::key_with(
        &app,
        "brightwater",
        "brief",
        Permission::ALL,
        Lifetime::Days(30),
    );
    let owner = app.sign_in(ADA).await;
    let origin: Header<'_> = ("origin", "https://evil.example");
    let ask = async |key: &str| app.api(key).send(Method::GET, WHOAMI, &[origin], "").await;
    // Carrier before everything.
    let cookie = ("cookie", "k=skey_7Kq2mXw0B1aZ0");
    let reply = app
        .anonymous()
        .send(Method::GET, WHOAMI, &[cookie, origin], "")
        .await;
    problem(reply, 400, "invalid_request");
    let reply = app
        .anonymous()
        .send(Method::GET, WHOAMI, &[origin], "")
        .await;
    problem(reply, 401, "credential_missing");
    problem(ask("skey_x").await, 401, "key_invalid");
    // Nobody but a holder of the right secret is told a state.
    press(&owner, &key, "deactivation").await.expect(303);
    let id: KeyId = key.id.parse().expect("an id");
    problem(
        ask(Secret::fresh(Kind::Secret, id).reveal()).await,
        401,
        "key_invalid",
    );
    let reply = ask(&key.secret).await;
    assert_eq!(
        reply.header("www-authenticate"),
        r#"Bearer realm="keyroom", error="invalid_token""#
    );
    problem(reply, 401, "key_deactivated");
    make::revoked(&app, &key, "unneeded");
    problem(ask(&key.secret).await, 401, "key_revoked");
    // Revoked before expired before deactivated.
    press(&owner, &brief, "deactivation").await.expect(303);
    app.clock.advance(TimeDelta::days(30));
    problem(ask(&brief.secret).await, 401, "key_expired");
    make::revoked(&app, &brief, "unneeded");
    problem(ask(&brief.secret).await, 401, "key_revoked");
}
