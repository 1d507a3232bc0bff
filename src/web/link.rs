//! What a link that is handed over opens with. In the clear it is in a mail, or on the one page that shows it, and in the
//! browser that follows it, and there only in the first address: that answers with a cookie and leads on to one without
//! it, which no log line and no `Referer` gives away. Looking at what it leads to changes nothing, since programs that
//! search mails for evil look too.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
use data_encoding::BASE64URL_NOPAD;
use rand::{TryRng, rngs::SysRng};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{PageResult, Site, see_other};
use crate::error::{Error, Result};

/// 256 random bits, as text. No `Debug`.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct LinkToken(String);

/// What the database knows a link by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkDigest(pub [u8; 32]);

/// What a link is for: as another one it is worth nothing.
#[derive(Clone, Copy)]
pub enum Purpose {
    ResetPassword,
    /// From the address that somebody has.
    LeaveEmail,
    /// From the address that they want.
    TakeEmail,
    Join,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset password",
            Self::LeaveEmail => "leave email",
            Self::TakeEmail => "take email",
            Self::Join => "invitation",
        }
    }

    fn cookie(self) -> &'static str {
        match self {
            Self::ResetPassword => "keyroom_reset",
            Self::LeaveEmail | Self::TakeEmail => "keyroom_email",
            Self::Join => "keyroom_invitation",
        }
    }

    /// How long a browser carries what it came with. To join, somebody may first have to find their password, or sign
    /// out as somebody else.
    fn carried(self) -> Duration {
        match self {
            Self::ResetPassword | Self::LeaveEmail | Self::TakeEmail => Duration::minutes(30),
            Self::Join => Duration::hours(12),
        }
    }
}

/// Of a token, in characters.
const LENGTH: usize = 43;

/// The query of an address in a mail.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub token: Option<LinkToken>,
}

/// 256 random bits, as text.
pub fn secret_text() -> Result<String> {
    let mut bits = [0; 32];
    SysRng
        .try_fill_bytes(&mut bits)
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(BASE64URL_NOPAD.encode(&bits))
}

impl LinkToken {
    pub fn fresh() -> Result<Self> {
        secret_text().map(Self)
    }

    /// Bound to its purpose; no name of one has a NUL in it.
    pub fn digest(&self, purpose: Purpose) -> LinkDigest {
        let named = Sha256::new().chain_update(purpose.name());
        LinkDigest(
            named
                .chain_update([0])
                .chain_update(&self.0)
                .finalize()
                .into(),
        )
    }

    /// The path that goes into a mail.
    pub fn at(&self, path: &str) -> String {
        format!("{path}?token={}", self.0)
    }

    /// For the form of the page that the link leads to.
    pub fn field(self) -> String {
        self.0
    }

    /// Leads on to a path, with the token in a cookie. What cannot be one of ours is not carried on.
    pub fn lead(self, path: &str, site: &Site, purpose: Purpose) -> PageResult {
        let answer = see_other(path)?;
        let is_one = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if self.0.len() != LENGTH || !self.0.bytes().all(is_one) {
            return put_down(answer, site, purpose);
        }
        with_cookie(answer, &dressed(site, purpose, self.0, purpose.carried()))
    }

    /// What this browser came with, if anything.
    pub fn carried(req: &HttpRequest, site: &Site, purpose: Purpose) -> Option<Self> {
        let cookie = req.cookie(&site.cookie_name(purpose.cookie()))?;
        Some(Self(cookie.value().to_owned()))
    }
}

/// The answer, after which the browser carries nothing any more.
pub fn put_down(answer: HttpResponse, site: &Site, purpose: Purpose) -> PageResult {
    let gone = dressed(site, purpose, String::new(), Duration::ZERO);
    with_cookie(answer, &gone)
}

pub fn with_cookie(mut answer: HttpResponse, cookie: &Cookie<'_>) -> PageResult {
    answer
        .add_cookie(cookie)
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(answer)
}

fn dressed(site: &Site, purpose: Purpose, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(site.cookie_name(purpose.cookie()), value)
        .path("/")
        .http_only(true)
        .secure(site.public_url.is_https())
        // Not `Strict`: whoever comes out of a mail program on the web comes from another site.
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_worth_nothing_for_another_purpose() {
        let token = LinkToken::fresh().expect("bits");
        assert_eq!(token.0.len(), LENGTH);
        let all = [
            Purpose::ResetPassword,
            Purpose::LeaveEmail,
            Purpose::TakeEmail,
            Purpose::Join,
        ];
        for (i, one) in all.into_iter().enumerate() {
            for (j, other) in all.into_iter().enumerate() {
                assert_eq!(token.digest(one) == token.digest(other), i == j);
            }
        }
    }
}
