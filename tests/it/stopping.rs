//! The end of a server under load: every request that it took is answered in whole, and counted.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use nix::sys::signal::Signal;

use crate::{
    command_line::Place,
    program::{Server, wait_until},
    support::sql::Sql,
};

const CLIENTS: usize = 8;

/// What became of one request.
enum Outcome {
    /// Answered in whole; whether the connection goes on.
    Answered { goes_on: bool },
    /// Not a byte came back.
    Nothing,
    /// An answer was cut off.
    Cut(String),
}

/// One request over a connection that stays open.
fn ask(stream: &mut BufReader<TcpStream>, request: &str) -> Outcome {
    if stream.get_mut().write_all(request.as_bytes()).is_err() {
        return Outcome::Nothing;
    }
    let (mut head, mut length, mut goes_on) = (String::new(), None, true);
    loop {
        let mut line = String::new();
        match stream.read_line(&mut line) {
            Ok(n) if n > 0 && line.ends_with('\n') => {}
            _ if head.is_empty() && line.is_empty() => return Outcome::Nothing,
            other => return Outcome::Cut(format!("{other:?} after {head}{line}")),
        }
        let lower = line.to_lowercase();
        if let Some(n) = lower.strip_prefix("content-length: ") {
            length = n.trim().parse().ok();
        }
        goes_on &= lower.trim() != "connection: close";
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length.expect("a length")];
    if let Err(error) = stream.read_exact(&mut body) {
        return Outcome::Cut(format!("{error} after {head}"));
    }
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    Outcome::Answered { goes_on }
}

/// A place with a key, whose secret comes with it.
fn with_a_key() -> (Place, String) {
    let place = Place::new();
    let made = place.admin(
        "Brightwater",
        "Ada Park",
        "ada@brightwater.example",
        "violet tractor sings at noon",
    );
    assert!(made.success, "{}", made.stderr);
    let key = place.key("brightwater", "ci", &["--permission", "OBJECTS_LIST"]);
    (place, key.stdout.trim_end().to_owned())
}

fn counted(sql: &mut Sql) -> String {
    sql.line("SELECT coalesce(sum(calls), 0)::text AS line FROM key_calls WHERE outcome = 'served'")
}

/// Writes of counts that wait for their table.
const WAITING: &str = "FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO \"key_calls\"%'";

#[test]
fn the_last_counts_are_written_once_the_database_lets_them() {
    let (place, key) = with_a_key();
    let mut server = Server::start_with(&place.folder, &[("DATABASE_URL", &place.url)]);
    let mut sql = Sql::connect(&place.url);
    sql.execute("BEGIN; LOCK TABLE key_calls IN SHARE MODE");
    assert_eq!(server.whoami(&key), Some(200));
    let (waits, break_off) = (
        format!("SELECT pid::text AS line {WAITING}"),
        format!("SELECT query_start::text AS line {WAITING} AND pg_cancel_backend(pid)"),
    );
    // A transaction always sees those of its beginning.
    let mut watch = Sql::connect(&place.url);
    let some = || !watch.lines(&waits).is_empty();
    assert!(wait_until(Duration::from_secs(10), some));
    server.signal(Signal::SIGTERM);
    let closed = || TcpStream::connect(&server.address).is_err();
    assert!(wait_until(Duration::from_secs(5), closed));
    // That of the last second, and the first after the last request where the machine is quick enough.
    let mut broken_off = BTreeSet::new();
    wait_until(Duration::from_secs(2), || {
        broken_off.extend(watch.lines(&break_off));
        broken_off.len() > 1
    });
    sql.execute("COMMIT");
    assert!(server.end().1, "{}", server.said());
    assert!(!broken_off.is_empty(), "{}", server.said());
    assert_eq!(counted(&mut sql), "1", "{}", server.said());
}

#[test]
fn counts_do_not_wait_for_what_is_tidied_up_each_hour() {
    let (place, key) = with_a_key();
    let mut sql = Sql::connect(&place.url);
    sql.execute("BEGIN; LOCK TABLE key_changes, outbox IN SHARE MODE");
    let server = Server::start_with(&place.folder, &[("DATABASE_URL", &place.url)]);
    assert_eq!(server.whoami(&key), Some(200));
    let are_there = wait_until(Duration::from_secs(20), || counted(&mut sql) == "1");
    let said = server.said();
    assert!(are_there, "{said}");
    assert!(!said.contains("old mails wait to be forgotten"), "{said}");
    sql.execute("COMMIT");
}

#[test]
fn under_load_no_request_is_lost_and_none_is_uncounted() {
    let (place, key) = with_a_key();
    Sql::connect(&place.url).execute("UPDATE keys SET rate_limit_per_minute = 1000000");
    let mut server = Server::start_with(&place.folder, &[("DATABASE_URL", &place.url)]);
    let address = server.address.clone();
    let request = format!(
        "GET /v1/whoami HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    let (answered, goodbyes) = (AtomicU64::new(0), AtomicU64::new(0));
    let lost: Mutex<Vec<String>> = Mutex::default();

    // Asks until nobody takes a connection any more.
    let client = || {
        while let Ok(stream) = TcpStream::connect(&address) {
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .expect("a time-out");
            let mut stream = BufReader::new(stream);
            let mut is_first = true;
            loop {
                match ask(&mut stream, &request) {
                    Outcome::Answered { goes_on } => {
                        answered.fetch_add(1, Ordering::Relaxed);
                        is_first = false;
                        if !goes_on {
                            goodbyes.fetch_add(1, Ordering::Relaxed);
                            break;
                        }
                    }
                    // The listener closed before the server took this connection.
                    Outcome::Nothing if is_first => break,
                    Outcome::Nothing => {
                        let told = "no answer on a connection that was in use".to_owned();
                        lost.lock().expect("no panic above").push(told);
                        break;
                    }
                    Outcome::Cut(how) => {
                        lost.lock().expect("no panic above").push(how);
                        break;
                    }
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(client);
        }
        let busy = wait_until(Duration::from_secs(20), || {
            answered.load(Ordering::Relaxed) > 500
        });
        assert!(busy, "{}", server.said());
        server.signal(Signal::SIGTERM);
    });
    let (took, well) = server.end();
    assert!(well, "{}", server.said());
    assert!(took < Duration::from_secs(8), "{took:?}");
    let lost = lost.into_inner().expect("no panic above");
    assert!(lost.is_empty(), "{lost:#?}");
    let goodbyes = goodbyes.into_inner();
    assert!(
        goodbyes >= CLIENTS as u64,
        "{goodbyes} connections were told"
    );
    let counted = counted(&mut Sql::connect(&place.url));
    assert_eq!(counted, answered.into_inner().to_string());
}
