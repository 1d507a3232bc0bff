//! Other people's personal keys: as if there were none, or for owners and admins to see and to stop.

use keyroom::{actor::Role, permissions::Permission};

use crate::{
    scenes::{KEYS, MEMBERS, labels, list, problem, search, state},
    support::{Browser, TestApp, http::Reply, make, make::MadeKey},
};

const OWN: &str = "/w/brightwater/account/api-keys";
const WHOAMI: &str = "/v1/whoami";
const SAM: &str = "sam@brightwater.example";
const UPLOAD: &[Permission] = &[Permission::FileUpload];
const GETS: [&str; 4] = ["", "/edit", "/revocation", "/restoration"];
const POSTS: [&str; 5] = [
    "/edit",
    "/deactivation",
    "/activation",
    "/revocation",
    "/restoration",
];

struct Scene {
    app: TestApp,
    owner: Browser,
    sam: String,
    key: MadeKey,
}

async fn scene() -> Scene {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let key = make::personal(&app, ("brightwater", &sam), "laptop", UPLOAD);
    Scene {
        app,
        owner,
        sam,
        key,
    }
}

impl Scene {
    async fn press(&self, what: &str) -> Reply {
        let address = format!("{KEYS}/{}/{what}", self.key.id);
        self.owner.post(&address, &[]).await
    }
}

/// The edit that a form of one's own would send.
const EDIT: &[(&str, &str)] = &[
    ("was_label", "laptop"),
    ("was_permissions", "FILE_UPLOAD"),
    ("was_expires_at", ""),
    ("was_updated_at", "2026-11-20T09:00:00Z"),
    ("label", "stolen"),
    ("permission", "FILE_UPLOAD"),
];

#[actix_web::test]
async fn in_an_account_the_keys_of_others_are_as_if_there_were_none() {
    let scene = scene().await;
    let app = &scene.app;
    let workspaces = make::key(app, "brightwater", "robot");
    let browsers = [
        app.member(Role::Member).await,
        app.member(Role::Admin).await,
        app.workspace("Elsewhere").await,
    ];
    for browser in &browsers {
        let before = app.sql(|sql| {
            sql.dump_without(&[
                "audit_events",
                "member_visits",
                "session_visits",
                "sessions",
            ])
        });
        for key in [&scene.key.id, &workspaces.id] {
            for rest in GETS {
                let theirs = browser.get(&format!("{OWN}/{key}{rest}")).await.expect(404);
                let none = browser
                    .get(&format!("{OWN}/000000000000{rest}"))
                    .await
                    .expect(404);
                assert_eq!(theirs.page().one("h1"), none.page().one("h1"));
            }
            for rest in POSTS {
                let fields = if rest == "/edit" { EDIT } else { &[] };
                let address = format!("{OWN}/{key}{rest}");
                browser.post(&address, fields).await.expect(404);
            }
        }
        let like = format!("{OWN}/new?like={}", scene.key.id);
        browser.get(&like).await.expect(404);
        let after = app.sql(|sql| {
            sql.dump_without(&[
                "audit_events",
                "member_visits",
                "session_visits",
                "sessions",
            ])
        });
        assert_eq!(after, before);
    }
    for browser in &browsers[..2] {
        let page = browser.get(OWN).await.expect(200).page();
        assert!(labels(&page).is_empty());
        let found = browser.get(&format!("{OWN}?owner=members&q=lap")).await;
        assert!(labels(&found.expect(200).page()).is_empty());
    }
    // Nor does a member reach anything by the addresses of the settings.
    browsers[0]
        .get(&format!("{KEYS}/{}", scene.key.id))
        .await
        .expect(403);
    app.sign_in(SAM)
        .await
        .get(&format!("{KEYS}/{}", scene.key.id))
        .await
        .expect(403);
}

#[actix_web::test]
async fn whoever_is_out_reaches_none_of_their_own() {
    let scene = scene().await;
    let browser = scene.app.sign_in(SAM).await;
    browser.get(OWN).await.expect(200);
    make::suspended(&scene.app, &scene.sam);
    browser.get(OWN).await.expect(403);
    browser
        .get(&format!("{OWN}/{}", scene.key.id))
        .await
        .expect(403);
    make::removed(&scene.app, &scene.sam);
    browser.get(OWN).await.expect(404);
    let stranger = scene.app.stranger();
    assert_eq!(
        stranger
            .get(OWN)
            .await
            .expect(303)
            .location()
            .split('?')
            .next(),
        Some("/sign-in")
    );
}

#[actix_web::test]
async fn admins_see_everybodys_and_narrow_the_list_to_an_owner() {
    let scene = scene().await;
    let app = &scene.app;
    make::key(app, "brightwater", "robot");
    let ada = make::member_id(app, "brightwater", crate::scenes::ADA);
    make::personal(app, ("brightwater", &ada), "ada-laptop", UPLOAD);
    let page = list(&scene.owner, "").await;
    assert_eq!(labels(&page).len(), 3);
    let card = page.one(&format!("#k-{}", scene.key.id));
    assert!(card.contains("Personal key of Sam Okafor"), "{card}");
    assert!(page.text().contains("Personal key of yours"));
    let choices = page.all("#owner option");
    assert_eq!(
        choices,
        [
            "All owners",
            "Workspace keys",
            "Mine",
            "Personal keys",
            "Ada Park",
            "Sam Okafor"
        ]
    );
    let found = |owner: &str| {
        let (browser, owner) = (&scene.owner, owner.to_owned());
        async move { labels(&search(browser, &[("owner", &owner)]).await) }
    };
    assert_eq!(found("workspace").await, ["robot"]);
    assert_eq!(found("me").await, ["ada-laptop"]);
    assert_eq!(found("members").await, ["ada-laptop", "laptop"]);
    assert_eq!(found(&scene.sam).await, ["laptop"]);
    let narrowed = [
        ("owner", scene.sam.as_str()),
        ("q", "lap"),
        ("status", "active"),
    ];
    let page = search(&scene.owner, &narrowed).await;
    assert_eq!(labels(&page), ["laptop"]);
    assert_eq!(page.one("#owner option[selected]"), "Sam Okafor");
    scene
        .owner
        .get(&format!("{KEYS}?owner=nobody"))
        .await
        .expect(404);
    let page = scene
        .owner
        .get(&format!("{KEYS}/{}", scene.key.id))
        .await
        .expect(200)
        .page();
    assert!(page.one(".key-facts").contains("Sam Okafor"));
}

#[actix_web::test]
async fn an_admin_stops_anothers_key_and_does_nothing_else_with_it() {
    let scene = scene().await;
    let page = list(&scene.owner, "").await;
    let card = format!("#k-{}", scene.key.id);
    assert!(!page.has(&format!("{card} a[href*='/edit']")));
    assert!(page.has(&format!("#switch-{}", scene.key.id)));
    assert!(page.has(&format!("#revoke-{}", scene.key.id)));
    let before = scene.app.sql(|sql| sql.dump_without(&["audit_events"]));
    let address = format!("{KEYS}/{}/edit", scene.key.id);
    for reply in [
        scene.owner.get(&address).await,
        scene.owner.post(&address, EDIT).await,
    ] {
        let page = reply.expect(403).page();
        assert!(
            page.text()
                .contains("This is another member's personal key."),
            "{}",
            page.text()
        );
    }
    let after = scene.app.sql(|sql| sql.dump_without(&["audit_events"]));
    assert_eq!(after, before);

    let done = scene.press("deactivation").await.expect(303);
    let page = scene.owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains("Only its owner can activate it again.")
    );
    assert!(!page.has("#flash form"), "no undo that would be refused");
    assert_eq!(state(&page, &scene.key), "Deactivated");
    assert!(!page.has(&format!("#switch-{}", scene.key.id)));
    let program = scene.app.api(&scene.key.secret);
    problem(program.get(WHOAMI).await, 401, "key_deactivated");
    scene.press("activation").await.expect(403);
    let many = format!("{KEYS}/activations");
    let done = scene.owner.post(&many, &[("id", &scene.key.id)]).await;
    let page = match done.status {
        303 => scene.owner.follow(&done).await.page(),
        _ => done.page(),
    };
    assert!(
        page.text().contains("which are up to their owners"),
        "{}",
        page.text()
    );
    problem(program.get(WHOAMI).await, 401, "key_deactivated");
    // Its owner does.
    let sam = scene.app.sign_in(SAM).await;
    let own = format!("{OWN}/{}", scene.key.id);
    sam.post(&format!("{own}/activation"), &[])
        .await
        .expect(303);
    program.get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn what_an_admin_has_revoked_its_owner_does_not_bring_back() {
    let scene = scene().await;
    scene.press("revocation").await.expect(303);
    let program = scene.app.api(&scene.key.secret);
    problem(program.get(WHOAMI).await, 401, "key_revoked");
    let sam = scene.app.sign_in(SAM).await;
    let restoration = format!("{OWN}/{}/restoration", scene.key.id);
    for reply in [
        sam.get(&restoration).await,
        sam.post(&restoration, &[]).await,
    ] {
        let page = reply.expect(403).page();
        assert!(
            page.text()
                .contains("An owner or admin has revoked this key.")
        );
    }
    let page = sam.get(&format!("{OWN}?status=revoked")).await.page();
    assert!(!page.offers(&restoration), "nothing that would be refused");
    // Who has revoked it can, and then it waits for its owner.
    scene.press("restoration").await.expect(303);
    assert_eq!(
        state(&list(&scene.owner, "").await, &scene.key),
        "Deactivated"
    );
    scene.press("activation").await.expect(403);
    let activation = format!("{OWN}/{}/activation", scene.key.id);
    sam.post(&activation, &[]).await.expect(303);
    program.get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn whoever_suspends_somebody_is_told_how_many_keys_stop() {
    let scene = scene().await;
    make::personal(&scene.app, ("brightwater", &scene.sam), "phone", UPLOAD);
    let member = format!("{MEMBERS}/{}", scene.sam);
    let page = scene.owner.get(&member).await.expect(200).page();
    assert!(
        page.text()
            .contains("Their 2 personal keys will be suspended, too."),
        "{}",
        page.text()
    );
    let done = scene
        .owner
        .post(&format!("{member}/suspension"), &[])
        .await
        .expect(303);
    let page = scene.owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains("Their 2 personal keys stopped with them."),
        "{}",
        page.one("#flash")
    );
    let page = list(&scene.owner, "suspended").await;
    assert_eq!(labels(&page).len(), 2);
    scene.press("deactivation").await.expect(409);
}

#[actix_web::test]
async fn whoever_is_removed_leaves_personal_keys_to_decide_on() {
    let scene = scene().await;
    let app = &scene.app;
    let phone = make::personal(app, ("brightwater", &scene.sam), "phone", UPLOAD);
    let robot = make::key(app, "brightwater", "robot");
    make::made_by(app, &robot, &scene.sam);
    let removal = format!("{MEMBERS}/{}/removal", scene.sam);
    let page = scene.owner.get(&removal).await.expect(200).page();
    let choices = |key: &MadeKey| page.attributes(&format!("input[name=key-{}]", key.id), "value");
    assert_eq!(choices(&scene.key), ["takeover", "keep", "revoke"]);
    assert_eq!(choices(&robot), ["keep", "deactivate", "revoke"]);
    assert!(page.text().contains("Leave suspended"));
    let form = page
        .form(&removal)
        .with(&format!("key-{}", phone.id), "revoke");
    let done = scene.owner.submit(&form).await.expect(303);
    let report = scene.owner.follow(&done).await.expect(200).page();
    let text = report.text();
    for told in ["Left suspended", "Revoked", "Kept"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    problem(
        app.api(&scene.key.secret).get(WHOAMI).await,
        401,
        "key_suspended",
    );
    problem(app.api(&phone.secret).get(WHOAMI).await, 401, "key_revoked");
    app.api(&robot.secret).get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn whoever_leaves_is_told_what_stops_with_them() {
    let scene = scene().await;
    let sam = scene.app.sign_in(SAM).await;
    let page = sam.get("/w/brightwater/leaving").await.expect(200).page();
    assert!(
        page.text()
            .contains("Your 1 personal key in Brightwater will be suspended at once."),
        "{}",
        page.text()
    );
    assert!(page.text().contains("You made no key that works now."));
    sam.submit(&page.form("/w/brightwater/leaving"))
        .await
        .expect(303);
    problem(
        scene.app.api(&scene.key.secret).get(WHOAMI).await,
        401,
        "key_suspended",
    );
}
