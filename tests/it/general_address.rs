//! Settings → General: the address of a workspace, and what becomes of the ones it had.

use actix_web::http::Method;
use futures_util::future::join;
use keyroom::actor::Role;

use crate::{
    command_line::{Place, refused},
    routes::are_alike,
    scenes::{AUDIT, GENERAL, KEYS, filled, labels, sentences},
    support::{
        Browser, TestApp,
        http::Reply,
        make,
        page::{Form, Page},
    },
};

const MOVED: &str = "/w/brightwater-2/settings/general";

fn general(slug: &str) -> String {
    format!("/w/{slug}/settings/general")
}

/// The form of the workspace at `slug` with another address.
async fn form(browser: &Browser, slug: &str, to: &str) -> Form {
    let general = general(slug);
    let page = browser.get(&general).await.expect(200).page();
    page.form(&general).with("slug", to)
}

/// The question that the change of an address is answered with.
async fn asked(browser: &Browser, form: &Form) -> Page {
    let page = browser.submit(form).await.expect(200).page();
    assert!(page.has("dialog[role=alertdialog]"), "{}", page.gist());
    page
}

/// Saved, question and all.
async fn change(browser: &Browser, slug: &str, to: &str) -> Reply {
    let form = form(browser, slug, to).await;
    let form = asked(browser, &form).await.form("#question-form");
    browser.submit(&form.with("confirmed", "yes")).await
}

async fn refuses(browser: &Browser, to: &str, why: &str) {
    let form = form(browser, "brightwater", to).await;
    for form in [form.clone(), form.with("confirmed", "yes")] {
        let page = browser.submit(&form).await.expect(422).page();
        let error = page.one("#slug-error");
        assert!(error.contains(why), "{to:?}: {error}");
        assert!(page.title().starts_with("Error: "));
        assert_eq!(page.form(GENERAL).value("slug"), Some(to), "kept as typed");
    }
}

#[actix_web::test]
async fn what_a_new_address_does_is_shown_before_it_is_saved() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let typed = form(&owner, "brightwater", "brightwater-2").await;
    let typed = typed.with("name", "Deepwater");
    let question = asked(&owner, &typed).await;
    let said = question.one("#question-text");
    for effect in [
        format!("move to {}/w/brightwater-2.", app.address),
        "Links to /w/brightwater lead members on to /w/brightwater-2".to_owned(),
        "calls with API keys go on".to_owned(),
        "Saved with it: the name Deepwater.".to_owned(),
    ] {
        assert!(said.contains(&effect), "{effect}: {said}");
    }
    owner.get(MOVED).await.expect(404);
    // *Cancel* keeps what was typed.
    let back = question.form("#question-form").with("confirmed", "no");
    let page = owner.submit(&back).await.expect(200).page();
    assert!(!page.has("dialog"));
    let kept = page.form(GENERAL);
    assert_eq!(
        (
            kept.value("name"),
            kept.value("slug"),
            kept.value("was_slug")
        ),
        (
            Some("Deepwater"),
            Some("brightwater-2"),
            Some("brightwater")
        )
    );
    owner.get(MOVED).await.expect(404);

    let yes = question.form("#question-form").with("confirmed", "yes");
    let saved = owner.submit(&yes).await.expect(303);
    assert_eq!(saved.location(), MOVED);
    let page = owner.follow(&saved).await.expect(200).page();
    let flash = page.one("#flash");
    assert!(
        flash.contains("Its address is /w/brightwater-2."),
        "{flash}"
    );
    assert!(
        page.one("#slug-hint")
            .contains("Links to brightwater lead here too.")
    );
    let rows = owner
        .get(&AUDIT.replace("brightwater", "brightwater-2"))
        .await
        .page();
    let rows = rows.all("table.changes tbody tr");
    assert!(
        rows.contains(&"Address brightwater brightwater-2".to_owned()),
        "{rows:?}"
    );
}

#[actix_web::test]
async fn an_address_has_a_form_and_some_are_reserved() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "a".repeat(49);
    for (to, why) in [
        ("", "Enter an address"),
        ("  ", "Enter an address"),
        ("Bright", "small letters"),
        ("bright water", "small letters"),
        ("bright--water", "small letters"),
        ("-bright", "small letters"),
        ("bright-", "small letters"),
        ("bright/../water", "small letters"),
        ("brigħt", "small letters"),
        (long.as_str(), "at most 48 characters"),
        ("api", "reserved"),
        ("new", "reserved"),
    ] {
        refuses(&owner, to, why).await;
    }
    change(&owner, "brightwater", &"a".repeat(48))
        .await
        .expect(303);
}

/// A link, and a command that names an address, must never lead to somebody else.
#[actix_web::test]
async fn an_address_that_another_workspace_has_or_had_is_taken() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Harbour").await;
    refuses(&owner, "harbour", "taken").await;
    change(&other, "harbour", "quay").await.expect(303);
    refuses(&owner, "harbour", "taken").await;
    // Nor does a new workspace take it; the one that had it may have it back.
    let again = other.get("/w/harbour/settings/general").await.expect(308);
    assert_eq!(again.location(), "/w/quay/settings/general");
    change(&other, "quay", "harbour").await.expect(303);
    other.get("/w/harbour/settings/general").await.expect(200);
    let back = other.get("/w/quay/settings/general").await.expect(308);
    assert_eq!(back.location(), "/w/harbour/settings/general");
}

#[actix_web::test]
async fn a_former_address_leads_members_on_with_path_and_query() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    change(&owner, "brightwater", "brightwater-2")
        .await
        .expect(303);
    change(&owner, "brightwater-2", "brightwater-3")
        .await
        .expect(303);
    for (asked, to) in [
        ("/w/brightwater", "/w/brightwater-3"),
        ("/w/brightwater-2", "/w/brightwater-3"),
        (GENERAL, "/w/brightwater-3/settings/general"),
        (
            "/w/brightwater/settings/api-keys?status=active&before=a%2Fb",
            "/w/brightwater-3/settings/api-keys?status=active&before=a%2Fb",
        ),
        (
            "/w/%62rightwater/settings?x=%C3%A4",
            "/w/brightwater-3/settings?x=%C3%A4",
        ),
    ] {
        for browser in [&owner, &member] {
            let reply = browser.get(asked).await.expect(308);
            assert_eq!(reply.location(), to);
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        let headers = [("sec-fetch-site", "same-origin")];
        let head = owner.send(Method::HEAD, asked, &headers, &[]).await;
        assert_eq!(head.expect(308).location(), to);
    }
    // Whoever signs in on the way gets there too.
    let stranger = app.stranger();
    let reply = stranger.get(GENERAL).await.expect(303);
    assert_eq!(
        reply.location(),
        "/sign-in?next=%2Fw%2Fbrightwater%2Fsettings%2Fgeneral"
    );
    // A page that is none is none under any address.
    owner
        .get("/w/brightwater/settings/nothing")
        .await
        .expect(404);
}

#[actix_web::test]
async fn to_everybody_else_a_former_address_is_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let leaver = app.member(Role::Admin).await;
    change(&owner, "brightwater", "brightwater-2")
        .await
        .expect(303);
    app.sql(|sql| sql.execute("UPDATE members SET removed_at = now() WHERE role = 'admin'"));
    let foreigner = app.workspace("Elsewhere").await;
    for browser in [&foreigner, &leaver] {
        // Whence the cookie of the forms comes, so that no answer below brings it.
        browser.get("/account").await.expect(200);
        for path in [GENERAL, "/w/brightwater", KEYS] {
            let nowhere = path.replace("brightwater", "nowhere");
            let former = browser.get(path).await.expect(404);
            let none = browser.get(&nowhere).await;
            are_alike(&app, (&former, path), (&none, &nowhere));
            let former = browser.post(path, &[("name", "Mine")]).await;
            let none = browser.post(&nowhere, &[("name", "Mine")]).await;
            are_alike(&app, (&former, path), (&none, &nowhere));
        }
    }
    for path in [GENERAL, "/w/nowhere/settings/general"] {
        assert!(
            app.stranger()
                .get(path)
                .await
                .location()
                .starts_with("/sign-in?")
        );
    }
}

/// As a browser does on 308: the same method and body, at the address that the answer names.
#[actix_web::test]
async fn a_form_that_was_open_while_the_address_changed_is_not_lost() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let open = filled(&owner, "ci").await;
    change(&owner, "brightwater", "brightwater-2")
        .await
        .expect(303);
    let reply = owner.submit(&open).await.expect(308);
    let again = Form {
        action: reply.location().to_owned(),
        ..open
    };
    assert_eq!(again.action, "/w/brightwater-2/settings/api-keys/new");
    let made = owner.submit(&again).await.expect(201).page();
    assert!(made.has("#secret"));
    let list = owner.get("/w/brightwater-2/settings/api-keys").await.page();
    assert_eq!(labels(&list), ["ci"]);
}

#[actix_web::test]
async fn who_change_different_settings_at_once_keep_what_both_did() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let open = form(&owner, "brightwater", "brightwater").await;
    change(&owner, "brightwater", "brightwater-2")
        .await
        .expect(303);
    // The other form has the address as it was, and says nothing about it.
    let form = open.with("name", "Deepwater");
    let again = Form {
        action: MOVED.to_owned(),
        ..form
    };
    assert_eq!(owner.submit(&again).await.expect(303).location(), MOVED);
    let now = owner.get(MOVED).await.page().form(MOVED);
    assert_eq!(
        (now.value("name"), now.value("slug")),
        (Some("Deepwater"), Some("brightwater-2"))
    );
    let said = sentences(&owner, &AUDIT.replace("brightwater", "brightwater-2")).await;
    assert_eq!(
        said[..2],
        [
            "renamed the workspace to Deepwater",
            "changed settings of Brightwater"
        ]
    );
}

#[actix_web::test]
async fn of_two_who_take_one_address_at_once_one_gets_it() {
    let app = TestApp::start();
    let (one, other) = (app.set_up().await, app.workspace("Harbour").await);
    let ours = form(&one, "brightwater", "shore")
        .await
        .with("confirmed", "yes");
    let theirs = form(&other, "harbour", "shore")
        .await
        .with("confirmed", "yes");
    let (ours, theirs) = join(one.submit(&ours), other.submit(&theirs)).await;
    let mut statuses = [ours.status, theirs.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

/// Whoever takes an address in the very moment in which it is left finds that it was kept.
#[actix_web::test]
async fn an_address_is_kept_in_the_moment_in_which_it_is_left() {
    let app = TestApp::start();
    let (_, other) = (app.set_up().await, app.workspace("Harbour").await);
    let form = form(&other, "harbour", "brightwater")
        .await
        .with("confirmed", "yes");
    app.sql(|sql| {
        sql.execute(
            "BEGIN;
             UPDATE workspaces SET slug = 'brightwater-2' WHERE slug = 'brightwater';
             INSERT INTO former_slugs SELECT id, 'brightwater', now() FROM workspaces WHERE slug = 'brightwater-2'",
        );
    });
    let leave = async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(300)).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (reply, ()) = join(other.submit(&form), leave).await;
    assert!(
        reply
            .expect(422)
            .page()
            .one("#slug-error")
            .contains("taken")
    );
}

/// So many that nobody keeps every good name from the others.
#[actix_web::test]
async fn ten_former_addresses_are_kept_and_the_oldest_is_named_before_it_goes() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let address = |n: u32| match n {
        0 => "brightwater".to_owned(),
        n => format!("brightwater-{n}"),
    };
    for n in 0..10 {
        change(&owner, &address(n), &address(n + 1))
            .await
            .expect(303);
        app.clock.advance(chrono::TimeDelta::minutes(1));
    }
    owner.get(GENERAL).await.expect(308);
    let last = form(&owner, &address(10), "shore").await;
    let said = asked(&owner, &last).await.one("#question-text");
    assert!(said.contains("Links to /w/brightwater end"), "{said}");
    change(&owner, &address(10), "shore").await.expect(303);
    owner.get(GENERAL).await.expect(404);
    owner.get("/w/brightwater-1").await.expect(308);
    // One of its own is taken back without an end to another.
    let back = form(&owner, "shore", "brightwater-1").await;
    let said = asked(&owner, &back).await.one("#question-text");
    assert!(!said.contains(" end:"), "{said}");
    // What was given up is free.
    let other = app.workspace("Harbour").await;
    change(&other, "harbour", "brightwater").await.expect(303);
}

#[actix_web::test]
async fn only_an_admin_of_the_workspace_changes_its_address() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let fields = [
        ("slug", "mine"),
        ("was_slug", "brightwater"),
        ("confirmed", "yes"),
    ];
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
    let reply = app.stranger().post(GENERAL, &fields).await.expect(303);
    assert!(reply.location().starts_with("/sign-in"));
    owner.get(GENERAL).await.expect(200);
    app.member(Role::Admin)
        .await
        .post(GENERAL, &fields)
        .await
        .expect(303);
    owner.get("/w/mine/settings/general").await.expect(200);
}

#[test]
fn commands_go_by_a_former_address_and_make_no_second_workspace_of_it() {
    let place = Place::new();
    let password = "violet tractor sings at noon";
    assert!(
        place
            .admin("One", "Ada Park", "ada@example.com", password)
            .success
    );
    let mut sql = crate::support::sql::Sql::connect(&place.url);
    sql.execute(
        "UPDATE workspaces SET slug = 'uno';
         INSERT INTO former_slugs SELECT id, 'one', now() FROM workspaces",
    );
    let made = place.key("one", "ci", &["--permission", "OBJECTS_LIST"]);
    assert!(made.success, "{}", made.stderr);
    assert!(
        made.stderr.contains("/w/one is /w/uno now."),
        "{}",
        made.stderr
    );
    assert_eq!(made.stdout.lines().count(), 1, "the key alone");
    refused(
        &place.admin(
            "One",
            "Bo Lind",
            "bo@example.com",
            "seven kettles hum along",
        ),
        "The address /w/one leads to a workspace that had it before",
    );
    assert_eq!(place.count("workspaces"), 1);
    assert_eq!(place.count("users"), 1);
}

#[actix_web::test]
async fn whoami_says_the_address_of_today() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    change(&owner, "brightwater", "brightwater-2")
        .await
        .expect(303);
    let answer = app
        .api(&key.secret)
        .get("/v1/whoami")
        .await
        .expect(200)
        .json();
    assert_eq!(answer["workspace"]["slug"], "brightwater-2");
}
