//! The folders of somebody who is removed, or who leaves.

use keyroom::actor::Role;

use super::log;
use crate::{
    scenes::MEMBERS,
    support::{TestApp, make},
};

const MATEO: &str = "mateo@brightwater.example";
const LENA: &str = "lena@brightwater.example";

fn owners(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT concat(folders.name, ': ', users.name) AS line FROM folders
             JOIN members ON members.id = owner_member_id JOIN users ON users.id = user_id ORDER BY folders.folded",
        )
    })
}

#[actix_web::test]
async fn whoever_is_removed_leaves_their_folders_to_somebody_and_loses_what_was_shared() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let mateo = make::named(&app, "brightwater", "Mateo Cruz", MATEO, Role::Member);
    let lena = make::named(&app, "brightwater", "Lena Fischer", LENA, Role::Member);
    let ada = make::member_id(&app, "brightwater", &owner.email());
    let notes = make::folder(&app, "brightwater", "Field notes", Some(&mateo));
    make::subfolder(&app, &notes, "Drafts");
    let old = make::folder(&app, "brightwater", "Old", Some(&mateo));
    make::folder(&app, "brightwater", "Reports", Some(&mateo));
    make::folder(&app, "brightwater", "reports", Some(&ada));
    let company = make::folder(&app, "brightwater", "Company", Some(&ada));
    make::shared(&app, &company, ("member_id", &mateo), "user");
    make::shared(&app, &notes, ("member_id", &lena), "editor");
    let key = make::key(&app, "brightwater", "ci");
    make::shared(&app, &notes, ("key_id", &key.id), "user");
    let removal = format!("{MEMBERS}/{mateo}/removal");
    let page = owner.get(&removal).await.expect(200).page();
    assert_eq!(page.all("#folders b a"), ["Field notes", "Old", "Reports"]);
    assert_eq!(
        page.all("#folders small"),
        [
            "1 folder in it. 1 person and 1 key have access",
            "Nobody else has access",
            "Nobody else has access"
        ]
    );
    assert!(page.text().contains("They lose Company."));
    let (of_notes, of_old) = (format!("folder-{notes}"), format!("folder-{old}"));
    let form = page.form(&removal);
    assert_eq!(
        form.value(&of_notes),
        Some(ada.as_str()),
        "you, unless chosen otherwise"
    );
    // Somebody else's folder, and to somebody who is nobody.
    let wrong = page
        .form(&removal)
        .also(&format!("folder-{company}"), "trash");
    owner.submit(&wrong).await.expect(404);
    let nobody = page
        .form(&removal)
        .with(&of_notes, &keyroom::ids::MemberId::fresh().to_string());
    let reply = owner.submit(&nobody).await.expect(422).page();
    assert!(reply.text().contains("Choose an active member"));
    assert_eq!(log(&app), [""; 0], "nothing was done");
    let form = page
        .form(&removal)
        .with(&of_notes, &lena)
        .with(&of_old, "trash");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(
        owners(&app),
        [
            "Company: Ada Park",
            "Drafts: Lena Fischer",
            "Field notes: Lena Fischer",
            "Old: Ada Park",
            "reports: Ada Park",
            "Reports (Mateo Cruz): Ada Park",
        ]
    );
    let shares = "SELECT count(*)::text AS line FROM shares WHERE member_id IS NOT NULL";
    assert_eq!(app.sql(|sql| sql.line(shares)), "0");
    let had = "SELECT concat_ws(' ', before->>'with', before->>'role') AS line FROM audit_events
               WHERE action = 'folder.handed_over' AND subject_label = 'Field notes'";
    assert_eq!(app.sql(|sql| sql.line(had)), "Lena Fischer editor");
    let report = owner.follow(&done).await.page().text();
    for told in [
        "Field notes Handed over to Lena Fischer",
        "Old Moved to the trash",
        "Reports (Mateo Cruz) Handed over to Ada Park",
        "Company",
    ] {
        assert!(report.contains(told), "{told}: {report}");
    }
    let log = log(&app);
    for told in [
        "folder.trashed Old",
        "folder.handed_over Drafts",
        "folder.unshared Company",
    ] {
        assert!(log.iter().any(|line| line == told), "{told}: {log:?}");
    }
}

#[actix_web::test]
async fn whoever_leaves_chooses_an_owner_who_gets_their_folders() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let ada = make::member_id(&app, "brightwater", &owner.email());
    let mateo = make::named(&app, "brightwater", "Mateo Cruz", MATEO, Role::Member);
    let lena = make::named(&app, "brightwater", "Lena Fischer", LENA, Role::Owner);
    let notes = make::folder(&app, "brightwater", "Notes", Some(&mateo));
    make::subfolder(&app, &notes, "Drafts");
    let browser = app.sign_in(MATEO).await;
    let page = browser
        .get("/w/brightwater/leaving")
        .await
        .expect(200)
        .page();
    assert!(page.text().contains("Who gets your 1 folder"));
    assert_eq!(page.all("#heir option"), ["Ada Park", "Lena Fischer"]);
    let own = page.form("/w/brightwater/leaving").with("heir", &mateo);
    browser.submit(&own).await.expect(422);
    let form = page.form("/w/brightwater/leaving").with("heir", &lena);
    browser.submit(&form).await.expect(303);
    assert_eq!(
        owners(&app),
        ["Drafts: Lena Fischer", "Notes: Lena Fischer"]
    );
    // Without a choice the first of them.
    make::folder(&app, "brightwater", "Mine", Some(&lena));
    let lena = app.sign_in(LENA).await;
    lena.post("/w/brightwater/leaving", &[]).await.expect(303);
    assert!(
        owners(&app).iter().all(|line| line.ends_with("Ada Park")),
        "{ada}"
    );
}

#[actix_web::test]
async fn whoever_is_suspended_opens_nothing_and_neither_does_their_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let mateo = make::named(&app, "brightwater", "Mateo Cruz", MATEO, Role::Member);
    let notes = make::folder(&app, "brightwater", "Notes", Some(&mateo));
    let all = keyroom::permissions::Permission::ALL;
    let key = make::personal(&app, ("brightwater", &mateo), "own", all);
    let program = app.api(&key.secret);
    let path = format!("/v1/folders/{notes}");
    app.sql(|sql| {
        sql.execute("UPDATE workspaces SET default_member_permissions = '{OBJECTS_LIST}'");
    });
    program.get(&path).await.expect(200);
    owner
        .post(&format!("{MEMBERS}/{mateo}/suspension"), &[])
        .await
        .expect(303);
    program.get(&path).await.expect(401);
    owner
        .post(&format!("{MEMBERS}/{mateo}/reinstatement"), &[])
        .await
        .expect(303);
    program.get(&path).await.expect(200);
}

#[actix_web::test]
async fn groups_and_keys_show_what_is_shared_with_them_and_what_goes_with_them() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Sales", &[]);
    let key = make::key(&app, "brightwater", "ci");
    let handbook = make::folder(&app, "brightwater", "Handbook", None);
    let notes = make::folder(&app, "brightwater", "Notes", None);
    make::shared(&app, &handbook, ("group_id", &group), "editor");
    make::shared(&app, &handbook, ("key_id", &key.id), "user");
    make::shared(&app, &notes, ("key_id", &key.id), "editor");
    let keys = "/w/brightwater/settings/api-keys";
    let page = owner
        .get(&format!("{keys}/{}", key.id))
        .await
        .expect(200)
        .page();
    assert_eq!(
        page.all("[aria-labelledby=reaches] tbody tr"),
        ["Handbook User Direct", "Notes Editor Direct"]
    );
    let asked = owner
        .get(&format!("{keys}/{}/revocation", key.id))
        .await
        .expect(200)
        .page();
    assert!(asked.text().contains("It loses Handbook and Notes"));
    let chosen = [("id", key.id.as_str()), ("do", "revoke")];
    let asked = owner
        .post(&format!("{keys}/selection"), &chosen)
        .await
        .expect(200)
        .page();
    assert!(asked.text().contains("They lose Handbook and Notes"));
    let groups = format!("/w/brightwater/settings/groups/{group}");
    let page = owner.get(&groups).await.expect(200).page();
    assert_eq!(
        page.all("[aria-labelledby=shared] tbody tr"),
        ["Handbook Editor Direct"]
    );
    let asked = owner
        .get(&format!("{groups}/deletion"))
        .await
        .expect(200)
        .page();
    assert!(asked.text().contains("Handbook"), "{}", asked.text());
    owner
        .submit(&asked.form(&format!("{groups}/deletion")))
        .await
        .expect(303);
    let left = "SELECT count(*)::text AS line FROM shares WHERE group_id IS NOT NULL";
    assert_eq!(app.sql(|sql| sql.line(left)), "0");
    let facts =
        "SELECT before->>'folders' AS line FROM audit_events WHERE action = 'group.deleted'";
    assert_eq!(app.sql(|sql| sql.line(facts)), "[\"Handbook\"]");
}

#[actix_web::test]
async fn a_key_that_is_taken_over_gets_the_folders_that_were_ticked_and_no_other() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let mateo = make::named(&app, "brightwater", "Mateo Cruz", MATEO, Role::Admin);
    let all = keyroom::permissions::Permission::ALL;
    let notes = make::folder(&app, "brightwater", "Notes", Some(&mateo));
    let handbook = make::folder(&app, "brightwater", "Handbook", None);
    make::shared(&app, &handbook, ("member_id", &mateo), "user");
    let end = app.clock.now() + chrono::TimeDelta::hours(1);
    app.sql(|sql| sql.execute(&format!("UPDATE shares SET expires_at = '{end}'")));
    let payroll = make::folder(&app, "brightwater", "Payroll", None);
    let key = make::personal(&app, ("brightwater", &mateo), "laptop", all);
    let take_over = format!("/w/brightwater/settings/api-keys/{}/takeover", key.id);
    let page = owner.get(&take_over).await.expect(200).page();
    assert_eq!(
        page.attributes("input[name=share]", "value"),
        [handbook.clone(), notes.clone()]
    );
    let form = page.form(&take_over);
    assert_eq!(form.value("share"), None, "none is ticked");
    // What its owner does not reach is not given, and then nothing is done.
    let beyond = page.form(&take_over).also("share", &payroll);
    owner.submit(&beyond).await.expect(404);
    let ticked = form.also("share", &handbook);
    owner.submit(&ticked).await.expect(201);
    let of = |key: &str| {
        let query = format!(
            "SELECT concat(name, ' ', role) AS line FROM shares JOIN folders ON folders.id = folder_id WHERE key_id = '{key}'"
        );
        app.sql(|sql| sql.lines(&query))
    };
    assert_eq!(of(&key.id), ["Handbook user"]);
    let ends =
        "SELECT concat(count(expires_at), ' ', count(DISTINCT expires_at)) AS line FROM shares";
    assert_eq!(app.sql(|sql| sql.line(ends)), "2 1", "as long as theirs");
    // The same for the keys of somebody who leaves.
    let one = make::personal(&app, ("brightwater", &mateo), "one", all);
    let two = make::personal(&app, ("brightwater", &mateo), "two", all);
    let removal = format!("{MEMBERS}/{mateo}/removal");
    let page = owner.get(&removal).await.expect(200).page();
    let form = page.form(&removal);
    let form = form.with(&format!("key-{}", one.id), "takeover");
    let form = form.with(&format!("key-{}", two.id), "keep");
    let form = form.also(&format!("share-{notes}"), "on");
    owner.submit(&form).await.expect(201);
    assert_eq!(of(&one.id), ["Notes editor"]);
    assert_eq!(of(&two.id), [""; 0]);
}
