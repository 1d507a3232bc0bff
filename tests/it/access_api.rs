//! `GET /v1/access`: members, groups and keys, and what each can reach.

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::{
    scenes::problem,
    support::{TestApp, make, program::Program},
};

const ACCESS: &str = "/v1/access";
const READ: &[Permission] = &[Permission::AccessRead];

fn reader(app: &TestApp, workspace: &str) -> Program {
    let key = make::key_with(app, workspace, "reader", READ, Lifetime::Days(90));
    app.api(&key.secret)
}

async fn list(reader: &Program, query: &str) -> Value {
    reader
        .get(&format!("{ACCESS}?{query}"))
        .await
        .expect(200)
        .json()
}

async fn rows(reader: &Program, query: &str) -> Vec<Value> {
    let list = list(reader, query).await;
    list["data"].as_array().expect("a list").clone()
}

fn labels(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .filter_map(|row| row["label"].as_str())
        .collect()
}

/// The fields that a 422 names.
async fn wrong(reader: &Program, query: &str) -> Vec<String> {
    let document = problem(
        reader.get(&format!("{ACCESS}?{query}")).await,
        422,
        "invalid_fields",
    );
    let errors = document["errors"].as_array().expect("errors").iter();
    errors
        .map(|error| error["field"].as_str().expect("a field").to_owned())
        .collect()
}

#[actix_web::test]
async fn everybody_is_there_with_what_they_have_at_this_moment() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let group = make::group(&app, "brightwater", "Engineering", &[Permission::DirCreate]);
    let leo = make::named(
        &app,
        "brightwater",
        "Leo",
        "leo@brightwater.example",
        Role::Member,
    );
    make::in_group(&app, &group, &leo);
    let gone = make::named(
        &app,
        "brightwater",
        "Gone",
        "gone@brightwater.example",
        Role::Admin,
    );
    make::removed(&app, &gone);
    let out = make::named(
        &app,
        "brightwater",
        "Out",
        "out@brightwater.example",
        Role::Admin,
    );
    make::suspended(&app, &out);
    let own = make::personal(
        &app,
        ("brightwater", &leo),
        "own",
        &[Permission::DirCreate, Permission::DirDelete],
    );
    let shop = make::publishable(&app, "brightwater", "shop", "https://shop.example");
    make::deactivated(&app, &shop);
    make::revoked(&app, &make::key(&app, "brightwater", "revoked"), "unneeded");
    let reader = reader(&app, "brightwater");
    let all = rows(&reader, "").await;
    let of = |label: &str| {
        let mut found = all.iter().filter(|row| row["label"] == label);
        let row = found
            .next()
            .unwrap_or_else(|| panic!("no {label}: {all:#?}"));
        assert!(found.next().is_none());
        row.clone()
    };
    assert_eq!(labels(&all[..4]), ["Ada Park", "Leo", "Out", "Engineering"]);
    assert_eq!(all.len(), 7);
    assert_eq!(
        of("Leo"),
        json!({
            "type": "member", "id": leo, "label": "Leo", "email": "leo@brightwater.example", "status": "active",
            "role": "member", "groups": [{"id": group, "name": "Engineering"}],
            "permissions": ["OBJECTS_LIST", "OBJECTS_FETCH", "FILE_UPLOAD", "DIR_CREATE", "COLLECTIONS_LIST", "LABELS_LIST"],
            "folders": [], "folder_count": 0,
        })
    );
    let ada = of("Ada Park");
    assert_eq!(
        (&ada["role"], &ada["groups"]),
        (&json!("owner"), &json!([]))
    );
    assert_eq!(ada["permissions"].as_array().map(Vec::len), Some(31));
    assert_eq!(of("Out")["status"], "suspended");
    assert_eq!(
        of("Engineering"),
        json!({
            "type": "group", "id": group, "label": "Engineering", "permissions": ["DIR_CREATE"], "member_count": 1,
            "folders": [], "folder_count": 0,
        })
    );
    let key = of("own");
    assert_eq!(
        key["permissions"],
        json!(["DIR_CREATE"]),
        "its owner may not delete"
    );
    assert_eq!(key["owner"], json!({"type": "member", "id": leo}));
    assert_eq!(
        (&key["type"], &key["id"], &key["object"], &key["status"]),
        (
            &json!("api_key"),
            &json!(own.id),
            &json!("secret_key"),
            &json!("active")
        )
    );
    assert_eq!(
        (&key["allowed_ips"], &key["allowed_origins"]),
        (&json!([]), &json!([]))
    );
    assert!(key["expires_at"].is_string() && key.get("role").is_none());
    let key = of("shop");
    assert_eq!(key["allowed_origins"], json!(["https://shop.example"]));
    assert_eq!(
        (&key["object"], &key["status"]),
        (&json!("publishable_key"), &json!("deactivated"))
    );
}

#[actix_web::test]
async fn the_list_is_walked_to_its_end_also_by_type() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    for n in 0..4 {
        make::member(&app, "brightwater", Role::Member);
        make::group(&app, "brightwater", &format!("group {n}"), &[]);
        make::key_with(
            &app,
            "brightwater",
            &format!("key {n}"),
            READ,
            Lifetime::Days(90),
        );
    }
    let reader = reader(&app, "brightwater");
    let walk = async |query: &str| {
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = list(&reader, &format!("{query}{cursor}")).await;
            walked.extend(part["data"].as_array().expect("a list").clone());
            match part["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return walked,
            }
        }
    };
    let whole = rows(&reader, "limit=100").await;
    assert_eq!(whole.len(), 5 + 4 + 5);
    for limit in [1, 3, 5, 9, 14] {
        assert_eq!(walk(&format!("limit={limit}")).await, whole, "{limit}");
    }
    let kinds: Vec<&str> = whole
        .iter()
        .filter_map(|row| row["type"].as_str())
        .collect();
    for (kind, number) in [("member", 5), ("group", 4), ("api_key", 5)] {
        let those = walk(&format!("limit=2&type={kind}")).await;
        assert_eq!(those.len(), number);
        assert_eq!(kinds.iter().filter(|one| **one == kind).count(), number);
        assert!(
            those
                .iter()
                .all(|row| row["type"] == kind && whole.contains(row))
        );
    }
}

#[actix_web::test]
async fn only_a_key_that_may_read_access_reads_it_and_of_its_own_workspace() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Elsewhere");
    make::group(&app, "elsewhere", "Theirs", &[]);
    let (ours, theirs) = (reader(&app, "brightwater"), reader(&app, "elsewhere"));
    assert_eq!(labels(&rows(&ours, "").await), ["Ada Park", "reader"]);
    assert_eq!(
        labels(&rows(&theirs, "").await),
        ["Ada Park", "Theirs", "reader"]
    );
    let next = list(&theirs, "limit=1").await["next_cursor"].clone();
    let next = next.as_str().expect("there is more");
    assert_eq!(wrong(&ours, &format!("cursor={next}")).await, ["cursor"]);
    assert_eq!(
        wrong(&theirs, &format!("cursor={next}&type=group")).await,
        ["cursor"]
    );
    assert_eq!(
        wrong(&ours, "type=person&limit=0&cursor=x").await,
        ["type", "limit", "cursor"]
    );
    assert_eq!(wrong(&ours, "folder=1").await, ["folder"]);
    assert_eq!(wrong(&ours, "limit=1&limit=2").await, ["limit"]);
    let manage = [Permission::AccessManage];
    let other = make::key_with(&app, "brightwater", "other", &manage, Lifetime::Days(90));
    let document = problem(
        app.api(&other.secret).get(ACCESS).await,
        403,
        "permission_missing",
    );
    assert_eq!(document["missing"], json!(["ACCESS_READ"]));
    problem(app.anonymous().get(ACCESS).await, 401, "credential_missing");
    let shop = make::publishable(&app, "brightwater", "shop", "*");
    problem(
        app.api(&shop.secret).get(ACCESS).await,
        403,
        "secret_key_required",
    );
}
