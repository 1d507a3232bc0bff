//! There is always an active owner, whatever two of them do at the same moment.

use futures_util::future::join;
use keyroom::actor::Role;

use crate::{
    scenes::{ADA, MEMBERS},
    support::{Browser, TestApp, http::Reply, make},
};

/// How often two owners go at each other.
const PAIRS: usize = 50;

const OLU: &str = "olu@brightwater.example";

fn active_owners(app: &TestApp) -> usize {
    let found = app.sql(|sql| {
        sql.lines(
            "SELECT id::text AS line FROM members
             WHERE role = 'owner' AND removed_at IS NULL AND suspended_at IS NULL",
        )
    });
    found.len()
}

async fn end(browser: &Browser, id: &str, how: usize) -> Reply {
    match how % 3 {
        0 => {
            let path = format!("{MEMBERS}/{id}/role");
            browser.post(&path, &[("role", "member")]).await
        }
        1 => browser.post(&format!("{MEMBERS}/{id}/removal"), &[]).await,
        _ => {
            browser
                .post(&format!("{MEMBERS}/{id}/suspension"), &[])
                .await
        }
    }
}

#[actix_web::test]
async fn of_two_owners_who_end_each_other_at_once_one_stays() {
    let app = TestApp::start();
    app.set_up().await;
    let olu = make::named(&app, "brightwater", "Olu Ade", OLU, Role::Owner);
    let ada = make::member_id(&app, "brightwater", ADA);
    let (one, other) = (app.sign_in(ADA).await, app.sign_in(OLU).await);
    for pair in 0..PAIRS {
        app.sql(|sql| {
            sql.execute(
                "UPDATE members SET role = 'owner', removed_at = NULL, suspended_at = NULL",
            );
        });
        assert_eq!(active_owners(&app), 2);
        let (left, right) = join(end(&one, &olu, pair), end(&other, &ada, pair / 3)).await;
        assert_eq!(
            active_owners(&app),
            1,
            "{} {}, {} {}",
            left.asked,
            left.status,
            right.asked,
            right.status
        );
        let done = [&left, &right].iter().filter(|r| r.status == 303).count();
        assert_eq!(done, 1, "{} and {}", left.gist(), right.gist());
        // Whoever comes second is no owner any more, or must stay one; nothing failed on our side.
        let late = if left.status == 303 { &right } else { &left };
        assert!([403, 404, 409].contains(&late.status), "{}", late.gist());
    }
}

#[actix_web::test]
async fn of_two_owners_who_step_down_at_once_one_stays() {
    let app = TestApp::start();
    app.set_up().await;
    let olu = make::named(&app, "brightwater", "Olu Ade", OLU, Role::Owner);
    let ada = make::member_id(&app, "brightwater", ADA);
    let (one, other) = (app.sign_in(ADA).await, app.sign_in(OLU).await);
    for _ in 0..PAIRS {
        app.sql(|sql| sql.execute("UPDATE members SET role = 'owner'"));
        join(end(&one, &ada, 0), end(&other, &olu, 0)).await;
        assert_eq!(active_owners(&app), 1);
    }
}
