//! Members: who they are, what they may do, and how they leave.

use chrono::TimeDelta;
use keyroom::actor::Role;

use crate::{
    scenes::{ADA, AUDIT, KEYS, MEMBERS, sentences},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

async fn list(browser: &Browser, query: &str) -> Page {
    browser
        .get(&format!("{MEMBERS}{query}"))
        .await
        .expect(200)
        .page()
}

/// The names of the rows, in their order.
fn names(page: &Page) -> Vec<String> {
    page.all("tbody .who > a")
}

/// The address of a member, or of something done with them.
fn at(id: &str, what: &str) -> String {
    format!("{MEMBERS}/{id}{what}")
}

/// Somebody new in Brightwater.
fn person(app: &TestApp, name: &str, role: Role) -> String {
    let email = format!("{}@brightwater.example", make::slug(name));
    make::named(app, "brightwater", name, &email, role)
}

async fn give(browser: &Browser, id: &str, role: &str) -> Reply {
    browser.post(&at(id, "/role"), &[("role", role)]).await
}

#[actix_web::test]
async fn the_list_has_everybody_with_their_role_by_name() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    person(&app, "Émile Zola", Role::Admin);
    person(&app, "bo diaz", Role::Member);
    let page = list(&owner, "").await;
    assert_eq!(names(&page), ["Ada Park", "bo diaz", "Émile Zola"]);
    assert_eq!(
        page.all("td.role .badge"),
        ["Owner"],
        "one's own is no form"
    );
    assert_eq!(
        page.elements("td.role option[selected]")
            .iter()
            .map(|o| o.attr("value").unwrap_or_default())
            .collect::<Vec<_>>(),
        ["member", "admin"]
    );
    assert!(page.text().contains("owner@brightwater.example"));
    assert_eq!(
        page.all("nav.tools a"),
        ["All 3", "Active 3", "Suspended 0", "Removed 0"]
    );
}

#[actix_web::test]
async fn search_finds_every_word_of_name_and_address_whatever_case_and_accents() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    person(&app, "Émile Zola", Role::Member);
    person(&app, "Zoë Núñez", Role::Admin);
    for (q, wanted) in [
        ("emile", vec!["Émile Zola"]),
        ("ZOLA+%C3%A9mi", vec!["Émile Zola"]),
        ("zo", vec!["Émile Zola", "Zoë Núñez"]),
        ("nunez", vec!["Zoë Núñez"]),
        ("zoe-nunez%40bright", vec!["Zoë Núñez"]),
        ("zola+nunez", vec![]),
        ("%25", vec![]),
        ("_mile", vec![]),
        ("%5C", vec![]),
    ] {
        assert_eq!(
            names(&list(&owner, &format!("?q={q}")).await),
            wanted,
            "{q}"
        );
    }
    let none = list(&owner, "?q=nobody").await;
    assert_eq!(none.one("#empty"), "No members match");
    assert_eq!(none.attributes(".empty a", "href"), [MEMBERS]);
    let admins = list(&owner, "?q=zo&role=admin").await;
    assert_eq!(names(&admins), ["Zoë Núñez"], "filters combine");
    assert_eq!(admins.form(MEMBERS).value("q"), Some("zo"), "and stay");
    for wrong in [
        "?role=guest",
        "?state=asleep",
        "?sort=age",
        "?before=x",
        "?after=x&before=x",
    ] {
        owner.get(&format!("{MEMBERS}{wrong}")).await.expect(404);
    }
    owner.get(&format!("{MEMBERS}?what=ever")).await.expect(400);
}

#[actix_web::test]
async fn paging_shows_each_member_once_there_and_back_in_either_order() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for n in 0..44 {
        // Names and times that are equal: the id decides.
        let email = format!("p{n}@brightwater.example");
        let name = format!("Person {}", n / 10);
        let id = make::named(&app, "brightwater", &name, &email, Role::Member);
        if n % 2 == 0 {
            app.sql(|sql| {
                sql.execute(&format!(
                    "INSERT INTO member_visits SELECT workspace_id, id, '2026-01-01' FROM members WHERE id = '{id}'"
                ));
            });
        }
    }
    for sort in ["", "?sort=seen"] {
        let mut pages = Vec::new();
        let mut next = format!("{MEMBERS}{sort}");
        loop {
            let page = owner.get(&next).await.expect(200).page();
            pages.push(page.all("tbody .who small"));
            let Some(older) = page.attributes("a#next", "href").pop() else {
                break;
            };
            next = older;
        }
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 5]);
        let mut all = pages.concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 45, "nothing twice, nothing missing");
        let mut back = Vec::new();
        loop {
            let page = owner.get(&next).await.expect(200).page();
            back.push(page.all("tbody .who small"));
            let Some(newer) = page.attributes("a#previous", "href").pop() else {
                break;
            };
            next = newer;
        }
        back.reverse();
        assert_eq!(back, pages);
    }
}

#[actix_web::test]
async fn a_role_is_changed_said_recorded_and_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = person(&app, "Sam Okafor", Role::Member);
    let browser = app.sign_in("sam-okafor@brightwater.example").await;
    browser.get(MEMBERS).await.expect(403);
    let form = list(&owner, "").await.form(&at(&sam, "/role"));
    let done = owner.submit(&form.with("role", "admin")).await.expect(303);
    assert_eq!(done.location(), format!("{MEMBERS}#m-{sam}"));
    let page = owner.follow(&done).await.page();
    assert!(page.one("#flash").contains("Sam Okafor is now an admin."));
    browser.get(MEMBERS).await.expect(200);
    let undo = page.form(&at(&sam, "/role/member"));
    owner.submit(&undo).await.expect(303);
    browser.get(MEMBERS).await.expect(403);
    let said = sentences(&owner, AUDIT).await;
    let made: Vec<&String> = said.iter().filter(|s| s.starts_with("made")).collect();
    assert_eq!(
        made,
        ["made Sam Okafor a member", "made Sam Okafor an admin"]
    );
    // The same again is no change.
    give(&owner, &sam, "member").await.expect(303);
    assert_eq!(sentences(&owner, AUDIT).await.len(), said.len());
    give(&owner, &sam, "guest").await.expect(400);
    owner.post(&at(&sam, "/role/guest"), &[]).await.expect(404);
}

#[actix_web::test]
async fn owners_are_the_business_of_owners() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = person(&app, "Olu Ade", Role::Owner);
    let sam = person(&app, "Sam Okafor", Role::Member);
    let admin = app.member(Role::Admin).await;
    let page = list(&admin, "").await;
    assert!(!page.offers(&at(&other, "/role")) && page.offers(&at(&sam, "/role")));
    let form = format!("form[action='{}'] option", at(&sam, "/role"));
    assert_eq!(
        page.all(&form),
        ["Admin", "Member"],
        "no owner is made by an admin"
    );
    let told = admin.get(&at(&other, "")).await.expect(200).page();
    assert!(
        told.text()
            .contains("You need to be an owner to change an owner.")
    );
    for (path, fields) in [
        (at(&other, "/role"), vec![("role", "member")]),
        (at(&other, "/role"), vec![("role", "owner")]),
        (at(&other, "/role/admin"), vec![]),
        (at(&other, "/suspension"), vec![]),
        (at(&other, "/removal"), vec![]),
        (at(&sam, "/role"), vec![("role", "owner")]),
        (at(&sam, "/role/owner"), vec![]),
    ] {
        let page = admin.post(&path, &fields).await.expect(403).page().text();
        assert!(page.contains("You need to be an owner"), "{path}: {page}");
        assert!(page.contains("Ask Ada Park or Olu Ade."), "{path}: {page}");
    }
    admin.get(&at(&other, "/removal")).await.expect(403);
    let refused = sentences(&owner, AUDIT).await;
    assert!(refused.iter().filter(|s| s.starts_with("Refused")).count() >= 8);
    // An owner may.
    give(&owner, &sam, "owner").await.expect(303);
    give(&owner, &other, "member").await.expect(303);
}

#[actix_web::test]
async fn the_only_active_owner_stays_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let ada = make::member_id(&app, "brightwater", ADA);
    let away = person(&app, "Olu Ade", Role::Owner);
    make::suspended(&app, &away);
    let page = owner.get(&at(&ada, "")).await.expect(200).page();
    assert!(page.text().contains("This is the only active owner."));
    assert!(!page.offers(&at(&ada, "/role")));
    // Whoever is suspended is not that one, in the list as on their page.
    for page in [
        list(&owner, "").await,
        owner.get(&at(&away, "")).await.expect(200).page(),
    ] {
        assert!(page.offers(&at(&away, "/reinstatement")));
        assert!(page.offers(&at(&away, "/role")));
        let removal = at(&away, "/removal");
        assert!(page.attributes("main a", "href").contains(&removal));
    }
    for (path, fields) in [
        (at(&ada, "/role"), vec![("role", "admin")]),
        (at(&ada, "/suspension"), vec![]),
        (at(&ada, "/removal"), vec![]),
    ] {
        owner.post(&path, &fields).await.expect(409);
    }
    // With another owner one may step down, but not lock oneself out.
    owner
        .post(&at(&away, "/reinstatement"), &[])
        .await
        .expect(303);
    for what in ["/suspension", "/removal"] {
        let page = owner.post(&at(&ada, what), &[]).await.expect(409).page();
        assert!(
            page.text()
                .contains("yourself. Ask another owner or admin.")
        );
    }
    let form = owner
        .get(&at(&ada, ""))
        .await
        .page()
        .form(&at(&ada, "/role"));
    let down = owner.submit(&form.with("role", "admin")).await.expect(303);
    let page = owner.follow(&down).await.expect(200).page();
    assert!(page.one("#flash").contains("You are now an admin."));
    assert!(
        !page.has("#flash form"),
        "nothing that one could undo oneself"
    );
}

#[actix_web::test]
async fn whoever_is_removed_is_out_on_the_next_request_and_stays_in_history() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let mateo = person(&app, "Mateo Cruz", Role::Admin);
    let email = "mateo-cruz@brightwater.example";
    let (phone, laptop) = (app.sign_in(email).await, app.sign_in(email).await);
    for session in [&phone, &laptop] {
        session.get(KEYS).await.expect(200);
    }
    let asked = owner.get(&at(&mateo, "/removal")).await.expect(200).page();
    assert_eq!(asked.one("h1"), "Remove Mateo Cruz?");
    let done = owner
        .submit(&asked.form(&at(&mateo, "/removal")))
        .await
        .expect(303);
    for session in [&phone, &laptop] {
        session.get(KEYS).await.expect(404);
        session.get("/account/security").await.expect(200);
        assert_eq!(session.get("/").await.location(), "/workspaces");
    }
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Mateo Cruz is removed."));
    assert_eq!(names(&list(&owner, "").await), ["Ada Park"]);
    let gone = list(&owner, "?state=removed").await;
    assert_eq!(names(&gone), ["Mateo Cruz"]);
    assert!(!gone.offers(&at(&mateo, "/role")));
    let page = owner.get(&at(&mateo, "")).await.expect(200).page();
    assert!(page.text().contains("Removed"));
    for what in ["/role", "/suspension", "/reinstatement", "/removal"] {
        let fields: &[(&str, &str)] = if what == "/role" {
            &[("role", "member")]
        } else {
            &[]
        };
        owner.post(&at(&mateo, what), fields).await.expect(409);
    }
    owner.get(&at(&mateo, "/removal")).await.expect(409);
    let said = sentences(&owner, AUDIT).await;
    assert!(said.contains(&"removed Mateo Cruz".to_owned()), "{said:?}");
}

#[actix_web::test]
async fn whoever_comes_back_is_another_member() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let first = person(&app, "Mateo Cruz", Role::Admin);
    owner.post(&at(&first, "/removal"), &[]).await.expect(303);
    make::membership(
        &app,
        "brightwater",
        "mateo-cruz@brightwater.example",
        Role::Member,
    );
    assert_eq!(names(&list(&owner, "").await), ["Ada Park", "Mateo Cruz"]);
    assert_eq!(names(&list(&owner, "?state=removed").await), ["Mateo Cruz"]);
    let back = make::member_id(&app, "brightwater", "mateo-cruz@brightwater.example");
    assert_ne!(back, first);
    let page = owner.get(&at(&back, "")).await.expect(200).page();
    assert!(
        page.text().contains("Never"),
        "what they did before is of before"
    );
}

#[actix_web::test]
async fn last_seen_is_of_this_workspace_a_minute_exact_and_never_moves_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let sam = person(&app, "Sam Okafor", Role::Member);
    let email = "sam-okafor@brightwater.example";
    make::membership(&app, "elsewhere", email, Role::Member);
    let browser = app.sign_in(email).await;
    let seen = |app: &TestApp| {
        app.sql(|sql| {
            sql.lines(&format!(
                "SELECT last_seen_at::text AS line FROM member_visits WHERE member_id = '{sam}'"
            ))
        })
    };
    // What somebody does elsewhere is not seen here.
    browser
        .get("/w/elsewhere/settings/api-keys")
        .await
        .expect(403);
    assert_eq!(seen(&app), [""; 0]);
    assert!(owner.get(&at(&sam, "")).await.text().contains("Never"));
    browser.get(KEYS).await.expect(403);
    let first = seen(&app);
    assert!(owner.get(&at(&sam, "")).await.text().contains("just now"));
    app.clock.advance(TimeDelta::seconds(50));
    browser.get(KEYS).await.expect(403);
    assert_eq!(seen(&app), first, "not for each click");
    app.clock.advance(TimeDelta::seconds(20));
    browser.get(KEYS).await.expect(403);
    let second = seen(&app);
    assert!(second > first);
    app.clock.advance(TimeDelta::hours(-1));
    browser.get(KEYS).await.expect(403);
    assert_eq!(seen(&app), second);
    let page = list(&owner, "?sort=seen").await;
    assert_eq!(names(&page), ["Sam Okafor", "Ada Park"]);
}

#[actix_web::test]
async fn members_of_another_workspace_are_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let theirs = make::named(
        &app,
        "elsewhere",
        "Eve Stone",
        "eve@elsewhere.example",
        Role::Member,
    );
    assert_eq!(names(&list(&owner, "?q=eve").await), [""; 0]);
    let nobody = "018f0000-0000-7000-8000-000000000009";
    for id in [theirs.as_str(), nobody] {
        owner.get(&at(id, "")).await.expect(404);
        owner.get(&at(id, "/removal")).await.expect(404);
        give(&owner, id, "admin").await.expect(404);
        for what in ["/role/admin", "/suspension", "/reinstatement", "/removal"] {
            owner.post(&at(id, what), &[]).await.expect(404);
        }
    }
    owner.get(&at("nobody", "")).await.expect(404);
}

#[actix_web::test]
async fn a_member_may_not_and_the_refusal_says_who_can() {
    let app = TestApp::start();
    app.set_up().await;
    let member = app.member(Role::Member).await;
    let page = member.get(MEMBERS).await.expect(403).page().text();
    assert!(
        page.contains("You need to be an admin to see members and groups. Ask Ada Park."),
        "{page}"
    );
}

#[actix_web::test]
async fn names_are_shown_as_text() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = person(&app, "Eve <b>\"Stone\"</b>", Role::Member);
    for path in [MEMBERS.to_owned(), at(&id, ""), at(&id, "/removal")] {
        let text = owner.get(&path).await.expect(200).text();
        assert!(!text.contains("<b>\"Stone"), "{path}");
    }
}

#[actix_web::test]
async fn an_owner_is_made_with_the_password_alone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = person(&app, "Sam Okafor", Role::Member);
    let a_while_ago = || app.sql(|sql| sql.execute("UPDATE sessions SET confirmed_at = NULL"));
    let role = || {
        app.sql(|sql| {
            sql.line(&format!(
                "SELECT role AS line FROM members WHERE id = '{sam}'"
            ))
        })
    };
    a_while_ago();
    give(&owner, &sam, "admin").await.expect(303);
    for way in ["/role", "/role/owner"] {
        let form: &[(&str, &str)] = match way {
            "/role" => &[("role", "owner")],
            _ => &[],
        };
        let asked = owner.post(&at(&sam, way), form).await.expect(200).page();
        assert_eq!(asked.one("h1"), "Confirm it's you");
        assert_eq!(role(), "admin");
        let right = asked.form(&at(&sam, way));
        let right = right.with("confirm-password", make::PASSWORD);
        owner.submit(&right).await.expect(303);
        assert_eq!(role(), "owner");
        give(&owner, &sam, "admin").await.expect(303);
        a_while_ago();
    }
}
