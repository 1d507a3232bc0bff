//! The database is killed under load and comes back: programs are told to wait, and nothing acknowledged is lost.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use keyroom::postgres;
use nix::sys::signal::{Signal, kill};

use crate::{
    processes::{ADA, Shown, all_answer, generate},
    program::{Folder, Server, wait_until},
    support::sql::Sql,
};

/// Callers, and the time from one call of each to its next: 200 calls a second.
const CALLERS: u32 = 10;
const PACE: Duration = Duration::from_millis(50);

/// Within which all must be well once the database is back.
const RECOVERY: Duration = Duration::from_secs(10);

/// What a call came to: when it was made, its status, and whether it was told to come again.
struct Told {
    at: Instant,
    status: Option<u16>,
    again: bool,
}

#[test]
fn a_killed_database_means_503_and_retry_after_until_it_is_back() {
    let (home, place) = (Folder::new(), Folder::new());
    let database = postgres::start(&home.data()).expect("a database");
    let settings = [("DATABASE_URL", database.url())];
    let settings = settings.each_ref().map(|(name, url)| (*name, url.as_str()));
    let server = Server::start_with(&place, &settings);
    assert_eq!(server.set_up(&ADA).status, 303);
    Sql::connect(database.url().as_str())
        .execute("UPDATE workspaces SET default_rate_limit_per_minute = 1000000");
    let cookie = server.sign_in(&ADA);
    let (shown, told, enough) = (Shown::default(), Mutex::default(), AtomicBool::new(false));
    let back = thread::scope(|scope| {
        scope.spawn(|| generate(&server.address, &cookie, &enough, &shown));
        let some = || !shown.lock().expect("no panic above").is_empty();
        assert!(wait_until(Duration::from_secs(10), some));
        let key = shown.lock().expect("no panic above")[0].clone();
        for n in 0..CALLERS {
            let (server, key, enough, told) = (&server, key.clone(), &enough, &told);
            scope.spawn(move || {
                thread::sleep(PACE * n / CALLERS);
                keep_calling(server, &key, enough, told);
            });
        }
        thread::sleep(Duration::from_secs(2));
        let postmaster = home.postgres().expect("it runs");
        kill(postmaster, Signal::SIGKILL).expect("a process of ours");
        thread::sleep(Duration::from_secs(2));
        let again = postgres::start(&home.data()).expect("it starts again");
        let back = Instant::now();
        thread::sleep(RECOVERY + Duration::from_secs(2));
        enough.store(true, Ordering::Relaxed);
        (back, again)
    });
    let told: Vec<Told> = told.into_inner().expect("no panic above");
    for call in &told {
        match call.status {
            Some(200) => {}
            Some(503) => {
                assert!(call.again, "a 503 says when to come again");
                assert!(
                    call.at < back.0 + RECOVERY,
                    "a 503 {:?} after the database was back",
                    call.at - back.0
                );
            }
            other => panic!("a call came to {other:?}"),
        }
    }
    let number = |status| told.iter().filter(|t| t.status == Some(status)).count();
    let (served, refused) = (number(200), number(503));
    println!("{served} calls were served and {refused} told to wait");
    assert!(served > 100 && refused > 0);
    all_answer(&server, &shown, "the database was killed");
}

fn keep_calling(server: &Server, key: &str, enough: &AtomicBool, told: &Mutex<Vec<Told>>) {
    let bearer = format!("Bearer {key}");
    while !enough.load(Ordering::Relaxed) {
        let at = Instant::now();
        let answer = server.get("/v1/whoami", &[("Authorization", &bearer)]);
        let head = answer.as_ref().map_or("", |answer| &answer.head);
        let call = Told {
            at,
            again: head.contains("retry-after: "),
            status: answer.as_ref().map(|answer| answer.status),
        };
        told.lock().expect("no panic above").push(call);
        thread::sleep(PACE.saturating_sub(at.elapsed()));
    }
}
