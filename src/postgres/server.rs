//! The `postgres` process of a cluster: whether it runs, starting it, stopping it.
//!
//! A process belongs to the cluster if it is called `postgres` and the cluster is its working
//! folder. A number in `postmaster.pid` proves nothing: the number may have been given to another
//! program since.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use log::{info, warn};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::folder::Folder;
use super::lock::Turn;

/// Durability is PostgreSQL's default, which loses nothing. Statements' errors are left out of the
/// log, as they can quote a row, and Keyroom is told of them anyway.
const SETTINGS: [&str; 15] = [
    "listen_addresses=",
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    "port=5432",
    "max_connections=60",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_statement=none",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_checkpoints=off",
];

/// Replaying what a crash left takes long only after heavy writing.
const LONGEST_START: Duration = Duration::from_secs(300);
const LARGEST_LOG: u64 = 4 << 20;
const TICK: Duration = Duration::from_millis(20);

/// The first process of a running cluster.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Postmaster {
    pid: i32,
    state: State,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Starting,
    Ready,
    Stopping,
}

impl Postmaster {
    /// The one that runs, if one does.
    pub fn of(folder: &Folder) -> Option<Self> {
        let text = fs::read_to_string(folder.path.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let state = match lines.nth(6).map(str::trim) {
            Some("ready") => State::Ready,
            Some("stopping") => State::Stopping,
            _ => State::Starting,
        };
        belongs(folder, pid).then_some(Self { pid, state })
    }
}

/// Returns when the cluster takes connections, with the process if this call started it.
pub fn ensure(
    folder: &Folder,
    log: &Path,
    _turn: &Turn,
    give_up: &AtomicBool,
) -> Result<Option<Child>> {
    let mut child: Option<Child> = None;
    let begun = Instant::now();
    let mut told = Duration::from_secs(5);
    loop {
        if give_up.load(Ordering::Relaxed) {
            bail!("PostgreSQL's start was interrupted");
        }
        let mine = child.as_ref().map(Child::id);
        match Postmaster::of(folder) {
            Some(it)
                if it.state == State::Ready
                    && mine.is_none_or(|mine| i64::from(mine) == i64::from(it.pid)) =>
            {
                return Ok(child);
            }
            // Another process began it, or ends it: see what becomes of it.
            Some(_) => {}
            None => match child.as_mut().map(Child::try_wait).transpose()? {
                None => {
                    end_leftovers(folder)?;
                    info!("starting PostgreSQL");
                    child = Some(spawn(folder, log)?);
                }
                Some(None) => {}
                Some(Some(status)) => bail!("PostgreSQL did not start ({status}):\n{}", tail(log)),
            },
        }
        if begun.elapsed() > told {
            info!("PostgreSQL is busy with what the last run left, or with stopping; waiting");
            told *= 4;
        }
        if begun.elapsed() > LONGEST_START {
            bail!("PostgreSQL does not get ready:\n{}", tail(log));
        }
        sleep(TICK);
    }
}

/// Stops the cluster within about four seconds. What a slow disk could not write by then is
/// replayed from the write-ahead log at the next start.
pub fn stop(folder: &Folder, child: Option<&mut Child>) {
    let Some(Postmaster { pid, .. }) = Postmaster::of(folder) else {
        return;
    };
    let mut child = child;
    for (signal, patience) in [
        (Signal::SIGINT, 2000),
        (Signal::SIGQUIT, 700),
        (Signal::SIGKILL, 300),
    ] {
        // It may have ended just now.
        let _ = kill(Pid::from_raw(pid), signal);
        let sent = Instant::now();
        while sent.elapsed() < Duration::from_millis(patience) {
            // Without this a child of ours would stay a zombie.
            if let Some(child) = child.as_deref_mut() {
                let _ = child.try_wait();
            }
            if !belongs(folder, pid) {
                return;
            }
            sleep(TICK);
        }
        warn!("PostgreSQL did not stop on {signal}");
    }
}

/// Keeps the log within a few megabytes. `postgres` appends to it, so that it may be emptied
/// underneath.
pub fn trim_log(log: &Path) {
    if fs::metadata(log).is_ok_and(|file| file.len() > LARGEST_LOG)
        && fs::copy(log, log.with_extension("old")).is_ok()
    {
        let _ = OpenOptions::new()
            .write(true)
            .open(log)
            .and_then(|file| file.set_len(0));
    }
}

fn spawn(folder: &Folder, log: &Path) -> Result<Child> {
    trim_log(log);
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(log)
        .context("cannot open PostgreSQL's log")?;
    let mut command = folder
        .programs
        .command("postgres", folder.account, &folder.handle, "")?;
    command
        .arg("-D")
        .arg(folder.account.path(&folder.path))
        .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command
        .stderr(log)
        .spawn()
        .context("cannot start PostgreSQL")
}

/// After its first process was killed, those it had started end by themselves, but a busy one only
/// with its statement; and a new first process refuses to start beside them.
fn end_leftovers(folder: &Folder) -> Result<()> {
    let begun = Instant::now();
    let mut signals = [(500, Signal::SIGQUIT), (2500, Signal::SIGKILL)]
        .into_iter()
        .peekable();
    loop {
        let left = living(folder);
        if left.is_empty() {
            break;
        }
        if let Some((_, signal)) =
            signals.next_if(|(after, _)| begun.elapsed() > Duration::from_millis(*after))
        {
            for pid in left {
                let _ = kill(Pid::from_raw(pid), signal);
            }
        } else if begun.elapsed() > Duration::from_secs(10) {
            bail!("processes of a PostgreSQL that was killed do not end: {left:?}");
        }
        sleep(TICK);
    }
    // Nobody is left whom these could protect; and where their number was given to another program
    // of the same user, PostgreSQL would take that for itself and not start.
    for name in ["postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"] {
        let _ = fs::remove_file(folder.path.join(name));
    }
    Ok(())
}

fn living(folder: &Folder) -> Vec<i32> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
    numbers
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| belongs(folder, *pid))
        .collect()
}

/// A process that ended but was not waited for has no working folder any more, so it does not
/// count.
fn belongs(folder: &Folder, pid: i32) -> bool {
    let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    let Ok(works_in) = fs::metadata(format!("/proc/{pid}/cwd")) else {
        return false;
    };
    folder
        .handle
        .metadata()
        .is_ok_and(|home| same(home, works_in))
        && fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|name| name.trim() == "postgres")
}

fn tail(log: &Path) -> String {
    let text = File::open(log)
        .and_then(std::io::read_to_string)
        .unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
