//! What a call asks for and from where, and what stands against it once its key is known.

use std::net::IpAddr;

use actix_web::{
    dev::ServiceRequest,
    http::header::{self, HeaderMap, HeaderValue},
};
use chrono::{DateTime, Utc};

use crate::{
    error::Refusal,
    keys::{self, Candidate},
    permissions::Permissions,
    web::{Access, cors},
};

pub struct Asked {
    pub needed: Permissions,
    /// Publishable keys may do it.
    is_for_browsers: bool,
    /// The site from which the call says that it comes.
    pub origin: Option<HeaderValue>,
    is_from_browser: bool,
    /// None: it is unknown.
    ip: Option<IpAddr>,
}

impl Asked {
    pub fn of(access: Access, req: &ServiceRequest, ip: Option<IpAddr>) -> Self {
        let headers = req.headers();
        let needed = access.needed().unwrap_or_default().iter().copied();
        Self {
            needed: match access {
                // A question that makes no sense is refused where it is answered.
                Access::Proxied => keys::asked_for(req.query_string()).into_iter().collect(),
                _ => needed.collect(),
            },
            is_for_browsers: access.is_for_browsers(),
            origin: cors::origin(headers),
            is_from_browser: is_from_browser(headers),
            ip,
        }
    }

    /// In the order of the ladder.
    pub fn refusal(
        &self,
        (candidate, version): (&Candidate, i32),
        now: DateTime<Utc>,
    ) -> Option<Refusal> {
        let missing = self.needed.beyond(&candidate.permissions(version));
        candidate
            .refusal(version, self.ip, now)
            .or_else(|| self.refusal_of_kind(candidate))
            .or_else(|| (!missing.is_empty()).then_some(Refusal::PermissionMissing(missing)))
    }

    fn refusal_of_kind(&self, candidate: &Candidate) -> Option<Refusal> {
        let origin = self.origin.as_ref().map(HeaderValue::as_bytes);
        let is_misplaced = candidate.key.kind.is_publishable() && !self.is_for_browsers;
        candidate
            .refusal_of_origin(origin, self.is_from_browser)
            .or_else(|| is_misplaced.then_some(Refusal::SecretKeyRequired))
    }
}

/// A guard rail against a mistake, not a boundary. `Sec-Fetch-Mode` is no sign: Node's own `fetch` sends it.
fn is_from_browser(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN)
        || headers
            .get("sec-fetch-site")
            .is_some_and(|site| site.as_bytes() != b"none")
}
