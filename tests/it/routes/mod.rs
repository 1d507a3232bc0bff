//! The route table, walked: whatever is declared is asked for by everybody who may not, in every wrong way.
//!
//! If you are here because a route is new: say in [`scene`] what it posts, and here only if strangers may reach it.

mod doors;
mod faces;
mod forgery;
mod matrix;
mod scene;

use actix_web::http::Method;
use keyroom::web::{Access, Route};

use crate::support::{TestApp, http::Reply};

/// What anybody reaches. Nothing is added here without a second pair of eyes.
const PUBLIC: &[(&str, &str)] = &[
    ("GET", "/confirm-email"),
    ("GET", "/docs"),
    ("GET", "/docs/best-practices"),
    ("GET", "/docs/clients"),
    ("GET", "/docs/errors"),
    ("GET", "/docs/forward-auth"),
    ("GET", "/docs/integrating"),
    ("GET", "/docs/quick-start"),
    ("GET", "/docs/secret-scanning"),
    ("GET", "/forgot-password"),
    ("GET", "/healthz"),
    ("GET", "/invitation"),
    ("GET", "/readyz"),
    ("GET", "/reset-password"),
    ("GET", "/set-up"),
    ("GET", "/sign-in"),
    ("GET", "/static/{hash}/{path:.*}"),
    ("GET", "/v1/openapi.json"),
    ("POST", "/forgot-password"),
    ("POST", "/invitation/account"),
    ("POST", "/reset-password"),
    ("POST", "/set-up"),
    ("POST", "/sign-in"),
    ("POST", "/v1/leaked-keys"),
];

/// Of those, what answers with the way on.
const LEADS_ON: &[(&str, &str)] = &[("GET", "/confirm-email"), ("POST", "/forgot-password")];

/// What every member reaches, whatever their role: addresses that only lead on, and what they may do of themselves.
const FOR_EVERY_MEMBER: &[(&str, &str)] = &[
    ("GET", "/w/{slug}"),
    ("GET", "/w/{slug}/leaving"),
    ("GET", "/w/{slug}/library"),
    ("GET", "/w/{slug}/library/new"),
    ("GET", "/w/{slug}/library/trash"),
    ("GET", "/w/{slug}/settings"),
];

fn table() -> Vec<Route> {
    let routes = keyroom::app::routes();
    assert!(!routes.table().is_empty());
    routes.table().to_vec()
}

fn is_in(list: &[(&str, &str)], route: &Route) -> bool {
    list.contains(&(route.method.as_str(), route.path))
}

fn is_public(route: &Route) -> bool {
    is_in(PUBLIC, route)
}

fn is_api(route: &Route) -> bool {
    keyroom::web::is_api(route.path)
}

/// Asks for a key.
fn is_keyed(route: &Route) -> bool {
    route.access.needed().is_some()
}

fn is_safe(route: &Route) -> bool {
    route.method == Method::GET
}

#[test]
fn what_anybody_reaches_is_known() {
    let mut open: Vec<(String, &str)> = table()
        .iter()
        .filter(|r| matches!(r.access, Access::Open | Access::Visitor | Access::Reader))
        .map(|r| (r.method.to_string(), r.path))
        .collect();
    open.sort();
    let known: Vec<(String, &str)> = PUBLIC
        .iter()
        .map(|(method, path)| ((*method).to_owned(), *path))
        .collect();
    assert_eq!(open, known);
}

/// The headers of every answer, whatever it is.
#[track_caller]
fn is_dressed(reply: &Reply) {
    let expected = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), value, "{name} of {}", reply.asked);
    }
    let id = reply.header("x-request-id");
    assert!(
        id.parse::<uuid::Uuid>().is_ok(),
        "request id {id:?} of {}",
        reply.asked
    );
    let is_at = |path: &str| reply.status == 200 && reply.asked.contains(path);
    let cache = match (is_at(" /static/"), is_at(" /v1/openapi.json")) {
        (true, _) => "public, max-age=31536000, immutable",
        (_, true) => "no-cache",
        _ => "no-store",
    };
    assert_eq!(reply.header("cache-control"), cache, "{}", reply.asked);
}

/// Led to *Sign in*.
#[track_caller]
fn is_sent_to_sign_in(reply: &Reply) {
    assert_eq!(reply.status, 303, "{}: {}", reply.asked, reply.gist());
    let to = reply.location();
    assert!(
        to == "/sign-in" || to.starts_with("/sign-in?"),
        "{} leads to {to}",
        reply.asked
    );
}

/// A problem document of the API.
#[track_caller]
fn is_problem(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}: {}", reply.asked, reply.gist());
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(reply.json()["code"], code, "{}", reply.asked);
}

/// The same answer for two addresses, but for the addresses themselves, the request and its time.
#[track_caller]
pub fn are_alike(app: &TestApp, one: (&Reply, &str), other: (&Reply, &str)) {
    let told = |(reply, path): (&Reply, &str)| {
        let mut headers: Vec<(String, String)> = reply
            .headers
            .iter()
            .filter(|(name, _)| {
                !["date", "x-request-id", "content-length"].contains(&name.as_str())
            })
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into(),
                )
            })
            .collect();
        headers.sort();
        let body = reply
            .text_without_tokens()
            .replace(reply.header("x-request-id"), "REQUEST")
            .replace(path, "PATH");
        (reply.status, headers, body)
    };
    assert_eq!(told(one), told(other), "{} at {}", one.0.asked, app.address);
}
