use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Read, Seek},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, anyhow, bail};
use tar::{Archive, EntryType};

use super::{DATABASE, MANIFEST, MASTER_KEY, Manifest, OBJECTS, PEPPER, SUMS, copy};

/// What is read into memory is small.
const LARGEST_TEXT: u64 = 64 << 20;

/// A backup to read.
pub struct Reader {
    file: File,
    path: PathBuf,
}

/// What a whole backup has. No `Debug`: two of these are secrets.
pub struct Contents {
    pub manifest: Manifest,
    pub pepper: Option<Vec<u8>>,
    pub master_key: Option<Vec<u8>>,
    pub has_objects: bool,
}

impl Reader {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Reads all of it and believes nothing that does not have its sum.
    pub fn check(&mut self) -> anyhow::Result<Contents> {
        let path = self.path.display().to_string();
        let (mut found, mut small) = (BTreeMap::new(), BTreeMap::new());
        let mut sums = None;
        self.each(|name, content| {
            if sums.is_some() || found.contains_key(name) {
                bail!("{path} is damaged: {name} is in it where it does not belong");
            }
            if found.is_empty() && name != MANIFEST {
                bail!("{path} is not a backup that Keyroom made");
            }
            let mut text = Vec::new();
            let (_, sum) = match is_large(name) {
                true => copy(content, &mut io::sink())?,
                false => copy(&mut content.take(LARGEST_TEXT), &mut text)?,
            };
            if name == MANIFEST {
                // First: what a newer version made has rules of its own.
                Manifest::parse(&text).with_context(|| format!("{path} cannot be restored"))?;
            }
            if name == SUMS {
                sums = Some(String::from_utf8_lossy(&text).into_owned());
                return Ok(());
            }
            found.insert(name.to_owned(), sum);
            if !is_large(name) {
                small.insert(name.to_owned(), text);
            }
            Ok(())
        })?;
        if found.is_empty() {
            bail!("{path} is not a backup that Keyroom made");
        }
        let damaged = |why: &str| anyhow!("{path} is damaged: {why}. Use another copy of it");
        let sums = sums.ok_or_else(|| damaged("its end is missing"))?;
        let promised: BTreeMap<String, String> = sums
            .lines()
            .filter_map(|line| line.split_once("  "))
            .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
            .collect();
        for (name, sum) in &promised {
            match found.get(name) {
                None => return Err(damaged(&format!("{name} is missing"))),
                Some(other) if other != sum => {
                    return Err(damaged(&format!("{name} is not as it was written")));
                }
                Some(_) => {}
            }
        }
        if promised.len() != found.len() || !found.contains_key(DATABASE) {
            return Err(damaged("what is in it is not what was written"));
        }
        let manifest = Manifest::parse(&small.remove(MANIFEST).unwrap_or_default())?;
        let contents = Contents {
            pepper: small.remove(PEPPER),
            master_key: small.remove(MASTER_KEY),
            has_objects: found.keys().any(|name| name.starts_with(OBJECTS)),
            manifest,
        };
        let has_secrets = contents.pepper.is_some() && contents.master_key.is_some();
        if contents.manifest.with_secrets != has_secrets {
            return Err(damaged("it has not the key files that it says"));
        }
        Ok(contents)
    }

    /// Calls `work` for each file in it, by name.
    pub fn each(
        &mut self,
        mut work: impl FnMut(&str, &mut dyn Read) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let path = self.path.display().to_string();
        self.file.rewind()?;
        let mut archive = Archive::new(BufReader::with_capacity(64 << 10, &self.file));
        let mut is_first = true;
        let unreadable = |is_first: bool, error: io::Error| match is_first {
            true => anyhow!("{path} is not a backup that Keyroom made"),
            false => anyhow!("{path} is damaged or cut off ({error}). Use another copy of it"),
        };
        for entry in archive.entries()? {
            let mut entry = entry.map_err(|error| unreadable(is_first, error))?;
            let is_file = entry.header().entry_type() == EntryType::Regular;
            let name = entry
                .path()
                .ok()
                .and_then(|p| p.to_str().map(str::to_owned));
            let Some(name) = name.filter(|name| is_file && is_known(name)) else {
                match is_first {
                    true => bail!("{path} is not a backup that Keyroom made"),
                    false => bail!("{path} is damaged: something in it is not of a backup"),
                }
            };
            is_first = false;
            let mut rest = Whole {
                left: entry.size(),
                from: &mut entry,
            };
            work(&name, &mut rest).map_err(|error| match error.downcast_ref::<io::Error>() {
                Some(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
                    anyhow!("{path} is damaged or cut off ({end}). Use another copy of it")
                }
                _ => error,
            })?;
        }
        Ok(())
    }
}

/// Reads what was promised, or fails: the end of the file is not the end of the entry.
struct Whole<'a> {
    left: u64,
    from: &'a mut dyn Read,
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        if length == 0 && self.left > 0 && !buffer.is_empty() {
            let missing = format!("{} bytes are missing", self.left);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, missing));
        }
        self.left = self.left.saturating_sub(length as u64);
        Ok(length)
    }
}

fn is_large(name: &str) -> bool {
    name == DATABASE || name.starts_with(OBJECTS)
}

/// Names are paths: none may lead out of the folder that it is for.
fn is_known(name: &str) -> bool {
    match name.strip_prefix(OBJECTS) {
        Some(rest) => {
            !rest.is_empty()
                && Path::new(rest)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
        }
        None => [MANIFEST, DATABASE, PEPPER, MASTER_KEY, SUMS].contains(&name),
    }
}
