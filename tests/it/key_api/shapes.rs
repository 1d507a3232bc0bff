//! What is read of keys, and who reads it.

use actix_web::http::Method;
use keyroom::{actor::Role, keys::Lifetime};
use serde_json::{Value, json};

use super::{LIST, MANAGE, PUBLISHABLE, READ, SECRET, create, fields, missing, scene, to};
use crate::{
    scenes::problem,
    support::{
        make::{self, MadeKey},
        program::Program,
    },
};

/// The labels of a list, in its order, and where it goes on.
async fn labels(program: &Program, query: &str) -> (Vec<String>, Value) {
    let answer = program.get(&format!("{SECRET}{query}")).await;
    let answer = answer.expect(200).json();
    let keys = answer["data"].as_array().expect("keys").iter();
    let labels = keys.map(|key| key["label"].as_str().expect("a label").to_owned());
    (labels.collect(), answer["next_cursor"].clone())
}

#[actix_web::test]
async fn a_list_is_narrowed_and_read_part_by_part() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST]);
    let mut keys = Vec::new();
    for label in ["one", "two", "three", "Four"] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        keys.push(create(&program, label, json!({})).await);
    }
    make::publishable(&app, "brightwater", "shop", "*");
    let member = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &member);
    make::personal(&app, ("brightwater", &member), "mine", &[LIST]);
    to(&program, &keys[0], "delete", Value::Null)
        .await
        .expect(200);
    to(&program, &keys[1], "deactivate", Value::Null)
        .await
        .expect(200);
    let grace = json!({"grace_seconds": 60});
    to(&program, &keys[2], "rotate", grace).await.expect(200);
    let owned_by_member = format!("?owner={member}");
    for (query, expected) in [
        ("", &["mine", "Four", "three", "two", "one", "manager"][..]),
        ("?status=revoked", &["one"]),
        ("?status=deactivated", &["two"]),
        ("?status=rotating", &["three"]),
        ("?status=active", &["mine", "Four", "manager"]),
        ("?status=expired", &[]),
        ("?q=FOU", &["Four"]),
        ("?q=o&status=revoked", &["one"]),
        ("?owner=members", &["mine"]),
        ("?owner=workspace&q=man", &["manager"]),
        (&owned_by_member, &["mine"]),
        ("?limit=2", &["mine", "Four"]),
    ] {
        assert_eq!(labels(&program, query).await.0, expected, "{query}");
    }
    let by_id = format!("?q={}", &keys[3].id[..8]);
    assert_eq!(labels(&program, &by_id).await.0, ["Four"]);
    let (mut all, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let (part, next) = labels(&program, &query).await;
        assert!(part.len() <= 2);
        all.extend(part);
        match next.as_str() {
            None => break,
            Some(cursor) => query = format!("?limit=2&cursor={cursor}"),
        }
    }
    assert_eq!(all, ["mine", "Four", "three", "two", "one", "manager"]);
    for (query, field) in [
        ("?status=asleep", "status"),
        ("?owner=me", "owner"),
        ("?limit=0", "limit"),
        ("?cursor=x", "cursor"),
        ("?sort=label", "sort"),
    ] {
        let reply = program.get(&format!("{SECRET}{query}")).await;
        match field {
            "sort" => assert!(matches!(reply.status, 400 | 422), "{}", reply.status),
            field => assert_eq!(fields(reply), [field]),
        }
    }
    make::workspace(&app, "Elsewhere");
    let foreign = make::key(&app, "elsewhere", "foreign");
    let foreign = app.api(&foreign.secret);
    assert_eq!(labels(&foreign, "").await.0, ["foreign"]);
    let reply = foreign.get(&format!("{SECRET}{query}")).await;
    assert_eq!(fields(reply), ["cursor"]);
    let shops = program.get(PUBLISHABLE).await.expect(200).json();
    assert_eq!(shops["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(shops["data"][0]["label"], "shop");
}

#[actix_web::test]
async fn whoever_only_reads_keys_changes_none_and_the_other_way_round() {
    let (app, own, program) = scene(&[READ, LIST]);
    let changer = [MANAGE, LIST];
    let changer = make::key_with(&app, "brightwater", "changer", &changer, Lifetime::Days(9));
    let changer = app.api(&changer.secret);
    let path = format!("{SECRET}/{}", own.id);
    program.get(&path).await.expect(200);
    for reply in [
        program.post(SECRET, &json!({})).await,
        program.patch(&path, &json!({})).await,
        program.post(&format!("{path}/delete"), &Value::Null).await,
        program.post(&format!("{SECRET}/bulk"), &json!({})).await,
    ] {
        assert_eq!(missing(reply), json!(["ACCESS_MANAGE"]));
    }
    for reply in [changer.get(SECRET).await, changer.get(&path).await] {
        assert_eq!(missing(reply), json!(["ACCESS_READ"]));
    }
    let site = make::publishable(&app, "brightwater", "shop", "*");
    let reply = app.api(&site.secret).get(SECRET).await;
    problem(reply, 403, "secret_key_required");
}

#[actix_web::test]
async fn an_id_of_another_workspace_answers_like_one_of_none() {
    let (app, own, _) = scene(&[READ, MANAGE, LIST]);
    make::workspace(&app, "Elsewhere");
    let foreign = make::key(&app, "elsewhere", "foreign");
    make::unhurried(&app, &foreign);
    let program = app.api(&foreign.secret);
    let nobody = MadeKey {
        id: "000000000000".to_owned(),
        secret: String::new(),
    };
    let mut walked = 0;
    for route in keyroom::app::routes().table() {
        let is_about_a_key = route.path.contains("-keys/{id}") && route.path.starts_with("/v1/");
        if !is_about_a_key {
            continue;
        }
        walked += 1;
        let body = match route.path {
            path if path.ends_with("rotate") => r#"{"grace_seconds": 0}"#,
            _ if route.method == Method::PATCH => r#"{"label": "x"}"#,
            _ => "",
        };
        let headers = [("content-type", "application/json")];
        let headers = if body.is_empty() { &[][..] } else { &headers };
        let mut told = Vec::new();
        for id in [&own.id, &nobody.id] {
            let path = route.path.replace("{id}", id);
            let reply = program
                .send(route.method.clone(), &path, headers, body)
                .await;
            let mut document = problem(reply, 404, "not_found");
            document["request_id"] = Value::Null;
            told.push(document);
        }
        assert_eq!(told[0], told[1], "{}", route.path);
    }
    assert_eq!(walked, 18);
    let ill = program.get(&format!("{SECRET}/short")).await;
    problem(ill, 404, "not_found");
    let keys = "SELECT count(*)::text AS line FROM keys WHERE updated_at = created_at";
    assert_eq!(app.sql(|sql| sql.line(keys)), "2");
}

#[actix_web::test]
async fn a_list_asks_as_often_for_thirty_keys_as_for_one() {
    let (app, own, program) = scene(&[READ, MANAGE, LIST]);
    let child = create(&program, "first", json!({})).await;
    program.get(SECRET).await.expect(200);
    let (_, one) = app.counting(program.get(SECRET)).await;
    for n in 0..30 {
        let key = create(&program, &format!("key {n}"), json!({})).await;
        if n % 2 == 0 {
            make::made_with(&app, &key, &child);
        }
    }
    let (reply, many) = app.counting(program.get(SECRET)).await;
    assert_eq!(reply.json()["data"].as_array().map(Vec::len), Some(32));
    assert_eq!(many.len(), one.len(), "{many:#?}");
    let page = format!("/w/brightwater/settings/api-keys/{}", child.id);
    let owner = app.sign_in(&make::owner_email("Brightwater")).await;
    let said = owner.get(&page).await.expect(200).page().text();
    assert!(said.contains("by key manager"), "{said}");
    assert!(!said.contains(&own.secret));
}
