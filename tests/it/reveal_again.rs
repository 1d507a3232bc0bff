//! A recoverable key's secret, shown again: to whom, after what, and with which trace.

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::actor::Role;

use crate::{
    scenes::{AUDIT, KEYS, at, press, sentences, shown},
    support::{
        Browser, TestApp,
        http::{Reply, send},
        log,
        make::{self, MadeKey},
        page::Form,
    },
};

async fn scene() -> (TestApp, Browser, MadeKey) {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::recoverable(&app, "brightwater", "ci");
    (app, owner, key)
}

async fn reveal(browser: &Browser, key: &MadeKey) -> Reply {
    press(browser, key, "reveal").await
}

/// An answer that shows nothing, and says why.
#[track_caller]
fn kept(reply: Reply, key: &MadeKey, status: u16, why: &str) {
    let reply = reply.expect(status);
    assert!(
        !reply.text().contains(&key.secret[17..]),
        "{}",
        reply.gist()
    );
    let text = reply.page().text();
    assert!(text.contains(why), "{text}");
}

fn looks(app: &TestApp) -> usize {
    let query = "SELECT id::text AS line FROM audit_events WHERE action = 'key.revealed'";
    app.sql(|sql| sql.lines(query)).len()
}

#[actix_web::test]
async fn the_secret_is_shown_to_whoever_asks_for_it_and_the_log_says_so() {
    let (app, owner, key) = scene().await;
    let page = owner.get(KEYS).await.page();
    let link = page
        .attributes(&format!("#reveal-{}", key.id), "href")
        .remove(0);
    let asked = owner.get(&link).await.expect(200);
    assert!(!asked.text().contains(&key.secret[17..]));
    assert_eq!(
        looks(&app),
        0,
        "a look at the question is none at the secret"
    );
    let form = asked.page().form(&at(&key, "reveal"));
    assert_eq!(
        form.value("confirm-password"),
        None,
        "it was entered a moment ago"
    );
    let reply = owner.submit(&form).await.expect(200);
    assert_eq!(shown(&reply).secret, key.secret);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.text().matches(&key.secret).count(), 3);
    let page = reply.page();
    assert_eq!(
        page.attributes("[data-wipe]", "id"),
        ["secret", "env", "curl"]
    );
    assert!(!page.has("[data-guard]"), "it can be shown again");
    assert!(
        page.attributes("dialog a", "href")
            .iter()
            .all(|to| to.ends_with(&format!("#k-{}", key.id)))
    );
    app.api(&key.secret).get("/v1/whoami").await.expect(200);

    assert_eq!(
        sentences(&owner, AUDIT).await[0],
        "revealed key ci Secret key skey_".to_owned() + &format!(" {} …", key.id)
    );
    for path in [link.as_str(), KEYS, &format!("{KEYS}/{}", key.id), AUDIT] {
        let again = owner.get(path).await.expect(200);
        assert!(!again.text().contains(&key.secret[17..]), "{path}");
    }
    assert_eq!(looks(&app), 1);
}

#[actix_web::test]
async fn the_answer_is_not_compressed() {
    let (app, owner, key) = scene().await;
    let cookies = owner.cookies();
    let headers = [
        ("cookie", cookies.as_str()),
        ("accept-encoding", "gzip"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let reply = send(
        &app.address,
        Method::POST,
        &at(&key, "reveal"),
        &headers,
        Vec::new(),
    )
    .await;
    assert_eq!(shown(&reply.expect(200)).secret, key.secret);
}

#[actix_web::test]
async fn whoever_entered_their_password_too_long_ago_enters_it_first() {
    let (app, owner, key) = scene().await;
    app.clock.advance(TimeDelta::minutes(10));
    let path = at(&key, "reveal");
    let form = owner.get(&path).await.expect(200).page().form(&path);
    assert_eq!(form.value("confirm-password"), Some(""));
    assert_eq!(
        form.value("confirm-email"),
        Some("owner@brightwater.example")
    );
    let with = |form: &Form, password: &str| form.clone().with("confirm-password", password);

    kept(reveal(&owner, &key).await, &key, 200, "Confirm it's you");
    let wrong = owner
        .submit(&with(&form, "purple tractor sings at noon"))
        .await;
    kept(wrong, &key, 422, "That is not your password");
    assert_eq!(looks(&app), 0);
    app.clock.advance(TimeDelta::seconds(2));
    let right = owner.submit(&with(&form, make::PASSWORD)).await.expect(200);
    assert_eq!(shown(&right).secret, key.secret);
    // It counts for the next ten minutes, and for this session alone.
    app.clock.advance(TimeDelta::minutes(9));
    assert_eq!(shown(&reveal(&owner, &key).await).secret, key.secret);
    app.clock.advance(TimeDelta::minutes(1));
    kept(reveal(&owner, &key).await, &key, 200, "Confirm it's you");
    assert_eq!(looks(&app), 2);
}

#[actix_web::test]
async fn only_admins_of_the_workspace_see_it() {
    let (app, _, key) = scene().await;
    let member = app.member(Role::Member).await;
    let needs = "You need to be an admin to show the secret of a key again.";
    kept(reveal(&member, &key).await, &key, 403, needs);
    kept(member.get(&at(&key, "reveal")).await, &key, 403, needs);
    let other = app.workspace("Other").await;
    for path in [
        at(&key, "reveal"),
        at(&key, "reveal").replace("brightwater", "other"),
    ] {
        kept(other.post(&path, &[]).await, &key, 404, "");
    }
    let stranger = reveal(&app.stranger(), &key).await;
    assert!(stranger.location().starts_with("/sign-in"));
    // A key that manages keys is no person.
    let program = app.api(&key.secret);
    let reply = program
        .send(Method::POST, &at(&key, "reveal"), &[], "")
        .await;
    assert!(
        reply.is_redirect() || reply.status >= 400,
        "{}",
        reply.status
    );
    assert!(!reply.text().contains(&key.secret[17..]));
    assert_eq!(looks(&app), 0);
    let admin = app.member(Role::Admin).await;
    assert_eq!(shown(&reveal(&admin, &key).await).secret, key.secret);
}

#[actix_web::test]
async fn a_key_that_does_not_answer_is_shown_a_revoked_one_is_not() {
    let (app, owner, key) = scene().await;
    press(&owner, &key, "deactivation").await.expect(303);
    let reply = reveal(&owner, &key).await.expect(200);
    assert_eq!(shown(&reply).secret, key.secret);
    assert!(reply.page().text().contains("This key is deactivated"));
    app.clock.advance(TimeDelta::days(91));
    let owner = app.sign_in("owner@brightwater.example").await;
    let reply = reveal(&owner, &key).await.expect(200);
    assert!(reply.page().text().contains("This key has expired"));
    press(&owner, &key, "revocation").await.expect(303);
    kept(
        reveal(&owner, &key).await,
        &key,
        409,
        "This key is revoked. Its stored secret was destroyed",
    );
    kept(
        owner.get(&at(&key, "reveal")).await,
        &key,
        409,
        "This key is revoked.",
    );
    assert!(
        !owner
            .get(&format!("{KEYS}?status=revoked"))
            .await
            .page()
            .has(&format!("#reveal-{}", key.id))
    );
}

/// That somebody looked is in the log before anything is shown; where it cannot be, nothing is.
#[actix_web::test]
async fn without_its_entry_nothing_is_shown() {
    let (app, owner, key) = scene().await;
    app.sql(|sql| {
        let month = sql.line("SELECT tableoid::regclass::text AS line FROM audit_events LIMIT 1");
        sql.execute(&format!(
            "CREATE FUNCTION fail() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'no commit'; END $$;
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON {month} DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW WHEN (NEW.action = 'key.revealed') EXECUTE FUNCTION fail()"
        ));
    });
    kept(reveal(&owner, &key).await, &key, 500, "");
    assert_eq!(looks(&app), 0);
}

#[actix_web::test]
async fn in_two_tabs_at_once_each_look_has_its_entry() {
    let (app, owner, key) = scene().await;
    let (one, two) = join(reveal(&owner, &key), reveal(&owner, &key)).await;
    for reply in [one, two] {
        assert_eq!(shown(&reply.expect(200)).secret, key.secret);
    }
    assert_eq!(looks(&app), 2);
}

#[actix_web::test]
async fn revoked_at_that_moment_it_is_not_shown() {
    let (app, owner, key) = scene().await;
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE keys SET revoked_at = now(), revoked_for = 'unneeded' WHERE id = '{id}'"
        ));
    });
    let commit = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(reveal(&owner, &key), commit).await;
    kept(reply, &key, 409, "This key is revoked.");
    assert_eq!(looks(&app), 0);
}

/// What was sealed for one row opens in no other, whoever moved it there.
#[actix_web::test]
async fn a_ciphertext_of_another_row_does_not_open() {
    let (app, owner, key) = scene().await;
    let other = make::recoverable(&app, "brightwater", "other");
    make::workspace(&app, "Elsewhere");
    let theirs = make::recoverable(&app, "elsewhere", "ci");
    let (id, sealed) = (
        &key.id,
        "UPDATE key_secrets s SET sealed = o.sealed FROM key_secrets o WHERE",
    );
    for moved in [
        format!("{sealed} s.key_id = '{id}' AND o.key_id = '{}'", other.id),
        format!("{sealed} s.key_id = '{id}' AND o.key_id = '{}'", theirs.id),
        format!(
            "UPDATE key_secrets SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE key_id = '{id}'"
        ),
        format!("UPDATE key_secrets SET sealed = 'x' WHERE key_id = '{id}'"),
        format!("UPDATE key_secrets SET version = 2 WHERE key_id = '{id}'"),
    ] {
        app.sql(|sql| {
            sql.execute("DROP TABLE IF EXISTS was; CREATE TABLE was AS SELECT * FROM key_secrets");
            sql.execute(&moved);
        });
        let reply = reveal(&owner, &key).await;
        for secret in [&other.secret, &theirs.secret] {
            assert!(!reply.text().contains(&secret[17..]));
        }
        kept(reply, &key, 409, "cannot be opened by this server");
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE key_secrets s SET sealed = w.sealed, version = w.version FROM was w
                 WHERE s.key_id = '{id}' AND w.key_id = '{id}'"
            ));
        });
    }
    assert_eq!(looks(&app), 0, "nobody saw anything");
    let told = format!(
        "ERROR keyroom::keys::actions::reveal the sealed secret 1 of key {id} does not open"
    );
    assert!(log::lines().iter().any(|line| line.starts_with(&told)));
    assert_eq!(shown(&reveal(&owner, &key).await).secret, key.secret);
}

#[actix_web::test]
async fn a_personal_key_is_shown_to_its_owner_alone_with_both_values_while_it_rotates() {
    const OWN: &str = "/w/brightwater/account/api-keys";
    const SAM: &str = "sam@brightwater.example";
    let (app, owner, key) = scene().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET owner_member_id = '{sam}', permissions = '{{OBJECTS_LIST}}' WHERE id = '{}';
             UPDATE workspaces SET default_member_permissions = '{{OBJECTS_LIST}}'",
            key.id
        ));
    });
    let theirs = app.sign_in(SAM).await;
    let own = |what: &str| format!("{OWN}/{}/{what}", key.id);
    let reveal_own = async |version: &str| {
        let fields = [("version", version)];
        theirs.post(&own("reveal"), &fields).await
    };
    let why = "This is another member's personal key.";
    kept(reveal(&owner, &key).await, &key, 403, why);
    kept(owner.get(&at(&key, "reveal")).await, &key, 403, why);
    let way = format!("#reveal-{}", key.id);
    for (browser, list, is_offered) in [(&owner, KEYS, false), (&theirs, OWN, true)] {
        for page in [list.to_owned(), format!("{list}/{}", key.id)] {
            let page = browser.get(&page).await.expect(200).page();
            assert_eq!(page.has(&way), is_offered, "{list}");
        }
    }
    assert_eq!(shown(&reveal_own("1").await.expect(200)).secret, key.secret);
    for (what, over, kept_one) in [("completion", "1", "2"), ("reversal", "3", "2")] {
        let form = theirs
            .get(&own("rotation"))
            .await
            .expect(200)
            .page()
            .form(&own("rotation"));
        let new = shown(&theirs.submit(&form).await.expect(201));
        let newest = if what == "completion" { "2" } else { "3" };
        let before = if what == "completion" { "1" } else { "2" };
        assert_eq!(
            shown(&reveal_own(newest).await.expect(200)).secret,
            new.secret
        );
        reveal_own(before).await.expect(200);
        // Nor does an admin end what is not theirs.
        let card = owner.get(KEYS).await.expect(200).page();
        assert!(!card.has(&format!("button[formaction$='{}/rotation/{what}']", key.id)));
        owner
            .get(&at(&key, &format!("rotation/{what}")))
            .await
            .expect(403);
        owner.get(&at(&key, "rotation")).await.expect(403);
        theirs
            .post(&own(&format!("rotation/{what}")), &[("sure", "yes")])
            .await
            .expect(303);
        reveal_own(over).await.expect(409);
        reveal_own(kept_one).await.expect(200);
        assert_eq!(sealed(&app, &key, over), "");
    }
    let form = theirs
        .get(&own("rotation"))
        .await
        .expect(200)
        .page()
        .form(&own("rotation"));
    theirs.submit(&form.with("grace", "900")).await.expect(201);
    reveal_own("2").await.expect(200);
    app.clock.advance(TimeDelta::minutes(16));
    let again = app.sign_in(SAM).await;
    let over = again.post(&own("reveal"), &[("version", "2")]).await;
    over.expect(409);
    let now = app.clock.now();
    app.db
        .run_here(|conn| keyroom::keys::forget_digests(conn, WHY, now))
        .expect("a database");
    assert_eq!(sealed(&app, &key, "2"), "");
    assert_eq!(sealed(&app, &key, "4"), "kept");
}

/// Whether what shows a value again is there.
fn sealed(app: &TestApp, key: &MadeKey, version: &str) -> String {
    let query = format!(
        "SELECT CASE WHEN sealed IS NULL THEN '' ELSE 'kept' END AS line FROM key_secrets WHERE key_id = '{}' AND version = {version}",
        key.id
    );
    app.sql(|sql| sql.line(&query))
}

const WHY: keyroom::policy::Unscoped =
    keyroom::policy::Unscoped::because("a test does what upkeep does");
