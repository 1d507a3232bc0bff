//! What carries on with runs, beside the requests.

use std::time::Duration;

use tokio::time::sleep;

use super::{actions, store};
use crate::{clock::Clock, db::Db, error::Error, policy::Unscoped};

const WHY: Unscoped = Unscoped::because("runs of all workspaces go on");

/// How long nobody looks for a run, and how long others have the database to themselves between two chunks.
const IDLE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);

/// For ever. Whatever moment it is ended at: a chunk is done or it is not, and the next start carries on.
pub async fn carry_on(db: Db, clock: Clock) {
    loop {
        let pause = match carry_on_once(&db, &clock).await {
            Ok(0) => IDLE,
            Ok(_) => PAUSE,
            Err(error) => {
                log::warn!("changes to many keys wait: {error}");
                IDLE
            }
        };
        sleep(pause).await;
    }
}

/// A chunk of every run there is, and how many were done.
///
/// # Errors
/// `Busy`: no free connection, or no database.
pub async fn carry_on_once(db: &Db, clock: &Clock) -> Result<usize, Error> {
    let running = db.run(|conn| store::all_running(conn, WHY)).await?;
    let mut done = 0;
    for of in running {
        let now = clock.now();
        match db.run(move |conn| actions::step(conn, of, now)).await {
            Ok(some) => done += usize::from(some),
            // It was stopped, or somebody else has what it needs: in a moment again.
            Err(Error::Busy(_) | Error::Conflict(_)) => {}
            Err(error) => {
                log::error!("the change to many keys {} fails: {error:?}", of.1);
                db.run(move |conn| actions::fail(conn, of, now)).await?;
            }
        }
    }
    Ok(done)
}
