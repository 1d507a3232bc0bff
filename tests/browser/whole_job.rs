//! The whole job: an admin makes a key, a program uses it, the admin stops it.

mod account;
mod key;

use crate::scene::{LIST, Scene, both, sign_in};
use crate::server::make::PASSWORD;
use crate::support::{Clipboard, Context, Options, Page, run};

const EMAIL: &str = "ada@brightwater.example";

/// One person at one browser, from the first page on.
struct Job {
    scene: Scene,
    context: Context,
    page: Page,
    script: bool,
    clipboard: Clipboard,
}

#[test]
fn the_whole_job_with_javascript() {
    run(do_it(both()[0]));
}

#[test]
fn the_whole_job_without_javascript() {
    run(do_it(both()[1]));
}

async fn do_it(options: Options) {
    let scene = Scene::fresh();
    let context = scene.visitor(options).await;
    let job = Job {
        page: context.page().await,
        clipboard: context.clipboard().await,
        script: options.javascript,
        scene,
        context,
    };
    job.set_up().await;
    let key = job.generate().await;
    job.copy(&key).await;
    job.deactivate_and_activate(&key).await;
    job.revoke_and_restore(&key).await;
    job.rename_the_workspace().await;
    job.change_the_password().await;
    job.choose_a_theme().await;
    job.read_the_audit_log().await;
    job.sign_out().await;
    job.page.assert_no_problems().await;
}

impl Job {
    /// Every page leads to *Set up Keyroom*; the code comes from what the server printed.
    async fn set_up(&self) {
        let page = &self.page;
        page.goto(&self.scene.url(LIST)).await;
        assert_eq!(page.path().await, "/set-up");
        let code = &self.scene.app.set_up_code;
        page.goto(&self.scene.url(&format!("/set-up?code={code}")))
            .await;
        assert_eq!(page.value("#code").await, *code);
        page.fill("#workspace", "Brightwater").await;
        page.fill("#name", "Ada Park").await;
        page.fill("#email", EMAIL).await;
        page.fill("#password", PASSWORD).await;
        page.click_and_load("button:has-text(\"Create workspace\")")
            .await;
        page.wait_for_text("Your workspace is ready.").await;
        sign_in(page, EMAIL, PASSWORD).await;
        assert_eq!(page.path().await, "/w/brightwater/library");
        page.goto(&self.scene.url(LIST)).await;
        page.wait_for_text("No API keys yet").await;
        page.goto(&self.scene.url("/set-up")).await;
        assert_eq!(page.status(), 404);
    }

    /// Clicks what changes the page in place with script, and loads one without.
    async fn act(&self, selector: &str) {
        if self.script {
            self.page.click(selector).await;
        } else {
            self.page.click_and_load(selector).await;
        }
    }

    async fn open_menu(&self) {
        self.page.click("button:has-text(\"account menu\")").await;
        self.page.wait_for("[popover]:popover-open").await;
    }
}
