use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use keyroom::{
    clock::Clock,
    config::{Config, ObjectsAt},
    db::{self, Moment},
    key_files::{MasterKey, Pepper},
    objects::Still,
    postgres::{self, Cluster, Target, Tool},
    setup,
};

use super::{
    WHY,
    archive::{DATABASE, MANIFEST, MASTER_KEY, Manifest, OBJECTS, PEPPER, Writer},
    told, tool,
};

/// What belongs to the server that has it, not to Keyroom.
pub const LEFT_OUT: [&str; 6] = [
    "--no-owner",
    "--no-privileges",
    "--no-tablespaces",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
];

#[derive(Args)]
pub struct Backup {
    /// The file to make; one that exists is not overwritten
    file: PathBuf,
    /// Leave out pepper and master key, which a restore then needs from elsewhere
    #[arg(long)]
    without_secrets: bool,
}

impl Backup {
    pub fn run(self) -> anyhow::Result<()> {
        tool::heed_signals()?;
        let config = Config::from_env()?;
        let mut writer = Writer::create(&self.file)?;
        let (url, target, _cluster) = existing(&config)?;
        // Before the moment: what the database speaks of then is there until it is read.
        let _still = Still::at(&url).context("the database cannot be reached")?;
        let mut moment = Moment::of(&url).context("the database cannot be reached")?;
        let migrations = moment.read(db::migrations).map_err(told)?;
        if migrations.applied.is_empty() {
            bail!(
                "the database is not one of Keyroom's, or was never used: there is nothing to back up"
            );
        }
        let server = moment.read(db::server_version).map_err(told)?;
        let known = moment
            .read(|conn| setup::known_key_files(conn, WHY))
            .map_err(told)?;
        if !self.without_secrets {
            let (pepper, master) = key_files(&config)?;
            known
                .fit(&pepper, &master)
                .map_err(anyhow::Error::msg)
                .context("the key files are not those of this database; a backup with them would be of no use")?;
        }
        let pg_dump = Tool::find("pg_dump", server)?;
        let manifest = Manifest::new(
            Clock::default().now(),
            (server, pg_dump.major),
            migrations.applied,
            known,
            !self.without_secrets,
        );
        let manifest = serde_json::to_string_pretty(&manifest)? + "\n";
        writer.add(MANIFEST, &mut manifest.as_bytes())?;

        let mut command = target.command(&pg_dump);
        command
            .args(["--format=custom", "--lock-wait-timeout=30s"])
            .args(LEFT_OUT)
            .arg(format!("--snapshot={}", moment.name()));
        tool::read_from(command, |mut dump| writer.add(DATABASE, &mut dump))
            .context("the database was not backed up")?;
        drop(moment);

        if !self.without_secrets {
            for (name, path) in [
                (PEPPER, &config.pepper_file),
                (MASTER_KEY, &config.master_key_file),
            ] {
                writer.add(name, &mut open(path)?)?;
            }
        }
        // After the database: what it speaks of was there before.
        if let ObjectsAt::Folder(objects) = &config.objects
            && objects.exists()
        {
            add_folder(&mut writer, objects, OBJECTS)?;
        }
        let size = writer.finish()?;
        self.tell(&config, size);
        Ok(())
    }

    fn tell(&self, config: &Config, size: u64) {
        if let ObjectsAt::Bucket(bucket) = &config.objects {
            eprintln!(
                "The contents of files are in the bucket {} and not in this backup: keep a copy of it, too.",
                bucket.name
            );
        }
        let (file, kilobytes) = (self.file.display(), size.div_ceil(1000));
        if self.without_secrets {
            eprintln!(
                "{file} has the database ({kilobytes} kB), without the key files. To restore it, {} and {} are needed \
                 too: keep a copy of both, apart from it.",
                config.pepper_file.display(),
                config.master_key_file.display()
            );
        } else {
            eprintln!(
                "{file} has the database and the key files ({kilobytes} kB). Keep it where nobody else can read it."
            );
        }
    }
}

/// The database that is there; a backup makes none, and leaves it at its version.
fn existing(config: &Config) -> anyhow::Result<(String, Target, Option<Cluster>)> {
    if let Some(url) = &config.database_url {
        return Ok((url.clone(), Target::elsewhere(url)?, None));
    }
    if !postgres::exists(&config.data) {
        bail!(
            "there is no database in {}; set KEYROOM_DATA to the data folder, or DATABASE_URL",
            config.data.display()
        );
    }
    let cluster = postgres::start(&config.data)?;
    let url = cluster.url();
    Ok((url.clone(), Target::embedded(&url), Some(cluster)))
}

fn key_files(config: &Config) -> anyhow::Result<(Pepper, MasterKey)> {
    let hint = "a backup has the key files unless you give --without-secrets";
    Ok((
        Pepper::open(&config.pepper_file).context(hint)?,
        MasterKey::open(&config.master_key_file).context(hint)?,
    ))
}

fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Every file under `folder`, in order; `prefix` ends with a slash.
fn add_folder(writer: &mut Writer, folder: &Path, prefix: &str) -> anyhow::Result<()> {
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().filter(|n| !n.contains(['\n', '\\']));
        let Some(name) = name else {
            bail!(
                "{} is not a name of Keyroom's; move it away",
                path.display()
            );
        };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            add_folder(writer, &path, &format!("{prefix}{name}/"))?;
        } else if kind.is_file() {
            // Of an upload that goes on, which the database does not speak of yet.
            if name.contains('#') {
                continue;
            }
            match File::open(&path) {
                Ok(mut file) => writer.add(&format!("{prefix}{name}"), &mut file)?,
                // Deleted meanwhile, by a server that runs.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read {}", path.display()));
                }
            }
        } else {
            bail!(
                "{} is neither a file nor a folder; move it away",
                path.display()
            );
        }
    }
    Ok(())
}
