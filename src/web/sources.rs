//! The sources, for tests that hold them against a table.

use std::{fs, path::Path};

/// The text of every source file but one, which is named by the end of its path.
pub fn all_but(left_out: &str) -> Vec<String> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    collect(&root, left_out, &mut found);
    found
}

fn collect(folder: &Path, left_out: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, left_out, found);
        } else if !path.ends_with(left_out) {
            found.push(fs::read_to_string(&path).expect("a source file"));
        }
    }
}
