//! Finds PostgreSQL's programs, and decides as whom they run.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use nix::unistd::{Uid, User};

/// ICU as a cluster's locale provider and `NULLS NOT DISTINCT` came with 15.
const OLDEST: u32 = 15;

/// Where PostgreSQL's server programs are, and their major version.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    major: u32,
}

impl Programs {
    /// Looks through `PATH`, then asks `pg_config`, then looks where Debian puts them, newest
    /// first. A cluster that exists already can only be read by the major version that made it.
    pub fn find(made_by: Option<u32>) -> Result<Self> {
        let found = candidates()
            .into_iter()
            .filter_map(|folder| Self::in_folder(&folder));
        let mut unsuitable = BTreeSet::new();
        for programs in found {
            if made_by.map_or(programs.major >= OLDEST, |major| programs.major == major) {
                return Ok(programs);
            }
            unsuitable.insert(programs.major.to_string());
        }
        let wanted = made_by.map_or(format!("{OLDEST} or newer"), |major| major.to_string());
        let package = made_by.unwrap_or(OLDEST);
        let others = match unsuitable.len() {
            0 => String::new(),
            _ => format!(
                " (only {})",
                unsuitable.into_iter().collect::<Vec<_>>().join(", ")
            ),
        };
        bail!(
            "PostgreSQL {wanted} is not installed here{others}. Install it with\n    \
             sudo apt-get install --no-install-recommends postgresql-{package}\n\
             or set DATABASE_URL to a server that runs elsewhere."
        )
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Their major version.
    pub fn major(&self) -> u32 {
        self.major
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        // Through symbolic links, so that the programs of one version are taken together.
        let server = folder.join("postgres").canonicalize().ok()?;
        let folder = server.parent()?.to_owned();
        if !folder.join("initdb").is_file() {
            return None;
        }
        let answer = Command::new(&server).arg("--version").output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { folder, major })
    }

    /// A command that runs `program` as `account`, apart from the terminal (Ctrl-C does not reach
    /// it), with none of this process's environment, with `input` to read, and with `home` open as
    /// descriptor 9.
    ///
    /// `postgres` refuses to run as root, and the account it runs as then may be unable to walk the
    /// path to its own folder (in `/root`, say). An open descriptor needs no walk: see
    /// [`Account::path`].
    pub fn command(
        &self,
        program: &str,
        account: Account,
        home: &File,
        input: &str,
    ) -> io::Result<Command> {
        let script = format!("exec 9<&0 && exec \"$0\" \"$@\" <<'END'\n{input}\nEND\n");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &script])
            .arg(self.folder.join(program))
            .stdin(home.try_clone()?)
            .stdout(Stdio::null())
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8")])
            .current_dir("/")
            .process_group(0);
        if let Account::Other { uid, gid } = account {
            command.uid(uid).gid(gid);
        }
        Ok(command)
    }
}

/// Who runs PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub enum Account {
    /// Whoever runs Keyroom.
    Own,
    /// Keyroom runs as root, which PostgreSQL refuses.
    Other {
        /// The user id it takes instead.
        uid: u32,
        /// The group id it takes instead.
        gid: u32,
    },
}

impl Account {
    /// `owner` is who owns the cluster, where there is one already.
    pub fn choose(owner: Option<(u32, u32)>) -> Result<Self> {
        let me = Uid::effective();
        if !me.is_root() {
            if User::from_uid(me).ok().flatten().is_none() {
                bail!(
                    "User id {me} has no entry in /etc/passwd, and PostgreSQL needs one. \
                     Run Keyroom as a user that has, or set DATABASE_URL to a server elsewhere."
                );
            }
            return Ok(Self::Own);
        }
        if let Some((uid, gid)) = owner.filter(|(uid, _)| *uid != 0) {
            return Ok(Self::Other { uid, gid });
        }
        let user = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .context("PostgreSQL does not run as root, and there is no user postgres or nobody")?;
        Ok(Self::Other {
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
        })
    }

    /// How a program run with [`Programs::command`] names its home, whose own path is `path`.
    pub fn path(self, path: &Path) -> &Path {
        match self {
            Self::Own => path,
            Self::Other { .. } => Path::new("/proc/self/fd/9"),
        }
    }

    /// Makes `path` this account's own.
    pub fn give(self, path: &Path) -> Result<()> {
        let Self::Other { uid, gid } = self else {
            return Ok(());
        };
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).with_context(|| {
            format!(
                "cannot give {} to the user that runs PostgreSQL",
                path.display()
            )
        })
    }
}

pub(super) fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(answer) = Command::new("pg_config")
        .arg("--bindir")
        .stderr(Stdio::null())
        .output()
    {
        folders.push(PathBuf::from(
            String::from_utf8_lossy(&answer.stdout).trim(),
        ));
    }
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    debian.sort_by(|a, b| b.cmp(a));
    folders.extend(debian.into_iter().map(|(_, folder)| folder));
    folders.retain(|folder| folder.is_absolute());
    folders
}

/// Of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 15.
pub(super) fn major_version(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL) ")?.1;
    version
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_major_version_is_read_from_releases_and_betas() {
        assert_eq!(
            major_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_version("postgres (PostgreSQL) 19beta2\n"), Some(19));
        assert_eq!(major_version("command not found"), None);
    }
}
