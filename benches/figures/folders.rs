//! A folder's page in a small library and in one of 100,000 folders, at a depth of 20.
//!
//! What is in it is one look into `folders_by_parent`, in its order and no further than the page:
//!
//! ```text
//! Limit (rows=51)
//!   ->  Index Scan using folders_by_parent on folders (rows=51)
//!         Index Cond: ((workspace_id = …) AND (parent_id = …) AND (ROW(folded, id) > ROW(…)))
//!         Filter: (trashed_at IS NULL)
//! ```
//!
//! For whoever is User there, a Nested Loop Anti Join over `folders_unlisted`, which has the unlisted ones alone. The way up
//! and the roles along it are as many rows as the folder is deep, by their keys. Sorted by what changed last, all folders
//! beside each other are sorted: no index has that order.

use actix_web::{
    http::StatusCode,
    test::{TestRequest, call_service, init_service, read_body},
};
use keyroom::{app, auth};

use crate::{in_turns, say, scene, support::TestApp};

const ROUNDS: usize = 100;

pub async fn measure() {
    let (few, many) = (TestApp::start(), TestApp::start());
    let (few_owner, many_owner) = (few.set_up().await, many.set_up().await);
    let small_folder = scene::folders(&few, 60);
    let large_folder = scene::folders(&many, 100_000);
    let small = init_service(app::app(few.shared.clone(), auth::guard)).await;
    let large = init_service(app::app(many.shared.clone(), auth::guard)).await;
    let ask = |path: &str, cookies: String| {
        TestRequest::get()
            .uri(path)
            .insert_header(("cookie", cookies))
            .to_request()
    };
    for (which, query) in [
        ("", ""),
        (", searched for a name", "?q=box%2042"),
        (", searched for a letter of all", "?q=b"),
        (", by change", "?sort=changed"),
    ] {
        let [one, other] = [&small_folder, &large_folder].map(|folder| format!("{folder}{query}"));
        let times = in_turns(
            ROUNDS,
            async || {
                let answer = call_service(&small, ask(&one, few_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{one}");
                read_body(answer).await;
            },
            async || {
                let answer = call_service(&large, ask(&other, many_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{other}");
                read_body(answer).await;
            },
        )
        .await;
        say(
            &format!("folder page, 60 and 100,000 folders{which}"),
            times,
        );
    }
}
