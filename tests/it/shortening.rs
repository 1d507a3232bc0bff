//! A maximum lifetime that comes nearer, and with it the keys that lie beyond.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{AUDIT, GENERAL, at, sentences},
    support::{
        Browser, TestApp, make,
        page::{Form, Page},
    },
};

const DEFAULT: &str = "default_key_lifetime_days";
const MAX: &str = "max_key_lifetime_days";

/// What is asked where the maximum becomes 30 days.
async fn asked(owner: &Browser) -> Page {
    let page = owner.get(GENERAL).await.expect(200).page();
    let form = page.form("#lifetimes-form");
    let form = form.with(DEFAULT, "30").with(MAX, "30");
    owner.submit(&form).await.expect(200).page()
}

async fn shorten(owner: &Browser) -> Form {
    let form = asked(owner).await.form("#question-form");
    form.with("confirmed", "shorten")
}

/// "ci 2026-12-25 00:00:00+00", by label.
fn ends(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.execute("SET TIME ZONE 'UTC'");
        sql.lines("SELECT label || ' ' || coalesce(expires_at::text, 'never') AS line FROM keys ORDER BY label")
    })
}

fn last_end(app: &TestApp) -> String {
    let day = (app.clock.now() + TimeDelta::days(30)).date_naive();
    format!("{day} 00:00:00+00")
}

#[actix_web::test]
async fn the_keys_beyond_get_the_last_end_within_the_maximum_and_no_other_is_touched() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let key =
        |label, lifetime| make::key_with(&app, "brightwater", label, Permission::ALL, lifetime);
    let lasting = key("lasting", Lifetime::Unlimited);
    let off = key("off", Lifetime::Days(200));
    make::deactivated(&app, &off);
    key("short", Lifetime::Days(29));
    let gone = key("gone", Lifetime::Unlimited);
    make::revoked(&app, &gone, "unneeded");
    app.workspace("Elsewhere").await;
    make::key_with(
        &app,
        "elsewhere",
        "theirs",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let before = ends(&app);

    let page = asked(&owner).await;
    let end = last_end(&app);
    let day = (app.clock.now() + TimeDelta::days(29))
        .format("%-d %B %Y")
        .to_string();
    let said = page.one("#question-text");
    assert!(
        said.contains(&format!("If you shorten them, they end on {day}.")),
        "{said}"
    );
    assert_eq!(
        page.all("#question-form .df button"),
        [
            "Cancel",
            "Set maximum and shorten 2 keys",
            "Set maximum, keep their dates"
        ]
    );
    let form = page.form("#question-form").with("confirmed", "shorten");
    let saved = owner.submit(&form).await.expect(303);
    let flash = owner.follow(&saved).await.expect(200).page().one("#flash");
    assert!(
        flash.contains("No new date is more than 30 days away."),
        "{flash}"
    );
    assert!(
        flash.contains(&format!("2 keys end on {day} now.")),
        "{flash}"
    );
    let find = |all: &[String], label: &str| {
        let found = all
            .iter()
            .find(|line| line.starts_with(&format!("{label} ")));
        found.cloned().expect("a key")
    };
    let after = ends(&app);
    for label in ["lasting", "off"] {
        assert_eq!(find(&after, label), format!("{label} {end}"));
    }
    for label in ["short", "gone", "theirs"] {
        assert_eq!(find(&after, label), find(&before, label));
    }
    app.api(&lasting.secret).get("/v1/whoami").await.expect(200);
    app.clock.advance(TimeDelta::days(31));
    app.api(&lasting.secret).get("/v1/whoami").await.expect(401);
}

#[actix_web::test]
async fn each_key_is_told_of_as_edited_by_whoever_did_it() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let form = shorten(&owner).await;
    owner.submit(&form).await.expect(303);
    let day = (app.clock.now() + TimeDelta::days(29))
        .format("%-d %b %Y")
        .to_string();
    let log = owner
        .get(&format!("{AUDIT}?key={}&action=key.edited", key.id))
        .await
        .page();
    let said = log.one("td.what .said");
    assert!(said.starts_with("edited key ci"), "{said}");
    assert_eq!(
        log.all(".changes")[0],
        format!("Field Before After Expires at – End of {day}")
    );
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?action=workspace.changed"))
            .await
            .len(),
        1
    );
    // The same form once more finds none.
    let again = owner.submit(&form).await.expect(303);
    let flash = owner.follow(&again).await.page().one("#flash");
    assert!(
        flash.contains("Nothing is otherwise than it was."),
        "{flash}"
    );
    let edits = sentences(&owner, &format!("{AUDIT}?action=key.edited")).await;
    assert_eq!(edits.len(), 1, "{edits:?}");
}

#[actix_web::test]
async fn the_day_is_one_of_the_zone_of_whoever_shortens() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    crate::scenes::show_times_of(&owner, "Asia/Tokyo").await;
    let form = shorten(&owner).await;
    owner.submit(&form).await.expect(303);
    assert!(ends(&app)[0].ends_with(" 15:00:00+00"), "{:?}", ends(&app));
}

#[actix_web::test]
async fn more_keys_than_are_changed_at_once_are_shortened_all_or_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{OBJECTS_LIST}', now(), now()
             FROM workspaces, generate_series(1, 2500) n",
        );
    });
    let form = shorten(&owner).await;
    // The last of them cannot be changed.
    let count =
        |what: &str| app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {what}")));
    app.sql(|sql| {
        sql.execute("ALTER TABLE keys ADD CONSTRAINT stubborn CHECK (expires_at IS NULL OR label <> 'key 2500')");
    });
    owner.submit(&form).await.expect(500);
    assert_eq!(count("keys WHERE expires_at IS NOT NULL"), "0");
    assert_eq!(
        count("workspaces WHERE max_key_lifetime_days IS NOT NULL"),
        "0"
    );
    assert_eq!(count("audit_events WHERE action = 'key.edited'"), "0");

    app.sql(|sql| sql.execute("ALTER TABLE keys DROP CONSTRAINT stubborn"));
    let began = Instant::now();
    let saved = owner.submit(&form).await.expect(303);
    println!("2,500 keys took {:?}", began.elapsed());
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(flash.contains("2,500 keys end on "), "{flash}");
    let end = last_end(&app);
    assert_eq!(count(&format!("keys WHERE expires_at = '{end}'")), "2500");
    assert_eq!(
        count("audit_events WHERE action = 'key.edited' AND NOT refused"),
        "2500"
    );
}

#[actix_web::test]
async fn too_many_keys_to_shorten_at_once_are_left_as_they_are() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let form = shorten(&owner).await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{OBJECTS_LIST}', now(), now()
             FROM workspaces, generate_series(1, 10000) n",
        );
    });
    let page = asked(&owner).await;
    assert!(
        page.one("#question-text")
            .contains("10,001 keys lie beyond that today.")
    );
    assert!(
        page.one("#question-text")
            .contains("They are too many to shorten at once.")
    );
    assert_eq!(page.all("#question-form .df button").len(), 2);
    // From a page of before.
    owner.submit(&form).await.expect(409);
    assert!(ends(&app).iter().all(|end| end.ends_with(" never")));
}

/// Who gives a key a date within the maximum meanwhile is not overruled; who gives one beyond it is.
#[actix_web::test]
async fn an_edit_that_is_saved_meanwhile_is_seen() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for label in ["a", "b"] {
        make::key_with(
            &app,
            "brightwater",
            label,
            Permission::ALL,
            Lifetime::Unlimited,
        );
    }
    let form = shorten(&owner).await;
    let near = format!(
        "{} 00:00:00+00",
        (app.clock.now() + TimeDelta::days(5)).date_naive()
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE keys SET expires_at = '{near}' WHERE label = 'a'"
        ));
    });
    let commit = async {
        sleep(Duration::from_millis(300)).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(owner.submit(&form), commit).await;
    reply.expect(303);
    assert_eq!(
        ends(&app),
        [format!("a {near}"), format!("b {}", last_end(&app))]
    );
}

/// Both want the lifetimes and the key; an edit that is taken back too.
#[actix_web::test]
async fn edits_beside_it_wait_in_no_circle_and_leave_no_key_beyond() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let address = at(&key, "edit");
    let edit = owner.get(&address).await.page().form(&address);
    let saved = owner.submit(&edit.with("expiry", "30")).await.expect(303);
    let page = owner.follow(&saved).await.page();
    let undo = page.form(&page.attributes("#flash form", "action")[0]);
    let form = shorten(&owner).await;
    // Both wait for the key, and go on at once.
    app.sql(|sql| sql.execute("BEGIN; SELECT id FROM keys FOR UPDATE"));
    let commit = async {
        sleep(Duration::from_millis(500)).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let began = Instant::now();
    let late = async {
        sleep(Duration::from_millis(150)).await;
        owner.submit(&form).await
    };
    let (undone, (shortened, ())) = join(owner.submit(&undo), join(late, commit)).await;
    undone.expect(303);
    shortened.expect(303);
    // PostgreSQL looks for circles after a second.
    assert!(began.elapsed() < Duration::from_secs(5));
    let beyond = app.sql(|sql| {
        sql.line("SELECT count(*)::text AS line FROM keys WHERE ends_at > now() + interval '30 days 1 minute'")
    });
    assert_eq!(beyond, "0");
}

#[actix_web::test]
async fn nobody_else_shortens_a_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::key_with(
        &app,
        "brightwater",
        "ci",
        Permission::ALL,
        Lifetime::Unlimited,
    );
    let fields = [(MAX, "30"), (DEFAULT, "30"), ("confirmed", "shorten")];
    app.member(Role::Member)
        .await
        .post(GENERAL, &fields)
        .await
        .expect(403);
    app.workspace("Elsewhere")
        .await
        .post(GENERAL, &fields)
        .await
        .expect(404);
    app.stranger().post(GENERAL, &fields).await.expect(303);
    assert_eq!(ends(&app), ["ci never"]);
    // A mistake in the form touches none either.
    let wrong = [(MAX, "30"), (DEFAULT, "90"), ("confirmed", "shorten")];
    owner.post(GENERAL, &wrong).await.expect(422);
    assert_eq!(ends(&app), ["ci never"]);
    app.member(Role::Admin)
        .await
        .post(GENERAL, &fields)
        .await
        .expect(303);
    assert_eq!(ends(&app), [format!("ci {}", last_end(&app))]);
}
