//! Every permission, every role, every address of the library.

use std::collections::BTreeMap;

use keyroom::{
    actor::Role,
    app,
    permissions::Permission,
    web::{Access, Route},
};
use serde_json::{Value, json};

use super::{HOME, scene, with};
use crate::support::{TestApp, make, program::Program};

/// What is needed in the folder that the address, its query or the body names: the contract's third column.
///
/// If you are here because an operation on folders or files is new: say here which role it needs, and in [`body`] what it
/// is sent.
const NEEDS: &[(&str, &str)] = &[
    ("GET /v1/folders?parent_id={folder}", "user"),
    ("POST /v1/folders", "editor"),
    ("POST /v1/search", "user"),
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
        // To the top, which nobody need be Editor of: see the two ends below.
        "parent_id" => json!({"parent_id": null}),
        other => panic!("say what {other} is changed to"),
    }
}

fn body(name: &str, member: &str) -> Value {
    match name {
        "PUT /v1/folders/{folder}/access" => {
            json!({"grants": [{"type": "member", "id": member, "role": "user"}]})
        }
        "POST /v1/folders" => json!({"name": "New", "parent_id": "FOLDER"}),
        "POST /v1/search" => json!({"query": "a", "folder_ids": ["FOLDER"]}),
        _ => Value::Null,
    }
}

/// The routes that are about one folder or what is in it, each as [`NEEDS`] names it and with its role.
fn routes() -> Vec<(Route, &'static str, &'static str)> {
    let all = app::routes();
    let about = |route: &&Route| {
        let part = route.path.split('/').nth(2);
        route.path.starts_with("/v1/") && ["folders", "files", "search"].map(Some).contains(&part)
    };
    let found: Vec<_> = all.table().iter().filter(about).collect();
    let named = |route: &Route| {
        let name = format!("{} {}", route.method, route.path);
        let needs = NEEDS
            .iter()
            .find(|(known, _)| known.split('?').next() == Some(&name));
        let (known, role) =
            needs.unwrap_or_else(|| panic!("say in NEEDS which role {name} asks for"));
        (route.clone(), *known, *role)
    };
    assert_eq!(
        found.len(),
        NEEDS.len(),
        "NEEDS names an address that there is not"
    );
    found.into_iter().map(named).collect()
}

const UPLOAD: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"new.txt\"\r\n\r\nx\r\n--x--\r\n";

struct Cells {
    app: TestApp,
    member: String,
    /// With each permission alone, of the workspace.
    keys: Vec<(Permission, Program)>,
    /// The same of a member who may do everything.
    personal: Vec<(Permission, Program)>,
}

impl Cells {
    fn set() -> Self {
        let app = scene();
        let email = make::member(&app, HOME, Role::Member);
        let member = make::member_id(&app, HOME, &email);
        let owner = make::named(
            &app,
            HOME,
            "Ida Berg",
            "ida@brightwater.example",
            Role::Member,
        );
        let group = make::group(&app, HOME, "Everything", Permission::ALL);
        make::in_group(&app, &group, &owner);
        let each = |make: &dyn Fn(&str, &[Permission]) -> Program| {
            let alone = |one: &Permission| (*one, make(one.describe().code, &[*one]));
            Permission::ALL.iter().map(alone).collect()
        };
        let keys = each(&|label, permissions| with(&app, label, permissions).1);
        let personal = each(&|label, permissions| {
            let key = make::personal(&app, (HOME, &owner), label, permissions);
            make::unhurried(&app, &key);
            app.api(&key.secret)
        });
        Self {
            app,
            member,
            keys,
            personal,
        }
    }

    /// A folder in which every key has this role, those of the member by theirs.
    fn folder(&self, name: &str, role: &str) -> String {
        let folder = make::folder(&self.app, HOME, name, None);
        make::shared(&self.app, &folder, ("member_id", &self.member), "user");
        if role != "none" {
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "INSERT INTO shares (workspace_id, id, folder_id, key_id, role, created_at)
                     SELECT workspace_id, gen_random_uuid(), '{folder}', id, '{role}', now() FROM keys WHERE owner_member_id IS NULL;
                     INSERT INTO shares (workspace_id, id, folder_id, member_id, role, created_at)
                     SELECT DISTINCT workspace_id, gen_random_uuid(), '{folder}'::uuid, owner_member_id, '{role}', now()
                     FROM keys WHERE owner_member_id IS NOT NULL GROUP BY workspace_id, owner_member_id"
                ));
            });
        }
        folder
    }

    async fn ask(
        &self,
        program: &Program,
        (route, name): (&Route, &str),
        (folder, file): (&str, &str),
        body: &Value,
    ) -> String {
        let (_, path) = name.split_once(' ').expect("a method");
        let path = path
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
    for (route, name, needs) in routes() {
        for (needed, body) in bodies(name, route.access, &cells.member) {
            for (role, is_personal) in ROLES
                .iter()
                .flat_map(|role| [(*role, false), (*role, true)])
            {
                n += 1;
                let keys = match is_personal {
                    true => &cells.personal,
                    false => &cells.keys,
                };
                let folder = cells.folder(&format!("Folder {n}"), role);
                let file = make::file(&cells.app, &folder, "a.txt", "x");
                cells
                    .app
                    .sql(|sql| sql.execute(r#"UPDATE files SET metadata = '{"known": "1"}'"#));
                let (with_it, mut without): (Vec<_>, Vec<_>) = keys
                    .iter()
                    .partition(|(permission, _)| Some(*permission) == needed);
                if is_personal {
                    // What its permissions are not enough for, they are not enough for whose ever it is.
                    without.clear();
                }
                let other_of_metadata = |permission: Permission| {
                    let is_either =
                        |one: Option<Permission>| one.is_some_and(|one| OF_METADATA.contains(&one));
                    is_either(needed) && is_either(Some(permission))
                };
                // Whoever may, may change it: they come last.
                for (permission, program) in without.into_iter().chain(with_it) {
                    let expected = match (Some(*permission) == needed, role, needs) {
                        (false, "none", _) if other_of_metadata(*permission) => "not_found",
                        (false, "user", _) if other_of_metadata(*permission) => "role_too_low",
                        (false, _, _) => "permission_missing",
                        (true, "none", _) => "not_found",
                        (true, "user", "editor") => "role_too_low",
                        (true, _, _) => "yes",
                    };
                    let asked = (&route, name);
                    let told = cells.ask(program, asked, (&folder, &file), &body).await;
                    assert_eq!(
                        told, expected,
                        "{name} {body} with {permission:?} as {role}"
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 31 * 3 * NEEDS.len(), "{seen} cells");
}

/// What a proxy is told of a permission and a folder is what an address that asks for them would say.
#[actix_web::test]
async fn a_proxy_is_told_of_a_folder_what_the_addresses_say() {
    let cells = Cells::set();
    let mut needed: BTreeMap<&str, &str> = BTreeMap::new();
    for (route, name, needs) in routes() {
        for (permission, _) in bodies(name, route.access, &cells.member) {
            let code = permission.expect("each asks for one").describe().code;
            let known = needed.insert(code, needs);
            assert!(
                known.is_none_or(|known| known == needs),
                "{code} needs {needs} for {name}"
            );
        }
    }
    for role in ROLES {
        let folder = cells.folder(&format!("For a {role}"), role);
        for (permission, program) in cells.keys.iter().chain(&cells.personal) {
            let code = permission.describe().code;
            for (asked, needs) in &needed {
                let path = format!("/v1/authorize?permission={asked}&folder={folder}");
                let reply = program.get(&path).await;
                let expected = match (*asked == code, role, *needs) {
                    (false, _, _) => "permission_missing",
                    (true, "none", _) => "not_found",
                    (true, "user", "editor") => "role_too_low",
                    (true, _, _) => {
                        reply.expect(204);
                        continue;
                    }
                };
                let told = reply.expect(403).json()["code"].clone();
                assert_eq!(told, expected, "{asked} as {role} with {code}");
            }
        }
    }
}

/// What is moved is taken from one folder and put into another, and both ask for an Editor.
#[actix_web::test]
async fn both_ends_of_a_move_ask_for_an_editor() {
    let cells = Cells::set();
    let mut n = 0;
    for (needed, field) in [
        (Permission::DirMove, "parent_id"),
        (Permission::FileMove, "folder_id"),
    ] {
        for keys in [&cells.keys, &cells.personal] {
            let (_, program) = keys
                .iter()
                .find(|(one, _)| *one == needed)
                .expect("its key");
            for (from, to) in ROLES.iter().flat_map(|from| ROLES.map(|to| (*from, to))) {
                n += 1;
                let [at, into] = [("From", from), ("To", to)]
                    .map(|(name, role)| cells.folder(&format!("{name} {n}"), role));
                let what = match needed {
                    Permission::DirMove => {
                        format!("/v1/folders/{}", make::subfolder(&cells.app, &at, "Moved"))
                    }
                    _ => format!(
                        "/v1/files/{}",
                        make::file(&cells.app, &at, "moved.txt", "x")
                    ),
                };
                let reply = program.patch(&what, &json!({ field: into })).await;
                let expected = match (from, to) {
                    ("none", _) => "not_found",
                    ("user", _) => "role_too_low",
                    (_, "none") => "not_found",
                    (_, "user") => "role_too_low",
                    _ => {
                        assert_eq!(reply.expect(200).json()[field], json!(into));
                        continue;
                    }
                };
                assert_eq!(
                    reply.json()["code"],
                    expected,
                    "{field} from {from} to {to}"
                );
            }
        }
    }
}
