//! One process's hold on the cluster: start, watch, stop.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use log::{error, info, warn};

use super::folder::{self, Folder, create_private};
use super::lock::{Hold, Turn};
use super::server::{self, Postmaster};

/// How soon a death is noticed.
const LOOK: Duration = Duration::from_millis(250);
/// Between attempts that fail.
const RETRY: Duration = Duration::from_secs(2);

/// The private cluster, running, for as long as this lives. Dropping it does what [`Cluster::stop`]
/// does; `std::process::exit` does not drop, and leaves PostgreSQL to the next start.
#[must_use = "the cluster is stopped when this is dropped"]
pub struct Cluster {
    shared: Arc<Shared>,
    watcher: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    parent: PathBuf,
    folder: Folder,
    held: Mutex<Held>,
    stopping: AtomicBool,
    woken: Condvar,
}

struct Held {
    hold: Option<Hold>,
    child: Option<Child>,
}

/// Makes the cluster in `data` where there is none, starts it where it does not run, and returns
/// when it takes connections. Blocks: a few seconds the first time, well under one later.
pub fn start(data: &Path) -> Result<Cluster> {
    create_private(&data.join("postgres"))?;
    let parent = data
        .join("postgres")
        .canonicalize()
        .context("cannot find the data folder")?;
    let turn = Turn::take(&parent)?;
    let folder = Folder::open_or_create(&parent, &turn)?;
    let hold = Hold::join(&parent, &turn)?;
    let stopping = AtomicBool::new(false);
    let child = server::ensure(&folder, &parent.join("log"), &turn, &stopping)?;
    let held = Mutex::new(Held {
        hold: Some(hold),
        child,
    });
    let shared = Shared {
        parent,
        folder,
        held,
        stopping,
        woken: Condvar::new(),
    };
    Ok(Cluster {
        shared: Arc::new(shared),
        watcher: Mutex::new(None),
    })
}

/// Makes the cluster in `data` with what `fill` puts into it, or none at all: nobody sees it before it is whole.
/// `fill` is told what to connect with.
///
/// # Errors
/// There is a cluster, or `fill` failed.
pub fn create_filled(data: &Path, fill: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    create_private(&data.join("postgres"))?;
    let parent = data
        .join("postgres")
        .canonicalize()
        .context("cannot find the data folder")?;
    let turn = Turn::take(&parent)?;
    folder::create(&parent, &turn, |folder| {
        let stopping = AtomicBool::new(false);
        let mut child = server::ensure(folder, &parent.join("log"), &turn, &stopping)?;
        let filled = fill(&folder.connection());
        server::stop(folder, child.as_mut());
        filled
    })
}

impl Cluster {
    /// What to connect with, in libpq's `key='value'` form. The database exists and is called
    /// `keyroom`.
    pub fn url(&self) -> String {
        self.shared.folder.connection()
    }

    /// From now on, starts PostgreSQL again should it die. For the server; a command is over too
    /// soon to need it.
    pub fn watch(&self) {
        let shared = Arc::clone(&self.shared);
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if watcher.is_none() {
            *watcher = Some(thread::spawn(move || shared.watch()));
        }
    }

    /// Lets go of the cluster, and stops it if no other process uses it. Takes four seconds at
    /// most; a second call does nothing.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.woken.notify_all();
        let watcher = self
            .watcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if watcher.is_some_and(|watcher| watcher.join().is_err()) {
            error!("the thread that watches PostgreSQL has panicked");
        }
        self.shared.leave();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut held = self.held();
        let mut pause = LOOK;
        while !self.stopping.load(Ordering::Relaxed) {
            let waited = self.woken.wait_timeout(held, pause);
            held = waited.unwrap_or_else(PoisonError::into_inner).0;
            pause = LOOK;
            let log = self.parent.join("log");
            server::trim_log(&log);
            if self.stopping.load(Ordering::Relaxed) || Postmaster::of(&self.folder).is_some() {
                continue;
            }
            warn!("PostgreSQL has stopped unexpectedly; starting it again");
            reap(&mut held);
            let turn = Turn::take(&self.parent);
            match turn.and_then(|turn| server::ensure(&self.folder, &log, &turn, &self.stopping)) {
                Ok(child) => {
                    held.child = child;
                    info!("PostgreSQL is running again");
                }
                Err(error) => {
                    error!("{error:#}");
                    pause = RETRY;
                }
            }
        }
    }

    fn leave(&self) {
        let mut held = self.held();
        let Some(hold) = held.hold.take() else {
            return;
        };
        match Turn::take(&self.parent) {
            Ok(turn) if hold.leave(&turn) => {
                info!("stopping PostgreSQL");
                server::stop(&self.folder, held.child.as_mut());
            }
            Ok(_) => {}
            Err(error) => error!("PostgreSQL is left running: {error:#}"),
        }
        reap(&mut held);
    }
}

/// A child that ended and is not waited for stays in the process table.
fn reap(held: &mut Held) {
    if let Some(mut child) = held.child.take()
        && matches!(child.try_wait(), Ok(None))
    {
        held.child = Some(child);
    }
}
