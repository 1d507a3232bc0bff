//! What a mail says, encrypted while it waits: XChaCha20-Poly1305 under a key of the master key, bound to its row and
//! its addressee, so that what is moved to another row, or sent to somebody else, does not open.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use rand::{TryRng, rngs::SysRng};

use super::letter::Written;
use crate::{
    error::{Error, Result},
    ids::MailId,
    key_files::MasterKey,
};

const NONCE: usize = 24;

/// One cipher for each version of the master key, the newest first. No `Debug`.
pub struct Seal(Vec<XChaCha20Poly1305>);

impl Seal {
    pub fn of(master: &MasterKey) -> Self {
        let keys = master.derive_each("mail");
        Self(
            keys.iter()
                .filter_map(|key| XChaCha20Poly1305::new_from_slice(&key[..32]).ok())
                .collect(),
        )
    }

    pub fn close(&self, id: MailId, recipient: &str, mail: &Written) -> Result<Vec<u8>> {
        let failed = || Error::Internal(anyhow::anyhow!("a mail could not be sealed"));
        let mut nonce = [0; NONCE];
        SysRng
            .try_fill_bytes(&mut nonce)
            .map_err(|e| Error::Internal(e.into()))?;
        let said = serde_json::to_vec(&(&mail.subject, &mail.text, &mail.html))
            .map_err(|e| Error::Internal(e.into()))?;
        let bound = bound(id, recipient);
        let payload = Payload {
            msg: &said,
            aad: bound.as_bytes(),
        };
        let newest = self.0.first().ok_or_else(failed)?;
        let closed = newest.encrypt(&XNonce::from(nonce), payload);
        let mut sealed = nonce.to_vec();
        sealed.extend(closed.map_err(|_| failed())?);
        Ok(sealed)
    }

    /// None: it was not sealed here, for this row and this addressee.
    pub fn open(&self, id: MailId, recipient: &str, sealed: &[u8]) -> Option<Written> {
        let (nonce, closed) = sealed.split_first_chunk::<NONCE>()?;
        let bound = bound(id, recipient);
        let opened = self.0.iter().find_map(|cipher| {
            let payload = Payload {
                msg: closed,
                aad: bound.as_bytes(),
            };
            cipher.decrypt(&XNonce::from(*nonce), payload).ok()
        })?;
        let (subject, text, html) = serde_json::from_slice(&opened).ok()?;
        Some(Written {
            subject,
            text,
            html,
        })
    }
}

/// An id has always the same length, so no two pairs read the same.
fn bound(id: MailId, recipient: &str) -> String {
    format!("{id}{recipient}")
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    fn master(versions: &[u8]) -> MasterKey {
        let line = |n: &u8| format!("{n}:{}\n", BASE64.encode(&[*n; 32]));
        let text: String = versions.iter().map(line).collect();
        MasterKey::parse(&text).expect("a key file")
    }

    fn mail() -> Written {
        Written {
            subject: "Hello".to_owned(),
            text: "a link with a token".to_owned(),
            html: "<p>a link with a token</p>".to_owned(),
        }
    }

    #[test]
    fn what_is_sealed_opens_in_its_row_for_its_addressee_alone() {
        let (seal, id) = (Seal::of(&master(&[1])), MailId::fresh());
        let sealed = seal.close(id, "ada@example.com", &mail()).expect("sealed");
        assert!(!sealed.windows(5).any(|bytes| bytes == b"token"));
        let opened = seal.open(id, "ada@example.com", &sealed).expect("opened");
        assert_eq!(
            (opened.subject, opened.text, opened.html),
            (mail().subject, mail().text, mail().html)
        );
        assert!(seal.open(id, "eve@example.com", &sealed).is_none());
        assert!(
            seal.open(MailId::fresh(), "ada@example.com", &sealed)
                .is_none()
        );
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(seal.open(id, "ada@example.com", &changed).is_none());
        assert!(seal.open(id, "ada@example.com", &sealed[..20]).is_none());
        assert_ne!(
            seal.close(id, "ada@example.com", &mail()).expect("sealed"),
            sealed
        );
    }

    #[test]
    fn what_an_older_key_sealed_still_opens_and_the_newest_seals() {
        let id = MailId::fresh();
        let (old, both, new) = (
            Seal::of(&master(&[1])),
            Seal::of(&master(&[1, 2])),
            Seal::of(&master(&[2])),
        );
        let before = old.close(id, "ada@example.com", &mail()).expect("sealed");
        let after = both.close(id, "ada@example.com", &mail()).expect("sealed");
        assert!(both.open(id, "ada@example.com", &before).is_some());
        assert!(new.open(id, "ada@example.com", &before).is_none());
        assert!(new.open(id, "ada@example.com", &after).is_some());
    }
}
