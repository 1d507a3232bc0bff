//! What a workspace does about keys that nobody uses, and whom to tell of one that leaked.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Days, Workspace};
use crate::{people::Email, web::text};

/// Before a key that nobody uses is deactivated, this is told.
pub const AHEAD: TimeDelta = TimeDelta::days(7);

const LONGEST: usize = 254;

/// After how many days a key that nobody uses is deactivated.
///
/// # Errors
/// A sentence to the person.
pub fn unused_days(number: i64) -> Result<Days, String> {
    match number {
        30.. => Days::parse(number),
        _ => Err(String::new()),
    }
    .map_err(|_| "Enter a number of days from 30 to 3650".to_owned())
}

impl Workspace {
    /// Keys that nobody has used or changed since then are told of. None: they stay as they are.
    pub fn quiet_before(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.unused_key_days.map(|days| quiet_before(days, now))
    }
}

pub fn quiet_before(days: Days, now: DateTime<Utc>) -> DateTime<Utc> {
    now - (TimeDelta::days(days.number().into()) - AHEAD)
}

/// Whom to tell that a key may have leaked: an email address, or a page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, diesel_derive_newtype::DieselNewType)]
#[serde(transparent)]
pub struct SecurityContact(String);

impl SecurityContact {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = &text::line(text, "a security contact", LONGEST)?;
        let is_good = match text.contains("://") {
            true => is_page(text),
            false => Email::parse(text).is_ok(),
        };
        match is_good {
            true => Ok(Self(text.clone())),
            false => Err("Enter an email address, or a link that begins with https://".to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it leads.
    pub fn href(&self) -> String {
        match self.0.contains("://") {
            true => self.0.clone(),
            false => format!("mailto:{}", urlencoding(&self.0)),
        }
    }
}

/// An address may have what would begin the fields of a mail.
fn urlencoding(address: &str) -> String {
    address
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('&', "%26")
        .replace('#', "%23")
}

fn is_page(text: &str) -> bool {
    let strange = |c: char| c.is_control() || c.is_whitespace();
    !text.chars().any(strange)
        && url::Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_address_or_a_page() {
        for good in [
            "security@example.com",
            " https://example.com/security?team=1 ",
        ] {
            let contact = SecurityContact::parse(good).expect(good);
            assert_eq!(contact.as_str(), good.trim());
        }
        for bad in [
            "",
            "security",
            "http://example.com",
            "javascript://example.com/%0aalert(1)",
            "javascript:alert(1)",
            "https://",
            "https://ada:secret@example.com/",
            "https://example.com/a b",
            &format!("https://example.com/{}", "a".repeat(254)),
        ] {
            assert!(SecurityContact::parse(bad).is_err(), "{bad}");
        }
        let odd = SecurityContact::parse("a?cc=b@example.com").expect("an address");
        assert_eq!(odd.href(), "mailto:a%3Fcc=b@example.com");
    }

    #[test]
    fn unused_is_told_from_a_month_on() {
        for good in [30, 90, 3650] {
            assert!(unused_days(good).is_ok(), "{good}");
        }
        for bad in [0, 29, 3651, -1] {
            assert!(unused_days(bad).is_err(), "{bad}");
        }
    }
}
