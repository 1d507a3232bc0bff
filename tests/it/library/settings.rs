//! Settings → Workspace → Library: all folders, who reaches which, and what owners and admins do to them.

use keyroom::actor::Role;

use super::{log, unshare};
use crate::support::{Browser, TestApp, http::Reply, make, page::Page};

const LIBRARY: &str = "/w/brightwater/settings/library";
const PRIYA: &str = "priya@brightwater.example";

fn names(page: &Page) -> Vec<String> {
    page.all("main tbody .who > a, main tbody .who > b")
}

async fn list(browser: &Browser, query: &str) -> Vec<String> {
    names(
        &browser
            .get(&format!("{LIBRARY}?{query}"))
            .await
            .expect(200)
            .page(),
    )
}

/// The question about some folders, answered.
async fn answer(browser: &Browser, fields: &[(&str, &str)], also: &[(&str, &str)]) -> Reply {
    let path = format!("{LIBRARY}/selection");
    let page = browser.post(&path, fields).await.expect(200).page();
    let mut form = page.form("#question");
    for (name, value) in also {
        form = form.with(name, value);
    }
    browser.submit(&form).await
}

#[actix_web::test]
async fn owners_and_admins_alone_see_all_folders_and_of_their_workspace_alone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let folder = make::folder(&app, "brightwater", "Payroll", None);
    make::named(
        &app,
        "brightwater",
        "Sam",
        "sam@brightwater.example",
        Role::Member,
    );
    make::named(
        &app,
        "brightwater",
        "Ines",
        "ines@brightwater.example",
        Role::Admin,
    );
    let member = app.sign_in("sam@brightwater.example").await;
    let elsewhere = app.workspace("Elsewhere").await;
    let foreign = make::folder(&app, "elsewhere", "Foreign", None);
    assert!(
        app.stranger()
            .get(LIBRARY)
            .await
            .location()
            .starts_with("/sign-in")
    );
    member.get(LIBRARY).await.expect(403);
    elsewhere.get(LIBRARY).await.expect(404);
    let admin = app.sign_in("ines@brightwater.example").await;
    for browser in [&owner, &admin] {
        assert_eq!(list(browser, "").await, ["Payroll"]);
    }
    // Another workspace's folder and none at all are alike.
    for id in [foreign, keyroom::ids::FolderId::fresh().to_string()] {
        let chosen = [("id", id.as_str()), ("do", "trash")];
        owner
            .post(&format!("{LIBRARY}/selection"), &chosen)
            .await
            .expect(404);
        for (way, more) in [
            ("trash", ("role", "user")),
            ("restorations", ("role", "user")),
            ("roles", ("role", "editor")),
            ("owners", ("heir", "ines@brightwater.example")),
        ] {
            let fields = [("id", id.as_str()), more];
            owner
                .post(&format!("{LIBRARY}/{way}"), &fields)
                .await
                .expect(404);
        }
    }
    let fields = [("id", folder.as_str()), ("role", "editor")];
    member
        .post(&format!("{LIBRARY}/roles"), &fields)
        .await
        .expect(403);
    assert_eq!(log(&app), [""; 0]);
}

#[actix_web::test]
async fn the_list_is_searched_narrowed_sorted_and_paged() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(&app, "brightwater", "Priya Nair", PRIYA, Role::Member);
    let key = make::key(&app, "brightwater", "ci");
    let empty = owner.get(LIBRARY).await.expect(200).page();
    assert_eq!(empty.one("#empty"), "There is no folder yet");
    let handbook = make::folder(&app, "brightwater", "Handbook", Some(&priya));
    make::subfolder(&app, &handbook, "Älteres");
    let sales = make::folder(&app, "brightwater", "Sales", None);
    make::shared(&app, &sales, ("key_id", &key.id), "user");
    make::shared(&app, &sales, ("member_id", &priya), "editor");
    let page = owner.get(LIBRARY).await.expect(200).page();
    assert_eq!(names(&page), ["Handbook", "Sales"]);
    assert_eq!(page.all("td.owner"), ["Priya Nair", "The workspace"]);
    assert_eq!(
        page.all("td.access"),
        ["Only the owner", "Priya Nair API key: ci"]
    );
    assert!(page.text().contains("1 folder in it"));
    for (query, found) in [
        ("q=alteres", vec!["Älteres"]),
        ("sort=newest", vec!["Sales", "Handbook"]),
        ("access=key", vec!["Sales"]),
        ("access=owner", vec!["Älteres", "Handbook"]),
        ("owner=none", vec!["Sales"]),
        (&*format!("owner={priya}"), vec!["Älteres", "Handbook"]),
        ("q=a&access=key", vec!["Sales"]),
        ("state=trash", vec![]),
        ("q=nothing", vec![]),
    ] {
        assert_eq!(list(&owner, query).await, found, "{query}");
    }
    for wrong in [
        "access=x", "owner=x", "sort=x", "state=x", "who=x", "page=0", "before=x",
    ] {
        owner.get(&format!("{LIBRARY}?{wrong}")).await.expect(404);
    }
    // Fifty on a page, and as many questions for fifty as for two.
    app.clock.stop();
    owner.get(LIBRARY).await.expect(200);
    let (_, few) = app.counting(owner.get(LIBRARY)).await;
    for n in 0..60 {
        make::folder(&app, "brightwater", &format!("Folder {n:02}"), None);
    }
    let (first, many) = app.counting(owner.get(LIBRARY)).await;
    assert_eq!(many.len(), few.len(), "{many:?}");
    let first = first.expect(200).page();
    assert_eq!(names(&first).len(), 50);
    let next = first.attributes("#next", "href");
    let second = owner.get(&next[0]).await.expect(200).page();
    assert_eq!(names(&second).len(), 12);
    let back = second.attributes("#previous", "href");
    assert_eq!(names(&owner.get(&back[0]).await.page()), names(&first));
}

#[actix_web::test]
async fn it_is_found_what_a_person_a_group_or_a_key_reaches_and_through_what() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(&app, "brightwater", "Priya Nair", PRIYA, Role::Member);
    let group = make::group(&app, "brightwater", "Printing", &[]);
    make::in_group(&app, &group, &priya);
    let key = make::key(&app, "brightwater", "printer");
    let handbook = make::folder(&app, "brightwater", "Handbook", None);
    let own = make::folder(&app, "brightwater", "Notes", Some(&priya));
    make::folder(&app, "brightwater", "Payroll", None);
    make::shared(&app, &handbook, ("group_id", &group), "editor");
    make::shared(&app, &handbook, ("member_id", &priya), "user");
    make::shared(&app, &own, ("key_id", &key.id), "user");
    let found = owner
        .get(&format!("{LIBRARY}?find=pri"))
        .await
        .expect(200)
        .page();
    assert_eq!(
        found.all("main .items b a"),
        ["Priya Nair", "Printing", "printer"]
    );
    let links = found.attributes("main .items b a", "href");
    let mut pages = Vec::new();
    for href in links {
        pages.push(owner.get(&href).await.expect(200).page());
    }
    assert_eq!(names(&pages[0]), ["Handbook", "Notes"]);
    let told = pages[0].text();
    assert!(told.contains("What Priya Nair reaches"), "{told}");
    assert!(
        told.contains("Through Printing") && told.contains("Owner"),
        "{told}"
    );
    assert_eq!(names(&pages[1]), ["Handbook"]);
    assert_eq!(names(&pages[2]), ["Notes"]);
    let none = owner
        .get(&format!("{LIBRARY}?find=zzz"))
        .await
        .expect(200)
        .page();
    assert_eq!(none.one("#found"), "Nobody and nothing is called so");
    let other = make::key(&app, "brightwater", "alone");
    let page = owner
        .get(&format!("{LIBRARY}?who=api_key.{}", other.id))
        .await
        .expect(200);
    assert_eq!(page.page().one("#empty"), "They reach no folder");
    owner
        .get(&format!("{LIBRARY}?who=group.{priya}"))
        .await
        .expect(404);
}

#[actix_web::test]
async fn what_was_given_is_taken_away_in_many_folders_and_given_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(&app, "brightwater", "Priya Nair", PRIYA, Role::Member);
    let group = make::group(&app, "brightwater", "Sales", &[]);
    make::in_group(&app, &group, &priya);
    let top = make::folder(&app, "brightwater", "Company", None);
    let two = make::folder(&app, "brightwater", "Two", None);
    for (folder, role) in [(&top, "editor"), (&two, "user")] {
        make::shared(&app, folder, ("member_id", &priya), role);
    }
    make::shared(&app, &two, ("group_id", &group), "user");
    let who = format!("member.{priya}");
    let fields = [
        ("who", who.as_str()),
        ("id", &top),
        ("id", &two),
        ("do", "remove"),
    ];
    let page = owner
        .post(&format!("{LIBRARY}/selection"), &fields)
        .await
        .expect(200)
        .page();
    assert_eq!(page.one("h1"), "Remove Priya Nair from 2 folders?");
    assert_eq!(
        page.all("main .items small"),
        ["Loses access", "Keeps a role: through Sales"]
    );
    let done = owner.submit(&page.form("#question")).await.expect(303);
    let list = owner.follow(&done).await.page();
    assert!(
        list.text()
            .contains("Priya Nair is removed from 2 folders.")
    );
    let reached = format!("{LIBRARY}?who={who}");
    assert_eq!(names(&owner.get(&reached).await.page()), ["Two"]);
    assert_eq!(
        log(&app),
        ["folder.unshared Company", "folder.unshared Two"]
    );
    let undone = owner
        .submit(&list.form(&list.attributes("form[action$=reversal]", "action")[0]))
        .await
        .expect(303);
    assert!(
        owner
            .follow(&undone)
            .await
            .page()
            .text()
            .contains("Access to 2 folders is back.")
    );
    let page = owner.get(&reached).await.page();
    assert_eq!(names(&page), ["Company", "Two"]);
    assert!(page.text().contains("Editor"));
    // Nothing was given there.
    unshare(&app, &top);
    let again = [("who", who.as_str()), ("id", top.as_str())];
    let done = owner
        .post(&format!("{LIBRARY}/removals"), &again)
        .await
        .expect(303);
    assert!(
        owner
            .follow(&done)
            .await
            .page()
            .text()
            .contains("was given nothing there")
    );
    // Whoever can be given nothing by now gets nothing back, and that is no mistake.
    let done = owner
        .post(
            &format!("{LIBRARY}/removals"),
            &[("who", &who), ("id", &two)],
        )
        .await;
    let list = owner.follow(&done.expect(303)).await.page();
    make::suspended(&app, &priya);
    let undo = list.form(&list.attributes("form[action$=reversal]", "action")[0]);
    let undone = owner.submit(&undo).await.expect(303);
    let flash = owner.follow(&undone).await.page().one("#flash");
    assert!(flash.contains("Nothing could be given back."), "{flash}");
    // An invented undo.
    let entry = keyroom::ids::AuditEventId::fresh();
    let path = format!("{LIBRARY}/removals/{who}/{entry}/reversal");
    owner.post(&path, &[]).await.expect(404);
}

#[actix_web::test]
async fn folders_are_handed_over_given_oneself_thrown_away_and_restored() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(&app, "brightwater", "Priya Nair", PRIYA, Role::Member);
    let sam = "sam@brightwater.example";
    let heir = make::named(&app, "brightwater", "Sam Okafor", sam, Role::Member);
    let one = make::folder(&app, "brightwater", "One", Some(&priya));
    let two = make::folder(&app, "brightwater", "Two", None);
    make::shared(&app, &two, ("member_id", &heir), "user");
    let both = |what: &'static str| [("id", one.as_str()), ("id", two.as_str()), ("do", what)];
    let wrong = answer(&owner, &both("hand_over"), &[("heir", "nobody@x.example")]).await;
    let page = wrong.expect(422).page();
    assert!(
        page.text()
            .contains("No active member has this email address")
    );
    let done = answer(
        &owner,
        &both("hand_over"),
        &[("heir", "SAM@brightwater.example")],
    )
    .await;
    let page = owner.follow(&done.expect(303)).await.page();
    assert!(page.text().contains("Sam Okafor owns 2 folders now."));
    // Owning it takes the place of what the heir was given, and the log tells that.
    let told = "SELECT concat_ws(' ', before->>'with', before->>'role') AS line FROM audit_events
                WHERE action = 'folder.handed_over' ORDER BY subject_label";
    assert_eq!(app.sql(|sql| sql.lines(told)), ["", "Sam Okafor user"]);
    // Whose it was stays Editor.
    let reached = list(&owner, &format!("who=member.{priya}")).await;
    assert_eq!(reached, ["One"]);
    answer(&owner, &both("user"), &[]).await.expect(303);
    let ada = make::member_id(&app, "brightwater", &owner.email());
    assert_eq!(
        list(&owner, &format!("who=member.{ada}")).await,
        ["One", "Two"]
    );
    answer(&owner, &both("trash"), &[]).await.expect(303);
    assert_eq!(list(&owner, "").await, [""; 0]);
    assert_eq!(list(&owner, "state=trash").await, ["One", "Two"]);
    answer(&owner, &both("restore"), &[]).await.expect(303);
    assert_eq!(list(&owner, "").await, ["One", "Two"]);
    // What cannot be restored is named, and the others are.
    answer(&owner, &both("trash"), &[]).await.expect(303);
    let beside = make::folder(&app, "brightwater", "Two", Some(&heir));
    let done = answer(&owner, &both("restore"), &[]).await.expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    let flash = page.one("#flash");
    assert!(flash.contains("1 folder restored."), "{flash}");
    assert!(
        flash.contains("Two is left out: there is a folder of that name"),
        "{flash}"
    );
    assert_eq!(list(&owner, "state=trash").await, ["Two"]);
    app.sql(|sql| sql.execute(&format!("DELETE FROM folders WHERE id = '{beside}'")));
    answer(&owner, &both("restore")[1..], &[]).await.expect(303);
    let told = log(&app);
    for said in [
        "folder.handed_over One",
        "folder.shared Two",
        "folder.trashed One",
        "folder.restored Two",
    ] {
        assert!(told.iter().any(|line| line == said), "{said}: {told:?}");
    }
    // Nothing ticked.
    let none = owner
        .post(&format!("{LIBRARY}/selection"), &[("do", "trash")])
        .await;
    let page = owner.follow(&none.expect(303)).await.page();
    assert!(page.text().contains("No folder is selected."));
}
