//! `/v1/config`: the settings of the workspace, read and changed by programs; and how strictly JSON is read.

use actix_web::http::Method;
use keyroom::{
    keys::Lifetime,
    permissions::Permission::{self, ConfigChange, ConfigList, FileUpload},
};
use serde_json::{Value, json};

use crate::{
    scenes::{AUDIT, GENERAL, press, problem, sentences},
    support::{Browser, TestApp, http::Header, make, program::Program},
};

const CONFIG: &str = "/v1/config";
const JSON: Header<'_> = ("content-type", "application/json");

/// What every member may do before anybody says otherwise.
const AT_FIRST: [&str; 5] = [
    "OBJECTS_LIST",
    "OBJECTS_FETCH",
    "FILE_UPLOAD",
    "COLLECTIONS_LIST",
    "LABELS_LIST",
];

async fn scene() -> (TestApp, Browser, Program) {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let program = with(&app, &[ConfigList, ConfigChange]);
    (app, owner, program)
}

fn with(app: &TestApp, permissions: &[Permission]) -> Program {
    let label = format!("{permissions:?}");
    let key = make::key_with(app, "brightwater", &label, permissions, Lifetime::Unlimited);
    app.api(&key.secret)
}

/// The fields that a refusal names, with what it says of each.
fn errors(document: &Value) -> Vec<(&str, &str)> {
    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }
    let all = document["errors"].as_array().expect("errors").iter();
    all.map(|e| (text(&e["field"]), text(&e["message"])))
        .collect()
}

#[actix_web::test]
async fn the_settings_are_told_whole() {
    let (_app, _, program) = scene().await;
    let reply = program.get(CONFIG).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    let expected = json!({
        "name": "Brightwater",
        "slug": "brightwater",
        "time_zone": "UTC",
        "default_key_lifetime_days": 90,
        "max_key_lifetime_days": null,
        "personal_keys": true,
        "recoverable_keys": false,
        "default_rate_limit_per_minute": 500,
        "default_member_permissions": AT_FIRST,
        "unused_key_days": null,
        "security_contact": null,
    });
    assert_eq!(reply.json(), expected);
}

#[actix_web::test]
async fn what_is_absent_stays_and_null_clears() {
    let (_app, owner, program) = scene().await;
    let change =
        json!({"name": " Deepwater ", "time_zone": "Asia/Tokyo", "max_key_lifetime_days": 365});
    let mut expected = json!({
        "name": "Deepwater",
        "slug": "brightwater",
        "time_zone": "Asia/Tokyo",
        "default_key_lifetime_days": 90,
        "max_key_lifetime_days": 365,
        "personal_keys": true,
        "recoverable_keys": false,
        "default_rate_limit_per_minute": 500,
        "default_member_permissions": AT_FIRST,
        "unused_key_days": null,
        "security_contact": null,
    });
    assert_eq!(
        program.patch(CONFIG, &change).await.expect(200).json(),
        expected
    );
    assert_eq!(program.get(CONFIG).await.json(), expected);
    let change = json!({"max_key_lifetime_days": null, "default_key_lifetime_days": null});
    expected["max_key_lifetime_days"] = Value::Null;
    expected["default_key_lifetime_days"] = Value::Null;
    assert_eq!(
        program.patch(CONFIG, &change).await.expect(200).json(),
        expected
    );
    // The same again changes nothing; nothing at all would only read.
    let told = sentences(&owner, AUDIT).await.len();
    let document = problem(
        program.patch(CONFIG, &json!({})).await,
        422,
        "invalid_fields",
    );
    assert_eq!(errors(&document)[0].0, "body");
    let why = errors(&document)[0].1;
    let all = expected.as_object().expect("an object").keys();
    assert!(why.starts_with("Send at least one of name, slug"), "{why}");
    assert!(all.clone().all(|name| why.contains(name)), "{why}");
    for same in [change, json!({"name": "Deepwater"})] {
        assert_eq!(
            program.patch(CONFIG, &same).await.expect(200).json(),
            expected
        );
    }
    assert_eq!(sentences(&owner, AUDIT).await.len(), told);
}

#[actix_web::test]
async fn whom_to_tell_and_what_becomes_of_unused_keys_are_settings() {
    let (_app, owner, program) = scene().await;
    let change =
        json!({"unused_key_days": 90, "security_contact": " security@brightwater.example "});
    let told = program.patch(CONFIG, &change).await.expect(200).json();
    assert_eq!(told["unused_key_days"], 90);
    assert_eq!(told["security_contact"], "security@brightwater.example");
    let page = owner.get(GENERAL).await.expect(200).page();
    let form = page.form("#security-form");
    assert_eq!(form.value("unused_key_days"), Some("90"));
    let change = json!({"unused_key_days": null, "security_contact": null});
    let told = program.patch(CONFIG, &change).await.expect(200).json();
    assert_eq!(told["unused_key_days"], Value::Null);
    assert_eq!(told["security_contact"], Value::Null);
}

/// Of a form that changes one setting, and a program that changes another, neither undoes what the other did.
#[actix_web::test]
async fn a_change_is_that_of_the_page_and_in_the_log() {
    let (_app, owner, program) = scene().await;
    let form = owner.get(GENERAL).await.page().form(GENERAL);
    let change = json!({"slug": "brightwater-2", "name": "Deepwater"});
    program.patch(CONFIG, &change).await.expect(200);
    let moved = owner.submit(&form.with("time_zone", "Asia/Tokyo")).await;
    let general = moved.expect(308).location().to_owned();
    assert_eq!(general, "/w/brightwater-2/settings/general");
    let audit = AUDIT.replace("brightwater", "brightwater-2");
    assert_eq!(
        sentences(&owner, &audit).await[0],
        "renamed the workspace to Deepwater"
    );
    let page = owner.get(&audit).await.page();
    assert!(
        page.text().contains("[ConfigList, ConfigChange] renamed"),
        "{}",
        page.text()
    );
    let rows = page.all("table.changes tbody tr");
    assert!(
        rows.contains(&"Address brightwater brightwater-2".to_owned()),
        "{rows:?}"
    );
}

#[actix_web::test]
async fn each_needs_its_permission_and_the_refusal_names_it() {
    let (app, owner, _) = scene().await;
    let patch =
        |program: Program| async move { program.patch(CONFIG, &json!({"name": "Mine"})).await };
    for (reply, missing) in [
        (with(&app, &[FileUpload]).get(CONFIG).await, "CONFIG_LIST"),
        (with(&app, &[ConfigChange]).get(CONFIG).await, "CONFIG_LIST"),
        (patch(with(&app, &[ConfigList])).await, "CONFIG_CHANGE"),
    ] {
        assert_eq!(
            reply.header("www-authenticate"),
            format!(r#"Bearer realm="keyroom", error="insufficient_scope", scope="{missing}""#)
        );
        let document = problem(reply, 403, "permission_missing");
        assert_eq!(document["missing"], json!([missing]));
        let detail = document["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(missing) && detail.contains("An admin can add it"),
            "{detail}"
        );
    }
    // Before the permission comes the state.
    let key = make::key_with(
        &app,
        "brightwater",
        "off",
        &[FileUpload],
        Lifetime::Unlimited,
    );
    press(&owner, &key, "deactivation").await.expect(303);
    problem(
        app.api(&key.secret).get(CONFIG).await,
        401,
        "key_deactivated",
    );
    problem(app.anonymous().get(CONFIG).await, 401, "credential_missing");
    let name = owner.get(GENERAL).await.page().form(GENERAL);
    assert_eq!(name.value("name"), Some("Brightwater"));
}

#[actix_web::test]
async fn a_key_sees_and_changes_its_own_workspace_only() {
    let (app, _, program) = scene().await;
    let other = app.workspace("Elsewhere").await;
    program
        .patch(CONFIG, &json!({"name": "Deepwater"}))
        .await
        .expect(200);
    let page = other.get("/w/elsewhere/settings/general").await.page();
    let form = page.form("/w/elsewhere/settings/general");
    assert_eq!(form.value("name"), Some("Elsewhere"));
    let taken = program.patch(CONFIG, &json!({"slug": "elsewhere"})).await;
    let document = problem(taken, 422, "invalid_fields");
    assert_eq!(
        errors(&document),
        [("slug", "This address is taken. Enter another")]
    );
}

#[actix_web::test]
async fn what_the_page_refuses_the_api_refuses_in_the_same_words() {
    let (_app, owner, program) = scene().await;
    let before = program.get(CONFIG).await.json();
    for (change, field, why) in [
        (json!({"name": " "}), "name", "Enter a name"),
        (
            json!({"name": "a\u{202e}b"}),
            "name",
            "invisible control characters",
        ),
        (
            json!({"name": "a\nb"}),
            "name",
            "invisible control characters",
        ),
        (json!({"slug": "Bright Water"}), "slug", "small letters"),
        (json!({"slug": "api"}), "slug", "reserved"),
        (
            json!({"time_zone": "Mars/Olympus"}),
            "time_zone",
            "for example Europe/Dublin",
        ),
        (
            json!({"max_key_lifetime_days": 0}),
            "max_key_lifetime_days",
            "from 1 to 3650",
        ),
        (
            json!({"max_key_lifetime_days": 3651}),
            "max_key_lifetime_days",
            "from 1 to 3650",
        ),
        (
            json!({"default_key_lifetime_days": -1}),
            "default_key_lifetime_days",
            "from 1 to 3650",
        ),
        (
            json!({"unused_key_days": 29}),
            "unused_key_days",
            "from 30 to 3650",
        ),
        (
            json!({"security_contact": "http://brightwater.example"}),
            "security_contact",
            "begins with https://",
        ),
        (
            json!({"max_key_lifetime_days": 30}),
            "default_key_lifetime_days",
            "within the maximum of 30 days",
        ),
        (
            json!({"max_key_lifetime_days": 30, "default_key_lifetime_days": null}),
            "default_key_lifetime_days",
            "within",
        ),
    ] {
        let document = problem(program.patch(CONFIG, &change).await, 422, "invalid_fields");
        let told = errors(&document);
        assert!(
            told.len() == 1 && told[0].0 == field && told[0].1.contains(why),
            "{change}: {told:?}"
        );
    }
    let all = json!({"name": "", "slug": "-", "time_zone": "x", "max_key_lifetime_days": 0});
    let document = problem(program.patch(CONFIG, &all).await, 422, "invalid_fields");
    let fields: Vec<&str> = errors(&document).iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        ["name", "slug", "time_zone", "max_key_lifetime_days"]
    );
    assert_eq!(program.get(CONFIG).await.json(), before);
    let told = sentences(&owner, AUDIT).await;
    assert!(told.iter().all(|s| !s.contains("settings")), "{told:?}");
}

#[actix_web::test]
async fn json_is_read_strictly() {
    let (_app, _, program) = scene().await;
    let before = program.get(CONFIG).await.json();
    for (body, field, why) in [
        (r#"{"names": "x"}"#, "names", "There is no such field"),
        (
            r#"{"name": "x", "currency": "EUR"}"#,
            "currency",
            "There is no such field",
        ),
        (r#"{"name": null}"#, "name", "Send a string"),
        (r#"{"name": 7}"#, "name", "Send a string"),
        (r#"{"name": ["x"]}"#, "name", "Send a string"),
        (r#"{"slug": null}"#, "slug", "Send a string"),
        (
            r#"{"max_key_lifetime_days": "30"}"#,
            "max_key_lifetime_days",
            "Send a whole number",
        ),
        (
            r#"{"max_key_lifetime_days": 30.5}"#,
            "max_key_lifetime_days",
            "Send a whole number",
        ),
        (
            r#"{"max_key_lifetime_days": true}"#,
            "max_key_lifetime_days",
            "Send a whole number",
        ),
        (
            r#"{"name": "x", "name": "y"}"#,
            "name",
            "This field is given twice",
        ),
        (
            r#"{"name": "a\u0000b"}"#,
            "name",
            "Send a text without control characters",
        ),
        (
            r#"{"name": "a\u0007b"}"#,
            "name",
            "Send a text without control characters",
        ),
        ("[]", "body", "Send an object"),
        (r#""name""#, "body", "Send an object"),
    ] {
        let reply = program.send(Method::PATCH, CONFIG, &[JSON], body).await;
        let document = problem(reply, 422, "invalid_fields");
        assert_eq!(errors(&document), [(field, why)], "{body}");
    }
    let deep = format!(r#"{{"name": {}{}}}"#, "[".repeat(1_000), "]".repeat(1_000));
    for body in [
        "",
        "{",
        "{}{}",
        "{'name': 'x'}",
        "name=x",
        "{\"name\": \"a\tb\"}",
        deep.as_str(),
    ] {
        let reply = program.send(Method::PATCH, CONFIG, &[JSON], body).await;
        let document = problem(reply, 400, "invalid_request");
        assert!(
            document["detail"]
                .as_str()
                .is_some_and(|d| d.contains("JSON")),
            "{document}"
        );
    }
    assert_eq!(program.get(CONFIG).await.json(), before);
}

#[actix_web::test]
async fn a_body_is_json_in_utf8_as_it_is() {
    let (_app, _, program) = scene().await;
    let body = r#"{"name": "Deepwater"}"#;
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
    ] {
        let reply = program
            .send(Method::PATCH, CONFIG, &[("content-type", kind)], body)
            .await;
        reply.expect(200);
    }
    let other = [
        vec![],
        vec![("content-type", "text/plain")],
        vec![("content-type", "application/x-www-form-urlencoded")],
        vec![("content-type", "application/merge-patch+json")],
        vec![("content-type", "application/json; charset=iso-8859-1")],
        vec![("content-type", "application/json, text/plain")],
        vec![("content-type", "nonsense")],
        vec![JSON, ("content-encoding", "gzip")],
    ];
    for headers in other {
        let reply = program.send(Method::PATCH, CONFIG, &headers, body).await;
        problem(reply, 415, "unsupported_media_type");
    }
}

/// Too large comes after the key, and the kind of the body and its fields after the permission.
#[actix_web::test]
async fn refusals_of_a_body_have_their_place_on_the_ladder() {
    let (app, _, program) = scene().await;
    let large = format!(r#"{{"name": "{}"}}"#, "a".repeat(70_000));
    let text: Header<'_> = ("content-type", "text/plain");
    let ask = async |program: &Program, kind, body: &str| {
        program.send(Method::PATCH, CONFIG, &[kind], body).await
    };
    problem(
        ask(&app.anonymous(), JSON, &large).await,
        401,
        "credential_missing",
    );
    problem(
        ask(&app.api("skey_x"), JSON, &large).await,
        401,
        "key_invalid",
    );
    problem(ask(&program, JSON, &large).await, 413, "payload_too_large");
    problem(ask(&program, text, &large).await, 413, "payload_too_large");
    let weak = with(&app, &[ConfigList]);
    for (kind, body) in [
        (text, "x"),
        (JSON, "{"),
        (JSON, r#"{"names": 1}"#),
        (JSON, ""),
    ] {
        problem(ask(&weak, kind, body).await, 403, "permission_missing");
    }
    problem(
        ask(&program, text, "{").await,
        415,
        "unsupported_media_type",
    );
    let method = program.send(Method::PUT, CONFIG, &[JSON], "{}").await;
    assert_eq!(method.header("allow"), "GET, HEAD, PATCH");
    problem(method, 405, "method_not_allowed");
}

/// Nobody gives what they do not have; what is there already is nobody's gift.
#[actix_web::test]
async fn a_key_says_what_every_member_may_do_as_far_as_it_may_itself() {
    let (app, owner, _) = scene().await;
    let program = with(&app, &[ConfigList, ConfigChange, FileUpload]);
    let field = |codes: &[&str]| json!({ "default_member_permissions": codes });
    // It adds what it has, and takes away what it has; the rest is not its business.
    let wanted = ["OBJECTS_LIST", "CONFIG_LIST"];
    let told = program
        .patch(CONFIG, &field(&wanted))
        .await
        .expect(200)
        .json();
    let after = [
        "OBJECTS_LIST",
        "OBJECTS_FETCH",
        "COLLECTIONS_LIST",
        "LABELS_LIST",
        "CONFIG_LIST",
    ];
    assert_eq!(told["default_member_permissions"], json!(after));
    let log = owner.get(AUDIT).await.page();
    let said = log.all("td.what .said");
    let as_from_the_page = "changed what every member may do in Brightwater";
    assert!(said.contains(&as_from_the_page.to_owned()), "{said:?}");
    let rows = log.all("table.changes tbody tr");
    let expected = "Permissions List and search assets, Fetch assets, Upload files, List collections, View labels \
        List and search assets, Fetch assets, List collections, View labels, View configuration";
    assert!(rows.contains(&expected.to_owned()), "{rows:?}");
    // The same again, and what is not its own to take, change nothing.
    let weak = with(&app, &[ConfigChange]);
    let told = sentences(&owner, AUDIT).await.len();
    program.patch(CONFIG, &field(&wanted)).await.expect(200);
    let same = weak.patch(CONFIG, &field(&[])).await.expect(200).json();
    assert_eq!(same["default_member_permissions"], json!(after));
    assert_eq!(sentences(&owner, AUDIT).await.len(), told);
    let beyond = field(&[
        "OBJECTS_LIST",
        "FILE_UPLOAD",
        "FILE_DELETE",
        "ACCESS_MANAGE",
    ]);
    let refused = problem(
        program.patch(CONFIG, &beyond).await,
        403,
        "permission_missing",
    );
    assert_eq!(refused["missing"], json!(["FILE_DELETE", "ACCESS_MANAGE"]));
    // One that is wrong changes nothing else.
    let back = json!({ "name": "Deepwater", "default_member_permissions": ["DIR_CREATE"] });
    problem(
        program.patch(CONFIG, &back).await,
        403,
        "permission_missing",
    );
    let wrong = json!({ "name": "Deepwater", "default_member_permissions": ["OBJECTS_LIST", "EVERYTHING", ""] });
    let refused = problem(program.patch(CONFIG, &wrong).await, 422, "invalid_fields");
    let fields: Vec<&str> = errors(&refused).iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [
            "default_member_permissions[1]",
            "default_member_permissions[2]"
        ]
    );
    for wrong in [json!(null), json!("OBJECTS_LIST"), json!([1])] {
        let wrong = json!({ "default_member_permissions": wrong });
        problem(program.patch(CONFIG, &wrong).await, 422, "invalid_fields");
    }
    let told = program.get(CONFIG).await.json();
    assert_eq!(
        (&told["name"], &told["default_member_permissions"]),
        (&json!("Brightwater"), &json!(after))
    );
    // One that has all of them takes all away, with a new name in the same step: both are in the log.
    let key = make::key(&app, "brightwater", "strong");
    let strong = app.api(&key.secret);
    let change = json!({ "name": "Deepwater", "default_member_permissions": [] });
    let none = strong.patch(CONFIG, &change).await.expect(200).json();
    assert_eq!(none["default_member_permissions"], json!([]));
    let said = sentences(&owner, AUDIT).await;
    for told in [
        "renamed the workspace to Deepwater",
        "changed what every member may do in Deepwater",
    ] {
        assert!(said.contains(&told.to_owned()), "{said:?}");
    }
}
