//! The library, and who has access to it.

use super::*;

#[actix_web::test]
async fn the_library_asks_as_often_for_many_folders_and_files_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let made = owner
        .post("/w/brightwater/library/new", &[("name", "Top")])
        .await;
    let folder = made.expect(303).location().to_owned();
    let add = async |place: &str, name: String| {
        let fields = [("name", name.as_str())];
        owner
            .post(&format!("{place}/new"), &fields)
            .await
            .expect(303);
    };
    add(&folder, "Folder 0".to_owned()).await;
    let id = folder.rsplit('/').next().expect("an id").to_owned();
    make::file(&app, &id, "A file of folder 0", "x");
    let group = make::group(&app, "brightwater", "Group 0", &[]);
    make::shared(&app, &id, ("group_id", &group), "user");
    let pages = [
        LIBRARY.to_owned(),
        format!("{LIBRARY}?q=folder"),
        folder.clone(),
        format!("{folder}?q=folder"),
        format!("{folder}/share"),
        SETTINGS.to_owned(),
        format!("{SETTINGS}?q=folder"),
        format!("{SETTINGS}?who=group.{group}"),
        "/w/brightwater/library/trash".to_owned(),
        format!("{folder}?sort=size"),
    ];
    let key = make::key(&app, "brightwater", "ci");
    make::unhurried(&app, &key);
    let program = app.api(&key.secret);
    make::shared(&app, &id, ("key_id", &key.id), "editor");
    make::file(&app, &id, "Paper 0", "x");
    let lists = [
        format!("/v1/folders?parent_id={id}"),
        format!("/v1/folders/{id}/access"),
        format!("/v1/folders/{id}/files"),
    ];
    let search = async |ids: &[&str]| {
        let query = serde_json::json!({"query": "paper", "folder_ids": ids});
        app.counting(program.post("/v1/search", &query))
            .await
            .1
            .len()
    };
    search(&[&id]).await; // that the key is used is noted once
    let (mut one, mut one_of_list) = (Vec::new(), Vec::new());
    for page in &pages {
        one.push(asked(&app, &owner, page).await.len());
    }
    for list in &lists {
        one_of_list.push(app.counting(program.get(list)).await.1.len());
    }
    let one_searched = search(&[&id]).await;
    let mut within = vec![id.clone()];
    for n in 1..20 {
        add(&folder, format!("Folder {n}")).await;
        add(LIBRARY, format!("Folder {n}")).await;
        within.push(make::subfolder(&app, &id, &format!("More {n}")));
        make::file(&app, &id, &format!("Paper {n}"), "x");
        let other = make::group(&app, "brightwater", &format!("Group {n}"), &[]);
        make::shared(&app, &id, ("group_id", &other), "user");
        let shared = make::folder(&app, "brightwater", &format!("Shared {n}"), None);
        make::shared(&app, &shared, ("group_id", &group), "user");
        make::file(&app, &id, &format!("A file of folder {n}"), "x");
    }
    for (list, one) in lists.iter().zip(one_of_list) {
        let (_, many) = app.counting(program.get(list)).await;
        assert_eq!(many.len(), one, "{list}: {many:#?}");
    }
    let within: Vec<&str> = within.iter().map(String::as_str).collect();
    assert_eq!(search(&within).await, one_searched);
    for (page, one) in pages.iter().zip(one) {
        let many = asked(&app, &owner, page).await;
        assert_eq!(many.len(), one, "{page}: {many:#?}");
    }
}

#[actix_web::test]
async fn the_list_of_who_has_access_asks_as_often_for_fifty_as_for_one() {
    let app = still();
    make::workspace(&app, "Brightwater");
    let read = [Permission::AccessRead];
    let reader = make::key_with(&app, "brightwater", "reader", &read, Lifetime::Days(90));
    let reader = app.api(&reader.secret);
    let add = |n: u32| {
        let email = make::member(&app, "brightwater", Role::Member);
        let member = make::member_id(&app, "brightwater", &email);
        let group = make::group(&app, "brightwater", &format!("Group {n}"), &read);
        make::in_group(&app, &group, &member);
        make::personal(&app, ("brightwater", &member), &format!("key {n}"), LIST);
    };
    let asked = async |kind: &str| {
        let address = format!("/v1/access?type={kind}");
        let (reply, queries) = app.counting(reader.get(&address)).await;
        let rows = reply.expect(200).json()["data"].as_array().map(Vec::len);
        (rows.unwrap_or_default(), queries)
    };
    let kinds = ["member", "group", "api_key"];
    add(1);
    let mut one = Vec::new();
    for kind in kinds {
        one.push(asked(kind).await.1.len());
    }
    (2..=60).for_each(add);
    for (kind, one) in kinds.iter().zip(one) {
        let (rows, queries) = asked(kind).await;
        assert_eq!((rows, queries.len()), (50, one), "{kind}: {queries:#?}");
    }
}

#[actix_web::test]
async fn a_change_of_roles_asks_as_often_for_twenty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Days(90),
    );
    make::unhurried(&app, &key);
    let program = app.api(&key.secret);
    let folders: Vec<String> = (0..20)
        .map(|n| make::folder(&app, "brightwater", &format!("Folder {n}"), None))
        .collect();
    let members: Vec<String> = (0..20)
        .map(|_| make::member(&app, "brightwater", Role::Member))
        .map(|email| make::member_id(&app, "brightwater", &email))
        .collect();
    make::shared(&app, &folders[0], ("key_id", &key.id), "editor");
    let address = format!("/v1/folders/{}/access", folders[0]);
    let give = async |members: &[String], role: &str| {
        let grant = |id| json!({"type": "member", "id": id, "role": role});
        let grants: Vec<_> = members.iter().map(grant).collect();
        let (reply, queries) = app
            .counting(program.put(&address, &json!({"grants": grants})))
            .await;
        reply.expect(200);
        queries
    };
    give(&members[..1], "user").await;
    let one = give(&members[..1], "editor").await.len();
    let twenty = give(&members, "user").await;
    assert_eq!(twenty.len(), one, "{twenty:#?}");
    // What was taken away in many folders is given back.
    let somebody = &members[7];
    app.sql(|sql| sql.execute("DELETE FROM shares WHERE member_id IS NOT NULL"));
    let who = format!("member.{somebody}");
    let undo = async |folders: &[String], number: usize| {
        for folder in folders {
            make::shared(&app, folder, ("member_id", somebody), "user");
        }
        let all = [("who", who.as_str()), ("all", "yes")];
        let done = owner.post(&format!("{SETTINGS}/removals"), &all).await;
        let page = owner.follow(&done.expect(303)).await.page();
        let form = page.form(&page.attributes("form[action$=reversal]", "action")[0]);
        let (reply, queries) = app.counting(owner.submit(&form)).await;
        let told = owner.follow(&reply.expect(303)).await.page().one("#flash");
        assert!(
            told.contains(&format!("Access to {number} folder")),
            "{told}"
        );
        queries
    };
    let one = undo(&folders[..1], 1).await.len();
    let twenty = undo(&folders[1..], 20).await;
    assert_eq!(twenty.len(), one, "{twenty:#?}");
}
