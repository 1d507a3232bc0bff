//! A server on one listener: requests, upkeep beside them, and an end that loses nothing.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle, rt};
use tokio::{
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use crate::{
    app::{Shared, app},
    audit, auth,
    db::Db,
    policy::Unscoped,
};

const UPKEEP: Unscoped = Unscoped::because("upkeep of the whole installation");

/// Of those 8 s that a supervisor waits before it kills; the rest is for the last counts and the database.
const GRACE_SECONDS: u64 = 5;

pub struct Running {
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    upkeep: JoinHandle<()>,
    shared: Shared,
    upkeep_db: Db,
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
        upkeep: rt::spawn(look_after(shared.clone(), upkeep_db.clone())),
        shared,
        upkeep_db,
    })
}

impl Running {
    /// Takes no new requests, finishes those that run, writes the last counts.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.server.await {
            log::error!("the server ended with {error}");
        }
        self.upkeep.abort();
        // A write that is on its way goes on; what is counted since is written now.
        if let Err(error) = self.shared.calls.write(&self.upkeep_db).await {
            log::error!("the last counts of calls were not written: {error}");
        }
    }
}

/// Each second the counts; each hour what is old.
async fn look_after(shared: Shared, db: Db) {
    let mut second = time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seconds: u32 = 0;
    loop {
        second.tick().await;
        if let Err(error) = shared.calls.write(&db).await {
            log::warn!("counts of calls wait for the database: {error}");
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
    let done = db
        .run(move |conn| {
            audit::prepare_months(conn, UPKEEP, now)?;
            auth::sweep(conn, UPKEEP, now)
        })
        .await;
    if let Err(error) = done {
        log::warn!("upkeep waits for the database: {error}");
    }
}
