//! Labels of a workspace.

use keyroom::permissions::Permission;
use serde_json::json;

use super::{Scene, code, id, key, mistake, names};

#[actix_web::test]
async fn labels_are_made_renamed_and_deleted_and_files_follow() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", "x").await;
    let make = async |name: &str| {
        scene
            .program
            .post("/v1/labels", &json!({ "name": name }))
            .await
    };
    let draft = id(&make("Draft").await.expect(201));
    let ae = make("Änderung").await.expect(201);
    assert_eq!(ae.json()["object"], "label");
    assert_eq!(mistake(&make("dRAFT").await).0, "name");
    assert_eq!(mistake(&make(" ").await).0, "name");
    assert_eq!(
        names(&scene.program.get("/v1/labels").await),
        ["Änderung", "Draft"]
    );
    let first = scene.program.get("/v1/labels?limit=1").await.json();
    let next = first["next_cursor"].as_str().expect("more");
    let rest = scene
        .program
        .get(&format!("/v1/labels?cursor={next}"))
        .await;
    assert_eq!(names(&rest), ["Draft"]);

    let path = format!("/v1/files/{file}");
    scene
        .program
        .patch(&path, &json!({ "labels": ["Draft"] }))
        .await
        .expect(200);
    // One that looks the same is the same, whatever the case and however its accent is typed.
    let typed = json!({ "labels": ["A\u{308}NDERUNG"] });
    let typed = scene.program.patch(&path, &typed).await.expect(200);
    assert_eq!(typed.json()["labels"], json!(["Änderung"]));
    scene
        .program
        .patch(&path, &json!({ "labels": ["Draft"] }))
        .await
        .expect(200);
    let label = format!("/v1/labels/{draft}");
    scene
        .program
        .patch(&label, &json!({ "name": "Final" }))
        .await
        .expect(200);
    scene
        .program
        .patch(&label, &json!({ "name": "Final" }))
        .await
        .expect(200);
    let taken = scene
        .program
        .patch(&label, &json!({ "name": "änderung" }))
        .await;
    assert_eq!(mistake(&taken).0, "name");
    assert_eq!(
        scene.program.get(&path).await.json()["labels"],
        json!(["Final"])
    );
    scene.program.delete(&label).await.expect(204);
    assert_eq!(scene.program.get(&path).await.json()["labels"], json!([]));
    assert_eq!(code(&scene.program.delete(&label).await).0, 404);
    assert_eq!(
        scene.log()[1..],
        [
            "label.created Draft",
            "label.created Änderung",
            "file.changed a.txt",
            "file.changed a.txt",
            "file.changed a.txt",
            "label.renamed Final",
            "label.deleted Final"
        ]
    );
    let reader = key(&scene.app, "reader", &[Permission::LabelsList]);
    let reader = scene.app.api(&reader.secret);
    assert_eq!(names(&reader.get("/v1/labels").await), ["Änderung"]);
    let refused = reader.post("/v1/labels", &json!({ "name": "x" })).await;
    assert_eq!(code(&refused), (403, "permission_missing".to_owned()));
}
