//! The real program, run as an operator runs it: in a folder of its own, ended with the test.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

mod http;

use crate::support::port::free_port;
use http::call;
pub use http::{Answer, post};

/// Ready or not, no start takes this long.
const LONGEST_START: Duration = Duration::from_secs(60);

/// A data folder that is removed with whatever still runs on it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        // Not the temporary folder of the environment: a socket's path must be short.
        let id = uuid::Uuid::now_v7().simple().to_string();
        let path = Path::new("/tmp").join(format!("keyroom-run-{}", &id[16..]));
        fs::create_dir(&path).expect("a new folder in /tmp");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub fn pepper(&self) -> PathBuf {
        self.data().join("pepper")
    }

    /// The first process of the cluster in this folder, if it runs.
    pub fn postgres(&self) -> Option<Pid> {
        let cluster = self.data().join("postgres/cluster");
        let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let pid: i32 = text.lines().next()?.trim().parse().ok()?;
        let home = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        (home == cluster.canonicalize().ok()?).then(|| Pid::from_raw(pid))
    }

    /// The program with nothing of this process's configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyroom"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("KEYROOM_LISTEN", "127.0.0.1:0")
            .env("KEYROOM_DATA", self.data());
        command
    }

    /// Runs a subcommand to its end.
    pub fn run(&self, arguments: &[&str], input: &str) -> Done {
        Done::of(self.command(arguments), input)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = self.postgres() {
            kill(pid, Signal::SIGQUIT).ok();
            wait_until(Duration::from_secs(3), || self.postgres().is_none());
        }
        fs::remove_dir_all(&self.0).ok();
    }
}

/// How a subcommand ended, and what it said.
pub struct Done {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    pub fn of(mut command: Command, input: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        // It may end without reading.
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input.as_bytes()).ok();
        drop(stdin);
        let output = child.wait_with_output().expect("its output");
        Self {
            success: output.status.success(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// A server that runs, and what it says.
pub struct Server {
    child: Child,
    pub address: String,
    said: Arc<Mutex<String>>,
}

impl Server {
    pub fn start(folder: &Folder) -> Self {
        Self::start_with(folder, &[])
    }

    /// With these settings beside the usual ones.
    pub fn start_with(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = folder.command(&["serve"]);
        command.env("KEYROOM_LISTEN", &address);
        command.envs(settings.iter().copied());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, heard) = (child.stderr.take().expect("a pipe"), said.clone());
        thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                let mut heard = heard.lock().expect("no panic above");
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        let mut server = Self {
            child,
            address,
            said,
        };
        let ready = wait_until(LONGEST_START, || {
            let said = server.said();
            server.has_ended()
                || said.contains("Keyroom is ready at ")
                || said.contains("Set-up code: ")
        });
        assert!(ready && !server.has_ended(), "{}", server.said());
        server
    }

    pub fn said(&self) -> String {
        self.said.lock().expect("no panic above").clone()
    }

    pub fn has_ended(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("the state of a child")
            .is_some()
    }

    /// Kilobytes, from a line of `/proc/PID/status` such as `VmHWM`, the most there ever was in memory.
    pub fn memory(&self, line: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).expect("a process of ours");
        let found = status.lines().find_map(|one| one.strip_prefix(line));
        let words = found.expect("a line of it").split_whitespace();
        words
            .filter_map(|word| word.parse().ok())
            .next()
            .expect("a number")
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("a process of ours");
    }

    /// Waits for the end that a signal began, and says how long it took and whether it was a good one.
    pub fn end(&mut self) -> (Duration, bool) {
        let began = Instant::now();
        let ended = wait_until(Duration::from_secs(20), || self.has_ended());
        assert!(ended, "it goes on: {}", self.said());
        let status = self.child.wait().expect("a status");
        (began.elapsed(), status.success())
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Option<Answer> {
        call(&self.address, "GET", path, headers, "")
    }

    pub fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        post(&self.address, path, cookie, fields)
    }

    /// Stops it as a supervisor does.
    pub fn stop(mut self) {
        self.signal(Signal::SIGTERM);
        assert!(self.end().1, "{}", self.said());
    }

    /// The status of `GET /v1/whoami` with this key.
    pub fn whoami(&self, key: &str) -> Option<u16> {
        let bearer = format!("Bearer {key}");
        let answer = self.get("/v1/whoami", &[("Authorization", &bearer)]);
        answer.map(|answer| answer.status)
    }

    /// Sets up with the code it printed.
    pub fn set_up(&self, person: &Person<'_>) -> Answer {
        let said = self.said();
        let code = said.split("Set-up code: ").nth(1).expect("a code");
        let fields = [
            ("workspace", person.workspace),
            ("name", person.name),
            ("email", person.email),
            ("password", person.password),
            ("code", code.lines().next().unwrap_or_default()),
        ];
        self.post("/set-up", "", &fields).expect("an answer")
    }

    /// The session cookie, as it is sent back.
    pub fn sign_in(&self, person: &Person<'_>) -> String {
        let fields = [("email", person.email), ("password", person.password)];
        let answer = self.post("/sign-in", "", &fields).expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer
            .head
            .lines()
            .find(|l| l.starts_with("set-cookie: keyroom="));
        let cookie = cookie.expect("a session cookie");
        let value = cookie.trim_start_matches("set-cookie: ");
        value.split(';').next().unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

pub struct Person<'a> {
    pub workspace: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub password: &'a str,
}

/// Asks again and again; false: it never came true.
pub fn wait_until(longest: Duration, mut is_true: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_true() {
        if began.elapsed() > longest {
            return false;
        }
        sleep(Duration::from_millis(20));
    }
    true
}
