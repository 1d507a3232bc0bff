//! File locks, which the kernel lets go of however a process ends; a pid file would outlive `kill
//! -9`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::folder::create_private;

/// Held by the one server of a data folder for as long as it runs.
#[must_use = "the folder is free again when this is dropped"]
#[derive(Debug)]
pub struct Instance {
    _lock: File,
}

/// Claims `data` for this server, or fails at once and says who has it. Only servers claim:
/// commands work beside one.
pub fn claim(data: &Path) -> Result<Instance> {
    create_private(data)?;
    let mut file = open(&data.join("server.lock"))?;
    let mut tried = file.try_lock();
    if matches!(tried, Err(TryLockError::WouldBlock)) {
        // Somebody may only have looked; see `is_claimed`.
        std::thread::sleep(Duration::from_millis(50));
        tried = file.try_lock();
    }
    match tried {
        Ok(()) => {
            // For the message of the next one only; the lock is what counts.
            file.set_len(0)?;
            write!(file, "{}", std::process::id())?;
            Ok(Instance { _lock: file })
        }
        Err(TryLockError::WouldBlock) => bail!(
            "Keyroom is already running on this data folder ({}). Stop it first, or set \
             KEYROOM_DATA to another folder. Commands such as create-key work beside it.",
            holder(&mut file)
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).context(format!("cannot lock {}", data.display()))
        }
    }
}

/// Does a server run on `data`?
pub fn is_claimed(data: &Path) -> bool {
    let Ok(file) = File::open(data.join("server.lock")) else {
        return false;
    };
    let is_free = file.try_lock_shared().is_ok();
    !is_free
}

/// The other server may have the lock and not yet have written its number.
fn holder(file: &mut File) -> String {
    for _ in 0..20 {
        let mut text = String::new();
        if file
            .rewind()
            .and_then(|()| file.read_to_string(&mut text))
            .is_ok()
            && !text.is_empty()
        {
            return format!("process {text}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    "another process".to_owned()
}

/// The right to start or stop the cluster. Others wait until it is dropped.
#[must_use = "others may start or stop the cluster when this is dropped"]
pub struct Turn {
    _lock: File,
}

impl Turn {
    /// Waits for it.
    pub fn take(folder: &Path) -> Result<Self> {
        let file = open(&folder.join("turn.lock"))?;
        file.lock()
            .with_context(|| format!("cannot lock {}", folder.display()))?;
        Ok(Self { _lock: file })
    }
}

/// Says that this process uses the cluster. To be taken and given up within a [`Turn`].
pub struct Hold {
    lock: File,
}

impl Hold {
    /// Joins those who use the cluster.
    pub fn join(folder: &Path, _turn: &Turn) -> Result<Self> {
        let file = open(&folder.join("users.lock"))?;
        file.lock_shared()
            .with_context(|| format!("cannot lock {}", folder.display()))?;
        Ok(Self { lock: file })
    }

    /// Whether nobody is left.
    pub fn leave(self, _turn: &Turn) -> bool {
        self.lock.unlock().is_ok() && self.lock.try_lock().is_ok()
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}
