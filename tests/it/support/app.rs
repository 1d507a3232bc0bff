//! A server for one test.

use std::{
    cell::RefCell,
    fs,
    net::TcpListener,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use chrono::{NaiveTime, TimeDelta};
use diesel::{
    Connection, PgConnection, connection::InstrumentationEvent, r2d2::CustomizeConnection,
};
use keyroom::{
    app::Shared,
    clock::Clock,
    config::{Config, PublicUrl, Smtp},
    db::Db,
    key_files::{MasterKey, Pepper},
    objects::{self, Objects},
    policy::Unscoped,
    serve,
    setup::SetUpCode,
};
use tokio::sync::oneshot;

use super::{browser::Browser, database::Database, log, make, program::Program, sql::Sql};

pub struct TestApp {
    /// "127.0.0.1:4711".
    pub address: String,
    /// The server's clock: advance it, and time passes for the server.
    pub clock: Clock,
    /// For scenes; not one of the connections that [`TestApp::counting`] counts.
    pub db: Db,
    pub shared: Shared,
    /// What the server prints before it is set up.
    pub set_up_code: String,
    sql: RefCell<Sql>,
    queries: Queries,
    folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    /// Last: it is dropped when the server has ended.
    database: Database,
}

impl TestApp {
    /// A fresh installation that nobody has set up, at its own address in plain HTTP, as on localhost.
    pub fn start() -> Self {
        Self::start_with(None, None, None)
    }

    /// The same, with the contents of files at `objects`, as the configuration has it.
    pub fn start_storing(objects: &str) -> Self {
        Self::start_with(None, None, Some(objects))
    }

    /// The same, behind a proxy that people reach under `public_url`, such as `https://keyroom.example`.
    pub fn start_at(public_url: &str) -> Self {
        Self::start_with(Some(public_url), None, None)
    }

    /// As [`TestApp::start`], with mail over the server at `smtp_url`.
    pub fn start_mailing(smtp_url: &str) -> Self {
        Self::start_with(None, Some(smtp_url), None)
    }

    fn start_with(public_url: Option<&str>, smtp_url: Option<&str>, objects: Option<&str>) -> Self {
        log::capture();
        let database = Database::fresh();
        let url = database.url();
        let folder = std::env::temp_dir().join(database.name());
        let pepper = Pepper::open_or_create(&folder.join("pepper")).expect("a pepper");
        let master = MasterKey::open_or_create(&folder.join("master-key")).expect("a master key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number").to_string();
        let local = format!("http://{address}");
        let public_url = PublicUrl::parse(public_url.unwrap_or(&local)).expect("a public address");
        let queries = Queries::default();
        let clock = Clock::default();
        let watched = Db::with_customizer(&url, Shared::pool_size(), Box::new(queries.clone()))
            .expect("a pool of connections");
        let objects = objects.map_or_else(
            || format!("file://{}/objects", folder.display()),
            str::to_owned,
        );
        let db = Db::new(&url, 4).expect("a pool of connections");
        let proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        let smtp = smtp_url.map(smtp);
        let set_up_code = SetUpCode::of(&master).reveal();
        let shared = Shared::new(
            &watched,
            public_url,
            clock.clone(),
            proxies,
            pepper,
            &master,
            smtp.as_ref(),
        )
        .expect("a server's parts")
        .storing(objects_at(&db, &objects));
        let (stop, server) = serve(shared.clone(), db.clone(), listener);
        Self {
            address,
            clock,
            db,
            shared,
            set_up_code,
            sql: RefCell::new(database.sql()),
            queries,
            folder,
            database,
            stop: Some(stop),
            server: Some(server),
        }
    }

    /// Somebody nobody knows, from an address of their own.
    pub fn stranger(&self) -> Browser {
        Browser::new(&self.address, fresh_ip())
    }

    /// The first workspace, `brightwater`, and its owner Ada Park, signed in.
    pub async fn set_up(&self) -> Browser {
        self.workspace("Brightwater").await
    }

    /// A workspace of that name and its owner, signed in. The address is the name in small letters.
    pub async fn workspace(&self, name: &str) -> Browser {
        make::workspace(self, name);
        self.sign_in(&make::owner_email(name)).await
    }

    /// Somebody new in the first workspace, signed in.
    pub async fn member(&self, role: keyroom::actor::Role) -> Browser {
        let email = make::member(self, "brightwater", role);
        self.sign_in(&email).await
    }

    /// Somebody with [`make::PASSWORD`], in a browser of their own.
    pub async fn sign_in(&self, email: &str) -> Browser {
        let browser = self.stranger();
        let fields = [("email", email), ("password", make::PASSWORD)];
        browser.post("/sign-in", &fields).await.expect(303);
        browser.is_of(email);
        browser
    }

    /// A program with a key.
    pub fn api(&self, key: &str) -> Program {
        Program::new(&self.address, fresh_ip(), Some(key))
    }

    /// A program without one.
    pub fn anonymous(&self) -> Program {
        Program::new(&self.address, fresh_ip(), None)
    }

    /// Moves the clock to the next noon, so that no day ends during the test. Before anything is made.
    pub fn to_noon(&self) {
        let (now, half) = (self.clock.now(), TimeDelta::hours(12));
        let day = (now + half).date_naive().and_time(NaiveTime::MIN);
        self.clock.advance(day.and_utc() + half - now);
    }

    pub fn database_url(&self) -> String {
        self.database.url()
    }

    /// Where contents are, unless the test said otherwise.
    pub fn objects_folder(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// Past the application. Not while an answer is awaited.
    pub fn sql<T>(&self, work: impl FnOnce(&mut Sql) -> T) -> T {
        work(&mut self.sql.borrow_mut())
    }

    /// Returns once a request waits for what the open transaction of [`Self::sql`] holds.
    pub async fn somebody_waits(&self) {
        let waiting = "SELECT pid::text AS line FROM pg_locks
                       WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
        for _ in 0..1_000 {
            if !self.sql(|sql| sql.lines(waiting)).is_empty() {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody waits");
    }

    /// Returns once so many requests wait in turn for what holds rights here.
    pub async fn so_many_wait(&self, many: usize) {
        let waiting = "SELECT pid::text AS line FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        for _ in 0..1_000 {
            if self.sql(|sql| sql.lines(waiting)).len() >= many {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("fewer than {many} wait");
    }

    /// Writes the counts of calls now instead of within a second.
    pub async fn write_counts(&self) {
        self.shared.calls.write(&self.db).await.expect("written");
    }

    /// What came of `work`, and the queries that the server asked meanwhile.
    pub async fn counting<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        self.queries.take();
        let done = work.await;
        (done, self.queries.take())
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            server.join().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// The server in a thread of its own, until the sender is used or dropped.
fn serve(shared: Shared, db: Db, listener: TcpListener) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let (ready, is_ready) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            listener
                .set_nonblocking(true)
                .expect("a listener that does not block");
            let running = serve::start(shared, &db, listener, 1).expect("a server");
            ready.send(()).expect("somebody waits");
            stopped.await.ok();
            running.stop().await;
        });
    });
    is_ready.recv().expect("the server starts");
    (stop, thread)
}

/// As the configuration of such a server is read.
pub fn smtp(url: &str) -> Smtp {
    let given = |name: &str| match name {
        "KEYROOM_SMTP_URL" => Some(url.to_owned()),
        "KEYROOM_MAIL_FROM" => Some("Keyroom <keyroom@keyroom.example>".to_owned()),
        _ => None,
    };
    let config = Config::from_lookup(&given).expect("settings that can be used");
    config.smtp.expect("a mail server")
}

fn objects_at(db: &Db, url: &str) -> Objects {
    const WHY: Unscoped = Unscoped::because("a server for one test");
    let given = |name: &str| (name == "KEYROOM_OBJECTS_URL").then(|| url.to_owned());
    let config = Config::from_lookup(&given).expect("settings that can be used");
    let id = db.run_here(|conn| objects::installation(conn, WHY));
    Objects::open(&config.objects, id.expect("an installation")).expect("a store")
}

/// Limits count by address: nobody shares one.
fn fresh_ip() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let n = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)
}

/// Every query of the connections it was given to.
#[derive(Debug, Clone, Default)]
struct Queries(Arc<Mutex<Vec<String>>>);

impl Queries {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Queries {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        let queries = self.0.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let query = query.to_string();
                queries
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(query);
            }
        });
        Ok(())
    }
}
