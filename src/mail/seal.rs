//! What a mail says, encrypted while it waits, and bound to its row and its addressee: what is moved to another row, or sent
//! to somebody else, does not open.

use super::letter::Written;
use crate::{
    error::{Error, Result},
    ids::MailId,
    key_files::MasterKey,
    seal::Seal,
};

/// No `Debug`.
pub struct MailSeal(Seal);

impl MailSeal {
    pub fn of(master: &MasterKey) -> Self {
        Self(Seal::of(master, "mail"))
    }

    pub fn close(&self, id: MailId, recipient: &str, mail: &Written) -> Result<Vec<u8>> {
        let said = serde_json::to_vec(&(&mail.subject, &mail.text, &mail.html))
            .map_err(|e| Error::Internal(e.into()))?;
        self.0.close(&place(id, recipient), &said)
    }

    /// None: it was not sealed here, for this row and this addressee.
    pub fn open(&self, id: MailId, recipient: &str, sealed: &[u8]) -> Option<Written> {
        let opened = self.0.open(&place(id, recipient), sealed)?;
        let (subject, text, html) = serde_json::from_slice(&opened).ok()?;
        Some(Written {
            subject,
            text,
            html,
        })
    }
}

/// An id has always the same length, so no two pairs read the same.
fn place(id: MailId, recipient: &str) -> String {
    format!("{id}{recipient}")
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    #[test]
    fn a_mail_opens_in_its_row_for_its_addressee_alone() {
        let text = format!("1:{}\n", BASE64.encode(&[1; 32]));
        let seal = MailSeal::of(&MasterKey::parse(&text).expect("a key file"));
        let mail = Written {
            subject: "Hello".to_owned(),
            text: "a link with a token".to_owned(),
            html: "<p>a link with a token</p>".to_owned(),
        };
        let (id, ada) = (MailId::fresh(), "ada@example.com");
        let sealed = seal.close(id, ada, &mail).expect("sealed");
        let opened = seal.open(id, ada, &sealed).expect("opened");
        assert_eq!(
            (opened.subject, opened.text, opened.html),
            (mail.subject, mail.text, mail.html)
        );
        assert!(seal.open(id, "eve@example.com", &sealed).is_none());
        assert!(seal.open(MailId::fresh(), ada, &sealed).is_none());
    }
}
