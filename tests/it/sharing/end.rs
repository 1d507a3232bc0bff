//! The end of a role is changed in its row.

use keyroom::{actor::Role, ids::MemberId};

use super::{Scene, person};

const ENDS: &str = "SELECT to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS line FROM shares WHERE expires_at IS NOT NULL";

#[actix_web::test]
async fn a_role_gets_an_end_another_one_and_none() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "editor");
    let at = format!("{}/member/{lena}", scene.path());
    let end = format!("{at}/end");
    let form = scene.page(&scene.dan).await.form(&end);
    assert_eq!(form.value("ends_on"), Some(""));
    let done = scene
        .dan
        .submit(&form.with("ends_on", "2099-12-24"))
        .await
        .expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    let said = "Lena Fischer has access to Handbook until the end of 24 December 2099.";
    assert!(page.one("#flash").contains(said), "{}", page.one("#flash"));
    assert_eq!(app.sql(|sql| sql.lines(ENDS)), ["2099-12-25"]);
    let form = page.form(&end);
    assert_eq!(form.value("ends_on"), Some("2099-12-24"));
    // A mistake stands beside the row, and nothing is lost.
    let wrong = scene
        .dan
        .submit(&form.with("ends_on", "2020-01-01"))
        .await
        .expect(422)
        .page();
    assert!(wrong.text().contains("Choose today or a later day"));
    assert_eq!(wrong.form(&end).value("ends_on"), Some("2020-01-01"));
    assert!(wrong.has(".ending[open] [aria-invalid=true]"));
    let done = scene
        .dan
        .submit(&page.form(&end).also("do", "remove"))
        .await
        .expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Lena Fischer has access to Handbook without an end.")
    );
    assert_eq!(app.sql(|sql| sql.lines(ENDS)), [""; 0]);
    // *Undo* gives back the end and the role.
    let undo = page.attributes("#flash form", "action")[0].clone();
    scene.dan.submit(&page.form(&undo)).await.expect(303);
    assert_eq!(app.sql(|sql| sql.lines(ENDS)), ["2099-12-25"]);
    assert_eq!(scene.log(), ["folder.shared Lena Fischer"; 3]);
    assert_eq!(
        app.sql(|sql| sql.lines("SELECT role AS line FROM shares")),
        ["editor"]
    );
}

#[actix_web::test]
async fn nobody_gives_an_end_beyond_their_own_or_where_they_may_not_share() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "user");
    let ed = person(app, "Ed Itor", Role::Member);
    scene.shared("member_id", &ed, "editor");
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = '2099-06-01T00:00:00Z'"));
    let key = scene.key("production-server");
    scene.shared("key_id", &key.id, "user");
    let end = format!("{}/member/{lena}/end", scene.path());
    let editor = app.sign_in("ed-itor@brightwater.example").await;
    let page = scene.page(&editor).await;
    assert!(!page.text().contains("No end date"), "{}", page.text());
    for beyond in ["2099-06-01", ""] {
        let page = editor
            .post(&end, &[("ends_on", beyond)])
            .await
            .expect(422)
            .page();
        assert!(
            page.text().contains("No later than your own role"),
            "{}",
            page.text()
        );
    }
    editor.post(&end, &[("do", "remove")]).await.expect(422);
    editor
        .post(&end, &[("ends_on", "2099-05-30")])
        .await
        .expect(303);
    assert_eq!(
        app.sql(|sql| sql.line(&format!("{ENDS} AND member_id = '{lena}'"))),
        "2099-05-31"
    );
    let before = app.sql(|sql| sql.lines(ENDS));
    let reader = app.sign_in("lena-fischer@brightwater.example").await;
    let stranger = app.member(Role::Member).await;
    let elsewhere = app.workspace("Elsewhere").await;
    let of_key = format!("{}/api_key/{}/end", scene.path(), key.id);
    let of_nobody = format!("{}/member/{}/end", scene.path(), MemberId::fresh());
    for (who, path, status) in [
        (&reader, &end, 403),
        (&stranger, &end, 404),
        (&elsewhere, &end, 404),
        // A key is the admins' business, also for an Editor.
        (&editor, &of_key, 403),
        (&scene.dan, &of_nobody, 404),
    ] {
        who.post(path, &[("ends_on", "2099-01-01")])
            .await
            .expect(status);
    }
    assert_eq!(app.sql(|sql| sql.lines(ENDS)), before);
    // An owner or admin has no end.
    scene
        .priya
        .post(&of_key, &[("ends_on", "2100-01-01")])
        .await
        .expect(303);
}
