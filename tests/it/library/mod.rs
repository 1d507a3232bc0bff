//! The library: folders, and who reaches them.

mod access;
mod cells;
mod cut;
mod file_changes;
mod file_pages;
mod folders;
mod givers;
mod key_bounds;
mod left;
mod model;
mod pages;
mod policy;
mod reach_api;
mod settings;
mod settings_access;
mod settings_limits;
mod settings_shares;
mod settings_undo;
mod trash;
mod upload;

use keyroom::{keys::Lifetime, permissions::Permission};
use serde_json::Value;

use crate::support::{
    TestApp,
    http::Reply,
    make::{self, MadeKey},
    program::Program,
};

pub const FOLDERS: &str = "/v1/folders";
pub const HOME: &str = "brightwater";

pub fn scene() -> TestApp {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    app
}

/// A key of the workspace that may do everything, and a program with it.
pub fn manager(app: &TestApp, label: &str) -> (MadeKey, Program) {
    with(app, label, Permission::ALL)
}

pub fn with(app: &TestApp, label: &str, permissions: &[Permission]) -> (MadeKey, Program) {
    let key = make::key_with(app, HOME, label, permissions, Lifetime::Days(90));
    make::unhurried(app, &key);
    let program = app.api(&key.secret);
    (key, program)
}

pub fn of(folder: &str) -> String {
    format!("{FOLDERS}/{folder}")
}

/// The id in an answer.
#[track_caller]
pub fn id(reply: &Reply) -> String {
    reply.json()["id"].as_str().expect("an id").to_owned()
}

/// The names in a list.
#[track_caller]
pub fn names(reply: &Reply) -> Vec<String> {
    let data = reply.json()["data"].as_array().expect("a list").clone();
    let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
    data.iter().map(name).collect()
}

/// What the audit log says that was done to folders, the oldest first.
pub fn log(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT action || ' ' || subject_label AS line FROM audit_events WHERE subject_kind = 'folder' ORDER BY at, id",
        )
    })
}

/// Takes every role in a folder itself away.
pub fn unshare(app: &TestApp, folder: &str) {
    app.sql(|sql| sql.execute(&format!("DELETE FROM shares WHERE folder_id = '{folder}'")));
}
