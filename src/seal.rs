//! What the server encrypts for nobody but itself: XChaCha20-Poly1305 under a key of the master key, which is never in the
//! database. What is sealed is bound to its place: moved to another it does not open.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use rand::{TryRng, rngs::SysRng};

use crate::{
    error::{Error, Result},
    key_files::MasterKey,
};

const NONCE: usize = 24;

/// One cipher for each version of the master key, the newest first. No `Debug`.
pub struct Seal(Vec<XChaCha20Poly1305>);

impl Seal {
    /// What is sealed for another purpose does not open.
    pub fn of(master: &MasterKey, purpose: &str) -> Self {
        let keys = master.derive_each(purpose);
        Self(
            keys.iter()
                .filter_map(|key| XChaCha20Poly1305::new_from_slice(&key[..32]).ok())
                .collect(),
        )
    }

    /// `place`: where it is kept, such that no two places read the same.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn close(&self, place: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let failed = || Error::Internal(anyhow::anyhow!("a secret could not be sealed"));
        let mut nonce = [0; NONCE];
        SysRng
            .try_fill_bytes(&mut nonce)
            .map_err(|e| Error::Internal(e.into()))?;
        let newest = self.0.first().ok_or_else(failed)?;
        let closed = newest.encrypt(&XNonce::from(nonce), within(place, secret));
        let mut sealed = nonce.to_vec();
        sealed.extend(closed.map_err(|_| failed())?);
        Ok(sealed)
    }

    /// None: it was not sealed here, or not for this place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, closed) = sealed.split_first_chunk::<NONCE>()?;
        let nonce = XNonce::from(*nonce);
        self.0
            .iter()
            .find_map(|cipher| cipher.decrypt(&nonce, within(place, closed)).ok())
    }
}

fn within<'a>(place: &'a str, msg: &'a [u8]) -> Payload<'a, 'a> {
    Payload {
        msg,
        aad: place.as_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    fn seal(versions: &[u8], purpose: &str) -> Seal {
        let line = |n: &u8| format!("{n}:{}\n", BASE64.encode(&[*n; 32]));
        let text: String = versions.iter().map(line).collect();
        Seal::of(&MasterKey::parse(&text).expect("a key file"), purpose)
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let seal_1 = seal(&[1], "letters");
        let sealed = seal_1.close("row 1", b"a token").expect("sealed");
        assert!(!sealed.windows(5).any(|bytes| bytes == b"token"));
        let opened = seal_1.open("row 1", &sealed);
        assert_eq!(opened.as_deref(), Some(b"a token".as_slice()));
        assert!(seal_1.open("row 2", &sealed).is_none());
        assert!(seal(&[1], "keys").open("row 1", &sealed).is_none());
        assert!(seal(&[2], "letters").open("row 1", &sealed).is_none());
        assert_ne!(seal_1.close("row 1", b"a token").expect("sealed"), sealed);
    }

    #[test]
    fn a_single_changed_bit_is_noticed() {
        let seal = seal(&[1], "letters");
        let sealed = seal.close("row 1", b"a token").expect("sealed");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal.open("row 1", &changed).is_none(), "{at}");
            assert!(seal.open("row 1", &sealed[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn what_an_older_key_sealed_still_opens_and_the_newest_seals() {
        let [old, both, new] = [&[1][..], &[1, 2], &[2]].map(|versions| seal(versions, "letters"));
        let before = old.close("row 1", b"a token").expect("sealed");
        let after = both.close("row 1", b"a token").expect("sealed");
        assert!(both.open("row 1", &before).is_some());
        assert!(new.open("row 1", &before).is_none());
        assert!(new.open("row 1", &after).is_some());
    }
}
