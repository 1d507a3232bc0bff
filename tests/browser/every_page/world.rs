//! What the screens show, and whoever looks at them.

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
            sql.execute("UPDATE workspaces SET deleted_at = created_at WHERE slug = 'winter-fair'")
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
        invitations(&scene, &nobody);
        keys.extend(personal(&scene, &member, &roamer));
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

/// Keys of a member, of somebody who is suspended, and a workspace in which members make none.
fn personal(scene: &Scene, member: &str, roamer: &str) -> [(&'static str, String); 3] {
    let app = &scene.app;
    let id = |email: &str| make::member_id(app, "brightwater", email);
    let (member, lena) = (id(member), id(LENA));
    let given = [
        Permission::ObjectsList,
        Permission::ObjectsFetch,
        Permission::FileDelete,
    ];
    let mine = make::personal(app, ("brightwater", &member), "laptop", &given);
    make::used(app, &mine, 69, app.clock.now());
    let off = make::personal(
        app,
        ("brightwater", &member),
        "analytics-board",
        &given[..1],
    );
    make::deactivated(app, &off);
    let gone = make::personal(app, ("brightwater", &member), "phone", &given[..1]);
    make::revoked(app, &gone, "unneeded");
    make::personal(app, ("brightwater", &member), "phone", &given[..1]);
    let lenas = make::personal(app, ("brightwater", &lena), "lena-laptop", &given[..1]);
    make::membership(app, "archive", roamer, Role::Member);
    app.sql(|sql| {
        sql.execute("UPDATE workspaces SET personal_keys = false WHERE slug = 'archive'")
    });
    [
        ("mine", mine.id),
        ("mine_gone", gone.id),
        ("lenas", lenas.id),
    ]
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

/// Somebody with sessions on several devices, and something of everything in their account's activity.
fn roamer(scene: &Scene) -> String {
    let email = make::member(&scene.app, "brightwater", Role::Member);
    let agents = [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
            "2001:db8:85a3:8d3:1319:8a2e:370:7348",
            3,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
            "198.51.100.23",
            11,
        ),
        (
            "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM/1.0",
            "203.0.113.7",
            1,
        ),
    ];
    for (agent, ip, hours) in agents {
        scene.app.sql(|sql| {
            sql.execute(&format!(
                r#"INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at, ip, user_agent)
                 SELECT sha256('{ip}'), id, now() - interval '20 days', now() - {hours} * interval '1 hour', '{ip}', '{agent}'
                 FROM users WHERE email = '{email}';
                 INSERT INTO account_events (id, user_id, at, action, ip, user_agent, before, after)
                 SELECT gen_random_uuid(), users.id, now() - n * {hours} * interval '1 hour', 'account.' || action, '{ip}', '{agent}',
                        CASE action WHEN 'profile_changed' THEN '{{"name": "Ada Park"}}'::jsonb
                                    WHEN 'session_ended' THEN '{{"device": "Firefox on Linux", "ip": "203.0.113.9"}}'
                                    WHEN 'sessions_ended' THEN '{{"sessions": 3}}' END,
                        CASE action WHEN 'profile_changed' THEN '{{"name": "Ada Lovelace"}}'::jsonb END
                 FROM users, unnest(ARRAY['signed_in', 'signed_out', 'sign_in_failed', 'profile_changed', 'session_ended',
                                          'sessions_ended', 'password_changed', 'confirmed', 'confirmation_failed'])
                      WITH ORDINALITY AS what (action, n) WHERE email = '{email}'"#
            ));
        });
    }
    email
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

/// What the link of an invitation opens with; of no other form is one.
fn token_of(word: &str) -> String {
    format!("{word:A<43}")
}

/// An invitation in each state there is, and one for everybody who looks at theirs.
fn invitations(scene: &Scene, nobody: &str) {
    let app = &scene.app;
    let long = format!("{}@{}.example", "m".repeat(60), "w".repeat(60));
    for (email, token) in [
        ("noor@partner.example", "newcomer"),
        ("tomas@brightwater.example", "soon"),
        ("olga@partner.example", "expired"),
        ("priya.nair@partner.example", "accepted"),
        ("gone@partner.example", "cancelled"),
        ("shown@partner.example", "shown"),
        (nobody, "nobody"),
        (&long, "long"),
    ] {
        make::invitation(app, "brightwater", email, &token_of(token));
    }
    make::invitation(app, "studio", LENA, &token_of("known"));
    app.sql(|sql| {
        sql.execute(
            "UPDATE invitations SET sent_at = sent_at - interval '6 days 7 hours', expires_at = expires_at - interval '6 days 7 hours'
             WHERE email LIKE 'tomas%';
             UPDATE invitations SET sent_at = sent_at - interval '9 days', expires_at = expires_at - interval '9 days'
             WHERE email LIKE 'olga%';
             UPDATE invitations SET cancelled_at = now() WHERE email LIKE 'gone%';
             UPDATE invitations SET was_shown = true WHERE email LIKE 'shown%';
             UPDATE invitations i SET accepted_at = now(), accepted_member_id = m.id
             FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = i.workspace_id
               AND i.email LIKE 'priya.nair%' AND u.email LIKE 'priya@%';
             UPDATE invitations i SET invited_by_member_id = m.id
             FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = i.workspace_id
               AND i.email LIKE 'tomas%' AND u.email LIKE 'priya@%';
             INSERT INTO invitation_groups SELECT i.workspace_id, i.id, g.name, g.id
             FROM invitations i JOIN groups g USING (workspace_id) WHERE i.email LIKE 'noor%';
             INSERT INTO invitation_groups SELECT workspace_id, id, 'Closed group', NULL FROM invitations WHERE email LIKE 'noor%';
             UPDATE members SET suspended_at = now() FROM users u, workspaces w
             WHERE u.id = user_id AND w.id = workspace_id AND slug = 'archive' AND u.email <> 'owner@brightwater.example'",
        );
    });
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
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_runs (workspace_id, id, bulk_action, terms, is_undo, matching, started_by_member_id,
                                   started_by_label, started_at, total, changed, skipped, reasons, state, ended_at)
             SELECT m.workspace_id, '{RUN}', 'deactivate', '{{}}', false, '', m.id, 'Ada Park', now() - interval '1 hour',
                    100000, 58211, 9789, '{{\"deactivated_already\": 9000, \"expired\": 789}}', 'stopped', now()
             FROM members m JOIN workspaces w ON w.id = m.workspace_id
             WHERE w.slug = 'brightwater' AND m.role = 'owner' LIMIT 1"
        ));
    });
    called_from_everywhere(scene, &keys[10].1);
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
    let sites = "https://shop.example.com\nhttps://www.example.com";
    let widget = make::publishable(app, "brightwater", "website-widget", sites);
    keys.push(("widget", widget));
    keys.push(("kept", make::recoverable(app, "brightwater", "web-shop")));
    keys.push(("rotating", rotating(scene)));
    keys.push(("rolled", made("weekly-report")));
    app.sql(|sql| {
        let id = &keys[9].1.id;
        sql.execute(&format!(
            "UPDATE key_secrets SET made_at = made_at - interval '100 days' WHERE key_id = '{id}'"
        ));
    });
    keys.push(("filed", made("kiosk-tablet")));
    incidents(scene, &keys[5].1, &keys[keys.len() - 1].1);
    // The key in use has made another.
    make::made_with(app, &keys[2].1, &keys[10].1);
    keys.into_iter().map(|(name, key)| (name, key.id)).collect()
}

/// A key whose old value two programs still use, one of them now.
fn rotating(scene: &Scene) -> MadeKey {
    let app = &scene.app;
    let key = make::key(app, "brightwater", "billing-service");
    make::rotated(app, &key, 172_800);
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE key_secrets SET made_at = made_at - interval '88 days' WHERE key_id = '{id}' AND version = 1;
             INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT workspace_id, id, date_trunc('hour', now() - h * interval '1 hour', 'UTC'), v, 'served',
                    CASE v WHEN 1 THEN 5 + h * 3 ELSE 60 - h * 5 END
             FROM keys, generate_series(0, 11) h, generate_series(1, 2) v WHERE id = '{id}';
             INSERT INTO key_callers (workspace_id, caller, key_id, secret_version, ip, user_agent, first_at, last_at,
                                      last_served_at)
             SELECT workspace_id, sha256(ip::bytea), id, v, ip, agent, at, at, at FROM keys, (VALUES
                 (1, '203.0.113.24', 'keyroom-python/1.4', now() - interval '30 minutes'),
                 (1, '2001:db8:85a3::8a2e:370:7334', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', now() - interval '6 hours'),
                 (2, '203.0.113.25', 'keyroom-python/1.4', now() - interval '2 hours')) callers (v, ip, agent, at)
             WHERE id = '{id}'"
        ));
    });
    key
}

/// One in the middle of what has to be done, and one that is closed.
fn incidents(scene: &Scene, stolen: &MadeKey, filed: &MadeKey) {
    let app = &scene.app;
    let now = app.clock.now();
    let ago = |hours| now - TimeDelta::hours(hours);
    for (place, first, last) in [
        (("188.250.4.90", "keyroom-python/1.4"), 1_200, 1),
        (("20.57.14.2", "curl/8.5.0"), 900, 30),
        (("102.89.34.11", "python-requests/2.32.3"), 3, 2),
        (("2001:db8:85a3:8d3:1319:8a2e:370:7348", LONG_LABEL), 40, 20),
    ] {
        make::caller(app, stolen, place, (ago(first), ago(last)));
    }
    for label in ["import-worker", "thumbnailer"] {
        let key = make::key(app, "brightwater", label);
        make::made_with(app, &key, stolen);
        make::revoked(app, &key, "compromised");
    }
    make::revoked(app, filed, "compromised");
    let (stolen, filed) = (&stolen.id, &filed.id);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_incidents (workspace_id, key_id, opened_at, opened_by_member_id, told)
             SELECT k.workspace_id, k.id, '{now}', m.id, '' FROM keys k JOIN members m USING (workspace_id)
             WHERE k.id IN ('{stolen}', '{filed}') AND m.role = 'owner' AND removed_at IS NULL
             ORDER BY m.created_at LIMIT 2;
             INSERT INTO key_incident_ticks SELECT workspace_id, key_id, 'replace', '', '{now}', opened_by_member_id
             FROM key_incidents WHERE key_id = '{stolen}';
             INSERT INTO key_incident_ticks SELECT workspace_id, key_id, 'update', '20.57.14.2 curl/8.5.0', '{now}', opened_by_member_id
             FROM key_incidents WHERE key_id = '{stolen}';
             UPDATE key_incidents SET closed_at = '{now}', closed_by_member_id = opened_by_member_id, record = jsonb_build_object(
                'opened_at', '{now}'::timestamptz, 'opened_by', 'Ada Park', 'revoked_at', '{now}'::timestamptz,
                'replacement', 'kiosk-tablet (skey_7Kq2mXw0B1aZ…)', 'replaced_at', '{now}'::timestamptz, 'replaced_by', 'Sam Okafor',
                'applications_updated_at', '{now}'::timestamptz, 'applications_updated_by', 'Sam Okafor',
                'reviewed_at', '{now}'::timestamptz, 'reviewed_by', 'Ada Park',
                'places_updated', '[\"188.250.4.90 keyroom-python/1.4\"]'::jsonb, 'new_addresses', '[\"102.89.34.11 curl/8.5.0\"]'::jsonb,
                'how_it_got_out', E'Committed in a notebook to a public repository on 13 Nov.\\nRemoved on 14 Nov.',
                'what_was_affected', '41 files were read in 3 folders, none was changed.', 'who_was_told', 'The customer, by phone, on 14 Nov.',
                'closed_at', '{now}'::timestamptz, 'closed_by', 'Ada Park')
             WHERE key_id = '{filed}'"
        ));
    });
}

/// From more addresses than its page shows, and some of them not told apart; one was refused only.
fn called_from_everywhere(scene: &Scene, key: &MadeKey) {
    let (app, now) = (&scene.app, scene.app.clock.now());
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let programs = [FIREFOX, "curl/8.5.0", "python-requests/2.32.3", "node"];
    for n in 0..56 {
        let program = programs[usize::try_from(n).unwrap_or(0) % programs.len()];
        let ip = match n % 5 {
            4 => format!("2001:db8:77:a001:20c:29ff:fe9c:{n:x}"),
            _ => format!("203.0.113.{n}"),
        };
        let at = now - TimeDelta::minutes(5) - TimeDelta::hours(11 * n);
        make::called_from(app, key, (&ip, program), 70_000 - 1_100 * n, at);
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE key_callers SET ip = NULL, user_agent = NULL WHERE ip = '203.0.113.1';
             UPDATE key_callers SET last_served_at = NULL WHERE ip = '203.0.113.2';
             UPDATE key_caller_days SET refused = 12, served = 0 FROM key_callers
             WHERE key_callers.caller = key_caller_days.caller AND ip = '203.0.113.2'",
        );
    });
}
