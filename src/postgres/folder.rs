//! The cluster's folders, made so that a kill at any moment leaves either a whole cluster or none.

use std::fs::{self, DirBuilder, File};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use log::info;

use super::find::{Account, Programs};
use super::lock::Turn;

/// The name of the database and of its owner.
pub const NAME: &str = "keyroom";
/// Longer paths do not fit into a socket's address.
const LONGEST_SOCKET: usize = 107;

/// A cluster's folder, its programs and its account.
pub struct Folder {
    /// The folder of the cluster.
    pub path: PathBuf,
    /// The same, open: it stands in for a path that is too long or not to be walked.
    pub handle: File,
    /// Of the version that made the cluster.
    pub programs: Programs,
    /// The owner of the cluster.
    pub account: Account,
}

impl Folder {
    /// Makes the cluster where there is none.
    pub fn open_or_create(parent: &Path, turn: &Turn) -> Result<Self> {
        remove_unfinished(parent);
        let path = parent.join("cluster");
        if !path.exists() {
            create(parent, turn, |_| Ok(()))?;
        }
        Self::open(parent)
    }

    /// The cluster that is there; nothing is made or changed.
    pub fn open(parent: &Path) -> Result<Self> {
        let path = parent.join("cluster");
        let handle =
            File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        let owner = handle.metadata()?;
        let account = Account::choose(Some((owner.uid(), owner.gid())))?;
        let version =
            fs::read_to_string(path.join("PG_VERSION")).context("the cluster has no PG_VERSION")?;
        let version = version
            .trim()
            .parse()
            .context("the cluster's PG_VERSION is no number")?;
        Ok(Self {
            programs: Programs::find(Some(version))?,
            path,
            handle,
            account,
        })
    }

    /// Where libpq finds the server, as `key='value'` pairs. Nothing of it may come from `PG…`
    /// variables.
    pub fn connection(&self) -> String {
        let host = match self.path.to_str() {
            // libpq takes a comma for the start of a second host.
            Some(path)
                if path.len() + "/.s.PGSQL.5432".len() <= LONGEST_SOCKET && !path.contains(',') =>
            {
                path.replace('\\', r"\\").replace('\'', r"\'")
            }
            _ => format!(
                "/proc/{}/fd/{}",
                std::process::id(),
                self.handle.as_raw_fd()
            ),
        };
        format!(
            "host='{host}' hostaddr='' port=5432 dbname={NAME} user={NAME} sslmode=disable \
             gssencmode=disable connect_timeout=5"
        )
    }
}

/// Makes a folder, and those above it, for the owner's eyes only.
///
/// # Errors
/// It cannot be made, or others can write to it: they could put other key files in the place of ours.
pub fn create_private(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the folder {}", path.display()))?;
    let mode = fs::metadata(path)
        .with_context(|| format!("cannot look at the folder {}", path.display()))?
        .mode();
    if mode & 0o022 != 0 {
        bail!(
            "others can write to the folder {0}: run chmod 700 {0}",
            path.display()
        );
    }
    Ok(())
}

/// What a killed start left. Its `initdb` may still be writing, so that this may have to be done
/// again.
fn remove_unfinished(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().as_bytes().starts_with(b"new-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Makes the cluster under another name, lets `fill` work on it, and renames it when it is whole.
pub fn create(parent: &Path, _turn: &Turn, fill: impl FnOnce(&Folder) -> Result<()>) -> Result<()> {
    remove_unfinished(parent);
    let path = parent.join("cluster");
    if path.exists() {
        bail!("there is a database in {} already", path.display());
    }
    let programs = Programs::find(None)?;
    let account = Account::choose(None)?;
    info!(
        "creating the database in {} (takes a few seconds)",
        path.display()
    );
    let unfinished = parent.join(format!("new-{}", std::process::id()));
    create_private(&unfinished)?;
    account.give(&unfinished)?;
    let folder = Folder {
        handle: File::open(&unfinished)?,
        path: unfinished,
        programs,
        account,
    };
    let made = initialize(&folder.programs, account, &folder.path, &folder.handle, &[])
        .and_then(|()| fill(&folder))
        .and_then(|()| fs::rename(&folder.path, &path).context("cannot rename the new cluster"));
    if made.is_err() {
        let _ = fs::remove_dir_all(&folder.path);
    }
    made?;
    Ok(File::open(parent)?.sync_all()?)
}

/// Runs `initdb`, with the arguments `extra`, in an empty folder that `account` owns and that is
/// open as `handle`, and makes the database `keyroom` and a superuser of the same name.
pub fn initialize(
    programs: &Programs,
    account: Account,
    path: &Path,
    handle: &File,
    extra: &[&str],
) -> Result<()> {
    let home = account.path(path);
    let mut initdb = programs.command("initdb", account, handle, "")?;
    // `und`: people sort Äpfel, apple, Banana.
    initdb
        .args([
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=und",
        ])
        .args(["--auth=trust", "--data-checksums", "--no-instructions"])
        .arg(format!("--username={NAME}"))
        .args(extra)
        .arg("-D")
        .arg(home);
    finish("initdb", initdb)?;
    // Without a server, so that the database is there before anybody can connect.
    let mut single = programs.command(
        "postgres",
        account,
        handle,
        &format!("CREATE DATABASE {NAME}"),
    )?;
    single
        .args(["--single", "-c", "exit_on_error=on", "-D"])
        .arg(home)
        .arg("postgres");
    finish("creating the database", single)
}

fn finish(what: &str, mut command: Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("{what} could not be started"))?;
    if !output.status.success() {
        bail!(
            "{what} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
