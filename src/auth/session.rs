//! The session cookie.
//!
//! `actix-session` carries it: signed, renewed at sign-in, removed at sign-out. Its store asks no database: the one
//! thing a session holds is its own random id, and whether that id is (still) worth anything is a row in `sessions`,
//! which only the guard reads. So a request that is in flight during a sign-out cannot bring the session back.

use std::{
    collections::HashMap,
    future::{Ready, ready},
};

use actix_session::{
    Session, SessionExt, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    FromRequest, HttpRequest,
    cookie::{Key, SameSite, time::Duration},
    dev::Payload,
};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    key_files::MasterKey,
    web::{Ended, Fault, Site, link::secret_text},
};

/// After it began, and after it was last used.
pub const LONGEST: TimeDelta = TimeDelta::days(30);
pub const IDLE: TimeDelta = TimeDelta::hours(12);

/// Why a session is over that nobody ended, if it is.
pub fn end_of(
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Ended> {
    let (old, idle) = (created_at + LONGEST, last_seen_at + IDLE);
    let first = if old <= idle { Ended::Old } else { Ended::Idle };
    (now >= old.min(idle)).then_some(first)
}

const FIELD: &str = "id";

/// 256 random bits, in the clear only in the cookie. No `Debug`.
pub struct SessionId(String);

/// What the database knows a session by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionDigest(pub [u8; 32]);

impl SessionId {
    pub fn fresh() -> Result<Self> {
        secret_text().map(Self)
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

/// That of this request, on a page behind a guard.
impl FromRequest for SessionDigest {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = SessionId::of(&req.get_session());
        ready(
            id.map(|id| id.digest())
                .ok_or_else(|| Error::Unauthenticated.into()),
        )
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
