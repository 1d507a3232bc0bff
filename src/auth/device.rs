//! By what a browser is known again to somebody who signs in with it: a mark in a cookie of its own, for each of the
//! last few accounts that signed in there.
//!
//! A mark is made of the account and its password's hash, under a key of ours: nobody can make one, it says nothing to
//! anybody else, and none from before a change of the password counts. Nothing about the browser itself is looked at:
//! whoever has a password may have the same one.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    web::Data,
};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    error::{Error, Result},
    ids::UserId,
    key_files::MasterKey,
    people::PasswordHash,
    web::{Fault, Site},
};

const NAME: &str = "keyroom_devices";

/// Accounts that one browser is remembered for.
const ACCOUNTS: usize = 5;
const REMEMBERED: Duration = Duration::days(365);

/// Of a mark, in bytes.
const LENGTH: usize = 16;
type Mark = [u8; LENGTH];

/// What marks are made with. No `Debug`.
pub struct DeviceKey([u8; 64]);

impl DeviceKey {
    pub fn of(master: &MasterKey) -> Self {
        Self(master.derive("known devices"))
    }

    fn mark(&self, user: UserId, hash: &PasswordHash) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        // An id has always the same length, so no two pairs read the same.
        mac.update(user.to_string().as_bytes());
        hash.add_to(&mut mac);
        mac
    }
}

/// The browser of this request.
pub struct Device {
    key: Data<DeviceKey>,
    site: Data<Site>,
    marks: Vec<Mark>,
}

impl Device {
    pub fn of(req: &HttpRequest) -> Result<Self> {
        let (Some(key), Some(site)) = (
            req.app_data::<Data<DeviceKey>>().cloned(),
            req.app_data::<Data<Site>>().cloned(),
        ) else {
            return Err(Error::Internal(anyhow::anyhow!("no key for devices")));
        };
        let cookie = req.cookie(&site.cookie_name(NAME));
        let value = cookie.and_then(|c| BASE64URL_NOPAD.decode(c.value().as_bytes()).ok());
        let marks = value.unwrap_or_default().as_chunks::<LENGTH>().0.to_vec();
        let marks = marks.into_iter().take(ACCOUNTS).collect();
        Ok(Self { key, site, marks })
    }

    /// Has this account signed in with it, since its password is what it is?
    pub fn is_known_to(&self, user: UserId, hash: &PasswordHash) -> bool {
        let is_it = |mark: &Mark| {
            self.key
                .mark(user, hash)
                .verify_truncated_left(mark)
                .is_ok()
        };
        self.marks.iter().any(is_it)
    }

    /// With which it is known to the account from now on.
    pub fn remember(&self, user: UserId, hash: &PasswordHash) -> Cookie<'static> {
        let is_other = |mark: &&Mark| {
            self.key
                .mark(user, hash)
                .verify_truncated_left(*mark)
                .is_err()
        };
        let whole: [u8; 32] = self.key.mark(user, hash).finalize().into_bytes().into();
        let others = self.marks.iter().filter(is_other).map(Mark::as_slice);
        let marks = [&whole[..LENGTH]].into_iter().chain(others).take(ACCOUNTS);
        let value: Vec<u8> = marks.flatten().copied().collect();
        let name = self.site.cookie_name(NAME);
        Cookie::build(name, BASE64URL_NOPAD.encode(&value))
            .path("/")
            .http_only(true)
            .secure(self.site.public_url.is_https())
            .same_site(SameSite::Lax)
            .max_age(REMEMBERED)
            .finish()
    }
}

impl FromRequest for Device {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req).map_err(Into::into))
    }
}
