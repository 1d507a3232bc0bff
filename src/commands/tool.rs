//! Runs a program of PostgreSQL beside us: what it writes or reads goes through this process, and both end together.

use std::{
    io::Read,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The program that runs now. Reaped under this lock only, so that its number is not given to another meanwhile.
static RUNNING: Mutex<Option<Pid>> = Mutex::new(None);

const TICK: Duration = Duration::from_millis(10);

/// From now on Ctrl-C and its kin end the command in good order, with nothing left half done.
pub fn heed_signals() -> anyhow::Result<()> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let heeding = heed(&tell);
        // Where it failed before it began, somebody still waits.
        tell.send(heeding).ok();
    });
    told.recv()?
}

fn heed(ready: &mpsc::Sender<anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        ready.send(Ok(())).ok();
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            INTERRUPTED.store(true, Ordering::Relaxed);
            if let Some(pid) = *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) {
                // It may have ended just now.
                let _ = kill(pid, Signal::SIGTERM);
            }
        }
    })
}

/// # Errors
/// The command was told to end.
pub fn go_on() -> anyhow::Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        bail!("interrupted; nothing was kept");
    }
    Ok(())
}

/// Runs `command`; `take` reads what it writes.
pub fn read_from(
    mut command: Command,
    take: impl FnOnce(ChildStdout) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut program = Program::start(command)?;
    let output = program.child.stdout.take().context("no output to read")?;
    let taken = take(output);
    program.end(taken)
}

/// Runs `command`; `give` writes what it reads.
pub fn write_to(
    mut command: Command,
    give: impl FnOnce(ChildStdin) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut program = Program::start(command)?;
    let input = program.child.stdin.take().context("no input to write")?;
    let given = give(input);
    program.end(given)
}

struct Program {
    name: String,
    child: Child,
    complaints: JoinHandle<String>,
}

impl Program {
    fn start(mut command: Command) -> anyhow::Result<Self> {
        go_on()?;
        let name = std::path::Path::new(command.get_program())
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        *running = Some(Pid::from_raw(child.id().cast_signed()));
        let mut stderr = child.stderr.take().context("no errors to read")?;
        let complaints = thread::spawn(move || {
            let mut bytes = Vec::new();
            stderr.read_to_end(&mut bytes).ok();
            String::from_utf8_lossy(&bytes).trim().to_owned()
        });
        Ok(Self {
            name,
            child,
            complaints,
        })
    }

    /// Where the exchange failed, the program must not take what it has for all.
    fn end(mut self, exchanged: anyhow::Result<()>) -> anyhow::Result<()> {
        let mut asked = false;
        let status = loop {
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(status) = self.child.try_wait()? {
                *running = None;
                break status;
            }
            // A broken pipe may be the program's own end, which says more: it has a moment for that.
            if exchanged.is_err() && !asked {
                asked = true;
                drop(running);
                thread::sleep(TICK * 10);
                continue;
            }
            if exchanged.is_err() {
                self.child.kill()?;
            }
            drop(running);
            thread::sleep(TICK);
        };
        let complaints = self.complaints.join().unwrap_or_default();
        go_on()?;
        if !status.success() && !complaints.is_empty() {
            bail!("{} failed: {complaints}", self.name);
        }
        exchanged?;
        if !status.success() {
            bail!("{} failed ({status})", self.name);
        }
        Ok(())
    }
}
