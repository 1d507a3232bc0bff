//! A folder is shared: from the first page to the calls of the key, by keyboard alone, and without script.

use std::process::Command;

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::Value;
use tokio::task::LocalSet;

use crate::scene::{Scene, both, open, scripted};
use crate::server::{
    http::Reply,
    make::{self, MadeKey},
};
use crate::support::{Options, Page, run};

const DAN: &str = "dan-price@brightwater.example";

struct Shelf {
    scene: Scene,
    folder: String,
    key: MadeKey,
}

impl Shelf {
    /// Dan Price, who is no admin, owns the folder Handbook.
    fn set_up() -> Self {
        let scene = Scene::set_up();
        let dan = make::named(&scene.app, "brightwater", "Dan Price", DAN, Role::Member);
        make::named(
            &scene.app,
            "brightwater",
            "Priya Nair",
            "priya-nair@brightwater.example",
            Role::Admin,
        );
        let permissions = [
            Permission::ObjectsList,
            Permission::ObjectsFetch,
            Permission::FileUpload,
        ];
        let key = make::key_with(
            &scene.app,
            "brightwater",
            "production-server",
            &permissions,
            Lifetime::Days(90),
        );
        make::unhurried(&scene.app, &key);
        Self {
            folder: make::folder(&scene.app, "brightwater", "Handbook", Some(&dan)),
            key,
            scene,
        }
    }

    fn path(&self) -> String {
        format!("/w/brightwater/folders/{}/share", self.folder)
    }

    async fn open(&self, email: &str, options: Options) -> Page {
        let context = self.scene.visitor(options).await;
        let page = context.page().await;
        self.scene.sign_in(&page, email, &self.path()).await;
        page
    }

    async fn lists(&self) -> u16 {
        let program = self.scene.app.api(&self.key.secret);
        let path = format!("/v1/folders/{}", self.folder);
        let reply: Reply = LocalSet::new().run_until(program.get(&path)).await;
        reply.status
    }

    /// What `curl` gets with the key: the status, and what comes with it.
    fn curl(&self, path: &str, more: &[&str]) -> (String, String) {
        let out = Command::new("curl")
            .args(["--silent", "--write-out", "\n%{http_code}", "--header"])
            .arg(format!("Authorization: Bearer {}", self.key.secret))
            .args(more)
            .arg(self.scene.url(path))
            .output()
            .expect("curl");
        let out = String::from_utf8(out.stdout).expect("text");
        let (body, status) = out.rsplit_once('\n').expect("a status");
        (status.to_owned(), body.to_owned())
    }

    /// Sends a file, which takes an Editor: the status, and the code of a refusal.
    fn uploads(&self, name: &str) -> (String, String) {
        let file = format!("file=a few words;filename={name}");
        let (status, body) = self.curl(&self.files(), &["--form", &file]);
        let body: Value = serde_json::from_str(&body).expect("JSON");
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }

    fn files(&self) -> String {
        format!("/v1/folders/{}/files", self.folder)
    }
}

/// Types a name and takes the first that it finds.
async fn pick(page: &Page, name: &str) {
    page.fill("#subject", name).await;
    if scripted(page).await {
        page.wait_for("[role=option]").await;
        page.press("ArrowDown").await;
        page.press("Enter").await;
        page.wait_for(".tok").await;
    } else {
        page.click_and_load("dialog .btn:has-text(\"Find\")").await;
        page.click(".found label").await;
    }
}

#[test]
fn a_folder_is_shared_with_an_admin_and_by_them_with_a_key() {
    run(async {
        for options in both() {
            let mut shelf = Shelf::set_up();
            let dan = shelf.scene.visitor(options).await.page().await;
            shelf
                .scene
                .sign_in(&dan, DAN, "/w/brightwater/library")
                .await;
            open(&dan, "#new-folder").await;
            dan.fill("#name", "Field notes").await;
            dan.click_and_load("dialog .btn:has-text(\"Make folder\")")
                .await;
            let at = dan.path().await;
            shelf.folder = at.rsplit('/').next().expect("its id").to_owned();
            let notes = make::file(&shelf.scene.app, &shelf.folder, "Notes.txt", "seen");
            let notes = format!("/v1/files/{notes}/content");
            assert_eq!(shelf.curl(&shelf.files(), &[]).0, "404");
            open(&dan, "#share").await;
            pick(&dan, "pri").await;
            dan.click("dialog .give label:has-text(\"Editor\")").await;
            dan.click_and_load("dialog .give .btn:has-text(\"Share\")")
                .await;
            assert!(
                dan.shows("Priya Nair is an Editor of Field notes now.")
                    .await
            );
            assert!(dan.exists("dialog[open]").await, "without leaving");
            let priya = shelf.open("priya-nair@brightwater.example", options).await;
            pick(&priya, "prod").await;
            priya
                .click_and_load("dialog .give .btn:has-text(\"Share\")")
                .await;
            assert!(
                priya
                    .shows("production-server is a User of Field notes now.")
                    .await
            );
            let (status, list) = shelf.curl(&shelf.files(), &[]);
            assert_eq!((status.as_str(), list.contains("Notes.txt")), ("200", true));
            let read = ("200".to_owned(), "seen".to_owned());
            assert_eq!(shelf.curl(&notes, &[]), read);
            let refused = ("403".to_owned(), "role_too_low".to_owned());
            assert_eq!(shelf.uploads("plan.txt"), refused);
            // As *Editor* it does more, at once.
            let role = ".role select";
            let rows: Vec<String> = priya.texts(".grants .t > b").await;
            let nth = rows
                .iter()
                .position(|row| row.starts_with("production-server"));
            let row = format!(".grants > li:nth-child({})", nth.expect("its row") + 1);
            if scripted(&priya).await {
                let role = format!("{row} {role}");
                priya.select_and_load(&role, "editor").await;
                priya
                    .wait_for_text("production-server is an Editor of Field notes now.")
                    .await;
                // The new page is there, and now its script too.
                priya.wait_for("dialog:modal").await;
            } else {
                priya.select(&format!("{row} {role}"), "editor").await;
                priya
                    .click_and_load(&format!("{row} .btn:has-text(\"Save\")"))
                    .await;
            }
            assert_eq!(shelf.uploads("plan.txt").0, "201");
            assert!(shelf.curl(&shelf.files(), &[]).1.contains("plan.txt"));
            priya
                .click_and_load(&format!("{row} .btn:has-text(\"Remove\")"))
                .await;
            assert!(
                priya
                    .shows("production-server no longer has access to Field notes.")
                    .await
            );
            assert_eq!(shelf.curl(&shelf.files(), &[]).0, "404");
            assert_eq!(shelf.curl(&notes, &[]).0, "404");
            assert_eq!(shelf.uploads("late.txt").0, "404");
            priya.click_and_load("dialog .btn:has-text(\"Undo\")").await;
            assert_eq!(shelf.curl(&shelf.files(), &[]).0, "200");
            dan.assert_no_problems().await;
            priya.assert_no_problems().await;
        }
    });
}

/// Goes on until what is focused is called so.
async fn tab_to(page: &Page, name: &str) {
    let called = format!(
        "(() => {{ const at = document.activeElement;
            const label = at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent;
            return label.trim() === {name:?} }})()"
    );
    for _ in 0..40 {
        page.press("Tab").await;
        if page.eval::<bool>(&called).await {
            return;
        }
    }
    panic!("no way to {name} by Tab");
}

#[test]
fn the_dialog_is_used_by_keyboard_and_says_what_happens() {
    run(async {
        let shelf = Shelf::set_up();
        make::group(&shelf.scene.app, "brightwater", "Product team", &[]);
        let page = shelf
            .open("priya-nair@brightwater.example", Options::default())
            .await;
        let said = |text: &str| {
            format!("document.querySelector('dialog [data-live]').textContent === {text:?}")
        };
        page.fill("#subject", "pr").await;
        page.wait_for_true(&said("2 people, 1 group, 1 API key found."))
            .await;
        let kinds: Vec<String> = page
            .eval("[...document.querySelectorAll('[role=listbox] > [role=group]')].map(g => g.ariaLabel)")
            .await;
        assert_eq!(kinds, ["People", "Groups", "API keys"]);
        // Whoever has access is passed over by Enter.
        page.press("ArrowDown").await;
        page.press("ArrowDown").await;
        page.press("ArrowDown").await;
        page.press("ArrowDown").await;
        page.press("Enter").await;
        page.wait_for_true(&said("production-server added")).await;
        assert!(page.visible(".of-keys").await && !page.visible(".of-people").await);
        page.press("Backspace").await;
        page.wait_for_true(&said("production-server removed")).await;
        assert!(page.visible(".of-people").await);
        page.fill("#subject", "prod").await;
        page.wait_for_true("document.querySelectorAll('[role=option]').length === 2")
            .await;
        page.press("Escape").await;
        assert!(page.visible("dialog").await && !page.visible("[role=listbox]").await);
        page.fill("#subject", "product-").await;
        page.wait_for("[role=option]").await;
        page.fill("#subject", "production").await;
        page.wait_for_true("document.querySelectorAll('[role=option]').length === 1")
            .await;
        page.press("ArrowDown").await;
        page.press("Enter").await;
        page.wait_for(".tok").await;
        // With nothing typed, Enter shares.
        page.press_and_load("Enter").await;
        assert!(
            page.shows("production-server is a User of Handbook now.")
                .await
        );
        assert_eq!(
            page.eval::<String>("document.activeElement.id").await,
            "flash",
            "and is read out"
        );
        assert_eq!(shelf.lists().await, 200);
        // On to its row: another role, then none, then the former again.
        tab_to(&page, "API access role for production-server").await;
        page.press_and_load("ArrowDown").await;
        assert!(
            page.shows("production-server is an Editor of Handbook now.")
                .await
        );
        tab_to(&page, "Remove production-server").await;
        page.press_and_load("Enter").await;
        assert!(
            page.shows("production-server no longer has access to Handbook.")
                .await
        );
        assert_eq!(shelf.lists().await, 404);
        tab_to(&page, "Undo").await;
        page.press_and_load("Enter").await;
        assert_eq!(shelf.lists().await, 200);
        page.press("Escape").await;
        page.wait_for_true(&format!("location.pathname !== {:?}", shelf.path()))
            .await;
    });
}

#[test]
fn an_admin_is_asked_and_answers() {
    run(async {
        for options in both() {
            let shelf = Shelf::set_up();
            let dan = shelf.open(DAN, options).await;
            dan.fill("#wanted", "production-server").await;
            dan.click_and_load("dialog .btn:has-text(\"Ask an admin\")")
                .await;
            assert!(
                dan.shows("The admins are asked to add production-server.")
                    .await
            );
            let priya = shelf.open("priya-nair@brightwater.example", options).await;
            priya.click_and_load("dialog a:has-text(\"Answer\")").await;
            priya
                .click_and_load("dialog .btn:has-text(\"Approve\")")
                .await;
            assert!(
                priya
                    .shows("production-server is a User of Handbook now.")
                    .await
            );
            assert_eq!(shelf.lists().await, 200);
            dan.goto(&shelf.scene.url(&shelf.path())).await;
            assert!(
                dan.shows("Priya Nair added production-server to Handbook.")
                    .await
            );
            priya.assert_no_problems().await;
        }
    });
}
