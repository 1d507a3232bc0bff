//! Every permission, every role, every address of the library.

use keyroom::{
    app,
    permissions::Permission,
    web::{Access, Route},
};
use serde_json::{Value, json};

use super::{HOME, scene, with};
use crate::support::{TestApp, make, program::Program};

/// What is needed in the folder that the address names: the contract's third column.
///
/// If you are here because an operation on folders or files is new: say here which role it needs, and in [`body`] what it
/// is sent.
const NEEDS: &[(&str, &str)] = &[
    ("GET /v1/folders/{folder}", "user"),
    ("PATCH /v1/folders/{folder}", "editor"),
    ("DELETE /v1/folders/{folder}", "editor"),
    ("GET /v1/folders/{folder}/access", "user"),
    ("PUT /v1/folders/{folder}/access", "editor"),
    (
        "DELETE /v1/folders/{folder}/access/{type}/{subject}",
        "editor",
    ),
    ("GET /v1/folders/{folder}/files", "user"),
    ("POST /v1/folders/{folder}/files", "editor"),
    ("GET /v1/files/{file}", "user"),
    ("GET /v1/files/{file}/content", "user"),
    ("PUT /v1/files/{file}/content", "editor"),
    ("PATCH /v1/files/{file}", "editor"),
    ("DELETE /v1/files/{file}", "editor"),
];

/// Which of the two a change of metadata asks for, the file says: whoever has one is not refused before it is looked at.
const OF_METADATA: [Permission; 2] = [Permission::FileMetaCreate, Permission::FileMetaChange];

const ROLES: [&str; 3] = ["none", "user", "editor"];

/// What is sent, one body for each permission that it asks for.
fn bodies(name: &str, access: Access, member: &str) -> Vec<(Option<Permission>, Value)> {
    match access {
        Access::PerField(fields) => fields
            .iter()
            .map(|(field, needed)| (Some(*needed), field_of(field, *needed)))
            .collect(),
        Access::Key([needed]) | Access::Streamed([needed]) => {
            vec![(Some(*needed), body(name, member))]
        }
        other => panic!("say what {name} asks for: {other:?}"),
    }
}

fn field_of(field: &str, needed: Permission) -> Value {
    match field {
        "name" => json!({"name": "Called otherwise"}),
        "description" => json!({"description": "Other"}),
        "metadata" if needed == Permission::FileMetaChange => json!({"metadata": {"known": "x"}}),
        "metadata" => json!({"metadata": {"other": "x"}}),
        "labels" => json!({"labels": []}),
        "product" => json!({"product": {"sku": "1"}}),
        "visibility" => json!({"visibility": "listed"}),
        // Where it is already: nothing is moved, but asked for.
        "folder_id" => json!({"folder_id": "FOLDER"}),
        "parent_id" => json!({"parent_id": null}),
        other => panic!("say what {other} is changed to"),
    }
}

fn body(name: &str, member: &str) -> Value {
    match name {
        "PUT /v1/folders/{folder}/access" => {
            json!({"grants": [{"type": "member", "id": member, "role": "user"}]})
        }
        _ => Value::Null,
    }
}

/// The routes that are about one folder or what is in it.
fn routes() -> Vec<(Route, String)> {
    let all = app::routes();
    let about = |route: &&Route| {
        ["/v1/folders/{", "/v1/files/{"]
            .iter()
            .any(|start| route.path.starts_with(start))
    };
    let named = |route: &Route| (route.clone(), format!("{} {}", route.method, route.path));
    all.table().iter().filter(about).map(named).collect()
}

const UPLOAD: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"new.txt\"\r\n\r\nx\r\n--x--\r\n";

struct Cells {
    app: TestApp,
    member: String,
    /// With each permission alone.
    keys: Vec<(Permission, String, Program)>,
}

impl Cells {
    fn set() -> Self {
        let app = scene();
        let email = make::member(&app, HOME, keyroom::actor::Role::Member);
        let member = make::member_id(&app, HOME, &email);
        let keys = Permission::ALL.iter().map(|permission| {
            let code = permission.describe().code;
            let (key, program) = with(&app, code, &[*permission]);
            (*permission, key.id, program)
        });
        let keys = keys.collect();
        Self { app, member, keys }
    }

    /// A folder in which every key has this role.
    fn folder(&self, name: &str, role: &str) -> String {
        let folder = make::folder(&self.app, HOME, name, None);
        make::shared(&self.app, &folder, ("member_id", &self.member), "user");
        if role != "none" {
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "INSERT INTO shares (workspace_id, id, folder_id, key_id, role, created_at)
                     SELECT workspace_id, gen_random_uuid(), '{folder}', id, '{role}', now() FROM keys"
                ));
            });
        }
        folder
    }

    async fn ask(
        &self,
        program: &Program,
        route: &Route,
        (folder, file): (&str, &str),
        body: &Value,
    ) -> String {
        let path = route
            .path
            .replace("{folder}", folder)
            .replace("{file}", file)
            .replace("{type}/{subject}", &format!("member/{}", self.member));
        assert!(!path.contains('{'), "say what fills {path}");
        let text = match body {
            Value::Null => String::new(),
            body => body.to_string().replace("FOLDER", folder),
        };
        let (kind, text) = match (route.method.as_str(), route.path.rsplit('/').next()) {
            ("POST", Some("files")) => ("multipart/form-data; boundary=x", UPLOAD.to_owned()),
            ("PUT", Some("content")) => ("text/plain", "other".to_owned()),
            _ => ("application/json", text),
        };
        let headers = [("content-type", kind)];
        let reply = program
            .send(route.method.clone(), &path, &headers, &text)
            .await;
        match reply.status {
            200..300 => "yes".to_owned(),
            _ => reply.json()["code"].as_str().expect("a code").to_owned(),
        }
    }
}

#[actix_web::test]
async fn every_cell_of_permission_and_role_and_address_is_as_the_contract_says() {
    let cells = Cells::set();
    let (mut seen, mut n) = (0, 0);
    for (route, name) in routes() {
        let needs = NEEDS.iter().find(|(known, _)| *known == name);
        let (_, needs) = needs.unwrap_or_else(|| panic!("say in NEEDS which role {name} asks for"));
        for (needed, body) in bodies(&name, route.access, &cells.member) {
            for role in ROLES {
                n += 1;
                let folder = cells.folder(&format!("Folder {n}"), role);
                let file = make::file(&cells.app, &folder, "a.txt", "x");
                cells
                    .app
                    .sql(|sql| sql.execute(r#"UPDATE files SET metadata = '{"known": "1"}'"#));
                let (with_it, without): (Vec<_>, Vec<_>) = cells
                    .keys
                    .iter()
                    .partition(|(permission, ..)| Some(*permission) == needed);
                let other_of_metadata = |permission: Permission| {
                    let is_either =
                        |one: Option<Permission>| one.is_some_and(|one| OF_METADATA.contains(&one));
                    is_either(needed) && is_either(Some(permission))
                };
                // Whoever may, may change it: they come last.
                for (permission, _, program) in without.into_iter().chain(with_it) {
                    let expected = match (Some(*permission) == needed, role, *needs) {
                        (false, "none", _) if other_of_metadata(*permission) => "not_found",
                        (false, "user", _) if other_of_metadata(*permission) => "role_too_low",
                        (false, _, _) => "permission_missing",
                        (true, "none", _) => "not_found",
                        (true, "user", "editor") => "role_too_low",
                        (true, _, _) => "yes",
                    };
                    let told = cells.ask(program, &route, (&folder, &file), &body).await;
                    assert_eq!(
                        told, expected,
                        "{name} {body} with {permission:?} as {role}"
                    );
                    seen += 1;
                }
            }
        }
    }
    let known = NEEDS
        .iter()
        .filter(|(known, _)| routes().iter().any(|(_, name)| name == known));
    assert_eq!(
        known.count(),
        NEEDS.len(),
        "NEEDS names an address that there is not"
    );
    assert!(seen >= 31 * 3 * NEEDS.len(), "{seen} cells");
}
