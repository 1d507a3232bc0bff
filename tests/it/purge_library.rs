//! The end of libraries: with their workspace, or after their time in the trash; however much it is, whatever cannot go.

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{
    actor::Role,
    library::{self, files},
    lifecycle,
    policy::Unscoped,
};
use serde_json::json;

use crate::{
    library::{FOLDERS, HOME, id, manager, of, scene},
    support::{TestApp, make},
};

const UPKEEP: Unscoped = Unscoped::because("a test is the upkeep");

async fn purge(app: &TestApp) {
    lifecycle::purge(&app.db, UPKEEP, app.clock.now()).await;
}

/// The workspace in the trash for eight days.
fn trash(app: &TestApp) {
    let at = app.clock.now() - TimeDelta::days(8);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE workspaces SET created_at = '{at}', deleted_at = '{at}'"
        ));
    });
}

fn count(app: &TestApp, table: &str) -> String {
    app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {table}")))
}

/// Files without a byte, and folders in a folder.
fn many(app: &TestApp, folder: &str, files: u32, folders: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO objects (workspace_id, id, state, size, sha256, progressed_at)
             SELECT workspace_id, gen_random_uuid(), 'whole', 0, sha256(''), now()
             FROM folders, generate_series(1, {files}) WHERE id = '{folder}';
             INSERT INTO files (workspace_id, id, folder_id, object_id, name, size, media_type, sha256, version, product,
                                metadata, visibility, created_at, updated_at)
             SELECT workspace_id, id, '{folder}', id, id::text, 0, 'text/plain', sha256, 1, '{{}}', '{{}}', 'listed', now(), now()
             FROM objects WHERE state = 'whole';
             INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility, created_at,
                                  updated_at)
             SELECT workspace_id, inner_id, id, path || inner_id, inner_id::text, '', '{{}}', 'listed', now(), now()
             FROM folders, (SELECT gen_random_uuid() AS inner_id FROM generate_series(1, {folders})) n
             WHERE id = '{folder}'"
        ));
    });
}

#[actix_web::test]
async fn what_a_key_made_and_gave_goes_with_its_workspace() {
    let app = scene();
    let (key, program) = manager(&app, "sync");
    let (other, _) = manager(&app, "reader");
    let email = make::member(&app, HOME, Role::Member);
    let member = make::member_id(&app, HOME, &email);
    let top = make::folder(&app, HOME, "Top", None);
    make::shared(&app, &top, ("key_id", &key.id), "editor");
    let within = json!({"name": "Within", "parent_id": top});
    let within = id(&program.post(FOLDERS, &within).await.expect(201));
    let grants = json!({ "grants": [
        { "type": "member", "id": member, "role": "user" }, { "type": "api_key", "id": other.id, "role": "user" },
    ]});
    let kind = [("content-type", "application/json")];
    let access = format!("{}/access", of(&within));
    program
        .send(Method::PUT, &access, &kind, &grants.to_string())
        .await
        .expect(200);
    let given = format!("shares WHERE created_by_key_id = '{}'", key.id);
    assert_ne!(count(&app, &given), "0");
    let file = make::file(&app, &within, "a.txt", "x");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE files SET created_by_key_id = '{key}' WHERE id = '{file}';
             INSERT INTO share_requests (workspace_id, id, folder_id, asked_by_member_id, wanted, role, note, asked_at,
                                         decided_at, decided_by_member_id, key_id, reason)
             SELECT workspace_id, gen_random_uuid(), '{within}', id, 'sync', 'user', '', now(), now(), id, '{key}', ''
             FROM members WHERE id = '{member}'",
            key = key.id
        ));
    });
    trash(&app);
    purge(&app).await;
    for table in ["workspaces", "keys", "folders", "files", "shares"] {
        assert_eq!(count(&app, table), "0", "{table}");
    }
}

/// No statement may take longer than a moment, so none may be about everything.
#[actix_web::test]
async fn however_much_there_is_goes_in_pieces() {
    let app = scene();
    app.sql(|sql| {
        sql.execute(
            "CREATE FUNCTION too_many() RETURNS TRIGGER LANGUAGE plpgsql AS $$
             BEGIN
                 IF (SELECT count(*) FROM gone) > 2000 THEN RAISE EXCEPTION 'too many at once'; END IF;
                 RETURN NULL;
             END $$;
             CREATE TRIGGER few AFTER DELETE ON files REFERENCING OLD TABLE AS gone
                 FOR EACH STATEMENT EXECUTE FUNCTION too_many();
             CREATE TRIGGER few AFTER DELETE ON folders REFERENCING OLD TABLE AS gone
                 FOR EACH STATEMENT EXECUTE FUNCTION too_many();
             CREATE TRIGGER few AFTER DELETE ON objects REFERENCING OLD TABLE AS gone
                 FOR EACH STATEMENT EXECUTE FUNCTION too_many()",
        );
    });
    let old = make::folder(&app, HOME, "Old", None);
    many(&app, &old, 4_100, 10);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET trashed_at = now() - interval '40 days', trashed_with = '{old}', trashed_by = 'Ada'"
        ));
    });
    library::purge(&app.db, UPKEEP, app.clock.now()).await;
    assert_eq!([count(&app, "folders"), count(&app, "files")], ["0", "0"]);
    let ended = "audit_events WHERE action = 'folder.destroyed'";
    assert_eq!(count(&app, ended), "1");

    let new = make::folder(&app, HOME, "New", None);
    app.sql(|sql| sql.execute("UPDATE objects SET state = 'ending'"));
    many(&app, &new, 2_100, 2_100);
    trash(&app);
    purge(&app).await;
    assert_eq!(count(&app, "workspaces"), "0");
}

#[actix_web::test]
async fn what_cannot_go_holds_up_nothing_else_in_a_library() {
    let app = scene();
    let (key, _) = manager(&app, "sync");
    let stays = make::folder(&app, HOME, "Stays", None);
    for name in ["First", "Second", "Third"] {
        let folder = make::folder(&app, HOME, name, None);
        make::file(&app, &stays, &format!("{name}.txt"), "x");
        let role = make::folder(&app, HOME, &format!("{name} role"), None);
        make::shared(&app, &role, ("key_id", &key.id), "user");
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE folders SET trashed_at = now() - interval '40 days', trashed_with = id, trashed_by = 'Ada'
                 WHERE id = '{folder}';
                 UPDATE files SET trashed_at = now() - interval '40 days', trashed_by = 'Ada' WHERE name = '{name}.txt';
                 UPDATE shares SET expires_at = now() - interval '1 day' WHERE folder_id = '{role}'"
            ));
        });
    }
    app.sql(|sql| {
        sql.execute(
            "CREATE TABLE stubborn AS
                 SELECT f.workspace_id, f.id AS folder_id, files.id AS file_id, shares.id AS share_id
                 FROM folders f, files, shares JOIN folders r ON r.id = folder_id
                 WHERE f.name = 'First' AND files.name = 'First.txt' AND r.name = 'First role';
             ALTER TABLE stubborn ADD FOREIGN KEY (workspace_id, folder_id) REFERENCES folders,
                                  ADD FOREIGN KEY (workspace_id, file_id) REFERENCES files,
                                  ADD FOREIGN KEY (workspace_id, share_id) REFERENCES shares",
        );
    });
    let left = async || {
        let now = app.clock.now();
        library::purge(&app.db, UPKEEP, now).await;
        files::purge(&app.db, UPKEEP, now).await;
        library::tidy(&app.db, UPKEEP, now).await;
        app.sql(|sql| {
            sql.lines(
                "SELECT name AS line FROM folders WHERE trashed_at IS NOT NULL UNION ALL SELECT name FROM files
                 UNION ALL SELECT name FROM shares JOIN folders ON folders.id = folder_id",
            )
        })
    };
    assert_eq!(left().await, ["First", "First.txt", "First role"]);
    app.sql(|sql| sql.execute("DROP TABLE stubborn"));
    assert_eq!(left().await, [""; 0]);
}
