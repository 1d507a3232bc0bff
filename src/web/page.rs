//! A page on its way out, and the shell around it.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    web::Data,
};
use askama::Template;

use super::{
    Ended, Fault, Flash, Site, csrf, text,
    time::Zone,
    ui::{Csrf, HomeLink, Shell, Viewer, WorkspaceView},
};
use crate::{
    actor::{Actor, Role},
    error::Error,
    policy,
};

/// What the guard found out about who looks at a page; noted in the request.
#[derive(Clone, Default)]
pub struct Viewing {
    /// `system`, `light` or `dark`; empty where nobody has chosen.
    pub theme: &'static str,
    /// Name and e-mail.
    pub person: Option<(String, String)>,
    /// The zone that the person chose for themselves.
    pub zone: Option<Zone>,
    /// Name, slug and time zone.
    pub workspace: Option<(String, String, Zone)>,
    /// Every workspace they may enter, by name.
    pub homes: Vec<Home>,
    /// There was a session cookie, but its session is over.
    pub session_ended: Option<Ended>,
}

/// A workspace that somebody belongs to.
#[derive(Debug, Clone)]
pub struct Home {
    pub name: String,
    pub slug: String,
    pub role: Role,
}

/// The shell for this request.
pub fn shell_of(req: &HttpRequest) -> Shell {
    let extensions = req.extensions();
    let viewing = extensions.get::<Viewing>().cloned().unwrap_or_default();
    let site = req.app_data::<Data<Site>>();
    let homes = homes(&viewing, req.path());
    let is_admin = viewing.role().is_some_and(policy::sees_settings);
    Shell {
        title: String::new(),
        csrf: Csrf {
            token: extensions
                .get::<csrf::Token>()
                .map_or_else(String::new, |t| t.0.clone()),
        },
        theme: match viewing.theme {
            "" => "system",
            theme => theme,
        },
        flash: extensions.get::<Flash>().cloned().map(Flash::view),
        insecure: site.is_some_and(|site| !site.public_url.is_trustworthy()),
        viewer: viewing
            .person
            .map(|(name, email)| Viewer::new(&name, &email)),
        zone: viewing
            .zone
            .or(viewing.workspace.as_ref().map(|(_, _, zone)| *zone))
            .unwrap_or_default(),
        homes,
        workspace: viewing
            .workspace
            .map(|(name, slug, zone)| WorkspaceView::new(&name, &slug, zone)),
        own_zone: viewing.zone,
        is_own: extensions
            .get::<Actor>()
            .is_some_and(|actor| actor.own().is_some()),
        is_admin,
        here: "",
        path: req
            .uri()
            .path_and_query()
            .map_or_else(|| "/".to_owned(), |p| text::carried(p.as_str()).to_owned()),
    }
}

/// As many as a menu holds; all of them have a page.
const SHOWN: usize = 8;

impl Viewing {
    /// In the workspace that is around the page.
    fn role(&self) -> Option<Role> {
        let (_, slug, _) = self.workspace.as_ref()?;
        let mut homes = self.homes.iter();
        homes.find(|home| home.slug == *slug).map(|home| home.role)
    }
}

fn homes(viewing: &Viewing, path: &str) -> Vec<HomeLink> {
    // A page about oneself is in none of them.
    let here = path.strip_prefix("/w/").and_then(|p| p.split('/').next());
    let others = viewing
        .homes
        .iter()
        .filter(|h| Some(h.slug.as_str()) != here);
    viewing
        .homes
        .iter()
        .filter(|h| Some(h.slug.as_str()) == here)
        .chain(others)
        .take(SHOWN)
        .map(|home| HomeLink::new(home, Some(home.slug.as_str()) == here))
        .collect()
}

impl FromRequest for Shell {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(shell_of(req)))
    }
}

impl Shell {
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>, here: &'static str) -> Self {
        self.title = title.into();
        self.here = here;
        self
    }

    /// The page that a form of this shell came from, for the theme buttons: a POST cannot be asked for again.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }
}

/// Keeps an answer from being compressed. It says nothing on the wire, so `finish` takes it away again.
pub(super) const UNCOMPRESSED: &str = "identity";

pub struct Page<T>(pub T);
pub type PageResult = Result<HttpResponse, Fault>;

impl<T: Template> Page<T> {
    pub fn ok(self) -> PageResult {
        self.with(StatusCode::OK)
    }
    /// The same form again, with what is wrong next to the field.
    pub fn unprocessable(self) -> PageResult {
        self.with(StatusCode::UNPROCESSABLE_ENTITY)
    }
    /// Something new whose value is shown in this answer and never again.
    pub fn created(self) -> PageResult {
        self.with_secret(StatusCode::CREATED)
    }
    /// A value that is no new one, and shown in this answer alone.
    pub fn revealed(self) -> PageResult {
        self.with_secret(StatusCode::OK)
    }
    /// It is not compressed: beside text that others choose, the size of an answer would tell of the secret in it (BREACH).
    fn with_secret(self, status: StatusCode) -> PageResult {
        let mut response = self.with(status)?;
        response.headers_mut().insert(
            header::CONTENT_ENCODING,
            header::HeaderValue::from_static(UNCOMPRESSED),
        );
        Ok(response)
    }
    pub fn conflict(self) -> PageResult {
        self.with(StatusCode::CONFLICT)
    }
    /// Too many attempts; the page says how long to wait, and so does the header.
    pub fn limited(self, retry_after: Duration) -> PageResult {
        let mut response = self.with(StatusCode::TOO_MANY_REQUESTS)?;
        tell_when(response.headers_mut(), retry_after);
        Ok(response)
    }
    fn with(self, status: StatusCode) -> PageResult {
        let body = self.0.render().map_err(|e| Error::Internal(e.into()))?;
        Ok(HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(body))
    }
}

/// After how many seconds to try again.
pub(super) fn tell_when(headers: &mut HeaderMap, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    headers.insert(header::RETRY_AFTER, seconds.max(1).into());
}

pub fn see_other(to: &str) -> PageResult {
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish())
}

/// To a page that says once what happened.
pub fn see_other_with(to: &str, flash: Flash) -> PageResult {
    let mut response = see_other(to)?;
    response.extensions_mut().insert(flash);
    Ok(response)
}
