//! Contents go out: all of them, a part, or nothing where the caller has them.

use std::fs;

use actix_web::http::Method;
use keyroom::permissions::Permission;

use super::{Scene, code};
use crate::support::http::{Header, Reply};

const TEXT: &str = "0123456789";

async fn get(scene: &Scene, path: &str, headers: &[Header<'_>]) -> Reply {
    scene
        .call(&scene.key, Method::GET, path, headers, Vec::new())
        .await
}

#[actix_web::test]
async fn contents_are_a_file_to_save_and_never_a_page() {
    let scene = Scene::with_folder().await;
    for (name, content, kind, saved) in [
        (
            "a.txt",
            TEXT,
            "text/plain; charset=utf-8",
            r#"attachment; filename="a.txt""#,
        ),
        (
            "Büro\\x.html",
            "<!DOCTYPE html><script>alert(1)</script>",
            "text/html",
            r#"attachment; filename="B_ro_x.html"; filename*=UTF-8''B%C3%BCro%5Cx.html"#,
        ),
    ] {
        let file = scene.upload(name, content).await;
        let path = format!("/v1/files/{file}/content");
        // Packed, it would have another length and other ranges.
        let got = get(&scene, &path, &[("accept-encoding", "gzip")])
            .await
            .expect(200);
        assert_eq!(got.text(), content);
        assert_eq!(got.header("content-type"), kind);
        assert_eq!(got.header("content-disposition"), saved);
        assert_eq!(got.header("content-length"), content.len().to_string());
        assert_eq!(got.header("content-encoding"), "");
        assert_eq!(got.header("accept-ranges"), "bytes");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        let shown = scene.program.get(&format!("/v1/files/{file}")).await.json();
        assert_eq!(
            got.header("etag"),
            format!("\"{}\"", shown["sha256"].as_str().expect("a sum"))
        );
        let head = scene
            .call(&scene.key, Method::HEAD, &path, &[], Vec::new())
            .await;
        assert_eq!(
            head.expect(200).header("content-length"),
            content.len().to_string()
        );
    }
}

#[actix_web::test]
async fn a_range_is_a_part_and_a_condition_decides() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", TEXT).await;
    let path = format!("/v1/files/{file}/content");
    let tag = get(&scene, &path, &[]).await.header("etag").to_owned();
    let other = "\"other\"";
    let weak = format!("W/{tag}");
    for (headers, status, text, range) in [
        (&[("range", "bytes=0-3")][..], 206, "0123", "bytes 0-3/10"),
        (&[("range", "bytes=8-")], 206, "89", "bytes 8-9/10"),
        (&[("range", "bytes=-3")], 206, "789", "bytes 7-9/10"),
        (&[("range", "bytes=5-500")], 206, "56789", "bytes 5-9/10"),
        (&[("range", "bytes=0-1,4-5")], 200, TEXT, ""),
        (&[("range", "lines=1-2")], 200, TEXT, ""),
        (&[("range", "bytes=x")], 200, TEXT, ""),
        (
            &[("range", "bytes=0-3"), ("if-range", &tag)],
            206,
            "0123",
            "bytes 0-3/10",
        ),
        (
            &[("range", "bytes=0-3"), ("if-range", other)],
            200,
            TEXT,
            "",
        ),
        (
            &[("range", "bytes=0-3"), ("if-range", &weak)],
            200,
            TEXT,
            "",
        ),
        (
            &[
                ("range", "bytes=0-3"),
                ("if-range", "Thu, 26 Nov 2026 00:00:00 GMT"),
            ],
            200,
            TEXT,
            "",
        ),
        (&[("if-none-match", &tag)], 304, "", ""),
        (&[("if-none-match", &weak)], 304, "", ""),
        (&[("if-none-match", "*")], 304, "", ""),
        (&[("if-none-match", other)], 200, TEXT, ""),
        (&[("if-match", &tag)], 200, TEXT, ""),
        (&[("if-match", "*")], 200, TEXT, ""),
    ] {
        let got = get(&scene, &path, headers).await;
        let told = (got.status, got.text(), got.header("content-range"));
        assert_eq!(told, (status, text.to_owned(), range), "{headers:?}");
        assert_eq!(got.header("etag"), tag);
    }
    // Of a HEAD a range means nothing, and it learns what a GET would.
    let head = async || {
        let range = [("range", "bytes=10-")];
        scene
            .call(&scene.key, Method::HEAD, &path, &range, Vec::new())
            .await
    };
    assert_eq!(head().await.expect(200).header("content-length"), "10");
    let (folder, away) = (
        scene.app.objects_folder(),
        scene.app.objects_folder().with_extension("away"),
    );
    fs::rename(&folder, &away).expect("moved");
    assert_eq!(head().await.status, 503);
    let got = get(&scene, &path, &[]).await;
    assert_eq!(code(&got), (503, "unavailable".to_owned()));
    let why = "Files cannot be stored or read at the moment.";
    assert_eq!(got.json()["detail"], why);
    fs::rename(&away, &folder).expect("moved back");

    let beyond = get(&scene, &path, &[("range", "bytes=10-")]).await;
    assert_eq!(code(&beyond), (416, "range_not_satisfiable".to_owned()));
    assert_eq!(beyond.header("content-range"), "bytes */10");
    for headers in [[("if-match", other)], [("if-match", weak.as_str())]] {
        let changed = get(&scene, &path, &headers).await;
        assert_eq!(code(&changed), (412, "precondition_failed".to_owned()));
    }
}

#[actix_web::test]
async fn whoever_has_a_role_and_the_permission_reads() {
    let scene = Scene::with_folder().await;
    let file = scene.upload("a.txt", TEXT).await;
    let path = format!("/v1/files/{file}/content");
    let fetch = [Permission::ObjectsFetch];
    for (label, permissions, role, expected) in [
        ("user", &fetch[..], Some("user"), (200, "")),
        ("editor", &fetch, Some("editor"), (200, "")),
        ("nobody", &fetch, None, (404, "not_found")),
        (
            "unable",
            &[Permission::ObjectsList],
            Some("editor"),
            (403, "permission_missing"),
        ),
    ] {
        let key = scene.key_as(label, permissions, role).await;
        let got = scene.call(&key, Method::GET, &path, &[], Vec::new()).await;
        match expected.0 {
            200 => assert_eq!(got.expect(200).text(), TEXT),
            _ => assert_eq!(code(&got), (expected.0, expected.1.to_owned()), "{label}"),
        }
    }
    let foreign = scene
        .program
        .get("/v1/files/018f0000-0000-7000-8000-000000000001/content");
    assert_eq!(foreign.await.status, 404);
}
