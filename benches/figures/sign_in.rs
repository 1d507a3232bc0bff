//! A wrong password for addresses that have an account and for addresses that have none. Each is tried once, from a
//! client of its own behind a trusted proxy. Whoever measures must not be able to tell them apart.

use std::time::{Duration, Instant};

use keyroom::actor::Role;

use crate::{
    milliseconds,
    support::{TestApp, make},
};

const SAMPLES: usize = 300;

pub async fn measure() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let people: Vec<String> = (0..SAMPLES)
        .map(|_| make::member(&app, "brightwater", Role::Member))
        .collect();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (n, somebody) in people.iter().enumerate() {
        known.push(attempt(&app, somebody).await);
        let nobody = format!("nobody-{n}@brightwater.example");
        unknown.push(attempt(&app, &nobody).await);
    }
    let (known, unknown) = (Quartiles::of(known), Quartiles::of(unknown));
    println!(
        "sign-in, {SAMPLES} known and {SAMPLES} unknown addresses: {} and {}, spread {} and {}, difference {}",
        milliseconds(known.median),
        milliseconds(unknown.median),
        milliseconds(known.spread),
        milliseconds(unknown.spread),
        milliseconds(known.median.abs_diff(unknown.median)),
    );
}

async fn attempt(app: &TestApp, email: &str) -> Duration {
    let browser = app.stranger();
    let fields = [
        ("email", email),
        ("password", "purple tractor sings at noon"),
    ];
    let began = Instant::now();
    let reply = browser.post("/sign-in", &fields).await;
    let took = began.elapsed();
    reply.expect(422);
    took
}

struct Quartiles {
    median: Duration,
    /// Between the first and the third.
    spread: Duration,
}

impl Quartiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |quarter: usize| times[times.len() * quarter / 4];
        Self {
            median: at(2),
            spread: at(3) - at(1),
        }
    }
}
