//! What takes no body refuses fields instead of passing over them.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{LIST, MANAGE, READ, create, fields, of, scene, to};
use crate::scenes::problem;

#[actix_web::test]
async fn fields_where_none_are_taken_are_refused_by_their_names_and_nothing_changes() {
    let (app, _, program) = scene(&[READ, MANAGE, LIST]);
    let key = create(&program, "ci", json!({})).await;
    let dry = json!({"dry_run": true, "reason": "compromised"});
    for verb in [
        "deactivate",
        "activate",
        "delete",
        "finish-rotation",
        "undo-rotation",
    ] {
        assert_eq!(
            fields(to(&program, &key, verb, dry.clone()).await),
            ["dry_run", "reason"]
        );
    }
    let json = [("content-type", "application/json")];
    let itself = app.api(&key.secret);
    let delete = async |body: &str| {
        let path = "/v1/whoami";
        itself.send(Method::DELETE, path, &json, body).await
    };
    assert_eq!(fields(delete(r#"{"dry_run":true}"#).await), ["dry_run"]);
    for whole in ["[]", "null", "{", "label=x", "\"x\""] {
        assert_eq!(fields(delete(whole).await), ["body"], "{whole}");
    }
    problem(
        delete(&" ".repeat(65 * 1024)).await,
        413,
        "payload_too_large",
    );
    let shown = program.get(&of(&key)).await.expect(200).json();
    assert_eq!(shown["status"], "active");
    // Before that it is asked who may.
    let path = format!("{}/deactivate", of(&key));
    let reply = app.anonymous().post(&path, &dry).await;
    problem(reply, 401, "credential_missing");
    problem(itself.post(&path, &dry).await, 403, "permission_missing");
    // An object without fields says nothing.
    to(&program, &key, "deactivate", json!({}))
        .await
        .expect(200);
    to(&program, &key, "activate", Value::Null)
        .await
        .expect(200);
    delete("{}").await.expect(204);
}
