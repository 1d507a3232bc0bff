//! Memory of the real program, at rest and while it is asked without a pause.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_keyroom");
const CONNECTIONS: usize = 50;
const LOAD: Duration = Duration::from_secs(10);

pub fn measure() {
    let folder = Path::new("/tmp").join(format!("keyroom-bench-{}", std::process::id()));
    fs::create_dir(&folder).expect("a new folder in /tmp");
    let key = prepare(&folder);
    let (mut server, address) = start(&folder);
    thread::sleep(Duration::from_secs(2));
    let rest = resident(&server);
    let calls: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| call(&address, &key)))
            .collect();
        callers
            .into_iter()
            .map(|c| c.join().expect("a caller"))
            .sum()
    });
    let load = resident(&server);
    println!(
        "memory: {rest} MiB at rest, {load} MiB after {} s of whoami over {CONNECTIONS} connections ({} calls a second)",
        LOAD.as_secs(),
        calls as u64 / LOAD.as_secs()
    );
    let pid = nix::unistd::Pid::from_raw(server.id().try_into().expect("a process id"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("our own child");
    server.wait().expect("an end");
    fs::remove_dir_all(&folder).ok();
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .current_dir(folder)
        .env("KEYROOM_LOG", "warn")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// A workspace and a key of it.
fn prepare(folder: &Path) -> String {
    let admin = [
        "create-admin",
        "--workspace",
        "Bench",
        "--name",
        "Ada Park",
        "--email",
        "ada@bench.example",
        "--password-stdin",
    ];
    let mut made = command(folder, &admin).spawn().expect("the program");
    let mut input = made.stdin.take().expect("its input");
    input
        .write_all(b"violet tractor sings at noon\n")
        .expect("a password");
    drop(input);
    assert!(made.wait().expect("an end").success());
    let key = [
        "create-key",
        "--workspace",
        "bench",
        "--label",
        "ci",
        "--permission",
        "OBJECTS_LIST",
    ];
    let made = command(folder, &key).output().expect("the program");
    String::from_utf8(made.stdout)
        .expect("a key")
        .trim()
        .to_owned()
}

fn start(folder: &Path) -> (Child, String) {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("its number").to_string();
    drop(free);
    let mut server = command(folder, &["serve"])
        .env("KEYROOM_LISTEN", &address)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let told = BufReader::new(server.stderr.take().expect("its words"));
    let mut lines = told.lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("Keyroom is ready"))));
    // Whoever stops reading would stop the server once the pipe is full.
    thread::spawn(move || lines.for_each(drop));
    (server, address)
}

/// Calls until the time is up; how many.
fn call(address: &str, key: &str) -> usize {
    let request = format!(
        "GET /v1/whoami HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).expect("a connection");
    let mut answer = [0; 8 * 1024];
    let (began, mut calls) = (Instant::now(), 0);
    while began.elapsed() < LOAD {
        stream.write_all(request.as_bytes()).expect("a request");
        let n = stream.read(&mut answer).expect("an answer");
        calls += usize::from(answer[..n].starts_with(b"HTTP/1.1 200"));
    }
    calls
}

/// The resident set, in MiB.
fn resident(server: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("its status");
    resident_in(&status)
}

pub fn resident_in(status: &str) -> u64 {
    let line = status
        .lines()
        .find(|l| l.starts_with("VmRSS:"))
        .expect("its memory");
    let kib: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number");
    kib / 1024
}
