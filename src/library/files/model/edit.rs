//! What a form changes of a file.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{File, FilePatch};
use crate::library::model::{MetadataChange, Step, Visibility};

/// What the form about a file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSaid {
    pub labels: Vec<String>,
    pub texts: BTreeMap<String, String>,
    pub visibility: Visibility,
}

/// The same as the form carries it along: of texts their marks, so that it does not become twice as long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWas {
    labels: Vec<String>,
    texts: BTreeMap<String, String>,
    visibility: Visibility,
}

impl FileSaid {
    pub fn of(file: &File, labels: Vec<String>) -> Self {
        let texts = file.metadata.iter();
        Self {
            labels,
            texts: texts.map(|(n, t)| (n.to_owned(), t.to_owned())).collect(),
            visibility: file.visibility,
        }
    }

    pub fn was(&self) -> FileWas {
        let marks = self.texts.iter().map(|(n, text)| (n.clone(), mark(text)));
        FileWas {
            labels: self.labels.clone(),
            texts: marks.collect(),
            visibility: self.visibility,
        }
    }

    /// What makes `self` of `now`.
    pub fn patch_of(self, now: &Self) -> FilePatch {
        let gone = now
            .texts
            .keys()
            .filter(|name| !self.texts.contains_key(*name));
        let mut metadata: MetadataChange = gone.map(|name| (name.clone(), None)).collect();
        let others = self.texts.into_iter();
        let others = others.filter(|(name, text)| now.texts.get(name) != Some(text));
        metadata.extend(others.map(|(name, text)| (name, Some(text))));
        FilePatch {
            visibility: Some(self.visibility),
            labels: (self.labels != now.labels).then_some(self.labels),
            metadata: Some(metadata),
            ..FilePatch::default()
        }
    }
}

/// Browsers send every end of a line alike.
fn mark(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    BASE64URL_NOPAD.encode(&Sha256::digest(text)[..16])
}

/// From what the form was made with to what was typed.
#[derive(Debug, Clone)]
pub struct FileEdit {
    /// None: it was not said, and counts as what is there.
    pub from: Option<FileWas>,
    pub to: FileSaid,
}

impl FileEdit {
    /// What the file is to be, and the names of texts that clash.
    pub fn onto(&self, now: &FileSaid) -> (FileSaid, Vec<String>) {
        let (is, to) = (now.was(), self.to.was());
        let from = self.from.as_ref().unwrap_or(&is);
        let (mut texts, mut clashes) = (now.texts.clone(), Vec::new());
        let names: BTreeSet<&String> = from.texts.keys().chain(to.texts.keys()).collect();
        for name in names {
            let marks = [from, &to, &is].map(|of| of.texts.get(name));
            match Step::of(&marks[0], &marks[1], &marks[2]) {
                Step::Stays => continue,
                Step::Changes => {}
                Step::Clashes => clashes.push(name.clone()),
            }
            match self.to.texts.get(name) {
                Some(text) => texts.insert(name.clone(), text.clone()),
                None => texts.remove(name),
            };
        }
        let said = FileSaid {
            labels: labels(&from.labels, &to.labels, &now.labels),
            texts,
            visibility: match to.visibility == from.visibility {
                true => now.visibility,
                false => to.visibility,
            },
        };
        (said, clashes)
    }
}

/// Each is on it or not, so that two who change the same want the same.
fn labels(from: &[String], to: &[String], now: &[String]) -> Vec<String> {
    let has = |all: &[String], name: &String| {
        all.iter()
            .any(|one| one.to_lowercase() == name.to_lowercase())
    };
    let kept = now.iter().filter(|name| has(to, name) || !has(from, name));
    let added = to.iter().filter(|name| !has(from, name) && !has(now, name));
    kept.chain(added).cloned().collect()
}
