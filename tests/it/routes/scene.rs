//! A workspace in which every route has something to act on.

use std::cell::Cell;

use keyroom::{
    actor::Role,
    ids::GroupId,
    web::{Access, Route, assets},
};

use crate::support::{
    Browser, TestApp,
    http::Header,
    make::{self, MadeKey},
};

/// The workspace whose routes are walked.
pub const HOME: &str = "brightwater";

/// Of a key that exists nowhere.
pub const NO_KEY: &str = "000000000000";

/// Of a member who is nowhere.
pub const NO_MEMBER: &str = "018f0000-0000-7000-8000-000000000003";

/// Of a group that is nowhere.
pub const NO_GROUP: &str = "018f0000-0000-7000-8000-000000000004";

/// Who is added to a group.
const PICKED_MEMBER: &str = "member:018f0000-0000-7000-8000-000000000005";

/// Of the key that a change to many is about.
const PICKED: &str = "PICKEDKEY001";

/// Of the change to many that is undone.
const CHANGE: &str = "018f0000-0000-7000-8000-000000000002";

/// Of the change to all keys that is on its way.
const RUN: &str = "018f0000-0000-7000-8000-00000000000a";

/// Of one that is nowhere.
pub const NO_RUN: &str = "018f0000-0000-7000-8000-00000000000b";

/// Of the entry about an edit that is undone.
pub const ENTRY: &str = "018f0000-0000-7000-8000-000000000003";
/// The moment that is in that id.
pub const ENTRY_AT: &str = "2024-04-21T09:32:31.104000+00:00";

/// Of a session that whoever asks has elsewhere.
const SESSION: &str = "018f0000-0000-7000-8000-000000000004";

/// Of an invitation that is nowhere.
pub const NO_INVITATION: &str = "018f0000-0000-7000-8000-000000000006";

/// Of a notice that is nowhere.
pub const NO_NOTICE: &str = "018f0000-0000-7000-8000-000000000007";

/// Of a link that was sent to the last member of the scene.
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

type Fields = &'static [(&'static str, &'static str)];

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
    ("POST", "/v1/introspect", &[("token", "nobody's")]),
];

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
];

pub struct Scene {
    pub app: TestApp,
    keys: Cell<u32>,
}

impl Scene {
    /// Set up, with a first key.
    pub fn set() -> Self {
        // A mail that is asked for is written; nothing listens there that would take it.
        Self::over(TestApp::start_mailing("smtp://127.0.0.1:9"))
    }

    pub fn over(app: TestApp) -> Self {
        make::workspace(&app, "Brightwater");
        make::workspace(&app, "Guest house");
        let email = make::member(&app, HOME, Role::Member);
        let (id, picked) = (make::member_id(&app, HOME, &email), &PICKED_MEMBER[7..]);
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE members SET id = '{picked}' WHERE id = '{id}'"
            ))
        });
        Self {
            app,
            keys: Cell::new(0),
        }
    }

    /// Somebody new, who is signed in elsewhere too, wants another email, was sent links, and is invited to another
    /// workspace.
    pub async fn member(&self, role: Role) -> Browser {
        let email = make::member(&self.app, HOME, role);
        let browser = self.app.sign_in(&email).await;
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM sessions WHERE handle = '{SESSION}';
                 INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at, handle)
                 SELECT sha256(id_digest), user_id, sessions.created_at, last_seen_at, '{SESSION}'
                 FROM sessions JOIN users ON users.id = user_id WHERE email = '{email}';
                 DELETE FROM reset_links WHERE user_id IS NOT NULL;
                 INSERT INTO reset_links
                 SELECT sha256(convert_to(email, 'UTF8')), sha256('reset password\\000{TOKEN}'), id, now(), now() + interval '30 minutes'
                 FROM users WHERE email = '{email}';
                 DELETE FROM email_changes;
                 INSERT INTO email_changes
                 SELECT id, 'other@northlight.example', now(), now() + interval '1 day',
                        sha256('leave email\\000{TOKEN}'), sha256('x')
                 FROM users WHERE email = '{email}'"
            ));
        });
        self.invite("guest-house", &email, TOKEN);
        browser
    }

    pub fn fresh_key(&self) -> MadeKey {
        make::key(&self.app, HOME, &self.fresh_label())
    }

    fn recoverable_key(&self) -> MadeKey {
        make::recoverable(&self.app, HOME, &self.fresh_label())
    }

    fn fresh_label(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("key {}", self.keys.get())
    }

    /// The same, and where it is about what is one's own, about a key of whoever has this browser.
    pub fn path_of(&self, route: &Route, browser: &Browser) -> String {
        let path = self.path(route);
        if route.access == Access::Own {
            let id = path.split('/').nth(5).unwrap_or_default();
            let email = browser.email();
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE keys SET owner_member_id = m.id, updated_by_member_id = m.id
                     FROM members m JOIN users u ON u.id = user_id JOIN workspaces w ON w.id = m.workspace_id
                     WHERE keys.id = '{id}' AND email = '{email}' AND slug = '{HOME}'"
                ));
            });
        }
        path
    }

    /// The address of a route, about a key in the state that the route changes.
    pub fn path(&self, route: &Route) -> String {
        self.trash(route.path == "/w/{slug}/restoration");
        let picked = match route.path.rsplit('/').next() {
            Some("selection" | "deactivations" | "revocations") => Some(""),
            Some("activations") => Some("deactivated_at = created_at"),
            Some("restorations") => Some("revoked_at = now(), revoked_for = 'unneeded'"),
            Some("bulk") if route.path.contains("publishable") => {
                Some("kind = 'publishable', allowed_origins = '{*}'")
            }
            Some("bulk") => Some("kind = 'secret', allowed_origins = '{}'"),
            Some("edits") => Some("permissions = '{OBJECTS_LIST}'"),
            Some("reversal") => Some("deactivated_at = updated_at"),
            _ => None,
        };
        if let Some(state) = picked {
            self.pick(state);
        }
        if route.path.starts_with("/w/{slug}/settings/invitations") {
            let id = self.invite(HOME, "noor@partner.example", "another");
            return address(route, HOME, NO_KEY).replace(NO_INVITATION, &id);
        }
        if route.path.contains("{run}") {
            self.run(route.path.ends_with("reversal"));
            return address(route, HOME, NO_KEY).replace(NO_RUN, RUN);
        }
        if route.path.contains("{notice}") {
            let id = make::notice(&self.app, HOME, &self.fresh_key());
            return address(route, HOME, NO_KEY).replace(NO_NOTICE, &id);
        }
        let about_people = ["{member}", "{group}", "/groups/new"];
        if about_people.iter().any(|part| route.path.contains(part)) {
            let member = self.fresh_member(route);
            let group = self.fresh_group(route, &member);
            return address(route, HOME, NO_KEY)
                .replace(NO_MEMBER, &member)
                .replace(NO_GROUP, &group);
        }
        if !route.path.contains("{id}") {
            return address(route, HOME, NO_KEY);
        }
        let key = match route.path {
            path if path.ends_with("/reveal") => self.recoverable_key(),
            path if path.starts_with("/v1/publishable-keys") => {
                make::publishable(&self.app, HOME, &self.fresh_label(), "*")
            }
            _ => self.fresh_key(),
        };
        if route.path.ends_with("/audit-log/{id}") {
            let newest =
                "SELECT id::text AS line FROM audit_events ORDER BY at DESC, id DESC LIMIT 1";
            return address(route, HOME, &self.app.sql(|sql| sql.line(newest)));
        }
        if route.path.contains("/rotation/") || route.path.ends_with("-rotation") {
            make::rotated(&self.app, &key, 3_600);
        }
        if route.path.ends_with("/takeover") {
            let (id, owner) = (&key.id, &PICKED_MEMBER[7..]);
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE keys SET owner_member_id = '{owner}' WHERE id = '{id}'"
                ))
            });
        }
        if route.path.ends_with("/activation") || route.path.ends_with("/activate") {
            make::deactivated(&self.app, &key);
        }
        if route.path.ends_with("/restoration") || route.path.ends_with("/restore") {
            make::revoked(&self.app, &key, "unneeded");
        }
        if route.path.contains("/edit") {
            self.narrow(&key);
        }
        if route.path.contains("/incident") {
            let now = self.app.clock.now();
            make::caller(&self.app, &key, ("203.0.113.7", "curl/8.5.0"), (now, now));
            make::revoked(&self.app, &key, "compromised");
        }
        address(route, HOME, &key.id)
    }
}

impl Scene {
    /// The one invitation to a workspace that there is, by its owner.
    fn invite(&self, slug: &str, email: &str, token: &str) -> String {
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM invitations USING workspaces w WHERE w.id = workspace_id AND slug = '{slug}'"
            ));
        });
        make::invitation(&self.app, slug, email, token)
    }

    /// Whether the workspace is in the trash.
    fn trash(&self, is_deleted: bool) {
        let at = if is_deleted { "now()" } else { "NULL" };
        self.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE workspaces SET deleted_at = {at} WHERE slug = '{HOME}'"
            ));
        });
    }

    /// May list assets and nothing else, and the log says that it was made so from more.
    fn narrow(&self, key: &MadeKey) {
        let id = &key.id;
        self.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE keys SET permissions = '{{OBJECTS_LIST}}' WHERE id = '{id}';
                 DELETE FROM audit_events WHERE id = '{ENTRY}';
                 INSERT INTO audit_events
                 SELECT workspace_id, '{ENTRY_AT}', '{ENTRY}', 'command_line', NULL, 'Command line', 'key.edited', 'key', id,
                        label, '{{\"permissions\": [\"FILE_UPLOAD\"]}}', '{{\"permissions\": [\"OBJECTS_LIST\"]}}',
                        NULL, NULL, NULL, false
                 FROM keys WHERE id = '{id}'"
            ));
        });
    }

    /// A member in the state that the route changes.
    fn fresh_member(&self, route: &Route) -> String {
        let email = make::member(&self.app, HOME, Role::Member);
        let id = make::member_id(&self.app, HOME, &email);
        if route.path.ends_with("/reinstatement") {
            make::suspended(&self.app, &id);
        }
        if route.path.ends_with("/report") {
            make::removed(&self.app, &id);
        }
        id
    }

    /// The one group there is, with the member in it where the route takes them out.
    fn fresh_group(&self, route: &Route, member: &str) -> String {
        let group = GroupId::fresh();
        let is_in = route.path.ends_with("{member}/removal");
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM groups;
                 INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
                 SELECT workspace_id, '{group}', 'Group', '', '{{}}', now() FROM members WHERE id = '{member}';
                 INSERT INTO group_members
                 SELECT workspace_id, '{group}', id, now() FROM members WHERE id = '{member}' AND {is_in}"
            ));
        });
        group.to_string()
    }

    /// The run [`RUN`], on its way or such that it can be taken back.
    fn run(&self, has_ended: bool) {
        let end = match has_ended {
            true => "'done', now()",
            false => "'running', NULL",
        };
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM key_runs;
                 INSERT INTO key_runs (workspace_id, id, bulk_action, terms, is_undo, matching, started_by_member_id,
                                       started_by_label, started_at, total, state, ended_at)
                 SELECT workspace_id, '{RUN}', 'deactivate', '{{}}', false, '', id, 'Ada', now(), 1, {end}
                 FROM members WHERE workspace_id = (SELECT id FROM workspaces WHERE slug = '{HOME}') LIMIT 1;
                 UPDATE key_changes SET run_id = '{RUN}'"
            ));
        });
    }

    /// The key [`PICKED`], active but for `state`, and a change that left it so.
    fn pick(&self, state: &str) {
        let comma = if state.is_empty() { "" } else { "," };
        self.app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
                 SELECT id, '{PICKED}', 'secret', 'picked', '{{OBJECTS_LIST}}', now(), now()
                 FROM workspaces WHERE slug = '{HOME}' ON CONFLICT DO NOTHING;
                 UPDATE keys SET deactivated_at = NULL, revoked_at = NULL, revoked_for = NULL WHERE id = '{PICKED}';
                 UPDATE keys SET updated_at = now() {comma} {state} WHERE id = '{PICKED}';
                 DELETE FROM key_changes;
                 INSERT INTO key_changes
                 SELECT workspace_id, '{CHANGE}', 'deactivate', updated_at, ARRAY[id] FROM keys WHERE id = '{PICKED}'"
            ));
        });
    }
}

/// A route's address with its variable parts filled.
pub fn address(route: &Route, slug: &str, id: &str) -> String {
    let path = match route.path {
        assets::ROUTE => assets::url("app.css"),
        "/v1/authorize" => "/v1/authorize?permission=OBJECTS_LIST".to_owned(),
        path => path
            .replace("{slug}", slug)
            .replace("{id}", id)
            .replace("{member}", NO_MEMBER)
            .replace("{group}", NO_GROUP)
            .replace("{invitation}", NO_INVITATION)
            .replace("{notice}", NO_NOTICE)
            .replace("{role}", "admin")
            .replace("{change}", CHANGE)
            .replace("{run}", NO_RUN)
            .replace("{entry}", ENTRY)
            .replace("{session}", SESSION),
    };
    assert!(!path.contains('{'), "say here what fills {path}");
    path
}

/// What a program sends to a route: headers and body.
pub fn document(route: &Route) -> (&'static [Header<'static>], &'static str) {
    let found = DOCUMENTS
        .iter()
        .find(|(method, path, _)| (*method, *path) == (route.method.as_str(), route.path));
    match found {
        Some((_, _, body)) => (&[("content-type", "application/json")], body),
        None => (&[], ""),
    }
}

/// What a route posts; nothing for one that changes nothing.
pub fn form(route: &Route) -> Fields {
    if super::is_safe(route) {
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
        None if super::is_api(route) => &[],
        None => panic!("say in FORMS what {} {} posts", route.method, route.path),
    }
}
