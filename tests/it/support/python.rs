//! What `tests/requirements.txt` names, where `bin/test` has installed it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python");

const MISSING: &str = "tests/requirements.txt is not installed: \
    python3 -m venv target/python && target/python/bin/pip install -r tests/requirements.txt";

/// A program that came with a package, or with Python.
pub fn program(name: &str) -> PathBuf {
    let path = Path::new(HOME).join("bin").join(name);
    assert!(path.exists(), "there is no {name}. {MISSING}");
    path
}

/// A file of a package.
pub fn file(within: &str) -> PathBuf {
    let pythons = fs::read_dir(Path::new(HOME).join("lib")).expect(MISSING);
    let found = pythons
        .filter_map(Result::ok)
        .map(|python| python.path().join("site-packages").join(within))
        .find(|path| path.exists());
    found.unwrap_or_else(|| panic!("there is no {within}. {MISSING}"))
}

/// What a script of the tests prints, line by line. It must end well.
#[track_caller]
pub fn run(script: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Vec<String> {
    let output = Command::new(program("python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
        .args(arguments)
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
    let told = String::from_utf8(output.stdout).expect("text");
    told.lines().map(str::to_owned).collect()
}
