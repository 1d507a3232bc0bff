//! Leaving a workspace oneself: asked first, and over on the next click.

use futures_util::future::join;
use keyroom::actor::Role;

use crate::{
    scenes::{AUDIT, KEYS, MEMBERS, generate, sentences},
    support::{TestApp, make},
};

const LEAVE: &str = "/w/brightwater/leaving";
const ALL: &str = "/workspaces";
const SAM: &str = "sam@brightwater.example";

#[actix_web::test]
async fn a_stranger_and_others_have_nothing_to_leave() {
    let app = TestApp::start();
    app.set_up().await;
    for reply in [
        app.stranger().get(LEAVE).await,
        app.stranger().post(LEAVE, &[]).await,
    ] {
        assert!(reply.location().starts_with("/sign-in"));
    }
    let other = app.workspace("Elsewhere").await;
    other.get(LEAVE).await.expect(404);
    other.post(LEAVE, &[]).await.expect(404);
}

/// As whoever shares a folder of their own, who would wait for them otherwise while they wait for the folder.
#[actix_web::test]
async fn whoever_leaves_is_held_before_their_folders() {
    let app = TestApp::start();
    app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let folder = make::folder(&app, "brightwater", "Handbook", Some(&sam));
    let browser = app.sign_in(SAM).await;
    let form = browser.get(LEAVE).await.expect(200).page().form(LEAVE);
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; SELECT id FROM members WHERE id = '{sam}' FOR SHARE"
        ));
    });
    let share = async {
        app.somebody_waits().await;
        app.sql(|sql| {
            sql.execute(&format!(
                "SELECT id FROM folders WHERE id = '{folder}' FOR NO KEY UPDATE NOWAIT"
            ));
            sql.execute("COMMIT");
        });
    };
    let (reply, ()) = join(browser.submit(&form), share).await;
    assert_eq!(reply.expect(303).location(), ALL);
}

#[actix_web::test]
async fn a_member_leaves_and_is_out_everywhere_on_the_next_click() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Admin);
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    make::in_group(&app, &group, &sam);
    let (here, there) = (app.sign_in(SAM).await, app.sign_in(SAM).await);
    there.get(KEYS).await.expect(200);
    let key = generate(&here, "notebook").await;

    let all = here.get(ALL).await.expect(200).page();
    assert!(
        all.attributes(".rows a", "href")
            .contains(&LEAVE.to_owned())
    );
    let own = here.get(&format!("{MEMBERS}/{sam}")).await.page();
    assert_eq!(
        own.attributes("#leave + *, a.btn", "href")
            .iter()
            .filter(|h| *h == LEAVE)
            .count(),
        1
    );
    let page = here.get(LEAVE).await.expect(200).page();
    assert_eq!(page.one("h1"), "Leave Brightwater?");
    for told in [
        "You made 1 key that can be used.",
        "You leave Engineering.",
        "an admin has to invite you",
    ] {
        assert!(page.text().contains(told), "{told} in {}", page.text());
    }
    let done = here.submit(&page.form(LEAVE)).await.expect(303);
    assert_eq!(done.location(), ALL);
    let landed = here.follow(&done).await.expect(200).page();
    assert!(landed.one("#flash").contains("You left Brightwater."));
    assert!(landed.text().contains("You belong to no workspace"));
    for browser in [&here, &there] {
        browser.get(KEYS).await.expect(404);
        browser.get(LEAVE).await.expect(404);
    }
    // The key is the workspace's.
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    let said = sentences(&owner, AUDIT).await;
    assert!(said.contains(&"left the workspace".to_owned()), "{said:?}");
    let log = owner.get(AUDIT).await.page();
    let changes = log.all("table.changes tbody tr").join("; ");
    assert!(
        changes.contains("Groups Engineering –") && changes.contains("Role admin –"),
        "{changes}"
    );
    let events = here
        .get("/account/activity")
        .await
        .expect(200)
        .page()
        .text();
    assert!(events.contains("Left a workspace Brightwater"), "{events}");
    let removed = owner.get(&format!("{MEMBERS}?state=removed")).await.page();
    assert!(removed.text().contains("Sam Okafor"));
    // Nobody removed them, and there is no report on it.
    let gone = owner.get(&format!("{MEMBERS}/{sam}")).await.expect(200);
    let gone = gone.page();
    assert!(!gone.has("a[href$='/report']"));
    let told = gone.one("main");
    assert!(!told.to_lowercase().contains("removed"), "{told}");
    assert!(
        told.contains("They left, so they hold no permission here."),
        "{told}"
    );
    assert!(gone.one(".h1row").contains("Left"), "{told}");
    assert!(gone.one("main dl").contains("Left"), "{told}");
    let report = format!("{MEMBERS}/{sam}/report");
    owner.get(&report).await.expect(404);
}

#[actix_web::test]
async fn a_group_one_comes_into_at_that_moment_is_among_those_one_left() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let here = app.sign_in(SAM).await;
    make::coming_into_group(&app, &group, &sam);
    let add = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (done, ()) = join(here.post(LEAVE, &[]), add).await;
    done.expect(303);
    let changes = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    assert!(
        changes.contains(&"Groups Engineering –".to_owned()),
        "{changes:?}"
    );
}

#[actix_web::test]
async fn the_only_active_owner_is_told_the_two_ways_out() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = make::named(&app, "brightwater", "Olu Ade", "olu@x.example", Role::Owner);
    make::suspended(&app, &other);
    let page = owner.get(LEAVE).await.expect(200).page();
    assert!(page.text().contains("You are the only active owner"));
    let ways = page.attributes("main .items a", "href");
    assert_eq!(ways, [MEMBERS, "/w/brightwater/settings/deletion"]);
    assert!(!page.offers(LEAVE));
    let refused = owner.post(LEAVE, &[]).await.expect(409).page();
    assert!(
        refused
            .text()
            .contains("This is the only active owner. Make somebody else an owner first."),
        "{}",
        refused.text()
    );
    owner.get(KEYS).await.expect(200);
    // With another one it works.
    app.sql(|sql| sql.execute("UPDATE members SET suspended_at = NULL"));
    let form = owner.get(LEAVE).await.page().form(LEAVE);
    owner.submit(&form).await.expect(303);
    owner.get(KEYS).await.expect(404);
}

#[actix_web::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::named(&app, "brightwater", "Olu Ade", "olu@x.example", Role::Owner);
    let other = app.sign_in("olu@x.example").await;
    let (one, two) = join(owner.post(LEAVE, &[]), other.post(LEAVE, &[])).await;
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[actix_web::test]
async fn the_list_of_workspaces_marks_those_that_are_closed_to_one() {
    let app = TestApp::start();
    app.set_up().await;
    app.workspace("Elsewhere").await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    make::membership(&app, "elsewhere", SAM, Role::Admin);
    make::suspended(&app, &sam);
    let browser = app.sign_in(SAM).await;
    let page = browser.get(ALL).await.expect(200).page();
    let rows = page.all(".rows li");
    assert!(rows[0].starts_with("B Brightwater Suspended"), "{rows:?}");
    assert!(rows[1].starts_with("E Elsewhere Admin"), "{rows:?}");
    assert_eq!(
        page.attributes(".rows a", "href"),
        ["/w/elsewhere", "/w/elsewhere/leaving"]
    );
    browser.get(LEAVE).await.expect(403);
}
