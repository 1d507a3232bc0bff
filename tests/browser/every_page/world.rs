//! What the screens show, and whoever looks at them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use keyroom::{
    actor::{Role, Who as Actor},
    ids::MemberId,
    keys::Lifetime,
    permissions::Permission,
};
use serde_json::Value;

use super::screens::{Screen, Step, Who};
use crate::scene::Scene;
use crate::server::make::{self, MadeKey};
use crate::support::{Options, Page};

/// A label of the greatest length, without a place to break it.
const LONG_LABEL: &str =
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";

pub struct World {
    scene: Scene,
    /// Nobody has set this one up.
    fresh: Scene,
    /// The ids of keys by their label.
    keys: BTreeMap<&'static str, String>,
    member: String,
    nobody: String,
    pages: BTreeMap<(Who, bool), std::rc::Rc<Page>>,
}

impl World {
    pub fn new() -> Self {
        let scene = Scene::set_up();
        let owner = make::owner_email("Brightwater");
        for other in ["Harbour", "Empty shelf", "Archive", "Studio", "Crowd"] {
            make::workspace(&scene.app, other);
            make::membership(&scene.app, &make::slug(other), &owner, Role::Owner);
        }
        make::workspace(&scene.app, "Winter fair");
        make::membership(&scene.app, "winter-fair", &owner, Role::Owner);
        scene.app.sql(|sql| {
            sql.execute("UPDATE workspaces SET deleted_at = created_at WHERE slug = 'winter-fair'")
        });
        let member = make::member(&scene.app, "brightwater", Role::Member);
        let nobody = make::member(&scene.app, "brightwater", Role::Member);
        scene.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM members USING users WHERE users.id = user_id AND email = '{nobody}'"
            ));
        });
        for n in 1..=54 {
            make::key(&scene.app, "harbour", &format!("worker-{n}"));
        }
        make::key(&scene.app, "studio", "production-server");
        crowd(&scene);
        let archived = make::key(&scene.app, "archive", "old");
        make::revoked(&scene.app, &archived, "unneeded");
        scene.app.sql(|sql| {
            sql.execute(
                "UPDATE workspaces SET default_key_lifetime_days = 45, max_key_lifetime_days = 60 WHERE slug = 'harbour';
                 INSERT INTO former_slugs SELECT id, 'harbour-old', now() FROM workspaces WHERE slug = 'harbour'",
            );
        });
        let keys = keys(&scene);
        entries(&scene, &keys);
        Self {
            scene,
            fresh: Scene::fresh(),
            keys,
            member,
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
        let month = self.scene.app.clock.now() - TimeDelta::days(29);
        text = text.replace("{month}", &month.date_naive().to_string());
        for (label, id) in &self.keys {
            text = text.replace(&format!("{{{label}}}"), id);
        }
        text
    }
}

/// More people than a list offers.
fn crowd(scene: &Scene) {
    scene.app.sql(|sql| {
        sql.execute(
            "INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at)
             SELECT gen_random_uuid(), 'p' || n || '@crowd.example', 'Person ' || n, '$argon2id$x', now(), now()
             FROM generate_series(1, 300) n;
             INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT w.id, gen_random_uuid(), u.id, 'member', now()
             FROM users u, workspaces w WHERE u.email LIKE 'p%@crowd.example' AND slug = 'crowd'",
        );
    });
}

/// What nobody does on the way to a screen.
fn entries(scene: &Scene, keys: &BTreeMap<&'static str, String>) {
    let (app, at) = (&scene.app, scene.app.clock.now() - TimeDelta::minutes(10));
    let priya = Actor::Member {
        id: MemberId::fresh(),
        name: "Priya Nair".to_owned(),
        role: Role::Admin,
    };
    let side = |status: &str| {
        Some(serde_json::json!({
            "label": "production-server", "status": status, "permissions": ["OBJECTS_LIST", "FILE_UPLOAD"],
            "expires_at": "2027-03-01T00:00:00Z",
        }))
    };
    let mut entry = make::about("key.deactivated", "key", &keys["used"], "production-server");
    (entry.before, entry.after) = (side("active"), side("deactivated"));
    make::entry(app, "brightwater", priya.clone(), entry, at);
    let path = "/w/brightwater/settings/api-keys";
    let refused = make::about("request.refused", "page", path, &format!("GET {path}"));
    make::refusal(app, "brightwater", priya, refused, at);
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
    for day in 1..40 {
        let (at, n) = (now - TimeDelta::days(day), day * 7919 % 11);
        make::called(app, &keys[10].1, "served", 1_000 + n * 90_000, at);
        make::called(
            app,
            &keys[10].1,
            "permission_missing",
            4_000 + n * 3_000,
            at,
        );
    }
    keys.into_iter().map(|(name, key)| (name, key.id)).collect()
}
