//! *Confirm it's you*: the password, asked before what must not be done at a screen that was left unlocked.
//!
//! A handler that takes [`Confirmed`](crate::actor::Confirmed) is not reached without it. Whoever posts to it gets this
//! page instead, and from there the same form goes to the same address, with the password beside what was typed: nothing
//! is lost, and nothing has to be done twice. What was posted stands in the page's hidden fields, so a form with a secret
//! of its own is none for this; nor is a page that is only looked at, since nothing was posted to it.

use std::time::Duration;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::BoxBody,
    http::{StatusCode, header},
    web::Bytes,
};
use askama::Template;
use url::form_urlencoded;

use super::{
    csrf, ended, filters,
    page::{shell_of, tell_when},
    text, time,
    ui::{ErrorSummary, Shell, TextField},
};

const PASSWORD: &str = "confirm-password";
const BACK: &str = "confirm-back";

/// A form as it was posted; a guard notes it in the request.
pub struct Posted(pub Bytes);

/// Why a password that was entered confirms nobody; a guard notes it in the request.
#[derive(Debug, Clone, Copy)]
pub enum Wrong {
    Mistyped,
    /// It was not looked at.
    TooEarly(Duration),
}

impl Wrong {
    /// What stands beside the field, which is called `what`.
    pub fn told(self, what: &str) -> String {
        match self {
            Self::Mistyped => format!("That is not your {what}"),
            Self::TooEarly(wait) => {
                let wait = time::duration(wait);
                format!("Too many attempts. Try again in {wait}")
            }
        }
    }
}

/// *Confirm it's you*. Posts what was posted before, and `confirm-back confirm-email confirm-password`.
#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    shell: Shell,
    action: String,
    /// Name and value, as they were posted.
    fields: Vec<(String, String)>,
    /// The page that the form was on.
    back: String,
    name: String,
    email: String,
    summary: Option<ErrorSummary>,
    password: TextField,
}

/// Is this one of the fields that the page adds? A handler never sees them.
pub fn is_own(field: &str) -> bool {
    field.starts_with("confirm-")
}

/// What was entered in the page.
pub fn password_in(form: &[u8]) -> Option<String> {
    value(form, PASSWORD)
}

/// Where the form of this request came from, which the page remembers over its own mistakes.
pub(super) fn origin(req: &HttpRequest) -> Option<String> {
    let extensions = req.extensions();
    let Posted(form) = extensions.get::<Posted>()?;
    value(form, BACK).filter(|back| text::is_local_path(back))
}

fn value(form: &[u8], field: &str) -> Option<String> {
    form_urlencoded::parse(form)
        .find(|(name, _)| name == field)
        .map(|(_, value)| value.into_owned())
}

/// Asks for the password; the request is done when it comes back with it.
pub(super) fn ask(req: &HttpRequest, mut bare: HttpResponse) -> HttpResponse {
    let wrong = req.extensions().get::<Wrong>().copied();
    *bare.status_mut() = match wrong {
        None => StatusCode::OK,
        Some(Wrong::Mistyped) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Wrong::TooEarly(_)) => StatusCode::TOO_MANY_REQUESTS,
    };
    let headers = bare.headers_mut();
    if let Some(Wrong::TooEarly(wait)) = wrong {
        tell_when(headers, wait);
    }
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    let html = page(req, wrong).render().unwrap_or_else(|e| {
        log::error!("the page that asks for the password failed: {e}");
        String::new()
    });
    bare.set_body(BoxBody::new(html))
}

fn page(req: &HttpRequest, wrong: Option<Wrong>) -> ConfirmPage {
    let mistake = wrong.map(|wrong| wrong.told("password"));
    let back = ended::sender(req).unwrap_or_else(|| "/account".to_owned());
    let shell = shell_of(req).titled("Confirm it's you", "").at(&back);
    let action = req.uri().path_and_query().map(ToString::to_string);
    let viewer = shell.viewer.as_ref();
    ConfirmPage {
        action: action.unwrap_or_default(),
        fields: carried(req),
        name: viewer.map(|v| v.name.clone()).unwrap_or_default(),
        email: viewer.map(|v| v.email.clone()).unwrap_or_default(),
        summary: ErrorSummary::of_one(PASSWORD, mistake.as_ref()),
        password: TextField {
            autofocus: mistake.is_none(),
            ..TextField::password(PASSWORD, "Password", "current-password").error(mistake)
        },
        back,
        shell,
    }
}

fn carried(req: &HttpRequest) -> Vec<(String, String)> {
    let extensions = req.extensions();
    let Some(Posted(form)) = extensions.get::<Posted>() else {
        return Vec::new();
    };
    form_urlencoded::parse(form)
        .filter(|(name, _)| name != csrf::FIELD && !is_own(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
