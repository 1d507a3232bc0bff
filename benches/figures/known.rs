//! The same request for addresses that have an account and for addresses that have none, in turns, each from a client of
//! its own behind a trusted proxy. Whoever measures must not be able to tell them apart.

use std::time::Duration;

use keyroom::actor::Role;

use crate::{
    milliseconds,
    support::{TestApp, make},
};

const SAMPLES: usize = 300;

/// How long `attempt` takes with an address that has one, and with one that has none.
pub async fn compare(what: &str, app: &TestApp, attempt: impl AsyncFn(&str) -> Duration) {
    make::workspace(app, "Brightwater");
    let people: Vec<String> = (0..SAMPLES)
        .map(|_| make::member(app, "brightwater", Role::Member))
        .collect();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (n, somebody) in people.iter().enumerate() {
        known.push(attempt(somebody).await);
        let nobody = format!("nobody-{n}@brightwater.example");
        unknown.push(attempt(&nobody).await);
    }
    let (known, unknown) = (Quartiles::of(known), Quartiles::of(unknown));
    println!(
        "{what}, {SAMPLES} known and {SAMPLES} unknown addresses: {} and {}, spread {} and {}, difference {}",
        milliseconds(known.median),
        milliseconds(unknown.median),
        milliseconds(known.spread),
        milliseconds(unknown.spread),
        milliseconds(known.median.abs_diff(unknown.median)),
    );
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
