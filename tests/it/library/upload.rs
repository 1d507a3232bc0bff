//! Files are uploaded by the form of a folder, and by the script of that form.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use actix_web::http::Method;
use keyroom::actor::Role;

use super::HOME;
use crate::{
    objects::until,
    scenes::sentences,
    support::{
        Browser, TestApp,
        http::{IN_PARTS, Reply, in_parts},
        make,
        page::Page,
    },
};

const AUDIT: &str = "/w/brightwater/settings/audit-log";

/// A folder of the owner's, and the address of its form.
struct Scene {
    app: TestApp,
    owner: Browser,
    folder: String,
    path: String,
    upload: String,
}

impl Scene {
    async fn set() -> Self {
        let app = TestApp::start();
        let owner = app.set_up().await;
        let ada = make::member_id(&app, HOME, &owner.email());
        let folder = make::folder(&app, HOME, "Handbook", Some(&ada));
        let path = format!("/w/brightwater/folders/{folder}");
        Self {
            upload: format!("{path}/upload"),
            path,
            folder,
            owner,
            app,
        }
    }

    /// Somebody with this role in the folder.
    async fn member(&self, role: &str) -> Browser {
        let member = self.app.member(Role::Member).await;
        let id = make::member_id(&self.app, HOME, &member.email());
        make::shared(&self.app, &self.folder, ("member_id", &id), role);
        member
    }

    /// What the next page says of it.
    async fn said(&self, fields: &[(&str, &str)]) -> String {
        let done = self.owner.post(&self.upload, fields).await.expect(303);
        assert_eq!(done.location(), self.path);
        self.flash().await
    }

    async fn flash(&self) -> String {
        let page = self.owner.get(&self.path).await.expect(200).page();
        page.one("#flash p")
    }

    /// As the script sends one.
    async fn send(&self, who: &Browser, fields: &[(&str, &str)]) -> Reply {
        let headers = [("sec-fetch-site", "same-origin"), ("hx-request", "true")];
        who.send(Method::POST, &self.upload, &headers, fields).await
    }

    /// Name, size and version of each file.
    fn files(&self) -> Vec<String> {
        let all = "SELECT concat_ws(' ', name, size, version) AS line FROM files ORDER BY name COLLATE \"C\"";
        self.app.sql(|sql| sql.lines(all))
    }

    fn objects(&self) -> Vec<String> {
        let all = "SELECT state AS line FROM objects ORDER BY 1";
        self.app.sql(|sql| sql.lines(all))
    }
}

fn told(reply: Reply, status: u16) -> String {
    reply.expect(status).page().one("[data-told]")
}

#[actix_web::test]
async fn files_come_by_a_form_and_by_its_script() {
    let scene = Scene::set().await;
    let page = scene.owner.get(&scene.path).await.expect(200).page();
    let ways = page.all("#way-on, #other-way");
    assert_eq!(ways, ["Upload files", "New folder"]);
    assert_eq!(page.attributes("#upload", "href").concat(), scene.upload);
    let page = scene.owner.get(&scene.upload).await.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Upload to Handbook");
    assert!(page.one("#file-hint").contains("5 GiB"));
    let fields = page.form(&scene.upload).fields;
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..2], ["csrf", "taken"], "before all files");
    assert_eq!(fields[1].1, "keep-both");

    let both = [
        ("taken", "keep-both"),
        ("file", "plan.txt|what we do"),
        ("file", "empty|"),
    ];
    assert_eq!(scene.said(&both).await, "2 files are uploaded.");
    // Some browsers say where it was.
    let said = scene.said(&[("file", r"C:\\old\\notes/../Büro.txt|x")]);
    assert_eq!(said.await, "Büro.txt is uploaded.");
    let said = sentences(&scene.owner, AUDIT).await;
    assert_eq!(said[0], "uploaded Büro.txt");
    let logged = "SELECT action || ' ' || subject_label || ' ' || (after ->> 'folder') AS line
                  FROM audit_events WHERE subject_kind = 'file' ORDER BY at, id";
    assert_eq!(
        scene.app.sql(|sql| sql.lines(logged)),
        [
            "file.uploaded plan.txt Handbook",
            "file.uploaded empty Handbook",
            "file.uploaded Büro.txt Handbook",
        ]
    );

    // One after the other, and the page after them counts all.
    for (before, name) in [("0", "a|1"), ("1", "b|2")] {
        let fields = [("taken", "keep-both"), ("before", before), ("file", name)];
        let sent = scene.send(&scene.owner, &fields).await;
        assert_eq!(told(sent, 200), "Uploaded");
    }
    assert_eq!(scene.flash().await, "2 files are uploaded.");
    assert_eq!(
        scene.files(),
        [
            "Büro.txt 1 1",
            "a 1 1",
            "b 1 1",
            "empty 0 1",
            "plan.txt 10 1"
        ]
    );
    assert_eq!(scene.objects(), ["kept"; 5]);
}

#[actix_web::test]
async fn a_name_that_is_taken_is_answered_as_was_chosen() {
    let scene = Scene::set().await;
    scene.said(&[("file", "plan.txt|first")]).await;
    let again = ("file", "PLAN.txt|second");
    let said = scene.said(&[again]).await;
    assert_eq!(
        said, "PLAN.txt is uploaded. PLAN.txt is there as PLAN (2).txt.",
        "unless something else is chosen"
    );
    let said = scene.said(&[("taken", "keep-both"), again]).await;
    assert!(said.contains("PLAN (3).txt"), "{said}");
    let said = scene.said(&[("taken", "replace"), again]).await;
    assert!(said.contains("PLAN.txt is there as version 2"), "{said}");
    let said = scene.said(&[("taken", "leave-out"), again]).await;
    assert_eq!(said, "Nothing is uploaded. PLAN.txt was left out.");
    // Twice in one form, too.
    let said = scene
        .said(&[
            ("taken", "leave-out"),
            ("file", "new|1"),
            ("file", "new|22"),
        ])
        .await;
    assert_eq!(said, "1 file is uploaded. new was left out.");
    assert_eq!(
        scene.files(),
        [
            "PLAN (2).txt 6 1",
            "PLAN (3).txt 6 1",
            "new 1 1",
            "plan.txt 6 2"
        ]
    );
    let script = async |taken| {
        let fields = [("taken", taken), ("file", "new|333")];
        scene.send(&scene.owner, &fields).await
    };
    let left_out = "Left out: a file of that name is there already";
    assert_eq!(told(script("leave-out").await, 422), left_out);
    assert_eq!(told(script("keep-both").await, 200), "Uploaded as new (2)");
    assert_eq!(told(script("replace").await, 200), "Uploaded as version 2");
    let logged = scene.app.sql(|sql| {
        sql.lines("SELECT subject_label AS line FROM audit_events WHERE action = 'file.replaced' ORDER BY at, id")
    });
    assert_eq!(logged, ["plan.txt", "new"]);
}

#[actix_web::test]
async fn what_is_wrong_with_one_file_is_said_and_keeps_no_other_from_coming() {
    let scene = Scene::set().await;
    let long = format!("{}|x", "x".repeat(256));
    let said = scene
        .said(&[
            ("file", &long),
            ("file", "a\u{202e}b|x"),
            ("file", "folder/|x"),
            ("file", "|x"),
            ("file", "good|x"),
        ])
        .await;
    assert!(said.starts_with("1 of 5 files uploaded. xxx"), "{said}");
    for why in [
        "xx…: Enter a name for the file of at most 255 characters.",
        "Enter a name for the file without invisible control characters.",
        ": Enter a name for the file.",
        "A file without a name: Give it a name first.",
    ] {
        assert!(said.contains(why), "{why}: {said}");
    }
    scene.app.sql(|sql| {
        sql.execute("UPDATE object_space SET file_limit = 600000, total_limit = 1000000")
    });
    let (large, some) = (
        format!("large|{}", "x".repeat(600_001)),
        format!("some|{}", "x".repeat(550_000)),
    );
    let some = ("file", some.as_str());
    let refused = scene.send(&scene.owner, &[("file", &large)]).await;
    assert!(told(refused, 422).starts_with("A file of this workspace may have 585 KiB at most"));
    let said = scene
        .said(&[("file", &large), some, some, ("file", "small|x")])
        .await;
    assert!(said.starts_with("2 of 4 files uploaded."), "{said}");
    for why in [
        "large: A file of this workspace may have 585 KiB at most",
        "some: The workspace has no room for it: all its files, those in the trash too, may have 976 KiB together.",
    ] {
        assert!(said.contains(why), "{why}: {said}");
    }
    assert_eq!(scene.files(), ["good 1 1", "small 1 1", "some 550000 1"]);
    until("the end of what was refused", || {
        scene.objects() == ["kept"; 3]
    })
    .await;

    // Nothing was chosen, which browsers send as a file without a name.
    for fields in [&[("taken", "replace")][..], &[("file", "|")]] {
        let reply = scene.owner.post(&scene.upload, fields).await.expect(422);
        let page = reply.page();
        assert!(page.title().starts_with("Error: "));
        assert_eq!(page.one("#file-error"), "Choose one or more files");
    }
    for fields in [
        [("taken", "else"), ("file", "c|x")],
        [("folder", "x"), ("file", "c|x")],
        [("before", "-1"), ("file", "c|x")],
    ] {
        scene.owner.post(&scene.upload, &fields).await.expect(400);
    }
    let ours = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "text/plain"),
    ];
    let other = scene
        .owner
        .send(Method::POST, &scene.upload, &ours, &[])
        .await;
    assert_eq!(other.status, 415);
    assert_eq!(scene.files().len(), 3);
}

#[actix_web::test]
async fn editors_upload_and_nobody_else_and_only_by_our_form() {
    let scene = Scene::set().await;
    let (editor, user) = (scene.member("editor").await, scene.member("user").await);
    let (nobody, admin) = (
        scene.app.member(Role::Member).await,
        scene.app.member(Role::Admin).await,
    );
    let elsewhere = scene.app.workspace("Elsewhere").await;
    let fields = [("file", "a|x")];
    editor.post(&scene.upload, &fields).await.expect(303);
    let why = "You need to be an Editor of this folder";
    for (who, status) in [
        (&user, 403),
        (&admin, 403),
        (&nobody, 404),
        (&elsewhere, 404),
        (&scene.app.stranger(), 303),
    ] {
        let (asked, sent) = (
            who.get(&scene.upload).await.expect(status),
            who.post(&scene.upload, &fields).await.expect(status),
        );
        match status {
            303 => assert!(sent.location().starts_with("/sign-in")),
            403 => {
                assert!(asked.page().text().contains(why) && sent.page().text().contains(why));
                let script = scene.send(who, &fields).await.expect(403).page();
                assert!(script.all("main .empty p")[0].contains(why));
            }
            _ => {}
        }
    }
    let page = user.get(&scene.path).await.expect(200).page();
    assert!(!page.has("#upload") && !page.has("[data-drop]"));
    let refused = "SELECT count(*)::text AS line FROM audit_events WHERE refused";
    let refused = scene.app.sql(|sql| sql.line(refused));
    assert_ne!(refused, "0", "it is in the log");

    // A browser that says nothing of the page: then the form says it, before its files.
    let token = |page: Page| page.form(&scene.upload).fields[0].1.clone();
    let right = token(editor.get(&scene.upload).await.expect(200).page());
    let others = token(scene.owner.get(&scene.upload).await.expect(200).page());
    let large = format!("b|{}", "x".repeat(70_000));
    let (file, csrf) = (("file", large.as_str()), ("csrf", right.as_str()));
    let send = async |fields: &[(&str, &str)]| {
        let sent = editor.send(Method::POST, &scene.upload, &[], fields);
        sent.await.status
    };
    assert_eq!(send(&[file]).await, 403);
    assert_eq!(send(&[("csrf", &others), file]).await, 403);
    assert_eq!(send(&[file, csrf]).await, 403, "too late");
    assert_eq!(scene.files(), ["a 1 1"]);
    assert_eq!(send(&[csrf, file]).await, 303);
    assert_eq!(scene.files(), ["a 1 1", "b 70000 1"]);
}

/// A form with two files, of which the second waits until something has happened.
async fn interrupted(scene: &Scene, who: &Browser, name: &str, happens: &str) -> Page {
    let (first, second) = (format!("{name}|1"), format!("{name} late|2"));
    let body = in_parts(&[("file", &first), ("file", &second)]);
    let at = body.rfind("\r\n\r\n").expect("the last part");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\ncontent-type: {IN_PARTS}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        scene.upload,
        scene.app.address,
        who.cookies(),
        body.len()
    );
    let mut stream = TcpStream::connect(&scene.app.address).expect("a connection");
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(&body.as_bytes()[..at]).expect("sent");
    let has_come = || scene.files().contains(&format!("{name} 1 1"));
    until("the first file", has_come).await;
    scene.app.sql(|sql| sql.execute(happens));
    stream.write_all(&body.as_bytes()[at..]).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let flash = answer.split("keyroom_flash=").nth(1).expect("a flash");
    let flash = flash.split(';').next().unwrap_or_default();
    who.set_cookie("keyroom_flash", flash);
    let reply = who.get(&scene.path).await;
    match reply.is_redirect() {
        true => who.follow(&reply).await.page(),
        false => reply.page(),
    }
}

#[actix_web::test]
async fn what_came_before_a_right_was_lost_stays_and_is_told() {
    let scene = Scene::set().await;
    let editor = scene.member("editor").await;
    for (name, happens, why) in [
        (
            "role",
            "UPDATE shares SET role = 'user'",
            "You need to be an Editor of this folder",
        ),
        (
            "share",
            "DELETE FROM shares",
            "You no longer have access to the folder, or it is gone.",
        ),
        (
            "session",
            "DELETE FROM sessions",
            "You were signed out meanwhile.",
        ),
    ] {
        scene.app.sql(|sql| sql.execute("DELETE FROM shares"));
        let id = make::member_id(&scene.app, HOME, &editor.email());
        make::shared(&scene.app, &scene.folder, ("member_id", &id), "editor");
        let page = interrupted(&scene, &editor, name, happens).await;
        let said = page.one("#flash p");
        let started =
            format!("1 file is uploaded. {name} late and what came after it did not arrive. {why}");
        assert!(said.starts_with(&started), "{said}");
    }
    assert_eq!(scene.files(), ["role 1 1", "session 1 1", "share 1 1"]);
    until("the end of the others", || scene.objects() == ["kept"; 3]).await;
}
