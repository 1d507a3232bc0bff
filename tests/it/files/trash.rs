//! A deleted file lies in the trash for 30 days.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{
    actor::{Actor, Role, Source, Who},
    error::Error,
    ids::FileId,
    library::files,
    objects,
    permissions::{Permission, Permissions},
    policy::Unscoped,
};
use serde_json::json;

use super::{Scene, code, names};
use crate::support::make;

const WHY: Unscoped = Unscoped::because("a test looks after what it made");

/// A member with a role in the folder.
async fn editor(scene: &Scene, role: &str) -> Actor {
    let email = make::member(&scene.app, super::HOME, Role::Member);
    let id = make::member_id(&scene.app, super::HOME, &email);
    let grants = json!({ "grants": [{ "type": "member", "id": id, "role": role }] });
    let path = format!("/v1/folders/{}/access", scene.folder);
    let kind = [("content-type", "application/json")];
    scene
        .program
        .send(Method::PUT, &path, &kind, &grants.to_string())
        .await
        .expect(200);
    let workspace = scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    let who = Who::Member {
        id: id.parse().expect("an id"),
        name: "Cy".to_owned(),
        role: Role::Member,
        permissions: Permissions::default(),
    };
    Actor::new(who, workspace.parse().expect("an id"), Source::default())
}

#[actix_web::test]
async fn what_is_deleted_can_be_restored_until_it_is_destroyed() {
    let scene = Scene::with_folder().await;
    let (file, other) = (
        scene.upload("a.txt", "x").await,
        scene.upload("b.txt", "x").await,
    );
    let path = format!("/v1/files/{file}");
    let changed = [("if-match", "\"other\"")];
    let refused = scene.call(&scene.key, Method::DELETE, &path, &changed, Vec::new());
    assert_eq!(
        code(&refused.await),
        (412, "precondition_failed".to_owned())
    );
    scene.program.delete(&path).await.expect(204);
    for gone in [path.clone(), format!("{path}/content")] {
        assert_eq!(scene.program.get(&gone).await.status, 404);
    }
    assert_eq!(scene.program.delete(&path).await.status, 404);
    assert_eq!(
        scene
            .program
            .patch(&path, &json!({ "name": "c" }))
            .await
            .status,
        404
    );
    assert_eq!(names(&scene.program.get(&scene.files()).await), ["b.txt"]);
    // Its name is free meanwhile.
    scene.upload("A.txt", "x").await;

    let id: FileId = file.parse().expect("an id");
    let now = scene.app.clock.now();
    let restore = |actor: &Actor, name: Option<&str>| {
        let name = name.map(|name| files::FileName::parse(name).expect("a name"));
        scene
            .app
            .db
            .run_here(|conn| files::restore(conn, actor, (id, name.as_ref()), now))
    };
    let user = editor(&scene, "user").await;
    assert!(matches!(restore(&user, None), Err(Error::Forbidden(_))));
    let editor = editor(&scene, "editor").await;
    assert!(
        matches!(restore(&editor, None), Err(Error::Invalid(_))),
        "the name is taken"
    );
    restore(&editor, Some("a2.txt")).expect("restored");
    assert!(
        matches!(restore(&editor, None), Err(Error::NotFound)),
        "it is not there any more"
    );
    assert_eq!(
        scene.program.get(&path).await.expect(200).json()["name"],
        "a2.txt"
    );

    // 30 days, and not less.
    scene.program.delete(&path).await.expect(204);
    scene.app.clock.advance(TimeDelta::days(29));
    files::purge(&scene.app.db, WHY, scene.app.clock.now()).await;
    let rows = || {
        scene
            .app
            .sql(|sql| sql.line("SELECT count(*)::text AS line FROM files"))
    };
    assert_eq!(rows(), "3");
    scene.app.clock.advance(TimeDelta::days(1));
    let now = scene.app.clock.now();
    let late = scene
        .app
        .db
        .run_here(|conn| files::restore(conn, &editor, (id, None), now));
    assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
    files::purge(&scene.app.db, WHY, scene.app.clock.now()).await;
    assert_eq!(
        (rows(), scene.objects()),
        (
            "2".to_owned(),
            vec!["kept".to_owned(), "kept".to_owned(), "whole".to_owned()]
        )
    );
    assert_eq!(
        scene.log().last().expect("an entry"),
        "file.destroyed a2.txt"
    );
    // And its contents after it, with those of a folder that is destroyed.
    let folder = format!("/v1/folders/{}", scene.folder);
    scene.program.delete(&folder).await.expect(204);
    assert_eq!(
        scene
            .program
            .get(&format!("/v1/files/{other}"))
            .await
            .status,
        404
    );
    scene.app.clock.advance(TimeDelta::days(31));
    let now = scene.app.clock.now();
    keyroom::library::purge(&scene.app.db, WHY, now).await;
    assert_eq!(scene.objects(), ["whole"; 3]);
    let done = objects::collect(&scene.app.shared.objects, &scene.app.db, WHY, now).await;
    assert_eq!(done.expect("a store").ended, 3);
    assert_eq!(scene.objects(), [""; 0]);
}

#[actix_web::test]
async fn a_key_deletes_with_its_permission_as_editor() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", "x").await;
    let delete = [Permission::FileDelete];
    for (label, permissions, role, expected) in [
        (
            "unable",
            &[Permission::ObjectsList][..],
            Some("editor"),
            (403, "permission_missing"),
        ),
        ("user", &delete, Some("user"), (403, "role_too_low")),
        ("nobody", &delete, None, (404, "not_found")),
    ] {
        let key = scene.key_as(label, permissions, role).await;
        let gone = scene
            .app
            .api(&key.secret)
            .delete(&format!("/v1/files/{file}"))
            .await;
        assert_eq!(code(&gone), (expected.0, expected.1.to_owned()));
    }
    let key = scene.key_as("editor", &delete, Some("editor")).await;
    scene
        .app
        .api(&key.secret)
        .delete(&format!("/v1/files/{file}"))
        .await
        .expect(204);
    assert_eq!(scene.log().last().expect("an entry"), "file.trashed a.txt");
}
