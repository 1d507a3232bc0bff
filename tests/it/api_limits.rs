//! Calls that are refused for where they come from or how many they are.

use std::time::Instant;

use actix_web::http::Method;
use futures_util::future::join_all;

use crate::{
    scenes::{generate, press, problem},
    support::{TestApp, http::Reply, make, program::Program},
};

const WHOAMI: &str = "/v1/whoami";

#[actix_web::test]
async fn a_secret_key_is_refused_to_browsers_and_not_to_programs() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    let own = format!("http://{}", app.address);
    for header in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", own.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "same-origin"),
    ] {
        let reply = app
            .api(&key.secret)
            .send(Method::GET, WHOAMI, &[header], "")
            .await;
        let names = reply.headers.keys().map(ToString::to_string);
        assert!(
            names.into_iter().all(|n| !n.starts_with("access-control")),
            "{header:?}"
        );
        problem(reply, 403, "browser_origin_blocked");
    }
    for headers in [
        // Node's fetch.
        &[
            ("sec-fetch-mode", "cors"),
            ("accept-language", "*"),
            ("user-agent", "node"),
        ][..],
        &[("sec-fetch-site", "none")],
        &[
            ("user-agent", "python-requests/2.32.3"),
            ("accept-encoding", "identity"),
        ],
    ] {
        let reply = app
            .api(&key.secret)
            .send(Method::GET, WHOAMI, headers, "")
            .await;
        reply.expect(200);
    }
}

async fn until_limited(longest: usize, mut ask: impl AsyncFnMut() -> Reply) -> (usize, Reply) {
    for n in 0..longest {
        let reply = ask().await;
        if reply.status == 429 {
            return (n, reply);
        }
    }
    panic!("{longest} calls were not limited");
}

#[actix_web::test]
async fn twenty_invalid_keys_a_minute_are_looked_at_from_one_address() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "ci");
    let guesser = app.api("skey_x");
    let (refused, limited) = until_limited(30, async || guesser.get(WHOAMI).await).await;
    // One more in each three seconds that the test takes.
    assert!((20..=24).contains(&refused), "{refused}");
    let wait: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=3).contains(&wait), "{wait}");
    problem(limited, 429, "rate_limited");
    // A valid key behind the same address goes on; the key itself is never locked.
    let neighbour = Program::new(&app.address, guesser.ip().to_owned(), Some(&key.secret));
    for _ in 0..5 {
        neighbour.get(WHOAMI).await.expect(200);
    }
    problem(app.api("skey_x").get(WHOAMI).await, 401, "key_invalid");
}

#[actix_web::test]
async fn a_key_that_is_refused_all_the_time_is_limited_and_works_again_once_it_may() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    press(&owner, &key, "deactivation").await.expect(303);
    let program = app.api(&key.secret);
    let (mut answers, began) = (Vec::<u16>::new(), Instant::now());
    while !answers.contains(&429) && answers.len() < 1_500 {
        let replies = join_all((0..50).map(|_| program.get(WHOAMI))).await;
        answers.extend(replies.iter().map(|reply| reply.status));
    }
    let refused = answers.iter().filter(|status| **status == 401).count();
    // 600 at once, and ten more each second.
    let most = 610 + 10 * began.elapsed().as_secs();
    assert!((600..=most).contains(&(refused as u64)), "{refused}");
    assert!(answers.contains(&429), "{}", answers.len());
    press(&owner, &key, "activation").await.expect(303);
    program.get(WHOAMI).await.expect(200);
}
