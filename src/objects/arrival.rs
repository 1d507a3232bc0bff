//! Bytes that come in: summed up, counted and passed on in parts.

use std::sync::Arc;

use actix_web::web::{Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{
    At, Objects, Turn,
    place::Parts,
    store::{self, Claimed},
};
use crate::{
    db::Db,
    error::{Error, Result},
    ids::{ObjectId, WorkspaceId},
    policy::Unscoped,
    web::size,
};

const WHY: Unscoped = Unscoped::because("goes on with an upload that a permit began");

/// What is passed on at once. Stores want all parts but the last alike, and 5 MiB at least.
pub(super) const PART: usize = 8 << 20;

/// So often a slow one says that it goes on.
const SIGN_OF_LIFE: TimeDelta = TimeDelta::seconds(60);

/// An upload that goes on. Dropped before it is kept, it leaves nothing behind.
pub struct Arrival {
    objects: Arc<Objects>,
    db: Db,
    at: At,
    claimed: Claimed,
    received: u64,
    sum: Sha256,
    buffer: BytesMut,
    head: Vec<u8>,
    parts: Option<Parts>,
    seen_at: DateTime<Utc>,
    leaves: Leaves,
    _turn: Turn,
}

/// All bytes are in the store. Dropped without [`Whole::keep`], it is taken back, unless a row refers to it by then.
pub struct Whole {
    pub id: ObjectId,
    pub size: u64,
    pub sha256: [u8; 32],
    /// The first bytes, by which its kind is told.
    pub head: Vec<u8>,
    leaves: Leaves,
}

/// Takes an object back when it is dropped.
struct Leaves(Option<(Arc<Objects>, Db, At)>);

const HEAD: usize = 8192;

impl Arrival {
    pub(super) async fn begin(
        objects: Arc<Objects>,
        db: Db,
        (workspace, turn): (WorkspaceId, Turn),
        expected: (u64, u64),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let at = At {
            workspace,
            id: ObjectId::fresh(),
        };
        let claimed = db.run(move |conn| store::begin(conn, WHY, at, expected, now));
        Ok(Self {
            claimed: claimed.await?,
            leaves: Leaves(Some((objects.clone(), db.clone(), at))),
            objects,
            db,
            at,
            received: 0,
            sum: Sha256::new(),
            buffer: BytesMut::new(),
            head: Vec::new(),
            parts: None,
            seen_at: now,
            _turn: turn,
        })
    }

    /// # Errors
    /// `Oversize` or `Invalid` under `file`: it is too much. `Away`: the store is away, or the collector took it for dead.
    pub async fn write(&mut self, mut chunk: Bytes, now: DateTime<Utc>) -> Result<()> {
        self.received += chunk.len() as u64;
        if self.received > self.claimed.limit {
            return Err(too_large(self.claimed.limit));
        }
        self.sum.update(&chunk);
        let wanted = HEAD.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..wanted]);
        if self.received > self.claimed.size || now - self.seen_at > SIGN_OF_LIFE {
            self.go_on(now).await?;
        }
        while self.buffer.len() + chunk.len() >= PART {
            let rest = chunk.split_to(PART - self.buffer.len());
            self.buffer.extend_from_slice(&rest);
            self.pass_on().await?;
        }
        self.buffer.extend_from_slice(&chunk);
        Ok(())
    }

    /// Takes more room where it is needed, and says that it is alive.
    async fn go_on(&mut self, now: DateTime<Utc>) -> Result<()> {
        let needed = self.received.saturating_sub(self.claimed.size);
        let wished = if needed > 0 { PART as u64 } else { 0 };
        let at = self.at;
        let claim = self
            .db
            .run(move |conn| store::claim(conn, WHY, at, (needed, wished), now));
        self.claimed.size += claim.await?;
        self.seen_at = now;
        Ok(())
    }

    async fn pass_on(&mut self) -> Result<()> {
        let part = self.buffer.split().freeze();
        if self.parts.is_none() {
            let begun = self.objects.place.begin(self.at).await?;
            let upload = match &begun {
                Parts::Bucket { id, .. } => Some(id.clone()),
                Parts::Folder(_) => None,
            };
            self.parts = Some(begun);
            if let Some(upload) = upload {
                let at = self.at;
                let noted = self
                    .db
                    .run(move |conn| store::note_upload(conn, WHY, at, &upload));
                noted.await?;
            }
        }
        match &mut self.parts {
            Some(parts) => self.objects.place.add(self.at, parts, part).await,
            None => Ok(()),
        }
    }

    /// The end of the bytes.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn finish(mut self, now: DateTime<Utc>) -> Result<Whole> {
        if self.parts.is_some() && !self.buffer.is_empty() {
            self.pass_on().await?;
        }
        match &mut self.parts {
            Some(parts) => self.objects.place.complete(self.at, parts).await?,
            None => {
                let all = self.buffer.split().freeze();
                self.objects.place.put(self.at, all).await?;
            }
        }
        let sha256: [u8; 32] = self.sum.finalize_reset().into();
        let (at, size) = (self.at, self.received);
        let finished = self
            .db
            .run(move |conn| store::finish(conn, WHY, at, (size, sha256), now));
        finished.await?;
        Ok(Whole {
            id: at.id,
            size,
            sha256,
            head: std::mem::take(&mut self.head),
            leaves: std::mem::replace(&mut self.leaves, Leaves(None)),
        })
    }

    /// Takes it back now; dropping it does the same a little later.
    pub async fn abort(mut self) {
        self.leaves.take_back().await;
    }
}

impl Whole {
    /// A row refers to it.
    pub fn keep(mut self) {
        self.leaves.0 = None;
    }

    /// No row will.
    pub async fn discard(mut self) {
        self.leaves.take_back().await;
    }
}

impl Leaves {
    async fn take_back(&mut self) {
        if let Some((objects, db, at)) = self.0.take() {
            take_back(objects, db, at).await;
        }
    }
}

impl Drop for Leaves {
    fn drop(&mut self) {
        let (Some((objects, db, at)), Ok(runtime)) =
            (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(take_back(objects, db, at));
    }
}

/// What goes wrong here the collector makes good.
async fn take_back(objects: Arc<Objects>, db: Db, at: At) {
    let done = async {
        let ended = db.run(move |conn| store::end(conn, WHY, at)).await?;
        let Some(upload) = ended else {
            return Ok(());
        };
        objects.place.end(at, upload.as_deref()).await?;
        db.run(move |conn| store::forget(conn, WHY, at))
            .await
            .map(drop)
    };
    if let Err(error) = done.await {
        log::warn!("an upload that broke off waits to be collected: {error}");
    }
}

pub(super) fn too_large(limit: u64) -> Error {
    Error::Oversize(format!(
        "A file of this workspace may have {} at most; an admin can change that under Settings → Library.",
        size(limit.cast_signed())
    ))
}
