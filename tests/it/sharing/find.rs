//! Whom the field finds while somebody types.

use actix_web::http::Method;
use keyroom::actor::Role;

use super::{HOME, Scene, path, person};
use crate::support::{Browser, make, page::Page};

async fn found(scene: &Scene, browser: &Browser, q: &str) -> Page {
    let path = format!("{}?q={q}", scene.path());
    let script = [("hx-request", "true")];
    let reply = browser.send(Method::GET, &path, &script, &[]).await;
    reply.expect(200).page()
}

async fn names(scene: &Scene, browser: &Browser, q: &str) -> Vec<String> {
    found(scene, browser, q).await.all("[role=option] b")
}

#[actix_web::test]
async fn every_word_of_names_addresses_groups_and_labels_is_found_by_how_it_begins() {
    let scene = Scene::set().await;
    let app = &scene.app;
    person(app, "Zoë Núñez", Role::Member);
    person(app, "Émile Zola", Role::Member);
    make::group(app, HOME, "Zone Support", &[]);
    scene.key("production-zebra");
    scene.key("zoo");
    let page = found(&scene, &scene.priya, "zo").await;
    assert_eq!(
        page.all("[role=option] b"),
        ["Zoë Núñez", "Émile Zola", "Zone Support", "zoo"],
        "by kind; what begins so is first"
    );
    assert_eq!(
        page.attributes("[role=group]", "aria-label"),
        ["People", "Groups", "API keys"]
    );
    assert_eq!(
        page.one("[data-told]"),
        "2 people, 1 group, 1 API key found."
    );
    for (q, expected) in [
        ("NUNEZ", vec!["Zoë Núñez"]),
        ("%C3%A9mile+zo", vec!["Émile Zola"]),
        ("emile-zola@brightwater.example", vec!["Émile Zola"]),
        ("zeb", vec!["production-zebra"]),
        ("support", vec!["Zone Support"]),
        // Not in the middle of a word; and signs are none.
        ("ola", vec![]),
        ("-", vec![]),
        ("%25", vec![]),
        ("%00", vec![]),
    ] {
        if q == "%00" {
            let path = format!("{}?q={q}", scene.path());
            scene.priya.get(&path).await.expect(422);
            continue;
        }
        assert_eq!(names(&scene, &scene.priya, q).await, expected, "{q}");
    }
    // Whoever is exactly it is first.
    person(app, "Zo", Role::Member);
    assert_eq!(names(&scene, &scene.priya, "zo").await[0], "Zo");
    let page = found(&scene, &scene.priya, "xyz").await;
    let nobody = "No one by that name. To invite someone new, type their full email address.";
    assert_eq!(page.one("[data-told]"), nobody);
}

#[actix_web::test]
async fn who_can_be_given_nothing_never_appears_or_is_marked() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let suspended = person(app, "Quin Suspended", Role::Member);
    make::suspended(app, &suspended);
    make::removed(app, &person(app, "Quin Removed", Role::Member));
    make::workspace(app, "Elsewhere");
    make::named(
        app,
        "elsewhere",
        "Quin Elsewhere",
        "quin@elsewhere.example",
        Role::Member,
    );
    make::group(app, "elsewhere", "Quin group", &[]);
    make::key(app, "elsewhere", "quin elsewhere");
    make::revoked(app, &scene.key("quin revoked"), "unneeded");
    let owner = make::member_id(app, HOME, "dan-price@brightwater.example");
    make::given_to(app, &owner, &scene.key("quin personal"), "quin personal");
    let has_it = person(app, "Quin Has", Role::Member);
    scene.shared("member_id", &has_it, "user");
    let key = scene.key("quin key");
    scene.shared("key_id", &key.id, "user");
    let page = found(&scene, &scene.priya, "quin").await;
    assert_eq!(page.all("[role=option] b"), ["Quin Has", "quin key"]);
    assert_eq!(
        page.all("[role=option][aria-disabled=true] .muted"),
        ["Has access", "Has access"]
    );
    // The owner too.
    let page = found(&scene, &scene.priya, "dan").await;
    assert!(page.has("[role=option][aria-disabled=true]"));
    // Whoever has User by a folder above can be made Editor here, and not the other way round.
    let inner = make::subfolder(app, &scene.folder, "Inner");
    let script = [("hx-request", "true")];
    let inner = format!("{}?q=quin", path(&inner));
    let reply = scene.priya.send(Method::GET, &inner, &script, &[]).await;
    assert!(!reply.page().has("[aria-disabled=true]"));
    app.sql(|sql| sql.execute("UPDATE shares SET role = 'editor'"));
    let reply = scene.priya.send(Method::GET, &inner, &script, &[]).await;
    assert_eq!(reply.page().elements("[aria-disabled=true]").len(), 2);
}

#[actix_web::test]
async fn keys_and_invitations_are_for_admins() {
    let scene = Scene::set().await;
    scene.key("production-server");
    assert_eq!(names(&scene, &scene.dan, "prod").await, [""; 0]);
    assert_eq!(
        names(&scene, &scene.priya, "prod").await,
        ["production-server"]
    );
    let page = found(&scene, &scene.dan, "noor@partner.example").await;
    assert!(!page.has("[role=option]"));
    let asks = "No one here has this address. To invite them, ask Ada Park or Priya Nair.";
    assert_eq!(page.one("[data-told]"), asks, "who can is named");
    let page = found(&scene, &scene.dan, "xyz").await;
    let asks = "No one by that name. To invite someone new, ask Ada Park or Priya Nair.";
    assert_eq!(page.one("[data-told]"), asks);
    let page = found(&scene, &scene.priya, "noor@partner.example").await;
    assert_eq!(page.all("[role=option] b"), ["noor@partner.example"]);
    assert_eq!(
        page.attributes("[role=option]", "data-value"),
        ["email:noor@partner.example"]
    );
    // Whoever only reads it finds nobody.
    let reader = person(&scene.app, "Rea Der", Role::Member);
    scene.shared("member_id", &reader, "user");
    let rea = scene.app.sign_in("rea-der@brightwater.example").await;
    assert_eq!(names(&scene, &rea, "dan").await, [""; 0]);
}

#[actix_web::test]
async fn whoever_types_the_address_of_somebody_suspended_is_told_what_to_do() {
    let scene = Scene::set().await;
    let sam = person(&scene.app, "Sam Okafor", Role::Member);
    make::suspended(&scene.app, &sam);
    for (browser, told) in [
        (
            &scene.priya,
            "This person is suspended. Reinstate them under Members in the settings first.",
        ),
        (
            &scene.dan,
            "This person is suspended. To reinstate them, ask Ada Park or Priya Nair.",
        ),
    ] {
        let page = found(&scene, browser, "Sam-Okafor@brightwater.example").await;
        assert_eq!(page.one("[data-told]"), told);
        assert!(!page.has("[role=option]"));
    }
    // Of somebody elsewhere nothing is told.
    make::workspace(&scene.app, "Elsewhere");
    let quin = make::named(
        &scene.app,
        "elsewhere",
        "Quin Elsewhere",
        "quin@elsewhere.example",
        Role::Member,
    );
    make::suspended(&scene.app, &quin);
    let page = found(&scene, &scene.priya, "quin@elsewhere.example").await;
    assert_eq!(page.all("[role=option] b"), ["quin@elsewhere.example"]);
}

#[actix_web::test]
async fn without_script_what_is_found_comes_as_boxes() {
    let scene = Scene::set().await;
    person(&scene.app, "Lena Fischer", Role::Member);
    let form = scene.form(&scene.dan).await.with("q", "lena");
    let form = form.with("role", "editor").with("do", "find");
    let page = scene.dan.submit(&form).await.expect(200).page();
    assert_eq!(page.one(".found legend"), "1 person found.");
    let again = page.form(&scene.path());
    assert_eq!(again.value("role"), Some("editor"), "what was chosen stays");
    let lena = page.attributes(".found input", "value")[0].clone();
    let form = again.also("subject", &lena).with("q", "").with("do", "add");
    let done = scene.dan.submit(&form).await.expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Lena Fischer is an Editor of Handbook now.")
    );
}

#[actix_web::test]
async fn it_asks_as_often_for_many_as_for_one() {
    let scene = Scene::set().await;
    scene.app.clock.stop();
    let count = async || {
        let (_, queries) = scene.app.counting(found(&scene, &scene.priya, "per")).await;
        queries.len()
    };
    person(&scene.app, "Per One", Role::Member);
    make::group(&scene.app, HOME, "Per group", &[]);
    scene.key("per key");
    let one = count().await;
    for n in 0..12 {
        person(&scene.app, &format!("Per Son {n}"), Role::Member);
        make::group(&scene.app, HOME, &format!("Per {n}"), &[]);
        scene.key(&format!("per {n}"));
    }
    assert!(count().await <= one, "{one}");
    let page = found(&scene, &scene.priya, "per").await;
    assert_eq!(page.elements("[role=option]").len(), 15);
    assert!(
        page.one("[data-told]")
            .ends_with("Type more to find others.")
    );
}
