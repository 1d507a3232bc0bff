//! What the routes of pages post.

use keyroom::web::Route;

use super::{MOVED_TO, PICKED, PICKED_FOLDER, PICKED_KEY, PICKED_MEMBER, PICKED_WHO, TOKEN};
use crate::{
    routes::{is_api, is_safe},
    support::make,
};

pub type Fields = &'static [(&'static str, &'static str)];

/// What each route that changes something posts, such that it works for whoever may: (method, path, fields).
const FORMS: &[(&str, &str, Fields)] = &[
    (
        "POST",
        "/sign-in",
        &[
            ("email", "nobody@brightwater.example"),
            ("password", "wrong"),
        ],
    ),
    ("POST", "/sign-out", &[]),
    (
        "POST",
        "/forgot-password",
        &[("email", "nobody@brightwater.example")],
    ),
    (
        "POST",
        "/reset-password",
        &[("token", TOKEN), ("new", "orchid ladder hums softly again")],
    ),
    (
        "POST",
        "/account/email",
        &[("email", "somebody@northlight.example")],
    ),
    ("POST", "/account/email/cancellation", &[]),
    ("POST", "/account/email/confirmation", &[("token", TOKEN)]),
    ("POST", "/account/email/mails", &[]),
    (
        "POST",
        "/account/password",
        &[
            ("current", make::PASSWORD),
            ("new", "orchid ladder hums softly again"),
        ],
    ),
    ("POST", "/account/theme", &[("theme", "dark")]),
    ("POST", "/account", &[("name", "Somebody Else")]),
    ("POST", "/account/sessions/end", &[]),
    ("POST", "/account/sessions/{session}/end", &[]),
    (
        "POST",
        "/set-up",
        &[
            ("workspace", "Other"),
            ("name", "Eve"),
            ("email", "eve@other.example"),
            ("password", "orchid ladder hums softly again"),
            ("code", "AAAA-AAAA-AAAA-AAAA"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/general",
        &[
            ("was_name", "Brightwater"),
            ("was_time_zone", "UTC"),
            ("name", "Brightwater Ltd"),
            ("time_zone", "Europe/Dublin"),
        ],
    ),
    ("POST", "/workspaces/new", &[("workspace", "Northlight")]),
    (
        "POST",
        "/w/{slug}/settings/deletion",
        &[("confirm", "Brightwater Ltd")],
    ),
    ("POST", "/w/{slug}/restoration", &[]),
    ("POST", "/w/{slug}/leaving", &[]),
    (
        "POST",
        "/w/{slug}/settings/invitations/new",
        &[("emails", "fresh@partner.example"), ("do", "add")],
    ),
    (
        "POST",
        "/w/{slug}/settings/invitations/{invitation}/renewal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/invitations/{invitation}/cancellation",
        &[],
    ),
    ("POST", "/invitation/acceptance", &[("token", TOKEN)]),
    (
        "POST",
        "/invitation/account",
        &[
            ("token", "nobody was sent this one"),
            ("name", "Noor Khan"),
            ("password", "orchid ladder hums softly again"),
        ],
    ),
    ("POST", "/w/{slug}/settings/mail/tests", &[]),
    ("POST", "/w/{slug}/settings/notices/{notice}/dismissal", &[]),
    (
        "POST",
        "/w/{slug}/settings/api-keys/new",
        &[
            ("nonce", "018f0000-0000-7000-8000-000000000001"),
            ("label", "fresh"),
            ("permission", "FILE_UPLOAD"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/account/api-keys/new",
        &[
            ("nonce", "018f0000-0000-7000-8000-000000000008"),
            ("label", "fresh"),
            ("permission", "FILE_UPLOAD"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/edit",
        &[
            ("was_label", "same"),
            ("was_permissions", "OBJECTS_LIST"),
            ("was_expires_at", ""),
            ("was_updated_at", "2026-11-20T09:00:00Z"),
            ("label", "same"),
            ("permission", "FILE_UPLOAD"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/edits/{entry}/reversal",
        &[],
    ),
    ("POST", "/w/{slug}/settings/api-keys/{id}/deactivation", &[]),
    ("POST", "/w/{slug}/settings/api-keys/{id}/activation", &[]),
    ("POST", "/w/{slug}/settings/api-keys/{id}/reveal", &[]),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/takeover",
        &[("newest", "1"), ("grace", "3600")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/rotation",
        &[("newest", "1"), ("grace", "3600")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/rotation/completion",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/rotation/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/revocation",
        &[("reason", "unneeded")],
    ),
    ("POST", "/w/{slug}/settings/api-keys/{id}/restoration", &[]),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/places",
        &[("place", "203.0.113.7 curl/8.5.0")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/steps",
        &[("step", "review"), ("done", "true")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/notes",
        &[("was_told", ""), ("told", "Olu Ade")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/closing",
        &[("cause", "A public notebook"), ("effect", "Nothing")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/removals",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/{id}/incident/removals/{entry}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/selection",
        &[("id", PICKED), ("do", "deactivate")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/activations",
        &[("id", PICKED)],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/deactivations",
        &[("id", PICKED)],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/revocations",
        &[("id", PICKED), ("confirm", "revoke 1 key")],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/restorations",
        &[("id", PICKED)],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/edits",
        &[
            ("id", PICKED),
            ("do", "add_permissions"),
            ("permission", "FILE_UPLOAD"),
            ("sure", "yes"),
        ],
    ),
    ("POST", "/w/{slug}/settings/api-keys/runs/{run}/stop", &[]),
    (
        "POST",
        "/w/{slug}/settings/api-keys/runs/{run}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/api-keys/changes/{change}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/audit-log/exports",
        &[("format", "csv"), ("action", "key.created")],
    ),
    (
        "POST",
        "/w/{slug}/settings/members/{member}/role",
        &[("role", "admin")],
    ),
    (
        "POST",
        "/w/{slug}/settings/members/{member}/role/{role}",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/members/{member}/suspension",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/members/{member}/reinstatement",
        &[],
    ),
    ("POST", "/w/{slug}/settings/members/{member}/removal", &[]),
    (
        "POST",
        "/w/{slug}/settings/groups/new",
        &[("name", "Fresh"), ("description", "")],
    ),
    (
        "POST",
        "/w/{slug}/settings/groups/default-permissions",
        &[
            ("permission", "OBJECTS_LIST"),
            ("permission", "FILE_UPLOAD"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/groups/{group}/details",
        &[("name", "Fresh"), ("description", "Other")],
    ),
    (
        "POST",
        "/w/{slug}/settings/groups/{group}/permissions",
        &[("permission", "DIR_CREATE")],
    ),
    ("POST", "/w/{slug}/settings/groups/{group}/deletion", &[]),
    (
        "POST",
        "/w/{slug}/settings/groups/{group}/members",
        &[("subject", PICKED_MEMBER), ("do", "add")],
    ),
    (
        "POST",
        "/w/{slug}/settings/groups/{group}/members/{member}/removal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/groups/{group}/members/{member}/addition",
        &[],
    ),
    ("POST", "/w/{slug}/library/new", &[("name", "Fresh")]),
    (
        "POST",
        "/w/{slug}/files/{file}",
        &[("visibility", "unlisted")],
    ),
    ("POST", "/w/{slug}/files/{file}/name", &[("name", "b.txt")]),
    ("POST", "/w/{slug}/files/{file}/move", &[("to", MOVED_TO)]),
    ("POST", "/w/{slug}/files/{file}/move/{place}", &[]),
    ("POST", "/w/{slug}/files/{file}/deletion", &[]),
    ("POST", "/w/{slug}/files/{file}/restoration", &[]),
    ("POST", "/w/{slug}/files/{file}/destruction", &[]),
    (
        "POST",
        "/w/{slug}/folders/{folder}/new",
        &[("name", "Fresh")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/upload",
        &[("taken", "keep-both"), ("file", "new.txt|new")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/details",
        &[("name", "Otherwise"), ("description", "Other")],
    ),
    ("POST", "/w/{slug}/folders/{folder}/move", &[("to", "top")]),
    ("POST", "/w/{slug}/folders/{folder}/move/{place}", &[]),
    (
        "POST",
        "/w/{slug}/folders/{folder}/owner",
        &[("subject", PICKED_MEMBER), ("do", "add")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/role",
        &[("role", "user")],
    ),
    ("POST", "/w/{slug}/folders/{folder}/deletion", &[]),
    ("POST", "/w/{slug}/folders/{folder}/restoration", &[]),
    ("POST", "/w/{slug}/folders/{folder}/destruction", &[]),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share",
        &[("subject", PICKED_MEMBER), ("role", "user"), ("do", "add")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/{kind}/{subject}/role",
        &[("role", "editor")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/{kind}/{subject}/end",
        &[("ends_on", "2099-12-24")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/{kind}/{subject}/removal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/selection",
        &[("id", PICKED_FOLDER), ("do", "trash")],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/limits",
        &[
            ("file_limit", "2"),
            ("file_unit", "gib"),
            ("total_limit", "20"),
            ("total_unit", "gib"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/limits/{entry}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/removals",
        &[("id", PICKED_FOLDER), ("who", PICKED_WHO)],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/removals/{who}/{entry}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/{kind}/{subject}/restoration",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/keys/{key}/activation",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/invitations/{invitation}/renewal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/invitations/{invitation}/cancellation",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/requests",
        &[("wanted", "ci"), ("role", "user"), ("note", "")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/requests/{request}/approval",
        &[("subject", PICKED_KEY), ("role", "user"), ("do", "add")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/requests/{request}/refusal",
        &[("reason", "Not now")],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/requests/{request}/withdrawal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/folders/{folder}/share/requests/{request}/reopening",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/changes/{entry}/reversal",
        &[],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/owners",
        &[
            ("id", PICKED_FOLDER),
            ("heir", "picked@brightwater.example"),
        ],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/roles",
        &[("id", PICKED_FOLDER), ("role", "user")],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/trash",
        &[("id", PICKED_FOLDER)],
    ),
    (
        "POST",
        "/w/{slug}/settings/library/restorations",
        &[("id", PICKED_FOLDER)],
    ),
    ("POST", "/v1/introspect", &[("token", "nobody's")]),
];

/// What a route posts; nothing for one that changes nothing.
pub fn form(route: &Route) -> Fields {
    if is_safe(route) {
        return &[];
    }
    // In their account everybody sends what is sent in the settings.
    let settings = route
        .path
        .replace("/account/api-keys/{", "/settings/api-keys/{");
    let found = FORMS
        .iter()
        .find(|(method, path, _)| (*method, *path) == (route.method.as_str(), settings.as_str()));
    match found {
        Some((_, _, fields)) => fields,
        // Of the API, what is no form.
        None if is_api(route) => &[],
        None => panic!("say in FORMS what {} {} posts", route.method, route.path),
    }
}
