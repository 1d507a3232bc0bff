//! A server for one test, and a visitor's first steps in it.

use tokio::task::LocalSet;

use crate::server::{
    TestApp,
    make::{self, MadeKey},
};
use crate::support::{Browser, Context, Options, Page};

/// The address of the list of keys of [`Scene::set_up`]'s workspace.
pub const LIST: &str = "/w/brightwater/settings/api-keys";

/// The same visitor with JavaScript and without.
pub fn both() -> [Options; 2] {
    let options = Options::default();
    [options, options.without_javascript()]
}

pub struct Scene {
    pub app: TestApp,
    /// "http://127.0.0.1:4711".
    pub base: String,
}

impl Scene {
    /// Nobody has set it up yet.
    pub fn fresh() -> Self {
        Self::of(TestApp::start())
    }

    /// The workspace Brightwater, its owner, and a mail server.
    pub fn mailing(smtp_url: &str) -> Self {
        let scene = Self::of(TestApp::start_mailing(smtp_url));
        make::workspace(&scene.app, "Brightwater");
        scene
    }

    fn of(app: TestApp) -> Self {
        let base = format!("http://{}", app.address);
        Self { app, base }
    }

    /// The workspace Brightwater and its owner Ada Park.
    pub fn set_up() -> Self {
        let scene = Self::fresh();
        make::workspace(&scene.app, "Brightwater");
        scene
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Somebody who was never here, and may use the clipboard.
    pub async fn visitor(&self, options: Options) -> Context {
        let context = Browser::shared().await.context(options).await;
        context.grant_clipboard(&self.base).await;
        context
    }

    /// Ada Park, signed in, at the list of keys.
    pub async fn owner(&self, options: Options) -> Page {
        let context = self.visitor(options).await;
        self.owner_in(&context).await
    }

    /// The same in a context that the test keeps.
    pub async fn owner_in(&self, context: &Context) -> Page {
        let page = context.page().await;
        self.sign_in(&page, &make::owner_email("Brightwater"), LIST)
            .await;
        page
    }

    /// Asks for a page, signs in for it, and is there.
    pub async fn sign_in(&self, page: &Page, email: &str, path: &str) {
        page.goto(&self.url(path)).await;
        sign_in(page, email, make::PASSWORD).await;
        assert_eq!(page.path().await, path);
    }

    /// A key with every permission in Brightwater.
    pub fn key(&self, label: &str) -> MadeKey {
        make::key(&self.app, "brightwater", label)
    }

    /// What a program gets that calls with a key: the status, and the code of a refusal.
    pub async fn call(&self, secret: &str) -> (u16, String) {
        let program = self.app.api(secret);
        let reply = LocalSet::new().run_until(program.get("/v1/whoami")).await;
        let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
        (reply.status, code)
    }

    /// How many keys there are in all workspaces.
    pub fn keys(&self) -> String {
        self.app
            .sql(|sql| sql.line("SELECT count(*)::text AS line FROM keys"))
    }
}

/// Fills in *Sign in* and sends it.
pub async fn sign_in(page: &Page, email: &str, password: &str) {
    page.fill("#email", email).await;
    page.fill("#password", password).await;
    page.click_and_load("button:has-text(\"Sign in\")").await;
}

/// Whether scripts run in this page.
pub async fn scripted(page: &Page) -> bool {
    page.eval("matchMedia('(scripting: enabled)').matches")
        .await
}

/// A link that opens a dialog: over the page, or as a page where there is no script.
pub async fn open(page: &Page, selector: &str) {
    if scripted(page).await {
        page.click(selector).await;
        page.wait_for("dialog:modal").await;
    } else {
        page.click_and_load(selector).await;
        page.wait_for("dialog").await;
    }
}

/// Chooses what *Read only* stands for; without script the server ticks the boxes.
pub async fn choose_read_only(page: &Page) {
    page.click("label:has-text(\"Read only\")").await;
    if !scripted(page).await {
        page.click_and_load("button:has-text(\"Apply preset\")")
            .await;
    }
}

/// Sends the dialog *Generate new key*.
pub const GENERATE: &str = "dialog .btn:has-text(\"Generate key\")";

/// Generates a key in the dialog, up to the page that shows it, and returns its value.
pub async fn generate(page: &Page, scene: &Scene, label: &str) -> String {
    page.goto(&scene.url(&format!("{LIST}/new"))).await;
    choose_read_only(page).await;
    page.fill("#label", label).await;
    page.click_and_load(GENERATE).await;
    assert_eq!(page.status(), 201);
    page.value("#secret").await
}
