//! Calls of browsers at other sites: publishable keys are for them, and nothing else is.
//!
//! A preflight carries no key, so it is answered for any site, where publishable keys may be used at all. From where a
//! key may be used is looked at in the call itself.

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    web,
};

use super::routes::Route;

/// What an answer to a page of another site lets it read beside the body.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, ETag, Accept-Ranges, Content-Range, Content-Disposition",
);

/// What such a page may send: its key, and what is asked of contents (RFC 9110, 13 and 14).
const ASKED: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range",
);

/// Two hours: no browser that we know of keeps it longer.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// The answer to preflights of a path: that there are methods for publishable keys. None: there are none, and to a
/// browser this is an address like any other.
pub(super) fn preflight(table: &[Route], path: &str) -> Option<actix_web::Route> {
    let methods: Vec<&str> = table
        .iter()
        .filter(|route| route.path == path && route.access.is_for_browsers())
        .flat_map(|route| match route.method {
            Method::GET => vec!["GET", "HEAD"],
            ref other => vec![other.as_str()],
        })
        .collect();
    if methods.is_empty() {
        return None;
    }
    let methods = methods.join(", ");
    let is_preflight = guard::fn_guard(|ctx| {
        let headers = ctx.head().headers();
        headers.contains_key(header::ORIGIN)
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    });
    let answer = move |_: HttpRequest| {
        let methods = methods.clone();
        async move {
            HttpResponse::NoContent()
                .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ASKED))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE))
                .finish()
        }
    };
    Some(web::method(Method::OPTIONS).guard(is_preflight).to(answer))
}

/// The site from which a call says that it comes. Several are none that a list can name.
pub fn origin(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut all = headers.get_all(header::ORIGIN);
    match (all.next(), all.next()) {
        (first, None) => first.cloned(),
        (_, Some(_)) => Some(HeaderValue::from_static("null")),
    }
}

/// The page at this site may read the answer.
pub fn let_read(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// The answer to a publishable key depends on where the call comes from, whoever may read it.
pub fn vary(headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
