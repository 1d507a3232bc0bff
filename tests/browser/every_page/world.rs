//! What the screens show, and whoever looks at them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};
use serde_json::Value;

use super::screens::{Screen, Step, Who};
use crate::scene::Scene;
use crate::server::make::{self, MadeKey};
use crate::support::{Options, Page};

/// A label of the greatest length, without a place to break it.
const LONG_LABEL: &str =
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";

/// A name of the greatest length, without a place to break it.
const LONG_NAME: &str =
    "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM";

pub struct World {
    scene: Scene,
    /// Nobody has set this one up.
    fresh: Scene,
    /// The ids of keys, members and groups by a word for each.
    keys: BTreeMap<&'static str, String>,
    member: String,
    suspended: String,
    nobody: String,
    pages: BTreeMap<(Who, bool), std::rc::Rc<Page>>,
}

impl World {
    pub fn new() -> Self {
        let scene = Scene::set_up();
        let owner = make::owner_email("Brightwater");
        for other in ["Harbour", "Empty shelf", "Archive", "Studio"] {
            make::workspace(&scene.app, other);
            make::membership(&scene.app, &make::slug(other), &owner, Role::Owner);
        }
        let member = make::member(&scene.app, "brightwater", Role::Member);
        let nobody = make::member(&scene.app, "brightwater", Role::Member);
        scene.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM members USING users WHERE users.id = user_id AND email = '{nobody}'"
            ));
        });
        for n in 1..=24 {
            make::key(&scene.app, "harbour", &format!("worker-{n}"));
        }
        make::key(&scene.app, "studio", "production-server");
        let archived = make::key(&scene.app, "archive", "old");
        make::revoked(&scene.app, &archived, "unneeded");
        let mut keys = keys(&scene);
        keys.extend(people(&scene));
        Self {
            scene,
            fresh: Scene::fresh(),
            keys,
            member,
            suspended: LENA.to_owned(),
            nobody,
            pages: BTreeMap::new(),
        }
    }

    /// Goes there and does what leads to the screen.
    pub async fn show(&mut self, screen: &Screen, options: Options) -> std::rc::Rc<Page> {
        let page = self.page(screen.who, options).await;
        let scene = match screen.who {
            Who::First => &self.fresh,
            _ => &self.scene,
        };
        page.goto(&scene.url(&self.fill_in(screen.path))).await;
        for step in &screen.steps {
            self.take(&page, step).await;
        }
        let status = page.status();
        assert_eq!(status, screen.status, "{} {}", screen.name, screen.path);
        if status >= 400 && status != 409 {
            let title = page.title().await;
            assert!(title.starts_with("Error:"), "{}: {title}", screen.name);
        }
        page
    }

    /// Whoever it is has one tab with script, and one without.
    async fn page(&mut self, who: Who, options: Options) -> std::rc::Rc<Page> {
        let key = (who, options.javascript);
        if let Some(page) = self.pages.get(&key)
            && who != Who::Leaver
        {
            return page.clone();
        }
        let page = self.scene.visitor(options).await.page().await;
        let home = "/account/password";
        match who {
            Who::First | Who::Stranger => {}
            Who::Owner | Who::Leaver => {
                let email = make::owner_email("Brightwater");
                self.scene.sign_in(&page, &email, home).await;
            }
            Who::Member => self.scene.sign_in(&page, &self.member, home).await,
            Who::Suspended => self.scene.sign_in(&page, &self.suspended, home).await,
            Who::Nobody => self.scene.sign_in(&page, &self.nobody, home).await,
        }
        let page = std::rc::Rc::new(page);
        self.pages.insert(key, page.clone());
        page
    }

    async fn take(&self, page: &Page, step: &Step) {
        match *step {
            Step::Fill(selector, text) => page.fill(selector, &self.fill_in(text)).await,
            Step::Select(selector, value) => page.select(selector, value).await,
            Step::Click(selector) => page.click(&self.fill_in(selector)).await,
            Step::Send(selector) => page.click_and_load(&self.fill_in(selector)).await,
            Step::Act(selector) => {
                page.click(&self.fill_in(selector)).await;
                page.wait_for("#flash").await;
            }
            Step::Open(selector) => crate::scene::open(page, &self.fill_in(selector)).await,
            Step::ReadOnly => crate::scene::choose_read_only(page).await,
            Step::Press(key) => page.press(key).await,
            Step::See(selector) => {
                page.wait_for(selector).await;
                page.wait_for_true("document.readyState === 'complete'")
                    .await;
            }
            Step::Reload => page.reload().await,
            Step::Eval(script) => {
                page.eval::<Value>(&format!("{script}, null")).await;
            }
        }
    }

    /// `{label}` is the id of the key with that label, `{new}` a word that was never used.
    fn fill_in(&self, text: &str) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let mut text = text.to_owned();
        if text.contains("{new}") {
            let n = NUMBER.fetch_add(1, Ordering::Relaxed);
            text = text.replace("{new}", &format!("fresh-{n}"));
        }
        for (label, id) in &self.keys {
            text = text.replace(&format!("{{{label}}}"), id);
        }
        text
    }
}

const LENA: &str = "lena@brightwater.example";

/// A member in each state there is, and a list of two pages.
fn people(scene: &Scene) -> Vec<(&'static str, String)> {
    let app = &scene.app;
    let named = |name: &str, email: &str, role| make::named(app, "brightwater", name, email, role);
    let sam = named("Sam Okafor", "sam@brightwater.example", Role::Member);
    named("Priya Nair", "priya@brightwater.example", Role::Admin);
    named(
        LONG_NAME,
        &format!("{}@brightwater.example", "w".repeat(60)),
        Role::Admin,
    );
    named("Olu Ade", "olu@brightwater.example", Role::Owner);
    let lena = named("Lena Fischer", LENA, Role::Member);
    make::suspended(app, &lena);
    let mateo = named("Mateo Cruz", "mateo@brightwater.example", Role::Member);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO member_visits SELECT workspace_id, id, now() - interval '3 hours' FROM members
             WHERE id IN ('{sam}', '{lena}')"
        ));
    });
    make::removed(app, &mateo);
    let priya = make::member_id(app, "brightwater", "priya@brightwater.example");
    for label in ["billing-export", "ci-runner", &LONG_LABEL[1..]] {
        let key = make::key(app, "brightwater", label);
        make::made_by(app, &key, &priya);
        make::used(app, &key, 40_000, app.clock.now() - TimeDelta::minutes(7));
    }
    for n in 1..=12 {
        let key = make::key(app, "brightwater", &format!("kiosk-{n}"));
        make::made_by(app, &key, &sam);
    }
    use Permission::{DirCreate, FileDelete, FileMove, FileRename};
    let allows = [FileRename, FileMove, FileDelete, DirCreate];
    let engineering = make::group(app, "brightwater", "Engineering", &allows);
    let support = make::group(app, "brightwater", "Support", &[]);
    make::group(app, "brightwater", LONG_NAME, &[FileDelete]);
    for member in [&sam, &priya, &lena] {
        make::in_group(app, &engineering, member);
    }
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE groups SET description = 'Builds and runs the product' WHERE id = '{engineering}';
             UPDATE audit_events SET after = jsonb_build_object('other_keys_kept', 12, 'keys',
                 (SELECT jsonb_agg(jsonb_build_object('key', id, 'label', label, 'decision', 'kept', 'skipped', ''))
                  FROM keys WHERE label LIKE 'kiosk%'))
             WHERE action = 'member.removed'"
        ));
    });
    for n in 1..=24 {
        let email = format!("docker-{n}@harbour.example");
        make::named(app, "harbour", &format!("Docker {n}"), &email, Role::Member);
    }
    let ada = make::member_id(app, "brightwater", &make::owner_email("Brightwater"));
    vec![
        ("sam", sam),
        ("mateo", mateo),
        ("ada", ada),
        ("priya", priya),
        ("engineering", engineering),
        ("support", support),
    ]
}

/// A key in each state there is.
fn keys(scene: &Scene) -> BTreeMap<&'static str, String> {
    let app = &scene.app;
    let now = app.clock.now();
    let made = |label| make::key(app, "brightwater", label);
    let few = |label, lifetime| {
        let permissions = [Permission::ObjectsList, Permission::FileDelete];
        make::key_with(app, "brightwater", label, &permissions, lifetime)
    };
    let mut keys: Vec<(&'static str, MadeKey)> = Vec::new();
    app.clock.advance(TimeDelta::days(-40));
    keys.push(("expired", few("legacy-export", Lifetime::Days(30))));
    keys.push(("old", made("old-crm")));
    make::revoked(app, &keys[1].1, "unneeded");
    app.clock.advance(TimeDelta::days(12));
    keys.push(("soon", few("ci-deploy", Lifetime::Days(30))));
    app.clock.advance(TimeDelta::days(28));
    keys.push(("off", few("nightly-import", Lifetime::Unlimited)));
    make::deactivated(app, &keys[3].1);
    keys.push(("gone", made("kiosk")));
    make::revoked(app, &keys[4].1, "unneeded");
    keys.push(("stolen", made("laptop")));
    make::revoked(app, &keys[5].1, "compromised");
    // The label of a revoked key is free, and may be taken before it is restored.
    keys.push(("taken", made("print-shop")));
    make::revoked(app, &keys[6].1, "unneeded");
    keys.push(("taker", made("print-shop")));
    keys.push(("long", made(LONG_LABEL)));
    keys.push(("toggled", made("staging-server")));
    keys.push(("used", made("production-server")));
    make::used(app, &keys[10].1, 1_234_567, now - TimeDelta::minutes(5));
    keys.into_iter().map(|(name, key)| (name, key.id)).collect()
}
