//! The way to the database: one connection, one transaction, off the event loop.

mod each;
mod state;
pub mod turn;
mod typed;

use std::{cell::RefCell, sync::Arc, time::Duration};

use actix_web::web;
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
    sql_query,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::error::{Error, Result};
pub use each::Waiting;
pub use state::{
    Alone, Migrations, Moment, analyze, clock, folds, is_empty, known_migrations, migrations,
    server_version,
};
pub use typed::{LOOKED_AT, Names, Typed, first};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// How long a request waits for its turn before it is told that we are busy.
const WAIT: Duration = Duration::from_secs(1);

/// How long an answer waits for a database that has stopped without a word, which no time-out of its own ends.
const DEADLINE: Duration = Duration::from_secs(10);

/// What no transaction may exceed, whoever runs it. Local to the transaction,
/// so that it also holds behind a pooler.
const LIMITS: &str = "SET LOCAL statement_timeout = '5s';
    SET LOCAL lock_timeout = '2s';
    SET LOCAL idle_in_transaction_session_timeout = '10s'";

type Connections = ConnectionManager<PgConnection>;

/// A share of the connection pool. Clones share it; [`Db::lane`] makes another.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Connections>,
    lane: Arc<Semaphore>,
}

/// The lane of the API: checking a key and answering its call, apart from the pages, so that a flood of
/// calls leaves connections to them.
pub struct ApiDb(pub Db);

impl Db {
    /// Opens no connection yet: a database that is away answers "busy", not a failed start.
    pub fn new(url: &str, connections: u32) -> anyhow::Result<Self> {
        Self::with_customizer(url, connections, Box::new(Plain))
    }

    /// As [`Db::new`], for tests that watch every connection.
    pub fn with_customizer(
        url: &str,
        connections: u32,
        customizer: Box<dyn CustomizeConnection<PgConnection, diesel::r2d2::Error>>,
    ) -> anyhow::Result<Self> {
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(0))
            .connection_timeout(WAIT)
            .connection_customizer(customizer)
            .build(ConnectionManager::new(url))?;
        Ok(Self {
            pool,
            lane: Arc::new(Semaphore::new(connections as usize)),
        })
    }

    /// The same pool for one kind of work, at most `width` transactions at a time,
    /// so that a flood of one kind leaves connections to the others.
    #[must_use]
    pub fn lane(&self, width: usize) -> Self {
        Self {
            pool: self.pool.clone(),
            lane: Arc::new(Semaphore::new(width)),
        }
    }

    /// Runs `work` in one transaction on a blocking thread; an `Err` rolls it back.
    ///
    /// Once begun, it runs to its end also when the client has gone.
    pub async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let turn = timeout(WAIT, self.lane.clone().acquire_owned())
            .await
            .map_err(|_| Error::Busy("every connection is in use".into()))?
            .map_err(|e| Error::Internal(e.into()))?;
        let pool = self.pool.clone();
        #[expect(clippy::disallowed_methods, reason = "this is Db::run")]
        let done = web::block(move || transact(&pool, work, turn));
        timeout(DEADLINE, done)
            .await
            .map_err(|_| Error::Busy("the database does not answer".into()))?
            .map_err(|e| Error::Internal(e.into()))?
    }

    /// As [`Db::run`] on the calling thread, for the command line.
    pub fn run_here<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        transact(&self.pool, work, ())
    }
}

thread_local! {
    /// What waits for the commit of the transaction that this thread is in.
    static AFTER: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Does something quick once the transaction that this thread is in has been committed, and nothing if it is undone.
pub fn after_commit(then: impl FnOnce() + 'static) {
    AFTER.with_borrow_mut(|after| after.push(Box::new(then)));
}

/// `_turn` ends with the transaction, not with the request that waited for it.
fn transact<T>(
    pool: &Pool<Connections>,
    work: impl FnOnce(&mut PgConnection) -> Result<T>,
    _turn: impl Turn,
) -> Result<T> {
    let mut conn = pool.get().map_err(|e| Error::Busy(e.to_string()))?;
    let conn: &mut PgConnection = &mut conn;
    // Of a transaction that broke off on this thread.
    AFTER.take();
    let done = conn.transaction(|conn| {
        conn.batch_execute(LIMITS)?;
        work(conn)
    });
    let after = AFTER.take();
    if done.is_ok() {
        after.into_iter().for_each(|then| then());
    }
    done
}

trait Turn {}
impl Turn for OwnedSemaphorePermit {}
impl Turn for () {}

#[derive(Debug)]
struct Plain;
impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Plain {}

/// Brings the database to this version and names the migrations that ran. Two servers that start at once do it
/// one after the other.
///
/// # Errors
/// The database is away, or a migration failed: then all is as it was before that migration.
pub fn migrate(url: &str) -> anyhow::Result<Vec<String>> {
    let mut conn = PgConnection::establish(url)?;
    // Held until the connection closes.
    sql_query(state::LOCK).execute(&mut conn)?;
    conn.run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|e| anyhow::anyhow!("a migration failed: {e}"))
}

/// Does the database know every migration of this version?
pub fn is_migrated(conn: &mut PgConnection) -> Result<bool> {
    conn.has_pending_migration(MIGRATIONS)
        .map(|pending| !pending)
        .map_err(|e| Error::Busy(e.to_string()))
}
