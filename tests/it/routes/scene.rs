//! A workspace in which every route has something to act on.

mod documents;
mod forms;
mod things;

use std::cell::Cell;

use keyroom::{
    actor::Role,
    web::{Access, Route, assets},
};

use crate::support::{
    Browser, TestApp,
    make::{self, MadeKey},
};

pub use documents::document;
pub use forms::form;

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

/// The same, as the list of all folders calls them.
const PICKED_WHO: &str = "member.018f0000-0000-7000-8000-000000000005";

/// Of the key that a change to many is about.
const PICKED: &str = "PICKEDKEY001";

const PICKED_KEY: &str = "api_key:PICKEDKEY001";

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

/// Of the folder that a change to several is about.
const PICKED_FOLDER: &str = "018f0000-0000-7000-8000-00000000000c";

/// Of a folder that is nowhere.
pub const NO_FOLDER: &str = "018f0000-0000-7000-8000-000000000009";

/// Of a file that is nowhere.
pub const NO_FILE: &str = "018f0000-0000-7000-8000-00000000000c";

/// Of the folder that files are moved to.
const MOVED_TO: &str = "018f0000-0000-7000-8000-00000000000e";

/// Of a label that is nowhere.
pub const NO_LABEL: &str = "018f0000-0000-7000-8000-00000000000d";

/// Of what was asked about a folder, and of what is nowhere.
pub const REQUEST: &str = "018f0000-0000-7000-8000-00000000001d";
pub const NO_REQUEST: &str = "018f0000-0000-7000-8000-00000000001e";

/// Of a link that was sent to the last member of the scene.
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

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

    /// The same, and where it is about what is one's own, about a key of whoever has this browser; where it is about a
    /// folder, they edit it if they lead the workspace.
    pub fn path_of(&self, route: &Route, browser: &Browser) -> String {
        let path = self.path(route);
        if route.path.contains("{request}") {
            let email = browser.email();
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE share_requests r SET asked_by_member_id = m.id FROM members m JOIN users u ON u.id = user_id
                     WHERE m.workspace_id = r.workspace_id AND email = '{email}' AND m.role <> 'member'"
                ));
            });
        }
        let about = ["/w/{slug}/folders/", "/w/{slug}/files/"];
        if about.iter().any(|start| route.path.starts_with(start)) {
            let email = browser.email();
            let id = path.split('/').nth(4).unwrap_or_default();
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "INSERT INTO shares (workspace_id, id, folder_id, member_id, role, created_at)
                     SELECT m.workspace_id, gen_random_uuid(), f.path[1], m.id, 'editor', now()
                     FROM members m JOIN users u ON u.id = user_id JOIN workspaces w ON w.id = m.workspace_id
                     JOIN folders f ON f.id IN ('{id}', (SELECT folder_id FROM files WHERE id = '{id}'), '{MOVED_TO}')
                     WHERE email = '{email}' AND slug = '{HOME}' AND role <> 'member'
                     ON CONFLICT DO NOTHING"
                ));
            });
        }
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
        if route.path.starts_with("/w/{slug}/settings/library") {
            self.pick_folder(route.path.ends_with("/restorations"));
            if route.path.contains("/removals/") {
                // As if it had just been taken away.
                let taken = format!("DELETE FROM shares WHERE folder_id = '{PICKED_FOLDER}'");
                self.app.sql(|sql| sql.execute(&taken));
            }
            if route.path.contains("/changes/") {
                self.hand_over();
            }
            if route.path.contains("/limits/") {
                self.limit();
            }
            return address(route, HOME, NO_KEY);
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
        if route.path == "/w/{slug}/library/new" {
            // What was made before is called otherwise.
            self.app
                .sql(|sql| sql.execute("UPDATE folders SET name = id::text WHERE name = 'Fresh'"));
        }
        if route.path.contains("{folder}") {
            let folder = self.fresh_folder(route);
            if route.path.contains("/share/") {
                return self.shared(route, &folder);
            }
            return address(route, HOME, NO_KEY).replace(NO_FOLDER, &folder);
        }
        if route.path.contains("{file}") {
            return self.file(route);
        }
        if route.path.contains("{label}") {
            let label = make::label(&self.app, HOME, &self.fresh_label());
            return address(route, HOME, NO_KEY).replace(NO_LABEL, &label);
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
        if route.path.contains("/removal") {
            self.given_with(&key, route.path.ends_with("/reversal"));
        }
        address(route, HOME, &key.id)
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
            .replace("{folder}", NO_FOLDER)
            .replace("{file}", NO_FILE)
            .replace("{label}", NO_LABEL)
            .replace("{place}", "top")
            .replace("{key}", NO_KEY)
            .replace("{request}", NO_REQUEST)
            .replace("{kind}/{subject}", &PICKED_MEMBER.replace(':', "/"))
            .replace("{type}/{subject}", &PICKED_MEMBER.replace(':', "/"))
            .replace("{who}", PICKED_WHO)
            .replace("{role}", "admin")
            .replace("{change}", CHANGE)
            .replace("{run}", NO_RUN)
            .replace("{entry}", ENTRY)
            .replace("{session}", SESSION),
    };
    assert!(!path.contains('{'), "say here what fills {path}");
    path
}
