//! PostgreSQL's own programs that copy a database, and how they are told where it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::conninfo;
use super::find::{candidates, major_version};

/// A program beside those of the server, such as `pg_dump`.
pub struct Tool {
    path: PathBuf,
    /// Its major version.
    pub major: u32,
}

impl Tool {
    /// The oldest there is from `major` on: it reads every server up to its own version, and what it writes is read
    /// by as many as can be.
    pub fn find(name: &str, major: u32) -> Result<Self> {
        let all: Vec<Self> = candidates()
            .iter()
            .filter_map(|folder| Self::in_folder(folder, name))
            .collect();
        let others: BTreeSet<u32> = all.iter().map(|tool| tool.major).collect();
        let fitting = all.into_iter().filter(|tool| tool.major >= major);
        if let Some(tool) = fitting.min_by_key(|tool| tool.major) {
            return Ok(tool);
        }
        let others: Vec<String> = others.iter().map(u32::to_string).collect();
        let others = match others.len() {
            0 => String::new(),
            _ => format!(" (only {})", others.join(", ")),
        };
        bail!(
            "{name} {major} or newer is not installed here{others}. Install it with\n    \
             sudo apt-get install --no-install-recommends postgresql-client-{major}"
        )
    }

    fn in_folder(folder: &Path, name: &str) -> Option<Self> {
        // Debian's wrapper of that name chooses a version by rules of its own.
        let path = folder.join(name).canonicalize().ok()?;
        if path.file_name()? != name {
            return None;
        }
        let mut asked = Command::new(&path);
        let answer = asked.arg("--version").stdin(Stdio::null()).output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { path, major })
    }
}

/// Where a database is, and the password to it. No `Debug`.
pub struct Target {
    /// For everybody to see, in the list of processes.
    address: String,
    password: Option<String>,
    /// Our own cluster: nothing of it may come from the environment.
    is_ours: bool,
}

impl Target {
    /// The cluster in the data folder.
    pub fn embedded(url: &str) -> Self {
        Self {
            address: url.to_owned(),
            password: None,
            is_ours: true,
        }
    }

    /// What `DATABASE_URL` says.
    ///
    /// # Errors
    /// It has a secret that could not be handed on unseen.
    pub fn elsewhere(url: &str) -> Result<Self> {
        let (address, password) = conninfo::without_password(url)?;
        Ok(Self {
            address,
            password,
            is_ours: false,
        })
    }

    /// The program, ready to be given its other arguments.
    pub fn command(&self, tool: &Tool) -> Command {
        let mut command = Command::new(&tool.path);
        if self.is_ours {
            command.env_clear().env("PATH", "/usr/bin:/bin");
        }
        // The list of processes shows arguments to everybody, an environment only to its owner.
        command.env_remove("DATABASE_URL");
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
            .env("LC_ALL", "C")
            .arg("--no-password")
            .arg(format!("--dbname={}", self.address));
        command
    }
}
