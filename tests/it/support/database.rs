//! A database for one test.

use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use keyroom::{
    audit,
    clock::Clock,
    db::{self, Db},
    policy::Unscoped,
};

use super::{cluster, sql::Sql};

const WHY: Unscoped = Unscoped::because("a test sets its scene");

/// Migrated once a run; every database of a test is a copy of it.
const TEMPLATE: &str = "keyroom_template";

/// At this version and empty; gone with the value.
pub struct Database {
    name: String,
}

impl Database {
    pub fn fresh() -> Self {
        static TEMPLATE_MADE: OnceLock<()> = OnceLock::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        TEMPLATE_MADE.get_or_init(make_template);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("keyroom_test_{}_{number}", std::process::id());
        admin(|sql| sql.execute(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")));
        Self { name }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What to connect with.
    pub fn url(&self) -> String {
        cluster::server().url(&self.name)
    }

    pub fn sql(&self) -> Sql {
        Sql::connect(&self.url())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        admin(|sql| sql.try_execute(&statement)).ok();
    }
}

fn make_template() {
    admin(|sql| sql.execute(&format!("CREATE DATABASE {TEMPLATE}")));
    let url = cluster::server().url(TEMPLATE);
    db::migrate(&url).expect("migrated");
    // A server makes the partitions of this month when it starts; it finds them made, and disturbs no test.
    let db = Db::new(&url, 1).expect("a connection");
    db.run_here(|conn| audit::prepare_months(conn, WHY, Clock::default().now()))
        .expect("the partitions of the audit log");
}

/// For statements that concern a database as a whole.
fn admin<T>(work: impl FnOnce(&mut Sql) -> T) -> T {
    static ADMIN: OnceLock<Mutex<Sql>> = OnceLock::new();
    let admin = ADMIN.get_or_init(|| Mutex::new(Sql::connect(&cluster::server().url("keyroom"))));
    work(&mut admin.lock().unwrap_or_else(PoisonError::into_inner))
}
