//! One mail to the configured server, step by step: only so is known whether a mail that failed may have arrived.

use std::{io, time::Duration};

use anyhow::Context;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use tokio::time::timeout;

use super::model::Failure;
use crate::{
    config::{Encryption, PublicUrl, Smtp},
    web::text,
};

/// From the first byte until the server is ready for the mail itself; and for taking that, which may be slow where it
/// is searched for viruses.
const PREPARATION: Duration = Duration::from_secs(30);
const DELIVERY: Duration = Duration::from_secs(60);
/// For one address of the server: it may have several.
const CONNECTION: Duration = Duration::from_secs(10);
const FAREWELL: Duration = Duration::from_secs(1);

const LONGEST_REPLY: usize = 300;

pub struct Server {
    pub settings: Smtp,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

/// Why a try failed.
pub struct Failed {
    pub why: Failure,
    /// As the server or the system said it, for whoever looks after mail.
    pub reply: String,
    /// It was not sent, for certain.
    pub is_certain: bool,
    /// There is no use in trying again.
    pub is_final: bool,
}

impl Failed {
    pub fn new(why: Failure, reply: &str) -> Self {
        Self {
            why,
            reply: tidy(reply),
            is_certain: why != Failure::BrokenOff,
            is_final: matches!(why, Failure::Refused | Failure::Sealed),
        }
    }

    /// A reply of the server means `why`; anything else, that it cannot be talked to.
    fn at(why: Failure, error: &Error) -> Self {
        match error.status() {
            Some(_) => Self::new(why, &cause(error)),
            None => Self::new(Failure::Unreachable, &cause(error)),
        }
    }

    /// What a reply about this mail means.
    fn of_mail(error: &Error) -> Self {
        let why = match error.is_permanent() {
            true => Failure::Refused,
            false => Failure::PutOff,
        };
        Self::at(why, error)
    }
}

type Done<T> = Result<T, Failed>;

/// A connection that did all that it was made for.
pub struct Farewell(AsyncSmtpConnection);

impl Farewell {
    /// Whatever the server says to that.
    pub async fn say(mut self) {
        timeout(FAREWELL, self.0.quit()).await.ok();
    }
}

impl Server {
    pub fn new(settings: &Smtp, public_url: &PublicUrl) -> anyhow::Result<Self> {
        let host = settings.host.clone();
        Ok(Self {
            tls: match settings.encryption {
                Encryption::None => None,
                _ => Some(TlsParameters::new(host).context("TLS cannot be used")?),
            },
            settings: settings.clone(),
            // Mail servers want a whole name, which a container does not have of itself.
            hello: public_url
                .domain()
                .map_or_else(ClientId::default, |name| ClientId::Domain(name.to_owned())),
        })
    }

    /// Connected, encrypted and signed in.
    async fn connect(&self) -> Done<AsyncSmtpConnection> {
        let Smtp {
            host,
            port,
            encryption,
            credentials,
            ..
        } = &self.settings;
        let at_once = self.tls.clone().filter(|_| *encryption == Encryption::Tls);
        let place = (host.as_str(), *port);
        let mut conn = AsyncSmtpConnection::connect_tokio1(
            place,
            Some(CONNECTION),
            &self.hello,
            at_once,
            None,
        )
        .await
        .map_err(|e| match is_about_tls(&e) {
            true => Failed::new(Failure::Encryption, &cause(&e)),
            false => Failed::new(Failure::Unreachable, &cause(&e)),
        })?;
        if let (Encryption::StartTls, Some(tls)) = (encryption, &self.tls) {
            let failed = |why: &str| Failed::new(Failure::Encryption, why);
            if !conn.can_starttls() {
                return Err(failed("it does not offer STARTTLS"));
            }
            conn.starttls(tls.clone(), &self.hello)
                .await
                .map_err(|e| failed(&cause(&e)))?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            conn.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await
                .map_err(|e| match e.is_client() {
                    true => Failed::new(
                        Failure::SignIn,
                        "it offers no way to sign in that is known here",
                    ),
                    false => Failed::at(Failure::SignIn, &e),
                })?;
        }
        Ok(conn)
    }

    /// Connected, with sender and addressee told, and the server waiting for the mail itself.
    async fn prepare(&self, to: &Address) -> Done<AsyncSmtpConnection> {
        let mut conn = self.connect().await?;
        let mut options = Vec::new();
        if !to.to_string().is_ascii() {
            if !conn.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failed::new(
                    Failure::Refused,
                    "it only takes addresses of ASCII characters",
                ));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let from = self.settings.from.email.clone();
        conn.command(Mail::new(Some(from), options))
            .await
            .map_err(|e| match e.is_permanent() {
                true => Failed::at(Failure::Sender, &e),
                false => Failed::of_mail(&e),
            })?;
        conn.command(Rcpt::new(to.clone(), Vec::new()))
            .await
            .map_err(|e| Failed::of_mail(&e))?;
        conn.command(Data).await.map_err(|e| Failed::of_mail(&e))?;
        Ok(conn)
    }

    /// `time_left` is how long it may still begin. What is left to do once that is noted is a farewell.
    pub async fn deliver(&self, to: &Address, mail: &[u8], time_left: Duration) -> Done<Farewell> {
        // What had little time left says nothing of the server.
        let silent = match time_left < PREPARATION {
            true => Failure::TooLate,
            false => Failure::Unreachable,
        };
        let mut conn = timeout(PREPARATION.min(time_left), self.prepare(to))
            .await
            .map_err(|_| Failed::new(silent, "it did not answer in time"))??;
        match timeout(DELIVERY, conn.message(mail)).await {
            Ok(Ok(_)) => Ok(Farewell(conn)),
            Ok(Err(e)) if e.status().is_some() => Err(Failed::of_mail(&e)),
            Ok(Err(e)) => Err(Failed::new(Failure::BrokenOff, &cause(&e))),
            Err(_) => Err(Failed::new(Failure::BrokenOff, "it did not answer in time")),
        }
    }
}

/// Does all but send: is the server there, and does it know us? None: it is and does.
pub async fn probe(
    settings: &Smtp,
    public_url: &PublicUrl,
) -> anyhow::Result<Option<(Failure, String)>> {
    let server = Server::new(settings, public_url)?;
    let connected = timeout(PREPARATION, server.connect()).await;
    Ok(match connected {
        Ok(Ok(conn)) => {
            Farewell(conn).say().await;
            None
        }
        Ok(Err(failed)) => Some((failed.why, failed.reply)),
        Err(_) => Some((Failure::Unreachable, "it did not answer in time".to_owned())),
    })
}

/// The handshake fails as an error of the connection; what rustls finds wrong is invalid data to it.
fn is_about_tls(error: &Error) -> bool {
    let io = innermost(error).downcast_ref::<io::Error>();
    io.is_some_and(|e| e.kind() == io::ErrorKind::InvalidData)
}

/// With its code, as the server said it, or what the system said.
fn cause(error: &Error) -> String {
    let said = innermost(error);
    match error.status() {
        Some(code) => format!("{code} {said}"),
        // It may quote what the server said, and that an addressee.
        None if error.is_response() => "its answer cannot be understood".to_owned(),
        None => said.to_string(),
    }
}

/// What is around it only names the step, which the failure does.
fn innermost<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> &'a (dyn std::error::Error + 'static) {
    error.source().map_or(error, innermost)
}

/// One short line without the links and addressees of the mail that it may quote: those open something, and are nobody's
/// business.
fn tidy(reply: &str) -> String {
    let clean: String = reply
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = clean
        .split_whitespace()
        .map(|word| {
            if word.contains(['/', '@']) || word.len() > 80 {
                "…"
            } else {
                word
            }
        })
        .collect();
    let line = text::without_keys(&words.join(" "));
    line.chars().take(LONGEST_REPLY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_kept_without_what_the_mail_says() {
        for link in [
            "https://keys.example.com/reset/abc",
            "keys.example.com//reset,",
            "keys.example.com/reset/abc",
            "/reset/abc",
            "<ada@brightwater.example>:",
        ] {
            let said = format!("550 5.7.1 no\r\n {link} please");
            assert_eq!(tidy(&said), "550 5.7.1 no … please");
        }
        assert_eq!(tidy(&"x ".repeat(1_000)).chars().count(), LONGEST_REPLY);
    }
}
