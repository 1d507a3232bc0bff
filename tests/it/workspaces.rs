//! Several workspaces: who belongs to which, making another, and the seven days in the trash.

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{
    actor::{Actor, Confirmed, Role, Source, Who},
    auth,
    error::Error,
    lifecycle,
    permissions::Permissions,
    policy::Unscoped,
    workspaces,
};

use crate::{
    scenes::{ADA, AUDIT, GENERAL, KEYS, generate, problem, sentences},
    support::{Browser, TestApp, make},
};

const ALL: &str = "/workspaces";
const NEW: &str = "/workspaces/new";
const DELETE: &str = "/w/brightwater/settings/deletion";
const RESTORE: &str = "/w/brightwater/restoration";
const UPKEEP: Unscoped = Unscoped::because("a test is the upkeep");

async fn create(browser: &Browser, name: &str) -> String {
    let made = browser.post(NEW, &[("workspace", name)]).await.expect(303);
    made.location().to_owned()
}

async fn delete(browser: &Browser) {
    let form = browser.get(DELETE).await.expect(200).page().form(DELETE);
    let form = form.with("confirm", "Brightwater");
    let reply = browser.submit(&form).await.expect(303);
    assert_eq!(reply.location(), ALL);
}

async fn purge(app: &TestApp) {
    lifecycle::purge(&app.db, UPKEEP, app.clock.now()).await;
}

#[actix_web::test]
async fn a_stranger_makes_none() {
    let app = TestApp::start();
    app.set_up().await;
    for reply in [
        app.stranger().get(ALL).await,
        app.stranger().post(NEW, &[("workspace", "Mine")]).await,
    ] {
        assert!(reply.location().starts_with("/sign-in"));
    }
}

#[actix_web::test]
async fn whoever_makes_another_workspace_owns_it_and_moves_between_both() {
    let app = TestApp::start();
    app.set_up().await;
    let member = app.member(Role::Member).await;
    let home = create(&member, "Northlight Studio").await;
    assert_eq!(home, "/w/northlight-studio/settings/api-keys");
    let page = member.get(&home).await.expect(200).page();
    assert_eq!(
        page.all("#me-menu .homes .name"),
        ["Northlight Studio", "Brightwater"]
    );
    assert_eq!(page.all("#me-menu .homes small"), ["Owner", "Member"]);
    assert_eq!(
        page.one("#me-menu [aria-current] .name"),
        "Northlight Studio"
    );
    // What they may in one, they may not in the other.
    member.get(KEYS).await.expect(403);
    let all = member.get(ALL).await.expect(200).page();
    assert_eq!(
        all.all(".rows > li > a"),
        ["Brightwater", "Northlight Studio"]
    );
    let log = sentences(&member, "/w/northlight-studio/settings/audit-log").await;
    assert!(
        log.iter().any(|s| s.contains("created workspace")),
        "{log:?}"
    );
}

#[actix_web::test]
async fn what_is_called_alike_gets_an_address_of_its_own_and_tells_nothing() {
    let app = TestApp::start();
    app.workspace("Brightwater").await;
    let other = app.workspace("Elsewhere").await;
    let made = join_all((0..4).map(|_| create(&other, "Brightwater"))).await;
    let mut made: Vec<&str> = made.iter().map(String::as_str).collect();
    made.sort();
    let expected = [2, 3, 4, 5].map(|n| format!("/w/brightwater-{n}/settings/api-keys"));
    assert_eq!(made, expected);
}

#[actix_web::test]
async fn a_form_with_a_mistake_makes_none_and_many_are_too_many() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "x".repeat(81);
    for name in ["", " ", "a\u{0}b", "line\nbreak", &long] {
        let reply = owner.post(NEW, &[("workspace", name)]).await.expect(422);
        assert!(reply.page().has("#workspace-error") || name.contains('\0'));
    }
    for n in 0..10 {
        create(&owner, &format!("Number {n}")).await;
    }
    let reply = owner
        .post(NEW, &[("workspace", "Eleven")])
        .await
        .expect(429);
    assert!(reply.text().contains("Eleven"), "what was typed is kept");
    assert!(!reply.header("retry-after").is_empty());
}

#[actix_web::test]
async fn a_deleted_workspace_has_no_page_and_its_keys_are_suspended_until_it_is_restored() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = make::key(&app, "brightwater", "production");
    let gone = make::key(&app, "brightwater", "gone");
    make::revoked(&app, &gone, "unneeded");
    let program = app.api(&key.secret);
    let now = app.clock.now();
    make::called(&app, &key, "served", 40, now - TimeDelta::days(3));
    make::called(&app, &key, "served", 500, now - TimeDelta::days(9));
    make::called(&app, &key, "key_deactivated", 7, now - TimeDelta::hours(3));
    make::used(&app, &gone, 2, now - TimeDelta::hours(3));
    program.get("/v1/whoami").await.expect(200);
    app.write_counts().await;
    let asked = owner.get(DELETE).await.expect(200).page().text();
    let requests = "3 in 24 hours, 43 in 7 days";
    for fact in ["1 active key", "just now", "2 members", requests] {
        assert!(asked.contains(fact), "{fact}: {asked}");
    }
    delete(&owner).await;
    problem(program.get("/v1/whoami").await, 401, "key_suspended");
    problem(program.delete("/v1/whoami").await, 401, "key_suspended");
    problem(
        app.api(&gone.secret).get("/v1/whoami").await,
        401,
        "key_revoked",
    );
    for path in [KEYS, AUDIT, GENERAL, DELETE, "/w/brightwater"] {
        for browser in [&owner, &admin] {
            browser.get(path).await.expect(404);
        }
    }
    // Only owners learn that it can come back.
    assert!(!admin.get(ALL).await.text().contains("Brightwater"));
    let page = owner.get(ALL).await.expect(200).page();
    assert!(
        page.text().contains("Can be restored until"),
        "{}",
        page.text()
    );
    admin.post(RESTORE, &[]).await.expect(403);
    let back = owner.submit(&page.form(RESTORE)).await.expect(303);
    assert_eq!(back.location(), GENERAL);
    program.get("/v1/whoami").await.expect(200);
    admin.get(KEYS).await.expect(200);
    owner.post(RESTORE, &[]).await.expect(404);
    let log = sentences(&owner, AUDIT).await;
    for said in ["deleted workspace", "restored workspace"] {
        assert!(log.iter().any(|s| s.contains(said)), "{log:?}");
    }
    let told = owner.get(AUDIT).await.page().all(".changes");
    let told: Vec<bool> = told
        .iter()
        .filter(|row| row.contains("Deleted at"))
        .map(|row| row.ends_with(" –"))
        .collect();
    assert_eq!(told, [true, false], "the newest first");
}

#[actix_web::test]
async fn only_its_name_typed_by_an_owner_deletes_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let foreigner = app.workspace("Elsewhere").await;
    for typed in ["", "brightwater", "Brightwaters", "Elsewhere"] {
        let reply = owner.post(DELETE, &[("confirm", typed)]).await.expect(422);
        assert!(
            reply
                .page()
                .one("#confirm-error")
                .contains("Type Brightwater")
        );
    }
    let good = [("confirm", "Brightwater")];
    let admin = app.member(Role::Admin).await;
    admin.get(DELETE).await.expect(403);
    admin.post(DELETE, &good).await.expect(403);
    assert!(!admin.get(GENERAL).await.text().contains("Delete workspace"));
    app.member(Role::Member)
        .await
        .post(DELETE, &good)
        .await
        .expect(403);
    foreigner.post(DELETE, &good).await.expect(404);
    foreigner.post(RESTORE, &[]).await.expect(404);
    let form = owner.get(GENERAL).await.page();
    assert_eq!(form.attributes("a[href$=deletion]", "href"), [DELETE]);
    owner.get(KEYS).await.expect(200);
}

#[actix_web::test]
async fn after_seven_days_it_is_gone_for_good_and_no_set_up_page_comes_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Elsewhere").await;
    let key = make::key(&app, "brightwater", "production");
    make::used(&app, &key, 3, app.clock.now());
    // More than go in one transaction, also such as refer to the people who go with them.
    for n in 0..25 {
        generate(&owner, &format!("key {n}")).await;
    }
    delete(&owner).await;
    app.clock
        .advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    purge(&app).await;
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_suspended",
    );
    app.clock.advance(TimeDelta::minutes(2));
    let owner = app.sign_in(ADA).await;
    // Too late already before upkeep comes round.
    owner.post(RESTORE, &[]).await.expect(404);
    assert!(!owner.get(ALL).await.text().contains("Brightwater"));
    purge(&app).await;
    problem(
        app.api(&key.secret).get("/v1/whoami").await,
        401,
        "key_invalid",
    );
    let left = app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM keys"));
    assert_eq!(left, "0");
    let left = app.sql(|sql| {
        sql.line("SELECT count(*)::text AS line FROM audit_events a LEFT JOIN workspaces w ON w.id = a.workspace_id WHERE w.id IS NULL")
    });
    assert_eq!(left, "0");
    let home = owner.get("/").await.expect(303);
    assert_eq!(home.location(), ALL);
    assert!(
        owner
            .get(ALL)
            .await
            .text()
            .contains("You belong to no workspace")
    );
    app.stranger().get("/set-up").await.expect(404);
    drop(other);
    // The address is free again.
    assert_eq!(create(&owner, "Brightwater").await, KEYS);
}

#[actix_web::test]
async fn twenty_at_once_delete_or_restore_it_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let good = [("confirm", "Brightwater")];
    let replies = join_all((0..20).map(|_| owner.post(DELETE, &good))).await;
    let done = replies.iter().filter(|r| r.status == 303).count();
    assert_eq!(done, 1);
    assert!(replies.iter().all(|r| matches!(r.status, 303 | 404 | 503)));
    let replies = join_all((0..20).map(|_| owner.post(RESTORE, &[]))).await;
    let done = replies.iter().filter(|r| r.status == 303).count();
    assert_eq!(done, 1);
    owner.get(KEYS).await.expect(200);
}

#[actix_web::test]
async fn a_page_asks_as_often_in_one_workspace_as_in_thirty() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    owner.get(KEYS).await.expect(200);
    let (_, one) = app.counting(owner.get(KEYS)).await;
    for n in 0..30 {
        make::workspace(&app, &format!("Number {n}"));
        let slug = make::slug(&format!("Number {n}"));
        make::membership(&app, &slug, ADA, Role::Member);
    }
    let (reply, many) = app.counting(owner.get(KEYS)).await;
    assert_eq!(one.len(), many.len(), "{many:#?}");
    // The menu holds the first; the page has all.
    assert_eq!(reply.page().all("#me-menu .homes li").len(), 8);
    let all = owner.send(Method::GET, ALL, &[], &[]).await.page();
    assert_eq!(all.all(".rows li").len(), 31);
}

#[actix_web::test]
async fn what_runs_for_somebody_of_a_deleted_workspace_does_not_go_on() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "production");
    let line = |query: &str| app.sql(|sql| sql.line(query));
    let workspace = line("SELECT id::text AS line FROM workspaces");
    let member = line("SELECT id::text AS line FROM members");
    let session = line("SELECT handle::text AS line FROM sessions");
    let actor = |who| {
        Actor::new(
            who,
            workspace.parse().expect("an id"),
            Source {
                session: session.parse().ok(),
                ..Source::default()
            },
        )
    };
    let actors = [
        actor(Who::Member {
            id: member.parse().expect("an id"),
            name: "Ada Park".to_owned(),
            role: Role::Owner,
            permissions: Permissions::default(),
        }),
        actor(Who::Key {
            id: key.id.parse().expect("an id"),
            secret: 1,
            label: "production".to_owned(),
            permissions: Permissions::everything(),
            owner: None,
        }),
    ];
    let go_on = || {
        let now = app.clock.now();
        actors.each_ref().map(|actor| {
            let standing = app.db.run_here(|conn| auth::standing(conn, actor, now));
            standing.is_ok()
        })
    };
    assert_eq!(go_on(), [true, true]);
    delete(&owner).await;
    assert_eq!(go_on(), [false, false]);
}

#[actix_web::test]
async fn no_address_leads_to_a_deleted_workspace() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| {
        sql.execute("INSERT INTO former_slugs SELECT id, 'bright', now() FROM workspaces");
    });
    let leads = |slug: &'static str| {
        let found = app
            .db
            .run_here(|conn| workspaces::find_at(conn, UPKEEP, slug));
        found.expect("an answer").is_some()
    };
    assert!(leads("brightwater") && leads("bright"));
    delete(&owner).await;
    assert!(!leads("brightwater") && !leads("bright"));
    owner.get("/w/bright/settings/general").await.expect(404);
}

#[actix_web::test]
async fn until_when_it_can_be_restored_is_said_in_the_zone_of_whoever_reads() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    crate::scenes::show_times_of(&owner, "Asia/Tokyo").await;
    delete(&owner).await;
    let said = async || owner.get(ALL).await.expect(200).page().text();
    assert!(said().await.contains(" JST"), "{}", said().await);
    app.sql(|sql| sql.execute("UPDATE users SET time_zone = 'America/New_York'"));
    let said = said().await;
    assert!(
        !said.contains(" JST") && (said.contains(" EST") || said.contains(" EDT")),
        "{said}"
    );
}

#[actix_web::test]
async fn whoever_is_no_owner_any_more_deletes_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let line = |query: &str| app.sql(|sql| sql.line(query));
    let actor = Actor::new(
        Who::Member {
            id: line("SELECT id::text AS line FROM members")
                .parse()
                .expect("an id"),
            name: "Ada Park".to_owned(),
            role: Role::Owner,
            permissions: Permissions::default(),
        },
        line("SELECT id::text AS line FROM workspaces")
            .parse()
            .expect("an id"),
        Source::default(),
    );
    // While their password was checked somebody else made them an admin.
    app.sql(|sql| sql.execute("UPDATE members SET role = 'admin'"));
    let now = app.clock.now();
    let confirmed = Confirmed::since(Some(now), now);
    let done = app
        .db
        .run_here(|conn| workspaces::trash(conn, &actor, "Brightwater", confirmed, now));
    assert!(matches!(done, Err(Error::Conflict(_))), "{done:?}");
    owner.get(KEYS).await.expect(200);
}
