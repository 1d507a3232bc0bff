//! Style sheet, scripts, fonts and pictures, embedded in the program.
//!
//! All of them live under one hash of the whole set: an address names its content for good, so browsers keep it for
//! a year, and files refer to each other by relative addresses.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The route that [`serve`] answers.
pub const ROUTE: &str = "/static/{hash}/{path:.*}";

/// The address of a file of `static/`, `app.css` being all of `static/css`.
pub fn url(path: &str) -> String {
    debug_assert!(find(path).is_some(), "no such static file: {path}");
    format!("/static/{HASH}/{path}")
}

/// The file, to be kept for a year. An address with another hash belongs to another version and is not found.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    match find(part("path")) {
        Some((kind, bytes)) if part("hash") == HASH => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, HeaderValue::from_static(kind)))
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(bytes),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn find(path: &str) -> Option<(&'static str, &'static [u8])> {
    FILES
        .iter()
        .find(|(name, _, _)| *name == path)
        .map(|(_, kind, bytes)| (*kind, *bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_and_style_the_pages_need_is_embedded() {
        for path in [
            "app.css",
            "icons.svg",
            "favicon.svg",
            "js/app.js",
            "vendor/htmx-4.0.1.min.js",
        ] {
            assert!(find(path).is_some(), "{path} is missing");
        }
    }

    #[test]
    fn licences_and_notes_are_not_served() {
        assert!(
            FILES
                .iter()
                .all(|(path, _, _)| !path.contains("LICENSE") && !path.ends_with(".md"))
        );
    }
}
