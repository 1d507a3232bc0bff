//! The server is killed in the middle of a change to all keys, and carries on where it was.

use std::{
    env,
    time::{Duration, Instant},
};

use keyroom::postgres;
use nix::sys::signal::Signal;

use crate::{
    processes::ADA,
    program::{Done, Folder, Server, wait_until},
    support::sql::Sql,
};

const KEYS: &str = "/w/brightwater/settings/api-keys";

/// With more keys and how long each part takes: `KEYS=100000 cargo test --test it -- --nocapture key_runs_killed`.
#[test]
fn a_killed_server_carries_on_and_does_nothing_twice() {
    let n: usize = env::var("KEYS").map_or(10_000, |n| n.parse().expect("a number of keys"));
    let (home, place) = (Folder::new(), Folder::new());
    let database = postgres::start(&home.data()).expect("a database");
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str())];
    let mut server = Server::start_with(&place, &settings);
    assert_eq!(server.set_up(&ADA).status, 303);
    let cookie = server.sign_in(&ADA);
    let mut sql = Sql::connect(&url);
    sql.execute(&format!(
        "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
         SELECT w.id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{{OBJECTS_LIST}}', now(), now()
         FROM workspaces w, generate_series(1, {n}) n;
         UPDATE keys SET deactivated_at = now() WHERE id LIKE '%7';
         ANALYZE keys"
    ));
    let form = [("matching", "")];
    let began = Instant::now();
    let answer = server.post(&format!("{KEYS}/deactivations"), &cookie, &form);
    assert_eq!(answer.map(|answer| answer.status), Some(303));
    println!("{n} keys were selected within {:?}", began.elapsed());
    let mut done = || {
        let line = sql.line("SELECT (changed + skipped)::text AS line FROM key_runs");
        line.parse::<usize>().expect("a number")
    };
    assert!(wait_until(Duration::from_secs(30), || done() > 0));
    server.signal(Signal::SIGKILL);
    server.end();
    let killed = done();
    assert!(killed < n, "it was in the middle");
    println!("killed after {killed} keys");

    let server = Server::start_with(&place, &settings);
    let mut create = place.command(&["create-key", "--workspace", "brightwater"]);
    create.args(["--label", "ci", "--permission", "OBJECTS_LIST"]);
    create.env("DATABASE_URL", &url);
    let key = Done::of(create, "").stdout.trim_end().to_owned();
    // More calls than a key has by itself.
    Sql::connect(&url).execute("UPDATE keys SET rate_limit_per_minute = 100000 WHERE label = 'ci'");
    let (mut slowest, mut calls) = (Duration::ZERO, 0);
    assert!(wait_until(Duration::from_secs(300), || {
        let at = Instant::now();
        assert_eq!(server.whoami(&key), Some(200), "calls go on meanwhile");
        slowest = slowest.max(at.elapsed());
        calls += 1;
        done() == n
    }));
    println!(
        "done {:?} after the start; of {calls} calls meanwhile the slowest took {slowest:?}",
        began.elapsed()
    );
    let told = sql.line(
        "SELECT state || ' ' || changed || ' ' || skipped || ' ' || (reasons->>'deactivated_already') AS line FROM key_runs",
    );
    let (skipped, changed) = (n / 10, n - n / 10);
    assert_eq!(told, format!("done {changed} {skipped} {skipped}"));
    let entries = "SELECT count(*) || ' ' || count(DISTINCT subject_id) AS line FROM audit_events WHERE action = 'key.deactivated'";
    assert_eq!(
        sql.line(entries),
        format!("{changed} {changed}"),
        "each once"
    );
    assert_eq!(
        sql.line("SELECT count(*)::text AS line FROM keys WHERE deactivated_at IS NULL"),
        "1",
        "the one that was made later"
    );
    drop(database);
}
