//! The watch over every call of the tests sees what it is there for.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    contract::{Contract, Exchange},
    http::Reply,
    make,
};

const WHOAMI: &str = "/v1/whoami";

/// What is wrong with an answer, as it came but for these changes.
struct Case<'a> {
    reply: &'a Reply,
    status: Option<u16>,
    header: Option<(&'a str, Option<&'a str>)>,
    body: Option<String>,
}

impl<'a> Case<'a> {
    fn of(reply: &'a Reply) -> Self {
        Self {
            reply,
            status: None,
            header: None,
            body: None,
        }
    }

    fn broken(&self) -> Vec<String> {
        let contract = Contract::new(&keyroom::app::openapi());
        contract.broken(&Exchange {
            asked: &self.reply.asked,
            sent: b"",
            status: self.status.unwrap_or(self.reply.status),
            header: &|name| match self.header {
                Some((changed, value)) if changed.eq_ignore_ascii_case(name) => {
                    value.map(str::to_owned)
                }
                _ => {
                    let value = self.reply.headers.get(name)?;
                    value.to_str().ok().map(str::to_owned)
                }
            },
            body: self
                .body
                .as_ref()
                .map_or(&self.reply.body, |body| body.as_bytes()),
        })
    }

    #[track_caller]
    fn is_caught(&self, why: &str) {
        let broken = self.broken();
        assert!(
            broken.iter().any(|told| told.contains(why)),
            "{}: no {why:?} in {broken:?}",
            self.reply.asked
        );
    }

    #[track_caller]
    fn with_status(reply: &'a Reply, status: u16, why: &str) {
        Self {
            status: Some(status),
            ..Self::of(reply)
        }
        .is_caught(why);
    }

    #[track_caller]
    fn with_header(reply: &'a Reply, name: &'a str, value: Option<&'a str>, why: &str) {
        Self {
            header: Some((name, value)),
            ..Self::of(reply)
        }
        .is_caught(why);
    }

    #[track_caller]
    fn with_body(reply: &'a Reply, change: impl FnOnce(&mut Value), why: &str) {
        let mut body = reply.json();
        change(&mut body);
        Self {
            body: Some(body.to_string()),
            ..Case::of(reply)
        }
        .is_caught(why);
    }
}

#[actix_web::test]
async fn an_answer_that_the_document_does_not_have_is_caught() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    let program = app.api(&key.secret);
    let good = program.get(WHOAMI).await.expect(200);
    let refused = app.anonymous().get(WHOAMI).await.expect(401);
    for reply in [&good, &refused] {
        assert_eq!(Case::of(reply).broken(), [""; 0]);
    }

    Case::with_status(&good, 201, "the status is one of 200, 400");
    Case::with_status(&good, 418, "the status is one of");

    Case::with_header(
        &good,
        "content-type",
        Some("text/html"),
        "\"text/html\" is none of application/json",
    );
    Case::with_header(&good, "content-type", None, "is none of application/json");
    Case::with_header(
        &refused,
        "content-type",
        Some("application/json"),
        "is none of application/problem+json",
    );
    Case::with_header(
        &good,
        "x-request-id",
        None,
        "the header X-Request-Id is missing",
    );
    Case::with_header(&good, "x-request-id", Some("7"), "X-Request-Id:");
    Case::with_header(
        &good,
        "x-key-expires-at",
        Some("tomorrow"),
        "X-Key-Expires-At:",
    );
    Case::with_header(
        &good,
        "retry-after",
        Some("1"),
        "nobody said that there is Retry-After",
    );
    Case::with_header(
        &refused,
        "www-authenticate",
        None,
        "the header WWW-Authenticate is missing",
    );

    Case::with_body(
        &good,
        |body| body["more"] = json!(1),
        "'more' was unexpected",
    );
    Case::with_body(
        &good,
        |body| body["key"]["more"] = json!(1),
        "'more' was unexpected",
    );
    Case::with_body(
        &good,
        |body| body["key"]["owner"]["more"] = json!(1),
        "'more' was unexpected",
    );
    Case::with_body(
        &good,
        |body| body["key"]["label"] = json!(null),
        "null is not of type",
    );
    Case::with_body(
        &good,
        |body| body["key"]["status"] = json!("asleep"),
        "asleep",
    );
    Case::with_body(
        &good,
        |body| body["key"]["created_at"] = json!("yesterday"),
        "date-time",
    );
    Case::with_body(
        &good,
        |body| body["key"]["owner"]["id"] = json!("7"),
        "uuid",
    );
    Case::with_body(&good, |body| body["permissions"] = json!(["FLY"]), "FLY");
    let drop_label = |body: &mut Value| {
        body["key"]
            .as_object_mut()
            .expect("an object")
            .remove("label");
    };
    Case::with_body(&good, drop_label, "\"label\" is a required property");
    Case::with_body(
        &refused,
        |body| body["code"] = json!("no_such_code"),
        "no_such_code",
    );
    Case::with_body(
        &refused,
        |body| body["code"] = json!("permission_missing"),
        "permission_missing",
    );
    Case::with_body(
        &refused,
        |body| body["more"] = json!(1),
        "'more' was unexpected",
    );
    Case {
        body: Some("{".to_owned()),
        ..Case::of(&good)
    }
    .is_caught("the body is no JSON");

    let ended = program.delete(WHOAMI).await.expect(204);
    Case {
        body: Some("{}".to_owned()),
        ..Case::of(&ended)
    }
    .is_caught("there is a body");
}

#[actix_web::test]
async fn what_is_no_operation_answers_as_the_document_says_too() {
    let app = TestApp::start();
    let nowhere = app.anonymous().get("/v1/nowhere").await.expect(404);
    let wrong = app
        .anonymous()
        .send(Method::PUT, WHOAMI, &[], "")
        .await
        .expect(405);
    for reply in [&nowhere, &wrong] {
        assert_eq!(Case::of(reply).broken(), [""; 0]);
        Case::with_body(reply, |body| body["code"] = json!("conflict"), "conflict");
        Case::with_header(reply, "content-type", Some("text/html"), "is none of");
    }
    Case::with_status(&nowhere, 200, "the status is one of 404");
    Case::with_status(&wrong, 404, "the status is one of 405");
    Case::with_header(&wrong, "allow", None, "the header Allow is missing");
    // A page is not its business.
    let page = app.stranger().get("/sign-in").await;
    assert_eq!(Case::of(&page).broken(), [""; 0]);
}
