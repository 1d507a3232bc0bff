//! The rules of the house that no compiler keeps, by search in the text of the sources.
//!
//! If you are here because a rule stands in your way: the shape is described in the README, and a rule that no longer
//! serves is changed there and here together.

mod code;
mod html;
mod secrets;
mod templates;
mod vendored;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository.
struct Source {
    /// From the root of the repository, such as `src/keys/store/read.rs`.
    path: String,
    text: String,
}

/// Every file under `folder` whose name ends so.
fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(Path::new(folder), extension, &mut found);
    assert!(!found.is_empty(), "no .{extension} in {folder}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(Source {
                text: fs::read_to_string(&path).expect("a text"),
                path: path.display().to_string(),
            });
        }
    }
}

/// Fails with one line for each offence.
#[track_caller]
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}
