//! What people see when the database fails them.

use super::examine::examine;
use crate::scene::{LIST, Scene, both};
use crate::support::run;

#[test]
fn a_failure_says_what_to_do() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let page = scene.owner(options).await;
            page.expect_problem("status of 500");
            let sql = |statement: &str| scene.app.sql(|sql| sql.execute(statement));
            sql("ALTER TABLE audit_events RENAME TO elsewhere");
            page.goto(&scene.url("/w/brightwater/settings/audit-log"))
                .await;
            assert_eq!(page.status(), 500);
            let mut found = examine(&page, "failed", options).await;
            assert!(page.shows("Something failed on our side").await);
            assert!(page.shows("Request ID").await);
            sql("ALTER TABLE elsewhere RENAME TO audit_events");

            page.expect_problem("status of 503");
            sql("BEGIN; LOCK TABLE keys IN ACCESS EXCLUSIVE MODE");
            page.goto(&scene.url(LIST)).await;
            sql("ROLLBACK");
            assert_eq!(page.status(), 503);
            assert!(page.shows("Keyroom is busy").await);
            found.extend(examine(&page, "busy", options).await);
            assert!(found.is_empty(), "{found:#?}");
            page.assert_no_problems().await;
        }
    });
}
