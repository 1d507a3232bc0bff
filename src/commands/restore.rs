mod place;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use keyroom::{
    config::Config,
    db::{self, Alone, Db},
    key_files::{MasterKey, Pepper},
    postgres::{self, Programs, Target, Tool},
    setup,
};

use super::{
    WHY,
    archive::{Contents, DATABASE, Reader},
    backup::LEFT_OUT,
    told, tool,
};
use place::Placed;

#[derive(Args)]
pub struct Restore {
    /// What `keyroom backup` made
    file: PathBuf,
}

impl Restore {
    /// All refusals come before anything is touched; what fails later is taken back.
    pub fn run(self) -> anyhow::Result<()> {
        tool::heed_signals()?;
        let config = Config::from_env()?;
        let mut backup = Reader::open(&self.file)?;
        let contents = backup.check()?;
        let (pepper, master) = self.key_files(&config, &contents)?;
        contents
            .manifest
            .key_files
            .fit(&pepper, &master)
            .map_err(anyhow::Error::msg)
            .context("these are not the key files that the backup was made with")?;
        if config.database_url.is_none() && postgres::exists(&config.data) {
            bail!(
                "there is a database in {}, and a restore overwrites nothing. Move the folder away, or set \
                 KEYROOM_DATA to another",
                config.data.display()
            );
        }
        place::refuse_existing(&config, &contents)?;
        match &config.database_url {
            None => fill_folder(&config, &mut backup, &contents, (&pepper, &master))?,
            Some(url) => {
                fill_database(url, &config, &mut backup, &contents, (&pepper, &master))?;
            }
        }
        eprintln!(
            "Restored what {} had on {} (Keyroom {}). Start Keyroom: the same keys answer again.",
            self.file.display(),
            contents.manifest.made_at.format("%Y-%m-%d at %H:%M UTC"),
            contents.manifest.keyroom
        );
        Ok(())
    }

    /// Those of the backup, or those that are in place already.
    fn key_files(
        &self,
        config: &Config,
        contents: &Contents,
    ) -> anyhow::Result<(Pepper, MasterKey)> {
        if let (Some(pepper), Some(master)) = (&contents.pepper, &contents.master_key) {
            let pepper = Pepper::parse(std::str::from_utf8(pepper)?);
            let master = MasterKey::parse(std::str::from_utf8(master)?);
            return Ok((
                pepper.context("the pepper in the backup is damaged")?,
                master.context("the master key in the backup is damaged")?,
            ));
        }
        let (pepper, master) = (&config.pepper_file, &config.master_key_file);
        if !pepper.exists() || !master.exists() {
            bail!(
                "{} was made without the key files. Copy them from where it was made, with mode 600, and run this \
                 again: the pepper to {} (KEYROOM_PEPPER_FILE), the master key to {} (KEYROOM_MASTER_KEY_FILE). \
                 Without them no key can be checked",
                self.file.display(),
                pepper.display(),
                master.display()
            );
        }
        Ok((Pepper::open(pepper)?, MasterKey::open(master)?))
    }
}

/// Makes the embedded database.
fn fill_folder(
    config: &Config,
    backup: &mut Reader,
    contents: &Contents,
    key_files: (&Pepper, &MasterKey),
) -> anyhow::Result<()> {
    let data = &config.data;
    refuse_older(contents, Programs::find(None)?.major())?;
    // No server may start on the folder before it is whole.
    let _instance = postgres::claim(data)?;
    let placed = Placed::place(config, backup, contents)?;
    postgres::create_filled(data, |url| {
        fill(url, &Target::embedded(url), backup, contents)?;
        verify(url, key_files)
    })?;
    placed.keep();
    Ok(())
}

/// Fills the database of `DATABASE_URL`.
fn fill_database(
    url: &str,
    config: &Config,
    backup: &mut Reader,
    contents: &Contents,
    key_files: (&Pepper, &MasterKey),
) -> anyhow::Result<()> {
    let target = Target::elsewhere(url)?;
    let mut alone = Alone::with(url).context("the database cannot be reached")?;
    if !alone.read(db::is_empty).map_err(told)? {
        bail!(
            "the database of DATABASE_URL is not empty, and a restore overwrites nothing. Make a new one \
             (createdb), and set DATABASE_URL to it"
        );
    }
    refuse_older(contents, alone.read(db::server_version).map_err(told)?)?;
    let placed = Placed::place(config, backup, contents)?;
    fill(url, &target, backup, contents)?;
    // From here on the database is there, and with it belong the key files.
    placed.keep();
    verify(url, key_files)
}

fn refuse_older(contents: &Contents, server: u32) -> anyhow::Result<()> {
    let wanted = contents.manifest.postgresql;
    if server < wanted {
        bail!(
            "the backup is of a PostgreSQL {wanted}, and an older one, such as the {server} here, may not take it. \
             Install {wanted} or newer"
        );
    }
    Ok(())
}

/// In one transaction: all of it or nothing.
fn fill(
    url: &str,
    target: &Target,
    backup: &mut Reader,
    contents: &Contents,
) -> anyhow::Result<()> {
    let pg_restore = Tool::find("pg_restore", contents.manifest.pg_dump)?;
    let mut command = target.command(&pg_restore);
    command
        .args(["--single-transaction", "--exit-on-error"])
        .args(LEFT_OUT);
    tool::write_to(command, |mut input| {
        backup.each(|name, content| {
            if name == DATABASE {
                std::io::copy(content, &mut input)?;
            }
            Ok(())
        })
    })
    .context("the database was not restored")?;
    db::analyze(url)
}

/// The next start would find out too, but then the backup may be far away.
fn verify(url: &str, (pepper, master): (&Pepper, &MasterKey)) -> anyhow::Result<()> {
    let known = Db::new(url, 1)?.run_here(|conn| setup::known_key_files(conn, WHY));
    known
        .map_err(told)?
        .fit(pepper, master)
        .map_err(anyhow::Error::msg)
        .context("the restored database was used with other key files")
}
