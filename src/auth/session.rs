//! The session cookie.
//!
//! `actix-session` carries it: signed, renewed at sign-in, removed at sign-out. Its store asks no database: the one
//! thing a session holds is its own random id, and whether that id is (still) worth anything is a row in `sessions`,
//! which only the guard reads. So a request that is in flight during a sign-out cannot bring the session back.

use std::collections::HashMap;

use actix_session::{
    Session, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::cookie::{Key, SameSite, time::Duration};
use data_encoding::BASE64URL_NOPAD;
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    key_files::MasterKey,
    web::Site,
};

/// The absolute end; the idle end is in [`super::store`].
pub const LONGEST: chrono::TimeDelta = chrono::TimeDelta::days(30);
pub const IDLE: chrono::TimeDelta = chrono::TimeDelta::hours(12);

const FIELD: &str = "id";

/// 256 random bits, in the clear only in the cookie. No `Debug`.
pub struct SessionId(String);

/// What the database knows a session by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionDigest(pub [u8; 32]);

impl SessionId {
    pub fn fresh() -> Result<Self> {
        let mut bits = [0; 32];
        SysRng
            .try_fill_bytes(&mut bits)
            .map_err(|e| Error::Internal(e.into()))?;
        Ok(Self(BASE64URL_NOPAD.encode(&bits)))
    }

    pub fn digest(&self) -> SessionDigest {
        SessionDigest(Sha256::digest(&self.0).into())
    }

    /// Puts it into the answer's cookie, in place of whatever was there.
    pub fn give(&self, cookie: &Session) -> Result<()> {
        cookie.renew();
        cookie
            .insert(FIELD, &self.0)
            .map_err(|e| Error::Internal(e.into()))
    }

    /// From the request's cookie, if that is one of ours.
    pub fn of(cookie: &Session) -> Option<Self> {
        cookie.get::<String>(FIELD).ok().flatten().map(Self)
    }
}

pub struct CookieStore;

impl SessionStore for CookieStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let id = serde_json::to_string(key.as_ref()).map_err(|e| LoadError::Other(e.into()))?;
        Ok(Some(HashMap::from([(FIELD.to_owned(), id)])))
    }

    async fn save(
        &self,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, SaveError> {
        let id = state
            .get(FIELD)
            .map_or(Ok(String::new()), |json| serde_json::from_str(json));
        id.map_err(anyhow::Error::from)
            .and_then(|id: String| Ok(SessionKey::try_from(id)?))
            .map_err(SaveError::Other)
    }

    async fn update(
        &self,
        key: SessionKey,
        _: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}

pub fn middleware(site: &Site, key: Key) -> SessionMiddleware<CookieStore> {
    SessionMiddleware::builder(CookieStore, key)
        .cookie_name(site.cookie_name("keyroom"))
        .cookie_secure(site.public_url.is_https())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(
            PersistentSession::default()
                .session_ttl(Duration::days(LONGEST.num_days()))
                .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges),
        )
        .build()
}

/// The key that signs the cookie.
pub fn cookie_key(master: &MasterKey) -> Key {
    Key::from(&master.derive("session cookie"))
}
