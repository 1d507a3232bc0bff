//! An invitation of addresses that have an account in another workspace, and of addresses that have none. Each is
//! invited once. Whoever invites must not be able to tell them apart.

use std::time::{Duration, Instant};

use keyroom::actor::Role;

use crate::{
    milliseconds,
    support::{TestApp, browser::Browser, make},
};

const SAMPLES: usize = 300;

/// Of each kind, by one person: there is a limit to how many somebody invites at once.
const EACH: usize = 50;

pub async fn measure() {
    // Mails are written; nothing listens there that would take them.
    let app = TestApp::start_mailing("smtp://127.0.0.1:9");
    make::workspace(&app, "Elsewhere");
    let people: Vec<String> = (0..SAMPLES)
        .map(|_| make::member(&app, "elsewhere", Role::Member))
        .collect();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (n, people) in people.chunks(EACH).enumerate() {
        let name = format!("Team {n}");
        let owner = app.workspace(&name).await;
        let slug = make::slug(&name);
        for (m, somebody) in people.iter().enumerate() {
            known.push(invite(&owner, &slug, somebody).await);
            let nobody = format!("nobody-{n}-{m}@elsewhere.example");
            unknown.push(invite(&owner, &slug, &nobody).await);
        }
    }
    let (known, unknown) = (quartiles(known), quartiles(unknown));
    println!(
        "invitation, {SAMPLES} known and {SAMPLES} unknown addresses: {} and {}, spread {} and {}, difference {}",
        milliseconds(known.0),
        milliseconds(unknown.0),
        milliseconds(known.1),
        milliseconds(unknown.1),
        milliseconds(known.0.abs_diff(unknown.0)),
    );
}

async fn invite(owner: &Browser, slug: &str, email: &str) -> Duration {
    let path = format!("/w/{slug}/settings/invitations/new");
    let began = Instant::now();
    let reply = owner.post(&path, &[("emails", email)]).await;
    let took = began.elapsed();
    reply.expect(303);
    took
}

/// The median, and what is between the first and the third.
fn quartiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |quarter: usize| times[times.len() * quarter / 4];
    (at(2), at(3) - at(1))
}
