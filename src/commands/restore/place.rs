//! The files of a restore: made in whole, or taken back.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::Read,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use keyroom::{
    config::{Config, ObjectsAt},
    key_files,
};

use crate::commands::archive::{Contents, OBJECTS, Reader};

/// What was made so far; removed again unless it is kept.
#[derive(Default)]
pub struct Placed {
    files: Vec<PathBuf>,
    folder: Option<PathBuf>,
}

/// Key files that are in place already are fine if they are the same.
pub fn refuse_existing(config: &Config, contents: &Contents) -> anyhow::Result<()> {
    for (path, content) in key_files_of(config, contents) {
        if path.exists() && fs::read(path)? != *content {
            bail!(
                "{} exists and is not the one of the backup, and a restore overwrites nothing. Move it away",
                path.display()
            );
        }
    }
    match &config.objects {
        ObjectsAt::Folder(folder) if is_in_use(folder) => bail!(
            "{} is not empty, and a restore overwrites nothing. Move it away",
            folder.display()
        ),
        ObjectsAt::Bucket(bucket) if contents.has_objects => bail!(
            "the backup has the contents of files, and KEYROOM_OBJECTS_URL names the bucket {}. Restore into a folder, \
             copy that into the bucket, and set KEYROOM_OBJECTS_URL then",
            bucket.name
        ),
        ObjectsAt::Folder(_) | ObjectsAt::Bucket(_) => Ok(()),
    }
}

fn is_in_use(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn key_files_of<'a>(
    config: &'a Config,
    contents: &'a Contents,
) -> impl Iterator<Item = (&'a Path, &'a Vec<u8>)> {
    [
        (&config.pepper_file, &contents.pepper),
        (&config.master_key_file, &contents.master_key),
    ]
    .into_iter()
    .filter_map(|(path, content)| Some((path.as_path(), content.as_ref()?)))
}

impl Placed {
    pub fn place(
        config: &Config,
        backup: &mut Reader,
        contents: &Contents,
    ) -> anyhow::Result<Self> {
        let mut placed = Self::default();
        for (path, content) in key_files_of(config, contents) {
            let made = key_files::put(path, content)
                .with_context(|| format!("cannot make {}", path.display()))?;
            if made {
                placed.files.push(path.to_owned());
            }
        }
        if contents.has_objects
            && let ObjectsAt::Folder(folder) = &config.objects
        {
            make_folder(folder)?;
            placed.folder = Some(folder.clone());
            backup.each(|name, content| match name.strip_prefix(OBJECTS) {
                Some(rest) => write(&folder.join(rest), content),
                None => Ok(()),
            })?;
        }
        Ok(placed)
    }

    pub fn keep(mut self) {
        self.files.clear();
        self.folder = None;
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        for file in &self.files {
            fs::remove_file(file).ok();
        }
        if let Some(folder) = &self.folder {
            fs::remove_dir_all(folder).ok();
        }
    }
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the folder {}", path.display()))
}

fn write(path: &Path, content: &mut dyn Read) -> anyhow::Result<()> {
    let folder = path.parent().context("an object lies in a folder")?;
    make_folder(folder)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    std::io::copy(content, &mut file)?;
    file.sync_all()?;
    Ok(File::open(folder)?.sync_all()?)
}
