//! One throw-away PostgreSQL for a run of a test binary, which does not outlive it however it ends.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use keyroom::postgres::{Account, Programs, initialize};

/// Nothing in it is worth keeping, so nothing waits for a disk.
const SETTINGS: [&str; 12] = [
    "listen_addresses=",
    "unix_socket_directories=.",
    "port=5432",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=300",
    "autovacuum=off",
    "jit=off",
    "timezone=UTC",
];

/// Waits until its standard input ends, which it does with the process that holds the other end.
const WATCHER: &str = r#"
read -r _
pid=$(head -n 1 "$0/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    kill -QUIT "$pid"
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null
fi
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" && break; sleep 0.2; done
"#;

/// The server that the tests of this binary share; each has a database of its own.
pub struct TestServer {
    folder: PathBuf,
    postgres_process: Child,
    /// Holds the pipe that the watcher waits on.
    _watcher: Child,
}

impl TestServer {
    /// What to connect to `database` with. `keyroom` exists, to make others from.
    pub fn url(&self, database: &str) -> String {
        let host = self.folder.display();
        format!("host='{host}' hostaddr='' port=5432 user=keyroom dbname='{database}'")
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while !self.is_ready() {
            let ended = self
                .postgres_process
                .try_wait()
                .expect("the state of a child");
            if ended.is_some() || begun.elapsed() > Duration::from_secs(60) {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("PostgreSQL for the tests did not start:\n{log}");
            }
            sleep(Duration::from_millis(10));
        }
    }

    fn is_ready(&self) -> bool {
        let state = fs::read_to_string(self.folder.join("postmaster.pid")).unwrap_or_default();
        state
            .lines()
            .nth(7)
            .is_some_and(|state| state.trim() == "ready")
    }
}

/// Started by the first who asks.
pub fn server() -> &'static TestServer {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    SERVER.get_or_init(start)
}

fn start() -> TestServer {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970");
    // Not the temporary folder of the environment: a socket's path must be short.
    let name = format!("keyroom-{}-{}", std::process::id(), since.subsec_nanos());
    let folder = Path::new("/tmp").join(name);
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .expect("a new folder in /tmp");
    let watcher = watch(&folder);

    let programs = Programs::find(None).expect("PostgreSQL's programs");
    let account = Account::choose(None).expect("a user to run PostgreSQL as");
    account
        .give(&folder)
        .expect("the folder given to that user");
    let handle = File::open(&folder).expect("the folder");
    initialize(&programs, account, &folder, &handle, &["--no-sync"]).expect("a new cluster");

    let mut postgres = programs
        .command("postgres", account, &handle, "")
        .expect("a command");
    postgres.arg("-D").arg(account.path(&folder));
    postgres.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    postgres.stderr(File::create(folder.join("log")).expect("a log"));
    let mut server = TestServer {
        postgres_process: postgres.spawn().expect("PostgreSQL"),
        _watcher: watcher,
        folder,
    };
    server.wait();
    server
}

/// In a process group of its own, so that Ctrl-C ends the tests and leaves it to clean up.
fn watch(folder: &Path) -> Child {
    let mut watcher = Command::new("/bin/sh");
    watcher.args(["-c", WATCHER]).arg(folder).process_group(0);
    watcher
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    watcher.spawn().expect("a shell")
}
