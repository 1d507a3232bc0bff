//! A folder or a bucket, by the same few verbs.

mod folder;
mod open;

use std::ops::Range;

use actix_web::web::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, MultipartId, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload,
    aws::AmazonS3,
    local::LocalFileSystem,
    multipart::{MultipartStore, PartId},
    path::Path,
};

use super::At;
use crate::{
    config::ObjectsAt,
    error::{Error, Result},
    ids::{InstallationId, ObjectId},
};

pub enum Place {
    Nowhere,
    Folder { files: LocalFileSystem, root: Path },
    Bucket { store: Box<AmazonS3>, root: Path },
}

/// An upload of more than one part.
pub enum Parts {
    Folder(Box<dyn MultipartUpload>),
    Bucket { id: MultipartId, done: Vec<PartId> },
}

/// Something in the store, by its name there.
pub struct Found {
    pub at: Option<At>,
    pub name: String,
    /// Of an upload that is not whole yet, or was never.
    pub is_partial: bool,
}

impl Place {
    pub fn open(at: &ObjectsAt, installation: InstallationId) -> anyhow::Result<Self> {
        match at {
            ObjectsAt::Folder(folder) => Ok(Self::Folder {
                files: open::folder(folder, &installation.to_string())?,
                root: Path::from(installation.to_string()),
            }),
            ObjectsAt::Bucket(bucket) => {
                let root = format!("{}/{installation}", bucket.prefix);
                Ok(Self::Bucket {
                    store: Box::new(open::bucket(bucket)?),
                    root: Path::from(root),
                })
            }
        }
    }

    fn parts(&self) -> Result<(&dyn ObjectStore, &Path)> {
        match self {
            Self::Nowhere => Err(Error::Away("no store of contents is set up".to_owned())),
            Self::Folder { files, root } => Ok((files, root)),
            Self::Bucket { store, root } => Ok((store.as_ref(), root)),
        }
    }

    fn name(&self, at: At) -> Result<(&dyn ObjectStore, Path)> {
        let (store, root) = self.parts()?;
        let name = root.clone().join(at.workspace.to_string());
        Ok((store, name.join(at.id.to_string())))
    }

    async fn check(&self) -> Result<()> {
        match self {
            Self::Folder { files, root } => folder::check(files, root).await,
            Self::Nowhere | Self::Bucket { .. } => Ok(()),
        }
    }

    /// What has one part only.
    pub async fn put(&self, at: At, content: Bytes) -> Result<()> {
        self.check().await?;
        let (store, name) = self.name(at)?;
        store.put(&name, content.into()).await.map_err(away)?;
        Ok(())
    }

    pub async fn begin(&self, at: At) -> Result<Parts> {
        self.check().await?;
        let (_, name) = self.name(at)?;
        Ok(match self {
            Self::Nowhere => return Err(Error::Away("no store".to_owned())),
            Self::Folder { files, .. } => {
                Parts::Folder(files.put_multipart(&name).await.map_err(away)?)
            }
            Self::Bucket { store, .. } => Parts::Bucket {
                id: store.create_multipart(&name).await.map_err(away)?,
                done: Vec::new(),
            },
        })
    }

    pub async fn add(&self, at: At, parts: &mut Parts, content: Bytes) -> Result<()> {
        let (_, name) = self.name(at)?;
        let content = PutPayload::from(content);
        match (self, parts) {
            (Self::Bucket { store, .. }, Parts::Bucket { id, done }) => {
                let part = store.put_part(&name, id, done.len(), content);
                done.push(part.await.map_err(away)?);
                Ok(())
            }
            (_, Parts::Folder(upload)) => upload.put_part(content).await.map_err(away),
            _ => Err(Error::Away("no store".to_owned())),
        }
    }

    pub async fn complete(&self, at: At, parts: &mut Parts) -> Result<()> {
        let (_, name) = self.name(at)?;
        match (self, parts) {
            (Self::Bucket { store, .. }, Parts::Bucket { id, done }) => store
                .complete_multipart(&name, id, std::mem::take(done))
                .await
                .map_err(away)
                .map(drop),
            (_, Parts::Folder(upload)) => upload.complete().await.map_err(away).map(drop),
            _ => Err(Error::Away("no store".to_owned())),
        }
    }

    /// Whatever there is of it, whole or not; `upload`: as the store calls one that was begun.
    pub async fn end(&self, at: At, upload: Option<&str>) -> Result<()> {
        let (store, name) = self.name(at)?;
        if let (Self::Bucket { store, .. }, Some(upload)) = (self, upload) {
            let aborted = store.abort_multipart(&name, &upload.to_owned()).await;
            gone(aborted)?;
        }
        if let Self::Folder { files, .. } = self {
            return folder::end(files, &name).await;
        }
        gone(store.delete(&name).await)
    }

    pub async fn read(
        &self,
        at: At,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        let (store, name) = self.name(at)?;
        let options = GetOptions::new().with_range(Some(GetRange::Bounded(range)));
        let found = match store.get_opts(&name, options).await {
            Err(object_store::Error::NotFound { .. }) => {
                self.check().await?;
                let lost = anyhow::anyhow!("the store of contents has lost {name}");
                return Err(Error::Internal(lost));
            }
            other => other.map_err(away)?,
        };
        Ok(found.into_stream().map_err(away).boxed())
    }

    /// Everything that this installation has there.
    pub fn list(&self) -> Result<BoxStream<'_, Result<Found>>> {
        let (store, root) = self.parts()?;
        if let Self::Folder { files, .. } = self {
            return folder::list(files, root);
        }
        let all = store.list(Some(root)).map_err(away);
        Ok(all
            .map_ok(|meta| Found {
                at: at(meta.location.as_ref()),
                name: meta.location.into(),
                is_partial: false,
            })
            .boxed())
    }

    pub async fn remove(&self, found: &Found) -> Result<()> {
        let (store, _) = self.parts()?;
        match self {
            Self::Folder { files, .. } => folder::remove(files, &found.name).await,
            _ => gone(store.delete(&Path::from(found.name.as_str())).await),
        }
    }

    /// Writes, reads and deletes a few bytes.
    pub async fn probe(&self) -> Result<()> {
        const TEXT: &[u8] = b"Keyroom was here\n";
        let (store, root) = self.parts()?;
        self.check().await?;
        let name = root.clone().join(format!("probe-{}", ObjectId::fresh()));
        store.put(&name, TEXT.into()).await.map_err(away)?;
        let read = async { store.get(&name).await?.bytes().await }.await;
        store.delete(&name).await.map_err(away)?;
        match read.map_err(away)?.as_ref() == TEXT {
            true => Ok(()),
            false => Err(Error::Away(
                "it answers something else than it was given".to_owned(),
            )),
        }
    }
}

/// `…/workspace/object`.
fn at(name: &str) -> Option<At> {
    let mut parts = name.rsplit('/');
    let (id, workspace) = (parts.next()?, parts.next()?);
    Some(At {
        workspace: workspace.parse().ok()?,
        id: id.parse().ok()?,
    })
}

/// Nothing is known to have been lost: whoever asks again may get it.
fn away(error: object_store::Error) -> Error {
    log::warn!("the store of contents: {error}");
    Error::Away("the store of contents is away".to_owned())
}

/// It was to be gone afterwards.
fn gone(done: object_store::Result<()>) -> Result<()> {
    match done {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(away(error)),
    }
}
