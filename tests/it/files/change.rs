//! A file is renamed, moved, labelled and described, each by its own permission.

use actix_web::http::Method;
use keyroom::permissions::Permission;
use serde_json::{Value, json};

use super::{Scene, code, mistake, names};
use crate::support::{http::Reply, make::MadeKey};

async fn patch(scene: &Scene, key: &MadeKey, file: &str, change: &Value) -> Reply {
    let path = format!("/v1/files/{file}");
    let kind = [("content-type", "application/json")];
    let body = change.to_string().into_bytes();
    scene.call(key, Method::PATCH, &path, &kind, body).await
}

#[actix_web::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", "x").await;
    scene.upload("taken.txt", "x").await;
    for name in ["Draft", "Final"] {
        scene
            .program
            .post("/v1/labels", &json!({ "name": name }))
            .await
            .expect(201);
    }
    let change = async |change: Value| patch(&scene, &scene.key, &file, &change).await;
    let first = change(json!({
        "name": "b.txt", "labels": ["final", "DRAFT", "draft"], "product": {"sku": "1"}, "metadata": {"a": "1", "b": "2"},
        "visibility": "unlisted",
    }));
    let first = first.await.expect(200).json();
    assert_eq!(first["name"], "b.txt");
    assert_eq!(first["labels"], json!(["Draft", "Final"]));
    assert_eq!(first["visibility"], "unlisted");
    let second = change(json!({ "metadata": {"a": null, "c": "3"}, "labels": [] }))
        .await
        .expect(200)
        .json();
    assert_eq!(second["metadata"], json!({"b": "2", "c": "3"}));
    assert_eq!(
        (&second["labels"], &second["product"]),
        (&json!([]), &json!({"sku": "1"}))
    );
    let third = change(json!({ "metadata": null, "product": null }))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&third["metadata"], &third["product"]),
        (&json!({}), &json!({}))
    );
    // The same again.
    change(json!({ "name": "b.txt", "labels": [] }))
        .await
        .expect(200);
    assert_eq!(
        scene.log()[2..],
        [
            "label.created Draft",
            "label.created Final",
            "file.renamed b.txt",
            "file.changed b.txt",
            "file.changed b.txt"
        ]
    );
    for (wrong, field) in [
        (json!({}), "body"),
        (json!({ "metadata": {}, "product": {} }), "body"),
        (json!({ "name": "TAKEN.txt" }), "name"),
        (json!({ "name": "a\u{7}" }), "name"),
        (json!({ "labels": ["Unknown"] }), "labels"),
        (json!({ "metadata": {"": "x"} }), "metadata."),
        (json!({ "product": {"a": "x".repeat(1025)} }), "product.a"),
        (json!({ "size": 1 }), "size"),
        (json!({ "visibility": "secret" }), "visibility"),
    ] {
        assert_eq!(mistake(&change(wrong).await).0, field);
    }
}

#[actix_web::test]
async fn each_field_asks_for_its_permission_and_for_the_role() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", "x").await;
    scene
        .program
        .post("/v1/labels", &json!({ "name": "Draft" }))
        .await
        .expect(201);
    let to = scene.make_folder("To").await;
    patch(
        &scene,
        &scene.key,
        &file,
        &json!({ "metadata": {"old": "1"} }),
    )
    .await
    .expect(200);
    let mut n = 0;
    for (permission, change) in [
        (Permission::FileRename, json!({ "name": "b.txt" })),
        (
            Permission::FileSetVisibility,
            json!({ "visibility": "listed" }),
        ),
        (Permission::FileLabelChange, json!({ "labels": ["Draft"] })),
        (
            Permission::FileProductChange,
            json!({ "product": {"sku": "1"} }),
        ),
        (
            Permission::FileMetaChange,
            json!({ "metadata": {"old": "2"} }),
        ),
        (
            Permission::FileMetaCreate,
            json!({ "metadata": {"new": "1"} }),
        ),
        (Permission::FileMove, json!({ "folder_id": to })),
    ] {
        n += 1;
        let all_but: Vec<Permission> = Permission::ALL
            .iter()
            .copied()
            .filter(|p| *p != permission)
            .collect();
        let able = scene
            .key_as(&format!("able {n}"), &[permission], Some("editor"))
            .await;
        let low = scene
            .key_as(&format!("low {n}"), &[permission], Some("user"))
            .await;
        let unable = scene
            .key_as(&format!("unable {n}"), &all_but, Some("editor"))
            .await;
        let nobody = scene
            .key_as(&format!("nobody {n}"), &[permission], None)
            .await;
        let refused = patch(&scene, &unable, &file, &change).await;
        assert_eq!(
            code(&refused),
            (403, "permission_missing".to_owned()),
            "{change}"
        );
        assert_eq!(
            refused.json()["missing"],
            json!([permission.describe().code])
        );
        let low = patch(&scene, &low, &file, &change).await;
        assert_eq!(code(&low), (403, "role_too_low".to_owned()), "{change}");
        let nobody = patch(&scene, &nobody, &file, &change).await;
        assert_eq!(code(&nobody), (404, "not_found".to_owned()), "{change}");
        if permission == Permission::FileMove {
            // Both ends.
            let half = patch(&scene, &able, &file, &change).await;
            assert_eq!(code(&half), (404, "not_found".to_owned()));
            scene.share(&to, &able, "user").await;
            let low = patch(&scene, &able, &file, &change).await;
            assert_eq!(code(&low), (403, "role_too_low".to_owned()));
            scene.share(&to, &able, "editor").await;
        }
        patch(&scene, &able, &file, &change).await.expect(200);
    }
    let moved = format!("/v1/folders/{to}/files");
    assert_eq!(names(&scene.program.get(&moved).await), ["b.txt"]);
    assert_eq!(names(&scene.program.get(&scene.files()).await), [""; 0]);
    let taken = scene.upload("B.TXT", "x").await;
    let back = patch(&scene, &scene.key, &taken, &json!({ "folder_id": to })).await;
    assert_eq!(mistake(&back).0, "name");
}

#[actix_web::test]
async fn what_is_unlisted_only_editors_meet_and_lists_go_on_in_their_order() {
    let scene = Scene::with_folder().await;
    for (name, size) in [("b", 3), ("Ä", 2), ("a", 1), ("c", 2)] {
        scene.app.clock.advance(chrono::TimeDelta::seconds(1));
        let file = scene.upload(name, &"x".repeat(size)).await;
        if name == "c" {
            patch(
                &scene,
                &scene.key,
                &file,
                &json!({ "visibility": "unlisted" }),
            )
            .await
            .expect(200);
        }
    }
    let user = scene
        .key_as("user", &[Permission::ObjectsList], Some("user"))
        .await;
    let user = scene.app.api(&user.secret);
    assert_eq!(names(&user.get(&scene.files()).await), ["Ä", "a", "b"]);
    for (order, expected) in [
        ("name", ["Ä", "a", "b", "c"]),
        ("name-reversed", ["c", "b", "a", "Ä"]),
        ("changed", ["c", "a", "Ä", "b"]),
        ("changed-reversed", ["b", "Ä", "a", "c"]),
        ("size", ["b", "c", "Ä", "a"]),
        ("size-reversed", ["a", "Ä", "c", "b"]),
    ] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{}?order={order}&limit=1{cursor}", scene.files());
            let part = scene.program.get(&path).await.expect(200);
            found.extend(names(&part));
            match part.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, expected, "{order}");
    }
    let first = scene
        .program
        .get(&format!("{}?limit=1", scene.files()))
        .await
        .json();
    let cursor = first["next_cursor"].as_str().expect("more");
    for (query, field) in [
        (format!("order=size&cursor={cursor}"), "cursor"),
        ("order=colour".to_owned(), "order"),
        ("limit=0".to_owned(), "limit"),
    ] {
        let wrong = scene
            .program
            .get(&format!("{}?{query}", scene.files()))
            .await;
        assert_eq!(mistake(&wrong).0, field);
    }
}
