use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use keyroom::{db, setup::KnownKeyFiles};

/// What this version writes, and the newest that it reads.
const FORMAT: u32 = 1;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a backup is of.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// The version of Keyroom that made it.
    pub keyroom: String,
    pub made_at: DateTime<Utc>,
    /// Major versions: of the server that had the database, and of the program that copied it.
    pub postgresql: u32,
    pub pg_dump: u32,
    pub migrations: Vec<String>,
    /// What the key files must answer.
    pub key_files: KnownKeyFiles,
    pub with_secrets: bool,
}

/// Of a manifest of any version to come.
#[derive(serde::Deserialize)]
struct Any {
    format: u32,
    keyroom: String,
}

impl Manifest {
    pub fn new(
        made_at: DateTime<Utc>,
        (postgresql, pg_dump): (u32, u32),
        migrations: Vec<String>,
        key_files: KnownKeyFiles,
        with_secrets: bool,
    ) -> Self {
        Self {
            format: FORMAT,
            keyroom: VERSION.to_owned(),
            made_at,
            postgresql,
            pg_dump,
            migrations,
            key_files,
            with_secrets,
        }
    }

    /// # Errors
    /// It is none, or of a newer version than this.
    pub fn parse(text: &[u8]) -> anyhow::Result<Self> {
        let any: Any = serde_json::from_slice(text).context("it has no manifest of Keyroom's")?;
        if any.format > FORMAT {
            bail!(
                "it was made by Keyroom {}, in a form that this version ({VERSION}) does not know. \
                 Restore it with that version or a newer one",
                any.keyroom
            );
        }
        let manifest: Self = serde_json::from_slice(text).context("its manifest is damaged")?;
        let known = db::known_migrations()?;
        let is_unknown = |version: &&String| !known.contains(version);
        if let Some(version) = manifest.migrations.iter().find(is_unknown) {
            bail!(
                "its database has the migration {version}, which this version ({VERSION}) does not know: it was \
                 made by Keyroom {}. Restore it with that version or a newer one",
                manifest.keyroom
            );
        }
        Ok(manifest)
    }
}
