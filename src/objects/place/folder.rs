//! A folder, with what the crate does not show of it: its own partial files, whose names end in # and a number.

use std::{
    fs, io, iter,
    path::{Path as FilePath, PathBuf},
};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{local::LocalFileSystem, path::Path};

use super::{Found, at, away};
use crate::error::{Error, Result};

/// Names that are read at once.
const SOME: usize = 500;

/// Is it there? What was mounted may be gone, and then nothing may be written to where it was.
pub async fn check(files: &LocalFileSystem, root: &Path) -> Result<()> {
    let folder = top(files)?.join(root.as_ref());
    off_the_loop(move || fs::metadata(folder).map(drop)).await
}

/// Everything in the folders of workspaces under `root`, some at a time, however much there is.
pub fn list(files: &LocalFileSystem, root: &Path) -> Result<BoxStream<'static, Result<Found>>> {
    let top = top(files)?;
    let root = top.join(root.as_ref());
    let paths = iter::once_with(|| inside(Ok(root), true)).flatten();
    let paths = paths.flat_map(|workspace| inside(workspace, false));
    let some = stream::try_unfold(paths, |mut paths| {
        off_the_loop(move || {
            let some: Vec<PathBuf> = paths.by_ref().take(SOME).collect::<io::Result<_>>()?;
            Ok((!some.is_empty()).then_some((some, paths)))
        })
    });
    let found = some.map_ok(move |some| {
        let found = some.iter().filter_map(|path| found(path, &top));
        stream::iter(found.map(Ok).collect::<Vec<_>>())
    });
    Ok(found.try_flatten().boxed())
}

/// The folders in a folder, or what else is in it. What is gone by now has nothing.
fn inside(
    folder: io::Result<PathBuf>,
    are_folders: bool,
) -> impl Iterator<Item = io::Result<PathBuf>> {
    let (entries, error) = match folder.and_then(fs::read_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
        Err(error) => (None, Some(Err(error))),
        Ok(entries) => (Some(entries), None),
    };
    let paths = entries.into_iter().flatten().filter_map(move |entry| {
        let kind = entry.and_then(|entry| Ok((entry.file_type()?.is_dir(), entry.path())));
        match kind {
            Ok((is_folder, path)) => (is_folder == are_folders).then_some(Ok(path)),
            Err(error) => Some(Err(error)),
        }
    });
    paths.chain(error)
}

fn found(path: &FilePath, top: &FilePath) -> Option<Found> {
    let name = path.strip_prefix(top).ok()?.to_str()?.to_owned();
    Some(Found {
        at: at(name.split('#').next().unwrap_or_default()),
        is_partial: name.contains('#'),
        name,
    })
}

/// One object and whatever there is of it.
pub async fn end(files: &LocalFileSystem, name: &Path) -> Result<()> {
    let (top, name) = (top(files)?, name.as_ref().to_owned());
    off_the_loop(move || {
        let whole = top.join(&name);
        gone(fs::remove_file(&whole))?;
        // The crate takes the first number that is free.
        for n in 1.. {
            let partial = top.join(format!("{name}#{n}"));
            if !partial.exists() {
                break;
            }
            gone(fs::remove_file(partial))?;
        }
        Ok(())
    })
    .await
}

pub async fn remove(files: &LocalFileSystem, name: &str) -> Result<()> {
    let path = top(files)?.join(name);
    off_the_loop(move || gone(fs::remove_file(path))).await
}

fn top(files: &LocalFileSystem) -> Result<PathBuf> {
    let inner = files.path_to_filesystem(&Path::from("x")).map_err(away)?;
    Ok(inner.parent().map(PathBuf::from).unwrap_or_default())
}

async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal(e.into()))?
        .map_err(|e| Error::Away(format!("the store of contents: {e}")))
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
