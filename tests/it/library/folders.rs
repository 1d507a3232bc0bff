//! Folders in the hands of a program.

use keyroom::{actor::Role, permissions::Permission};
use serde_json::json;

use super::{FOLDERS, HOME, id, log, manager, names, of, scene, with};
use crate::{
    key_api::{fields, missing},
    scenes::{ADA, problem},
    support::make,
};

#[actix_web::test]
async fn a_folder_is_made_described_moved_and_deleted() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let new =
        json!({"name": " Company ", "description": "Everything", "metadata": {"source": "wiki"}});
    let reply = program.post(FOLDERS, &new).await.expect(201);
    let company = id(&reply);
    let shown = reply.json();
    assert_eq!(shown["name"], "Company");
    assert_eq!(shown["parent_id"], json!(null));
    assert_eq!(shown["role"], "editor");
    assert_eq!(shown["owner"]["type"], "workspace");
    assert_eq!(shown["visibility"], "listed");
    assert_eq!(program.get(&of(&company)).await.expect(200).json(), shown);

    let within = json!({"name": "Handbook", "parent_id": company, "visibility": "unlisted"});
    let handbook = id(&program.post(FOLDERS, &within).await.expect(201));
    // Who makes it inside of what it edits is its Editor by that; it is listed under it, and not at the top.
    let listed = program.get(FOLDERS).await.expect(200);
    assert_eq!(names(&listed), ["Company"]);
    let within = format!("{FOLDERS}?parent_id={company}");
    assert_eq!(names(&program.get(&within).await.expect(200)), ["Handbook"]);

    let change = json!({"name": "HANDBOOK", "metadata": {"a": "b"}, "description": null});
    let changed = program
        .patch(&of(&handbook), &change)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["name"], "HANDBOOK");
    assert_eq!(changed["metadata"], json!({"a": "b"}));
    assert_eq!(changed["parent_id"], json!(company));
    let change = json!({"metadata": {"a": null, "c": "d"}});
    let changed = program
        .patch(&of(&handbook), &change)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["metadata"], json!({"c": "d"}));
    let changed = program
        .patch(&of(&handbook), &json!({"metadata": null}))
        .await
        .expect(200);
    assert_eq!(changed.json()["metadata"], json!({}));

    // It is Editor of it by the one above alone, so it would lose it.
    let up = json!({"parent_id": null});
    assert_eq!(
        fields(program.patch(&of(&handbook), &up).await),
        ["parent_id"]
    );
    make::shared(&app, &handbook, ("key_id", &key.id), "editor");
    let moved = program.patch(&of(&handbook), &up).await.expect(200);
    assert_eq!(moved.json()["parent_id"], json!(null));
    assert_eq!(names(&program.get(FOLDERS).await), ["Company", "HANDBOOK"]);

    program.delete(&of(&handbook)).await.expect(204);
    problem(program.get(&of(&handbook)).await, 404, "not_found");
    problem(program.delete(&of(&handbook)).await, 404, "not_found");
    assert_eq!(names(&program.get(FOLDERS).await), ["Company"]);
    assert_eq!(
        log(&app),
        [
            "folder.created Company",
            "folder.created Handbook",
            "folder.renamed HANDBOOK",
            "folder.changed HANDBOOK",
            "folder.changed HANDBOOK",
            "folder.moved HANDBOOK",
            "folder.trashed HANDBOOK",
        ]
    );
}

#[actix_web::test]
async fn what_cannot_be_a_folder_is_refused_by_its_field() {
    let app = scene();
    let (_, program) = manager(&app, "exporter");
    let top = id(&program
        .post(FOLDERS, &json!({"name": "Top"}))
        .await
        .expect(201));
    let deep = json!({"name": "Deep", "parent_id": top});
    let deep = id(&program.post(FOLDERS, &deep).await.expect(201));
    for (new, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(121)}), "name"),
        (json!({"name": "a\u{202e}b"}), "name"),
        (json!({"name": "DEEP", "parent_id": top}), "name"),
        (
            json!({"name": "a", "description": "x".repeat(1001)}),
            "description",
        ),
        (
            json!({"name": "a", "metadata": {"b": "x".repeat(1025)}}),
            "metadata.b",
        ),
        (json!({"name": "a", "metadata": {"b": 1}}), "metadata.b"),
        (json!({"name": "a", "visibility": "hidden"}), "visibility"),
        (json!({"name": "a", "parent_id": "x"}), "parent_id"),
        (json!({"name": "a", "colour": "x"}), "colour"),
        (json!({}), "name"),
    ] {
        assert_eq!(fields(program.post(FOLDERS, &new).await), [field], "{new}");
    }
    for (change, field) in [
        (json!({}), "body"),
        (json!({"name": null}), "name"),
        (json!({"parent_id": deep}), "parent_id"),
        (json!({"parent_id": top}), "parent_id"),
    ] {
        assert_eq!(
            fields(program.patch(&of(&top), &change).await),
            [field],
            "{change}"
        );
    }
    // The two at the end of the list are within each other; nothing of it was changed.
    assert_eq!(names(&program.get(FOLDERS).await), ["Top"]);
    // Thirty-two are as deep as it goes, and nothing deeper is moved there either.
    let mut last = deep.clone();
    for n in 3..=32 {
        let new = json!({"name": n.to_string(), "parent_id": last});
        last = id(&program.post(FOLDERS, &new).await.expect(201));
    }
    let new = json!({"name": "33", "parent_id": last});
    assert_eq!(fields(program.post(FOLDERS, &new).await), ["parent_id"]);
    let other = id(&program
        .post(FOLDERS, &json!({"name": "Other"}))
        .await
        .expect(201));
    let new = json!({"name": "within", "parent_id": other});
    program.post(FOLDERS, &new).await.expect(201);
    let down = json!({"parent_id": last});
    assert_eq!(
        fields(program.patch(&of(&other), &down).await),
        ["parent_id"]
    );
    let one_up = json!({"name": "x", "parent_id": deep});
    program.patch(&of(&other), &one_up).await.expect(200);
}

#[actix_web::test]
async fn a_list_goes_on_by_name_and_tells_each_what_they_may_know() {
    let app = scene();
    let ada = make::member_id(&app, HOME, ADA);
    let (key, program) = manager(&app, "exporter");
    let company = make::folder(&app, HOME, "Company", Some(&ada));
    for name in ["Zebra", "Äpfel", "apple 2", "Banana", "apple 10"] {
        make::subfolder(&app, &company, name);
    }
    make::shared(&app, &company, ("key_id", &key.id), "user");
    let list = format!("{FOLDERS}?parent_id={company}");
    let whole = names(&program.get(&list).await.expect(200));
    assert_eq!(whole, ["Äpfel", "apple 10", "apple 2", "Banana", "Zebra"]);
    let mut found = Vec::new();
    let mut at = format!("{list}&limit=2");
    loop {
        let part = program.get(&at).await.expect(200);
        found.extend(names(&part));
        match part.json()["next_cursor"].as_str() {
            Some(next) => at = format!("{list}&limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, whole);
    // It leads on in this list alone.
    let first = program.get(&format!("{list}&limit=1")).await.json();
    let next = first["next_cursor"].as_str().expect("more");
    let inner = make::subfolder(&app, &company, "Inner");
    for other in [
        format!("{FOLDERS}?cursor={next}"),
        format!("{FOLDERS}?parent_id={inner}&cursor={next}"),
        format!("/v1/labels?cursor={next}"),
    ] {
        assert_eq!(fields(program.get(&other).await), ["cursor"], "{other}");
    }
    app.sql(|sql| sql.execute(&format!("DELETE FROM folders WHERE id = '{inner}'")));
    // What is unlisted is met by Editors alone: of the folder above, or of it itself; by its id it is as any.
    app.sql(|sql| {
        sql.execute("UPDATE folders SET visibility = 'unlisted' WHERE name IN ('Banana', 'Zebra')");
    });
    let id_of = |name: &str| {
        app.sql(|sql| {
            sql.line(&format!(
                "SELECT id::text AS line FROM folders WHERE name = '{name}'"
            ))
        })
    };
    let (banana, zebra) = (id_of("Banana"), id_of("Zebra"));
    make::shared(&app, &zebra, ("key_id", &key.id), "editor");
    let some = names(&program.get(&list).await);
    assert_eq!(some, ["Äpfel", "apple 10", "apple 2", "Zebra"]);
    program.get(&of(&banana)).await.expect(200);
    assert_eq!(names(&program.get(FOLDERS).await), ["Company"]);
    // A folder alone is at the top of the list, and its parent is not named.
    let (_, other) = {
        let made = with(&app, "other", &[Permission::ObjectsList]);
        make::shared(&app, &zebra, ("key_id", &made.0.id), "editor");
        make::shared(&app, &banana, ("key_id", &made.0.id), "user");
        made
    };
    let listed = other.get(FOLDERS).await.expect(200);
    assert_eq!(names(&listed), ["Zebra"]);
    assert_eq!(listed.json()["data"][0]["parent_id"], json!(null));
    assert_eq!(listed.json()["data"][0]["owner"]["id"], json!(ada));
    problem(other.get(&list).await, 404, "not_found");
    // To what is given inside of what is unlisted no list leads, so it is where lists begin.
    let deep = make::subfolder(&app, &banana, "Deep");
    make::shared(&app, &deep, ("key_id", &key.id), "user");
    assert_eq!(names(&program.get(FOLDERS).await), ["Company", "Deep"]);
    app.sql(|sql| sql.execute("UPDATE folders SET visibility = 'listed' WHERE name = 'Banana'"));
    assert_eq!(names(&program.get(FOLDERS).await), ["Company"]);
    for wrong in ["?limit=0", "?cursor=x", "?parent_id=x", "?colour=x"] {
        other.get(&format!("{FOLDERS}{wrong}")).await.expect(422);
    }
}

#[actix_web::test]
async fn another_workspaces_folder_is_as_one_that_is_nowhere() {
    let app = scene();
    make::workspace(&app, "Elsewhere");
    let theirs = make::folder(&app, "elsewhere", "Theirs", None);
    let own = make::folder(&app, HOME, "Not shared", None);
    let nowhere = "018f0000-0000-7000-8000-000000000009";
    let (key, program) = manager(&app, "exporter");
    let mine = make::folder(&app, HOME, "Mine", None);
    make::shared(&app, &mine, ("key_id", &key.id), "editor");
    for folder in [&theirs, &own, &nowhere.to_owned()] {
        let grants = json!({"grants": [{"type": "api_key", "id": key.id, "role": "user"}]});
        let calls = [
            program.get(&of(folder)).await,
            program.get(&format!("{FOLDERS}?parent_id={folder}")).await,
            program.patch(&of(folder), &json!({"name": "x"})).await,
            program.delete(&of(folder)).await,
            program.get(&format!("{}/access", of(folder))).await,
            program
                .put(&format!("{}/access", of(folder)), &grants)
                .await,
            program
                .delete(&format!("{}/access/api_key/{}", of(folder), key.id))
                .await,
            program
                .post(FOLDERS, &json!({"name": "x", "parent_id": folder}))
                .await,
            program
                .patch(&of(&mine), &json!({"parent_id": folder}))
                .await,
        ];
        for reply in calls {
            problem(reply, 404, "not_found");
        }
    }
    assert!(log(&app).is_empty());
}

#[actix_web::test]
async fn a_personal_key_makes_what_is_its_owners() {
    let app = scene();
    let email = make::member(&app, HOME, Role::Member);
    let member = make::member_id(&app, HOME, &email);
    let group = make::group(&app, HOME, "Everything", Permission::ALL);
    make::in_group(&app, &group, &member);
    let key = make::personal(&app, (HOME, &member), "mine", Permission::ALL);
    let program = app.api(&key.secret);
    let made = program
        .post(FOLDERS, &json!({"name": "Mine"}))
        .await
        .expect(201)
        .json();
    assert_eq!(made["owner"], json!({"type": "member", "id": member}));
    assert_eq!(made["role"], "editor");
    // Of a key that lacks a permission each field asks for its own, and the folder is not even looked for.
    let (_, poor) = with(&app, "poor", &[Permission::DirRename]);
    let change = json!({"name": "x", "visibility": "unlisted", "description": "y"});
    let nowhere = of("018f0000-0000-7000-8000-000000000009");
    assert_eq!(
        missing(poor.patch(&nowhere, &change).await),
        json!(["DIR_META_CHANGE", "DIR_SET_VISIBILITY"])
    );
    problem(
        poor.patch(&nowhere, &json!({"name": "x"})).await,
        404,
        "not_found",
    );
}
