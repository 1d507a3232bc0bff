//! Settings → General: how long keys live where nobody says otherwise, and at most, on every way to give one a date.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    command_line::{Place, refused},
    scenes::{AUDIT, GENERAL, NEW, at, fact, filled, labels, list, press, sentences, shown, state},
    support::{
        Browser, TestApp,
        http::Reply,
        make,
        page::{Form, Page},
    },
};

const DEFAULT: &str = "default_key_lifetime_days";
const MAX: &str = "max_key_lifetime_days";

async fn form(browser: &Browser) -> Form {
    let page = browser.get(GENERAL).await.expect(200).page();
    page.form("#lifetimes-form")
}

/// Saved, whatever is asked on the way.
async fn save(browser: &Browser, default: &str, max: &str) -> Reply {
    let form = form(browser).await.with(DEFAULT, default).with(MAX, max);
    browser.submit(&form.with("confirmed", "yes")).await
}

/// Past the page, for scenes.
fn set(app: &TestApp, default: &str, max: &str) {
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE workspaces SET {DEFAULT} = {default}, {MAX} = {max} WHERE slug = 'brightwater'"
        ));
    });
}

fn offered(page: &Page) -> Vec<String> {
    page.all("#expiry option")
}

fn days_of(app: &TestApp, label: &str) -> String {
    let query = format!(
        "SELECT coalesce((expires_at - created_at)::text, 'none') AS line FROM keys WHERE label = '{label}'"
    );
    app.sql(|sql| sql.line(&query))
}

#[actix_web::test]
async fn the_default_is_what_a_new_key_gets_unless_somebody_says_otherwise() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let saved = save(&owner, "30", "none").await.expect(303);
    let flash = owner.follow(&saved).await.page().one("#flash");
    assert!(flash.contains("New keys end after 30 days"), "{flash}");
    shown(&owner.submit(&filled(&owner, "ci").await).await.expect(201));
    assert_eq!(days_of(&app, "ci"), "30 days");

    // Any number of days, which then stands among the choices.
    let form = form(&owner).await.with(DEFAULT, "other");
    let form = form.with("default_key_lifetime_other", " 45 ");
    owner.submit(&form).await.expect(303);
    let page = owner.get(NEW).await.expect(200).page();
    assert_eq!(
        offered(&page),
        [
            "In 30 days",
            "In 45 days (recommended)",
            "In 90 days",
            "In 180 days",
            "In 365 days",
            "On a date",
            "No expiry"
        ]
    );
    assert_eq!(page.form(NEW).value("expiry"), Some("45"));
    shown(
        &owner
            .submit(&filled(&owner, "cron").await)
            .await
            .expect(201),
    );
    assert_eq!(days_of(&app, "cron"), "45 days");
    let general = owner.get(GENERAL).await.page();
    assert_eq!(general.form("#lifetimes-form").value(DEFAULT), Some("45"));

    save(&owner, "none", "none").await.expect(303);
    let form = filled(&owner, "lasting").await;
    assert_eq!(form.value("expiry"), Some("never"));
    shown(&owner.submit(&form).await.expect(201));
    // A form that does not say.
    let silent = filled(&owner, "silent").await.without("expiry");
    shown(&owner.submit(&silent).await.expect(201));
    for label in ["lasting", "silent"] {
        assert_eq!(days_of(&app, label), "none");
    }
}

#[actix_web::test]
async fn beyond_the_maximum_nothing_is_offered_and_nothing_taken() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    save(&owner, "30", "90").await.expect(303);
    let page = owner.get(NEW).await.expect(200).page();
    assert_eq!(
        offered(&page),
        ["In 30 days (recommended)", "In 90 days", "On a date"]
    );
    let last = page.attributes("#expires_on", "max").join("");
    let today = app.clock.now().date_naive();
    assert_eq!(last, (today + TimeDelta::days(89)).to_string());
    assert!(page.one("#expiry-hint").contains("at the latest"));

    let form = filled(&owner, "ci").await;
    let on = |day: TimeDelta| {
        let form = form.clone().with("expiry", "date");
        form.with("expires_on", &(today + day).to_string())
    };
    for (form, field, why) in [
        (
            form.clone().with("expiry", "never"),
            "expiry",
            "Choose a date",
        ),
        (
            form.clone().with("expiry", "180"),
            "expiry",
            "Choose an earlier date",
        ),
        (
            form.clone().with("expiry", "91"),
            "expiry",
            "Choose an earlier date",
        ),
        (
            on(TimeDelta::days(90)),
            "expires_on",
            "Choose an earlier date",
        ),
    ] {
        let page = owner.submit(&form).await.expect(422).page();
        let error = page.one(&format!("#{field}-error"));
        assert!(
            error.contains(why) && error.contains("at most 90 days"),
            "{error}"
        );
        let linked = page.attributes("[role=alert] a", "href");
        assert_eq!(linked, [format!("#{field}")]);
    }
    assert!(labels(&list(&owner, "").await).is_empty());
    // All mistakes at once, this one too.
    let wrong = on(TimeDelta::days(90))
        .with("label", "")
        .without("permission");
    let page = owner.submit(&wrong).await.expect(422).page();
    for field in ["label", "permissions", "expires_on"] {
        assert!(page.has(&format!("#{field}-error")), "{field}");
    }
    shown(&owner.submit(&on(TimeDelta::days(89))).await.expect(201));
}

#[actix_web::test]
async fn a_maximum_shows_which_keys_lie_beyond_and_changes_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let all = Permission::ALL;
    let days =
        |label: &str, days| make::key_with(&app, "brightwater", label, all, Lifetime::Days(days));
    let lasting = make::key_with(&app, "brightwater", "lasting", all, Lifetime::Unlimited);
    let (_, long, off) = (days("short", 30), days("long", 400), days("off", 200));
    make::deactivated(&app, &off);
    // Neither can be used any more.
    let gone = days("gone", 400);
    make::revoked(&app, &gone, "unneeded");
    // Another workspace's.
    app.workspace("Elsewhere").await;
    make::key(&app, "elsewhere", "theirs");

    let typed = form(&owner).await.with(DEFAULT, "30").with(MAX, "30");
    let page = owner.submit(&typed).await.expect(200).page();
    assert_eq!(
        page.one("#dialog-title"),
        "Set the maximum lifetime to 30 days?"
    );
    let said = page.one("#question-text");
    assert!(
        said.contains("3 keys lie beyond that today. They keep their dates"),
        "{said}"
    );
    assert!(
        said.contains("Saved with it: a default lifetime of 30 days."),
        "{said}"
    );
    let named = page.all(".touched li > b");
    assert_eq!(named, ["lasting", "long", "off"]);
    assert!(page.one(".touched").contains("No expiry"));
    assert_eq!(form(&owner).await.value(MAX), Some("none"), "not saved yet");

    let yes = page.form("#question-form").with("confirmed", "yes");
    let saved = owner.submit(&yes).await.expect(303);
    let page = owner.follow(&saved).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("No new date is more than 30 days away.")
    );
    let hint = page.one(&format!("#{MAX}-hint"));
    assert!(hint.contains("3 do today."), "{hint}");
    let keys = list(&owner, "").await;
    assert_eq!(fact(&keys, &lasting, "Expires"), "Never");
    assert_eq!(days_of(&app, "long"), "400 days");
    app.api(&long.secret).get("/v1/whoami").await.expect(200);
    let rows = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    for row in [
        "Default lifetime 90 days 30 days",
        "Maximum lifetime – 30 days",
    ] {
        assert!(rows.contains(&row.to_owned()), "{rows:?}");
    }
    // Only what comes nearer asks.
    let raised = form(&owner).await.with(MAX, "90");
    owner.submit(&raised).await.expect(303);
    let lifted = form(&owner).await.with(MAX, "none");
    owner.submit(&lifted).await.expect(303);
    let none = form(&owner)
        .await
        .with(MAX, "other")
        .with("max_key_lifetime_other", "3650");
    let said = owner
        .submit(&none)
        .await
        .expect(200)
        .page()
        .one("#question-text");
    assert!(
        said.contains("1 key lies beyond that today. It keeps its date"),
        "{said}"
    );
}

#[actix_web::test]
async fn of_many_keys_beyond_ten_are_named() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for n in 1..=12 {
        make::key(&app, "brightwater", &format!("key {n}"));
    }
    let typed = form(&owner).await.with(DEFAULT, "30").with(MAX, "30");
    let page = owner.submit(&typed).await.expect(200).page();
    assert!(page.one("#question-text").contains("12 keys lie beyond"));
    assert_eq!(page.all(".touched li > b").len(), 10);
    assert!(page.one(".touched").ends_with("and 2 more"));
}

/// What a key has it keeps; what was revoked and comes back does so within the rule of today.
#[actix_web::test]
async fn a_key_keeps_its_date_beyond_the_maximum_until_it_is_revoked() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    let all = Permission::ALL;
    let long = make::key_with(&app, "brightwater", "long", all, Lifetime::Days(400));
    let lasting = make::key_with(&app, "brightwater", "lasting", all, Lifetime::Unlimited);
    set(&app, "30", "30");
    for (key, label, days) in [(&long, "long", "400 days"), (&lasting, "lasting", "none")] {
        press(&owner, key, "deactivation").await.expect(303);
        press(&owner, key, "activation").await.expect(303);
        assert_eq!(days_of(&app, label), days);
        make::revoked(&app, key, "unneeded");
        let restored = owner.post(&at(key, "restoration"), &[]).await.expect(303);
        let told = owner.follow(&restored).await.page();
        assert!(told.text().contains("as late as this workspace allows"));
        assert_eq!(state(&told, key), "Deactivated");
        assert_eq!(days_of(&app, label), "30 days");
    }
    // Many at once alike.
    let short = make::key_with(&app, "brightwater", "short", all, Lifetime::Days(10));
    set(&app, "20", "20");
    let ids = [&long, &lasting, &short].map(|key| {
        make::revoked(&app, key, "unneeded");
        ("id", key.id.as_str())
    });
    owner
        .post("/w/brightwater/settings/api-keys/restorations", &ids)
        .await
        .expect(303);
    assert_eq!(
        ["long", "lasting", "short"].map(|label| days_of(&app, label)),
        ["20 days", "20 days", "10 days"]
    );
}

#[actix_web::test]
async fn a_lifetime_is_a_number_of_days_and_the_default_within_the_maximum() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = |form: Form, field: &str, days: &str| {
        let number = field.replace("_days", "_other");
        form.with(field, "other").with(&number, days)
    };
    for field in [DEFAULT, MAX] {
        for days in [
            "",
            "0",
            "-1",
            "3651",
            "1.5",
            "ninety",
            "99999999999999999999",
        ] {
            let form = other(form(&owner).await, field, days);
            let page = owner.submit(&form).await.expect(422).page();
            let error = page.one(&format!("#{field}-error"));
            assert!(error.contains("from 1 to 3650"), "{days}: {error}");
            let again = page.form("#lifetimes-form");
            assert_eq!(again.value(field), Some("other"));
            assert_eq!(
                again.value(&field.replace("_days", "_other")),
                Some(days),
                "kept as typed"
            );
            assert!(page.title().starts_with("Error: "));
        }
    }
    for (default, max) in [("90", "30"), ("none", "30"), ("365", "180")] {
        let form = form(&owner).await.with(DEFAULT, default).with(MAX, max);
        let page = owner.submit(&form).await.expect(422).page();
        let error = page.one(&format!("#{DEFAULT}-error"));
        assert!(
            error.contains(&format!("within the maximum of {max} days")),
            "{error}"
        );
        save(&owner, default, max).await.expect(422);
    }
    save(&owner, "30", "30").await.expect(303);
}

#[actix_web::test]
async fn two_who_change_both_lifetimes_at_once_keep_both_or_are_told() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (one, other) = (form(&owner).await, form(&owner).await);
    let one = one.with(DEFAULT, "30");
    owner.submit(&one).await.expect(303);
    // Its form still has the default of before, and says nothing about it.
    let other = other.with(MAX, "60").with("confirmed", "yes");
    owner.submit(&other).await.expect(303);
    let now = form(&owner).await;
    assert_eq!(
        (now.value(DEFAULT), now.value(MAX)),
        (Some("30"), Some("60"))
    );
    // And what does not go together any more is a mistake, not a failure.
    let late = one.with(DEFAULT, "180");
    owner.submit(&late).await.expect(422);
}

#[actix_web::test]
async fn a_key_that_is_made_while_the_maximum_is_lowered_is_within_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = filled(&owner, "ci").await.with("expiry", "365");
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; UPDATE workspaces SET {DEFAULT} = 7, {MAX} = 30"
        ));
    });
    let lower = async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(300)).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(owner.submit(&long), lower).await;
    let page = reply.expect(422).page();
    assert!(page.one("#expiry-error").contains("at most 30 days"));
    assert_eq!(
        page.form(NEW).value("expiry"),
        Some("7"),
        "the default is chosen"
    );
}

#[actix_web::test]
async fn a_member_and_a_stranger_change_no_lifetime() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let fields = [(MAX, "30"), (DEFAULT, "30"), ("confirmed", "yes")];
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
    assert_eq!(form(&owner).await.value(MAX), Some("none"));
    // What is not of the page is no form of it.
    owner
        .post(GENERAL, &[("confirmed", "yes")])
        .await
        .expect(400);
    owner
        .post(GENERAL, &[(MAX, "30"), ("was_max_key_lifetime_days", "x")])
        .await
        .expect(400);
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.iter().all(|s| !s.starts_with("changed settings")),
        "{said:?}"
    );
}

#[test]
fn create_key_keeps_to_the_lifetimes_of_the_workspace() {
    let place = Place::new();
    let password = "violet tractor sings at noon";
    assert!(
        place
            .admin("One", "Ada Park", "ada@example.com", password)
            .success
    );
    let mut sql = crate::support::sql::Sql::connect(&place.url);
    let key = |label: &str, more: &[&str]| {
        let all = [&["--permission", "OBJECTS_LIST"], more].concat();
        place.key("one", label, &all)
    };
    sql.execute(&format!("UPDATE workspaces SET {DEFAULT} = 45, {MAX} = 60"));
    assert!(key("ci", &[]).success);
    assert!(key("longest", &["--expires-in", "60"]).success);
    for days in ["61", "never"] {
        refused(&key("x", &["--expires-in", days]), "at most 60 days");
    }
    sql.execute(&format!(
        "UPDATE workspaces SET {DEFAULT} = NULL, {MAX} = NULL"
    ));
    assert!(key("lasting", &[]).success);
    let made = sql.lines(
        "SELECT label || ' ' || coalesce((expires_at - created_at)::text, 'none') AS line FROM keys ORDER BY 1",
    );
    assert_eq!(made, ["ci 45 days", "lasting none", "longest 60 days"]);
}

#[actix_web::test]
async fn an_edit_keeps_to_the_maximum_too_and_so_does_taking_it_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let lifetime = Lifetime::Days(365);
    let key = make::key_with(
        &app,
        "brightwater",
        "ci",
        &[Permission::ObjectsList],
        lifetime,
    );
    let address = at(&key, "edit");
    let shorter = owner.get(&address).await.page().form(&address);
    let saved = owner.submit(&shorter.with("expiry", "30")).await;
    let page = owner.follow(&saved.expect(303)).await.page();
    let undo = page.form(&page.attributes("#flash form", "action")[0]);
    set(&app, "30", "90");
    let form = owner.get(&address).await.page().form(&address);
    for (expiry, field) in [
        ("365", "expiry"),
        ("never", "expiry"),
        ("date", "expires_on"),
    ] {
        let far = (app.clock.now() + TimeDelta::days(200)).date_naive();
        let beyond = form.clone().with("expiry", expiry);
        let beyond = beyond.with("expires_on", &far.to_string());
        let page = owner.submit(&beyond).await.expect(422).page();
        let told = page.one(&format!("#{field}-error"));
        assert!(told.contains("at most 90 days"), "{expiry}: {told}");
    }
    let undone = owner.submit(&undo).await.expect(303);
    let flash = owner.follow(&undone).await.page().one("#flash");
    assert!(
        flash.contains("Not undone.") && flash.contains("at most 90 days"),
        "{flash}"
    );
    // Where the date is not touched, nothing is asked of it.
    set(&app, "10", "10");
    let form = owner.get(&address).await.page().form(&address);
    owner.submit(&form.with("label", "ci-2")).await.expect(303);
    // Another like it lives within the maximum.
    let like = owner.get(&format!("{NEW}?like={}", key.id)).await.page();
    let made = owner.submit(&like.form(NEW)).await;
    assert_eq!(made.status, 201, "{}", made.gist());
}
