//! Style sheet, scripts, fonts and pictures, embedded in the program.
//!
//! All of them live under one hash of the whole set: an address names its content for good, so browsers keep it for
//! a year, and files refer to each other by relative addresses.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, Encoding, Header, HeaderValue},
};

use super::page::UNCOMPRESSED;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The route that [`serve`] answers.
pub const ROUTE: &str = "/static/{hash}/{path:.*}";

/// The address of a file of `static/`, `app.css` being all of `static/css`.
pub fn url(path: &str) -> String {
    debug_assert!(find(path).is_some(), "no such static file: {path}");
    format!("/static/{HASH}/{path}")
}

struct File {
    path: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    /// Compressed at the build, as well as can be; none where that gains nothing.
    gzip: Option<&'static [u8]>,
}

/// The file, to be kept for a year. An address with another hash belongs to another version and is not found.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    let Some(file) = find(part("path")).filter(|_| part("hash") == HASH) else {
        return HttpResponse::NotFound().finish();
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static(file.kind)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    match file.gzip {
        Some(gzip) if takes_gzip(&request) => answer
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .insert_header((header::VARY, "accept-encoding"))
            .body(gzip),
        _ => answer
            .insert_header((header::CONTENT_ENCODING, UNCOMPRESSED))
            .body(file.bytes),
    }
}

pub(super) fn takes_gzip(request: &HttpRequest) -> bool {
    AcceptEncoding::parse(request).is_ok_and(|accepted| {
        let (gzip, plain) = (Encoding::gzip(), Encoding::identity());
        accepted.negotiate([gzip.clone(), plain].iter()) == Some(gzip)
    })
}

fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
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
                .all(|file| !file.path.contains("LICENSE") && !file.path.ends_with(".md"))
        );
    }
}
