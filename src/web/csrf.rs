//! A change is made only by our own pages.
//!
//! `Sec-Fetch-Site` decides where a browser sends it; `Origin` where it does not; and only where
//! neither is sent, a token that the form carries and that is bound to this browser's cookies.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    cookie::{Cookie, SameSite},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::{Bytes, Data},
};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::Sha256;
use url::form_urlencoded;

use super::{Fault, Parts, Site, body, is_api};
use crate::error::{Error, Result};

/// The name of the hidden field.
pub const FIELD: &str = "csrf";

const REFUSED: &str = "This request did not come from a page of Keyroom, so nothing was changed. Open the page again and repeat it there.";

/// The token for the forms of this request's page.
#[derive(Clone)]
pub struct Token(pub String);

/// Refuses what comes from elsewhere, before anything of it is read.
pub async fn guard(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if is_api(req.match_info().as_str()) {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let Some(site) = req.app_data::<Data<Site>>().cloned() else {
        return Err(Fault::from(Error::Internal(anyhow::anyhow!("no site"))).into());
    };
    let name = site.cookie_name("keyroom_form");
    let known = req.cookie(&name).map(|c| c.value().to_owned());
    let seed = match &known {
        Some(seed) => seed.clone(),
        None => fresh_seed()?,
    };
    let session = req.cookie(&site.cookie_name("keyroom"));
    let token = token(&site, &seed, session.as_ref().map_or("", Cookie::value));

    let is_safe = matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && let Err(error) = check(&mut req, &site, known.is_some(), &token).await {
        return Ok(req.into_response(Fault::from(error).into_response()));
    }
    let shown = masked(&token)?;
    req.extensions_mut().insert(Token(shown));
    let mut res = next.call(req).await?.map_into_boxed_body();
    if known.is_none() && is_safe && shows_forms(&res) {
        let cookie = Cookie::build(name, seed)
            .path("/")
            .http_only(true)
            .secure(site.public_url.is_https())
            .same_site(SameSite::Lax)
            .finish();
        res.response_mut()
            .add_cookie(&cookie)
            .map_err(|e| Fault::from(Error::Internal(e.into())))?;
    }
    Ok(res)
}

fn shows_forms(res: &ServiceResponse<BoxBody>) -> bool {
    res.headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|t| t.as_bytes().starts_with(b"text/html"))
}

fn fresh_seed() -> Result<String, Fault> {
    let mut seed = [0; 16];
    SysRng
        .try_fill_bytes(&mut seed)
        .map_err(|e| Fault::from(Error::Internal(e.into())))?;
    Ok(BASE64URL_NOPAD.encode(&seed))
}

/// Another text for each page, since pages are compressed and their size must not tell of it (BREACH): a random
/// mask, and the token under it.
fn masked(token: &[u8; 32]) -> Result<String, Fault> {
    let mut shown = [0; 64];
    let (mask, under) = shown.split_at_mut(32);
    SysRng
        .try_fill_bytes(mask)
        .map_err(|e| Fault::from(Error::Internal(e.into())))?;
    for (i, byte) in under.iter_mut().enumerate() {
        *byte = token[i] ^ mask[i];
    }
    Ok(BASE64URL_NOPAD.encode(&shown))
}

fn unmasked(shown: &str) -> Option<[u8; 32]> {
    let shown: [u8; 64] = BASE64URL_NOPAD
        .decode(shown.as_bytes())
        .ok()?
        .try_into()
        .ok()?;
    Some(std::array::from_fn(|i| shown[i] ^ shown[32 + i]))
}

fn mac(site: &Site, seed: &str, session: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&site.csrf_key).expect("HMAC takes keys of any length");
    mac.update(&(seed.len() as u64).to_be_bytes());
    mac.update(seed.as_bytes());
    mac.update(session.as_bytes());
    mac
}

fn token(site: &Site, seed: &str, session: &str) -> [u8; 32] {
    mac(site, seed, session).finalize().into_bytes().into()
}

async fn check(
    req: &mut ServiceRequest,
    site: &Site,
    seeded: bool,
    token: &[u8; 32],
) -> Result<()> {
    let refuse = || Error::Forbidden(REFUSED.to_owned());
    if let Some(from) = req.headers().get("sec-fetch-site") {
        let ours = matches!(from.as_bytes(), b"same-origin" | b"none");
        return if ours { Ok(()) } else { Err(refuse()) };
    }
    if let Some(origin) = req.headers().get(header::ORIGIN) {
        let ours = origin.as_bytes() == site.public_url.origin().as_bytes();
        return if ours { Ok(()) } else { Err(refuse()) };
    }
    let given = given(req).await?;
    let given = given.and_then(|shown| unmasked(&shown));
    let equal = |given: [u8; 32]| {
        bool::from(subtle::ConstantTimeEq::ct_eq(
            given.as_slice(),
            token.as_slice(),
        ))
    };
    if seeded && given.is_some_and(equal) {
        Ok(())
    } else {
        Err(refuse())
    }
}

/// What the form says. One with files is not read to its end: the token stands before them.
async fn given(req: &mut ServiceRequest) -> Result<Option<String>> {
    let in_parts = req
        .content_type()
        .eq_ignore_ascii_case("multipart/form-data");
    if !in_parts {
        let body = super::read_body(req).await?;
        let mut fields = form_urlencoded::parse(&body);
        let found = fields.find(|(name, _)| name == FIELD);
        return Ok(found.map(|(_, value)| value.into_owned()));
    }
    let mut payload = req.take_payload();
    let first = body::peek(&mut payload, AT_FIRST).await?;
    req.set_payload(payload);
    Ok(token_in(req.request(), first).await)
}

/// So much of a form in parts has its token in it.
const AT_FIRST: usize = 4096;

async fn token_in(req: &HttpRequest, mut first: Bytes) -> Option<String> {
    first.truncate(AT_FIRST);
    let parts = Parts::<()>::from_request(req, &mut first.into()).await;
    let mut parts = parts.ok()?;
    while let Ok(Some(mut part)) = parts.next().await {
        if part.name == FIELD {
            return String::from_utf8(part.bytes(AT_FIRST).await.ok()?).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_another_text_each_time_and_always_the_same_token() {
        let token = [7; 32];
        let shown: Vec<String> = (0..3).filter_map(|_| masked(&token).ok()).collect();
        assert_eq!(shown.len(), 3);
        assert_ne!(shown[0], shown[1]);
        for text in &shown {
            assert_eq!(unmasked(text), Some(token));
        }
        for other in ["", "AAAA", "%", &BASE64URL_NOPAD.encode(&token)] {
            assert_eq!(unmasked(other), None, "{other}");
        }
    }
}
