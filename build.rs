//! Turns `static/` into one table of embedded files under one hash, and its style sheets into one in layer order; and what
//! `docs/` has as text into another.

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The order of the cascade. A folder stands for its files by name.
const STYLES: [&str; 8] = [
    "layers.css",
    "reset.css",
    "tokens.css",
    "base.css",
    "layout.css",
    "ui",
    "features",
    "utilities.css",
];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=docs");
    let home = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = home.join("static");
    let out = PathBuf::from(variable("OUT_DIR")?);

    let mut styles = String::new();
    for part in STYLES {
        for file in files(&root.join("css").join(part))? {
            styles.push_str(&fs::read_to_string(file)?);
        }
    }
    let app_css = out.join("app.css");
    fs::write(&app_css, styles)?;

    let mut assets = vec![("app.css".to_owned(), app_css)];
    for file in files(&root)? {
        let path = relative(&root, &file);
        if !path.starts_with("css/") && content_type(&path).is_some() {
            assets.push((path, file));
        }
    }
    fs::write(out.join("assets.rs"), table(&assets, &out)?)?;
    fs::write(out.join("documents.rs"), documents(&home.join("docs"))?)
}

/// What is text of `docs/`, under its path there.
fn documents(folder: &Path) -> io::Result<String> {
    let mut rows = String::new();
    for file in files(folder)? {
        let path = relative(folder, &file);
        if !path.starts_with("screenshots/") {
            rows.push_str(&format!("    ({path:?}, include_str!({file:?})),\n"));
        }
    }
    Ok(format!(
        "pub static DOCUMENTS: &[(&str, &str)] = &[\n{rows}];\n"
    ))
}

/// One hash for everything, so that modules and fonts find each other by relative addresses.
fn table(assets: &[(String, PathBuf)], out: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut rows = String::new();
    for (path, file) in assets {
        let bytes = fs::read(file)?;
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
        let kind = content_type(path).unwrap_or_default();
        let gzip = match compressed(&bytes)? {
            // Fonts are compressed already.
            small if small.len() < bytes.len() * 9 / 10 => {
                let file = out.join(format!("{}.gz", path.replace('/', "-")));
                fs::write(&file, small)?;
                format!("Some(include_bytes!({file:?}))")
            }
            _ => "None".to_owned(),
        };
        rows.push_str(&format!(
            "    File {{ path: {path:?}, kind: {kind:?}, bytes: include_bytes!({file:?}), gzip: {gzip} }},\n"
        ));
    }
    let hash = data_encoding::HEXLOWER.encode(&hash.finalize());
    Ok(format!(
        "const HASH: &str = {:?};\nstatic FILES: &[File] = &[\n{rows}];\n",
        &hash[..12]
    ))
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    gzip.finish()
}

/// None for what is kept beside the assets but not served, such as licences.
fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

/// The file itself, or all files below a folder, always in the same order.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        found.extend(files(&entry)?);
    }
    Ok(found)
}

fn relative(root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(root).unwrap_or(file);
    path.to_string_lossy().replace('\\', "/")
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
