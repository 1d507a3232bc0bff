//! Personal keys of whoever leaves: which of them become the workspace's, each with a new value on one page.

use chrono::TimeDelta;
use keyroom::{actor::Role, permissions::Permission};

use crate::{
    scenes::{AUDIT, MEMBERS, at, problem, sentences},
    support::{
        Browser, TestApp,
        http::Reply,
        make::{self, MadeKey},
        page::Form,
    },
};

const WHOAMI: &str = "/v1/whoami";
const SAM: &str = "sam@brightwater.example";
const UPLOAD: &[Permission] = &[Permission::FileUpload];

struct Scene {
    app: TestApp,
    owner: Browser,
    sam: String,
}

async fn scene() -> Scene {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    Scene { app, owner, sam }
}

impl Scene {
    fn key(&self, label: &str) -> MadeKey {
        make::personal(&self.app, ("brightwater", &self.sam), label, UPLOAD)
    }

    fn removal(&self) -> String {
        format!("{MEMBERS}/{}/removal", self.sam)
    }

    async fn form(&self) -> Form {
        let page = self.owner.get(&self.removal()).await.expect(200).page();
        page.form(&self.removal())
    }

    /// The rows of the report: label and decision.
    async fn report(&self) -> Vec<String> {
        let address = format!("{MEMBERS}/{}/report", self.sam);
        let reply = self.owner.get(&address).await.expect(200);
        let text = reply.text();
        for (start, _) in text.match_indices("skey_") {
            let word: String = text[start..].chars().take(60).collect();
            let length = word
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .count();
            assert!(length < 20, "no more than the id of a key: {word}");
        }
        let mut rows: Vec<String> = reply
            .page()
            .all("main tbody tr")
            .into_iter()
            .map(|row| {
                let (label, rest) = row.split_once(" Secret key ").expect("a key");
                let (_, decision) = rest.split_once("… ").expect("a decision");
                format!("{label}: {decision}")
            })
            .collect();
        rows.sort();
        rows
    }
}

fn field(key: &MadeKey) -> String {
    format!("key-{}", key.id)
}

/// The new value of a key that an answer shows, once.
fn value(reply: &Reply, key: &MadeKey) -> MadeKey {
    let secret = reply.page().one(&format!("#secret-{}", key.id));
    assert_eq!(reply.text().matches(&secret).count(), 1);
    assert_eq!(secret[..17], key.secret[..17]);
    MadeKey {
        id: key.id.clone(),
        secret,
    }
}

#[actix_web::test]
async fn what_was_used_in_the_last_thirty_days_is_to_be_taken_over() {
    let scene = scene().await;
    let [used, long_ago, never] = ["used", "long-ago", "never"].map(|label| scene.key(label));
    let now = scene.app.clock.now();
    make::used(&scene.app, &used, 3, now - TimeDelta::days(29));
    make::used(&scene.app, &long_ago, 3, now - TimeDelta::days(31));
    let robot = make::key(&scene.app, "brightwater", "robot");
    make::made_by(&scene.app, &robot, &scene.sam);
    make::used(&scene.app, &robot, 3, now);
    let page = scene.owner.get(&scene.removal()).await.expect(200).page();
    let form = page.form(&scene.removal());
    let chosen = [&used, &long_ago, &never, &robot].map(|key| form.value(&field(key)));
    let expected = ["takeover", "keep", "keep", "keep"].map(Some);
    assert_eq!(chosen, expected);
    let choices = page.attributes(&format!("input[name={}]", field(&never)), "value");
    assert_eq!(choices, ["takeover", "keep", "revoke"]);
    assert_eq!(form.value("grace"), Some("86400"));
    assert!(page.one("#grace").contains("24 hours, until"));
}

#[actix_web::test]
async fn several_keys_are_taken_over_with_whoever_had_them_removed() {
    let scene = scene().await;
    let app = &scene.app;
    let [laptop, phone, notebook, old] =
        ["laptop", "phone", "notebook", "old"].map(|label| scene.key(label));
    make::key(app, "brightwater", "Phone");
    make::deactivated(app, &notebook);
    make::used(app, &laptop, 3, app.clock.now());
    let form = scene
        .form()
        .await
        .with(&field(&phone), "takeover")
        .with(&field(&notebook), "takeover")
        .with(&field(&old), "revoke")
        .with("grace", "3600");
    let reply = scene.owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let page = reply.page();
    assert_eq!(page.one("h1"), "Copy the new values");
    assert!(
        page.one(".lede")
            .contains("Sam Okafor is removed, and 3 keys they had belong to Brightwater now."),
        "{}",
        page.one(".lede")
    );
    assert_eq!(page.elements("li[data-guard]").len(), 3);
    let report = format!("{MEMBERS}/{}/report", scene.sam);
    assert_eq!(page.attributes("a[data-done]", "href"), [report]);
    for key in [&laptop, &phone] {
        let new = value(&reply, key);
        for one in [key, &new] {
            app.api(&one.secret).get(WHOAMI).await.expect(200);
        }
    }
    let off = value(&reply, &notebook);
    problem(
        app.api(&off.secret).get(WHOAMI).await,
        401,
        "key_deactivated",
    );
    assert!(page.text().contains("The key stays deactivated."));
    problem(app.api(&old.secret).get(WHOAMI).await, 401, "key_revoked");
    assert_eq!(
        scene.report().await,
        [
            "laptop: Taken over",
            "notebook: Taken over",
            "old: Revoked",
            "phone 2: Taken over, called phone before",
        ]
    );
    let told = sentences(&scene.owner, AUDIT).await;
    let count = |start: &str| told.iter().filter(|s| s.starts_with(start)).count();
    assert_eq!((count("took over key"), count("rotated key")), (3, 3));
    // Nothing shows a value again: not the same form, nor anything kept.
    let again = scene.owner.submit(&form).await.expect(409);
    let dump = scene.owner.get(AUDIT).await.expect(200);
    for key in [&laptop, &phone, &notebook] {
        let new = value(&reply, key);
        for page in [&again, &dump] {
            assert!(!page.text().contains(&new.secret[17..]));
        }
    }
    app.clock.advance(TimeDelta::hours(1));
    problem(
        app.api(&laptop.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    let new = value(&reply, &laptop);
    app.api(&new.secret).get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn of_whoever_was_suspended_before_a_key_works_again() {
    let scene = scene().await;
    let key = scene.key("laptop");
    make::suspended(&scene.app, &scene.sam);
    let form = scene.form().await.with(&field(&key), "takeover");
    let reply = scene.owner.submit(&form).await.expect(201);
    let new = value(&reply, &key);
    let app = &scene.app;
    app.api(&new.secret).get(WHOAMI).await.expect(200);
    // What they know stays as refused as it was.
    let old = app.api(&key.secret).get(WHOAMI).await;
    problem(old, 401, "key_rotated_out");
}

#[actix_web::test]
async fn what_cannot_be_taken_over_is_told_with_its_reason() {
    let scene = scene().await;
    let keys = ["revoked", "expired", "taken", "fine"].map(|label| scene.key(label));
    let robot = make::key(&scene.app, "brightwater", "robot");
    make::made_by(&scene.app, &robot, &scene.sam);
    let mut form = scene.form().await.with(&field(&robot), "takeover");
    for key in &keys {
        form = form.with(&field(key), "takeover");
    }
    make::revoked(&scene.app, &keys[0], "unneeded");
    scene.app.sql(|sql| {
        sql.execute("UPDATE keys SET created_at = now() - interval '3 days', expires_at = now() - interval '1 day' WHERE label = 'expired'");
    });
    let address = at(&keys[2], "takeover");
    let other = scene.app.member(Role::Admin).await;
    let fields = [("newest", "1"), ("grace", "0")];
    other.post(&address, &fields).await.expect(201);
    let reply = scene.owner.submit(&form).await.expect(201);
    assert_eq!(reply.page().elements("li.new-value").len(), 1);
    let new = value(&reply, &keys[3]);
    scene.app.api(&new.secret).get(WHOAMI).await.expect(200);
    assert_eq!(
        scene.report().await,
        [
            "expired: Taken over stayed as it was: expired already, so it needs a new date",
            "fine: Taken over",
            "revoked: Taken over stayed as it was: revoked already",
            "robot: Taken over stayed as it was: the workspace's already",
            "taken: Taken over stayed as it was: the workspace's already",
        ]
    );
    scene.app.api(&robot.secret).get(WHOAMI).await.expect(200);
    // Left suspended, it can be taken over later, with a date.
    let address = at(&keys[1], "takeover");
    let page = scene.owner.get(&address).await.expect(200).page();
    let form = page.form(&address).with("expiry", "30");
    scene.owner.submit(&form).await.expect(201);
}

#[actix_web::test]
async fn a_form_with_a_mistake_removes_nobody() {
    let scene = scene().await;
    let key = scene.key("laptop");
    let form = scene.form().await.with(&field(&key), "takeover");
    for grace in ["604801", "-1", "soon"] {
        let wrong = form.clone().with("grace", grace);
        let page = scene.owner.submit(&wrong).await.expect(422).page();
        assert!(page.title().starts_with("Error: "));
        assert!(page.one("#grace-error").contains("at most 7 days"));
        let again = page.form(&scene.removal());
        assert_eq!(again.value(&field(&key)), Some("takeover"));
    }
    let others = [("others", "takeover")];
    scene
        .owner
        .post(&scene.removal(), &others)
        .await
        .expect(400);
    scene.app.api(&key.secret).get(WHOAMI).await.expect(200);
    let member = scene.app.member(Role::Member).await;
    member.submit(&form).await.expect(403);
    // Unasked, nothing is taken over.
    scene.owner.post(&scene.removal(), &[]).await.expect(303);
    problem(
        scene.app.api(&key.secret).get(WHOAMI).await,
        401,
        "key_suspended",
    );
}
