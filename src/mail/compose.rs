//! A mail as it goes to the server.

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::letter::Written;
use crate::{config::ascii_domain, ids::MailId};

/// The same whenever it is tried: a receiver knows it again by its id.
pub fn compose(
    id: MailId,
    (from, to): (&Mailbox, &Address),
    mail: Written,
    at: DateTime<Utc>,
) -> anyhow::Result<Vec<u8>> {
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(mail.subject)
        .date(at.into())
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        // No answer of a machine comes back to it (RFC 3834).
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))?;
    Ok(message.formatted())
}

/// An address to send to.
pub fn addressee(email: &str) -> Option<Address> {
    let (user, domain) = email.rsplit_once('@')?;
    Address::new(user, ascii_domain(domain)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_in_other_letters_is_written_in_ascii() {
        let to = |email| addressee(email).map(|a| a.to_string());
        assert_eq!(
            to("ada@bücher.example").as_deref(),
            Some("ada@xn--bcher-kva.example")
        );
        assert_eq!(to("äda@example.com").as_deref(), Some("äda@example.com"));
        assert_eq!(to("nobody"), None);
    }
}
