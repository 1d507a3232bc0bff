//! What must never be seen again: a whole session is played, and everything it left behind is searched.

use actix_web::http::Method;
use chrono::TimeDelta;
use data_encoding::{BASE64, BASE64URL, HEXLOWER};

use crate::{
    scenes::{AUDIT, GENERAL, KEYS, NEW, at, shown},
    support::{Browser, TestApp, http::Reply, log, make},
};

const EMAIL: &str = "ada@brightwater.example";
const OLD: &str = "cobalt lanterns drift over quarry";
const FRESH: &str = "marble otters juggle seven plums";
const MISTYPED: &str = "cobalt lanterns drift over querry";

/// Every answer but the one that shows a key.
#[derive(Default)]
struct Seen(Vec<(String, String)>);

impl Seen {
    fn note(&mut self, reply: Reply, status: u16) -> Reply {
        let reply = reply.expect(status);
        // A session's id goes to its browser in this header, and nowhere else.
        let headers = reply
            .headers
            .iter()
            .filter(|(name, _)| *name != "set-cookie");
        let headers: String = headers.map(|(n, v)| format!("{n}: {v:?}\n")).collect();
        self.0.push((reply.asked.clone(), headers + &reply.text()));
        reply
    }
}

/// What is searched for, and how it may be written.
struct Secret {
    name: &'static str,
    writings: Vec<String>,
}

impl Secret {
    fn new(name: &'static str, value: &str) -> Self {
        let bytes = value.as_bytes();
        let writings = vec![
            value.to_owned(),
            HEXLOWER.encode(bytes),
            BASE64.encode(bytes).trim_end_matches('=').to_owned(),
            BASE64URL.encode(bytes).trim_end_matches('=').to_owned(),
            crate::support::http::encode(&[("", value)])[1..].to_owned(),
        ];
        Self { name, writings }
    }

    fn is_in(&self, text: &str) -> bool {
        self.writings.iter().any(|w| text.contains(w.as_str()))
    }
}

/// The id in a session cookie, behind its signature.
fn session_id(browser: &Browser) -> String {
    let cookie = browser.cookie("keyroom").expect("a session");
    let id = &cookie[cookie.len() - 43..];
    assert!(
        data_encoding::BASE64URL_NOPAD
            .decode(id.as_bytes())
            .is_ok_and(|b| b.len() == 32)
    );
    id.to_owned()
}

async fn sign_in(seen: &mut Seen, browser: &Browser, password: &str, status: u16) {
    let fields = [("email", EMAIL), ("password", password)];
    seen.note(browser.post("/sign-in", &fields).await, status);
}

#[actix_web::test]
async fn no_table_no_log_line_and_no_answer_has_a_secret_in_it() {
    let app = TestApp::start();
    let mut seen = Seen::default();
    let owner = app.stranger();
    let set_up = |password: &'static str, code: String| {
        let owner = &owner;
        async move {
            let fields = [
                ("workspace", "Brightwater"),
                ("name", "Ada Park"),
                ("email", EMAIL),
                ("password", password),
                ("code", &code),
            ];
            owner.post("/set-up", &fields).await
        }
    };
    seen.note(owner.get("/set-up").await, 200);
    seen.note(set_up(OLD, "AAAA-AAAA-AAAA-AAAA".to_owned()).await, 422);
    // Shows the code again in its own field, where whoever knows it typed it.
    set_up("too short", app.set_up_code.clone())
        .await
        .expect(422);
    seen.note(set_up(OLD, app.set_up_code.clone()).await, 303);

    sign_in(&mut seen, &app.stranger(), MISTYPED, 422).await;
    sign_in(&mut seen, &app.stranger(), OLD, 429).await;
    app.clock.advance(TimeDelta::seconds(2));
    sign_in(&mut seen, &owner, OLD, 303).await;
    let first_session = session_id(&owner);
    // Typed into the wrong field.
    let fields = [("email", OLD), ("password", EMAIL)];
    app.stranger().post("/sign-in", &fields).await.expect(422);

    let mut keys = Vec::new();
    for label in ["one", "two", "three"] {
        let page = seen.note(owner.get(NEW).await, 200).page();
        let form = page
            .form(NEW)
            .with("label", label)
            .also("permission", "OBJECTS_LIST");
        let reply = owner.submit(&form).await.expect(201);
        keys.push(shown(&reply));
        seen.note(owner.submit(&form).await, 409);
    }
    for key in &keys {
        let program = app.api(&key.secret);
        seen.note(program.get("/v1/whoami").await, 200);
        let query = format!("/v1/whoami?key={}", key.secret);
        seen.note(app.anonymous().get(&query).await, 400);
        let cookie = format!("k={}", key.secret);
        seen.note(
            app.anonymous()
                .send(Method::GET, "/v1/whoami", &[("cookie", &cookie)], "")
                .await,
            400,
        );
        let form = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("key={}", key.secret);
        seen.note(
            app.anonymous()
                .send(Method::DELETE, "/v1/whoami", &[form], &body)
                .await,
            400,
        );
        seen.note(
            app.anonymous().get(&format!("/v1/{}", key.secret)).await,
            404,
        );
        let agent = ("user-agent", key.secret.as_str());
        seen.note(
            app.anonymous()
                .send(Method::GET, "/v1/whoami", &[agent], "")
                .await,
            400,
        );
        // Pasted into addresses of pages: answers may not be kept, so only the traces are searched below.
        owner
            .get(&format!("{KEYS}/{}", key.secret))
            .await
            .expect(404);
        owner
            .get(&format!("{KEYS}?status={}", key.secret))
            .await
            .expect(404);
        seen.note(owner.get(&format!("{KEYS}/{}", key.id)).await, 200);
    }
    let kept = make::recoverable(&app, "brightwater", "four");
    seen.note(owner.get(&at(&kept, "reveal")).await, 200);
    let revealed = owner.post(&at(&kept, "reveal"), &[]).await.expect(200);
    assert_eq!(shown(&revealed).secret, kept.secret);
    app.clock.advance(TimeDelta::minutes(11));
    seen.note(owner.post(&at(&kept, "reveal"), &[]).await, 200);
    keys.push(kept);
    seen.note(owner.post(&at(&keys[0], "deactivation"), &[]).await, 303);
    seen.note(app.api(&keys[0].secret).get("/v1/whoami").await, 401);
    let fields = [("reason", "compromised"), ("confirm", "two")];
    seen.note(owner.post(&at(&keys[1], "revocation"), &fields).await, 303);
    seen.note(app.api(&keys[2].secret).delete("/v1/whoami").await, 204);

    let wrong = [("current", MISTYPED), ("new", FRESH)];
    seen.note(owner.post("/account/password", &wrong).await, 422);
    app.clock.advance(TimeDelta::seconds(2));
    let right = [("current", OLD), ("new", FRESH)];
    seen.note(owner.post("/account/password", &right).await, 303);
    let second_session = session_id(&owner);
    for path in [
        KEYS,
        AUDIT,
        GENERAL,
        "/account",
        "/account/security",
        "/account/activity",
        "/docs/errors",
        "/readyz",
    ] {
        seen.note(owner.get(path).await, 200);
    }
    app.write_counts().await;

    let mut secrets = vec![
        Secret::new("the password", OLD),
        Secret::new("the new password", FRESH),
        Secret::new("a mistyped password", MISTYPED),
        Secret::new("a session's id", &first_session),
        Secret::new("a session's id", &second_session),
        Secret::new("the set-up code", &app.set_up_code),
        Secret::new("the set-up code", &app.set_up_code.replace('-', "")),
    ];
    secrets.extend(
        keys.iter()
            .map(|key| Secret::new("a key's secret", &key.secret[17..49])),
    );
    let dump = app.sql(|sql| sql.dump());
    let rows = dump.values().map(Vec::len).sum::<usize>();
    assert!(rows > 30, "{rows} rows are enough to mean something");
    // Without what the tests' own reading of pages says.
    let mut lines = log::lines();
    lines.retain(|line| !line.contains(" html5ever::") && !line.contains(" selectors::"));
    assert!(
        lines
            .iter()
            .any(|l| l.contains(&format!("skey_{}…", keys[0].id))),
        "keys are cut in the log"
    );
    let mut places: Vec<(&str, String)> = Vec::new();
    places.extend(
        dump.iter()
            .map(|(table, rows)| (table.as_str(), rows.join("\n"))),
    );
    places.extend(lines.into_iter().map(|line| ("the log", line)));
    places.extend(
        seen.0
            .iter()
            .map(|(asked, answer)| (asked.as_str(), answer.clone())),
    );
    let mut found = Vec::new();
    for secret in &secrets {
        let leaks = places.iter().filter(|(_, text)| secret.is_in(text));
        found.extend(leaks.map(|(place, text)| format!("{} in {place}: {text:.300}", secret.name)));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[actix_web::test]
async fn what_is_searched_for_would_be_found() {
    let secret = Secret::new("a password", OLD);
    for text in [
        format!("x{OLD}x"),
        format!("\\x{}", HEXLOWER.encode(OLD.as_bytes())),
        format!("{{{}}}", BASE64.encode(OLD.as_bytes())),
        OLD.replace(' ', "+"),
    ] {
        assert!(secret.is_in(&text), "{text}");
    }
}
