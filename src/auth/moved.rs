//! A workspace whose address has changed: what is asked for at a former one leads on, for its members.

use actix_web::{HttpResponse, dev::ServiceRequest, http::header};

/// To the same page at the address that the workspace has now. With 308 a browser repeats a form there as it was sent,
/// so that one which was open while the address changed is not lost.
pub fn to(req: &ServiceRequest, slug: &str) -> HttpResponse {
    let asked = req
        .uri()
        .path_and_query()
        .map_or("", |asked| asked.as_str());
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, location(asked, slug)))
        .finish()
}

/// All but the slug stays as it was written.
fn location(asked: &str, slug: &str) -> String {
    let rest = asked.strip_prefix("/w/").unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    format!("/w/{slug}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_slug_changes() {
        for (asked, to) in [
            ("/w/acme", "/w/acme-2"),
            ("/w/acme?a=b", "/w/acme-2?a=b"),
            (
                "/w/%61cme/settings/api-keys?status=active&before=%2F",
                "/w/acme-2/settings/api-keys?status=active&before=%2F",
            ),
            ("/w/acme//evil.example", "/w/acme-2//evil.example"),
        ] {
            assert_eq!(location(asked, "acme-2"), to);
        }
    }
}
