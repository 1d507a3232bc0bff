use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use keyroom::{
    config::Config,
    key_files::{MasterKey, Pepper},
    postgres,
};
use nix::{
    sys::statvfs::statvfs,
    unistd::{AccessFlags, access},
};

use super::Report;

const MEGABYTE: u64 = 1_000_000;
/// PostgreSQL stops where it cannot write; this much is gone in an hour of use.
const TOO_LITTLE: u64 = 100 * MEGABYTE;
const LITTLE: u64 = 1_000 * MEGABYTE;

pub fn check(report: &mut Report, config: &Config) {
    data_folder(report, &config.data);
    let pepper = Pepper::open(&config.pepper_file).map(drop);
    key_file(report, config, "pepper", &config.pepper_file, pepper);
    let master = MasterKey::open(&config.master_key_file).map(drop);
    key_file(
        report,
        config,
        "master key",
        &config.master_key_file,
        master,
    );
    report_disk(report, &config.data);
}

fn data_folder(report: &mut Report, data: &Path) {
    let name = "data folder";
    if !data.exists() {
        let above = existing(data);
        return match access(&above, AccessFlags::W_OK) {
            Ok(()) => report.ok(name, format!("{} is made at the first start", data.display())),
            Err(_) => report.fail(
                name,
                format!(
                    "{} is missing and cannot be made: make it, and give it to the user that runs Keyroom",
                    data.display()
                ),
            ),
        };
    }
    let looked = fs::metadata(data).with_context(|| format!("cannot look at {}", data.display()));
    let mode = looked.and_then(|folder| {
        if !folder.is_dir() {
            bail!("{} is not a folder; set KEYROOM_DATA to one", data.display());
        }
        if folder.mode() & 0o022 != 0 {
            bail!("others can write to {0}: run chmod 700 {0}", data.display());
        }
        if access(data, AccessFlags::W_OK | AccessFlags::X_OK).is_err() {
            bail!(
                "{} cannot be written by this user: run the doctor as the user that runs Keyroom, or give it the folder",
                data.display()
            );
        }
        Ok(folder.mode())
    });
    match mode {
        Ok(mode) if mode & 0o055 != 0 => {
            report.warn(
                name,
                format!(
                    "others can look into {0}: run chmod 700 {0}",
                    data.display()
                ),
            );
        }
        other => report.of(name, other.map(|_| data.display())),
    }
}

fn key_file(
    report: &mut Report,
    config: &Config,
    name: &str,
    path: &Path,
    opened: anyhow::Result<()>,
) {
    if opened.is_ok() || path.exists() {
        return report.of(name, opened.map(|()| path.display()));
    }
    if config.database_url.is_none() && postgres::exists(&config.data) {
        return report.fail(
            name,
            format!(
                "{} is missing, and the database was made with one: bring it back from a backup",
                path.display()
            ),
        );
    }
    report.ok(
        name,
        format!("{} is made with a new database", path.display()),
    );
}

fn report_disk(report: &mut Report, data: &Path) {
    let name = "disk";
    let above = existing(data);
    let space = match statvfs(&above) {
        Ok(space) => space,
        Err(error) => {
            return report.warn(name, format!("cannot look at {}: {error}", above.display()));
        }
    };
    let free = space
        .blocks_available()
        .saturating_mul(space.fragment_size());
    let text = format!("{} MB are free for {}", free / MEGABYTE, data.display());
    // Some file systems have no limit on the number of files, and say 0 of 0.
    let full_of_files = space.files() > 0 && space.files_available() < 1_000;
    match free {
        _ if full_of_files => {
            report.fail(name, format!("{text}, but hardly a file more: delete some"))
        }
        ..TOO_LITTLE => report.fail(name, format!("{text}: make room, or PostgreSQL stops")),
        TOO_LITTLE..LITTLE => report.warn(name, format!("{text}: make room soon")),
        _ => report.ok(name, text),
    }
}

/// The folder, or the first above it that there is.
fn existing(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = absolute.ancestors().find(|folder| folder.exists());
    found.unwrap_or(Path::new("/")).to_owned()
}
