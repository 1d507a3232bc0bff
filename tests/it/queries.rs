//! How often the database is asked: as often for many as for one.

mod library;

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::json;

use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::support::{Browser, TestApp, make};

const KEYS: &str = "/w/brightwater/settings/api-keys";
const AUDIT: &str = "/w/brightwater/settings/audit-log";
const GROUPS: &str = "/w/brightwater/settings/groups";
const LIBRARY: &str = "/w/brightwater/library";
const INVITATIONS: &str = "/w/brightwater/settings/invitations";
const NOTICES: &str = "/w/brightwater/settings/notices";
const LIST: &[Permission] = &[Permission::ObjectsList];
const SETTINGS: &str = "/w/brightwater/settings/library";
const MEMBERS: &str = "/w/brightwater/settings/members";

/// Its clock stands: what is noted once a minute is noted by the look before the one that counts.
fn still() -> TestApp {
    let app = TestApp::start();
    app.clock.stop();
    app
}

/// The queries of one page, after it was loaded once before.
async fn asked(app: &TestApp, browser: &Browser, path: &str) -> Vec<String> {
    browser.get(path).await.expect(200);
    let (reply, queries) = app.counting(browser.get(path)).await;
    reply.expect(200);
    assert!(!queries.is_empty());
    queries
}

#[actix_web::test]
async fn the_list_asks_as_often_for_fifty_keys_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let add = |label: &str| {
        let key = match label.ends_with(['1', '3', '5', '7', '9']) {
            true => make::publishable(&app, "brightwater", label, "*"),
            false => make::key(&app, "brightwater", label),
        };
        make::used(&app, &key, 3, app.clock.now());
        app.clock.advance(TimeDelta::seconds(1));
    };
    let mut addresses = vec![KEYS.to_owned()];
    for asked in [
        "status=active",
        "permission=OBJECTS_LIST",
        "q=key",
        "q=k",
        "status=active&permission=OBJECTS_LIST&q=key&sort=label",
        "sort=oldest",
        "sort=label",
        "sort=label-reversed",
        "sort=expiry",
    ] {
        addresses.push(format!("{KEYS}?{asked}"));
    }
    add("key 1");
    let mut one = Vec::new();
    for address in &addresses {
        one.push(asked(&app, &owner, address).await.len());
    }
    for n in 2..=60 {
        add(&format!("key {n}"));
    }
    for (address, one) in addresses.iter().zip(one) {
        let page = owner.get(address).await.expect(200).page();
        assert_eq!(page.all("article h2").len(), 50, "a page of the list");
        let fifty = asked(&app, &owner, address).await;
        assert_eq!(fifty.len(), one, "{address}: {fifty:#?}");
    }
}

#[actix_web::test]
async fn the_audit_log_asks_as_often_for_thirty_entries_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let few = asked(&app, &owner, AUDIT).await;
    for n in 1..=30 {
        make::key(&app, "brightwater", &format!("key {n}"));
    }
    let many = asked(&app, &owner, AUDIT).await;
    assert_eq!(many.len(), few.len(), "{many:#?}");
}

#[actix_web::test]
async fn the_list_of_members_asks_as_often_for_thirty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let one = asked(&app, &owner, MEMBERS).await;
    for _ in 1..30 {
        make::member(&app, "brightwater", Role::Member);
    }
    let page = owner.get(MEMBERS).await.expect(200).page();
    assert_eq!(page.elements("tbody tr").len(), 20, "a page of the list");
    let thirty = asked(&app, &owner, MEMBERS).await;
    assert_eq!(thirty.len(), one.len(), "{thirty:#?}");
}

#[actix_web::test]
async fn the_list_of_invitations_asks_as_often_for_thirty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let new = format!("{INVITATIONS}/new");
    let groups: Vec<String> = (1..=10)
        .map(|n| make::group(&app, "brightwater", &format!("Group {n}"), &[]))
        .map(|id| format!("group:{id}"))
        .collect();
    let fields = |emails: &'static str, number: usize| {
        let chosen = groups
            .iter()
            .take(number)
            .map(|id| ("subject", id.as_str()));
        [("emails", emails)]
            .into_iter()
            .chain(chosen)
            .collect::<Vec<_>>()
    };
    owner
        .post(&new, &fields("p0@x.example", 1))
        .await
        .expect(201);
    let pages = [
        INVITATIONS.to_owned(),
        new.clone(),
        format!("{INVITATIONS}?q=x"),
    ];
    let mut one = Vec::new();
    for page in &pages {
        one.push(asked(&app, &owner, page).await.len());
    }
    let many = "p1@x.example p2@x.example p3@x.example p4@x.example p5@x.example p6@x.example p7@x.example p8@x.example \
        p9@x.example q1@x.example q2@x.example q3@x.example q4@x.example q5@x.example q6@x.example q7@x.example \
        q8@x.example q9@x.example r1@x.example r2@x.example r3@x.example r4@x.example r5@x.example r6@x.example";
    owner.post(&new, &fields(many, 10)).await.expect(201);
    for (page, one) in pages.iter().zip(one) {
        let thirty = asked(&app, &owner, page).await;
        assert_eq!(thirty.len(), one, "{page}: {thirty:#?}");
    }
}

#[actix_web::test]
async fn groups_and_their_pages_ask_as_often_for_thirty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let first = make::group(&app, "brightwater", "Group 1", &[]);
    let join = |group: &str| {
        let email = make::member(&app, "brightwater", Role::Member);
        let id = make::member_id(&app, "brightwater", &email);
        make::in_group(&app, group, &id);
        id
    };
    let member = join(&first);
    let pages = [
        GROUPS.to_owned(),
        format!("{GROUPS}/{first}"),
        format!("{GROUPS}/{first}/deletion"),
        format!("{GROUPS}/{first}/members/new?q=person"),
        format!("{MEMBERS}/{member}"),
        MEMBERS.to_owned(),
    ];
    let mut one = Vec::new();
    for page in &pages {
        one.push(asked(&app, &owner, page).await.len());
    }
    for n in 2..=30 {
        let group = make::group(&app, "brightwater", &format!("Group {n}"), &[]);
        make::in_group(&app, &group, &member);
        join(&first);
    }
    for (page, one) in pages.iter().zip(one) {
        let thirty = asked(&app, &owner, page).await;
        // Where enough are called so, nobody else is looked for.
        let fewer = usize::from(page.ends_with("?q=person"));
        assert_eq!(thirty.len() + fewer, one, "{page}: {thirty:#?}");
    }
}

#[actix_web::test]
async fn a_member_costs_the_guard_one_question_more_however_many_groups_they_are_in() {
    let app = still();
    let owner = app.set_up().await;
    let email = make::member(&app, "brightwater", Role::Member);
    let id = make::member_id(&app, "brightwater", &email);
    let member = app.sign_in(&email).await;
    let home = "/w/brightwater";
    let count = async |browser: &Browser| {
        browser.get(home).await.expect(303);
        let (reply, queries) = app.counting(browser.get(home)).await;
        reply.expect(303);
        queries.len()
    };
    let of_owner = count(&owner).await;
    assert_eq!(count(&member).await, of_owner + 1);
    for n in 1..=10 {
        let group = make::group(&app, "brightwater", &format!("Group {n}"), &[]);
        make::in_group(&app, &group, &id);
    }
    assert_eq!(count(&member).await, of_owner + 1);
}

#[actix_web::test]
async fn a_call_asks_a_fixed_number_of_times() {
    let app = still();
    app.set_up().await;
    let key = make::key(&app, "brightwater", "first");
    let program = app.api(&key.secret);
    program.get("/v1/whoami").await.expect(200);
    let (reply, alone) = app.counting(program.get("/v1/whoami")).await;
    reply.expect(200);
    // Two transactions, of the check and of the answer, each with its limits and a look whether the connection lives.
    let questions: Vec<&String> = alone
        .iter()
        .filter(|q| q.starts_with("SELECT \""))
        .collect();
    assert_eq!(questions.len(), 5, "{alone:#?}");
    for n in 2..=30 {
        let other = make::key(&app, "brightwater", &format!("key {n}"));
        make::used(&app, &other, 3, app.clock.now());
    }
    let (reply, among_many) = app.counting(program.get("/v1/whoami")).await;
    reply.expect(200);
    assert_eq!(among_many.len(), alone.len(), "{among_many:#?}");
}

#[actix_web::test]
async fn the_page_of_a_key_and_its_dialog_ask_a_fixed_number_of_times() {
    let app = still();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let pages = [
        format!("{KEYS}/{}", key.id),
        format!("{KEYS}/{}/callers", key.id),
        format!("{KEYS}/{}/edit", key.id),
        format!("{KEYS}/new?like={}", key.id),
    ];
    let mut few = Vec::new();
    for page in &pages {
        few.push(asked(&app, &owner, page).await.len());
    }
    for n in 1..=30 {
        make::key(&app, "brightwater", &format!("ci {n}"));
        let at = app.clock.now() - TimeDelta::hours(9 * n);
        make::called(&app, &key, "served", 3, at);
        make::called(&app, &key, "key_expired", 3, at);
        make::called_from(&app, &key, (&format!("203.0.113.{n}"), "node"), 3, at);
    }
    for what in ["deactivation", "activation"].repeat(10) {
        let address = format!("{KEYS}/{}/{what}", key.id);
        owner.post(&address, &[]).await.expect(303);
    }
    owner.get(KEYS).await.expect(200);
    for (page, few) in pages.iter().zip(few) {
        let many = asked(&app, &owner, page).await;
        assert_eq!(many.len(), few, "{page}: {many:#?}");
    }
}

#[actix_web::test]
async fn notices_are_asked_for_as_often_when_there_are_thirty_as_when_there_is_one() {
    let app = still();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "key 1");
    make::notice(&app, "brightwater", &key);
    let pages = [
        NOTICES.to_owned(),
        KEYS.to_owned(),
        format!("{KEYS}/{}", key.id),
    ];
    let mut one = Vec::new();
    for page in &pages {
        one.push(asked(&app, &owner, page).await.len());
    }
    for n in 2..=30 {
        let key = make::key(&app, "brightwater", &format!("key {n}"));
        make::notice(&app, "brightwater", &key);
    }
    let page = owner.get(NOTICES).await.expect(200).page();
    assert_eq!(page.elements(".notice").len(), 20, "a page of the list");
    for (page, one) in pages.iter().zip(one) {
        let thirty = asked(&app, &owner, page).await;
        assert_eq!(thirty.len(), one, "{page}: {thirty:#?}");
    }
}

#[actix_web::test]
async fn what_strangers_send_makes_no_call_look_again() {
    let app = still();
    app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let program = app.api(&key.secret);
    program.get("/v1/whoami").await.expect(200);
    let (_, once) = app.counting(program.get("/v1/whoami")).await;
    let forged = [("sec-fetch-site", "cross-site")];
    let stranger = app.stranger();
    let busy = async {
        for _ in 0..20 {
            program.get("/v1/whoami").await.expect(200);
        }
    };
    let flood = async {
        for _ in 0..200 {
            let reply = stranger.send(Method::POST, "/x", &forged, &[]).await;
            reply.expect(403);
        }
    };
    let (_, queries) = app.counting(join(busy, flood)).await;
    assert_eq!(queries.len(), 20 * once.len());
}

#[actix_web::test]
async fn a_personal_key_is_checked_in_one_statement_however_many_groups_its_owner_is_in() {
    let app = still();
    app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam", "sam@x.example", Role::Member);
    let key = make::personal(&app, ("brightwater", &sam), "laptop", LIST);
    let program = app.api(&key.secret);
    program.get("/v1/whoami").await.expect(200);
    let (reply, alone) = app.counting(program.get("/v1/whoami")).await;
    reply.expect(200);
    let checks = alone.iter().filter(|q| q.contains("\"digest\"")).count();
    assert_eq!(checks, 1, "{alone:#?}");
    // What its owner has was found with the key, so there are no more questions than about a key of the workspace.
    let questions = alone.iter().filter(|q| q.starts_with("SELECT \"")).count();
    assert_eq!(questions, 5, "{alone:#?}");
    for n in 1..=30 {
        let group = make::group(&app, "brightwater", &format!("Group {n}"), &[]);
        make::in_group(&app, &group, &sam);
    }
    let (reply, many) = app.counting(program.get("/v1/whoami")).await;
    reply.expect(200);
    assert_eq!(many.len(), alone.len(), "{many:#?}");
}

#[actix_web::test]
async fn lists_with_personal_keys_ask_as_often_for_thirty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let ada = make::member_id(&app, "brightwater", &make::owner_email("Brightwater"));
    let lists = [
        "/w/brightwater/account/api-keys".to_owned(),
        KEYS.to_owned(),
        format!("{KEYS}?owner=members"),
        format!("{KEYS}?owner=me&q=lap"),
    ];
    make::personal(&app, ("brightwater", &ada), "laptop", LIST);
    let mut one = Vec::new();
    for list in &lists {
        one.push(asked(&app, &owner, list).await.len());
    }
    for n in 2..=30 {
        let email = format!("p{n}@x.example");
        let member = make::named(&app, "brightwater", "Somebody", &email, Role::Member);
        for owner in [&ada, &member] {
            make::personal(&app, ("brightwater", owner), &format!("laptop {n}"), LIST);
        }
    }
    for (list, one) in lists.iter().zip(one) {
        let many = asked(&app, &owner, list).await;
        assert_eq!(many.len(), one, "{list}: {many:#?}");
    }
}

#[actix_web::test]
async fn the_end_of_invitations_asks_as_often_for_twenty_as_for_one() {
    let app = still();
    let owner = app.set_up().await;
    let folder = make::folder(&app, "brightwater", "Handbook", None);
    let remove = async |number: usize| {
        let email = make::member(&app, "brightwater", Role::Admin);
        let member = make::member_id(&app, "brightwater", &email);
        for n in 0..number {
            let token = format!("{number}-{n}");
            let to = format!("p{token}@x.example");
            let id = make::invitation(&app, "brightwater", &to, &token);
            make::shared(&app, &folder, ("invitation_id", &id), "user");
            app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE invitations SET invited_by_member_id = '{member}' WHERE id = '{id}'"
                ));
            });
        }
        let removal = format!("{MEMBERS}/{member}/removal");
        let page = owner.get(&removal).await.expect(200).page();
        let form = page.form(&removal);
        assert_eq!(form.value("invitations"), Some("cancel"));
        let (reply, queries) = app.counting(owner.submit(&form)).await;
        reply.expect(303);
        queries
    };
    let one = remove(1).await.len();
    let twenty = remove(20).await;
    assert_eq!(twenty.len(), one, "{twenty:#?}");
    let promised = "SELECT count(*)::text AS line FROM shares";
    assert_eq!(app.sql(|sql| sql.line(promised)), "0");
    let told = "SELECT count(*)::text AS line FROM audit_events WHERE action = 'folder.unshared'";
    assert_eq!(app.sql(|sql| sql.line(told)), "21");
}
