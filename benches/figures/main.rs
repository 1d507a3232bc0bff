//! The figures of the README, in one run: `cargo bench --bench figures`, or one of them by its name, such as
//! `cargo bench --bench figures sign_in`. What matters are the ratios, since both sides of each are measured in turns in
//! the same process; times are those of the machine it runs on.

#[expect(dead_code, unused_imports, reason = "the tests use the rest")]
#[path = "../../tests/it/support/mod.rs"]
mod support;

mod folders;
mod invitation;
mod known;
mod log;
mod memory;
mod pages;
mod reset;
mod scene;
mod sharing;
mod sign_in;
mod verification;
mod weight;

use std::time::{Duration, Instant};

fn main() {
    actix_web::rt::System::new().block_on(async {
        if is_asked("verification") {
            verification::measure().await;
        }
        if is_asked("pages") {
            pages::measure().await;
        }
        if is_asked("folders") {
            folders::measure().await;
        }
        if is_asked("sharing") {
            sharing::measure().await;
        }
        if is_asked("log") {
            log::measure().await;
        }
        if is_asked("weight") {
            weight::measure().await;
        }
        if is_asked("invitation") {
            invitation::measure().await;
        }
        if is_asked("sign_in") {
            sign_in::measure().await;
        }
        if is_asked("reset") {
            reset::measure().await;
        }
    });
    if is_asked("memory") {
        memory::measure();
    }
}

/// By its name, or because none is named.
fn is_asked(name: &str) -> bool {
    let names = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let names: Vec<String> = names.collect();
    names.is_empty() || names.iter().any(|asked| asked == name)
}

/// The medians of `rounds` runs of two works, taken in turns so that a noisy moment meets both.
async fn in_turns<A: AsyncFnMut(), B: AsyncFnMut()>(
    rounds: usize,
    mut one: A,
    mut other: B,
) -> (Duration, Duration) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for round in 0..rounds + 10 {
        let began = Instant::now();
        one().await;
        let between = Instant::now();
        other().await;
        // The first few warm what can be warmed.
        if round >= 10 {
            ones.push(between - began);
            others.push(between.elapsed());
        }
    }
    (median(ones), median(others))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn say(what: &str, (one, other): (Duration, Duration)) {
    println!(
        "{what}: {} and {}, {:.2} times",
        milliseconds(one),
        milliseconds(other),
        other.as_secs_f64() / one.as_secs_f64()
    );
}
