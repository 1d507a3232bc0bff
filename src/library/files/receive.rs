//! Contents that come in, with what is told of them by their bytes; and the file that they become.

use std::sync::Arc;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};

use super::{
    actions, media,
    model::{File, FileName, NewFile, Taken},
};
use crate::{
    actor::Actor,
    audit::Standing,
    clock::Clock,
    db::Db,
    error::{Error, Result},
    ids::{FileId, FolderId, ObjectId},
    library::model::Metadata,
    objects::{Objects, Whole},
    web::{AROUND, Incoming, Part},
};

/// Where contents are received.
pub struct Intake {
    pub objects: Arc<Objects>,
    pub db: Db,
    pub clock: Clock,
    pub actor: Actor,
    /// Looks at the actor again once all bytes are there: much may have ended while they came.
    pub standing: Standing,
}

/// Contents that are stored and belong to no file yet. Dropped, they are taken back.
pub struct Stored {
    whole: Whole,
    media_type: String,
    at: DateTime<Utc>,
    db: Db,
    actor: Actor,
    standing: Standing,
}

impl Intake {
    /// All of a body.
    ///
    /// # Errors
    /// It is too large for the workspace, too slow, or broke off; or the store is away, or busy with others. Nothing is left
    /// of it.
    pub async fn body(self, mut body: Incoming) -> Result<Stored> {
        let length = body.length.unwrap_or(0);
        self.store((length, length), async || body.chunk().await)
            .await
    }

    /// One part of a form. `length`: that of the whole form, if this is the only file in it and that is known.
    ///
    /// # Errors
    /// As [`Self::body`].
    pub async fn part(&self, part: &mut Part, length: Option<u64>) -> Result<Stored> {
        let length = length.unwrap_or(0);
        let expected = (length.saturating_sub(AROUND), length);
        self.store(expected, async || part.chunk().await).await
    }

    async fn store(
        &self,
        expected: (u64, u64),
        mut next: impl AsyncFnMut() -> Result<Option<Bytes>>,
    ) -> Result<Stored> {
        let now = || self.clock.now();
        let workspace = self.actor.workspace;
        let arrival = self.objects.receive(&self.db, workspace, expected, now());
        let mut arrival = arrival.await?;
        loop {
            let written = match next().await {
                Ok(Some(chunk)) => arrival.write(chunk, now()).await,
                Ok(None) => break,
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                arrival.abort().await;
                return Err(error);
            }
        }
        let whole = arrival.finish(now()).await?;
        let is_all = whole.size == whole.head.len() as u64;
        Ok(Stored {
            media_type: media::media_type(&whole.head, is_all),
            whole,
            at: now(),
            db: self.db.clone(),
            actor: self.actor.clone(),
            standing: self.standing,
        })
    }
}

impl Stored {
    fn new_file(&self, name: FileName, metadata: Metadata) -> Result<NewFile> {
        let object: ObjectId = self.whole.id;
        Ok(NewFile {
            name,
            metadata,
            object,
            size: i64::try_from(self.whole.size).map_err(|_| Error::TooLarge)?,
            media_type: self.media_type.clone(),
            sha256: self.whole.sha256,
        })
    }

    /// Makes a file of them.
    ///
    /// # Errors
    /// Those of [`actions::upload`]; nothing is left of them then.
    pub async fn upload(
        self,
        folder: FolderId,
        name: FileName,
        metadata: Metadata,
    ) -> Result<File> {
        let new = self.new_file(name, metadata)?;
        let (actor, standing, at) = (self.actor.clone(), self.standing, self.at);
        let made = self.db.run(move |conn| {
            let actor = (standing.0)(conn, &actor, at)?;
            actions::upload(conn, &actor, folder, &new, at)
        });
        let made = made.await;
        self.settle(made).await
    }

    /// The same where the name may be taken: `taken` says what becomes of it then.
    ///
    /// # Errors
    /// Those of [`actions::put`]; nothing is left of them then.
    pub async fn put(self, folder: FolderId, name: FileName, taken: Taken) -> Result<File> {
        let new = self.new_file(name, Metadata::default())?;
        let (actor, standing, at) = (self.actor.clone(), self.standing, self.at);
        let made = self.db.run(move |conn| {
            let actor = (standing.0)(conn, &actor, at)?;
            actions::put(conn, &actor, folder, new, (taken, at))
        });
        let made = made.await;
        self.settle(made).await
    }

    /// Makes them the next version of a file, which must be as `expected` says.
    ///
    /// # Errors
    /// Those of [`actions::replace`]; nothing is left of them then.
    pub async fn replace(
        self,
        id: FileId,
        expected: impl Fn(&File) -> bool + Send + 'static,
    ) -> Result<File> {
        let name = FileName::parse("content").map_err(|e| Error::Invalid(vec![e]))?;
        let new = self.new_file(name, Metadata::default())?;
        let (actor, standing, at) = (self.actor.clone(), self.standing, self.at);
        let made = self.db.run(move |conn| {
            let actor = (standing.0)(conn, &actor, at)?;
            actions::replace(conn, &actor, id, &new, (expected, at))
        });
        let made = made.await;
        self.settle(made).await
    }

    async fn settle(self, made: Result<File>) -> Result<File> {
        match &made {
            Ok(_) => self.whole.keep(),
            // Whether the transaction was committed is not known: what is kept by then stays.
            Err(_) => self.whole.discard().await,
        }
        made
    }
}
