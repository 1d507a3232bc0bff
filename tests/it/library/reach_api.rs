//! What keys are told of the folders that they and others reach: `whoami`, `access` and `authorize`.

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::{Value, json};

use super::unshare;
use crate::{
    scenes::problem,
    support::{
        TestApp,
        make::{self, MadeKey},
    },
};

/// What `folders` of an answer says.
fn named(document: &Value) -> Vec<(String, String)> {
    let folders = document["folders"].as_array().expect("folders").iter();
    let text = |of: &Value, field: &str| of[field].as_str().expect(field).to_owned();
    folders
        .map(|f| (text(f, "name"), text(f, "role")))
        .collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(n, r)| ((*n).to_owned(), (*r).to_owned()))
        .collect()
}

async fn whoami(app: &TestApp, key: &MadeKey) -> Value {
    app.api(&key.secret)
        .get("/v1/whoami")
        .await
        .expect(200)
        .json()
}

async fn listed(app: &TestApp, key: &MadeKey) -> Vec<String> {
    let list = app
        .api(&key.secret)
        .get("/v1/folders")
        .await
        .expect(200)
        .json();
    let data = list["data"].as_array().expect("a list").iter();
    data.map(|f| f["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// Somebody with a role in two folders only, who gives a key every permission offered.
#[actix_web::test]
async fn a_personal_key_with_every_permission_reaches_the_two_folders_of_its_owner_and_nothing_else()
 {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let email = make::member(&app, "brightwater", Role::Member);
    let owner = make::member_id(&app, "brightwater", &email);
    let everything = make::group(&app, "brightwater", "Everything", Permission::ALL);
    make::in_group(&app, &everything, &owner);
    let all: Vec<String> = ["Company", "Handbook", "Payroll", "Research", "Sales"]
        .iter()
        .map(|name| make::folder(&app, "brightwater", name, None))
        .collect();
    let inner = make::subfolder(&app, &all[3], "Interviews");
    make::shared(&app, &all[1], ("member_id", &owner), "user");
    let group = make::group(&app, "brightwater", "Insights", &[]);
    make::in_group(&app, &group, &owner);
    make::shared(&app, &all[3], ("group_id", &group), "editor");
    let key = make::personal(&app, ("brightwater", &owner), "everything", Permission::ALL);
    make::unhurried(&app, &key);
    assert_eq!(listed(&app, &key).await, ["Handbook", "Research"]);
    let reached = pairs(&[("Handbook", "user"), ("Research", "editor")]);
    assert_eq!(named(&whoami(&app, &key).await), reached);
    let program = app.api(&key.secret);
    for (n, id) in all.iter().chain([&inner]).enumerate() {
        let is_reached = [1, 3, 5].contains(&n);
        for path in [
            format!("/v1/folders/{id}"),
            format!("/v1/folders/{id}/access"),
        ] {
            let reply = program.get(&path).await;
            match is_reached {
                true => drop(reply.expect(200)),
                false => drop(problem(reply, 404, "not_found")),
            }
        }
        let renamed = json!({"description": "seen"});
        let reply = program.patch(&format!("/v1/folders/{id}"), &renamed).await;
        match n {
            3 | 5 => drop(reply.expect(200)),
            1 => drop(problem(reply, 403, "role_too_low")),
            _ => drop(problem(reply, 404, "not_found")),
        }
        let into = json!({"name": format!("New {n}"), "parent_id": id});
        let reply = program.post("/v1/folders", &into).await;
        match n {
            3 | 5 => drop(reply.expect(201)),
            1 => drop(problem(reply, 403, "role_too_low")),
            _ => drop(problem(reply, 404, "not_found")),
        }
    }
    // Nor does that of an admin, who may give themselves any role: it has those that they have; and nothing of what they lose.
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'admin' WHERE id = '{owner}'"
        ))
    });
    for n in [0, 2, 4] {
        let path = format!("/v1/folders/{}", all[n]);
        problem(program.get(&path).await, 404, "not_found");
    }
    // What it has made is its owner's.
    unshare(&app, &all[3]);
    assert_eq!(listed(&app, &key).await, ["Handbook", "New 3", "New 5"]);
    problem(
        program.get(&format!("/v1/folders/{inner}")).await,
        404,
        "not_found",
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET suspended_at = now() WHERE id = '{owner}'"
        ))
    });
    problem(program.get("/v1/folders").await, 401, "key_suspended");
}

#[actix_web::test]
async fn a_key_is_told_where_its_roles_begin_or_become_greater() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    assert_eq!(named(&whoami(&app, &key).await), []);
    let top = make::folder(&app, "brightwater", "Company", None);
    let same = make::subfolder(&app, &top, "Same");
    let greater = make::subfolder(&app, &same, "Greater");
    let hidden = make::folder(&app, "brightwater", "Hidden", None);
    let over = make::folder(&app, "brightwater", "Over", None);
    let trashed = make::folder(&app, "brightwater", "Trashed", None);
    for (id, role) in [
        (&top, "user"),
        (&same, "user"),
        (&greater, "editor"),
        (&hidden, "user"),
        (&over, "editor"),
        (&trashed, "editor"),
    ] {
        make::shared(&app, id, ("key_id", &key.id), role);
    }
    let (now, earlier) = (
        app.clock.now(),
        app.clock.now() - chrono::TimeDelta::days(1),
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET visibility = 'unlisted' WHERE id = '{hidden}';
             UPDATE shares SET expires_at = '{earlier}' WHERE folder_id = '{over}';
             UPDATE folders SET trashed_at = '{now}', trashed_with = id, trashed_by = 'Ada' WHERE id = '{trashed}'"
        ));
    });
    let reached = pairs(&[("Company", "user"), ("Greater", "editor")]);
    assert_eq!(named(&whoami(&app, &key).await), reached);
    // A hundred of more.
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, created_at, updated_at)
             SELECT w.id, f, ARRAY[f], 'Many ' || n, '', '{{}}', 'listed', '{now}', '{now}'
             FROM workspaces w, LATERAL (SELECT gen_random_uuid() AS f, n FROM generate_series(1, 120) n) many;
             INSERT INTO shares (workspace_id, id, folder_id, key_id, role, created_at)
             SELECT workspace_id, gen_random_uuid(), id, '{}', 'user', '{now}' FROM folders WHERE name LIKE 'Many%'",
            key.id
        ));
    });
    assert_eq!(named(&whoami(&app, &key).await).len(), 100);
}

#[actix_web::test]
async fn the_access_of_everybody_names_the_folders_that_the_key_may_know() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let reads = [Permission::AccessRead, Permission::ObjectsList];
    let reader = make::key_with(&app, "brightwater", "reader", &reads, Lifetime::Days(9));
    let leo = make::named(
        &app,
        "brightwater",
        "Leo",
        "leo@brightwater.example",
        Role::Member,
    );
    let group = make::group(&app, "brightwater", "Sales", &[]);
    make::in_group(&app, &group, &leo);
    make::personal(&app, ("brightwater", &leo), "laptop", &reads);
    let shown = make::folder(&app, "brightwater", "Handbook", None);
    let inner = make::subfolder(&app, &shown, "Inner");
    let own = make::folder(&app, "brightwater", "Notes", Some(&leo));
    make::shared(&app, &shown, ("key_id", &reader.id), "user");
    make::shared(&app, &shown, ("group_id", &group), "user");
    make::shared(&app, &inner, ("member_id", &leo), "editor");
    let program = app.api(&reader.secret);
    let (list, queries) = app.counting(program.get("/v1/access")).await;
    let list = list.expect(200).json();
    let of = |label: &str| {
        let rows = list["data"].as_array().expect("a list").iter();
        let row = rows.clone().find(|row| row["label"] == label);
        let row = row.unwrap_or_else(|| panic!("{label} in {list}"));
        (named(row), row["folder_count"].as_i64().expect("a number"))
    };
    let both = pairs(&[("Handbook", "user"), ("Inner", "editor")]);
    assert_eq!(of("Leo"), (both.clone(), 3));
    assert_eq!(of("laptop"), (both, 3));
    assert_eq!(of("Sales"), (pairs(&[("Handbook", "user")]), 1));
    assert_eq!(of("reader"), (pairs(&[("Handbook", "user")]), 1));
    assert_eq!(of("Ada Park"), (Vec::new(), 0));
    assert!(!list.to_string().contains(&own));
    // What is unlisted no list names for a User.
    let unlisted = |visibility: &str| {
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE folders SET visibility = '{visibility}' WHERE id = '{inner}'"
            ));
        });
    };
    unlisted("unlisted");
    let hidden = program.get("/v1/access").await.expect(200).json();
    assert!(!hidden.to_string().contains("Inner"), "{hidden}");
    unlisted("listed");
    // As many questions for more.
    for n in 0..10 {
        let email = format!("m{n}@brightwater.example");
        let member = make::named(&app, "brightwater", &format!("M {n}"), &email, Role::Member);
        make::shared(&app, &shown, ("member_id", &member), "user");
    }
    let (more, again) = app.counting(program.get("/v1/access")).await;
    more.expect(200);
    assert_eq!(again.len(), queries.len(), "{again:?}");
}

#[actix_web::test]
async fn a_proxy_asks_about_a_folder() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Elsewhere");
    let given = [Permission::ObjectsList, Permission::FileUpload];
    let key = make::key_with(&app, "brightwater", "ci", &given, Lifetime::Days(9));
    make::unhurried(&app, &key);
    let user = make::folder(&app, "brightwater", "User", None);
    let editor = make::folder(&app, "brightwater", "Editor", None);
    let inner = make::subfolder(&app, &editor, "Inner");
    let none = make::folder(&app, "brightwater", "None", None);
    let foreign = make::folder(&app, "elsewhere", "Foreign", None);
    make::shared(&app, &user, ("key_id", &key.id), "user");
    make::shared(&app, &editor, ("key_id", &key.id), "editor");
    let missing = keyroom::ids::FolderId::fresh().to_string();
    let (list, upload, rename) = ("OBJECTS_LIST", "FILE_UPLOAD", "DIR_RENAME");
    let program = app.api(&key.secret);
    for (permission, id, status, code) in [
        (list, &user, 204, ""),
        (list, &editor, 204, ""),
        (list, &inner, 204, ""),
        (upload, &editor, 204, ""),
        (upload, &inner, 204, ""),
        (upload, &user, 403, "role_too_low"),
        // The permission comes first, and says nothing of the folder.
        (rename, &editor, 403, "permission_missing"),
        (rename, &none, 403, "permission_missing"),
        (list, &none, 403, "not_found"),
        (list, &foreign, 403, "not_found"),
        (upload, &foreign, 403, "not_found"),
        (list, &missing, 403, "not_found"),
    ] {
        let path = format!("/v1/authorize?permission={permission}&folder={id}");
        let reply = program.get(&path).await.expect(status);
        assert_eq!(reply.header("x-keyroom-error"), code, "{path}");
    }
    for wrong in ["", "x"] {
        let path = format!("/v1/authorize?permission={list}&folder={wrong}");
        let reply = program.get(&path).await.expect(403);
        assert_eq!(reply.header("x-keyroom-error"), "invalid_fields");
    }
}
