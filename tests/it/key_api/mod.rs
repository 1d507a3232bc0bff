//! Keys that are made and managed by programs.

mod bounds;
mod bulk;
mod manage;
mod no_body;
mod once;
mod shapes;

use keyroom::{keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    http::Reply,
    make::{self, MadeKey},
    program::Program,
};

pub const SECRET: &str = "/v1/secret-keys";
pub const PUBLISHABLE: &str = "/v1/publishable-keys";

pub const READ: Permission = Permission::AccessRead;
pub const MANAGE: Permission = Permission::AccessManage;
pub const LIST: Permission = Permission::ObjectsList;
pub const UPLOAD: Permission = Permission::FileUpload;
pub const DELETE: Permission = Permission::FileDelete;

/// A key of the workspace that manages keys, made at the command line, and a program with it.
pub fn manager(app: &TestApp, permissions: &[Permission]) -> (MadeKey, Program) {
    let (of, label) = ("brightwater", "manager");
    let key = make::key_with(app, of, label, permissions, Lifetime::Days(90));
    make::unhurried(app, &key);
    let program = app.api(&key.secret);
    (key, program)
}

pub fn scene(permissions: &[Permission]) -> (TestApp, MadeKey, Program) {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let (key, program) = manager(&app, permissions);
    (app, key, program)
}

/// A key that lists assets, and what more `with` says of it.
pub fn new_key(label: &str, with: Value) -> Value {
    let mut new = json!({ "label": label, "permissions": ["OBJECTS_LIST"] });
    for (field, value) in with.as_object().into_iter().flatten() {
        new[field] = value.clone();
    }
    new
}

/// What an answer has made.
#[track_caller]
pub fn made(reply: Reply) -> MadeKey {
    let answer = reply.json();
    let text = |field: &str| answer[field].as_str().expect(field).to_owned();
    MadeKey {
        id: text("id"),
        secret: text("secret"),
    }
}

pub async fn create(program: &Program, label: &str, with: Value) -> MadeKey {
    made(
        program
            .post(SECRET, &new_key(label, with))
            .await
            .expect(201),
    )
}

pub fn of(key: &MadeKey) -> String {
    format!("{SECRET}/{}", key.id)
}

/// Does something to a key.
pub async fn to(program: &Program, key: &MadeKey, verb: &str, document: Value) -> Reply {
    program
        .post(&format!("{}/{verb}", of(key)), &document)
        .await
}

/// The fields that a 422 names.
#[track_caller]
pub fn fields(reply: Reply) -> Vec<String> {
    let document = crate::scenes::problem(reply, 422, "invalid_fields");
    let errors = document["errors"].as_array().expect("errors").iter();
    errors
        .map(|error| error["field"].as_str().expect("a field").to_owned())
        .collect()
}

/// What a 403 says is missing.
#[track_caller]
pub fn missing(reply: Reply) -> Value {
    crate::scenes::problem(reply, 403, "permission_missing")["missing"].clone()
}

/// What the audit log says that a key has done, or was refused, the oldest first: action and label of the subject.
pub fn log_of(app: &TestApp, key: &MadeKey) -> Vec<String> {
    let query = format!(
        "SELECT action || ' ' || subject_label AS line FROM audit_events
         WHERE actor_kind = 'key' AND actor_id = '{}' ORDER BY at, id",
        key.id
    );
    app.sql(|sql| sql.lines(&query))
}
