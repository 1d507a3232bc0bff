//! Groups: made, found, renamed, given permissions, and deleted with a word on who loses what.

use keyroom::{actor::Role, permissions::Permission};

use crate::{
    scenes::{AUDIT, GROUPS, sentences},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

const NEW: &str = "/w/brightwater/settings/groups/new";

async fn list(browser: &Browser, query: &str) -> Page {
    let path = format!("{GROUPS}{query}");
    browser.get(&path).await.expect(200).page()
}

/// The names of the groups, in their order.
fn names(page: &Page) -> Vec<String> {
    page.all("tbody .who > a")
}

fn at(id: &str, what: &str) -> String {
    format!("{GROUPS}/{id}{what}")
}

async fn create(browser: &Browser, name: &str) -> Reply {
    let form = browser.get(NEW).await.expect(200).page().form(NEW);
    browser.submit(&form.with("name", name)).await
}

#[actix_web::test]
async fn a_workspace_without_groups_says_what_they_are_for() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = list(&owner, "").await;
    assert!(page.text().contains("No groups yet"));
    assert_eq!(names(&page), [""; 0]);
    let every = &page.all("tbody tr")[0];
    assert!(
        every.contains("Every member") && every.contains("1 member"),
        "{every}"
    );
    assert!(every.contains("5 permissions"), "{every}");
}

#[actix_web::test]
async fn a_group_is_made_shown_and_recorded() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let made = create(&owner, "  Engineering ").await.expect(303);
    let page = owner.follow(&made).await.expect(200).page();
    assert_eq!(page.one("h1"), "Engineering");
    assert!(page.one("#flash").contains("Engineering is made."));
    assert!(page.text().contains("Nobody is in this group yet"));
    assert_eq!(names(&list(&owner, "").await), ["Engineering"]);
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(said[0], "created group Engineering");
    // The name is taken, whatever its case; the form keeps what was typed.
    let again = create(&owner, "ENGINEERING").await.expect(422).page();
    assert!(
        again
            .one("#name-error")
            .contains("A group called ENGINEERING exists.")
    );
    assert_eq!(again.form(NEW).value("name"), Some("ENGINEERING"));
    for bad in ["", "a\tb", "a\u{202E}b"] {
        let page = create(&owner, bad).await.expect(422).page();
        assert!(page.has("#name-error") && page.title().starts_with("Error: "));
    }
    // In another workspace it is free.
    let other = app.workspace("Elsewhere").await;
    let fields = [("name", "Engineering")];
    other
        .post("/w/elsewhere/settings/groups/new", &fields)
        .await
        .expect(303);
}

#[actix_web::test]
async fn search_finds_groups_by_name_description_and_whoever_is_in_them() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let zola = make::named(
        &app,
        "brightwater",
        "Émile Zola",
        "zola@brightwater.example",
        Role::Member,
    );
    let product = make::group(&app, "brightwater", "Produktentwicklung Süd", &[]);
    make::group(&app, "brightwater", "Support", &[]);
    make::in_group(&app, &product, &zola);
    let form = [("name", "Support"), ("description", "Answers customers")];
    let support = names(&list(&owner, "").await);
    assert_eq!(support, ["Produktentwicklung Süd", "Support"], "by name");
    let page = list(&owner, "?q=support")
        .await
        .attributes("tbody .who > a", "href");
    owner
        .post(&format!("{}/details", page[0]), &form)
        .await
        .expect(303);
    for (q, wanted) in [
        ("sud", vec!["Produktentwicklung Süd"]),
        ("CUSTOM", vec!["Support"]),
        ("emile", vec!["Produktentwicklung Süd"]),
        ("zola%40", vec!["Produktentwicklung Süd"]),
        ("zola+support", vec![]),
    ] {
        assert_eq!(
            names(&list(&owner, &format!("?q={q}")).await),
            wanted,
            "{q}"
        );
    }
    assert_eq!(
        list(&owner, "?q=nothing").await.one("#empty"),
        "No groups match"
    );
    owner.get(&format!("{GROUPS}?before=x")).await.expect(404);
    owner.get(&format!("{GROUPS}?sort=name")).await.expect(400);
}

#[actix_web::test]
async fn paging_shows_each_group_once_there_and_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for n in 0..45 {
        make::group(&app, "brightwater", &format!("Group {n:02}"), &[]);
    }
    let mut pages = Vec::new();
    let mut next = GROUPS.to_owned();
    loop {
        let page = owner.get(&next).await.expect(200).page();
        pages.push(names(&page));
        let Some(more) = page.attributes("a#next", "href").pop() else {
            break;
        };
        next = more;
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 5]);
    assert!(pages.concat().is_sorted());
    let back = owner
        .get(&next)
        .await
        .page()
        .attributes("a#previous", "href");
    assert_eq!(names(&owner.get(&back[0]).await.page()), pages[1]);
}

#[actix_web::test]
async fn a_group_is_renamed_and_described() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = make::group(&app, "brightwater", "Enginering", &[]);
    make::group(&app, "brightwater", "Support", &[]);
    let form = owner
        .get(&at(&id, "/details"))
        .await
        .expect(200)
        .page()
        .form(&at(&id, "/details"));
    assert_eq!(form.value("name"), Some("Enginering"));
    let form = form
        .with("name", "Engineering")
        .with("description", "Builds it");
    owner.submit(&form).await.expect(303);
    let page = owner.get(&at(&id, "")).await.expect(200).page();
    assert!(page.one("h1") == "Engineering" && page.text().contains("Builds it"));
    owner.submit(&form).await.expect(303);
    let said = sentences(&owner, AUDIT).await;
    let changed: Vec<&String> = said.iter().filter(|s| s.starts_with("changed")).collect();
    assert_eq!(
        changed,
        ["changed group Engineering"],
        "the same again is no change"
    );
    let taken = owner
        .submit(&form.with("name", "support"))
        .await
        .expect(422)
        .page();
    assert!(taken.has("#name-error"));
}

#[actix_web::test]
async fn permissions_of_a_group_are_saved_and_recorded() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = make::group(&app, "brightwater", "Engineering", &[Permission::DirCreate]);
    let save = at(&id, "/permissions");
    let form = owner.get(&at(&id, "")).await.expect(200).page().form(&save);
    assert_eq!(form.value("permission"), Some("DIR_CREATE"));
    let saved = owner
        .submit(&form.clone().also("permission", "FILE_DELETE"))
        .await
        .expect(303);
    let page = owner.follow(&saved).await.page();
    assert!(
        page.one("#flash")
            .contains("Engineering now adds: 2 permissions.")
    );
    let log = owner.get(AUDIT).await.page();
    let rows = log.all("table.changes tbody tr");
    assert!(
        rows.contains(&"Permissions Create folders Delete files, Create folders".to_owned()),
        "{rows:?}"
    );
    // None is a choice, too.
    owner
        .submit(&form.clone().without("permission"))
        .await
        .expect(303);
    assert!(list(&owner, "").await.text().contains("No permissions"));
    // Without script a preset is shown before it is saved.
    let shown = owner
        .submit(
            &form
                .clone()
                .with("preset", "read_only")
                .with("apply", "preset"),
        )
        .await
        .expect(200)
        .page();
    assert_eq!(shown.elements("input[name=permission][checked]").len(), 4);
    assert!(
        list(&owner, "").await.text().contains("No permissions"),
        "nothing is saved yet"
    );
    for (preset, permission) in [("custom", "FILE_FLY"), ("read_only", "FILE_DELETE")] {
        let wrong = form
            .clone()
            .with("preset", preset)
            .with("permission", permission);
        let page = owner.submit(&wrong).await.expect(422).page();
        assert!(page.has("#permissions-error") && page.title().starts_with("Error: "));
    }
}

#[actix_web::test]
async fn deleting_a_group_says_first_who_loses_what() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let of = |permissions: &[Permission], name| make::group(&app, "brightwater", name, permissions);
    let engineering = of(
        &[
            Permission::DirCreate,
            Permission::FileDelete,
            Permission::ObjectsList,
        ],
        "Engineering",
    );
    let keepers = of(&[Permission::FileDelete], "Keepers");
    let named = |name: &str, role| {
        let email = format!("{}@brightwater.example", make::slug(name));
        make::named(&app, "brightwater", name, &email, role)
    };
    let (sam, lena) = (named("Sam", Role::Member), named("Lena", Role::Member));
    let priya = named("Priya", Role::Admin);
    for id in [&sam, &lena, &priya] {
        make::in_group(&app, &engineering, id);
    }
    make::in_group(&app, &keepers, &lena);
    let page = owner
        .get(&at(&engineering, "/deletion"))
        .await
        .expect(200)
        .page();
    assert_eq!(page.one("#dialog-title"), "Delete Engineering?");
    assert_eq!(page.all("dialog dd"), ["3 members", "None"]);
    // Admins have everything anyway; what every member has, or another group gives, stays.
    assert_eq!(
        page.all(".losses li"),
        ["Lena Create folders", "Sam Delete files, Create folders"]
    );
    let none = owner
        .get(&at(&keepers, "/deletion"))
        .await
        .expect(200)
        .page();
    assert!(
        none.text().contains("Nobody loses a permission."),
        "the other group gives it to Lena"
    );
    let done = owner
        .submit(&page.form(&at(&engineering, "/deletion")))
        .await
        .expect(303);
    let page = owner.follow(&done).await.page();
    assert!(page.one("#flash").contains("Engineering is deleted."));
    assert_eq!(names(&page), ["Keepers"]);
    owner.get(&at(&engineering, "")).await.expect(404);
    owner
        .post(&at(&engineering, "/deletion"), &[])
        .await
        .expect(404);
    let log = owner.get(AUDIT).await.page();
    assert_eq!(log.all("td.what .said")[0], "deleted group Engineering");
    let rows = log.all("table.changes tbody tr").join("; ");
    assert!(rows.contains("Members Lena, Priya, Sam –"), "{rows}");
}

#[actix_web::test]
async fn groups_of_another_workspace_are_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let theirs = make::group(&app, "elsewhere", "Secret circle", &[]);
    assert!(!list(&owner, "").await.text().contains("Secret circle"));
    for id in [
        theirs.as_str(),
        "018f0000-0000-7000-8000-000000000009",
        "nothing",
    ] {
        for what in [
            "",
            "/details",
            "/deletion",
            "/members/new",
            "/members/new?q=x",
        ] {
            owner.get(&at(id, what)).await.expect(404);
        }
        let details = [("name", "Mine"), ("description", "")];
        owner.post(&at(id, "/details"), &details).await.expect(404);
        owner.post(&at(id, "/permissions"), &[]).await.expect(404);
        owner.post(&at(id, "/deletion"), &[]).await.expect(404);
    }
}

#[actix_web::test]
async fn a_member_may_not_and_the_refusal_says_who_can() {
    let app = TestApp::start();
    app.set_up().await;
    let id = make::group(&app, "brightwater", "Engineering", &[]);
    let member = app.member(Role::Member).await;
    for path in [
        GROUPS.to_owned(),
        NEW.to_owned(),
        at(&id, ""),
        at(&id, "/deletion"),
    ] {
        let page = member.get(&path).await.expect(403).page().text();
        assert!(page.contains("You need to be an admin"), "{page}");
        assert!(page.contains("Ask Ada Park."), "{page}");
    }
}

#[actix_web::test]
async fn names_are_shown_as_text() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let made = create(&owner, "<b>\"Core\"</b>").await.expect(303);
    let page = made.location().to_owned();
    for path in [
        GROUPS.to_owned(),
        page.clone(),
        format!("{page}/deletion"),
        AUDIT.to_owned(),
    ] {
        let text = owner.get(&path).await.expect(200).text();
        assert!(!text.contains("<b>\"Core"), "{path}");
    }
}
