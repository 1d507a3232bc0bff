//! A file comes into a folder, and another version of it.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use actix_web::http::Method;
use keyroom::permissions::Permission;
use serde_json::json;

use super::{BOUNDARY, Scene, code, form, id, mistake, names, part};
use crate::{objects::until, support::make};

#[actix_web::test]
async fn what_is_uploaded_is_listed_and_says_what_it_is() {
    let scene = Scene::with_folder().await;
    let files = scene.files();
    let parts = [
        part("file", Some("Büro ../plan.pdf"), b"%PDF-1.7\n..."),
        part("metadata", None, br#"{"source":"wiki"}"#),
    ];
    let made = scene
        .send_parts(&scene.key, &files, &parts)
        .await
        .expect(201);
    let file = made.json();
    for (field, value) in [
        ("object", json!("file")),
        ("folder_id", json!(scene.folder)),
        ("name", json!("Büro ../plan.pdf")),
        ("size", json!(12)),
        ("media_type", json!("application/pdf")),
        ("version", json!(1)),
        ("labels", json!([])),
        ("product", json!({})),
        ("metadata", json!({"source": "wiki"})),
        ("visibility", json!("listed")),
        (
            "created_by",
            json!({"type": "api_key", "id": scene.key.id, "name": "manager"}),
        ),
    ] {
        assert_eq!(file[field], value, "{field}");
    }
    let path = format!("/v1/files/{}", id(&made));
    assert_eq!(scene.program.get(&path).await.expect(200).json(), file);
    scene.upload("empty", "").await;
    let list = scene.program.get(&files).await.expect(200);
    assert_eq!(names(&list), ["Büro ../plan.pdf", "empty"]);
    assert_eq!(
        scene.log(),
        ["file.uploaded Büro ../plan.pdf", "file.uploaded empty"]
    );
    assert_eq!(scene.objects(), ["kept", "kept"]);

    // A name is unique in its folder, whatever the case; in another it is free.
    for same in ["EMPTY", "Bu\u{308}ro ../plan.pdf"] {
        let taken = scene.send_file(&scene.key, &files, same, b"x").await;
        assert_eq!(mistake(&taken).0, "name");
    }
    let other = scene.make_folder("Other").await;
    let other = format!("/v1/folders/{other}/files");
    scene
        .send_file(&scene.key, &other, "EMPTY", b"x")
        .await
        .expect(201);
    assert_eq!(scene.objects(), ["kept"; 3], "what was refused is gone");
}

#[actix_web::test]
async fn a_form_with_a_mistake_leaves_nothing() {
    let scene = Scene::with_folder().await;
    let files = scene.files();
    let file = || part("file", Some("a"), b"x");
    for (parts, field) in [
        (vec![], "file"),
        (vec![part("metadata", None, b"{}")], "file"),
        (vec![part("file", None, b"x")], "file"),
        (vec![part("file", Some(""), b"x")], "name"),
        (vec![part("file", Some("a\u{202e}b"), b"x")], "name"),
        (vec![part("file", Some(".."), b"x")], "name"),
        (vec![part("file", Some(&"x".repeat(256)), b"x")], "name"),
        (vec![file(), file()], "file"),
        (vec![file(), part("metadata", None, b"{")], "metadata"),
        (
            vec![file(), part("metadata", None, br#"{"a":1}"#)],
            "metadata.a",
        ),
        (vec![file(), part("folder", None, b"x")], "folder"),
    ] {
        let sent = scene.send_parts(&scene.key, &files, &parts).await;
        assert_eq!(mistake(&sent).0, field);
    }
    let kind = [("content-type", "application/json")];
    let call = scene.call(&scene.key, Method::POST, &files, &kind, b"{}".to_vec());
    assert_eq!(
        code(&call.await),
        (415, "unsupported_media_type".to_owned())
    );
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    for body in [
        "",
        "abc",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf",
    ] {
        let body = body.as_bytes().to_vec();
        let call = scene.call(&scene.key, Method::POST, &files, &kind, body);
        assert_eq!(code(&call.await), (400, "invalid_request".to_owned()));
    }
    assert_eq!((scene.objects(), scene.log()), (vec![], vec![]));
}

#[actix_web::test]
async fn only_editors_with_the_permission_upload_and_nobody_learns_of_other_folders() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a", "first").await;
    let (files, content) = (scene.files(), format!("/v1/files/{file}/content"));
    let upload = [Permission::FileUpload];
    let editor = scene.key_as("editor", &upload, Some("editor")).await;
    let user = scene.key_as("user", &upload, Some("user")).await;
    let nobody = scene.key_as("nobody", &upload, None).await;
    let unable = scene
        .key_as("unable", &[Permission::ObjectsList], Some("editor"))
        .await;
    make::workspace(&scene.app, "Elsewhere");
    let put = async |key| {
        let kind = [("content-type", "text/plain")];
        scene
            .call(key, Method::PUT, &content, &kind, b"second".to_vec())
            .await
    };
    scene
        .send_file(&editor, &files, "b", b"x")
        .await
        .expect(201);
    put(&editor).await.expect(200);
    for (key, expected) in [
        (&user, (403, "role_too_low")),
        (&nobody, (404, "not_found")),
        (&unable, (403, "permission_missing")),
    ] {
        let expected = (expected.0, expected.1.to_owned());
        assert_eq!(
            code(&scene.send_file(key, &files, "c", b"x").await),
            expected
        );
        assert_eq!(code(&put(key).await), expected);
    }
    // Metadata asks for a permission of its own.
    let parts = [part("file", Some("d"), b"x"), part("metadata", None, b"{}")];
    let refused = scene.send_parts(&editor, &files, &parts).await;
    assert_eq!(refused.json()["missing"], json!(["FILE_META_CREATE"]));
    // What was replaced waits to be collected; what was refused is taken back.
    until("its end", || scene.objects() == ["kept", "kept", "whole"]).await;
}

#[actix_web::test]
async fn what_is_said_with_a_file_asks_for_its_permission_to_the_end() {
    let scene = Scene::with_folder().await;
    let parts = [
        part("metadata", None, br#"{"a":"1"}"#),
        part("file", Some("a"), b"first"),
    ];
    let begun = form(&parts);
    // In the middle of the contents; and sent as it is written, which clients do not promise.
    let (begun, rest) = begun.split_at(begun.len() - BOUNDARY.len() - 10);
    let mut stream = TcpStream::connect(&scene.app.address).expect("a connection");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {}\r\n\r\n",
        scene.files(),
        scene.app.address,
        scene.key.secret,
        begun.len() + rest.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(begun).expect("sent");
    until("an upload", || scene.objects() == ["arriving"]).await;
    scene.app.sql(|sql| {
        sql.execute("UPDATE keys SET permissions = array_remove(permissions, 'FILE_META_CREATE')");
    });
    stream.write_all(rest).expect("sent");
    let mut refused = String::new();
    stream.read_to_string(&mut refused).expect("an answer");
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    assert_eq!(scene.objects(), [""; 0]);
}

#[actix_web::test]
async fn a_new_version_replaces_what_was_there_if_it_is_still_that() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", "first").await;
    let (path, content) = (
        format!("/v1/files/{file}"),
        format!("/v1/files/{file}/content"),
    );
    let put = async |headers: &[(&str, &str)], body: &str| {
        let body = body.as_bytes().to_vec();
        scene
            .call(&scene.key, Method::PUT, &content, headers, body)
            .await
    };
    let before = scene.program.get(&content).await.expect(200);
    let tag = before.header("etag").to_owned();
    let second = put(&[("if-match", &tag)], "second")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&second["version"], &second["size"]),
        (&json!(2), &json!(6))
    );
    assert_eq!(second["name"], "a.txt");
    assert_eq!(scene.program.get(&path).await.json(), second);
    assert_eq!(scene.program.get(&content).await.text(), "second");
    // Somebody else was quicker.
    let late = put(&[("if-match", &tag)], "third").await;
    assert_eq!(code(&late), (412, "precondition_failed".to_owned()));
    let made = put(&[("if-none-match", "*")], "third").await;
    assert_eq!(made.status, 412);
    let part = put(&[("content-range", "bytes 0-4/6")], "third").await;
    assert_eq!(code(&part), (400, "invalid_request".to_owned()));
    let form = put(
        &[("content-type", "multipart/form-data; boundary=x")],
        "third",
    )
    .await;
    assert_eq!(form.status, 415);
    assert_eq!(scene.log(), ["file.uploaded a.txt", "file.replaced a.txt"]);
    assert_eq!(
        scene.objects(),
        ["kept", "whole"],
        "the first waits to be collected"
    );
}

#[actix_web::test]
async fn limits_are_told_in_words() {
    let scene = Scene::with_folder().await;
    scene.upload("a", "x").await;
    scene.app.sql(|sql| {
        sql.execute("UPDATE object_space SET file_limit = 600000, total_limit = 1000000")
    });
    let files = scene.files();
    let large = scene
        .send_file(&scene.key, &files, "b", &[b'x'; 600_001])
        .await;
    assert_eq!(code(&large), (413, "payload_too_large".to_owned()));
    let detail = large.json()["detail"].as_str().expect("a text").to_owned();
    assert!(
        detail.starts_with("A file of this workspace may have 585 KiB at most"),
        "{detail}"
    );
    scene
        .send_file(&scene.key, &files, "b", &[b'x'; 600_000])
        .await
        .expect(201);
    let full = scene
        .send_file(&scene.key, &files, "c", &[b'x'; 500_000])
        .await;
    let (field, why) = mistake(&full);
    assert_eq!(field, "file");
    assert!(why.starts_with("The workspace has no room for it"), "{why}");
    assert_eq!(scene.objects(), ["kept", "kept"]);
    // What was replaced takes no room, and neither does what was destroyed, before it is collected.
    let file = scene.upload("d", &"x".repeat(300_000)).await;
    scene
        .app
        .sql(|sql| sql.execute("UPDATE object_space SET total_limit = 1200001"));
    let content = format!("/v1/files/{file}/content");
    for _ in 0..4 {
        let body = vec![b'y'; 300_000];
        let put = scene.call(&scene.key, Method::PUT, &content, &[], body);
        put.await.expect(200);
    }
    let used = || {
        scene
            .app
            .sql(|sql| sql.line("SELECT used::text AS line FROM object_space"))
    };
    assert_eq!(used(), "900001");
    scene
        .app
        .sql(|sql| sql.execute("DELETE FROM files WHERE name IN ('b', 'd')"));
    assert_eq!(used(), "1");
    assert_eq!(scene.objects().len(), 7, "they wait to be collected");
}
