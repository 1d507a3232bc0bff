//! The secret of a recoverable key, encrypted while it can be shown again, and bound to its row: in that of another workspace,
//! another key or another secret of the same key it does not open.

use super::secret::Secret;
use crate::{
    error::Result,
    ids::{KeyId, WorkspaceId},
    key_files::MasterKey,
    seal::Seal,
};

/// No `Debug`.
pub struct KeySeal(Seal);

/// The row in which a secret is kept: of which key, and its number among the secrets of that.
#[derive(Clone, Copy)]
pub struct SecretRow {
    pub workspace: WorkspaceId,
    pub key: KeyId,
    pub version: i32,
}

impl KeySeal {
    pub fn of(master: &MasterKey) -> Self {
        Self(Seal::of(master, "recoverable keys"))
    }

    pub fn close(&self, row: SecretRow, secret: &Secret) -> Result<Vec<u8>> {
        self.0.close(&row.place(), secret.reveal().as_bytes())
    }

    /// None: it was not sealed here, for this row.
    pub fn open(&self, row: SecretRow, sealed: &[u8]) -> Option<Secret> {
        let opened = self.0.open(&row.place(), sealed)?;
        Secret::opened(String::from_utf8(opened).ok()?, row.key)
    }
}

impl SecretRow {
    /// Ids have always the same length, so no two rows read the same.
    fn place(&self) -> String {
        format!("{}{}{}", self.workspace, self.key, self.version)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;
    use crate::keys::model::Kind;

    #[test]
    fn a_secret_opens_in_its_row_alone() {
        let text = format!("1:{}\n", BASE64.encode(&[1; 32]));
        let seal = KeySeal::of(&MasterKey::parse(&text).expect("a key file"));
        let row = SecretRow {
            workspace: WorkspaceId::fresh(),
            key: KeyId::fresh(),
            version: 1,
        };
        let secret = Secret::fresh(Kind::Secret, row.key);
        let sealed = seal.close(row, &secret).expect("sealed");
        let opened = seal.open(row, &sealed).expect("opened");
        assert_eq!(opened.reveal(), secret.reveal());
        let (workspace, key) = (WorkspaceId::fresh(), KeyId::fresh());
        for other in [
            SecretRow { workspace, ..row },
            SecretRow { key, ..row },
            SecretRow { version: 2, ..row },
        ] {
            assert!(seal.open(other, &sealed).is_none());
        }
        // Sealed for this row, but it is the secret of another key.
        let foreign = seal
            .close(row, &Secret::fresh(Kind::Secret, key))
            .expect("sealed");
        assert!(seal.open(row, &foreign).is_none());
    }
}
