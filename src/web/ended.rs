//! A session that is over: why, and the way through *Sign in* back to where it ended.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::header, web::Data};

use super::{Site, Viewing, confirm, routes::page_at, text};

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nobody used it for as long as one may leave it.
    Idle,
    /// It lasted as long as any may.
    Old,
    /// Somebody ended it: in the account, or with a new password.
    Elsewhere,
}

impl Ended {
    const ALL: [Self; 3] = [Self::Idle, Self::Old, Self::Elsewhere];

    /// In addresses.
    fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Old => "old",
            Self::Elsewhere => "elsewhere",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ended| ended.name() == name)
    }

    /// To whoever is asked to sign in again.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Idle => "You were signed out after 12 hours. Sign in to continue.",
            Self::Old => {
                "You signed in 30 days ago, which is as long as it lasts. Sign in to continue."
            }
            Self::Elsewhere => {
                "This session was ended from elsewhere, or by a new password. Sign in to continue."
            }
        }
    }
}

/// To *Sign in*, and from there back to the page that was asked for: the page itself for a GET, the
/// page that sent it for a form.
pub(super) fn to_sign_in(req: &HttpRequest) -> HttpResponse {
    let asked = req
        .uri()
        .path_and_query()
        .map(|p| text::carried(p.as_str()).to_owned());
    let is_page = req.method().is_safe();
    let next = if is_page { asked } else { sender(req) }
        .filter(|next| text::is_local_path(next) && next != "/");
    let ended = req
        .extensions()
        .get::<Viewing>()
        .and_then(|v| v.session_ended);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(next) = next {
        query.append_pair("next", &next);
    }
    if let Some(ended) = ended {
        query.append_pair("ended", ended.name());
    }
    let query = query.finish();
    let to = if query.is_empty() {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?{query}")
    };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}

/// The page of ours that a form was sent from, if it can be looked at again; else the one above it.
pub(super) fn sender(req: &HttpRequest) -> Option<String> {
    if let Some(origin) = confirm::origin(req) {
        return Some(origin);
    }
    let referer = req.headers().get(header::REFERER)?.to_str().ok()?;
    let site = req.app_data::<Data<Site>>()?;
    referer
        .strip_prefix(&site.public_url.origin())
        .filter(|path| text::is_local_path(path))
        .and_then(|path| page_at(req, text::carried(path)))
        .map(str::to_owned)
}
