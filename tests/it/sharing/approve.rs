//! *Approve* adds and raises, and takes nothing away.

use actix_web::http::Method;

use super::{
    Scene,
    ask::{ask, at},
};
use crate::support::{make, page::Page};

/// The key's role in the folder and its end.
fn role_of(scene: &Scene, key: &str) -> String {
    scene.app.sql(|sql| {
        sql.line(&format!(
            "SELECT concat_ws(' ', role, expires_at > now()) AS line FROM shares WHERE key_id = '{key}'"
        ))
    })
}

/// What is said after the form is sent as it stands, and the page.
async fn approve(scene: &Scene, role: &str) -> Page {
    let page = scene.priya.get(&at(scene, "")).await.expect(200).page();
    let form = page.form(&at(scene, "/approval")).with("role", role);
    let done = scene.priya.submit(&form.with("do", "add")).await;
    scene
        .priya
        .follow(&done.expect(303))
        .await
        .expect(200)
        .page()
}

#[actix_web::test]
async fn to_approve_takes_nothing_from_a_key() {
    let scene = Scene::set().await;
    let key = scene.key("ci").id;
    scene.shared("key_id", &key, "editor");
    let end = "UPDATE shares SET expires_at = now() + interval '30 days'";
    scene.app.sql(|sql| sql.execute(end));
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let page = scene.priya.get(&at(&scene, "")).await.expect(200).page();
    let told = page.one(".give .inline-note");
    assert!(
        told.starts_with("ci is an Editor of this folder already, until the end of ")
            && told.ends_with(" Approving takes nothing from it."),
        "{told}"
    );
    let script = [("hx-request", "true")];
    let find = format!("{}?q=ci", at(&scene, ""));
    let found = scene.priya.send(Method::GET, &find, &script, &[]).await;
    let note = found.expect(200).page().one("[role=option] small");
    assert!(note.ends_with(". Editor already"), "{note}");
    let before = scene.log().len();
    let page = approve(&scene, "user").await;
    let flash = page.one("#flash");
    assert!(
        flash.contains("ci is an Editor of Handbook already. Its access stays as it was."),
        "{flash}"
    );
    assert!(!page.has("#flash form"), "there is nothing to undo");
    assert_eq!(role_of(&scene, &key), "editor t");
    assert_eq!(scene.log().len(), before + 1, "that it was approved");
    let page = scene.page(&scene.dan).await;
    let said = page.one("[aria-labelledby=requests] > li .t");
    assert!(said.contains("Approved"), "{said}");
}

#[actix_web::test]
async fn what_a_key_has_by_a_folder_above_is_not_given_again() {
    let scene = Scene::set().await;
    let above = scene.folder.clone();
    let scene = Scene {
        folder: make::subfolder(&scene.app, &above, "Inner"),
        ..scene
    };
    let key = scene.key("ci").id;
    make::shared(&scene.app, &above, ("key_id", &key), "editor");
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let page = scene.priya.get(&at(&scene, "")).await.expect(200).page();
    let told =
        "ci is an Editor of this folder already by one above it. Approving takes nothing from it.";
    assert_eq!(page.one(".give .inline-note"), told);
    let page = approve(&scene, "user").await;
    let flash = page.one("#flash");
    assert!(
        flash.contains("ci is an Editor of Inner already."),
        "{flash}"
    );
    assert!(!page.has("#flash form"), "there is nothing to undo");
    assert_eq!(role_of(&scene, &key), "editor", "and no second one");
    // One that ends there is not enough; nor has a revoked key anything.
    let end =
        "UPDATE shares SET expires_at = now() + interval '30 days'; DELETE FROM share_requests";
    scene.app.sql(|sql| sql.execute(end));
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let page = approve(&scene, "user").await;
    let flash = page.one("#flash");
    assert!(flash.contains("ci is a User of Inner now."), "{flash}");
    let all = "SELECT concat_ws(' ', role, expires_at > now()) AS line FROM shares ORDER BY role";
    assert_eq!(scene.app.sql(|sql| sql.lines(all)), ["editor t", "user"]);
    scene.app.sql(|sql| {
        sql.execute(
            "DELETE FROM share_requests; UPDATE shares SET expires_at = NULL WHERE role = 'editor';
             DELETE FROM shares WHERE role = 'user'; UPDATE keys SET revoked_at = now(), revoked_for = 'unneeded'",
        );
    });
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let pick = format!("api_key:{key}");
    let fields = [("subject", pick.as_str()), ("role", "user"), ("do", "add")];
    let page = scene.priya.post(&at(&scene, "/approval"), &fields).await;
    let why = page.expect(422).page().one("#subject-error");
    assert!(why.contains("This key is revoked."), "{why}");
}

#[actix_web::test]
async fn to_approve_raises_a_role_and_is_undone() {
    let scene = Scene::set().await;
    let key = scene.key("ci").id;
    scene.shared("key_id", &key, "user");
    let end = "UPDATE shares SET expires_at = now() + interval '30 days'";
    scene.app.sql(|sql| sql.execute(end));
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let page = approve(&scene, "editor").await;
    assert_eq!(role_of(&scene, &key), "editor t", "and it ends as it would");
    let undo = page.attributes("#flash form", "action");
    let page = scene.priya.post(&undo[0], &[]).await.expect(303);
    scene.priya.follow(&page).await.expect(200);
    assert_eq!(role_of(&scene, &key), "user t");
    // One that had none has none again.
    scene.app.sql(|sql| {
        sql.execute("DELETE FROM shares WHERE key_id IS NOT NULL; DELETE FROM share_requests");
    });
    ask(&scene, &scene.dan, "ci").await.expect(303);
    let page = approve(&scene, "editor").await;
    assert!(
        page.one("#flash")
            .contains("ci is an Editor of Handbook now.")
    );
    assert_eq!(role_of(&scene, &key), "editor");
    let undo = page.attributes("#flash form", "action");
    scene.priya.post(&undo[0], &[]).await.expect(303);
    let left = "SELECT id::text AS line FROM shares WHERE key_id IS NOT NULL";
    assert_eq!(scene.app.sql(|sql| sql.lines(left)), [""; 0]);
}
