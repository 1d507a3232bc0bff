//! Whoever is suspended keeps their account, and finds the workspace closed.

use actix_web::http::Method;
use keyroom::{actor::Role, app as application, web::Access};

use crate::{
    scenes::{AUDIT, KEYS, MEMBERS, sentences},
    support::{TestApp, make},
};

const SAM: &str = "sam@brightwater.example";
const NOBODY: &str = "018f0000-0000-7000-8000-000000000009";

fn sam(app: &TestApp, role: Role) -> String {
    make::named(app, "brightwater", "Sam Okafor", SAM, role)
}

#[actix_web::test]
async fn suspending_closes_the_workspace_at_once_and_is_undone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app, Role::Admin);
    let browser = app.sign_in(SAM).await;
    browser.get(KEYS).await.expect(200);
    let list = owner.get(MEMBERS).await.page();
    let done = owner
        .submit(&list.form(&format!("{MEMBERS}/{id}/suspension")))
        .await
        .expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Sam Okafor is suspended."));
    assert!(page.one(&format!("#m-{id} .status")).contains("Suspended"));
    let closed = browser.get(KEYS).await.expect(403).page();
    assert_eq!(closed.one("h1"), "You are suspended in this workspace");
    assert!(closed.text().contains("Ask Ada Park."), "{}", closed.text());
    // Twice is once.
    owner
        .post(&format!("{MEMBERS}/{id}/suspension"), &[])
        .await
        .expect(303);
    let undo = page.form(&format!("{MEMBERS}/{id}/reinstatement"));
    owner.submit(&undo).await.expect(303);
    browser.get(KEYS).await.expect(200);
    let said = sentences(&owner, AUDIT).await;
    let told: Vec<&String> = said.iter().filter(|s| s.ends_with("Sam Okafor")).collect();
    assert_eq!(told, ["reinstated Sam Okafor", "suspended Sam Okafor"]);
    assert!(
        said.contains(&format!("Refused was refused GET {KEYS}")),
        "{said:?}"
    );
}

#[actix_web::test]
async fn the_account_goes_on_and_the_start_page_leads_to_the_workspaces() {
    let app = TestApp::start();
    app.set_up().await;
    let id = sam(&app, Role::Member);
    make::suspended(&app, &id);
    let browser = app.sign_in(SAM).await;
    let home = browser.get("/").await.expect(303);
    assert_eq!(home.location(), "/workspaces");
    browser.follow(&home).await.expect(200);
    let page = browser.get("/w/brightwater").await.expect(403).page();
    assert_eq!(page.one("h1"), "You are suspended in this workspace");
    assert!(!page.has("aside"), "no way into a workspace that is closed");
    assert!(!page.has(".empty a"), "and none that leads back here");
    // Another workspace is their home then.
    app.workspace("Studio").await;
    make::membership(&app, "studio", SAM, Role::Admin);
    assert_eq!(browser.get("/").await.location(), "/w/studio");
    let page = browser.get(KEYS).await.expect(403).page();
    assert_eq!(page.one("h1"), "You are suspended in this workspace");
}

#[actix_web::test]
async fn every_address_says_the_same_and_changes_nothing() {
    let app = TestApp::start();
    app.set_up().await;
    let id = sam(&app, Role::Owner);
    make::suspended(&app, &id);
    let key = make::key(&app, "brightwater", "ci");
    let browser = app.sign_in(SAM).await;
    for route in application::routes().table() {
        if route.access != Access::Member {
            continue;
        }
        let mut said = Vec::new();
        for (key, other) in [(key.id.as_str(), id.as_str()), ("000000000000", NOBODY)] {
            let path = route
                .path
                .replace("{slug}", "brightwater")
                .replace("{id}", key)
                .replace("{role}", "admin")
                .split('/')
                .map(|part| if part.starts_with('{') { other } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let kept = ["audit_events"];
            let before = app.sql(|sql| sql.dump_without(&kept));
            let headers = [("sec-fetch-site", "same-origin")];
            let fields: &[(&str, &str)] = match route.method == Method::GET {
                true => &[],
                false => &[("role", "owner")],
            };
            let reply = browser
                .send(route.method.clone(), &path, &headers, fields)
                .await
                .expect(403);
            assert_eq!(app.sql(|sql| sql.dump_without(&kept)), before, "{path}");
            let text = reply.text_without_tokens();
            let text = text.replace(reply.header("x-request-id"), "REQUEST");
            said.push(text.replace(&path, "PATH"));
        }
        assert_eq!(said[0], said[1], "{}", route.path);
        assert!(said[0].contains("You are suspended in this workspace"));
    }
}

#[actix_web::test]
async fn the_command_line_brings_a_suspended_owner_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let ada = make::member_id(&app, "brightwater", crate::scenes::ADA);
    make::suspended(&app, &ada);
    owner.get(KEYS).await.expect(403);
    // As `keyroom create-admin` does for an address that has an account.
    make::workspace(&app, "Brightwater");
    owner.get(KEYS).await.expect(200);
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(said[..2], ["signed in", "added Ada Park as owner"]);
}

#[actix_web::test]
async fn suspended_owners_are_not_named_as_those_who_can_help() {
    let app = TestApp::start();
    app.set_up().await;
    let id = make::named(
        &app,
        "brightwater",
        "Olu Ade",
        "olu@brightwater.example",
        Role::Owner,
    );
    make::suspended(&app, &id);
    let member = app.member(Role::Member).await;
    let page = member.get(KEYS).await.expect(403).page().text();
    assert!(
        page.contains("Ask Ada Park.") && !page.contains("Olu Ade"),
        "{page}"
    );
}
