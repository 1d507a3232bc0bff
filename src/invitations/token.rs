//! What the link of an invitation opens with. In the clear it is in the mail, or on the one page that shows it, and in
//! the browser that follows it. There only the first address has it: that answers with a cookie and leads on to one
//! without it, so that no log line, no `Referer` and no history of the pages after it gives it away.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
use data_encoding::BASE64URL_NOPAD;
use rand::{TryRng, rngs::SysRng};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    web::{PageResult, Site, see_other},
};

/// The page that every link leads to.
pub const JOIN: &str = "/invitation";

const COOKIE: &str = "keyroom_invitation";

/// How long a browser carries it: somebody may first have to find their password, or sign out as somebody else.
const CARRIED: Duration = Duration::hours(12);

/// 256 random bits, as text. No `Debug`.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct InvitationToken(String);

/// What the database knows it by.
#[derive(Clone, Copy)]
pub struct TokenDigest(pub [u8; 32]);

impl InvitationToken {
    pub fn fresh() -> Result<Self> {
        let mut bits = [0; 32];
        SysRng
            .try_fill_bytes(&mut bits)
            .map_err(|e| Error::Internal(e.into()))?;
        Ok(Self(BASE64URL_NOPAD.encode(&bits)))
    }

    /// Bound to what it is for: it is worth nothing as a link of another kind.
    pub fn digest(&self) -> TokenDigest {
        let named = Sha256::new().chain_update("invitation\0");
        TokenDigest(named.chain_update(&self.0).finalize().into())
    }

    /// The path that goes to the invited.
    pub fn link(&self) -> String {
        format!("{JOIN}?token={}", self.0)
    }

    /// For the form of the page that the link leads to: with two invitations in one browser, each form accepts its own.
    pub fn field(self) -> String {
        self.0
    }

    /// Leads on to the page, with the token in a cookie: nothing else gets into one.
    pub fn lead(self, site: &Site) -> PageResult {
        if BASE64URL_NOPAD
            .decode(self.0.as_bytes())
            .map(|bits| bits.len())
            != Ok(32)
        {
            return put_down(see_other(JOIN)?, site);
        }
        with_cookie(see_other(JOIN)?, site, self.0, CARRIED)
    }

    /// What this browser came with, if anything.
    pub fn carried(req: &HttpRequest, site: &Site) -> Option<Self> {
        let cookie = req.cookie(&site.cookie_name(COOKIE))?;
        Some(Self(cookie.value().to_owned()))
    }
}

/// The answer, after which the browser carries nothing any more.
pub fn put_down(answer: HttpResponse, site: &Site) -> PageResult {
    with_cookie(answer, site, String::new(), Duration::ZERO)
}

fn with_cookie(mut answer: HttpResponse, site: &Site, value: String, age: Duration) -> PageResult {
    let cookie = Cookie::build(site.cookie_name(COOKIE), value)
        .path("/")
        .http_only(true)
        .secure(site.public_url.is_https())
        // Not `Strict`: whoever comes out of a mail program on the web comes from another site.
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish();
    answer
        .add_cookie(&cookie)
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(answer)
}
