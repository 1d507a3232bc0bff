//! What the screens show, and whoever looks at them.

mod of_folders;
mod of_keys;
mod of_library;
mod of_people;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use keyroom::{
    actor::{Role, Who as Actor},
    ids::MemberId,
    keys::Lifetime,
    notices::{Audience, Kind},
    permissions::{Permission, Permissions},
};
use serde_json::Value;

use self::{
    of_keys::{keys, personal},
    of_library::folders,
    of_people::{crowd, invitations, people, roamer},
};
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
    /// This one has a mail server, which took a mail and is away now.
    writing: Scene,
    /// The ids of keys, members and groups by a word for each.
    keys: BTreeMap<&'static str, String>,
    member: String,
    suspended: String,
    /// Where mail is sent.
    changer: String,
    nobody: String,
    /// Signed in at several places.
    roamer: String,
    keeper: String,
    pages: BTreeMap<(Who, bool), std::rc::Rc<Page>>,
}

impl World {
    pub fn new() -> Self {
        let scene = Scene::set_up();
        let owner = make::owner_email("Brightwater");
        for other in [
            "Harbour",
            "Empty shelf",
            "Archive",
            "Studio",
            "Crowd",
            "Quay",
        ] {
            make::workspace(&scene.app, other);
            make::membership(&scene.app, &make::slug(other), &owner, Role::Owner);
        }
        make::workspace(&scene.app, "Winter fair");
        make::membership(&scene.app, "winter-fair", &owner, Role::Owner);
        scene.app.sql(|sql| {
            sql.execute(
                "UPDATE workspaces SET deleted_at = created_at WHERE slug = 'winter-fair';
                 INSERT INTO sign_in_counters (email_digest, day, failures, blocked_until)
                 VALUES (sha256('limited@brightwater.example'), current_date, 5, now() + interval '1 hour')",
            );
        });
        let member = make::member(&scene.app, "brightwater", Role::Member);
        let nobody = make::member(&scene.app, "brightwater", Role::Member);
        scene.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM members USING users WHERE users.id = user_id AND email = '{nobody}'"
            ));
        });
        let roamer = roamer(&scene);
        let keeper = make::member(&scene.app, "brightwater", Role::Admin);
        for n in 1..=54 {
            make::key(&scene.app, "harbour", &format!("worker-{n}"));
        }
        let told = notices(&scene);
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
        let mut keys = keys(&scene);
        keys.insert("told", told);
        entries(&scene, &keys);
        keys.extend(people(&scene));
        keys.extend(folders(&scene, &member));
        invitations(&scene, &nobody);
        keys.extend(personal(&scene, &member, &roamer));
        keys.extend(of_folders::folders(&scene, &member));
        of_folders::given_with(&scene, &keys["stolen"]);
        let (writing, changer) = writing();
        Self {
            scene,
            fresh: Scene::fresh(),
            writing,
            keys,
            member,
            suspended: LENA.to_owned(),
            changer,
            nobody,
            roamer,
            keeper,
            pages: BTreeMap::new(),
        }
    }

    /// Goes there and does what leads to the screen.
    pub async fn show(&mut self, screen: &Screen, options: Options) -> std::rc::Rc<Page> {
        let page = self.page(screen.who, options).await;
        if screen.who == Who::Keeper {
            self.confirmed_long_ago(&self.keeper);
        }
        page.goto(&self.scene(screen.who).url(&self.fill_in(screen.path)))
            .await;
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
        let scene = self.scene(who);
        let page = scene.visitor(options).await.page().await;
        let home = "/account";
        match who {
            Who::First | Who::Stranger | Who::Forgetful => {}
            Who::Owner | Who::Leaver | Who::Writer => {
                let email = make::owner_email("Brightwater");
                scene.sign_in(&page, &email, home).await;
            }
            Who::Member => scene.sign_in(&page, &self.member, home).await,
            Who::Suspended => scene.sign_in(&page, &self.suspended, home).await,
            Who::Changer => scene.sign_in(&page, &self.changer, home).await,
            Who::Nobody => scene.sign_in(&page, &self.nobody, home).await,
            Who::Roamer => {
                scene.sign_in(&page, &self.roamer, home).await;
                self.confirmed_long_ago(&self.roamer);
            }
            Who::Keeper => scene.sign_in(&page, &self.keeper, home).await,
        }
        let page = std::rc::Rc::new(page);
        self.pages.insert(key, page.clone());
        page
    }

    /// The password was entered a while ago.
    fn confirmed_long_ago(&self, email: &str) {
        self.scene.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE sessions SET confirmed_at = NULL FROM users WHERE users.id = user_id AND email = '{email}'"
            ));
        });
    }

    fn scene(&self, who: Who) -> &Scene {
        match who {
            Who::First => &self.fresh,
            Who::Writer | Who::Changer | Who::Forgetful => &self.writing,
            _ => &self.scene,
        }
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

    /// `{label}` is the id of the key with that label, `{token}` opens links, `{new}` a word that was never used.
    fn fill_in(&self, text: &str) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let mut text = text.to_owned();
        if text.contains("{new}") {
            let n = NUMBER.fetch_add(1, Ordering::Relaxed);
            text = text.replace("{new}", &format!("fresh-{n}"));
        }
        if text.contains("{leaver}") || text.contains("{theirs}") {
            let (leaver, key) = self.leaver(NUMBER.fetch_add(1, Ordering::Relaxed));
            text = text.replace("{leaver}", &leaver).replace("{theirs}", &key);
        }
        text = text.replace("{token}", TOKEN).replace("{run}", RUN);
        let month = self.scene.app.clock.now() - TimeDelta::days(29);
        text = text.replace("{month}", &month.date_naive().to_string());
        for (label, id) in &self.keys {
            text = text.replace(&format!("{{{label}}}"), id);
        }
        text
    }
}

impl World {
    /// Somebody who has personal keys, one of which they use: their id, and that of the key.
    fn leaver(&self, n: u32) -> (String, String) {
        let app = &self.scene.app;
        let email = format!("tess-{n}@brightwater.example");
        let tess = make::named(app, "brightwater", "Tess Moreau", &email, Role::Member);
        let given = [Permission::ObjectsList];
        let own = |label| make::personal(app, ("brightwater", &tess), label, &given);
        let [used, seldom, _] = ["production-server", LONG_LABEL, "notebook"].map(own);
        make::used(app, &used, 8_123, app.clock.now() - TimeDelta::hours(3));
        make::used(app, &seldom, 12, app.clock.now() - TimeDelta::days(9));
        // An operator rotates no personal key.
        let id = &used.id;
        let whose = |owner: &str, label: &str| {
            let owned = format!(
                "UPDATE keys SET owner_member_id = {owner}, label = '{label}' WHERE id = '{id}'"
            );
            app.sql(|sql| sql.execute(&owned));
        };
        whose("NULL", &email);
        make::rotated(app, &used, 172_800);
        whose(&format!("'{tess}'"), "production-server");
        (tess, used.id)
    }
}

/// One of each kind, the last about the key whose id this is.
fn notices(scene: &Scene) -> String {
    let (app, now) = (&scene.app, scene.app.clock.now());
    let (day, long) = (TimeDelta::days(1), TimeDelta::days(83));
    let soon = |days: i32| Kind::KeyExpiresSoon {
        expires_at: now + TimeDelta::hours(24 * i64::from(days) - 3),
        days,
    };
    let kinds = [
        (LONG_LABEL, soon(14)),
        ("reports", Kind::KeyDeactivatedUnused { since: now - long }),
        (
            "importer",
            Kind::KeyUnused {
                since: now - long,
                deactivates_at: now + day * 7,
            },
        ),
        ("old", soon(-2)),
        ("nightly", soon(1)),
        (
            "ci-deploy",
            Kind::RetiredSecretTried {
                secret: 1,
                ip: [203, 0, 113, 7].into(),
            },
        ),
    ];
    let mut last = String::new();
    for (label, kind) in kinds {
        let key = make::key(app, "quay", label);
        make::raised(app, "quay", &key, kind, Audience::Admins);
        app.clock.advance(TimeDelta::milliseconds(1));
        last = key.id;
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE keys SET created_at = keys.created_at - interval '100 days', updated_at = updated_at - interval '100 days'
             FROM workspaces w WHERE w.id = workspace_id AND slug = 'quay'",
        );
    });
    last
}

/// What nobody does on the way to a screen.
fn entries(scene: &Scene, keys: &BTreeMap<&'static str, String>) {
    let (app, at) = (&scene.app, scene.app.clock.now() - TimeDelta::minutes(10));
    let priya = Actor::Member {
        id: MemberId::fresh(),
        name: "Priya Nair".to_owned(),
        role: Role::Admin,
        permissions: Permissions::default(),
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

/// Of a change to all keys that somebody stopped.
const RUN: &str = "018f0000-0000-7000-8000-00000000000a";

/// Of the links that were sent.
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// And the email of somebody who wants another one, which that has confirmed.
fn writing() -> (Scene, String) {
    let scene = Scene::mailing("smtp://127.0.0.1:9");
    let email = make::owner_email("Brightwater");
    scene.app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO outbox (id, purpose, recipient, created_at, not_after, tries, sent_at)
             VALUES (gen_random_uuid(), 'test', '{email}', now() - interval '1 hour', now(), 1, now() - interval '1 hour')"
        ));
    });
    let changer = make::member(&scene.app, "brightwater", Role::Member);
    scene.app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO reset_links
             SELECT sha256(convert_to(email, 'UTF8')), sha256('reset password\\000{TOKEN}'), id, now(), now() + interval '30 minutes'
             FROM users WHERE email = '{email}';
             INSERT INTO email_changes
             SELECT id, 'somebody.with.a.long.name@a-subdomain.northlight.example', now(), now() + interval '1 day',
                    sha256('leave email\\000{TOKEN}'), sha256('x'), NULL, now()
             FROM users WHERE email = '{changer}'"
        ));
    });
    (scene, changer)
}

const LENA: &str = "lena@brightwater.example";
