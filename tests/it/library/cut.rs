//! Of a key that is ended or cut while its call runs, nothing is changed any more: what is taken from it came first.

use actix_web::http::Method;
use futures_util::future::join;
use keyroom::{actor::Role, permissions::Permission};
use serde_json::{Value, json};

use super::{HOME, manager, of, scene};
use crate::{
    scenes::problem,
    support::{
        TestApp,
        http::{IN_PARTS, Reply, in_parts},
        make::{self, MadeKey},
        program::Program,
    },
};

const JSON: &str = "application/json";

struct Scene {
    app: TestApp,
    key: MadeKey,
    program: Program,
    calls: Vec<Call>,
}

/// What is asked, and the permission that it needs.
struct Call {
    method: Method,
    path: String,
    kind: &'static str,
    body: String,
    needed: &'static str,
}

impl Scene {
    fn set() -> Self {
        let app = scene();
        let (key, program) = manager(&app, "editor");
        let email = "lena@brightwater.example";
        let lena = make::named(&app, HOME, "Lena Fischer", email, Role::Member);
        let folder = make::folder(&app, HOME, "Handbook", None);
        make::shared(&app, &folder, ("key_id", &key.id), "editor");
        make::shared(&app, &folder, ("member_id", &lena), "user");
        let file = make::file(&app, &folder, "plan.txt", "text");
        let label = make::label(&app, HOME, "Invoice");
        let (folder, file) = (of(&folder), format!("/v1/files/{file}"));
        let label = format!("/v1/labels/{label}");
        let grants = json!({"grants": [{"type": "member", "id": lena, "role": "editor"}]});
        let (access, files) = (format!("{folder}/access"), format!("{folder}/files"));
        let calls = vec![
            call("PUT", &access, grants, "ACCESS_MANAGE"),
            call(
                "DELETE",
                &format!("{access}/member/{lena}"),
                Value::Null,
                "ACCESS_MANAGE",
            ),
            call(
                "POST",
                "/v1/folders",
                json!({"name": "Plans"}),
                "DIR_CREATE",
            ),
            call("PATCH", &folder, json!({"name": "Plans"}), "DIR_RENAME"),
            call("DELETE", &folder, Value::Null, "DIR_DELETE"),
            call(
                "POST",
                "/v1/labels",
                json!({"name": "Draft"}),
                "LABEL_MANAGE",
            ),
            call("PATCH", &label, json!({"name": "Draft"}), "LABEL_MANAGE"),
            call("DELETE", &label, Value::Null, "LABEL_MANAGE"),
            call("PATCH", &file, json!({"name": "draft.txt"}), "FILE_RENAME"),
            call("DELETE", &file, Value::Null, "FILE_DELETE"),
            call(
                "PATCH",
                "/v1/config",
                json!({"name": "Dimwater"}),
                "CONFIG_CHANGE",
            ),
            Call {
                kind: IN_PARTS,
                body: in_parts(&[("file", "new.txt|text")]),
                ..call("POST", &files, Value::Null, "FILE_UPLOAD")
            },
            Call {
                kind: "text/plain",
                body: "other".to_owned(),
                ..call(
                    "PUT",
                    &format!("{file}/content"),
                    Value::Null,
                    "FILE_UPLOAD",
                )
            },
        ];
        Self {
            app,
            key,
            program,
            calls,
        }
    }

    /// What is answered where this is done to the key while the call runs, which then is taken back.
    async fn meanwhile(&self, call: &Call, done: &str, back: &str) -> Reply {
        let Call {
            method,
            path,
            kind,
            body,
            ..
        } = call;
        let kind = [("content-type", *kind)];
        let headers = if body.is_empty() { &kind[..0] } else { &kind };
        let sent = self.program.send(method.clone(), path, headers, body);
        self.app.sql(|sql| sql.execute(&format!("BEGIN; {done}")));
        let commit = async {
            self.app.somebody_waits().await;
            self.app.sql(|sql| sql.execute("COMMIT"));
        };
        let (reply, ()) = join(sent, commit).await;
        self.app.sql(|sql| sql.execute(back));
        reply
    }

    /// Everything that a call could have changed.
    fn left(&self) -> Vec<String> {
        self.app.sql(|sql| {
            sql.lines(
                "SELECT name AS line FROM workspaces UNION ALL
                 SELECT concat_ws(' ', name, trashed_at) FROM folders UNION ALL
                 SELECT concat_ws(' ', name, version, trashed_at) FROM files UNION ALL
                 SELECT role FROM shares UNION ALL SELECT name FROM labels ORDER BY 1",
            )
        })
    }
}

fn call(method: &str, path: &str, body: Value, needed: &'static str) -> Call {
    Call {
        method: method.parse().expect("a method"),
        path: path.to_owned(),
        kind: JSON,
        body: match body {
            Value::Null => String::new(),
            body => body.to_string(),
        },
        needed,
    }
}

#[actix_web::test]
async fn whose_permission_is_taken_meanwhile_changes_nothing() {
    let scene = Scene::set();
    let (id, before) = (&scene.key.id, scene.left());
    let all = Permission::ALL.iter().map(|p| p.describe().code);
    let all: Vec<&str> = all.collect();
    let back = format!("UPDATE keys SET permissions = '{{{}}}'", all.join(","));
    for call in &scene.calls {
        let needed = call.needed;
        let cut = format!(
            "UPDATE keys SET permissions = array_remove(permissions, '{needed}') WHERE id = '{id}'"
        );
        let reply = scene.meanwhile(call, &cut, &back).await;
        let document = problem(reply, 403, "permission_missing");
        assert_eq!(
            document["missing"],
            json!([needed]),
            "{} {}",
            call.method,
            call.path
        );
    }
    assert_eq!(scene.left(), before);
}

#[actix_web::test]
async fn whose_value_is_rotated_out_meanwhile_changes_nothing() {
    let scene = Scene::set();
    let (id, before) = (&scene.key.id, scene.left());
    let cut = format!(
        "UPDATE keys SET label = label WHERE id = '{id}';
         UPDATE key_secrets SET retires_at = made_at WHERE key_id = '{id}'"
    );
    let back = "UPDATE key_secrets SET retires_at = NULL";
    for call in &scene.calls {
        let reply = scene.meanwhile(call, &cut, back).await;
        problem(reply, 401, "key_rotated_out");
    }
    assert_eq!(scene.left(), before);
}

#[actix_web::test]
async fn what_is_ended_or_bound_to_addresses_meanwhile_changes_nothing() {
    let scene = Scene::set();
    let (id, before) = (&scene.key.id, scene.left());
    for (call, (done, status, code)) in scene.calls.iter().zip(
        [
            (
                "revoked_at = now(), revoked_for = 'compromised'",
                401,
                "key_revoked",
            ),
            ("deactivated_at = now()", 401, "key_deactivated"),
            ("allowed_ips = '{198.51.100.0/24}'", 403, "ip_not_allowed"),
        ]
        .into_iter()
        .cycle(),
    ) {
        let cut = format!("UPDATE keys SET {done} WHERE id = '{id}'");
        let back = "UPDATE keys SET revoked_at = NULL, revoked_for = NULL, deactivated_at = NULL, allowed_ips = '{}'";
        let reply = scene.meanwhile(call, &cut, back).await;
        problem(reply, status, code);
    }
    assert_eq!(scene.left(), before);
}

/// A personal key does what its owner may.
#[actix_web::test]
async fn a_personal_key_whose_owner_is_no_admin_any_more_manages_nothing() {
    let app = scene();
    let email = "dan@brightwater.example";
    let dan = make::named(&app, HOME, "Dan Price", email, Role::Admin);
    let laptop = make::personal(&app, (HOME, &dan), "laptop", Permission::ALL);
    let program = app.api(&laptop.secret);
    for (done, status, code) in [
        ("role = 'member'", 403, "permission_missing"),
        ("suspended_at = now()", 401, "key_suspended"),
    ] {
        app.sql(|sql| {
            sql.execute(&format!(
                "BEGIN; UPDATE members SET {done} WHERE id = '{dan}'"
            ));
        });
        let commit = async {
            app.somebody_waits().await;
            app.sql(|sql| sql.execute("COMMIT"));
        };
        let named = json!({"name": "Dimwater"});
        let (reply, ()) = join(program.patch("/v1/config", &named), commit).await;
        problem(reply, status, code);
        let back = format!("UPDATE members SET role = 'admin' WHERE id = '{dan}'");
        app.sql(|sql| sql.execute(&back));
    }
    let name = app.sql(|sql| sql.line("SELECT name AS line FROM workspaces"));
    assert_eq!(name, "Brightwater");
}
