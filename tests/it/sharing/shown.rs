//! *Who has access*, and through what.

use keyroom::actor::Role;

use super::{HOME, Scene, path, person};
use crate::support::make;

#[actix_web::test]
async fn each_row_says_through_what() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    let group = make::group(app, HOME, "Support", &[]);
    make::in_group(app, &group, &lena);
    scene.shared("group_id", &group, "user");
    let inner = make::subfolder(app, &scene.folder, "Inner");
    let sam = person(app, "Sam Okafor", Role::Member);
    make::shared(app, &inner, ("member_id", &sam), "editor");
    let page = scene.priya.get(&path(&inner)).await.expect(200).page();
    let rows = page.all("[aria-labelledby=who-has] > li .t");
    assert_eq!(
        rows,
        [
            "Dan Price dan-price@brightwater.example. Owner of the folder",
            "Dan Price dan-price@brightwater.example. Owner of the folder Handbook",
            "Support Group, 1 member . Through the folder Handbook",
            "Sam Okafor sam-okafor@brightwater.example. Direct",
        ]
    );
    assert_eq!(page.all(".fixed"), ["Owner", "Editor", "User"]);
    assert!(page.has(&format!(
        "a[href=\"/w/brightwater/settings/groups/{group}\"]"
    )));
    assert_eq!(page.one("#who-has span"), "4");
    // Whoever sees only the inner folder is not told what is above it.
    let sam = app.sign_in("sam-okafor@brightwater.example").await;
    let page = sam.get(&path(&inner)).await.expect(200).page();
    assert!(!page.text().contains("Handbook"), "{}", page.text());
    assert!(
        !page.has("a[href*=\"/settings/groups/\"]"),
        "nor led where only admins go"
    );
    assert!(page.text().contains("(you)"));
}

#[actix_web::test]
async fn who_has_access_through_a_group_is_named() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let support = make::group(app, HOME, "Support", &[]);
    let suspended = person(app, "Sam Okafor", Role::Member);
    make::suspended(app, &suspended);
    for id in [person(app, "Lena Fischer", Role::Member), suspended] {
        make::in_group(app, &support, &id);
    }
    let crowd = make::group(app, HOME, "Crowd", &[]);
    for n in 10..33 {
        make::in_group(
            app,
            &crowd,
            &person(app, &format!("Person {n}"), Role::Member),
        );
    }
    let other = make::group(app, HOME, "Not here", &[]);
    make::in_group(app, &other, &person(app, "Zoe Other", Role::Member));
    for group in [&support, &crowd, &make::group(app, HOME, "Nobody", &[])] {
        scene.shared("group_id", group, "user");
    }
    let reader = person(app, "Rea Der", Role::Member);
    scene.shared("member_id", &reader, "user");
    let rea = app.sign_in("rea-der@brightwater.example").await;
    for browser in [&scene.dan, &scene.priya, &rea] {
        let page = scene.page(browser).await;
        assert_eq!(
            page.all("details.below > summary:has(+ p)"),
            ["Members of Support", "Members of Crowd"]
        );
        let named = page.all("details.below > p");
        assert_eq!(named[0], "Lena Fischer, Sam Okafor (suspended)");
        assert!(named[1].starts_with("Person 10, Person 11, "), "{named:?}");
        assert!(named[1].ends_with(", Person 29 and 3 more"), "{named:?}");
        assert!(!page.text().contains("Zoe Other"));
    }
}

#[actix_web::test]
async fn who_only_reads_sees_who_has_access_and_whom_to_ask() {
    let scene = Scene::set().await;
    let reader = person(&scene.app, "Rea Der", Role::Member);
    scene.shared("member_id", &reader, "user");
    let rea = scene.app.sign_in("rea-der@brightwater.example").await;
    let page = scene.page(&rea).await;
    assert!(
        page.text()
            .contains("You need to be an Editor of this folder to share it. Ask Dan Price.")
    );
    assert!(!page.has("form.give") && !page.has("[aria-labelledby=who-has] form"));
    assert_eq!(page.all(".fixed"), ["Owner", "User"]);
    // Nobody else knows of it.
    scene
        .app
        .member(Role::Member)
        .await
        .get(&scene.path())
        .await
        .expect(404);
    scene
        .app
        .workspace("Elsewhere")
        .await
        .get(&scene.path())
        .await
        .expect(404);
    let led = scene.app.stranger().get(&scene.path()).await.expect(303);
    assert!(led.location().starts_with("/sign-in"));
}

#[actix_web::test]
async fn a_long_list_has_parts_and_asks_no_oftener() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "user");
    scene.shared("group_id", &make::group(app, HOME, "Support", &[]), "user");
    scene.shared("key_id", &scene.key("ci").id, "user");
    let count = async || app.counting(scene.page(&scene.priya)).await.1.len();
    app.clock.stop();
    count().await; // that they are here is noted once
    let few = count().await;
    for n in 0..120 {
        let id = make::group(app, HOME, &format!("Group {n}"), &[]);
        scene.shared("group_id", &id, "user");
    }
    assert_eq!(count().await, few);
    let page = scene.page(&scene.priya).await;
    assert_eq!(
        page.elements("[aria-labelledby=who-has] > li").len(),
        101,
        "and the owner"
    );
    assert_eq!(page.one("#who-has span"), "124");
    let more = page.attributes(".access a.btn", "href")[0].clone();
    let page = scene.priya.get(&more).await.expect(200).page();
    assert_eq!(page.elements("[aria-labelledby=who-has] > li").len(), 23);
}
