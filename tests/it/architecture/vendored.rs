//! Files of others are those that were recorded.

use std::{fs, path::Path};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::none;

const FOLDERS: &[&str] = &["static/vendor", "tests/browser/vendor", "tests/it/vendor"];

#[test]
fn vendored_files_are_as_they_were_recorded() {
    let mut offences = Vec::new();
    for folder in FOLDERS {
        let notes = fs::read_to_string(format!("{folder}/README.md")).expect("notes");
        let recorded = recorded(&notes);
        assert!(!recorded.is_empty(), "{folder}/README.md records nothing");
        for (file, hash) in &recorded {
            let bytes = fs::read(Path::new(folder).join(file)).expect("a file that is recorded");
            if HEXLOWER.encode(&Sha256::digest(&bytes)) != *hash {
                offences.push(format!("{folder}/{file} differs"));
            }
        }
        for entry in fs::read_dir(folder).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_string_lossy().into_owned();
            let is_note = name == "README.md" || name.contains("LICENSE");
            if !is_note && recorded.iter().all(|(file, _)| *file != name) {
                offences.push(format!("{folder}/{name} is not recorded"));
            }
        }
    }
    none("a file of others", &offences);
}

/// First and last column of the table: the file and its SHA-256.
fn recorded(notes: &str) -> Vec<(String, String)> {
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_matches('|');
        line.split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    notes
        .lines()
        .map(cells)
        .filter_map(|cells| Some((cells.first()?.clone(), cells.last()?.clone())))
        .filter(|(_, hash)| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        .collect()
}
