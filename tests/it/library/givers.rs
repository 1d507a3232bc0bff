//! Whoever was let in gives nothing any more once that was ended, however late.

use futures_util::future::{join, join3};
use keyroom::{actor::Role, permissions::Permission};
use serde_json::{Value, json};

use super::{FOLDERS, HOME, id, manager, of, pages::posting, scene};
use crate::support::{TestApp, make};

/// Roles that people have.
fn given(app: &TestApp) -> String {
    app.sql(|sql| sql.line("SELECT count(member_id)::text AS line FROM shares"))
}

#[actix_web::test]
async fn a_key_that_is_ended_at_that_moment_gives_no_role() {
    let app = scene();
    let lena = make::named(
        &app,
        HOME,
        "Lena Fischer",
        "lena@brightwater.example",
        Role::Member,
    );
    let folder = make::folder(&app, HOME, "Handbook", None);
    let body = json!({"grants": [{"type": "member", "id": lena, "role": "user"}]});
    for (ended, code) in [
        (
            "revoked_at = now(), revoked_for = 'compromised'",
            "key_revoked",
        ),
        ("deactivated_at = now()", "key_deactivated"),
        (
            "created_at = now() - interval '1 day', expires_at = now() - interval '1 second'",
            "key_expired",
        ),
    ] {
        let (key, program) = manager(&app, code);
        make::shared(&app, &folder, ("key_id", &key.id), "editor");
        let end = format!("BEGIN; UPDATE keys SET {ended} WHERE id = '{}'", key.id);
        app.sql(|sql| sql.execute(&end));
        let commit = async {
            app.somebody_waits().await;
            app.sql(|sql| sql.execute("COMMIT"));
        };
        let path = format!("{}/access", of(&folder));
        let (reply, ()) = join(program.put(&path, &body), commit).await;
        assert_eq!(reply.expect(401).json()["code"], code);
        assert_eq!(given(&app), "0");
    }
}

/// However many give something at once, and one after the other: whoever ends it comes before those who ask later.
#[actix_web::test]
async fn whoever_gives_does_not_hold_off_whoever_ends_that() {
    let app = scene();
    let lena = make::named(
        &app,
        HOME,
        "Lena Fischer",
        "lena@brightwater.example",
        Role::Member,
    );
    let (_, admin) = manager(&app, "admin");
    let (key, program) = manager(&app, "giver");
    let folder = make::folder(&app, HOME, "Handbook", None);
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    // One that is giving something at this moment.
    app.sql(|sql| {
        sql.execute(
            "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('rights in ' || id, 0)) FROM workspaces",
        );
    });
    let path = format!("/v1/secret-keys/{}/delete", key.id);
    let end = admin.post(&path, &Value::Null);
    let body = json!({"grants": [{"type": "member", "id": lena, "role": "user"}]});
    let place = format!("{}/access", of(&folder));
    let give = async {
        app.somebody_waits().await;
        program.put(&place, &body).await
    };
    let commit = async {
        app.so_many_wait(2).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (ended, late, ()) = join3(end, give, commit).await;
    ended.expect(200);
    assert_eq!(late.expect(401).json()["code"], "key_revoked");
    assert_eq!(given(&app), "0");
}

#[actix_web::test]
async fn a_member_who_is_suspended_at_that_moment_gives_no_role() {
    let app = TestApp::start();
    app.set_up().await;
    let dan = make::named(
        &app,
        HOME,
        "Dan Price",
        "dan@brightwater.example",
        Role::Member,
    );
    let lena = make::named(
        &app,
        HOME,
        "Lena Fischer",
        "lena@brightwater.example",
        Role::Member,
    );
    let folder = make::folder(&app, HOME, "Handbook", Some(&dan));
    let browser = app.sign_in("dan@brightwater.example").await;
    let path = format!("/w/{HOME}/folders/{folder}/share");
    let subject = format!("member:{lena}");
    let fields = [
        ("subject", subject.as_str()),
        ("role", "user"),
        ("do", "add"),
    ];
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE members SET suspended_at = now() WHERE id = '{dan}'"
        ))
    });
    let commit = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(browser.post(&path, &fields), commit).await;
    assert!(reply.expect(303).location().starts_with("/sign-in"));
    assert_eq!(given(&app), "0");
}

#[actix_web::test]
async fn a_member_who_is_removed_at_that_moment_makes_no_folder() {
    let app = scene();
    let email = "dan@brightwater.example";
    let dan = make::named(&app, HOME, "Dan Price", email, Role::Admin);
    let laptop = make::personal(&app, (HOME, &dan), "laptop", Permission::ALL);
    let program = app.api(&laptop.secret);
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE members SET removed_at = now() WHERE id = '{dan}'"
        ));
    });
    let commit = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let plans = json!({"name": "Plans"});
    let (reply, ()) = join(program.post(FOLDERS, &plans), commit).await;
    reply.expect(401);
    let folders = app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM folders"));
    assert_eq!(folders, "0");
}

/// Whoever has a folder already does not wait for a member, since whoever changes the member may be about to take the folder.
#[actix_web::test]
async fn what_is_made_for_an_owner_who_is_being_changed_is_made_later() {
    let app = scene();
    let email = "dan@brightwater.example";
    let dan = make::named(&app, HOME, "Dan Price", email, Role::Member);
    let folder = make::folder(&app, HOME, "Handbook", Some(&dan));
    let (key, program) = manager(&app, "guest");
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    app.sql(|sql| {
        sql.execute("UPDATE shares SET expires_at = now() + interval '1 day'");
        sql.execute(&format!(
            "BEGIN; SELECT id FROM members WHERE id = '{dan}' FOR NO KEY UPDATE"
        ));
    });
    let plans = json!({"name": "Plans", "parent_id": folder});
    program.post(FOLDERS, &plans).await.expect(503);
    app.sql(|sql| sql.execute("COMMIT"));
    program.post(FOLDERS, &plans).await.expect(201);
}

#[actix_web::test]
async fn an_admin_who_is_none_any_more_at_that_moment_hands_nothing_over() {
    let app = TestApp::start();
    app.set_up().await;
    let named = |name: &str, email: &str, role| make::named(&app, HOME, name, email, role);
    let dan = named("Dan Price", "dan@brightwater.example", Role::Member);
    let lena = named("Lena Fischer", "lena@brightwater.example", Role::Member);
    let admin = named("Olu Ade", "olu@brightwater.example", Role::Admin);
    let folder = make::folder(&app, HOME, "Handbook", Some(&dan));
    let browser = app.sign_in("olu@brightwater.example").await;
    let path = format!("/w/{HOME}/folders/{folder}/owner");
    let subject = format!("member:{lena}");
    for (ended, status) in [("role = 'member'", 409), ("suspended_at = now()", 303)] {
        let end = format!(
            "UPDATE members SET role = 'admin' WHERE id = '{admin}';
             BEGIN; UPDATE members SET {ended} WHERE id = '{admin}'"
        );
        app.sql(|sql| sql.execute(&end));
        let commit = async {
            app.somebody_waits().await;
            app.sql(|sql| sql.execute("COMMIT"));
        };
        let fields = [("subject", subject.as_str())];
        let (reply, ()) = join(browser.post(&path, &fields), commit).await;
        let reply = reply.expect(status);
        assert!(status == 409 || reply.location().starts_with("/sign-in"));
        let owner = "SELECT owner_member_id::text AS line FROM folders";
        assert_eq!(app.sql(|sql| sql.line(owner)), dan);
    }
}

#[actix_web::test]
async fn whoever_is_suspended_at_that_moment_renames_and_deletes_nothing() {
    let app = TestApp::start();
    app.set_up().await;
    let email = "dan@brightwater.example";
    let dan = make::named(&app, HOME, "Dan Price", email, Role::Admin);
    let folder = make::folder(&app, HOME, "Handbook", Some(&dan));
    let at = format!("/w/{HOME}/folders/{folder}");
    let settings = format!("/w/{HOME}/settings/general");
    for (page, action) in [
        (format!("{at}/details"), "/details"),
        (format!("{at}/deletion"), "/deletion"),
        (settings, "/general"),
    ] {
        let browser = app.sign_in(email).await;
        let shown = browser.get(&page).await.expect(200).page();
        let form = posting(&shown, action);
        let form = match action {
            "/deletion" => form,
            _ => form.with("name", "Plans"),
        };
        app.sql(|sql| {
            sql.execute(&format!(
                "BEGIN; UPDATE members SET suspended_at = now() WHERE id = '{dan}'"
            ));
        });
        let commit = async {
            app.somebody_waits().await;
            app.sql(|sql| sql.execute("COMMIT"));
        };
        let (reply, ()) = join(browser.submit(&form), commit).await;
        assert!(reply.expect(303).location().starts_with("/sign-in"));
        app.sql(|sql| sql.execute("UPDATE members SET suspended_at = NULL"));
    }
    let left = "SELECT concat_ws(' ', folders.name, trashed_at, workspaces.name) AS line
                FROM folders, workspaces";
    assert_eq!(app.sql(|sql| sql.line(left)), "Handbook Brightwater");
}

#[actix_web::test]
async fn a_name_is_taken_however_its_accents_are_written() {
    let app = scene();
    let (_, program) = manager(&app, "maker");
    let top = program.post(FOLDERS, &json!({"name": "Plans"})).await;
    let top = id(&top.expect(201));
    let named = |name: &str| json!({"name": name, "parent_id": top});
    program.post(FOLDERS, &named("Übersicht")).await.expect(201);
    let twin = named("u\u{308}bersicht");
    let refused = program.post(FOLDERS, &twin).await.expect(422);
    assert!(
        refused.json().to_string().contains("is there already"),
        "{}",
        refused.json()
    );
    program.post(FOLDERS, &named("Ubersicht")).await.expect(201);
}
