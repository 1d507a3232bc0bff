//! People come into groups and leave them, many at once.

use actix_web::http::Method;
use keyroom::{actor::Role, permissions::Permission};

use crate::{
    scenes::{AUDIT, GROUPS, sentences},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

fn person(app: &TestApp, name: &str) -> String {
    let email = format!("{}@brightwater.example", make::slug(name));
    make::named(app, "brightwater", name, &email, Role::Member)
}

fn at(id: &str, what: &str) -> String {
    format!("{GROUPS}/{id}{what}")
}

async fn add(browser: &Browser, group: &str, ids: &[&str]) -> Reply {
    let subjects: Vec<String> = ids.iter().map(|id| format!("member:{id}")).collect();
    let mut fields: Vec<(&str, &str)> = subjects.iter().map(|s| ("subject", s.as_str())).collect();
    fields.push(("do", "add"));
    browser.post(&at(group, "/members"), &fields).await
}

/// What a search in the dialog finds.
async fn found(browser: &Browser, group: &str, q: &str) -> Page {
    let path = at(group, &format!("/members/new?q={q}"));
    browser.get(&path).await.expect(200).page()
}

fn people(page: &Page) -> Vec<String> {
    page.all("main tbody .who > a")
}

#[actix_web::test]
async fn people_are_found_ticked_and_added_without_script() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    for name in ["Émile Zola", "Zoë Núñez", "Sam Okafor"] {
        person(&app, name);
    }
    let dialog = at(&group, "/members/new");
    let send = at(&group, "/members");
    let form = owner.get(&dialog).await.expect(200).page().form(&send);
    // *Find* keeps who is ticked.
    let first = owner
        .submit(&form.with("q", "zo").with("do", "find"))
        .await
        .expect(200)
        .page();
    assert_eq!(
        first.all(".found b"),
        ["Zoë Núñez", "Émile Zola"],
        "whoever begins so is first"
    );
    assert_eq!(first.one(".found legend"), "2 people found.");
    let zoe = first.attributes(".found input", "value")[0].clone();
    let form = first
        .form(&send)
        .also("subject", &zoe)
        .with("q", "OKAFOR")
        .with("do", "find");
    let second = owner.submit(&form).await.expect(200).page();
    assert_eq!(second.all("label.tok"), ["Zoë Núñez"]);
    let sam = second.attributes(".found input", "value")[0].clone();
    let form = second.form(&send).also("subject", &sam).with("do", "add");
    let done = owner.submit(&form).await.expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("2 people are in Engineering now.")
    );
    assert_eq!(people(&page), ["Sam Okafor", "Zoë Núñez"]);
    let log = owner.get(AUDIT).await.page();
    assert_eq!(
        log.all("td.what .said")[0],
        "added people to group Engineering"
    );
    let rows = log.all("table.changes tbody tr").join("; ");
    assert!(
        rows.contains("Zoë Núñez") && rows.contains("Sam Okafor"),
        "{rows}"
    );
}

#[actix_web::test]
async fn only_who_can_be_added_is_found_and_exact_matches_come_first() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let there = person(&app, "Anna Ek");
    make::in_group(&app, &group, &there);
    person(&app, "Joanna Ek");
    person(&app, "Ekki Annan");
    person(&app, "Anna Ekman");
    let away = person(&app, "Anna Away");
    make::suspended(&app, &away);
    make::named(
        &app,
        "elsewhere",
        "Anna Else",
        "anna@elsewhere.example",
        Role::Member,
    );
    let page = found(&owner, &group, "anna+ek").await;
    assert_eq!(
        page.all(".found b"),
        ["Anna Ek", "Anna Ekman", "Ekki Annan"],
        "each word begins one of theirs, in whatever order"
    );
    assert_eq!(page.elements(".found input[name=subject]").len(), 2);
    assert!(page.all(".found li")[0].contains("In the group"));
    assert_eq!(
        found(&owner, &group, "away").await.one(".found legend"),
        "No one by that name."
    );
    assert!(
        !found(&owner, &group, "anna")
            .await
            .text()
            .contains("Anna Else")
    );
    assert!(
        !found(&owner, &group, "").await.has(".found"),
        "nothing was looked for"
    );
    for n in 0..9 {
        person(&app, &format!("Twin {n}"));
    }
    let many = found(&owner, &group, "twin").await;
    assert_eq!(many.elements(".found input").len(), 8);
    assert!(
        many.one(".found legend")
            .contains("Type more to find others.")
    );
}

#[actix_web::test]
async fn a_script_is_answered_with_the_options_alone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let there = person(&app, "Anna Ek");
    make::in_group(&app, &group, &there);
    person(&app, "Anna <i>Ekman</i>");
    let ask = async |browser: &Browser, group: &str| {
        let path = at(group, "/members/new?q=anna");
        browser
            .send(Method::GET, &path, &[("hx-request", "true")], &[])
            .await
    };
    let reply = ask(&owner, &group).await.expect(200);
    assert!(
        !reply.text().contains("<html") && !reply.text().contains("<i>"),
        "{}",
        reply.text()
    );
    let part = reply.page();
    assert_eq!(part.one("[data-told]"), "2 people found.");
    assert_eq!(
        part.all("[role=option] b"),
        ["Anna <i>Ekman</i>", "Anna Ek"]
    );
    assert_eq!(part.all("[role=option][aria-disabled=true] b"), ["Anna Ek"]);
    ask(&owner, "018f0000-0000-7000-8000-000000000009")
        .await
        .expect(404);
    ask(&app.member(Role::Member).await, &group)
        .await
        .expect(403);
}

#[actix_web::test]
async fn one_foreign_id_refuses_all_and_who_does_not_fit_is_skipped() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let (sam, lena, away) = (
        person(&app, "Sam"),
        person(&app, "Lena"),
        person(&app, "Away"),
    );
    let gone = person(&app, "Gone");
    make::suspended(&app, &away);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET removed_at = now() WHERE id = '{gone}'"
        ))
    });
    let theirs = make::named(
        &app,
        "elsewhere",
        "Eve",
        "eve@elsewhere.example",
        Role::Member,
    );
    for foreign in [
        theirs.as_str(),
        gone.as_str(),
        "018f0000-0000-7000-8000-000000000009",
        "x",
    ] {
        add(&owner, &group, &[&sam, foreign]).await.expect(404);
    }
    let odd = [("subject", "group:1"), ("do", "add")];
    owner.post(&at(&group, "/members"), &odd).await.expect(404);
    assert!(
        owner
            .get(&at(&group, ""))
            .await
            .text()
            .contains("Nobody is in this group yet")
    );
    make::in_group(&app, &group, &lena);
    let done = add(&owner, &group, &[&sam, &sam, &lena, &away])
        .await
        .expect(303);
    let page = owner.follow(&done).await.page();
    let told = page.one("#flash");
    assert!(told.contains("Sam is in Engineering now."), "{told}");
    assert!(
        told.contains("1 skipped: in it already. 1 skipped: suspended."),
        "{told}"
    );
    assert_eq!(people(&page), ["Lena", "Sam"]);
    // Nobody chosen.
    let page = owner
        .post(&at(&group, "/members"), &[("do", "add")])
        .await
        .expect(422)
        .page();
    assert!(
        page.one("#subject-error")
            .contains("Choose at least one person")
    );
    // Nothing to do leaves no entry.
    let before = sentences(&owner, AUDIT).await.len();
    add(&owner, &group, &[&sam]).await.expect(303);
    assert_eq!(sentences(&owner, AUDIT).await.len(), before);
}

#[actix_web::test]
async fn five_hundred_are_added_at_once_and_not_one_more() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let many: Vec<String> = (0..501)
        .map(|n| format!("018f0000-0000-7000-8000-{n:012}"))
        .collect();
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at)
             SELECT ('018f0000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, 'many-' || n || '@brightwater.example',
                    'Many ' || n, '$argon2id$', now(), now()
             FROM generate_series(0, 500) n;
             INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT w.id, replace(u.id::text, '-9000-', '-8000-')::uuid, u.id, 'member', u.created_at
             FROM workspaces w, users u WHERE email LIKE 'many-%'",
        );
    });
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let size = || app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM group_members"));
    let page = add(&owner, &group, &many).await.expect(422).page();
    let told = page.one("#subject-error");
    assert!(told.contains("Add at most 500 people at once"), "{told}");
    assert_eq!(size(), "0");
    add(&owner, &group, &many[1..]).await.expect(303);
    assert_eq!(size(), "500");
}

#[actix_web::test]
async fn whoever_is_taken_out_can_be_put_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let sam = person(&app, "Sam");
    make::in_group(&app, &group, &sam);
    let page = owner.get(&at(&group, "")).await.expect(200).page();
    let remove = at(&group, &format!("/members/{sam}/removal"));
    let done = owner.submit(&page.form(&remove)).await.expect(303);
    let page = owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains("Sam is not in Engineering any more.")
    );
    let back = page.form(&at(&group, &format!("/members/{sam}/addition")));
    let done = owner.submit(&back).await.expect(303);
    assert_eq!(people(&owner.follow(&done).await.page()), ["Sam"]);
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(
        said[..2],
        [
            "added people to group Engineering",
            "removed people from group Engineering"
        ]
    );
    let nobody = at(
        &group,
        "/members/018f0000-0000-7000-8000-000000000009/removal",
    );
    owner.post(&nobody, &[]).await.expect(404);
}

#[actix_web::test]
async fn whoever_is_suspended_comes_back_into_the_group_they_were_in() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let sam = person(&app, "Sam");
    make::in_group(&app, &group, &sam);
    make::suspended(&app, &sam);
    let remove = at(&group, &format!("/members/{sam}/removal"));
    let done = owner.post(&remove, &[]).await.expect(303);
    let page = owner.follow(&done).await.page();
    assert_eq!(people(&page), [""; 0]);
    let back = page.form(&at(&group, &format!("/members/{sam}/addition")));
    let done = owner.submit(&back).await.expect(303);
    let page = owner.follow(&done).await.page();
    assert!(page.one("#flash").contains("Sam is in Engineering now."));
    assert_eq!(people(&page), ["Sam"]);
}

#[actix_web::test]
async fn a_large_group_is_paged_and_searched() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[Permission::DirCreate]);
    for n in 0..25 {
        let id = person(&app, &format!("Person {n:02}"));
        make::in_group(&app, &group, &id);
    }
    person(&app, "Person 99");
    let page = owner.get(&at(&group, "")).await.expect(200).page();
    assert_eq!(people(&page).len(), 20);
    assert!(page.text().contains("20 of 25 members"));
    let next = page
        .attributes("a#next", "href")
        .pop()
        .expect("another page");
    assert_eq!(people(&owner.get(&next).await.page()).len(), 5);
    let page = owner
        .get(&at(&group, "?q=person+24"))
        .await
        .expect(200)
        .page();
    assert_eq!(people(&page), ["Person 24"]);
    owner.get(&at(&group, "?after=x")).await.expect(404);
}
