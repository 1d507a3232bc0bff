//! Who has access to a folder, in the dialog that says and changes it.

mod approve;
mod ask;
mod change;
mod end;
mod find;
mod give;
mod invite;
mod shown;
mod told;

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::support::{
    Browser, TestApp,
    http::Reply,
    make::{self, MadeKey},
    page::{Form, Page},
};

pub const HOME: &str = "brightwater";

/// Brightwater, where Dan Price owns the folder Handbook.
pub struct Scene {
    pub app: TestApp,
    pub folder: String,
    pub dan: Browser,
    /// An admin without a role in it.
    pub priya: Browser,
}

impl Scene {
    pub async fn set() -> Self {
        Self::over(TestApp::start()).await
    }

    pub async fn over(app: TestApp) -> Self {
        make::workspace(&app, "Brightwater");
        let dan = person(&app, "Dan Price", Role::Member);
        person(&app, "Priya Nair", Role::Admin);
        Self {
            folder: make::folder(&app, HOME, "Handbook", Some(&dan)),
            dan: app.sign_in("dan-price@brightwater.example").await,
            priya: app.sign_in("priya-nair@brightwater.example").await,
            app,
        }
    }

    pub fn path(&self) -> String {
        path(&self.folder)
    }

    pub fn key(&self, label: &str) -> MadeKey {
        self.key_with(label, Permission::ALL)
    }

    pub fn key_with(&self, label: &str, permissions: &[Permission]) -> MadeKey {
        let key = make::key_with(&self.app, HOME, label, permissions, Lifetime::Days(90));
        make::unhurried(&self.app, &key);
        key
    }

    /// Gives a role in the folder.
    pub fn shared(&self, column: &str, id: &str, role: &str) {
        make::shared(&self.app, &self.folder, (column, id), role);
    }

    pub async fn page(&self, browser: &Browser) -> Page {
        browser.get(&self.path()).await.expect(200).page()
    }

    pub async fn form(&self, browser: &Browser) -> Form {
        self.page(browser).await.form(&self.path())
    }

    /// Presses *Share* with these picked.
    pub async fn share(&self, browser: &Browser, picks: &[&str], role: &str) -> Reply {
        let form = self
            .form(browser)
            .await
            .with("role", role)
            .with("do", "add");
        let form = picks
            .iter()
            .fold(form, |form, pick| form.also("subject", pick));
        browser.submit(&form).await
    }

    /// Does something with somebody's row.
    pub async fn press(&self, browser: &Browser, of: &str, what: &str) -> Reply {
        let path = format!("{}/{of}/{what}", self.path());
        browser.post(&path, &[]).await
    }

    /// Who is listed, each with what the row says.
    pub async fn rows(&self, browser: &Browser) -> Vec<String> {
        self.page(browser)
            .await
            .all("[aria-labelledby=who-has] > li .t")
    }

    /// Entries of the log about folders, the oldest first.
    pub fn log(&self) -> Vec<String> {
        self.app.sql(|sql| {
            sql.lines(
                "SELECT action || ' ' || coalesce(after->>'with', before->>'with', '') AS line FROM audit_events
                 WHERE subject_kind = 'folder' AND NOT refused ORDER BY at, id",
            )
        })
    }
}

pub fn path(folder: &str) -> String {
    format!("/w/brightwater/folders/{folder}/share")
}

/// A member by name, with an address made of it.
pub fn person(app: &TestApp, name: &str, role: Role) -> String {
    let email = format!("{}@brightwater.example", make::slug(name));
    make::named(app, HOME, name, &email, role)
}
