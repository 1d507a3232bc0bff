//! Where the document is found: at the server, and at the command line.

use std::fs;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::document;
use crate::{program::Folder, support::TestApp};

const OPENAPI: &str = "/v1/openapi.json";

#[actix_web::test]
async fn anybody_gets_it_with_the_address_of_the_server() {
    let app = TestApp::start_at("https://keyroom.example");
    // Before there is an owner, too.
    let reply = app.anonymous().get(OPENAPI).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    let mut served = reply.json();
    assert_eq!(
        served["servers"],
        json!([{ "url": "https://keyroom.example" }])
    );
    served["servers"] = json!([{ "url": "/" }]);
    assert_eq!(served, document());
    let (reply, queries) = app.counting(app.anonymous().get(OPENAPI)).await;
    assert_eq!((reply.status, queries.len()), (200, 0));
    assert!(reply.cookies().is_empty());
}

#[actix_web::test]
async fn whoever_has_it_is_told_that_it_has_not_changed() {
    let app = TestApp::start();
    let reply = app.anonymous().get(OPENAPI).await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-cache");
    let tag = reply.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let strong = tag.trim_start_matches("W/");
    let several = format!("\"other\", {tag}");
    for known in [tag.as_str(), strong, &several] {
        let headers = [("if-none-match", known)];
        let reply = app
            .anonymous()
            .send(Method::GET, OPENAPI, &headers, "")
            .await
            .expect(304);
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("etag"), tag);
    }
    for other in ["\"other\"", "W/\"0123456789abcdef\"", "x"] {
        let headers = [("if-none-match", other)];
        app.anonymous()
            .send(Method::GET, OPENAPI, &headers, "")
            .await
            .expect(200);
    }
}

#[test]
fn the_command_prints_it_and_needs_nothing() {
    let folder = Folder::new();
    let mut command = folder.command(&["openapi"]);
    command
        .env("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        .env("KEYROOM_PUBLIC_URL", "no address");
    let done = crate::program::Done::of(command, "");
    assert!(done.success, "{}", done.stderr);
    assert_eq!(done.stderr, "");
    let printed: Value = serde_json::from_str(&done.stdout).expect("JSON and nothing else");
    assert_eq!(printed, document());
    assert!(done.stdout.starts_with("{\n  \"openapi\": \"3.1.0\","));
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 0, "nothing is made");
}
