//! The format of a key, and how its secret is checked.
//!
//! ```text
//! skey_ + id (12) + secret (32) + crc (6)
//! pk_   + id (12) + secret (24) + crc (6)
//! ```
//! `id` and `secret` are base62, uniform; `crc` is CRC-32 (IEEE) over everything before it, in base62 with the digits
//! `0-9A-Za-z`, padded with zeros to 6.

use std::fmt;

use rand::{RngExt, distr::Alphanumeric, rngs::SysRng};

use super::model::Kind;
use crate::{
    ids::{KeyId, WorkspaceId},
    key_files::Pepper,
};

const CRC: usize = 6;

/// Characters of the secret part.
fn secret_length(kind: Kind) -> usize {
    match kind {
        Kind::Secret => 32,
        Kind::Publishable => 24,
    }
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The whole key in the clear, as it was made. No `Debug`, no `Serialize`: it is shown once, never logged.
pub struct Secret(Whole);

/// A string with the form of a key, as somebody presents it; whether it is one, only its digest tells. No `Debug`
/// either, and no way to read it back.
pub struct PresentedKey(Whole);

struct Whole {
    kind: Kind,
    id: KeyId,
    text: String,
}

/// A string that cannot be a key, whatever the database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongKey {
    Prefix,
    Length,
    Alphabet,
    Checksum,
}

impl Secret {
    /// A new value, from the operating system's generator.
    pub fn fresh(kind: Kind, id: KeyId) -> Self {
        let mut rng = rand::rand_core::UnwrapErr(SysRng);
        let random: String = (0..secret_length(kind))
            .map(|_| char::from(rng.sample(Alphanumeric)))
            .collect();
        let body = format!("{}{id}{random}", kind.prefix());
        let crc = checksum(&body);
        let text = body + &crc;
        Self(Whole { kind, id, text })
    }

    /// One that was made before, and kept sealed since. None: it is no secret of this key.
    pub(super) fn opened(text: String, of: KeyId) -> Option<Self> {
        let PresentedKey(whole) = PresentedKey::parse(&text).ok()?;
        (whole.id == of).then_some(Self(whole))
    }

    /// The one way out.
    pub fn reveal(&self) -> &str {
        &self.0.text
    }

    /// The value of a publishable key, which is no secret and may be kept and shown.
    pub fn shown(&self) -> Option<&str> {
        self.0.kind.is_publishable().then_some(self.reveal())
    }

    /// What the database keeps. None: the pepper file does not have that version.
    pub fn digest(
        &self,
        pepper: &Pepper,
        version: i32,
        workspace: WorkspaceId,
    ) -> Option<[u8; 32]> {
        self.0.digest(pepper, version, workspace)
    }
}

impl PresentedKey {
    /// Exact: prefix, length, alphabet and checksum, case-sensitive, nothing trimmed, without a look at the database.
    ///
    /// # Errors
    /// The first of these that is wrong; callers of the API are not told which.
    pub fn parse(text: &str) -> Result<Self, WrongKey> {
        let kind = [Kind::Secret, Kind::Publishable]
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(WrongKey::Prefix)?;
        let rest = &text[kind.prefix().len()..];
        if rest.len() != KeyId::LENGTH + secret_length(kind) + CRC {
            return Err(WrongKey::Length);
        }
        if !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(WrongKey::Alphabet);
        }
        let (body, crc) = text.split_at(text.len() - CRC);
        if checksum(body) != crc {
            return Err(WrongKey::Checksum);
        }
        let id = rest[..KeyId::LENGTH]
            .parse()
            .map_err(|_| WrongKey::Alphabet)?;
        let text = text.to_owned();
        Ok(Self(Whole { kind, id, text }))
    }

    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    pub fn id(&self) -> KeyId {
        self.0.id
    }

    /// To compare, in constant time, with what the database keeps. None: the pepper file does not have that version.
    pub fn digest(
        &self,
        pepper: &Pepper,
        version: i32,
        workspace: WorkspaceId,
    ) -> Option<[u8; 32]> {
        self.0.digest(pepper, version, workspace)
    }
}

impl Whole {
    fn digest(&self, pepper: &Pepper, version: i32, workspace: WorkspaceId) -> Option<[u8; 32]> {
        pepper.digest(
            version,
            &[
                self.kind.name().as_bytes(),
                workspace.to_string().as_bytes(),
                self.id.as_str().as_bytes(),
                self.text.as_bytes(),
            ],
        )
    }
}

impl fmt::Display for WrongKey {
    /// To whoever holds the text. It is not in the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "keys begin with skey_ or pk_, with nothing before it",
            Self::Length => {
                "a secret key has 55 characters, a publishable key 45, with nothing after them"
            }
            Self::Alphabet => "after its prefix a key has letters from A to Z and digits only",
            Self::Checksum => "its checksum does not fit, so a character is wrong or missing",
        })
    }
}

fn checksum(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CRC];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: [&str; 3] = [
        "skey_000000000000ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef3KlsIp",
        "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW",
        "pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56",
    ];

    fn parse(text: &str) -> Result<PresentedKey, WrongKey> {
        PresentedKey::parse(text)
    }

    #[test]
    fn the_test_vectors_parse() {
        for whole in VECTORS {
            assert_eq!(parse(whole).map(|key| key.0.text).as_deref(), Ok(whole));
        }
        let (secret, publishable) = (parse(VECTORS[1]).ok(), parse(VECTORS[2]).ok());
        assert_eq!(
            secret.map(|k| k.id().to_string()).as_deref(),
            Some("7Kq2mXw0B1aZ")
        );
        assert_eq!(publishable.map(|k| k.kind()), Some(Kind::Publishable));
    }

    #[test]
    fn every_single_change_of_a_key_is_noticed() {
        let whole = VECTORS[1];
        for at in 0..whole.len() {
            for other in ["0", "z", "A", "_", " ", "-"] {
                let mut changed = whole.to_owned();
                changed.replace_range(at..=at, other);
                assert!(changed == whole || parse(&changed).is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let wrong = |text: &str| parse(text).err();
        assert_eq!(wrong(""), Some(WrongKey::Prefix));
        assert_eq!(
            wrong("SKEY_000000000000ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef3KlsIp"),
            Some(WrongKey::Prefix)
        );
        assert_eq!(wrong(&VECTORS[0][..54]), Some(WrongKey::Length));
        assert_eq!(wrong(&format!("{} ", VECTORS[0])), Some(WrongKey::Length));
        assert_eq!(wrong(&format!(" {}", VECTORS[0])), Some(WrongKey::Prefix));
        assert_eq!(wrong(&VECTORS[0].replace('Z', "ä")), Some(WrongKey::Length));
        assert_eq!(
            wrong(&VECTORS[0].replace('Z', "-")),
            Some(WrongKey::Alphabet)
        );
        assert_eq!(
            wrong(&VECTORS[0].replace('Z', "z")),
            Some(WrongKey::Checksum)
        );
    }

    #[test]
    fn fresh_keys_have_the_format_and_differ() {
        let id = KeyId::fresh();
        for (kind, length) in [(Kind::Secret, 55), (Kind::Publishable, 45)] {
            let (one, two) = (Secret::fresh(kind, id), Secret::fresh(kind, id));
            assert_eq!(one.reveal().len(), length);
            assert!(parse(one.reveal()).is_ok_and(|key| (key.kind(), key.id()) == (kind, id)));
            assert_ne!(one.reveal(), two.reveal());
            assert_eq!(one.shown().is_some(), kind.is_publishable());
        }
    }
}
