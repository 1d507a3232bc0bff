//! What one route or the other acts on, made for it.

use keyroom::{actor::Role, ids::GroupId, web::Route};

use super::{
    CHANGE, ENTRY, ENTRY_AT, HOME, MOVED_TO, NO_FILE, NO_FOLDER, NO_INVITATION, NO_KEY, NO_REQUEST,
    PICKED, PICKED_FOLDER, PICKED_MEMBER, REQUEST, RUN, Scene, address,
};
use crate::support::make::{self, MadeKey};

impl Scene {
    /// The one invitation to a workspace that there is, by its owner.
    pub(super) fn invite(&self, slug: &str, email: &str, token: &str) -> String {
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM invitations USING workspaces w WHERE w.id = workspace_id AND slug = '{slug}'"
            ));
        });
        make::invitation(&self.app, slug, email, token)
    }

    /// Whether the workspace is in the trash.
    pub(super) fn trash(&self, is_deleted: bool) {
        let at = if is_deleted { "now()" } else { "NULL" };
        self.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE workspaces SET deleted_at = {at} WHERE slug = '{HOME}'"
            ));
        });
    }

    /// May list assets and nothing else, and the log says that it was made so from more.
    pub(super) fn narrow(&self, key: &MadeKey) {
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
    pub(super) fn fresh_member(&self, route: &Route) -> String {
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
    pub(super) fn fresh_group(&self, route: &Route, member: &str) -> String {
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

    /// A folder of the workspace, which the member [`PICKED_MEMBER`] has a role in where the route takes it.
    pub(super) fn fresh_folder(&self, route: &Route) -> String {
        let mut folder = make::folder(&self.app, HOME, &self.fresh_label(), None);
        if route.path.starts_with("/w/{slug}/folders/") {
            folder = make::subfolder(&self.app, &folder, &self.fresh_label());
        }
        if route.path.contains("{subject}") {
            let picked = ("member_id", &PICKED_MEMBER[7..]);
            make::shared(&self.app, &folder, picked, "user");
        }
        if ["/restoration", "/destruction"]
            .iter()
            .any(|end| route.path.ends_with(end))
        {
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Ada' WHERE id = '{folder}'"
                ));
            });
        }
        folder
    }

    /// The address of a file in a folder of the workspace, in the trash where the route takes it out of that.
    pub(super) fn file(&self, route: &Route) -> String {
        let folder = make::folder(&self.app, HOME, &self.fresh_label(), None);
        let file = make::file(&self.app, &folder, &self.fresh_label(), "x");
        if ["/restoration", "/destruction"]
            .iter()
            .any(|end| route.path.ends_with(end))
        {
            self.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE files SET trashed_at = now(), trashed_by = 'Ada' WHERE id = '{file}'"
                ));
            });
        }
        self.app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, created_at, updated_at)
                 SELECT workspace_id, '{MOVED_TO}', ARRAY['{MOVED_TO}'::uuid], 'moved', '', '{{}}', 'listed', now(), now()
                 FROM folders WHERE id = '{folder}' ON CONFLICT DO NOTHING"
            ));
        });
        address(route, HOME, NO_KEY)
            .replace(NO_FILE, &file)
            .replace("/move/top", &format!("/move/{MOVED_TO}"))
    }

    /// The address of something in the dialog of a folder, which is there as the route needs it.
    pub(super) fn shared(&self, route: &Route, folder: &str) -> String {
        let key = self.fresh_key();
        make::deactivated(&self.app, &key);
        let invitation = self.invite(HOME, "noor@partner.example", "another");
        make::shared(&self.app, folder, ("invitation_id", &invitation), "user");
        self.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE folders SET trashed_at = NULL, trashed_with = NULL, trashed_by = NULL WHERE id = '{folder}'"
            ));
        });
        let state = match route.path.rsplit('/').next() {
            Some("reopening") => "decided_at = now(), decided_by_member_id = asked_by_member_id",
            _ => "reason = ''",
        };
        if route.path.ends_with("/approval") {
            self.pick("");
        }
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM share_requests;
                 INSERT INTO share_requests (workspace_id, id, folder_id, asked_by_member_id, wanted, role, note, asked_at, reason)
                 SELECT workspace_id, '{REQUEST}', '{folder}', id, 'ci', 'user', '', now(), ''
                 FROM members WHERE id = '{}';
                 UPDATE share_requests SET {state}",
                &PICKED_MEMBER[7..]
            ));
        });
        let path = match route.path.ends_with("/restoration") {
            true => format!("{}?role=editor", address(route, HOME, NO_KEY)),
            false => address(route, HOME, NO_KEY),
        };
        path.replace(NO_FOLDER, folder)
            .replace(NO_KEY, &key.id)
            .replace(NO_INVITATION, &invitation)
            .replace(NO_REQUEST, REQUEST)
    }

    /// A key that is Editor of every folder there is.
    pub fn key_of_all_folders(&self) -> MadeKey {
        let key = self.fresh_key();
        self.app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO shares (workspace_id, id, folder_id, key_id, role, created_at)
                 SELECT workspace_id, gen_random_uuid(), id, '{}', 'editor', now() FROM folders",
                key.id
            ));
        });
        key
    }

    /// The run [`RUN`], on its way or such that it can be taken back.
    pub(super) fn run(&self, has_ended: bool) {
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

    /// The folder [`PICKED_FOLDER`] of the workspace, in the trash or not, shared with the member [`PICKED_MEMBER`]; and the
    /// log says that something was taken away from them.
    pub(super) fn pick_folder(&self, is_in_trash: bool) {
        let (folder, member) = (PICKED_FOLDER, &PICKED_MEMBER[7..]);
        let trash = match is_in_trash {
            true => "trashed_at = now(), trashed_with = id, trashed_by = 'Ada'",
            false => "trashed_at = NULL, trashed_with = NULL, trashed_by = NULL",
        };
        self.app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, created_at, updated_at)
                 SELECT id, '{folder}', ARRAY['{folder}'::uuid], 'picked', '', '{{}}', 'listed', now(), now()
                 FROM workspaces WHERE slug = '{HOME}' ON CONFLICT DO NOTHING;
                 UPDATE folders SET owner_member_id = NULL, {trash} WHERE id = '{folder}';
                 DELETE FROM shares WHERE folder_id = '{folder}';
                 INSERT INTO shares (workspace_id, id, folder_id, member_id, role, created_at)
                 SELECT workspace_id, gen_random_uuid(), id, '{member}', 'user', now() FROM folders WHERE id = '{folder}';
                 UPDATE users SET email = 'picked@brightwater.example'
                 WHERE id = (SELECT user_id FROM members WHERE id = '{member}');
                 DELETE FROM audit_events WHERE id = '{ENTRY}';
                 INSERT INTO audit_events
                 SELECT workspace_id, '{ENTRY_AT}', '{ENTRY}', 'command_line', NULL, 'Command line', 'access.removed', 'member',
                        '{member}', 'picked', '{{\"folders\": [{{\"folder\": \"{folder}\", \"decision\": \"user\"}}]}}', NULL, NULL, NULL, NULL, false
                 FROM folders WHERE id = '{folder}'"
            ));
        });
    }

    /// As if the folder had just been handed over by the workspace.
    pub(super) fn hand_over(&self) {
        let (folder, member) = (PICKED_FOLDER, &PICKED_MEMBER[7..]);
        self.app.sql(|sql| {
            sql.execute(&format!(
                "DELETE FROM shares WHERE folder_id = '{folder}';
                 UPDATE folders SET owner_member_id = '{member}' WHERE id = '{folder}';
                 UPDATE audit_events SET action = 'folder.handed_over', subject_kind = 'folder', subject_id = '{folder}',
                     before = '{{}}', after = '{{\"owner_id\": \"{member}\"}}'
                 WHERE id = '{ENTRY}'"
            ));
        });
    }

    /// The same, given with a key; or as if that had just been taken away on the page of the key's incident.
    pub(super) fn given_with(&self, key: &MadeKey, is_taken: bool) {
        self.pick_folder(false);
        let (id, folder, member) = (&key.id, PICKED_FOLDER, &PICKED_MEMBER[7..]);
        let taken = format!(
            "DELETE FROM shares WHERE folder_id = '{folder}';
             UPDATE audit_events SET action = 'access.withdrawn', subject_kind = 'key', subject_id = '{id}',
                 before = '{{\"folders\": [{{\"folder\": \"{folder}\", \"decision\": \"user\",
                                           \"subject_kind\": \"member\", \"subject\": \"{member}\"}}]}}'
             WHERE id = '{ENTRY}'"
        );
        let given =
            format!("UPDATE shares SET created_by_key_id = '{id}' WHERE folder_id = '{folder}'");
        let sql = if is_taken { taken } else { given };
        self.app.sql(|to| to.execute(&sql));
    }

    /// Limits that were lowered, and the entry that says so.
    pub(super) fn limit(&self) {
        let limits = |gib: i64| {
            format!(
                "{{\"file_limit\": {}, \"total_limit\": {}}}",
                gib << 30,
                gib << 30
            )
        };
        let (before, after) = (limits(9), limits(1));
        self.app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO object_space (workspace_id) SELECT id FROM workspaces WHERE slug = '{HOME}' ON CONFLICT DO NOTHING;
                 UPDATE object_space SET file_limit = 1 << 30, total_limit = 1 << 30;
                 DELETE FROM audit_events WHERE id = '{ENTRY}';
                 INSERT INTO audit_events
                 SELECT id, '{ENTRY_AT}', '{ENTRY}', 'command_line', NULL, 'Command line', 'library.limits_changed', 'library',
                        id::text, 'Library', '{before}', '{after}', NULL, NULL, NULL, false
                 FROM workspaces WHERE slug = '{HOME}'"
            ));
        });
    }

    /// The key [`PICKED`], active but for `state`, and a change that left it so.
    pub(super) fn pick(&self, state: &str) {
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
