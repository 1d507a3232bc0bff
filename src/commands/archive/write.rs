use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, ErrorKind, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use keyroom::clock::Clock;
use tar::{Builder, EntryType, Header};

use super::{SUMS, copy};

/// A backup being made, under another name; gone with this unless it is finished.
pub struct Writer {
    tar: Builder<BufWriter<File>>,
    path: PathBuf,
    beside: PathBuf,
    sums: String,
    made_at: u64,
}

impl Writer {
    /// # Errors
    /// There is a file of that name, or none can be made.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        refuse_existing(path)?;
        let mut name = path
            .file_name()
            .with_context(|| format!("{} is not the name of a file", path.display()))?
            .to_owned();
        name.push(format!(".unfinished-{}", std::process::id()));
        let beside = path.with_file_name(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)
            .with_context(|| format!("cannot make {}", beside.display()))?;
        let made_at = Clock::default().now().timestamp();
        Ok(Self {
            tar: Builder::new(BufWriter::new(file)),
            path: path.to_owned(),
            beside,
            sums: String::new(),
            made_at: u64::try_from(made_at).unwrap_or_default(),
        })
    }

    /// Adds what `from` has, to its end.
    pub fn add(&mut self, name: &str, from: &mut dyn Read) -> anyhow::Result<()> {
        let sum = self.entry(name, from).with_context(|| self.unfinished())?;
        self.sums.push_str(&format!("{sum}  {name}\n"));
        Ok(())
    }

    fn entry(&mut self, name: &str, from: &mut dyn Read) -> anyhow::Result<String> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(self.made_at);
        let mut entry = self.tar.append_writer(&mut header, name)?;
        let copied = copy(from, &mut entry);
        let written = entry.finish();
        let (_, sum) = copied?;
        written?;
        Ok(sum)
    }

    fn unfinished(&self) -> String {
        format!("{} could not be finished", self.path.display())
    }

    /// Gives it its name, and says how large it is.
    pub fn finish(mut self) -> anyhow::Result<u64> {
        self.close().with_context(|| self.unfinished())
    }

    fn close(&mut self) -> anyhow::Result<u64> {
        let sums = std::mem::take(&mut self.sums);
        self.entry(SUMS, &mut sums.as_bytes())?;
        self.tar.finish()?;
        let buffered = self.tar.get_mut();
        std::io::Write::flush(buffered)?;
        let file = buffered.get_ref();
        file.sync_all()?;
        let size = file.metadata()?.len();
        match fs::hard_link(&self.beside, &self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => refuse_existing(&self.path)?,
            // Not every file system has links, such as that of a stick.
            Err(_) => {
                refuse_existing(&self.path)?;
                fs::rename(&self.beside, &self.path)?;
            }
        }
        fs::remove_file(&self.beside).ok();
        let folder = self.path.parent().filter(|f| !f.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(size)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Once finished there is none.
        fs::remove_file(&self.beside).ok();
    }
}

fn refuse_existing(path: &Path) -> anyhow::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        bail!(
            "{} exists, and a backup overwrites nothing. Give another name",
            path.display()
        );
    }
    Ok(())
}
