//! The field of the Share dialog, among few and among 100,000 members, groups and keys.
//!
//! Each kind is asked for twice at most, by plans that stop where they have enough, and sorted here:
//!
//! - what begins with what was typed, in the order of an index (`users_by_folded`, `groups_by_folded`, `keys_to_share`):
//!   `Limit -> Nested Loop -> Index Scan using users_by_folded -> Index Scan using members_by_user`, 9 rows read, 0.1 ms;
//! - where those are too few, what has words that begin so, 500 of them at most (`users_by_word`, `groups_by_word`,
//!   `keys_by_word`): `Limit -> Nested Loop -> Bitmap Heap Scan on users -> Bitmap Index Scan on users_by_word`, of a letter
//!   that a word of every address begins with 6 ms, of one that few have 1 ms.
//!
//! What was typed is folded once and handed over as a constant, and no plan is kept (`plan_cache_mode`): the plan for
//! every text would compute it for row after row.

use actix_web::{
    http::StatusCode,
    test::{TestRequest, call_service, init_service, read_body},
};
use keyroom::{app, auth};

use crate::{
    in_turns, say, scene,
    support::{TestApp, make},
};

const ROUNDS: usize = 50;

/// Of all, of some, of a word of every address, of one person, and of nobody.
const TYPED: [&str; 6] = ["s", "person+77", "e", "bright", "person77777", "zzz"];

pub async fn measure() {
    let (few, many) = (TestApp::start(), TestApp::start());
    let (few_owner, many_owner) = (few.set_up().await, many.set_up().await);
    let mut folders = Vec::new();
    for (app, n) in [(&few, 50), (&many, 100_000)] {
        scene::keys(app, n);
        scene::people(app, n);
        folders.push(make::folder(app, "brightwater", "Handbook", None));
    }
    let small = init_service(app::app(few.shared.clone(), auth::guard)).await;
    let large = init_service(app::app(many.shared.clone(), auth::guard)).await;
    let ask = |folder: &str, q: &str, cookies: String| {
        TestRequest::get()
            .uri(&format!("/w/brightwater/folders/{folder}/share?q={q}"))
            .insert_header(("hx-request", "true"))
            .insert_header(("cookie", cookies))
            .to_request()
    };
    for q in TYPED {
        let times = in_turns(
            ROUNDS,
            async || {
                let answer = call_service(&small, ask(&folders[0], q, few_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{q}");
                read_body(answer).await;
            },
            async || {
                let answer = call_service(&large, ask(&folders[1], q, many_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{q}");
                read_body(answer).await;
            },
        )
        .await;
        say(
            &format!("share field, 50 and 100,000 of each, typed {q}"),
            times,
        );
    }
}
