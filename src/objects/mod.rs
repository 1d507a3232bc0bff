//! The contents of files: bytes that are streamed in and out, kept in a folder or in a bucket, and never whole in memory.
//!
//! Each upload makes one object, and an object never changes. Its row is written before its first byte. It *arrives*, is
//! *whole*, is *kept* as long as a row of a feature refers to it (which the database itself notes), and *ends*. What breaks
//! off is taken back at once; what a crash leaves behind, [`collect`] finds.

mod arrival;
mod collect;
mod place;
mod store;

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt, stream};
use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    config::ObjectsAt,
    db::Db,
    error::{Error, Result},
    ids::{InstallationId, ObjectId, WorkspaceId},
};
pub use arrival::{Arrival, Whole};
pub use collect::{Collected, collect};
use place::Place;
pub use store::{
    LARGEST_FILE, LARGEST_SPACE, Space, Still, forget_some, installation, set_limits, space,
};

/// Uploads at a time on one server: each holds a part of what it brings.
const ARRIVALS: usize = 64;
/// Of one workspace: others find as many left.
const SHARE: usize = ARRIVALS / 2;
const WAIT: Duration = Duration::from_secs(1);

/// The way to where contents are kept.
pub struct Objects {
    place: Place,
    arrivals: Arc<Semaphore>,
    shares: Mutex<HashMap<WorkspaceId, Weak<Semaphore>>>,
}

/// Of its workspace, and of all: an upload that goes on.
type Turn = [OwnedSemaphorePermit; 2];

/// Ends in an error where less comes than was promised.
fn whole(
    bytes: impl Stream<Item = Result<Bytes>>,
    mut missing: u64,
) -> impl Stream<Item = Result<Bytes>> {
    let end = stream::once(async { Ok(Bytes::new()) });
    bytes.chain(end).map(move |chunk| {
        let chunk = chunk?;
        missing = missing.saturating_sub(chunk.len() as u64);
        match chunk.is_empty() && missing > 0 {
            true => Err(Error::Internal(anyhow::anyhow!(
                "the store of contents has lost {missing} bytes"
            ))),
            false => Ok(chunk),
        }
    })
}

/// Which object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct At {
    pub workspace: WorkspaceId,
    pub id: ObjectId,
}

impl Objects {
    /// Makes the folder where it is missing; a bucket is not asked yet.
    ///
    /// # Errors
    /// It cannot be made, or the bucket's settings contradict each other.
    pub fn open(at: &ObjectsAt, installation: InstallationId) -> anyhow::Result<Self> {
        Ok(Self::of(Place::open(at, installation)?))
    }

    /// For a server that keeps no contents: whatever is asked for is busy.
    pub fn nowhere() -> Self {
        Self::of(Place::Nowhere)
    }

    fn of(place: Place) -> Self {
        Self {
            place,
            arrivals: Arc::new(Semaphore::new(ARRIVALS)),
            shares: Mutex::default(),
        }
    }

    /// Begins an upload and writes its row. `expected`: how many bytes it has at least, and at most, as far as that is
    /// known. Its room is taken as its bytes come, so that nobody holds any by announcing much.
    ///
    /// # Errors
    /// `Oversize` or `Invalid` under `file`: it is more than a file may have, or than the workspace has room for. `Away`: too
    /// many go on already, of the workspace (half of all that one server takes) or of all.
    pub async fn receive(
        self: &Arc<Self>,
        db: &Db,
        workspace: WorkspaceId,
        expected: (u64, u64),
        now: DateTime<Utc>,
    ) -> Result<Arrival> {
        let turn = self.turn(workspace).await?;
        Arrival::begin(self.clone(), db.clone(), (workspace, turn), expected, now).await
    }

    async fn turn(&self, workspace: WorkspaceId) -> Result<Turn> {
        let share = self.share(workspace);
        let both = async {
            // First its own: whoever waits for that keeps nobody else waiting.
            let own = share.acquire_owned().await?;
            Ok([own, self.arrivals.clone().acquire_owned().await?])
        };
        timeout(WAIT, both)
            .await
            .map_err(|_| Error::Away("too many uploads at once".to_owned()))?
            .map_err(|e: AcquireError| Error::Internal(e.into()))
    }

    /// There as long as an upload holds a part of it.
    fn share(&self, workspace: WorkspaceId) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(&workspace).and_then(Weak::upgrade) {
            return share;
        }
        shares.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(SHARE));
        shares.insert(workspace, Arc::downgrade(&share));
        share
    }

    /// The bytes of a whole object in this range.
    ///
    /// # Errors
    /// The store is away, or has lost it.
    pub async fn read(
        &self,
        at: At,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes>> + use<>> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        let length = range.end - range.start;
        let bytes = self.place.read(at, range).await?;
        Ok(whole(bytes, length).boxed())
    }

    /// Writes, reads and deletes a few bytes.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn probe(&self) -> Result<()> {
        self.place.probe().await
    }
}
