//! A server on one listener: requests, upkeep beside them, and an end that loses nothing.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle, rt};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use crate::{
    app::{Shared, app},
    audit, auth,
    db::Db,
    keys,
    policy::Unscoped,
};

const UPKEEP: Unscoped = Unscoped::because("upkeep of the whole installation");

/// A supervisor may kill after 8 s. Of these, requests that run have 3, the last counts 2, the embedded database the rest.
const GRACE_SECONDS: u64 = 3;
const LAST_COUNTS: Duration = Duration::from_secs(2);

/// A server that runs until [`Running::stop`].
pub struct Running {
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    upkeep: JoinHandle<()>,
    stopping: Arc<Notify>,
}

/// Must be called inside an actix system.
///
/// # Errors
/// The listener cannot be used.
pub fn start(
    shared: Shared,
    upkeep_db: Db,
    listener: TcpListener,
    workers: usize,
) -> io::Result<Running> {
    let for_workers = shared.clone();
    let stopping = Arc::new(Notify::new());
    let server = HttpServer::new(move || app(for_workers.clone()))
        .workers(workers)
        // A request's head has 10 s; its body has a pace of its own.
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(1))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(GRACE_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(Running {
        handle: server.handle(),
        server: rt::spawn(server),
        upkeep: rt::spawn(look_after(shared, upkeep_db, stopping.clone())),
        stopping,
    })
}

impl Running {
    /// Takes no new requests, finishes those that run, writes the last counts.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.server.await {
            log::error!("the server ended with {error}");
        }
        // It writes once more, after the last request.
        self.stopping.notify_one();
        if time::timeout(LAST_COUNTS, self.upkeep).await.is_err() {
            log::error!("the last counts of calls were not written in time");
        }
    }
}

/// Each second the counts; each hour what is old; at the end the counts once more.
async fn look_after(shared: Shared, db: Db, stopping: Arc<Notify>) {
    let mut second = time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seconds: u32 = 0;
    loop {
        let is_last = tokio::select! {
            () = stopping.notified() => true,
            _ = second.tick() => false,
        };
        if let Err(error) = shared.calls.write(&db).await {
            log::warn!("counts of calls wait for the database: {error}");
        }
        if is_last {
            return;
        }
        if seconds.is_multiple_of(3_600) {
            tidy(&shared, &db).await;
        }
        seconds = seconds.wrapping_add(1);
    }
}

async fn tidy(shared: &Shared, db: &Db) {
    shared.limits.forget_the_quiet();
    let now = shared.site.clock.now();
    let months = db.run(move |conn| audit::prepare_months(conn, UPKEEP, now));
    if let Err(error) = months.await {
        log::warn!("the audit log has no month ready: {error}");
    }
    let day = chrono::TimeDelta::days(1);
    let forgotten = db.run(move |conn| keys::forget_changes(conn, UPKEEP, now - day));
    if let Err(error) = forgotten.await {
        log::warn!("old changes wait to be forgotten: {error}");
    }
    let swept = db.run(move |conn| auth::sweep(conn, UPKEEP, now));
    if let Err(error) = swept.await {
        log::warn!("old sessions wait to be forgotten: {error}");
    }
}
