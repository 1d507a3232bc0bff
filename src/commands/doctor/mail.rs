use keyroom::{
    config::{Config, Encryption, PublicUrl, Smtp},
    mail::{self, Failure},
};

use super::Report;

/// Does the mail server answer, and let us in? Nothing is sent.
pub fn check(report: &mut Report, config: &Config) {
    let name = "mail server";
    let Some(smtp) = &config.smtp else {
        return report.ok(
            name,
            "none is set up (KEYROOM_SMTP_URL), so nothing is sent to anybody",
        );
    };
    let place = format!("{}:{}", smtp.host, smtp.port);
    match ask(smtp, &config.public_url) {
        Ok(None) if smtp.encryption == Encryption::None && smtp.credentials.is_some() => report
            .warn(
                name,
                format!(
                    "{place} answers, but the password goes there in the clear: leave out tls=none"
                ),
            ),
        Ok(None) => report.ok(name, format!("{place} answers{}", greeting(smtp))),
        Ok(Some((why, reply))) => report.fail(
            name,
            format!("{place}: {} ({reply}): {}", why.words(), remedy(why)),
        ),
        Err(error) => report.fail(name, format!("{error:#}")),
    }
}

fn ask(smtp: &Smtp, public_url: &PublicUrl) -> anyhow::Result<Option<(Failure, String)>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .enable_all()
        .build()?
        .block_on(mail::probe(smtp, public_url))
}

fn greeting(smtp: &Smtp) -> &'static str {
    match (smtp.encryption, smtp.credentials.is_some()) {
        (Encryption::None, _) => "",
        (_, false) => ", encrypted",
        (_, true) => ", encrypted, and accepts user name and password",
    }
}

fn remedy(why: Failure) -> &'static str {
    match why {
        Failure::Encryption => {
            "let the server have a certificate for this name from an authority that this machine trusts (on Debian, \
             /usr/local/share/ca-certificates and update-ca-certificates)"
        }
        Failure::SignIn => "correct user name and password in KEYROOM_SMTP_URL",
        _ => "start it, let this machine through its firewall, or correct KEYROOM_SMTP_URL",
    }
}
