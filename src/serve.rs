//! A server on one listener: requests, upkeep beside them, and an end that loses nothing.

use std::{
    io,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{HttpServer, dev::ServerHandle, rt, web::Data};
use futures_util::future;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use crate::{
    app::{Shared, app},
    audit, auth,
    db::Db,
    keys::{self, Calls},
    library, lifecycle, mail, notices, objects, people,
    policy::Unscoped,
    sharing,
    web::Site,
};

const WHY: Unscoped = Unscoped::because("upkeep of the whole installation");

/// A supervisor may kill after 8 s. Of these, saying goodbye takes half a second, requests that run have 3, the last
/// counts and mails 1.5, the embedded database the rest.
const GOODBYE: Duration = Duration::from_millis(450);
const HANDED_OVER: Duration = Duration::from_millis(20);
const GRACE_SECONDS: u64 = 3;
const LAST_WRITES: Duration = Duration::from_millis(1500);
const AGAIN: Duration = Duration::from_millis(50);

/// Connections for counts, which wait for nobody, and for all else that runs beside the requests.
const COUNTS: usize = 1;
const MAILS: usize = 1;
const UPKEEP: usize = 1;
const RUNS: usize = 1;

/// A server that runs until [`Running::stop`].
pub struct Running {
    site: Data<Site>,
    open: Open,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    counting: JoinHandle<()>,
    beside: Vec<JoinHandle<()>>,
    stopping: Arc<Notify>,
    post: JoinHandle<()>,
    stop_post: watch::Sender<bool>,
}

/// How many connections the workers have.
#[derive(Clone, Default)]
struct Open(Arc<AtomicUsize>);

/// One of them, for as long as it lasts.
struct One(Open);

impl One {
    fn of(open: &Open) -> Self {
        open.0.fetch_add(1, Ordering::Relaxed);
        Self(open.clone())
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Must be called inside an actix system.
///
/// # Errors
/// The listener cannot be used.
pub fn start(
    shared: Shared,
    db: &Db,
    listener: TcpListener,
    workers: usize,
) -> io::Result<Running> {
    let for_workers = shared.clone();
    let open = Open::default();
    let counted = open.clone();
    let stopping = Arc::new(Notify::new());
    let server = HttpServer::new(move || app(for_workers.clone(), auth::guard))
        .workers(workers)
        .on_connect(move |_, connection| {
            connection.insert(One::of(&counted));
        })
        // A request's head has 10 s; its body has a pace of its own.
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(1))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(GRACE_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    let (stop_post, stopped) = watch::channel(false);
    let mail = shared.mail.clone().into_inner();
    let clock = shared.site.clock.clone();
    let (for_counts, for_mails) = (db.lane(COUNTS), db.lane(MAILS));
    let calls = shared.calls.clone();
    Ok(Running {
        site: shared.site.clone(),
        beside: Vec::new(),
        post: rt::spawn(mail::run(mail, for_mails, clock, stopped)),
        stop_post,
        open,
        handle: server.handle(),
        server: rt::spawn(server),
        counting: rt::spawn(write_counts(calls, for_counts, stopping.clone())),
        stopping,
    })
}

impl Running {
    /// Looks after the installation each hour from now on, and carries on with changes to many keys, those of before the
    /// start among them. Apart from the rest, for tests that do so at a time of their choice.
    pub fn look_after(&mut self, shared: Shared, db: &Db) {
        let runs = keys::carry_on(db.lane(RUNS), self.site.clock.clone());
        self.beside.extend([
            rt::spawn(runs),
            rt::spawn(look_after(shared, db.lane(UPKEEP))),
        ]);
    }

    /// Takes no new requests, finishes those that run, writes the last counts.
    ///
    /// What stops at once would drop connections that were taken and not yet handed to a worker, and requests that were
    /// sent into one that was kept alive. So those in use are ended by their next answer first, and then no new ones
    /// are taken until the workers have what there was.
    pub async fn stop(self) {
        self.site.say_goodbye();
        for work in &self.beside {
            work.abort();
        }
        self.stop_post.send_replace(true);
        let began = Instant::now();
        while self.open.0.load(Ordering::Relaxed) > 0 && began.elapsed() < GOODBYE {
            time::sleep(Duration::from_millis(5)).await;
        }
        self.handle.pause().await;
        time::sleep(HANDED_OVER).await;
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.server.await {
            log::error!("the server ended with {error}");
        }
        // They are written once more, after the last request.
        self.stopping.notify_one();
        let counting = time::timeout(LAST_WRITES, self.counting);
        let post = time::timeout(LAST_WRITES, self.post);
        let (counted, sent) = future::join(counting, post).await;
        if counted.is_err() {
            log::error!("the last counts of calls were not written in time");
        }
        if sent.is_err() {
            log::warn!("a mail is left on its way; the next start sends it, if need be again");
        }
    }
}

/// Each second, and at the end until it is done: whoever stops the server waits so long, and no longer.
async fn write_counts(calls: Data<Calls>, db: Db, stopping: Arc<Notify>) {
    let mut second = time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let write = async || match calls.write(&db).await {
        Ok(()) => true,
        Err(error) => {
            log::warn!("counts of calls wait for the database: {error}");
            false
        }
    };
    loop {
        tokio::select! {
            () = stopping.notified() => break,
            _ = second.tick() => {}
        }
        write().await;
    }
    while !write().await {
        time::sleep(AGAIN).await;
    }
}

/// Each hour; apart from the counts, which must not wait while much is deleted.
async fn look_after(shared: Shared, db: Db) {
    let mut hour = time::interval(Duration::from_secs(3_600));
    hour.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hour.tick().await;
        keys::warn(&db, &shared.mail, WHY, shared.site.clock.now()).await;
        tidy(&shared, &db).await;
        drop_the_old(&shared, &db).await;
        collect(&shared, &db).await;
    }
}

/// Last: what was dropped above has let its contents go.
async fn collect(shared: &Shared, db: &Db) {
    match objects::collect(&shared.objects, db, WHY, shared.site.clock.now()).await {
        Ok(none) if none == objects::Collected::default() => {}
        Ok(done) => log::info!(
            "collected {} contents that nothing referred to, and {} that were unknown",
            done.ended,
            done.strays
        ),
        Err(error) => log::warn!("contents that nothing refers to wait to be collected: {error}"),
    }
}

async fn drop_the_old(shared: &Shared, db: &Db) {
    let now = shared.site.clock.now();
    let retention = *shared.retention.as_ref();
    audit::keep(db, WHY, retention, now).await;
    let limit = retention.limit(now);
    if let Err(error) = people::forget_events(db, WHY, limit).await {
        log::warn!("old activity of accounts waits to be forgotten: {error}");
    }
    if let Err(error) = keys::forget_ended(db, WHY, now).await {
        log::warn!("old warnings about keys wait to be forgotten: {error}");
    }
    sharing::tidy(db, WHY, now).await;
    library::purge(db, WHY, now).await;
    library::files::purge(db, WHY, now).await;
    lifecycle::purge(db, WHY, now).await;
}

async fn tidy(shared: &Shared, db: &Db) {
    shared.limits.forget_the_quiet();
    let now = shared.site.clock.now();
    let day = chrono::TimeDelta::days(1);
    let forgotten = db.run(move |conn| keys::forget_changes(conn, WHY, now - day));
    if let Err(error) = forgotten.await {
        log::warn!("old changes wait to be forgotten: {error}");
    }
    if let Err(error) = keys::forget_callers(db, WHY, now).await {
        log::warn!("old callers of keys wait to be forgotten: {error}");
    }
    let forgotten = db.run(move |conn| keys::forget_replays(conn, WHY, now - day));
    if let Err(error) = forgotten.await {
        log::warn!("old requests wait to be forgotten: {error}");
    }
    let month = chrono::TimeDelta::days(30);
    let forgotten = db.run(move |conn| keys::forget_runs(conn, WHY, now - month));
    if let Err(error) = forgotten.await {
        log::warn!("old changes to many keys wait to be forgotten: {error}");
    }
    let retired = db.run(move |conn| keys::forget_digests(conn, WHY, now));
    if let Err(error) = retired.await {
        log::warn!("secrets that retired long ago wait to be forgotten: {error}");
    }
    let sent = db.run(move |conn| mail::sweep(conn, WHY, now));
    if let Err(error) = sent.await {
        log::warn!("old mails wait to be forgotten: {error}");
    }
    let told = db.run(move |conn| notices::sweep(conn, WHY, now));
    if let Err(error) = told.await {
        log::warn!("old notices wait to be forgotten: {error}");
    }
    if let Err(error) = auth::sweep(db, WHY, now).await {
        log::warn!("old sessions wait to be forgotten: {error}");
    }
}
