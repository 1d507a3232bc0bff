//! The trash of the library.

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use keyroom::{library, policy::Unscoped};
use serde_json::json;

use super::{FOLDERS, HOME, id, log, manager, names, of, scene};
use crate::{scenes::problem, support::make};

const WHY: Unscoped = Unscoped::because("a test has time go by");

#[actix_web::test]
async fn what_is_in_the_trash_is_nowhere_and_ends_after_thirty_days() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let top = make::folder(&app, HOME, "Top", None);
    let within = make::subfolder(&app, &top, "Within");
    let deep = make::subfolder(&app, &within, "Deep");
    for folder in [&top, &deep] {
        make::shared(&app, folder, ("key_id", &key.id), "editor");
    }
    program.delete(&of(&within)).await.expect(204);
    for folder in [&within, &deep] {
        problem(program.get(&of(folder)).await, 404, "not_found");
        let new = json!({"name": "x", "parent_id": folder});
        problem(program.post(FOLDERS, &new).await, 404, "not_found");
    }
    assert_eq!(names(&program.get(FOLDERS).await), ["Top"]);
    // Its name is free meanwhile.
    let again = json!({"name": "Within", "parent_id": top});
    let again = id(&program.post(FOLDERS, &again).await.expect(201));
    program.delete(&of(&again)).await.expect(204);
    let left = || app.sql(|sql| sql.lines("SELECT name AS line FROM folders ORDER BY name, id"));
    let purge = async || library::purge(&app.db, WHY, app.clock.now()).await;
    app.clock.advance(TimeDelta::days(29));
    purge().await;
    assert_eq!(left(), ["Deep", "Top", "Within", "Within"]);
    app.clock.advance(TimeDelta::days(2));
    // Before that, what waits for it is there for nobody.
    let owner = app.sign_in(&make::owner_email("Brightwater")).await;
    let page = format!("/w/brightwater/folders/{within}");
    let trash = owner
        .get("/w/brightwater/library/trash")
        .await
        .expect(200)
        .page();
    assert!(!trash.text().contains("Within"));
    for what in ["restoration", "destruction"] {
        owner.get(&format!("{page}/{what}")).await.expect(404);
        owner.post(&format!("{page}/{what}"), &[]).await.expect(404);
    }
    purge().await;
    assert_eq!(left(), ["Top"]);
    let told = log(&app);
    let ended: Vec<&String> = told
        .iter()
        .filter(|line| line.contains("destroyed"))
        .collect();
    assert_eq!(
        ended,
        ["folder.destroyed Within", "folder.destroyed Within"]
    );
}

#[actix_web::test]
async fn what_is_made_while_its_folder_is_moved_or_deleted_is_where_that_is() {
    let app = scene();
    let (key, program) = manager(&app, "exporter");
    let (old, new) = (
        make::folder(&app, HOME, "Old", None),
        make::folder(&app, HOME, "New", None),
    );
    let top = make::subfolder(&app, &old, "Top");
    for folder in [&old, &new] {
        make::shared(&app, folder, ("key_id", &key.id), "editor");
    }
    let inside: Vec<String> = (0..40)
        .map(|n| make::subfolder(&app, &top, &format!("Inside {n}")))
        .collect();
    let makes = |to: usize| {
        let all = inside
            .iter()
            .map(move |parent| json!({"name": format!("Made {to}"), "parent_id": parent}));
        let program = &program;
        join_all(all.map(move |new| async move { program.post(FOLDERS, &new).await.status }))
    };
    for (n, to) in [&new, &old, &new].into_iter().enumerate() {
        let change = json!({"parent_id": to});
        let at = of(&top);
        let moved = async { program.patch(&at, &change).await.expect(200) };
        let (made, _) = join(makes(n), moved).await;
        assert!(
            made.iter().all(|status| matches!(status, 201 | 503)),
            "{made:?}"
        );
    }
    let at = of(&top);
    let deleted = async { program.delete(&at).await.expect(204) };
    let (made, _) = join(makes(3), deleted).await;
    assert!(
        made.iter().all(|status| matches!(status, 201 | 404 | 503)),
        "{made:?}"
    );
    let wrong = app.sql(|sql| {
        sql.lines(
            "SELECT f.name AS line FROM folders f JOIN folders above ON above.id = f.parent_id
             WHERE f.path <> above.path || f.id OR (f.trashed_at IS NULL AND above.trashed_at IS NOT NULL)",
        )
    });
    assert_eq!(wrong, [""; 0]);
}
