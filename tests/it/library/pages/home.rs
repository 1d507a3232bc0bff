//! Where everybody begins: what is theirs, what is shared with them, and what a search finds.

use keyroom::actor::Role;

use super::{LIBRARY, create, made, many, names, names_at, posting, share};
use crate::support::{TestApp, make};

#[actix_web::test]
async fn everybody_begins_in_the_library() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    for browser in [&owner, &member] {
        let home = browser.get("/").await.expect(303);
        assert_eq!(home.location(), "/w/brightwater");
        let home = browser.follow(&home).await.expect(303);
        assert_eq!(home.location(), LIBRARY);
        let page = browser.follow(&home).await.expect(200).page();
        assert_eq!(page.one("#empty"), "No folders yet");
        assert_eq!(page.all(".side [aria-current=page]"), ["Library"]);
        let others = page.all(".side .nav a");
        let is_owners = others.contains(&"Settings".to_owned());
        assert_eq!(is_owners, browser.email() == owner.email(), "{others:?}");
    }
    // From the settings it is one step back.
    let settings = owner.get("/w/brightwater/settings").await.expect(303);
    let page = owner.follow(&settings).await.expect(200).page();
    assert_eq!(page.attributes(".side .leave", "href"), [LIBRARY]);
    let refused = member.get(settings.location()).await.expect(403).page();
    assert!(!refused.has(".nav[aria-label=Settings]"));
    assert_eq!(refused.attributes("main a.btn", "href"), [LIBRARY]);
}

#[actix_web::test]
async fn a_folder_is_made_and_is_its_makers() {
    let app = TestApp::start();
    app.set_up().await;
    let member = app.member(Role::Member).await;
    for bad in ["", " ", "a\tb", "a\u{202E}b"] {
        let page = create(&member, LIBRARY, bad).await.expect(422).page();
        assert!(page.has("#name-error") && page.title().starts_with("Error: "));
    }
    let reply = create(&member, LIBRARY, "  Handbook ").await.expect(303);
    let page = member.follow(&reply).await.expect(200).page();
    assert_eq!(page.one("h1"), "Handbook");
    assert!(page.one("#flash").contains("Handbook is made."));
    assert_eq!(page.one("#empty"), "This folder is empty");
    let said = page.attributes(".pile", "aria-label");
    assert_eq!(said, ["Only you have access"]);
    let again = create(&member, LIBRARY, "HANDBOOK")
        .await
        .expect(422)
        .page();
    assert!(again.one("#name-error").contains("is there already"));
    assert_eq!(
        posting(&again, "/library/new").value("name"),
        Some("HANDBOOK")
    );
    let home = member.get(LIBRARY).await.expect(200).page();
    assert_eq!(names(&home), ["Handbook"]);
    assert_eq!(home.all("tbody .middle"), ["Owner"]);
}

#[actix_web::test]
async fn what_is_shared_says_with_which_role_and_through_what() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    make::in_group(&app, &group, &me);
    let plans = made(&owner, LIBRARY, "Plans").await;
    let inside = made(&owner, &plans, "Inside").await;
    let notes = made(&owner, LIBRARY, "Notes").await;
    let hidden = made(&owner, LIBRARY, "Hidden").await;
    made(&owner, LIBRARY, "Secret").await;
    made(&member, LIBRARY, "Mine").await;
    share(&app, &plans, ("group_id", &group), "user");
    share(&app, &inside, ("member_id", &me), "user");
    share(&app, &notes, ("group_id", &group), "user");
    share(&app, &notes, ("member_id", &me), "editor");
    share(&app, &hidden, ("member_id", &me), "user");
    app.sql(|sql| sql.execute("UPDATE folders SET visibility = 'unlisted' WHERE name = 'Hidden'"));
    let page = member.get(LIBRARY).await.expect(200).page();
    assert_eq!(names(&page), ["Mine", "Notes", "Plans"]);
    let access = page.all("tbody .middle");
    assert_eq!(
        access,
        ["Owner", "Editor, direct", "User, through Engineering"]
    );
    let part = |show: &str| format!("{LIBRARY}?show={show}");
    assert_eq!(names_at(&member, &part("own")).await, ["Mine"]);
    assert_eq!(names_at(&member, &part("shared")).await, ["Notes", "Plans"]);
    member.get(&part("others")).await.expect(404);
    // It is there for whoever has its address, and for its Editors in the list.
    member.get(&hidden).await.expect(200);
    app.sql(|sql| sql.execute("UPDATE shares SET role = 'editor'"));
    assert!(
        names_at(&member, LIBRARY)
            .await
            .contains(&"Hidden".to_owned())
    );
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = now() - interval '1 second'"));
    assert_eq!(names_at(&member, LIBRARY).await, ["Mine"]);
}

#[actix_web::test]
async fn search_looks_in_everything_one_may_see() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let plans = made(&owner, LIBRARY, "Plans").await;
    let year = made(&owner, &plans, "Überblick 2027").await;
    made(&owner, &year, "Budget draft").await;
    made(&owner, LIBRARY, "Budget").await;
    let find = |q: &str| format!("{LIBRARY}?q={q}");
    let page = owner.get(&find("budget")).await.expect(200).page();
    assert_eq!(names(&page), ["Budget", "Budget draft"]);
    assert_eq!(page.all("tbody .middle"), ["Library", "Überblick 2027"]);
    for (q, found) in [
        ("UBER", vec!["Überblick 2027"]),
        ("draft+budget", vec!["Budget draft"]),
        ("b", vec!["Budget", "Budget draft", "Überblick 2027"]),
        ("%25", vec![]),
    ] {
        assert_eq!(names_at(&owner, &find(q)).await, found, "{q}");
    }
    assert_eq!(names_at(&member, &find("b")).await, [""; 0]);
    share(&app, &year, ("member_id", &me), "user");
    let page = member.get(&find("b")).await.expect(200).page();
    assert_eq!(names(&page), ["Budget draft", "Überblick 2027"]);
    // What it is in is not theirs to know.
    assert_eq!(page.all("tbody .middle"), ["Überblick 2027", "Library"]);
    let none = member.get(&find("zzz")).await.expect(200).page();
    assert_eq!(none.one("#empty"), "Nothing matches");
}

#[actix_web::test]
async fn the_list_is_paged_in_both_orders() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 60);
    let next = async |path: &str, which: &str| {
        let page = owner.get(path).await.expect(200).page();
        let href = page.attributes(&format!("a[rel={which}]"), "href");
        (names(&page), href.first().cloned().unwrap_or_default())
    };
    for (query, first, last) in [
        ("", "Folder 01", "Folder 60"),
        ("?sort=changed", "Folder 01", "Folder 60"),
        ("?q=folder", "Folder 01", "Folder 60"),
        ("?q=folder&sort=changed&show=", "Folder 01", "Folder 60"),
    ] {
        let path = format!("{LIBRARY}{query}");
        let (top, on) = next(&path, "next").await;
        assert_eq!((top.len(), top[0].as_str()), (50, first), "{query}");
        let (rest, back) = next(&on, "prev").await;
        assert_eq!((rest.len(), rest[9].as_str()), (10, last), "{query}");
        assert_eq!(next(&back, "next").await.0, top, "{query}");
        app.sql(|sql| sql.execute("UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'x' WHERE name > 'Folder 50'"));
        // What a page was about is gone: the list begins again.
        owner.get(&on).await.expect(303);
        app.sql(|sql| {
            sql.execute(
                "UPDATE folders SET trashed_at = NULL, trashed_with = NULL, trashed_by = NULL",
            )
        });
    }
    let (_, on) = next(LIBRARY, "next").await;
    let other = format!("{on}&sort=changed");
    for bad in [
        other.as_str(),
        "/w/brightwater/library?after=x",
        "/w/brightwater/library?sort=size",
    ] {
        owner.get(bad).await.expect(404);
    }
}
