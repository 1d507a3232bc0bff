//! What programs send to the routes of the API.

use keyroom::web::Route;

use crate::support::http::Header;

/// The same for the routes of the API that take JSON: (method, path, body).
const DOCUMENTS: &[(&str, &str, &str)] = &[
    ("PATCH", "/v1/config", r#"{"name": "Brightwater Ltd"}"#),
    (
        "POST",
        "/v1/secret-keys",
        r#"{"label": "made", "permissions": ["OBJECTS_LIST"]}"#,
    ),
    (
        "PATCH",
        "/v1/secret-keys/{id}",
        r#"{"label": "called otherwise"}"#,
    ),
    (
        "POST",
        "/v1/secret-keys/{id}/rotate",
        r#"{"grace_seconds": 60}"#,
    ),
    (
        "POST",
        "/v1/secret-keys/bulk",
        r#"{"action": "deactivate", "ids": ["PICKEDKEY001"]}"#,
    ),
    (
        "POST",
        "/v1/publishable-keys",
        r#"{"label": "made for a site", "permissions": ["OBJECTS_LIST"], "allowed_origins": ["*"]}"#,
    ),
    (
        "PATCH",
        "/v1/publishable-keys/{id}",
        r#"{"label": "a site called otherwise"}"#,
    ),
    (
        "POST",
        "/v1/publishable-keys/{id}/rotate",
        r#"{"grace_seconds": 60}"#,
    ),
    (
        "POST",
        "/v1/publishable-keys/bulk",
        r#"{"action": "deactivate", "ids": ["PICKEDKEY001"]}"#,
    ),
    ("POST", "/v1/folders", r#"{"name": "Handbook"}"#),
    (
        "PATCH",
        "/v1/folders/{folder}",
        r#"{"description": "What customers ask"}"#,
    ),
    (
        "PUT",
        "/v1/folders/{folder}/access",
        r#"{"grants": [{"type": "member", "id": "018f0000-0000-7000-8000-000000000005", "role": "user"}]}"#,
    ),
    (
        "POST",
        "/v1/folders/{folder}/files",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"new.txt\"\r\n\r\nnew\r\n--x--\r\n",
    ),
    ("PUT", "/v1/files/{file}/content", "other"),
    (
        "PATCH",
        "/v1/files/{file}",
        r#"{"metadata": {"source": "wiki"}}"#,
    ),
    ("POST", "/v1/search", r#"{"query": "handbook"}"#),
    ("POST", "/v1/labels", r#"{"name": "Draft"}"#),
    ("PATCH", "/v1/labels/{label}", r#"{"name": "Final"}"#),
];

/// What a program sends to a route: headers and body.
pub fn document(route: &Route) -> (&'static [Header<'static>], &'static str) {
    let found = DOCUMENTS
        .iter()
        .find(|(method, path, _)| (*method, *path) == (route.method.as_str(), route.path));
    match found {
        Some((_, path, body)) => match path.rsplit('/').next() {
            Some("files") => (&[("content-type", "multipart/form-data; boundary=x")], body),
            Some("content") => (&[("content-type", "text/plain")], body),
            _ => (&[("content-type", "application/json")], body),
        },
        None => (&[], ""),
    }
}
