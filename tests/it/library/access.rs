//! Who has a role in a folder, and who may say so.

use chrono::{DateTime, TimeDelta};
use keyroom::{actor::Role, permissions::Permission};
use serde_json::{Value, json};

use super::{HOME, log, manager, of, scene, with};
use crate::{
    key_api::fields,
    scenes::{ADA, problem},
    support::{TestApp, make},
};

fn grants(all: &[(&str, &str, &str)]) -> Value {
    let grant =
        |(kind, id, role): &(&str, &str, &str)| json!({"type": kind, "id": id, "role": role});
    json!({ "grants": all.iter().map(grant).collect::<Vec<_>>() })
}

fn access(folder: &str) -> String {
    format!("{}/access", of(folder))
}

/// Type, label, role and through what, of each.
fn told(document: &Value) -> Vec<String> {
    let data = document["data"].as_array().expect("a list").iter();
    let line = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        [
            &one["type"],
            &one["label"],
            &one["role"],
            &one["through"]["type"],
        ]
        .map(text)
        .join(" ")
    };
    data.map(line).collect()
}

fn member(app: &TestApp, name: &str) -> String {
    let email = format!("{}@brightwater.example", name.to_lowercase());
    make::named(app, HOME, name, &email, Role::Member);
    make::member_id(app, HOME, &email)
}

#[actix_web::test]
async fn who_has_access_is_told_with_through_what() {
    let app = scene();
    let ada = make::member_id(&app, HOME, ADA);
    let (key, program) = manager(&app, "exporter");
    let top = make::folder(&app, HOME, "Top", Some(&ada));
    let within = make::subfolder(&app, &top, "Within");
    make::shared(&app, &within, ("key_id", &key.id), "editor");
    let priya = member(&app, "Priya");
    let team = make::group(&app, HOME, "Team", &[]);
    make::shared(&app, &top, ("group_id", &team), "user");
    let given = program
        .put(&access(&within), &grants(&[("member", &priya, "user")]))
        .await;
    let given = given.expect(200).json();
    assert_eq!(told(&given), ["member Priya user direct"]);
    let list = program.get(&access(&within)).await.expect(200).json();
    assert_eq!(
        told(&list),
        [
            "member Ada Park editor folder",
            "member Ada Park editor owner",
            "api_key exporter editor direct",
            "group Team user folder",
            "member Priya user direct",
        ]
    );
    // What is above is not the key's to know.
    assert_eq!(list["data"][0]["through"]["folder_id"], json!(null));
    make::shared(&app, &top, ("key_id", &key.id), "user");
    let list = program.get(&access(&within)).await.expect(200).json();
    assert_eq!(list["data"][0]["through"]["folder_id"], json!(top));
    let mut found = Vec::new();
    let mut at = format!("{}?limit=2", access(&within));
    loop {
        let part = program.get(&at).await.expect(200).json();
        found.extend(told(&part));
        match part["next_cursor"].as_str() {
            Some(next) => at = format!("{}?limit=2&cursor={next}", access(&within)),
            None => break,
        }
    }
    assert_eq!(found, told(&list));
    // The same again is no change; another role is one.
    program
        .put(&access(&within), &grants(&[("member", &priya, "user")]))
        .await
        .expect(200);
    program
        .put(&access(&within), &grants(&[("member", &priya, "editor")]))
        .await
        .expect(200);
    let take = format!("{}/member/{priya}", access(&within));
    program.delete(&take).await.expect(204);
    problem(program.delete(&take).await, 404, "not_found");
    assert_eq!(
        log(&app),
        [
            "folder.shared Within",
            "folder.shared Within",
            "folder.unshared Within"
        ]
    );
    let facts = app.sql(|sql| {
        sql.lines("SELECT coalesce(before->>'role', '-') || ' ' || coalesce(after->>'role', '-') || ' ' || (coalesce(after, before)->>'with') AS line
                   FROM audit_events WHERE action LIKE 'folder.%shared' ORDER BY at, id")
    });
    assert_eq!(
        facts,
        ["- user Priya", "user editor Priya", "editor - Priya"]
    );
}

#[actix_web::test]
async fn what_is_given_is_given_to_all_or_to_none() {
    let app = scene();
    make::workspace(&app, "Elsewhere");
    let (key, program) = manager(&app, "exporter");
    let (ada, priya, sam) = (
        make::member_id(&app, HOME, ADA),
        member(&app, "Priya"),
        member(&app, "Sam"),
    );
    let folder = make::folder(&app, HOME, "Folder", Some(&ada));
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    let theirs = make::member_id(&app, "elsewhere", &make::owner_email("Elsewhere"));
    let their_key = make::key(&app, "elsewhere", "theirs");
    let their_group = make::group(&app, "elsewhere", "Circle", &[]);
    let (gone, asleep) = (member(&app, "Gone"), member(&app, "Asleep"));
    make::removed(&app, &gone);
    make::suspended(&app, &asleep);
    let personal = make::personal(&app, (HOME, &priya), "own", &[Permission::ObjectsList]);
    let revoked = make::key(&app, HOME, "revoked");
    make::revoked(&app, &revoked, "unneeded");
    let given = || app.sql(|sql| sql.lines("SELECT shares::text AS line FROM shares ORDER BY id"));
    let before = given();
    for (kind, id) in [
        ("member", &theirs),
        ("member", &gone),
        ("member", &asleep),
        ("member", &key.id),
        ("group", &their_group),
        ("group", &sam),
        ("api_key", &their_key.id),
        ("api_key", &sam),
    ] {
        let all = grants(&[("member", &sam, "user"), (kind, id, "user")]);
        problem(program.put(&access(&folder), &all).await, 404, "not_found");
    }
    for (all, field) in [
        (
            vec![
                ("member", &*sam, "user"),
                ("api_key", &*personal.id, "user"),
            ],
            "grants[1].id",
        ),
        (vec![("api_key", &*revoked.id, "user")], "grants[0].id"),
        (vec![("member", &*ada, "user")], "grants[0].id"),
        (
            vec![("member", &*sam, "user"), ("member", &*sam, "editor")],
            "grants",
        ),
        (vec![], "grants"),
        (vec![("member", &*sam, "owner")], "grants[0].role"),
        (vec![("invitation", &*sam, "user")], "grants[0].type"),
    ] {
        let reply = program.put(&access(&folder), &grants(&all)).await;
        assert_eq!(fields(reply), [field], "{all:?}");
    }
    let many = vec![("member", &*sam, "user"); 101];
    assert_eq!(
        fields(program.put(&access(&folder), &grants(&many)).await),
        ["grants"]
    );
    let past = json!({"grants": [{"type": "member", "id": sam, "role": "user", "expires_at": "2020-01-01T00:00:00Z"}]});
    assert_eq!(
        fields(program.put(&access(&folder), &past).await),
        ["grants[0].expires_at"]
    );
    assert_eq!(given(), before);
    assert!(log(&app).is_empty());
}

#[actix_web::test]
async fn what_was_given_until_a_day_is_over_then() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let (other, guest) = with(&app, "guest", &[Permission::ObjectsList]);
    let folder = make::folder(&app, HOME, "Folder", None);
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    let end: DateTime<chrono::Utc> = app.clock.now() + TimeDelta::hours(1);
    let grant = json!({"type": "api_key", "id": other.id, "role": "user", "expires_at": end});
    program
        .put(&access(&folder), &json!({"grants": [grant]}))
        .await
        .expect(200);
    guest.get(&of(&folder)).await.expect(200);
    app.clock.advance(TimeDelta::minutes(61));
    problem(guest.get(&of(&folder)).await, 404, "not_found");
    let list = program.get(&access(&folder)).await.expect(200).json();
    assert_eq!(told(&list), ["api_key exporter editor direct"]);
}

#[actix_web::test]
async fn nobody_gives_a_role_for_longer_than_their_own() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let (guest, guests) = manager(&app, "guest");
    let priya = member(&app, "Priya");
    let folder = make::folder(&app, HOME, "Folder", None);
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    let end = app.clock.now() + TimeDelta::hours(1);
    let until = |kind: &str, id: &str, end: Value| json!({"grants": [{"type": kind, "id": id, "role": "editor", "expires_at": end}]});
    let given = program
        .put(&access(&folder), &until("api_key", &guest.id, json!(end)))
        .await;
    let given = given.expect(200).json();
    let end_of = |document: &Value| document["data"][0]["expires_at"].clone();
    let told_end = end_of(&given);
    assert!(told_end.is_string(), "{given}");
    for (kind, id) in [("api_key", &guest.id), ("member", &priya)] {
        for longer in [json!(null), json!(end + TimeDelta::seconds(1))] {
            let reply = guests.put(&access(&folder), &until(kind, id, longer)).await;
            assert_eq!(fields(reply), ["grants[0].expires_at"]);
        }
    }
    let shorter = until("member", &priya, json!(end - TimeDelta::seconds(1)));
    guests.put(&access(&folder), &shorter).await.expect(200);
    // Left out it stays, and null takes it away, for whoever may.
    let again = grants(&[("api_key", &guest.id, "editor")]);
    let kept = program
        .put(&access(&folder), &again)
        .await
        .expect(200)
        .json();
    assert_eq!(end_of(&kept), told_end);
    // What the guest makes there is theirs by the folder above, and as long.
    let new = json!({"name": "Within", "parent_id": folder});
    let within = super::id(&guests.post(super::FOLDERS, &new).await.expect(201));
    // Nor do they take it, or a file, to where their role lasts longer.
    let own = json!({"name": "Own"});
    let own = super::id(&guests.post(super::FOLDERS, &own).await.expect(201));
    let away = json!({ "parent_id": own });
    let reply = guests.patch(&of(&within), &away).await;
    assert_eq!(fields(reply), ["parent_id"]);
    let file = format!("/v1/files/{}", make::file(&app, &within, "a.txt", "a"));
    let reply = guests.patch(&file, &json!({ "folder_id": own })).await;
    assert_eq!(fields(reply), ["folder_id"]);
    let near = json!({ "folder_id": folder });
    guests.patch(&file, &near).await.expect(200);
    // With a personal key it would be theirs: it is whose the folder above is.
    let lena = make::named(&app, HOME, "Lena", "lena@brightwater.example", Role::Admin);
    let laptop = make::personal(&app, (HOME, &lena), "laptop", Permission::ALL);
    make::unhurried(&app, &laptop);
    let laptop = app.api(&laptop.secret);
    program
        .put(&access(&folder), &until("member", &lena, json!(end)))
        .await
        .expect(200);
    let mut lent = Vec::new();
    for owner in ["NULL".to_owned(), format!("'{priya}'")] {
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE folders SET owner_member_id = {owner} WHERE id = '{folder}'"
            ));
        });
        let new = json!({"name": format!("For {owner}"), "parent_id": folder});
        lent.push(super::id(
            &laptop.post(super::FOLDERS, &new).await.expect(201),
        ));
    }
    let owners = app.sql(|sql| {
        sql.lines("SELECT coalesce(owner_member_id::text, '-') AS line FROM folders WHERE name LIKE 'For %' ORDER BY id")
    });
    assert_eq!(owners, ["-".to_owned(), priya.clone()]);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = NULL WHERE owner_member_id = '{priya}'"
        ));
    });
    app.clock.advance(TimeDelta::minutes(61));
    problem(guests.get(&of(&within)).await, 404, "not_found");
    for folder in &lent {
        problem(laptop.get(&of(folder)).await, 404, "not_found");
    }
    let endless = program
        .put(&access(&folder), &until("api_key", &guest.id, json!(null)))
        .await;
    assert_eq!(end_of(&endless.expect(200).json()), json!(null));
    guests.get(&of(&within)).await.expect(200);
    // Who is suspended is said to be, and who is gone is not there, nor are revoked keys.
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = NULL"));
    make::suspended(&app, &priya);
    let list = program.get(&access(&folder)).await.expect(200).json();
    assert_eq!(list["data"][2]["status"], "suspended");
    make::removed(&app, &priya);
    make::revoked(&app, &guest, "unneeded");
    let list = program.get(&access(&folder)).await.expect(200).json();
    let left = [
        "api_key exporter editor direct",
        "member Lena editor direct",
    ];
    assert_eq!(told(&list), left);
}

#[actix_web::test]
async fn a_publishable_key_is_no_editor() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let site = make::publishable(&app, HOME, "site", "*");
    let folder = make::folder(&app, HOME, "Folder", None);
    make::shared(&app, &folder, ("key_id", &key.id), "editor");
    let editor = grants(&[("api_key", &site.id, "editor")]);
    assert_eq!(
        fields(program.put(&access(&folder), &editor).await),
        ["grants[0].id"]
    );
    let user = grants(&[("api_key", &site.id, "user")]);
    program.put(&access(&folder), &user).await.expect(200);
    app.api(&site.secret).get(&of(&folder)).await.expect(200);
}

#[actix_web::test]
async fn only_who_stands_for_the_workspace_shares_with_keys() {
    let app = scene();
    let email = make::member(&app, HOME, Role::Member);
    let member = make::member_id(&app, HOME, &email);
    let group = make::group(&app, HOME, "Everything", Permission::ALL);
    make::in_group(&app, &group, &member);
    let own = make::personal(&app, (HOME, &member), "own", Permission::ALL);
    let program = app.api(&own.secret);
    let folder = make::folder(&app, HOME, "Folder", Some(&member));
    let key = make::key(&app, HOME, "exporter");
    let with_key = grants(&[("api_key", &key.id, "user")]);
    problem(
        program.put(&access(&folder), &with_key).await,
        403,
        "forbidden",
    );
    let with_group = grants(&[("group", &group, "user")]);
    program.put(&access(&folder), &with_group).await.expect(200);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = 'admin' WHERE id = '{member}'"
        ))
    });
    program.put(&access(&folder), &with_key).await.expect(200);
    app.api(&key.secret).get(&of(&folder)).await.expect(200);
    // A role in the workspace is none in its folders, where a key is concerned.
    let others = make::folder(&app, HOME, "Others", None);
    problem(program.get(&of(&others)).await, 404, "not_found");
}
