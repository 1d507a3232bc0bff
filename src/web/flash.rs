//! What the last request did, said once on the next page. Signed, so that nobody else can say it.

use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    cookie::{Cookie, CookieJar, SameSite, time::Duration},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{Site, ui};

/// Put on a redirect; shown by the page it leads to.
#[derive(Clone, Serialize, Deserialize)]
pub struct Flash {
    pub good: bool,
    pub strong: String,
    pub text: String,
    /// Where *Undo* posts to.
    pub undo: Option<String>,
}

impl Flash {
    pub fn done(strong: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            good: true,
            strong: strong.into(),
            text: text.into(),
            undo: None,
        }
    }
    pub fn not_done(strong: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            good: false,
            ..Self::done(strong, text)
        }
    }
    #[must_use]
    pub fn undo(self, action: String) -> Self {
        Self {
            undo: Some(action),
            ..self
        }
    }
    pub(super) fn view(self) -> ui::FlashView {
        ui::FlashView {
            good: self.good,
            strong: self.strong,
            text: self.text,
            undo: self.undo.map(|action| ui::Undo {
                action,
                label: "Undo".to_owned(),
            }),
        }
    }
}

/// Reads the flash of the request before, writes that of this one.
pub async fn carry(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(site) = req.app_data::<Data<Site>>().cloned() else {
        return Ok(next.call(req).await?.map_into_boxed_body());
    };
    let name = site.cookie_name("keyroom_flash");
    let carried = req.cookie(&name);
    if let Some(flash) = carried.clone().and_then(|cookie| open(&site, cookie)) {
        req.extensions_mut().insert(flash);
    }
    let mut res = next.call(req).await?.map_into_boxed_body();
    let fresh = res.response_mut().extensions_mut().remove::<Flash>();
    let cookie = match fresh {
        Some(flash) => Some(seal(&site, name, &flash)),
        None if carried.is_some() && is_page(&res) => Some(gone(&site, name)),
        None => None,
    };
    if let Some(cookie) = cookie {
        res.response_mut().add_cookie(&cookie).ok();
    }
    Ok(res)
}

fn is_page(res: &ServiceResponse<BoxBody>) -> bool {
    !res.status().is_redirection()
        && res
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|t| t.as_bytes().starts_with(b"text/html"))
}

fn seal(site: &Site, name: String, flash: &Flash) -> Cookie<'static> {
    let json = serde_json::to_vec(flash).unwrap_or_default();
    let mut jar = CookieJar::new();
    jar.signed_mut(&site.flash_key)
        .add(Cookie::new(name.clone(), BASE64URL_NOPAD.encode(&json)));
    let value = jar.get(&name).map_or("", |c| c.value()).to_owned();
    dressed(site, name, value, Duration::minutes(5))
}

fn open(site: &Site, cookie: Cookie<'static>) -> Option<Flash> {
    let name = cookie.name().to_owned();
    let mut jar = CookieJar::new();
    jar.add_original(cookie);
    let json = jar.signed(&site.flash_key).get(&name)?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(json.value().as_bytes()).ok()?).ok()
}

fn gone(site: &Site, name: String) -> Cookie<'static> {
    dressed(site, name, String::new(), Duration::ZERO)
}

fn dressed(site: &Site, name: String, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(site.public_url.is_https())
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}
