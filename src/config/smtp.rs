use std::{collections::BTreeMap, net::IpAddr};

use anyhow::{Context, bail};
use lettre::{Address, message::Mailbox};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    None,
    /// Begun in the clear; without STARTTLS nothing is sent.
    StartTls,
    /// From the first byte.
    Tls,
}

/// The server that takes our mails, and who they are from. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct Smtp {
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    pub from: Mailbox,
}

const EXAMPLE: &str = "write one such as smtps://user:password@mail.example.com, with %40 for an @ in the password \
     and %2F for a /";

impl Smtp {
    /// # Errors
    /// What is wrong with which of the two. The address itself is not in it.
    pub(super) fn parse(address: &str, from: Option<&str>) -> anyhow::Result<Self> {
        let Ok(url) = Url::parse(address) else {
            bail!("KEYROOM_SMTP_URL is not an address; {EXAMPLE}");
        };
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            _ => bail!("KEYROOM_SMTP_URL names no server; {EXAMPLE}"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            bail!("KEYROOM_SMTP_URL has something after the server; {EXAMPLE}");
        }
        let encryption = encryption(&url, &host)?;
        let usual = match encryption {
            Encryption::None => 25,
            Encryption::StartTls => 587,
            Encryption::Tls => 465,
        };
        Ok(Self {
            port: url.port().unwrap_or(usual),
            credentials: credentials(&url)?,
            from: sender(from)?,
            encryption,
            host,
        })
    }
}

fn encryption(url: &Url, host: &str) -> anyhow::Result<Encryption> {
    let mut query: BTreeMap<_, _> = url.query_pairs().collect();
    let asked = query.remove("tls");
    if !query.is_empty() {
        bail!(
            "KEYROOM_SMTP_URL has something else than tls=required or tls=none behind the question mark; {EXAMPLE}"
        );
    }
    match (url.scheme(), asked.as_deref()) {
        ("smtps", None | Some("required")) => Ok(Encryption::Tls),
        ("smtps", Some(_)) => bail!(
            "KEYROOM_SMTP_URL begins with smtps://, which is encrypted from the start; leave out what it says of tls"
        ),
        ("smtp", Some("required")) => Ok(Encryption::StartTls),
        ("smtp", Some("none")) => Ok(Encryption::None),
        ("smtp", None) if is_this_machine(host) => Ok(Encryption::None),
        ("smtp", None) => Ok(Encryption::StartTls),
        ("smtp", Some(_)) => bail!(
            "KEYROOM_SMTP_URL has something else behind tls=; write required (which is the default), or none for a \
             server that you reach over a network you trust"
        ),
        _ => bail!("KEYROOM_SMTP_URL begins with neither smtp:// nor smtps://; {EXAMPLE}"),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.parse::<IpAddr>().map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |ip| ip.is_loopback(),
    )
}

fn credentials(url: &Url) -> anyhow::Result<Option<(String, String)>> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(String::from)
            .ok()
            .filter(|text| !text.chars().any(char::is_control))
            .context("KEYROOM_SMTP_URL has a user name or password that is no text")
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Some((decoded(user)?, decoded(password)?)))
        }
        _ => bail!("KEYROOM_SMTP_URL has a user name without a password, or the other way round"),
    }
}

fn sender(from: Option<&str>) -> anyhow::Result<Mailbox> {
    const HOW: &str = "write who mails are from, such as Keyroom <keyroom@example.com>";
    let Some(from) = from else {
        bail!("KEYROOM_MAIL_FROM is missing, and KEYROOM_SMTP_URL is given; {HOW}");
    };
    let Mailbox { name, email } = from
        .parse()
        .ok()
        .with_context(|| format!("KEYROOM_MAIL_FROM is {from}; {HOW}"))?;
    if !email.user().is_ascii() {
        bail!(
            "KEYROOM_MAIL_FROM is {from}, which many servers do not take: what is before the @ must be of ASCII \
             characters; {HOW}"
        );
    }
    let domain = ascii_domain(email.domain());
    let email = domain.and_then(|domain| Address::new(email.user(), domain).ok());
    let email = email.with_context(|| format!("KEYROOM_MAIL_FROM is {from}; {HOW}"))?;
    Ok(Mailbox::new(name, email))
}

/// A domain in other letters is written in ASCII, as every server knows it.
pub fn ascii_domain(domain: &str) -> Option<String> {
    match domain.is_ascii() {
        true => Some(domain.to_owned()),
        false => Host::parse(domain).ok().map(|host| host.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> anyhow::Result<Smtp> {
        Smtp::parse(url, Some("Keyroom <keyroom@example.com>"))
    }

    fn read(url: &str) -> (String, u16, Encryption) {
        let smtp = parse(url).unwrap_or_else(|e| panic!("{url}: {e}"));
        (smtp.host, smtp.port, smtp.encryption)
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_unless_it_is_said_otherwise() {
        let is = |host: &str, port, encryption| (host.to_owned(), port, encryption);
        for (url, expected) in [
            (
                "smtp://mail.example.com",
                is("mail.example.com", 587, Encryption::StartTls),
            ),
            (
                "smtp://mail.example.com:2525?tls=required",
                is("mail.example.com", 2525, Encryption::StartTls),
            ),
            (
                "smtps://mail.example.com/",
                is("mail.example.com", 465, Encryption::Tls),
            ),
            (
                "smtp://mail.lan?tls=none",
                is("mail.lan", 25, Encryption::None),
            ),
            (
                "smtp://127.0.0.1:1025",
                is("127.0.0.1", 1025, Encryption::None),
            ),
            ("smtp://localhost", is("localhost", 25, Encryption::None)),
            (
                "smtp://localhost?tls=required",
                is("localhost", 587, Encryption::StartTls),
            ),
            ("smtp://[::1]:25", is("::1", 25, Encryption::None)),
        ] {
            assert_eq!(read(url), expected, "{url}");
        }
    }

    #[test]
    fn a_password_may_have_any_character() {
        let smtp = parse("smtps://ada%40example.com:p%40ss%2Fw%C3%B6rd%3F@mail.example.com")
            .expect("an address");
        let expected = ("ada@example.com".to_owned(), "p@ss/wörd?".to_owned());
        assert_eq!(smtp.credentials, Some(expected));
    }

    #[test]
    fn mistakes_are_told_without_the_password() {
        for url in [
            "mail.example.com",
            "http://ada:hidden-word@mail.example.com",
            "smtp://ada:hidden-word@",
            "smtp://ada:hidden-word@mail.example.com:587/path",
            "smtp://ada:hidden-word@mail.example.com?tls=opportunistic",
            "smtp://ada:hidden-word@mail.example.com?pool=3",
            "smtps://ada:hidden-word@mail.example.com?tls=none",
            "smtp://ada:hidden/word@mail.example.com",
            "smtp://ada:1?hidden@mail.example.com",
            "smtp://ada@mail.example.com",
            "smtp://:hidden-word@mail.example.com",
            "smtp://ada:hidden%0Aword@mail.example.com",
        ] {
            let error = parse(url).err().expect(url).to_string();
            assert!(error.starts_with("KEYROOM_SMTP_URL "), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn mails_are_from_somebody() {
        let from = |from| Smtp::parse("smtp://localhost", from).map(|smtp| smtp.from.to_string());
        assert_eq!(
            from(Some("keyroom@example.com")).ok().as_deref(),
            Some("keyroom@example.com")
        );
        assert_eq!(
            from(Some("Schlüssel <keyroom@bücher.example>"))
                .ok()
                .as_deref(),
            Some("Schlüssel <keyroom@xn--bcher-kva.example>")
        );
        for wrong in [
            None,
            Some("Keyroom"),
            Some("Keyroom <keyroom>"),
            Some("Keyroom <schlüssel@example.com>"),
        ] {
            let error = from(wrong).expect_err("nobody").to_string();
            assert!(error.starts_with("KEYROOM_MAIL_FROM "), "{error}");
        }
    }
}
