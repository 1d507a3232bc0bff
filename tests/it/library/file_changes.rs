//! What people do to a file: rename, move, describe, delete, restore and destroy it.

use keyroom::actor::Role;

use super::file_pages::{LIBRARY, about, folder, names, page, page_of};
use crate::{
    scenes::sentences,
    support::{Browser, TestApp, http::Reply, make, page::Form},
};

const TRASH: &str = "/w/brightwater/library/trash";
const AUDIT: &str = "/w/brightwater/settings/audit-log";

async fn form(browser: &Browser, path: &str) -> Form {
    let action = path.split('?').next().expect("a path");
    page(browser, path).await.form(action)
}

/// What the next page says of what was done.
async fn flash(browser: &Browser, done: &Reply) -> String {
    browser.follow(done).await.expect(200).page().one("#flash")
}

#[actix_web::test]
async fn only_editors_change_a_file_and_others_do_not_learn_of_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (member, admin) = (
        app.member(Role::Member).await,
        app.member(Role::Admin).await,
    );
    let me = make::member_id(&app, "brightwater", &member.email());
    let elsewhere = app.workspace("Elsewhere").await;
    let (plans, path) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Notes.txt", "x");
    let pages = [
        "/name",
        "/move",
        "/deletion",
        "/restoration",
        "/destruction",
    ];
    let missing = "018f0000-0000-7000-8000-000000000000";
    for what in pages.iter().chain(&["", "/content"]) {
        for file in [file.as_str(), missing] {
            let path = about(file, what);
            for browser in [&member, &elsewhere] {
                browser.get(&path).await.expect(404);
            }
            app.stranger().get(&path).await.expect(303);
        }
    }
    make::shared(&app, &plans, ("member_id", &me), "user");
    // As User, and as an admin without a role.
    for browser in [&member, &admin] {
        for what in &pages[..3] {
            browser.get(&about(&file, what)).await.expect(403);
        }
        for (what, fields) in [
            ("", &[][..]),
            ("/name", &[("name", "Other")]),
            ("/move", &[("to", plans.as_str())]),
            ("/deletion", &[]),
        ] {
            browser.post(&about(&file, what), fields).await.expect(403);
        }
    }
    admin.get(&about(&file, "")).await.expect(403);
    let menu = page(&member, &path).await.all("tbody .menu a");
    assert_eq!(menu, ["Details…", "Download"]);
    let menu = page(&owner, &path).await.all("tbody .menu a");
    assert_eq!(
        menu,
        ["Details…", "Download", "Rename…", "Move…", "Delete…"]
    );
    let seen = page(&member, &about(&file, "")).await;
    assert!(!seen.text().contains("Save changes") && seen.has("#download"));
    app.sql(|sql| {
        sql.execute("UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Ada'");
    });
    for what in pages.iter().chain(&[""]) {
        owner.get(&about(&file, what)).await.expect(404);
    }
}

#[actix_web::test]
async fn a_file_is_renamed_and_mistakes_keep_what_was_typed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (plans, path) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Notes.txt", "x");
    make::file(&app, &plans, "Other.txt", "x");
    let name = about(&file, "/name");
    let rename = form(&owner, &format!("{name}?next={path}?sort=size")).await;
    for bad in ["", "OTHER.txt", &"x".repeat(256)] {
        let typed = rename.clone().with("name", bad);
        let again = owner.submit(&typed).await.expect(422).page();
        assert!(again.has("#name-error") && again.title().starts_with("Error: "));
        assert_eq!(again.form(&name).value("name"), Some(bad));
    }
    let long = format!("{}.txt", "ä".repeat(251));
    let done = owner.submit(&rename.with("name", &long)).await.expect(303);
    assert_eq!(done.location(), format!("{path}?sort=size"));
    assert!(flash(&owner, &done).await.contains(" is saved."));
    assert!(names(&owner, &path).await.contains(&long));
    assert!(sentences(&owner, AUDIT).await[0].starts_with("renamed the file to ä"));
}

#[actix_web::test]
async fn a_file_is_moved_to_a_folder_that_one_edits_and_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    let (archive, there) = folder(&app, "Archive");
    let (closed, _) = folder(&app, "Closed");
    let (hidden, _) = folder(&app, "Hidden");
    let file = make::file(&app, &plans, "Notes.txt", "x");
    for (folder, role) in [(&plans, "editor"), (&archive, "editor"), (&closed, "user")] {
        make::shared(&app, folder, ("member_id", &me), role);
    }
    let moving = about(&file, "/move");
    let first = page(&member, &moving).await;
    assert_eq!(first.one("#dialog-title"), "Move Notes.txt");
    assert!(first.text().contains("It is here already."));
    let top = page(&member, &format!("{moving}?at=top")).await;
    assert!(top.text().contains("Files are in folders. Choose one."));
    assert_eq!(top.all(".places li"), ["Archive", "Closed", "Plans"]);
    let user = page(&member, &format!("{moving}?at={closed}")).await;
    assert!(user.text().contains("You need to be an Editor here"));
    for (to, status) in [(&*closed, 403), (&*hidden, 404), ("top", 404), ("x", 404)] {
        member.post(&moving, &[("to", to)]).await.expect(status);
    }
    let place = page(&member, &format!("{moving}?at={archive}")).await;
    let form = place.form("#move-here");
    let taken = make::file(&app, &archive, "NOTES.txt", "x");
    let again = member.submit(&form).await.expect(422).page();
    assert!(
        again
            .text()
            .contains("A file called Notes.txt is in this folder already")
    );
    member
        .post(&about(&taken, "/deletion"), &[])
        .await
        .expect(303);
    let done = member.submit(&form).await.expect(303);
    assert_eq!(done.location(), path);
    let after = member.follow(&done).await.expect(200).page();
    assert!(after.one("#flash").contains("Notes.txt is in Archive now."));
    assert_eq!(names(&member, &there).await, ["Notes.txt"]);
    let undo = after.form(&format!("{moving}/{plans}"));
    let back = member.submit(&undo).await.expect(303);
    assert!(
        flash(&member, &back)
            .await
            .contains("Notes.txt is in Plans now.")
    );
    assert_eq!(names(&member, &path).await, ["Notes.txt"]);
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.iter()
            .any(|one| one.starts_with("moved file Notes.txt")),
        "{said:?}"
    );
}

#[actix_web::test]
async fn details_say_what_a_file_is_and_editors_change_them() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Notes.txt", &"x".repeat(1536));
    for name in ["Draft", "Final"] {
        make::label(&app, "brightwater", name);
    }
    make::shared(&app, &plans, ("member_id", &me), "user");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE files SET created_by_member_id = '{me}', metadata = '{{\"source\": \"wiki\", \"old\": \"1\"}}',
                              product = '{{\"sku\": \"KR-1004\"}}'"
        ));
    });
    let path_of = about(&file, "");
    let shown = page(&owner, &path_of).await;
    let facts = shown.one("dialog .facts");
    for said in [
        "Text text/plain",
        "1.5 KiB 1,536 bytes",
        "just now by ",
        "sku KR-1004",
    ] {
        assert!(facts.contains(said), "{said}: {facts}");
    }
    assert_eq!(shown.attributes("#file-id", "value"), [file.as_str()]);
    assert_eq!(shown.attributes("#checksum", "value")[0].len(), 64);
    let fields = [
        ("label", "Draft"),
        ("meta_name", "source"),
        ("meta_text", "a\r\nb"),
        ("meta_name", ""),
        ("meta_text", ""),
        ("meta_name", "new"),
        ("meta_text", "2"),
        ("visibility", "unlisted"),
    ];
    let done = owner.post(&path_of, &fields).await.expect(303);
    assert_eq!(done.location(), path);
    assert!(flash(&owner, &done).await.contains("Notes.txt is saved."));
    let kept = app.sql(|sql| sql.line("SELECT metadata::text AS line FROM files"));
    assert_eq!(kept, r#"{"new": "2", "source": "a\nb"}"#);
    let seen = page(&member, &path_of).await;
    let said = seen.one("#said");
    assert!(
        said.starts_with("Visibility Unlisted Labels Draft new 2 source a b"),
        "{said}"
    );
    let entries = sentences(&owner, AUDIT).await.len();
    owner.post(&path_of, &fields).await.expect(303);
    assert_eq!(
        sentences(&owner, AUDIT).await.len(),
        entries,
        "the same again is nothing"
    );
    let key = make::key(&app, "brightwater", "ci").secret;
    for (bad, wrong) in [
        ([("label", "Nobody's")].to_vec(), "labels"),
        (vec![("meta_name", ""), ("meta_text", "x")], "texts"),
        (
            vec![
                ("meta_name", "a"),
                ("meta_text", "1"),
                ("meta_name", "a"),
                ("meta_text", "2"),
            ],
            "texts",
        ),
        (
            vec![("meta_name", "a"), ("meta_text", key.as_str())],
            "texts",
        ),
    ] {
        let again = owner.post(&path_of, &bad).await.expect(422).page();
        assert!(again.has(&format!("#{wrong}-error")), "{bad:?}");
        assert_eq!(
            again.attributes("dialog .notice a", "href"),
            [format!("#{wrong}")]
        );
        assert!(!again.text().contains("Nobody's is saved"));
    }
}

#[actix_web::test]
async fn a_form_changes_only_what_was_changed_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (plans, _) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Notes.txt", "x");
    for name in ["Draft", "Final", "Old"] {
        make::label(&app, "brightwater", name);
    }
    let at = about(&file, "");
    let metadata = |texts: &str| {
        app.sql(|sql| sql.execute(&format!("UPDATE files SET metadata = '{texts}'")));
    };
    let labels = |which: &str| {
        app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM file_labels;
                 INSERT INTO file_labels (workspace_id, file_id, label_id)
                 SELECT workspace_id, '{file}', id FROM labels WHERE name IN ({which})"
            ));
        });
    };
    let is = || {
        app.sql(|sql| {
            sql.line(
                "SELECT metadata::text || visibility || coalesce((SELECT string_agg(name, '+' ORDER BY name)
                 FROM file_labels l JOIN labels ON labels.id = label_id), '') AS line FROM files",
            )
        })
    };
    metadata(r#"{"a": "\r\n1\r\n", "old": "x"}"#);
    labels("'Old'");
    let opened = form(&owner, &at).await;
    // A program adds and changes.
    metadata(r#"{"a": "\r\n1\r\n", "b": "2", "old": "x"}"#);
    labels("'Draft', 'Old'");
    app.sql(|sql| sql.execute("UPDATE files SET visibility = 'unlisted'"));
    let before = is();
    owner.submit(&opened).await.expect(303);
    assert_eq!(is(), before, "nobody touched anything in it");
    let typed = opened.clone().with("label", "Final");
    let typed = typed.also("meta_name", "c").also("meta_text", "3");
    owner.submit(&typed).await.expect(303);
    assert_eq!(
        is(),
        r#"{"a": "\r\n1\r\n", "b": "2", "c": "3", "old": "x"}unlistedDraft+Final"#
    );
    // The same text, otherwise: of the program, of another form, and by taking it away.
    metadata(r#"{"a": "4", "c": "3", "old": "y"}"#);
    let mut clashing = opened.without("meta_name").without("meta_text");
    for (name, text) in [("a", "5"), ("b", "6"), ("c", "7")] {
        clashing = clashing.also("meta_name", name).also("meta_text", text);
    }
    let again = owner.submit(&clashing).await.expect(409).page();
    assert!(again.title().starts_with("Not saved. "));
    assert_eq!(
        again.all("#meanwhile li"),
        [
            "Metadata “a” is “4” now. Saving again changes it to “5”.",
            "Metadata “c” is “3” now. Saving again changes it to “7”.",
            "Metadata “old” is “y” now. Saving again takes it away.",
        ]
    );
    let kept = again.form(&at);
    let texts: Vec<&str> = kept
        .fields
        .iter()
        .filter(|(name, text)| name.starts_with("meta_") && !text.is_empty())
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(texts, ["a", "5", "b", "6", "c", "7"]);
    assert_eq!(kept.value("visibility"), Some("unlisted"));
    for bad in ["{}", "x"] {
        let forged = kept.clone().with("was", bad);
        owner.submit(&forged).await.expect(400);
    }
    owner.submit(&kept).await.expect(303);
    assert_eq!(is(), r#"{"a": "5", "b": "6", "c": "7"}unlistedDraft+Final"#);
}

#[actix_web::test]
async fn a_file_is_deleted_restored_and_destroyed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (member, admin) = (
        app.member(Role::Member).await,
        app.member(Role::Admin).await,
    );
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Notes.txt", "x");
    make::shared(&app, &plans, ("member_id", &me), "user");
    let deletion = form(&owner, &about(&file, "/deletion")).await;
    let done = owner.submit(&deletion).await.expect(303);
    assert_eq!(done.location(), path);
    let after = owner.follow(&done).await.expect(200).page();
    assert!(after.one("#flash").contains("Notes.txt is in the trash."));
    for what in ["", "/content", "/name", "/move", "/deletion"] {
        owner.get(&about(&file, what)).await.expect(404);
    }
    let undo = after.form(&about(&file, "/restoration"));
    let back = owner.submit(&undo).await.expect(303);
    assert!(
        flash(&owner, &back)
            .await
            .contains("Notes.txt is restored.")
    );
    assert_eq!(names(&owner, &path).await, ["Notes.txt"]);
    // Its name is taken by now.
    owner.submit(&deletion).await.expect(303);
    make::file(&app, &plans, "NOTES.txt", "x");
    let row = page(&owner, TRASH).await.one("tbody tr");
    assert!(
        row.starts_with("Notes.txt 1 byte, was in Plans Ada Park just now 30 days"),
        "{row}"
    );
    for browser in [&member, &admin] {
        assert_eq!(
            names(browser, TRASH).await,
            [""; 0],
            "they may not restore it"
        );
        browser.get(&about(&file, "/restoration")).await.expect(403);
        browser
            .post(&about(&file, "/destruction"), &[])
            .await
            .expect(403);
    }
    let restoration = about(&file, "/restoration");
    let asked = owner.post(&restoration, &[("next", &path)]).await;
    let asked = asked.expect(422).page();
    assert_eq!(asked.one("#dialog-title"), "Restore Notes.txt");
    assert!(
        asked
            .one("#name-error")
            .contains("is in this folder already")
    );
    let again = owner.post(&restoration, &[("name", "")]).await.expect(422);
    assert!(again.page().has("#name-error"));
    let from_trash = owner.get(&restoration).await.expect(200).page();
    let named = from_trash.form("#restoration").with("name", "Notes.txt");
    let asked_again = owner.submit(&named).await.expect(422).page();
    for (asked, back) in [(asked, path.as_str()), (asked_again, TRASH)] {
        let named = asked.form("#restoration").with("name", "Notes 2.txt");
        let done = owner.submit(&named).await.expect(303);
        assert_eq!(done.location(), back, "where it was asked for");
        if back == path {
            owner.submit(&deletion).await.expect(303);
        }
    }
    let destruction = about(&file, "/destruction");
    owner.get(&destruction).await.expect(404);
    owner
        .post(&about(&file, "/deletion"), &[])
        .await
        .expect(303);
    let gone = owner
        .submit(&form(&owner, &destruction).await)
        .await
        .expect(303);
    assert_eq!(gone.location(), TRASH);
    assert!(
        flash(&owner, &gone)
            .await
            .contains("Notes 2.txt is deleted for good.")
    );
    let said = sentences(&owner, AUDIT).await;
    let verbs = [
        "destroyed file Notes 2.txt",
        "deleted file Notes 2.txt",
        "restored file Notes 2.txt",
    ];
    assert_eq!(said[..3], verbs);
    owner.get(&destruction).await.expect(404);
}

#[actix_web::test]
async fn what_goes_with_a_folder_is_told_and_the_trash_is_one_list() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (plans, path) = folder(&app, "Plans");
    let (other, there) = folder(&app, "Other");
    let year = make::subfolder(&app, &plans, "Year");
    for (folder, name) in [(&plans, "a"), (&year, "b"), (&year, "c"), (&other, "d")] {
        make::file(&app, folder, name, &"x".repeat(1024));
    }
    let all = "1 folder and 3 files, 3 KiB";
    for ask in ["deletion".to_owned(), format!("move?to={other}")] {
        let asked = page(&owner, &format!("{path}/{ask}"))
            .await
            .one("dialog .facts");
        assert!(asked.ends_with(all), "{asked}");
    }
    // What went alone before is not what goes with it.
    app.sql(|sql| sql.execute("UPDATE files SET trashed_at = now() - interval '1 day', trashed_by = 'Ada' WHERE name = 'c'"));
    owner
        .post(&format!("{path}/deletion"), &[])
        .await
        .expect(303);
    let row = page(&owner, TRASH).await.one("tbody tr");
    assert!(
        row.starts_with("Plans 1 folder and 2 files, 2 KiB"),
        "{row}"
    );
    let asked = page(&owner, &format!("{path}/destruction")).await;
    assert!(
        asked
            .text()
            .contains("Plans (1 folder and 2 files, 2 KiB) will be destroyed")
    );
    owner
        .post(&format!("{path}/restoration"), &[])
        .await
        .expect(303);
    assert_eq!(names(&owner, TRASH).await, ["c"]);
    // Folders and files, what went last first, in pages.
    for n in 0..30 {
        make::file(&app, &other, &format!("File {n:02}"), "x");
        make::subfolder(&app, &other, &format!("Folder {n:02}"));
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE files SET trashed_by = 'Ada', trashed_at = now() - substr(name, 6)::int * interval '2 hours'
             WHERE name LIKE 'File %';
             UPDATE folders SET trashed_by = 'Ada', trashed_with = id,
                trashed_at = now() - substr(name, 8)::int * interval '2 hours' - interval '1 hour'
             WHERE name LIKE 'Folder %'",
        );
    });
    assert_eq!(names(&owner, &there).await, ["d"]);
    let first = names(&owner, TRASH).await;
    assert_eq!(first[..4], ["File 00", "Folder 00", "File 01", "Folder 01"]);
    let on = page(&owner, TRASH).await.attributes("a[rel=next]", "href");
    let rest = page(&owner, &on[0]).await;
    assert_eq!((first.len(), rest.elements("tbody tr").len()), (50, 11));
    let back = rest.attributes("a[rel=prev]", "href");
    assert_eq!(names(&owner, &back[0]).await, first);
    assert_eq!(
        names(&owner, &format!("{TRASH}?q=file+07")).await,
        ["File 07"]
    );
    owner
        .get(&format!("{LIBRARY}/trash?after=x"))
        .await
        .expect(404);
    owner.get(&page_of(&year)).await.expect(200);
}
