//! Files are found by name, in the folders that one reaches and in no other.

use keyroom::permissions::Permission;
use serde_json::{Value, json};

use super::{Scene, code, key, mistake};
use crate::support::program::Program;

async fn found(program: &Program, query: Value) -> Vec<(String, f64)> {
    let reply = program.post("/v1/search", &query).await.expect(200);
    let data = reply.json()["data"].as_array().expect("a list").clone();
    data.iter()
        .map(|hit| {
            let passage = hit["passage"].as_str().expect("a text").to_owned();
            (passage, hit["score"].as_f64().expect("a number"))
        })
        .collect()
}

fn passages(hits: &[(String, f64)]) -> Vec<&str> {
    hits.iter().map(|(passage, _)| passage.as_str()).collect()
}

#[actix_web::test]
async fn the_best_comes_first_with_what_was_found_marked() {
    let scene = Scene::with_folder().await;
    for name in [
        "old budget.xlsx",
        "Budget",
        "Budget.xlsx",
        "Budgetplan 2026.pdf",
        "subbudget",
        "<b>Büdget & Plan</b>",
        "other",
    ] {
        scene.upload(name, "x").await;
    }
    let hits = found(&scene.program, json!({ "query": "BUDGET" })).await;
    assert_eq!(
        passages(&hits),
        [
            "<mark>Budget</mark>",
            "<mark>Budget</mark>.xlsx",
            "<mark>Budget</mark>plan 2026.pdf",
            "old <mark>budget</mark>.xlsx",
            "sub<mark>budget</mark>",
            "&lt;b&gt;<mark>Büdget</mark> &amp; Plan&lt;/b&gt;",
        ]
    );
    assert_eq!(hits[0].1, 1.0);
    assert!(hits.iter().all(|(_, score)| (0.0..=1.0).contains(score)));
    assert!(hits.is_sorted_by(|a, b| a.1 >= b.1));
    let words = found(&scene.program, json!({ "query": "plan büdget" })).await;
    assert_eq!(
        passages(&words),
        [
            "<mark>Budgetplan</mark> 2026.pdf",
            "&lt;b&gt;<mark>Büdget</mark> &amp; <mark>Plan</mark>&lt;/b&gt;"
        ]
    );
    assert_eq!(
        found(&scene.program, json!({ "query": "budget", "limit": 2 }))
            .await
            .len(),
        2
    );
    assert_eq!(found(&scene.program, json!({ "query": "%" })).await, []);
    for (wrong, field) in [
        (json!({ "query": " " }), "query"),
        (json!({ "query": "\u{301}" }), "query"),
        (json!({ "query": "x", "folder_ids": [] }), "folder_ids"),
        (json!({ "query": "x".repeat(256) }), "query"),
        (json!({ "query": "x", "limit": 101 }), "limit"),
        (json!({ "query": "x", "page": 1 }), "page"),
    ] {
        assert_eq!(
            mistake(&scene.program.post("/v1/search", &wrong).await).0,
            field
        );
    }
}

#[actix_web::test]
async fn nothing_is_found_that_one_may_not_meet() {
    let mut scene = Scene::with_folder().await;
    let outer = scene.folder.clone();
    scene.upload("plan outer", "x").await;
    let hidden = scene.upload("plan hidden", "x").await;
    let path = format!("/v1/files/{hidden}");
    scene
        .program
        .patch(&path, &json!({ "visibility": "unlisted" }))
        .await
        .expect(200);
    let trashed = scene.upload("plan trashed", "x").await;
    scene
        .program
        .delete(&format!("/v1/files/{trashed}"))
        .await
        .expect(204);
    let within = json!({ "name": "Within", "parent_id": outer });
    scene.folder = super::id(&scene.program.post("/v1/folders", &within).await.expect(201));
    let inner = scene.folder.clone();
    scene.upload("plan inner", "x").await;
    let secret = json!({ "name": "Unlisted", "parent_id": outer, "visibility": "unlisted" });
    scene.folder = super::id(&scene.program.post("/v1/folders", &secret).await.expect(201));
    scene.upload("plan in unlisted", "x").await;
    let unlisted = scene.folder.clone();
    scene.folder = scene.make_folder("Other").await;
    scene.upload("plan other", "x").await;
    let other = scene.folder.clone();

    let search = |folders: Option<Vec<&str>>| match folders {
        None => json!({ "query": "plan" }),
        Some(folders) => json!({ "query": "plan", "folder_ids": folders }),
    };
    let names = async |program: &Program, folders| {
        let reply = program
            .post("/v1/search", &search(folders))
            .await
            .expect(200);
        let data = reply.json()["data"].as_array().expect("a list").clone();
        let name = |hit: &Value| hit["file"]["name"].as_str().expect("a name")[5..].to_owned();
        let mut names: Vec<String> = data.iter().map(name).collect();
        names.sort();
        names
    };
    assert_eq!(
        names(&scene.program, None).await,
        ["hidden", "in unlisted", "inner", "other", "outer"]
    );
    let user = key(&scene.app, "user", &[Permission::ObjectsList]);
    let program = scene.app.api(&user.secret);
    assert_eq!(names(&program, None).await, [""; 0]);
    scene.share(&inner, &user, "user").await;
    assert_eq!(names(&program, None).await, ["inner"]);
    scene.share(&outer, &user, "user").await;
    assert_eq!(names(&program, None).await, ["inner", "outer"]);
    assert_eq!(names(&program, Some(vec![&inner])).await, ["inner"]);
    // By its id it is as any.
    let asked = Some(vec![unlisted.as_str()]);
    assert_eq!(names(&program, asked).await, ["in unlisted"]);
    let beyond = program
        .post("/v1/search", &search(Some(vec![&inner, &other])))
        .await;
    assert_eq!(code(&beyond), (404, "not_found".to_owned()));
    scene.share(&inner, &user, "editor").await;
    assert_eq!(names(&program, None).await, ["inner", "outer"]);
    scene.share(&outer, &user, "editor").await;
    assert_eq!(
        names(&program, None).await,
        ["hidden", "in unlisted", "inner", "outer"]
    );
    scene
        .program
        .delete(&format!("/v1/folders/{inner}"))
        .await
        .expect(204);
    assert_eq!(
        names(&program, None).await,
        ["hidden", "in unlisted", "outer"]
    );
}

#[actix_web::test]
async fn many_files_are_asked_for_as_often_as_one() {
    let scene = Scene::with_folder().await;
    scene.upload("plan 0", "x").await;
    let search = json!({ "query": "plan" });
    let count = async || {
        let (list, listed) = scene.app.counting(scene.program.get(&scene.files())).await;
        list.expect(200);
        let (hits, searched) = scene
            .app
            .counting(scene.program.post("/v1/search", &search))
            .await;
        hits.expect(200);
        (listed.len(), searched.len())
    };
    count().await;
    let one = count().await;
    for n in 1..15 {
        crate::support::make::file(&scene.app, &scene.folder, &format!("plan {n}"), "x");
    }
    assert_eq!(count().await, one);
}
