//! The subcommands. Each works beside a running server on the same data folder.

mod archive;
mod backup;
mod check_key;
mod create_admin;
mod create_key;
mod doctor;
mod openapi;
mod reset_password;
mod restore;
mod serve;
mod tool;

pub use backup::Backup;
pub use check_key::CheckKey;
pub use create_admin::CreateAdmin;
pub use create_key::CreateKey;
pub use doctor::doctor;
pub use openapi::openapi;
pub use reset_password::ResetPassword;
pub use restore::Restore;
pub use serve::serve;

use anyhow::{Context, bail};
use keyroom::{
    actor::{Actor, Source, Who},
    audit,
    clock::Clock,
    config::Config,
    db::{self, Db},
    error::Error,
    ids::{InstallationId, WorkspaceId},
    key_files::{MasterKey, Pepper},
    objects::{self, Objects},
    people::TypedPassword,
    policy::Unscoped,
    postgres::{self, Cluster},
    setup,
};

const WHY: Unscoped = Unscoped::because("the operator at the command line owns the installation");

/// A database at this version, and the keys that belong to it.
struct Installation {
    db: Db,
    pepper: Pepper,
    master: MasterKey,
    clock: Clock,
    id: InstallationId,
    /// The embedded PostgreSQL, if that is what runs; it ends with the last process that uses it.
    cluster: Option<Cluster>,
}

impl Installation {
    /// `connections` at most are opened.
    fn open(config: &Config, connections: u32) -> anyhow::Result<Self> {
        let (url, cluster) = match &config.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let cluster = postgres::start(&config.data)?;
                (cluster.url(), Some(cluster))
            }
        };
        for migration in db::migrate(&url).context("cannot bring the database to this version")? {
            log::info!("applied migration {migration}");
        }
        let db = Db::new(&url, connections)?;
        let known = db
            .run_here(|conn| setup::knows_key_files(conn, WHY))
            .map_err(told)?;
        let (pepper, master) = if known {
            let (pepper, master) = (&config.pepper_file, &config.master_key_file);
            (Pepper::open(pepper), MasterKey::open(master))
        } else {
            (
                Pepper::open_or_create(&config.pepper_file),
                MasterKey::open_or_create(&config.master_key_file),
            )
        };
        let pepper = pepper.context("the pepper file (KEYROOM_PEPPER_FILE) cannot be used")?;
        let master =
            master.context("the master key file (KEYROOM_MASTER_KEY_FILE) cannot be used")?;
        let clock = Clock::default();
        db.run_here(|conn| setup::check_key_files(conn, WHY, &pepper, &master))
            .map_err(told)?
            .map_err(anyhow::Error::msg)
            .context("this database was set up with other key files; bring the right ones back")?;
        db.run_here(|conn| audit::prepare_months(conn, WHY, clock.now()))
            .map_err(told)?;
        let id = db
            .run_here(|conn| objects::installation(conn, WHY))
            .map_err(told)?;
        Ok(Self {
            db,
            pepper,
            master,
            clock,
            id,
            cluster,
        })
    }
}

impl Installation {
    /// Where the contents of its files are kept.
    fn objects(&self, config: &Config) -> anyhow::Result<Objects> {
        Objects::open(&config.objects, self.id)
    }
}

/// The operator, acting in one workspace.
fn operator(workspace: WorkspaceId) -> Actor {
    Actor::new(Who::CommandLine, workspace, Source::default())
}

/// The first line of standard input: an argument would be in the list of processes.
fn password_from_stdin() -> anyhow::Result<TypedPassword> {
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    let typed = typed.trim_end_matches(['\n', '\r']);
    Ok(TypedPassword::new(typed.to_owned()))
}

/// An error as a sentence for the terminal.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(mistakes) => {
            let all: Vec<String> = mistakes.into_iter().map(|m| m.message).collect();
            anyhow::anyhow!("{}", all.join(". "))
        }
        Error::Internal(cause) => cause,
        other => other.into(),
    }
}

pub fn migrate() -> anyhow::Result<()> {
    let installation = Installation::open(&Config::from_env()?, 1)?;
    let found = installation.db.run_here(db::migrations).map_err(told)?;
    if let Some(newest) = found.unknown.last() {
        bail!(
            "the database has the migration {newest}, of a newer Keyroom, and stays as it is: run that version"
        );
    }
    log::info!("the database is at this version");
    Ok(())
}
