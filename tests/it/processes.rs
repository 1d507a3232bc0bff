//! The server as a process: starting, stopping, and being killed.

use std::{
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use nix::sys::signal::{Signal, kill};

use crate::program::{Folder, Person, Server, post, wait_until};

pub const ADA: Person<'_> = Person {
    workspace: "Brightwater",
    name: "Ada Park",
    email: "ada@brightwater.example",
    password: "violet tractor sings at noon",
};
const KEYS: &str = "/w/brightwater/settings/api-keys";

#[test]
fn a_first_start_prints_the_set_up_address_and_a_second_finds_everything_as_it_was() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    let address = format!("http://{}/set-up?code=", server.address);
    assert!(server.said().contains(&address), "{}", server.said());
    assert_eq!(server.get("/set-up", &[]).map(|a| a.status), Some(200));
    assert_eq!(server.set_up(&ADA).status, 303);
    server.signal(Signal::SIGTERM);
    assert!(server.end().1, "{}", server.said());
    assert!(folder.postgres().is_none(), "Postgres stops with it");

    let began = Instant::now();
    let again = Server::start(&folder);
    let took = began.elapsed();
    // Ready in under two seconds on a machine that does nothing else.
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    assert!(!again.said().contains("Set-up code"), "{}", again.said());
    assert_eq!(again.get("/set-up", &[]).map(|a| a.status), Some(404));
    again.sign_in(&ADA);
}

#[test]
fn a_second_server_on_the_folder_says_so_and_leaves_the_first_alone() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let second = folder.run(&["serve"], "");
    assert!(!second.success);
    assert!(
        second
            .stderr
            .contains("already running on this data folder"),
        "{}",
        second.stderr
    );
    assert_eq!(server.get("/readyz", &[]).map(|a| a.status), Some(200));
}

#[test]
fn commands_work_beside_a_running_server() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let admin = [
        "create-admin",
        "--workspace",
        "Brightwater",
        "--name",
        "Ada Park",
        "--email",
        ADA.email,
        "--password-stdin",
    ];
    let done = folder.run(&admin, ADA.password);
    assert!(done.success, "{}", done.stderr);
    server.sign_in(&ADA);
    let key = [
        "create-key",
        "--workspace",
        "brightwater",
        "--label",
        "ci",
        "--permission",
        "OBJECTS_LIST",
    ];
    let done = folder.run(&key, "");
    assert!(done.success, "{}", done.stderr);
    assert_eq!(server.whoami(done.stdout.trim_end()), Some(200));
    // Without the server they start what they need and end it again.
    drop(server);
    let done = folder.run(&["migrate"], "");
    assert!(done.success, "{}", done.stderr);
    assert!(folder.postgres().is_none());
}

#[test]
fn both_signals_stop_server_and_postgres_within_eight_seconds() {
    let folder = Folder::new();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut server = Server::start(&folder);
        // A connection that is open and idle does not hold it up.
        let idle = std::net::TcpStream::connect(&server.address);
        server.signal(signal);
        let (took, well) = server.end();
        drop(idle);
        assert!(took < Duration::from_secs(8), "{signal} took {took:?}");
        assert!(well, "{signal}: {}", server.said());
        assert!(folder.postgres().is_none(), "{signal}");
    }
}

#[test]
fn a_clean_stop_loses_no_count() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    assert_eq!(server.set_up(&ADA).status, 303);
    let make = [
        "create-key",
        "--workspace",
        "brightwater",
        "--label",
        "ci",
        "--permission",
        "OBJECTS_LIST",
    ];
    let key = folder.run(&make, "").stdout;
    for _ in 0..25 {
        assert_eq!(server.whoami(key.trim_end()), Some(200));
    }
    server.signal(Signal::SIGTERM);
    assert!(server.end().1);
    let server = Server::start(&folder);
    let cookie = server.sign_in(&ADA);
    let list = server
        .get(KEYS, &[("Cookie", cookie.as_str())])
        .expect("an answer");
    assert!(
        list.body
            .contains("<dt>Requests, 28 days</dt><dd class=\"\">25</dd>"),
        "{}",
        list.body
    );
}

#[test]
fn another_pepper_or_master_key_stops_the_start_and_says_which() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    server.signal(Signal::SIGTERM);
    server.end();
    let right = fs::read(folder.pepper()).expect("a pepper");
    fs::write(folder.pepper(), format!("1:{}\n", BASE64.encode(&[7; 32]))).expect("written");
    let done = folder.run(&["serve"], "");
    assert!(!done.success);
    let told = "was set up with other key files";
    assert!(
        done.stderr.contains(told) && done.stderr.contains("KEYROOM_PEPPER_FILE"),
        "{}",
        done.stderr
    );
    assert!(folder.postgres().is_none(), "nothing is left running");
    fs::write(folder.pepper(), right).expect("written");

    let master = folder.pepper().with_file_name("master-key");
    fs::write(master, format!("1:{}\n", BASE64.encode(&[9; 32]))).expect("written");
    let done = folder.run(&["serve"], "");
    assert!(!done.success);
    assert!(
        done.stderr.contains(told) && done.stderr.contains("KEYROOM_MASTER_KEY_FILE"),
        "{}",
        done.stderr
    );
}

/// Keys that were shown to whoever asked for them.
pub type Shown = Mutex<Vec<String>>;

/// Generates keys until told to stop. A refusal or a broken connection is fine: nothing was promised.
pub fn generate(address: &str, cookie: &str, enough: &AtomicBool, shown: &Shown) {
    while !enough.load(Ordering::Relaxed) {
        let nonce = uuid::Uuid::now_v7().to_string();
        let fields = [
            ("nonce", nonce.as_str()),
            ("label", &nonce),
            ("permission", "OBJECTS_LIST"),
        ];
        match post(address, &format!("{KEYS}/new"), cookie, &fields) {
            Some(answer) if answer.status == 201 => {
                let at = answer.body.find("KEYROOM_API_KEY=skey_").expect("a key") + 16;
                let key = answer.body[at..at + 55].to_owned();
                shown.lock().expect("no panic above").push(key);
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Runs `harm` while keys are being generated, and returns how many were shown by then.
fn under_use(server: &Server, cookie: &str, shown: &Shown, harm: impl FnOnce()) -> usize {
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| generate(&server.address, cookie, &enough, shown));
        }
        let before = shown.lock().expect("no panic above").len();
        wait_until(Duration::from_secs(10), || {
            shown.lock().expect("no panic above").len() >= before + 10
        });
        harm();
        enough.store(true, Ordering::Relaxed);
        before
    })
}

pub fn all_answer(server: &Server, shown: &Shown, after: &str) {
    let shown = shown.lock().expect("no panic above");
    for key in shown.iter() {
        assert_eq!(server.whoami(key), Some(200), "after {after}");
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_server_or_postgres_or_both_are_killed() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    assert_eq!(server.set_up(&ADA).status, 303);
    let cookie = server.sign_in(&ADA);
    let shown = Shown::default();
    let hurt_postgres = || {
        let pid = folder.postgres().expect("Postgres runs");
        kill(pid, Signal::SIGKILL).expect("a process of ours");
    };

    let before = under_use(&server, &cookie, &shown, hurt_postgres);
    assert!(shown.lock().expect("no panic above").len() > before);
    let recovered = wait_until(Duration::from_secs(15), || {
        server.get("/readyz", &[]).is_some_and(|a| a.status == 200)
    });
    assert!(recovered, "it recovers by itself: {}", server.said());
    all_answer(&server, &shown, "Postgres was killed");

    under_use(&server, &cookie, &shown, || server.signal(Signal::SIGKILL));
    drop(server);
    assert!(folder.postgres().is_some(), "a cluster survives its parent");
    let server = Server::start(&folder);
    all_answer(&server, &shown, "the server was killed");

    under_use(&server, &cookie, &shown, || {
        server.signal(Signal::SIGKILL);
        hurt_postgres();
    });
    drop(server);
    let server = Server::start(&folder);
    all_answer(&server, &shown, "both were killed");
    let list = server.get(KEYS, &[("Cookie", cookie.as_str())]);
    let count = shown.lock().expect("no panic above").len();
    let list = list.expect("an answer");
    assert_eq!(list.status, 200, "the session lives on");
    assert!(count >= 30, "{count} keys are enough to mean something");
}
