//! What is in a database, asked without changing it: for what an operator does around the server.

use chrono::{DateTime, Utc};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    migration::MigrationSource,
    pg::Pg,
    sql_query,
    sql_types::{BigInt, Bool, Text, Timestamptz},
};

use super::MIGRATIONS;
use crate::error::{Error, Result};

/// The lock under which migrations run.
pub(super) const LOCK: &str = "SELECT pg_advisory_lock(hashtext('keyroom migrations'))";

/// Everything that is not PostgreSQL's own or an extension's.
const OBJECTS: &str = "SELECT count(*) AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    is: bool,
}

#[derive(QueryableByName)]
struct Time {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

/// What a database and this version know of each other.
pub struct Migrations {
    pub applied: Vec<String>,
    /// To be applied at the next start.
    pub pending: Vec<String>,
    /// Of a newer version than this.
    pub unknown: Vec<String>,
}

impl Migrations {
    /// None applied: the database has never been Keyroom's.
    pub fn of(applied: Vec<String>) -> Result<Self> {
        let known = known_migrations()?;
        let not_in = |all: &[String], these: &[String]| {
            let missing = these.iter().filter(|v| !all.contains(v));
            missing.cloned().collect()
        };
        Ok(Self {
            pending: not_in(&applied, &known),
            unknown: not_in(&known, &applied),
            applied,
        })
    }
}

/// The migrations of this version.
pub fn known_migrations() -> Result<Vec<String>> {
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(|e| Error::Internal(anyhow::anyhow!("{e}")))?;
    let mut versions: Vec<String> = all.iter().map(|m| m.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

/// Unlike the harness that applies them, makes no table to read from.
pub fn migrations(conn: &mut PgConnection) -> Result<Migrations> {
    let there = "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS is";
    let applied = match sql_query(there).get_result::<Truth>(conn)?.is {
        false => Vec::new(),
        true => {
            sql_query("SELECT version::text AS line FROM __diesel_schema_migrations ORDER BY 1")
                .load::<Line>(conn)?
        }
    };
    Migrations::of(applied.into_iter().map(|row| row.line).collect())
}

/// Has nobody made anything in it?
pub fn is_empty(conn: &mut PgConnection) -> Result<bool> {
    Ok(sql_query(OBJECTS).get_result::<Number>(conn)?.n == 0)
}

/// The major version of the server.
pub fn server_version(conn: &mut PgConnection) -> Result<u32> {
    let number = "SELECT current_setting('server_version_num')::bigint / 10000 AS n";
    let major = sql_query(number).get_result::<Number>(conn)?.n;
    u32::try_from(major).map_err(|e| Error::Internal(e.into()))
}

/// Does its locale know the small letters of all languages, by which search compares? To be asked where every migration
/// is applied.
pub fn folds(conn: &mut PgConnection) -> Result<bool> {
    let asked = "SELECT folded('ŁÓDŹ') = 'lodz' AS is";
    Ok(sql_query(asked).get_result::<Truth>(conn)?.is)
}

/// What time it is there.
pub fn clock(conn: &mut PgConnection) -> Result<DateTime<Utc>> {
    Ok(sql_query("SELECT clock_timestamp() AS at")
        .get_result::<Time>(conn)?
        .at)
}

/// One moment of a database, for as long as this lives: who reads through it, and programs that are told its name,
/// see the database as it was then.
pub struct Moment {
    conn: PgConnection,
    name: String,
}

impl Moment {
    /// # Errors
    /// The database is away.
    pub fn of(url: &str) -> anyhow::Result<Self> {
        let mut conn = PgConnection::establish(url)?;
        conn.batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = 0;
             SET LOCAL idle_in_transaction_session_timeout = 0",
        )?;
        let export = sql_query("SELECT pg_export_snapshot() AS line");
        let name = export.get_result::<Line>(&mut conn)?.line;
        Ok(Self { conn, name })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn read<T>(&mut self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        work(&mut self.conn)
    }
}

/// The right to fill a database: a server that starts on it waits until this is dropped.
pub struct Alone(PgConnection);

impl Alone {
    /// Waits for whoever brings it to a version just now.
    ///
    /// # Errors
    /// The database is away.
    pub fn with(url: &str) -> anyhow::Result<Self> {
        let mut conn = PgConnection::establish(url)?;
        sql_query(LOCK).execute(&mut conn)?;
        Ok(Self(conn))
    }

    pub fn read<T>(&mut self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        work(&mut self.0)
    }
}

/// Without statistics the first queries over many rows are slow.
///
/// # Errors
/// The database is away.
pub fn analyze(url: &str) -> anyhow::Result<()> {
    Ok(PgConnection::establish(url)?.batch_execute("ANALYZE")?)
}
