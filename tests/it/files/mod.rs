//! Files: who puts them into folders, reads, changes and finds them.

mod change;
mod download;
mod killed;
mod labels;
mod large;
mod search;
mod trash;
mod upload;

use actix_web::http::Method;
use keyroom::{keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    http::{self, Header, Reply},
    make::{self, MadeKey},
    program::Program,
};

const HOME: &str = "brightwater";
const BOUNDARY: &str = "x-boundary-x";

struct Scene {
    app: TestApp,
    /// Editor of the folder, with every permission.
    key: MadeKey,
    program: Program,
    folder: String,
}

impl Scene {
    fn set() -> Self {
        Self::of(TestApp::start())
    }

    fn of(app: TestApp) -> Self {
        make::workspace(&app, "Brightwater");
        let key = key(&app, "manager", Permission::ALL);
        Self {
            program: app.api(&key.secret),
            key,
            folder: String::new(),
            app,
        }
    }

    async fn with_folder() -> Self {
        let mut scene = Self::set();
        scene.folder = scene.make_folder("Handbook").await;
        scene
    }

    async fn make_folder(&self, name: &str) -> String {
        let made = self
            .program
            .post("/v1/folders", &json!({ "name": name }))
            .await;
        id(&made.expect(201))
    }

    fn files(&self) -> String {
        format!("/v1/folders/{}/files", self.folder)
    }

    async fn upload(&self, name: &str, content: &str) -> String {
        let made = self
            .send_file(&self.key, &self.files(), name, content.as_bytes())
            .await;
        id(&made.expect(201))
    }

    /// As `curl -F file=@name`.
    async fn send_file(&self, key: &MadeKey, path: &str, name: &str, content: &[u8]) -> Reply {
        self.send_parts(key, path, &[part("file", Some(name), content)])
            .await
    }

    async fn send_parts(&self, key: &MadeKey, path: &str, parts: &[Vec<u8>]) -> Reply {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("content-type", kind.as_str())];
        self.call(key, Method::POST, path, &headers, form(parts))
            .await
    }

    /// With any bytes.
    async fn call(
        &self,
        key: &MadeKey,
        method: Method,
        path: &str,
        headers: &[Header<'_>],
        body: Vec<u8>,
    ) -> Reply {
        let bearer = format!("Bearer {}", key.secret);
        let mut all = vec![("authorization", bearer.as_str()), ("accept", "*/*")];
        all.extend(headers);
        http::send(&self.app.address, method, path, &all, body).await
    }

    /// A key with this role in the folder, or none.
    async fn key_as(&self, label: &str, permissions: &[Permission], role: Option<&str>) -> MadeKey {
        let key = key(&self.app, label, permissions);
        if let Some(role) = role {
            self.share(&self.folder, &key, role).await;
        }
        key
    }

    async fn share(&self, folder: &str, key: &MadeKey, role: &str) {
        let grants = json!({ "grants": [{ "type": "api_key", "id": key.id, "role": role }] });
        let path = format!("/v1/folders/{folder}/access");
        let headers = [("content-type", "application/json")];
        let body = grants.to_string();
        let shared = self.program.send(Method::PUT, &path, &headers, &body);
        shared.await.expect(200);
    }

    /// What the audit log says of files and labels, the oldest first.
    fn log(&self) -> Vec<String> {
        self.app.sql(|sql| {
            sql.lines(
                "SELECT concat_ws(' ', action, subject_label) AS line FROM audit_events
                 WHERE subject_kind IN ('file', 'label') AND NOT refused ORDER BY at, id",
            )
        })
    }

    fn objects(&self) -> Vec<String> {
        self.app
            .sql(|sql| sql.lines("SELECT state AS line FROM objects ORDER BY 1"))
    }
}

fn key(app: &TestApp, label: &str, permissions: &[Permission]) -> MadeKey {
    let key = make::key_with(app, HOME, label, permissions, Lifetime::Days(90));
    make::unhurried(app, &key);
    key
}

fn part(field: &str, name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let name = name
        .map(|name| name.replace('"', "%22"))
        .map(|name| format!("; filename=\"{name}\""))
        .unwrap_or_default();
    let mut part =
        format!("Content-Disposition: form-data; name=\"{field}\"{name}\r\n\r\n").into_bytes();
    part.extend_from_slice(content);
    part
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        body.extend_from_slice(part);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

#[track_caller]
fn id(reply: &Reply) -> String {
    reply.json()["id"].as_str().expect("an id").to_owned()
}

#[track_caller]
fn names(reply: &Reply) -> Vec<String> {
    let data = reply.json()["data"].as_array().expect("a list").clone();
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    data.iter().map(name).collect()
}

#[track_caller]
fn mistake(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, 422, "{}", reply.gist());
    let one = reply.json()["errors"][0].clone();
    let text = |field: &str| one[field].as_str().expect("a text").to_owned();
    (text("field"), text("message"))
}

#[track_caller]
fn code(reply: &Reply) -> (u16, String) {
    (
        reply.status,
        reply.json()["code"].as_str().unwrap_or_default().to_owned(),
    )
}
