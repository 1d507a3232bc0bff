//! The two secrets of the server that live in files: the pepper of API keys and the master key.
//!
//! One line a version, `1:<base64 of 32 bytes or more>`; the last is used for what is new, the others still check
//! what is old. Nothing here has `Debug`, `Display` or `Serialize`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, bail};
use data_encoding::{BASE64, HEXLOWER};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::Sha256;

/// What one version answers to a question that only it can answer.
pub type Answer = [u8; 32];

struct KeyFile(BTreeMap<i32, Vec<u8>>);

/// Keyed hash of API keys at rest.
pub struct Pepper(KeyFile);

/// Everything else that needs a key is derived from it.
pub struct MasterKey(KeyFile);

impl Pepper {
    /// # Errors
    /// The file is missing, cannot be read, has a line that is no key, or is open to others.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        KeyFile::open(path).map(Self)
    }

    /// The same for a database that has never seen one: a missing file is made.
    ///
    /// # Errors
    /// As [`Pepper::open`], or it cannot be made.
    pub fn open_or_create(path: &Path) -> anyhow::Result<Self> {
        KeyFile::open_or_create(path).map(Self)
    }

    /// As [`Pepper::open`], of what a file holds.
    ///
    /// # Errors
    /// A line is no key.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        KeyFile::parse(text).map(Self)
    }

    /// All that there are.
    pub fn versions(&self) -> impl Iterator<Item = i32> + '_ {
        self.0.0.keys().copied()
    }

    /// The version for what is made now.
    pub fn current(&self) -> i32 {
        self.0.current().0
    }

    /// HMAC-SHA-256 over `parts`, each preceded by its length, so that no two
    /// lists of parts read the same. None: this version is not in the file.
    pub fn digest(&self, version: i32, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let mut mac = self.0.mac(version)?;
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().into())
    }

    /// To compare with what the database remembers of each version.
    pub fn answers(&self) -> Vec<(i32, Answer)> {
        self.0.answers(b"pepper")
    }
}

impl MasterKey {
    /// # Errors
    /// As [`Pepper::open`].
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        KeyFile::open(path).map(Self)
    }

    /// # Errors
    /// As [`Pepper::open_or_create`].
    pub fn open_or_create(path: &Path) -> anyhow::Result<Self> {
        KeyFile::open_or_create(path).map(Self)
    }

    /// # Errors
    /// As [`Pepper::parse`].
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        KeyFile::parse(text).map(Self)
    }

    /// A key for one purpose (RFC 5869); purposes cannot be computed from one another.
    pub fn derive(&self, purpose: &str) -> [u8; 64] {
        derived(self.0.current().1, purpose)
    }

    /// The same from every version, the newest first: what is sealed is opened by the one that sealed it.
    pub fn derive_each(&self, purpose: &str) -> Vec<[u8; 64]> {
        let newest_first = self.0.0.values().rev();
        newest_first.map(|key| derived(key, purpose)).collect()
    }

    /// To compare with what the database remembers of each version.
    pub fn answers(&self) -> Vec<(i32, Answer)> {
        self.0.answers(b"master key")
    }
}

fn derived(key: &[u8], purpose: &str) -> [u8; 64] {
    let mut derived = [0; 64];
    Hkdf::<Sha256>::new(None, key)
        .expand(purpose.as_bytes(), &mut derived)
        .expect("64 bytes are within what HKDF gives");
    derived
}

impl KeyFile {
    fn open_or_create(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            create(path).with_context(|| format!("cannot create {}", path.display()))?;
        }
        Self::open(path)
    }

    fn open(path: &Path) -> anyhow::Result<Self> {
        let mode = fs::metadata(path)
            .with_context(|| format!("cannot read {}", path.display()))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            bail!(
                "{0} can be read by others: run chmod 600 {0}",
                path.display()
            );
        }
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut versions = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (version, key) = line
                .split_once(':')
                .and_then(|(v, k)| {
                    Some((v.parse::<i32>().ok()?, BASE64.decode(k.as_bytes()).ok()?))
                })
                .filter(|(version, key)| *version > 0 && key.len() >= 32)
                .context("each line is a version, a colon and at least 32 bytes in base64")?;
            if versions.insert(version, key).is_some() {
                bail!("version {version} occurs twice");
            }
        }
        if versions.is_empty() {
            bail!("the file has no key");
        }
        Ok(Self(versions))
    }

    fn current(&self) -> (i32, &[u8]) {
        let (version, key) = self
            .0
            .last_key_value()
            .expect("parse refuses an empty file");
        (*version, key)
    }

    fn mac(&self, version: i32) -> Option<Hmac<Sha256>> {
        let key = self.0.get(&version)?;
        Some(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    fn answers(&self, purpose: &[u8]) -> Vec<(i32, Answer)> {
        self.0
            .keys()
            .filter_map(|version| {
                let mut mac = self.mac(*version)?;
                mac.update(b"keyroom key file check\0");
                mac.update(purpose);
                Some((*version, mac.finalize().into_bytes().into()))
            })
            .collect()
    }
}

/// A new file with one new key. Of two processes at once one makes it, and both use it.
fn create(path: &Path) -> anyhow::Result<()> {
    let mut key = [0; 32];
    SysRng.try_fill_bytes(&mut key)?;
    put(path, format!("1:{}\n", BASE64.encode(&key)).as_bytes())?;
    Ok(())
}

/// Writes a key file that was kept elsewhere, for its owner's eyes only. False: there is a file of that name, and it
/// is as it was.
///
/// Complete or not at all, also when two processes do it at once or the power fails: written beside, then linked
/// into place.
///
/// # Errors
/// It cannot be written.
pub fn put(path: &Path, content: &[u8]) -> anyhow::Result<bool> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut name = [0; 8];
    SysRng.try_fill_bytes(&mut name)?;
    let beside = path.with_extension(format!("new-{}", HEXLOWER.encode(&name)));
    let linked = write(&beside, content).and_then(|()| match fs::hard_link(&beside, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        linked => linked.map(|()| true),
    });
    fs::remove_file(&beside).ok();
    let is_new = linked?;
    // The database remembers this key from now on: its name must outlast a crash as it does.
    fs::File::open(folder)?.sync_all()?;
    Ok(is_new)
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: i32, byte: u8) -> String {
        format!("{version}:{}\n", BASE64.encode(&[byte; 32]))
    }

    #[test]
    fn the_last_version_is_for_what_is_new_and_the_others_still_answer() {
        let pepper = Pepper(KeyFile::parse(&(line(1, 7) + &line(2, 9))).expect("two good lines"));
        assert_eq!(pepper.current(), 2);
        assert_ne!(pepper.digest(1, &[b"x"]), pepper.digest(2, &[b"x"]));
        assert_eq!(pepper.digest(3, &[b"x"]), None);
        assert_ne!(
            pepper.digest(1, &[b"ab", b"c"]),
            pepper.digest(1, &[b"a", b"bc"])
        );
    }

    #[test]
    fn a_damaged_file_is_refused() {
        for text in [
            "",
            "1:",
            "x:AAAA",
            "1:AAAA",
            &(line(1, 1) + &line(1, 2)),
            &line(0, 1),
        ] {
            assert!(KeyFile::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_missing_file_is_made_once_and_only_for_its_owner() {
        let folder = std::env::temp_dir().join(format!("keyroom-key-file-{}", std::process::id()));
        let path = folder.join("pepper");
        assert!(Pepper::open(&path).is_err());
        let first = Pepper::open_or_create(&path).expect("made").answers();
        assert_eq!(Pepper::open(&path).expect("read").answers(), first);
        assert_eq!(
            Pepper::open_or_create(&path).expect("read").answers(),
            first
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
        assert!(Pepper::open(&path).is_err());
        fs::remove_dir_all(&folder).expect("clean up");
    }
}
