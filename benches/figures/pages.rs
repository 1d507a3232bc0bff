//! Pages over few rows and over many.

use actix_web::{
    http::StatusCode,
    test::{TestRequest, call_service, init_service, read_body},
};
use keyroom::{app, auth};

use crate::{in_turns, say, scene, support::TestApp};

const KEYS: &str = "/w/brightwater/settings/api-keys";

const ROUNDS: usize = 100;

const FULL: [(&str, &str); 8] = [
    ("", ""),
    (", oldest first", "?sort=oldest"),
    (", by label", "?sort=label"),
    (", by label reversed", "?sort=label-reversed"),
    (", by expiry", "?sort=expiry"),
    (", searched for a word of all", "?q=service"),
    (", searched for a letter of all", "?q=s"),
    (", with a permission of all", "?permission=FILE_UPLOAD"),
];

const PART: [(&str, &str); 8] = [
    ("deactivated", "?status=deactivated"),
    ("expired", "?status=expired"),
    ("expired by label", "?status=expired&sort=label"),
    ("searched for two letters of some", "?q=a7"),
    ("searched for four letters of few", "?q=a7b2"),
    ("searched for a label", "?q=service%2031415"),
    ("searched for a letter of none", "?q=z"),
    ("with a permission of none", "?permission=ACCESS_MANAGE"),
];

pub async fn measure() {
    let few = TestApp::start();
    let few_owner = few.set_up().await;
    scene::keys(&few, 50);
    let many = TestApp::start();
    let many_owner = many.set_up().await;
    scene::keys(&many, 100_000);
    let small = init_service(app::app(few.shared.clone(), auth::guard)).await;
    let large = init_service(app::app(many.shared.clone(), auth::guard)).await;
    let ask = |path: &str, cookies: String| {
        TestRequest::get()
            .uri(path)
            .insert_header(("cookie", cookies))
            .to_request()
    };
    // Fifty cards on either side.
    for (which, query) in FULL {
        let path = &format!("{KEYS}{query}");
        let times = in_turns(
            ROUNDS,
            async || {
                let answer = call_service(&small, ask(path, few_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{path}");
                read_body(answer).await;
            },
            async || {
                let answer = call_service(&large, ask(path, many_owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{path}");
                read_body(answer).await;
            },
        )
        .await;
        say(&format!("keys page, 50 and 100,000 keys{which}"), times);
    }
    // What few keys would show less of.
    for (which, query) in PART {
        let path = format!("{KEYS}{query}");
        let [plain, part] = [KEYS, &path].map(|path| {
            let (large, owner) = (&large, &many_owner);
            async move || {
                let answer = call_service(large, ask(path, owner.cookies())).await;
                assert_eq!(answer.status(), StatusCode::OK, "{path}");
                read_body(answer).await;
            }
        });
        let times = in_turns(ROUNDS, plain, part).await;
        say(&format!("keys page of 100,000, all and {which}"), times);
    }
}
