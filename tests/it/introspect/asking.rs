//! Who may ask, how, and how often in vain.

use actix_web::http::Method;
use keyroom::keys::{Kind, Secret};
use serde_json::json;

use super::{FORM, INTROSPECT, ask, client, inactive, scene, told};
use crate::{
    scenes::problem,
    support::{http::encode, make},
};

#[actix_web::test]
async fn whoever_tries_tokens_is_stopped_and_keys_are_told_of_all_the_same() {
    let (app, service) = scene();
    let key = client(&app, "client");
    let guess = |n: u32| match n % 2 {
        0 => Secret::fresh(Kind::Secret, keyroom::ids::KeyId::fresh()),
        _ => Secret::fresh(Kind::Secret, key.id.parse().expect("an id")),
    };
    let mut guesses = 0;
    let limited = loop {
        let reply = ask(&service, &[("token", guess(guesses).reveal())]).await;
        if reply.status != 200 {
            break reply;
        }
        assert_eq!(reply.json(), inactive());
        guesses += 1;
    };
    // One more in each three seconds that the test takes.
    assert!((20..=24).contains(&guesses), "{guesses}");
    assert!(!limited.header("retry-after").is_empty());
    problem(limited, 429, "rate_limited");
    assert_eq!(told(&service, &key.secret).await["active"], true);
    // What has not even the form of a key is no guess.
    for _ in 0..30 {
        assert_eq!(
            told(&service, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln").await,
            inactive()
        );
    }
}

#[actix_web::test]
async fn only_a_key_that_may_read_access_asks_and_sends_its_own_key_where_it_belongs() {
    let (app, service) = scene();
    let key = client(&app, "client");
    let token = encode(&[("token", key.secret.as_str())]);
    let reply = ask(&app.api(&key.secret), &[("token", &key.secret)]).await;
    let document = problem(reply, 403, "permission_missing");
    assert_eq!(document["missing"], json!(["ACCESS_READ"]));
    let shop = make::publishable(&app, "brightwater", "shop", "*");
    let reply = ask(&app.api(&shop.secret), &[("token", &key.secret)]).await;
    problem(reply, 403, "secret_key_required");
    let reply = ask(&app.anonymous(), &[("token", &key.secret)]).await;
    problem(reply, 401, "credential_missing");
    let post = async |path: &str, headers: &[(&str, &str)], body: &str| {
        service.send(Method::POST, path, headers, body).await
    };
    let in_query = format!("{INTROSPECT}?{token}");
    problem(post(&in_query, &[FORM], "").await, 400, "invalid_request");
    let twice = [FORM, ("x-api-key", "1")];
    problem(
        post(INTROSPECT, &twice, &token).await,
        400,
        "invalid_request",
    );
    for (body, field, why) in [
        ("", "token", "This field is missing"),
        (
            "token_type_hint=access_token",
            "token",
            "This field is missing",
        ),
        (
            &*format!("{token}&{token}"),
            "token",
            "This field is given twice",
        ),
        (
            &*format!("{token}&ip=x"),
            "ip",
            "Give an address such as 203.0.113.7",
        ),
    ] {
        let reply = post(INTROSPECT, &[FORM], body).await;
        let document = problem(reply, 422, "invalid_fields");
        let wrong = json!([{"field": field, "message": why}]);
        assert_eq!(document["errors"], wrong, "{body}");
    }
    // What OAuth libraries send beside it (RFC 6749, section 3.2).
    for more in ["client_id=service", "client_id=a&client_id=b&resource=x"] {
        let body = format!("{token}&{more}");
        let reply = post(INTROSPECT, &[FORM], &body).await.expect(200);
        assert_eq!(reply.json()["active"], true);
    }
    let json = [("content-type", "application/json")];
    let body = json!({ "token": key.secret }).to_string();
    problem(
        post(INTROSPECT, &json, &body).await,
        415,
        "unsupported_media_type",
    );
    let large = format!("token={}", "x".repeat(70_000));
    problem(
        post(INTROSPECT, &[FORM], &large).await,
        413,
        "payload_too_large",
    );
    problem(service.get(INTROSPECT).await, 405, "method_not_allowed");
}
