//! Another role, *Remove*, *Undo*, and what mends a key.

use keyroom::{actor::Role, permissions::Permission};

use super::{HOME, Scene, person};
use crate::support::make;

const NOBODY: &str = "018f0000-0000-7000-8000-000000000099";

#[actix_web::test]
async fn a_role_is_changed_taken_and_given_back() {
    let scene = Scene::set().await;
    let lena = person(&scene.app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "user");
    let at = format!("{}/member/{lena}", scene.path());
    let page = scene.page(&scene.dan).await;
    let form = page.form(&format!("{at}/role"));
    assert_eq!(form.value("role"), Some("user"));
    let done = scene
        .dan
        .submit(&form.with("role", "editor"))
        .await
        .expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Lena Fischer is an Editor of Handbook now.")
    );
    // *Undo* gives back the role of before.
    let undo = page.form(&format!("{at}/restoration?role=user"));
    scene.dan.submit(&undo).await.expect(303);
    let form = scene.page(&scene.dan).await.form(&format!("{at}/role"));
    assert_eq!(form.value("role"), Some("user"));
    let form = scene.page(&scene.dan).await.form(&format!("{at}/removal"));
    let done = scene.dan.submit(&form).await.expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Lena Fischer no longer has access to Handbook.")
    );
    assert_eq!(scene.rows(&scene.dan).await.len(), 1);
    scene
        .dan
        .submit(&page.form(&format!("{at}/restoration?role=user")))
        .await
        .expect(303);
    assert_eq!(scene.rows(&scene.dan).await.len(), 2);
    assert_eq!(
        scene.log(),
        [
            "folder.shared Lena Fischer",
            "folder.shared Lena Fischer",
            "folder.unshared Lena Fischer",
            "folder.shared Lena Fischer"
        ]
    );
}

#[actix_web::test]
async fn undo_gives_back_the_end_too() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "editor");
    app.sql(|sql| {
        sql.execute("UPDATE shares SET expires_at = date_trunc('day', now()) + interval '5 days'")
    });
    let end = "SELECT expires_at::text || role AS line FROM shares";
    let before = app.sql(|sql| sql.line(end));
    let done = scene
        .press(&scene.dan, &format!("member/{lena}"), "removal")
        .await
        .expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    let undo = page.attributes("#flash form", "action")[0].clone();
    scene.dan.submit(&page.form(&undo)).await.expect(303);
    assert_eq!(app.sql(|sql| sql.line(end)), before);
    // An end that is over cannot be given back.
    let late = format!("member/{lena}/restoration?role=user&ends_at=2020-01-01T00:00:00Z");
    let late = format!("{}/{late}", scene.path());
    scene.dan.post(&late, &[]).await.expect(409);
}

#[actix_web::test]
async fn who_may_not_changes_nothing() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "user");
    let key = scene.key("production-server");
    scene.shared("key_id", &key.id, "user");
    let editor = person(app, "Ed Itor", Role::Member);
    scene.shared("member_id", &editor, "editor");
    let reader = app.sign_in("lena-fischer@brightwater.example").await;
    let ed = app.sign_in("ed-itor@brightwater.example").await;
    let elsewhere = app.workspace("Elsewhere").await;
    let stranger = app.member(Role::Member).await;
    let of_key = format!("api_key/{}", key.id);
    let of_lena = format!("member/{lena}");
    let shares = "SELECT id::text || role AS line FROM shares ORDER BY id";
    let before = app.sql(|sql| sql.lines(shares));
    for (who, of, status) in [
        (&reader, &of_lena, 403),
        (&stranger, &of_lena, 404),
        (&elsewhere, &of_lena, 404),
        // A key is the admins' business, also for an Editor.
        (&ed, &of_key, 403),
    ] {
        for (what, fields) in [
            ("role", [("role", "editor")].as_slice()),
            ("removal", &[]),
            ("restoration?role=editor", &[]),
        ] {
            let path = format!("{}/{of}/{what}", scene.path());
            let reply = who.post(&path, fields).await;
            assert_eq!(reply.status, status, "{}", reply.asked);
        }
    }
    ed.post(&format!("{}/keys/{}/activation", scene.path(), key.id), &[])
        .await
        .expect(403);
    // The owner's row is fixed, and nobody is listed who has nothing here.
    let dan = make::member_id(app, HOME, "dan-price@brightwater.example");
    for of in [
        format!("member/{dan}"),
        format!("member/{}", NOBODY),
        "member/x".to_owned(),
        "folder/x".to_owned(),
        format!("invitation/{}", NOBODY),
    ] {
        scene.press(&scene.priya, &of, "removal").await.expect(404);
    }
    assert_eq!(app.sql(|sql| sql.lines(shares)), before);
}

#[actix_web::test]
async fn whoever_takes_their_own_access_away_is_led_out() {
    let scene = Scene::set().await;
    let editor = person(&scene.app, "Ed Itor", Role::Member);
    scene.shared("member_id", &editor, "editor");
    let ed = scene.app.sign_in("ed-itor@brightwater.example").await;
    let done = scene
        .press(&ed, &format!("member/{editor}"), "removal")
        .await
        .expect(303);
    assert_eq!(done.location(), "/w/brightwater");
    ed.get(&scene.path()).await.expect(404);
}

#[actix_web::test]
async fn a_key_that_opens_nothing_says_why_and_is_mended() {
    let scene = Scene::set().await;
    let key = scene.key_with("production-server", &[Permission::ObjectsList]);
    scene.shared("key_id", &key.id, "editor");
    make::deactivated(&scene.app, &key);
    let row = scene.rows(&scene.priya).await[1].clone();
    assert!(
        row.contains("Deactivated, so it has no access now."),
        "{row}"
    );
    let activate = format!("{}/keys/{}/activation", scene.path(), key.id);
    let form = scene.page(&scene.priya).await.form(&activate);
    let done = scene.priya.submit(&form).await.expect(303);
    assert_eq!(done.location(), scene.path());
    let page = scene.priya.follow(&done).await.expect(200).page();
    // It lists, and neither reads nor uploads; the link leads to its edit with what is missing ticked.
    let edit = page.attributes(".flaw a", "href")[0].clone();
    let form = scene.priya.get(&edit).await.expect(200).page();
    let ticked = form.attributes("input[name=permission][checked]", "value");
    assert_eq!(ticked, ["OBJECTS_LIST", "OBJECTS_FETCH", "FILE_UPLOAD"]);
    // Who is no admin is told the same, and can do nothing about it.
    let page = scene.page(&scene.dan).await;
    let lacks = "Lacks the permissions “Fetch assets” and “Upload files”, so it finds files and can do no more.";
    assert_eq!(page.all(".flaw"), [lacks]);
    assert!(!page.has(".flaw :is(a, form)"));
    scene.app.sql(|sql| sql.execute("UPDATE keys SET expires_at = created_at - interval '12 hours', created_at = created_at - interval '1 day'"));
    let row = scene.rows(&scene.priya).await[1].clone();
    assert!(row.contains("Expired, so it has no access now."), "{row}");
    let reader = person(&scene.app, "Rea Der", Role::Member);
    scene.shared("member_id", &reader, "user");
    let rea = scene.app.sign_in("rea-der@brightwater.example").await;
    for browser in [&scene.dan, &rea] {
        let page = scene.page(browser).await;
        assert_eq!(page.all(".flaw"), ["Expired, so it has no access now."]);
        assert!(!page.has(".flaw :is(a, form)"));
        assert!(!page.text().contains("API key. Can"));
    }
    make::revoked(&scene.app, &key, "unneeded");
    let row = scene.rows(&scene.priya).await[1].clone();
    assert!(row.contains("Revoked, so it has no access."), "{row}");
}

#[actix_web::test]
async fn who_shares_for_a_time_is_offered_what_they_can_give() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    let tom = person(app, "Tom Adler", Role::Member);
    let uma = person(app, "Uma Berg", Role::Member);
    scene.shared("member_id", &lena, "editor");
    let soon = app.clock.now() + chrono::TimeDelta::minutes(5);
    app.sql(|sql| sql.execute(&format!("UPDATE shares SET expires_at = '{soon}'")));
    scene.shared("member_id", &tom, "user");
    let browser = app.sign_in("lena-fischer@brightwater.example").await;
    let page = scene.page(&browser).await;
    let toms = format!("{}/member/{tom}", scene.path());
    assert!(!page.offers(&format!("{toms}/role")));
    let own = format!("{}/member/{lena}/role", scene.path());
    assert!(page.offers(&own));
    // Sent all the same, the dialog says why not.
    let role = format!("{toms}/role");
    let reply = browser.post(&role, &[("role", "editor")]).await;
    let page = browser.follow(&reply.expect(303)).await.page();
    let flash = page.one("#flash");
    for said in ["The role stays as it was.", "No later than your own role"] {
        assert!(flash.contains(said), "{flash}");
    }
    // What they could not give back is taken without *Undo*.
    let form = scene.page(&browser).await.form(&format!("{toms}/removal"));
    let done = browser.submit(&form).await.expect(303);
    let page = browser.follow(&done).await.page();
    assert!(page.one("#flash").contains("no longer has access"));
    assert!(!page.offers(&format!("{toms}/restoration?role=user")));
    let undo = format!("{toms}/restoration?role=user");
    let reply = browser.post(&undo, &[]).await;
    let page = browser.follow(&reply.expect(303)).await.page();
    assert!(page.one("#flash").contains("The role stays as it was."));
    // The day on which their own role ends is over with that.
    let form = scene.form(&browser).await.with("do", "add");
    let form = form.also("subject", &format!("member:{uma}"));
    let today = soon.format("%Y-%m-%d").to_string();
    let form = form.with("role", "user").with("ends_on", &today);
    browser.submit(&form).await.expect(303);
    let ends =
        "SELECT concat(count(expires_at), ' ', count(DISTINCT expires_at)) AS line FROM shares";
    assert_eq!(app.sql(|sql| sql.line(ends)), "2 1");
}
