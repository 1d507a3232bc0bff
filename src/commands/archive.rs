//! A backup in one file: a tar archive that other programs can read too. In it, in this order:
//!
//! - `manifest.json`: what it is a backup of;
//! - `database.dump`: the database, as `pg_dump --format=custom` writes it;
//! - `pepper` and `master-key`: the key files, unless they were left out;
//! - `objects/…`: the files of the objects folder, if there is one;
//! - `SHA256SUMS`: a line for each of the above. Without it the backup is not whole.

mod manifest;
mod read;
mod write;

pub use manifest::Manifest;
pub use read::{Contents, Reader};
pub use write::Writer;

use std::io::{Read, Write};

use sha2::{Digest, Sha256};

pub const MANIFEST: &str = "manifest.json";
pub const DATABASE: &str = "database.dump";
pub const PEPPER: &str = "pepper";
pub const MASTER_KEY: &str = "master-key";
pub const OBJECTS: &str = "objects/";
const SUMS: &str = "SHA256SUMS";

/// Copies to the end, and says how much it was and its sum.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> anyhow::Result<(u64, String)> {
    let (mut sum, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        super::tool::go_on()?;
        let length = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        sum.update(&buffer[..length]);
        to.write_all(&buffer[..length])?;
        size += length as u64;
    }
    Ok((size, data_encoding::HEXLOWER.encode(&sum.finalize())))
}
