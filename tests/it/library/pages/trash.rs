//! The trash: what was deleted, restored, or destroyed before its time.

use chrono::TimeDelta;
use keyroom::actor::Role;

use super::{AUDIT, LIBRARY, TRASH, id_of, made, names_at, posting, share};
use crate::{
    scenes::sentences,
    support::{Browser, TestApp, make},
};

async fn delete(browser: &Browser, folder: &str) {
    let path = format!("{folder}/deletion");
    browser.post(&path, &[]).await.expect(303);
}

#[actix_web::test]
async fn the_trash_shows_what_one_may_restore() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    assert_eq!(
        member.get(TRASH).await.expect(200).page().one("#empty"),
        "The trash is empty"
    );
    let plans = made(&owner, LIBRARY, "Plans").await;
    let year = made(&owner, &plans, "2027").await;
    made(&owner, &year, "May").await;
    let own = made(&member, LIBRARY, "Mine").await;
    share(&app, &plans, ("member_id", &me), "user");
    delete(&owner, &year).await;
    app.sql(|sql| {
        sql.execute(
            "UPDATE folders SET trashed_at = trashed_at - interval '2 days' WHERE trashed_at IS NOT NULL",
        );
    });
    delete(&member, &own).await;
    assert_eq!(names_at(&member, TRASH).await, ["Mine"]);
    // Those who look after all folders see all.
    let page = owner.get(TRASH).await.expect(200).page();
    assert_eq!(super::names(&page), ["Mine", "2027"]);
    let row = &page.all("tbody tr")[1];
    for said in [
        "1 folder, was in Plans",
        "Ada Park",
        "2 days ago",
        "28 days",
    ] {
        assert!(row.contains(said), "{said}: {row}");
    }
    app.sql(|sql| sql.execute("UPDATE shares SET role = 'editor'"));
    assert_eq!(names_at(&member, TRASH).await, ["Mine", "2027"]);
    assert_eq!(names_at(&member, &format!("{TRASH}?q=20")).await, ["2027"]);
    let none = format!("{TRASH}?q=zzz");
    let none = member.get(&none).await.expect(200).page();
    assert_eq!(none.one("#empty"), "Nothing in the trash matches");
    let elsewhere = app.workspace("Elsewhere").await;
    let theirs = "/w/elsewhere/library/trash";
    assert_eq!(names_at(&elsewhere, theirs).await, [""; 0]);
}

#[actix_web::test]
async fn a_folder_whose_name_is_taken_comes_back_under_another() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    delete(&owner, &plans).await;
    made(&owner, LIBRARY, "PLANS").await;
    let page = owner.get(TRASH).await.expect(200).page();
    let asked = owner
        .submit(&posting(&page, "/restoration"))
        .await
        .expect(422)
        .page();
    assert_eq!(asked.one("#dialog-title"), "Restore Plans");
    assert!(asked.one("#name-error").contains("is there already"));
    // The form of the dialog, which leads to the folder, and not that of the row behind it.
    let form = posting(&asked, "/restoration").without("next");
    for bad in ["", "plans"] {
        let again = owner
            .submit(&form.clone().with("name", bad))
            .await
            .expect(422);
        assert!(again.page().has("#name-error"));
    }
    let done = owner
        .submit(&form.with("name", "Old plans"))
        .await
        .expect(303);
    assert_eq!(done.location(), plans);
    let page = owner.follow(&done).await.expect(200).page();
    assert_eq!(page.one("h1"), "Old plans");
    // It is not in the trash any more.
    let path = format!("{plans}/restoration");
    owner.get(&path).await.expect(404);
    owner.post(&path, &[]).await.expect(404);
}

#[actix_web::test]
async fn what_was_in_something_else_waits_for_that() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    let year = made(&owner, &plans, "2027").await;
    let month = made(&owner, &plans, "May").await;
    delete(&owner, &year).await;
    app.clock.advance(TimeDelta::minutes(1));
    delete(&owner, &plans).await;
    let page = owner.get(TRASH).await.expect(200).page();
    assert_eq!(super::names(&page), ["Plans", "2027"]);
    assert!(page.all("tbody tr")[1].contains("restore what it was in first"));
    assert_eq!(page.elements("tbody form[action$='/restoration']").len(), 1);
    for (folder, what) in [
        (&year, "restoration"),
        (&month, "restoration"),
        (&month, "destruction"),
    ] {
        let path = format!("{folder}/{what}");
        owner.post(&path, &[]).await.expect(409);
    }
}

#[actix_web::test]
async fn delete_now_asks_first_and_is_for_good() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    made(&owner, &plans, "2027").await;
    let path = format!("{plans}/destruction");
    // Only what is in the trash.
    owner.get(&path).await.expect(404);
    owner.post(&path, &[]).await.expect(404);
    delete(&owner, &plans).await;
    let page = owner.get(&path).await.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Delete Plans now?");
    assert!(
        page.text()
            .contains("Plans (1 folder) will be destroyed at once")
    );
    let done = owner
        .submit(&posting(&page, "/destruction"))
        .await
        .expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Plans is deleted for good."));
    assert_eq!(sentences(&owner, AUDIT).await[0], "destroyed folder Plans");
    let id = id_of(&plans);
    let left = app.sql(|sql| {
        sql.line(&format!(
            "SELECT count(*)::text AS line FROM folders WHERE '{id}' = ANY (path)"
        ))
    });
    assert_eq!(left, "0");
}
