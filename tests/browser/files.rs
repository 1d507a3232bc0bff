//! The files of a folder: renamed, moved, deleted, restored, saved and found, by clicks, and without script.

use crate::scene::{Scene, both, open};
use crate::server::make;
use crate::support::{Context, Page, run};

/// Somebody at the page of a folder.
struct Desk {
    context: Context,
    page: Page,
    scripted: bool,
    /// The folder's name, and the address of its page.
    name: &'static str,
    path: String,
    url: String,
    /// Minutes.txt, which goes through everything.
    file: String,
}

impl Desk {
    /// Asks for something in the menu of the file.
    async fn ask(&self, what: &str) {
        self.page.click(&format!("#more-{}", self.file)).await;
        let item = format!("#menu-{} a:has-text(\"{what}\")", self.file);
        open(&self.page, &item).await;
    }

    /// Waits until exactly these are in the table.
    async fn shows(&self, names: &[&str]) {
        let there = "[...document.querySelectorAll('tbody .who > a')].map(a => a.textContent)";
        let wanted = serde_json::json!(names);
        self.page
            .wait_for_true(&format!("JSON.stringify({there}) === '{wanted}'"))
            .await;
    }

    /// Sends the dialog, which leads back to the folder and says what was done.
    async fn send(&self, button: &str, said: &str) {
        self.page
            .click_and_load(&format!("dialog .btn:has-text(\"{button}\")"))
            .await;
        self.is_told(said).await;
    }

    async fn is_told(&self, said: &str) {
        assert!(self.page.shows(said).await, "{said}");
        assert_eq!(self.page.path().await, self.path);
        if self.scripted {
            self.page
                .wait_for_true("document.activeElement.id === 'flash'")
                .await;
        }
    }

    /// Sends the dialog with a name that is taken: it stays, with what was typed.
    async fn is_refused(&self, button: &str, taken: &str) {
        self.page
            .click_and_load(&format!("dialog .btn:has-text(\"{button}\")"))
            .await;
        assert_eq!(self.page.status(), 422);
        let why = format!("A file called {taken} is in this folder already. Use another name");
        assert!(self.page.shows(&why).await);
        assert!(self.page.title().await.starts_with("Error: "));
    }

    async fn undo(&self, said: &str) {
        self.page.click_and_load("#flash .btn").await;
        self.is_told(said).await;
    }
}

#[test]
fn files_are_renamed_moved_deleted_restored_saved_and_found() {
    run(async {
        let scene = Scene::set_up();
        let email = make::owner_email("Brightwater");
        let ada = make::member_id(&scene.app, "brightwater", &email);
        for (options, name) in both().into_iter().zip(["Plans", "Sketches"]) {
            let folder = make::folder(&scene.app, "brightwater", name, Some(&ada));
            let archive = make::subfolder(&scene.app, &folder, "Archive");
            make::file(&scene.app, &archive, "Minutes.txt", "of last year");
            make::file(&scene.app, &folder, "Agenda.txt", "what is to be said");
            make::file(&scene.app, &folder, "Budget.txt", "much");
            let file = make::file(&scene.app, &folder, "Minutes.txt", "what was said");
            let path = format!("/w/brightwater/folders/{folder}");
            let context = scene.visitor(options).await;
            let page = context.page().await;
            scene.sign_in(&page, &email, &path).await;
            let desk = Desk {
                scripted: options.javascript,
                context,
                page,
                name,
                url: scene.url(&path),
                path,
                file,
            };
            renames(&desk).await;
            moves(&desk).await;
            deletes(&desk).await;
            make::file(&scene.app, &folder, "Notes.txt", "of somebody else");
            restores(&desk).await;
            saves(&desk).await;
            finds(&desk).await;
            desk.page.assert_no_problems().await;
        }
    });
}

async fn renames(desk: &Desk) {
    let page = &desk.page;
    desk.ask("Rename…").await;
    if desk.scripted {
        assert_eq!(page.focused().await, "input#name[name=\"name\"] \"Name\"");
        assert_eq!(page.title().await, "Rename Minutes.txt · Keyroom");
        page.press("Escape").await;
        page.wait_for_none("dialog").await;
        let more = format!("button#more-{} \"More actions for Minutes.txt\"", desk.file);
        assert_eq!(page.focused().await, more);
        assert_eq!(page.title().await, format!("{} · Keyroom", desk.name));
        assert_eq!(page.path().await, desk.path);
        desk.ask("Rename…").await;
    }
    page.fill("#name", "Agenda.txt").await;
    desk.is_refused("Rename file", "Agenda.txt").await;
    assert_eq!(page.value("#name").await, "Agenda.txt");
    page.fill("#name", "Notes.txt").await;
    desk.send("Rename file", "Notes.txt is saved.").await;
    desk.shows(&["Archive", "Agenda.txt", "Budget.txt", "Notes.txt"])
        .await;
}

async fn moves(desk: &Desk) {
    let page = &desk.page;
    desk.ask("Move…").await;
    page.click_and_load("dialog .places a:has-text(\"Archive\")")
        .await;
    let who = "Whoever has access to Archive reaches it there, and nobody else.";
    assert!(page.shows(who).await);
    desk.send("Move to Archive", "Notes.txt is in Archive now.")
        .await;
    desk.shows(&["Archive", "Agenda.txt", "Budget.txt"]).await;
    desk.undo(&format!("Notes.txt is in {} now.", desk.name))
        .await;
    desk.shows(&["Archive", "Agenda.txt", "Budget.txt", "Notes.txt"])
        .await;
}

async fn deletes(desk: &Desk) {
    desk.ask("Delete…").await;
    if desk.scripted {
        assert_eq!(desk.page.focused().await, "a \"Cancel\"");
    }
    desk.send("Delete file", "Notes.txt is in the trash.").await;
    desk.shows(&["Archive", "Agenda.txt", "Budget.txt"]).await;
    desk.undo("Notes.txt is restored.").await;
    desk.shows(&["Archive", "Agenda.txt", "Budget.txt", "Notes.txt"])
        .await;
    desk.ask("Delete…").await;
    desk.send("Delete file", "Notes.txt is in the trash.").await;
}

/// Meanwhile somebody else has made a Notes.txt.
async fn restores(desk: &Desk) {
    let page = &desk.page;
    page.click_and_load("nav a:has-text(\"Trash\")").await;
    let row = format!("#t-{}", desk.file);
    assert_eq!(page.text(&format!("{row} b")).await, "Notes.txt");
    let restore = format!("{row} .btn:has-text(\"Restore\")");
    page.click_and_load(&restore).await;
    assert_eq!(page.status(), 422);
    desk.is_refused("Restore file", "Notes.txt").await;
    assert_eq!(page.value("#name").await, "Notes.txt");
    page.fill("#name", "Notes of May.txt").await;
    page.click_and_load("dialog .btn:has-text(\"Restore file\")")
        .await;
    assert!(page.shows("Notes of May.txt is restored.").await);
    assert!(page.path().await.ends_with("/trash"), "as it was asked for");
    page.goto(&desk.url).await;
    let all = [
        "Archive",
        "Agenda.txt",
        "Budget.txt",
        "Notes of May.txt",
        "Notes.txt",
    ];
    desk.shows(&all).await;
}

async fn saves(desk: &Desk) {
    let page = &desk.page;
    let downloads = desk.context.downloads().await;
    page.click(&format!("#more-{}", desk.file)).await;
    page.click(&format!("#menu-{} a:has-text(\"Download\")", desk.file))
        .await;
    let saved = downloads.wait_for("Notes of May.txt").await;
    assert_eq!(saved, b"what was said");
    assert_eq!(page.path().await, desk.path);
}

async fn finds(desk: &Desk) {
    let page = &desk.page;
    let sizes = [
        "Archive",
        "Agenda.txt",
        "Notes.txt",
        "Notes of May.txt",
        "Budget.txt",
    ];
    match desk.scripted {
        true => page.click("#by-size").await,
        false => page.click_and_load("#by-size").await,
    }
    desk.shows(&sizes).await;
    assert_eq!(page.path().await, format!("{}?sort=size", desk.path));
    let order = page.attribute("th:has(#by-size)", "aria-sort").await;
    assert_eq!(order.as_deref(), Some("descending"));
    page.fill("#q", "may").await;
    if !desk.scripted {
        page.click_and_load("button:has-text(\"Search\")").await;
    }
    desk.shows(&["Notes of May.txt"]).await;
    // What is done to what was found leads back to it.
    desk.ask("Rename…").await;
    page.fill("#name", "Talk of May.txt").await;
    page.click_and_load("dialog .btn.primary").await;
    desk.shows(&["Talk of May.txt"]).await;
    assert_eq!(page.value("#q").await, "may");
}
