//! A key that was rotated very often.

use keyroom::keys::{Kind, Secret};

use super::WHOAMI;
use crate::{
    scenes::problem,
    support::{TestApp, make},
};

#[actix_web::test]
async fn the_oldest_of_very_many_values_is_told_from_one_that_never_was() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let first = make::key(&app, "brightwater", "ci");
    let mut last = make::rotated(&app, &first, 0);
    for _ in 0..104 {
        last = make::rotated(&app, &last, 0);
    }
    let ask = async |secret: &str| app.api(secret).get(WHOAMI).await;
    problem(ask(&first.secret).await, 401, "key_rotated_out");
    ask(&last.secret).await.expect(200);
    let wrong = Secret::fresh(Kind::Secret, first.id.parse().expect("an id"));
    let wrong = wrong.reveal().to_owned();
    problem(ask(&wrong).await, 401, "key_invalid");
    // It is not asked for again where it is known.
    let (_, queries) = app.counting(ask(&last.secret)).await;
    let looks = queries
        .iter()
        .filter(|q| q.contains("\"key_secrets\""))
        .count();
    assert_eq!(looks, 1, "{queries:?}");
}
