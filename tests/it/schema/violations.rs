//! Each rule of the database by name, with statements that break it and no other before it.

/// Two workspaces with a person each, and one row of everything in the first.
pub const SCENE: &str = "
INSERT INTO key_file_checks VALUES ('pepper', 1, sha256('a'));
INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at) VALUES
    ('00000000-0000-0000-0000-0000000000a1', 'ada@one.example', 'Ada', '$argon2id$x', now(), now()),
    ('00000000-0000-0000-0000-0000000000a2', 'bo@two.example', 'Bo', '$argon2id$x', now(), now());
INSERT INTO sign_in_counters VALUES (sha256('a'), current_date, 1, now());
INSERT INTO account_events (id, user_id, at, action) VALUES
    ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000a1', now(), 'account.signed_in');
INSERT INTO reset_links (email_digest, token_digest, user_id, created_at, expires_at) VALUES
    (sha256('a'), sha256('a'), '00000000-0000-0000-0000-0000000000a1', now(), now() + interval '30 minutes');
INSERT INTO email_changes (user_id, new_email, asked_at, expires_at, old_token_digest, new_token_digest) VALUES
    ('00000000-0000-0000-0000-0000000000a1', 'ada@three.example', now(), now() + interval '1 day', sha256('a'), sha256('b'));
INSERT INTO outbox (id, purpose, recipient, created_at, not_after, sealed, due_at) VALUES
    ('00000000-0000-0000-0000-000000000091', 'test', 'ada@one.example', now(), now() + interval '1 day', 'x', now());
INSERT INTO workspaces VALUES
    ('00000000-0000-0000-0000-000000000001', 'one', 'One', now()),
    ('00000000-0000-0000-0000-000000000002', 'two', 'Two', now());
INSERT INTO former_slugs VALUES ('00000000-0000-0000-0000-000000000001', 'uno', now());
INSERT INTO members (workspace_id, id, user_id, role, created_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000b1',
     '00000000-0000-0000-0000-0000000000a1', 'owner', now()),
    ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-0000000000b2',
     '00000000-0000-0000-0000-0000000000a2', 'owner', now());
INSERT INTO member_visits VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000b1', now());
INSERT INTO groups (workspace_id, id, name, description, permissions, created_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f2', 'Group', '', '{FILE_UPLOAD}', now()),
    ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-0000000000f3', 'Other', '', '{}', now());
INSERT INTO group_members VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f2',
     '00000000-0000-0000-0000-0000000000b1', now());
INSERT INTO invitations (workspace_id, id, email, role, token_digest, was_shown, invited_by_member_id, created_at, sent_at,
                         expires_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f4', 'cy@one.example', 'member', sha256('a'),
     false, '00000000-0000-0000-0000-0000000000b1', now(), now(), now() + interval '7 days');
INSERT INTO invitation_groups VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f4', 'Group',
     '00000000-0000-0000-0000-0000000000f2');
INSERT INTO notices (workspace_id, id, kind, occasion, subject_kind, subject_id, subject_label, facts, first_at, last_at, times) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f6', 'key_expires_soon', '7', 'key',
     'aaaaaaaaaaaa', 'ci', '{}', now(), now(), 1);
INSERT INTO object_space (workspace_id) VALUES ('00000000-0000-0000-0000-000000000001');
INSERT INTO objects (workspace_id, id, state, size, sha256, progressed_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000051', 'kept', 1, sha256('a'), now());
INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at) VALUES
    (sha256('a'), '00000000-0000-0000-0000-0000000000a1', now(), now());
INSERT INTO session_visits VALUES ('00000000-0000-0000-0000-000000000001', sha256('a'));
INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_id, actor_label, action, subject_kind, subject_id,
                          subject_label, refused) VALUES
    ('00000000-0000-0000-0000-000000000001', '2020-01-01', '00000000-0000-0000-0000-0000000000c1',
     'member', 'x', 'Ada', 'key.created', 'key', 'x', 'ci', false);
INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, form_nonce) VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', 'secret', 'ci', '{FILE_UPLOAD}', now(), now(),
     '00000000-0000-0000-0000-0000000000d1');
INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at) VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', 1, sha256('a'), 1, now());
INSERT INTO key_calls VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', date_trunc('hour', now(), 'UTC'), 1, 'served', 1);
INSERT INTO key_expiry_warnings VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', now() + interval '5 days', 7, now());
INSERT INTO key_unused_warnings VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', now(), now(), now() + interval '7 days');
INSERT INTO key_changes VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f1', 'revoke', now(), '{aaaaaaaaaaaa}');
INSERT INTO key_runs (workspace_id, id, bulk_action, terms, is_undo, matching, started_by_member_id, started_by_label, started_at, total)
    SELECT workspace_id, '00000000-0000-0000-0000-0000000000f5', 'revoke', '{}', false, '', id, 'Ada', now(), 1
    FROM members WHERE workspace_id = '00000000-0000-0000-0000-000000000001' LIMIT 1;
INSERT INTO key_run_chunks VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000f5', 0, '{aaaaaaaaaaaa}');
INSERT INTO key_incidents (workspace_id, key_id, opened_at) VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', now());
INSERT INTO key_incident_ticks VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', 'review', '', now(), '00000000-0000-0000-0000-0000000000b1');
INSERT INTO key_last_uses VALUES ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', now(), '203.0.113.7');
INSERT INTO key_replays VALUES
    ('00000000-0000-0000-0000-000000000001', 'aaaaaaaaaaaa', 'first', sha256('a'), now(), 'aaaaaaaaaaaa', 1);
INSERT INTO key_callers VALUES
    ('00000000-0000-0000-0000-000000000001', sha256('a'), 'aaaaaaaaaaaa', 1, '203.0.113.7', 'curl', now(), now(), now());
INSERT INTO key_caller_days VALUES ('00000000-0000-0000-0000-000000000001', sha256('a'), current_date, 1, 0);
INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility, created_at, updated_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000071', NULL,
     '{00000000-0000-0000-0000-000000000071}', 'Company', '', '{}', 'listed', now(), now()),
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000072', '00000000-0000-0000-0000-000000000071',
     '{00000000-0000-0000-0000-000000000071, 00000000-0000-0000-0000-000000000072}', 'Handbook', '', '{}', 'listed', now(), now());
INSERT INTO objects (workspace_id, id, state, size, sha256, progressed_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000052', 'whole', 1, sha256('a'), now()),
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000053', 'whole', 1, sha256('a'), now());
INSERT INTO files (workspace_id, id, folder_id, object_id, name, size, media_type, sha256, version, product, metadata,
                   visibility, created_at, updated_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000081', '00000000-0000-0000-0000-000000000071',
     '00000000-0000-0000-0000-000000000052', 'a.txt', 1, 'text/plain', sha256('a'), 1, '{}', '{}', 'listed', now(), now());
INSERT INTO labels (workspace_id, id, name, created_at, updated_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000082', 'Draft', now(), now());
INSERT INTO file_labels VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000081',
     '00000000-0000-0000-0000-000000000082');
INSERT INTO shares (workspace_id, id, folder_id, key_id, role, created_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000073', '00000000-0000-0000-0000-000000000071',
     'aaaaaaaaaaaa', 'user', now());
INSERT INTO share_requests (workspace_id, id, folder_id, asked_by_member_id, wanted, role, note, asked_at, reason) VALUES
    ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000075', '00000000-0000-0000-0000-000000000071',
     '00000000-0000-0000-0000-0000000000b1', 'ci', 'user', '', now(), '');
";

/// A copy of the rows of `$table` with some columns changed.
macro_rules! copy {
    ($table:literal, $changes:literal) => {
        concat!(
            "INSERT INTO ",
            $table,
            " SELECT (jsonb_populate_record(t, '",
            $changes,
            "'::jsonb)).* FROM ",
            $table,
            " t"
        )
    };
}

/// The same of a key, of which some columns follow from others and cannot be given.
macro_rules! copy_key {
    ($changes:literal) => {
        concat!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, form_nonce)
             SELECT workspace_id, id, kind, label, permissions, created_at, updated_at, form_nonce
             FROM (SELECT (jsonb_populate_record(t, '",
            $changes,
            "'::jsonb)).* FROM keys t) t"
        )
    };
}

macro_rules! copy_folder {
    ($id:literal, $parent:literal, $path:literal, $name:literal) => {
        concat!(
            "INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility, created_at, updated_at)
             VALUES ('00000000-0000-0000-0000-000000000001', '", $id, "', ", $parent, ", ", $path, ", '", $name, "', '', '{}', 'listed', now(), now())"
        )
    };
}

/// Another file with the second object that is whole, but for what is changed.
macro_rules! copy_file {
    ($change:literal) => {
        concat!(
            "INSERT INTO files (workspace_id, id, folder_id, object_id, name, size, media_type, sha256, version, product,
                                metadata, visibility, created_at, updated_at)
             SELECT workspace_id, '00000000-0000-0000-0000-000000000083', folder_id,
                    '00000000-0000-0000-0000-000000000053', 'b.txt', size, media_type, sha256, version, product, metadata,
                    visibility, created_at, updated_at FROM files;
             UPDATE files SET ",
            $change,
            " WHERE id = '00000000-0000-0000-0000-000000000083'"
        )
    };
}

pub const VIOLATIONS: &[(&str, &str)] = &[
    // installation, key_file_checks
    ("installation_pk", copy!("installation", "{}")),
    ("installation_one_row", "UPDATE installation SET only_row = false"),
    ("key_file_checks_pk", copy!("key_file_checks", "{}")),
    ("key_file_checks_purpose_known", "UPDATE key_file_checks SET purpose = 'other'"),
    ("key_file_checks_version_positive", "UPDATE key_file_checks SET version = 0"),
    ("key_file_checks_answer_length", "UPDATE key_file_checks SET answer = 'short'"),
    // users, sign_in_counters, account_events
    ("users_pk", "INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at)
        SELECT id, 'third@one.example', name, password_hash, now(), now() FROM users LIMIT 1"),
    ("users_email_form", "UPDATE users SET email = '@one.example'"),
    ("users_name_length", "UPDATE users SET name = ''"),
    ("users_password_hash_form", "UPDATE users SET password_hash = 'violet tractor sings at noon'"),
    ("users_time_zone_length", "UPDATE users SET time_zone = ''"),
    ("users_theme_known", "UPDATE users SET theme = 'pink'"),
    ("users_email_unique", "UPDATE users SET email = 'ADA@one.example' WHERE name = 'Bo'"),
    ("sign_in_counters_pk", copy!("sign_in_counters", "{}")),
    ("sign_in_counters_digest_length", "UPDATE sign_in_counters SET email_digest = 'ada@one.example'"),
    ("sign_in_counters_failures_positive", "UPDATE sign_in_counters SET failures = 0"),
    ("account_events_pk", copy!("account_events", "{}")),
    ("account_events_user_fk", "UPDATE account_events SET user_id = gen_random_uuid()"),
    ("account_events_action_form", "UPDATE account_events SET action = 'Signed in'"),
    ("account_events_ip_length", "UPDATE account_events SET ip = repeat('1', 46)"),
    ("account_events_user_agent_length", "UPDATE account_events SET user_agent = repeat('a', 301)"),
    ("account_events_request_id_length", "UPDATE account_events SET request_id = repeat('a', 65)"),
    // outbox
    ("outbox_pk", copy!("outbox", "{}")),
    ("outbox_purpose_form", "UPDATE outbox SET purpose = 'A test'"),
    ("outbox_recipient_length", "UPDATE outbox SET recipient = '@'"),
    ("outbox_not_after_creation", "UPDATE outbox SET not_after = created_at"),
    ("outbox_failure_form", "UPDATE outbox SET failed_at = now(), failure = 'No answer'"),
    ("outbox_failed_with_reason", "UPDATE outbox SET failed_at = now()"),
    ("outbox_reply_length", "UPDATE outbox SET reply = repeat('a', 501)"),
    ("outbox_one_state", "UPDATE outbox SET sent_at = now()"),
    ("outbox_sealed_while_waiting", "UPDATE outbox SET due_at = NULL, sent_at = now()"),
    ("outbox_tries_counted", "UPDATE outbox SET open_tries = tries + 1"),
    // reset_links, email_changes
    ("reset_links_pk", "INSERT INTO reset_links SELECT email_digest, sha256('b'), user_id, created_at, expires_at FROM reset_links"),
    ("reset_links_token_digest_unique", "INSERT INTO reset_links SELECT sha256('b'), token_digest, user_id, created_at, expires_at FROM reset_links"),
    ("reset_links_user_fk", "UPDATE reset_links SET user_id = gen_random_uuid()"),
    ("reset_links_email_digest_length", "UPDATE reset_links SET email_digest = 'ada@one.example'"),
    ("reset_links_token_digest_length", "UPDATE reset_links SET token_digest = 'in the clear'"),
    ("reset_links_expire_after_creation", "UPDATE reset_links SET expires_at = created_at"),
    ("email_changes_pk", copy!("email_changes", "{}")),
    ("email_changes_user_fk", "UPDATE email_changes SET user_id = gen_random_uuid()"),
    ("email_changes_new_email_form", "UPDATE email_changes SET new_email = '@three.example'"),
    ("email_changes_expire_after_asked", "UPDATE email_changes SET expires_at = asked_at"),
    ("email_changes_old_token_digest_length", "UPDATE email_changes SET old_token_digest = 'in the clear'"),
    ("email_changes_new_token_digest_length", "UPDATE email_changes SET new_token_digest = 'in the clear'"),
    ("email_changes_not_yet_both", "UPDATE email_changes SET old_confirmed_at = now(), new_confirmed_at = now()"),
    // workspaces, former_slugs, members
    ("workspaces_pk", copy!("workspaces", r#"{"slug": "three"}"#)),
    ("workspaces_slug_form", "UPDATE workspaces SET slug = '-one'"),
    ("workspaces_name_length", "UPDATE workspaces SET name = repeat('a', 81)"),
    ("workspaces_slug_unique", "UPDATE workspaces SET slug = 'one'"),
    ("workspaces_deleted_after_creation", "UPDATE workspaces SET deleted_at = created_at - interval '1 second'"),
    ("workspaces_time_zone_length", "UPDATE workspaces SET time_zone = ''"),
    ("workspaces_default_key_lifetime_range", "UPDATE workspaces SET default_key_lifetime_days = 0"),
    ("workspaces_default_rate_limit_range", "UPDATE workspaces SET default_rate_limit_per_minute = 1000001"),
    ("workspaces_max_key_lifetime_range", "UPDATE workspaces SET max_key_lifetime_days = 3651"),
    ("workspaces_default_key_lifetime_within_max", "UPDATE workspaces SET max_key_lifetime_days = 30"),
    ("workspaces_unused_key_days_range", "UPDATE workspaces SET unused_key_days = 29"),
    ("workspaces_security_contact_length", "UPDATE workspaces SET security_contact = '@'"),
    ("former_slugs_pk", "INSERT INTO former_slugs SELECT * FROM former_slugs"),
    ("former_slugs_workspace_fk", "UPDATE former_slugs SET workspace_id = gen_random_uuid()"),
    ("former_slugs_slug_form", "UPDATE former_slugs SET slug = '-uno'"),
    ("former_slugs_slug_unique", "INSERT INTO former_slugs VALUES ('00000000-0000-0000-0000-000000000002', 'uno', now())"),
    ("workspaces_default_member_permissions_known", "UPDATE workspaces SET default_member_permissions = '{EVERYTHING}'"),
    ("members_pk", "INSERT INTO members SELECT workspace_id, id, '00000000-0000-0000-0000-0000000000a2', 'member', now() FROM members WHERE id = '00000000-0000-0000-0000-0000000000b1'"),
    ("members_workspace_fk", "DELETE FROM key_incident_ticks; DELETE FROM member_visits; DELETE FROM group_members; DELETE FROM invitations; DELETE FROM key_runs; DELETE FROM share_requests; UPDATE members SET workspace_id = gen_random_uuid()"),
    ("members_user_fk", "UPDATE members SET user_id = gen_random_uuid()"),
    ("members_role_known", "UPDATE members SET role = 'guest'"),
    ("members_user_unique_in_workspace", "INSERT INTO members SELECT workspace_id, gen_random_uuid(), user_id, 'member', now() FROM members"),
    ("member_visits_pk", copy!("member_visits", "{}")),
    ("member_visits_workspace_fk", "ALTER TABLE member_visits DROP CONSTRAINT member_visits_member_fk;
        UPDATE member_visits SET workspace_id = gen_random_uuid()"),
    ("member_visits_member_fk", "UPDATE member_visits SET member_id = '00000000-0000-0000-0000-0000000000b2'"),
    // key_replays
    ("key_replays_pk", copy!("key_replays", "{}")),
    ("key_replays_workspace_fk", "ALTER TABLE key_replays DROP CONSTRAINT key_replays_caller_fk, DROP CONSTRAINT key_replays_secret_fk;
        UPDATE key_replays SET workspace_id = gen_random_uuid()"),
    ("key_replays_caller_fk", "UPDATE key_replays SET caller_key_id = 'bbbbbbbbbbbb'"),
    ("key_replays_secret_fk", "UPDATE key_replays SET secret_version = 2"),
    ("key_replays_name_form", "UPDATE key_replays SET name = 'a b'"),
    ("key_replays_request_length", "UPDATE key_replays SET request = 'short'"),
    // key_expiry_warnings, key_unused_warnings
    ("key_expiry_warnings_pk", copy!("key_expiry_warnings", "{}")),
    ("key_expiry_warnings_workspace_fk", "ALTER TABLE key_expiry_warnings DROP CONSTRAINT key_expiry_warnings_key_fk;
        UPDATE key_expiry_warnings SET workspace_id = gen_random_uuid()"),
    ("key_expiry_warnings_key_fk", "UPDATE key_expiry_warnings SET key_id = 'bbbbbbbbbbbb'"),
    ("key_expiry_warnings_days_known", "UPDATE key_expiry_warnings SET days = 2"),
    ("key_unused_warnings_pk", copy!("key_unused_warnings", "{}")),
    ("key_unused_warnings_workspace_fk", "ALTER TABLE key_unused_warnings DROP CONSTRAINT key_unused_warnings_key_fk;
        UPDATE key_unused_warnings SET workspace_id = gen_random_uuid()"),
    ("key_unused_warnings_key_fk", "UPDATE key_unused_warnings SET key_id = 'bbbbbbbbbbbb'"),
    ("key_unused_warnings_a_week_ahead", "UPDATE key_unused_warnings SET deactivates_at = warned_at + interval '6 days'"),
    // files, labels, file_labels
    ("files_pk", concat!("DELETE FROM file_labels; ", copy_file!("id = '00000000-0000-0000-0000-000000000081'"))),
    ("files_workspace_fk", "DELETE FROM file_labels; UPDATE files SET workspace_id = gen_random_uuid()"),
    ("files_folder_fk", "UPDATE files SET folder_id = gen_random_uuid()"),
    ("files_object_fk", "UPDATE files SET object_id = '00000000-0000-0000-0000-000000000051'"),
    // A file says what its contents are: where it comes to them, where it is replaced, and afterwards.
    ("files_object_fk", concat!("UPDATE objects SET size = 2 WHERE id = '00000000-0000-0000-0000-000000000053'; ", copy_file!("version = 2"))),
    ("files_object_fk", concat!("UPDATE objects SET sha256 = sha256('b') WHERE id = '00000000-0000-0000-0000-000000000053'; ", copy_file!("version = 2"))),
    ("files_object_fk", "UPDATE files SET object_id = '00000000-0000-0000-0000-000000000053', size = 2"),
    ("files_object_fk", "UPDATE files SET size = 2"),
    ("files_object_fk", "UPDATE files SET sha256 = sha256('b')"),
    ("files_object_unique", copy_file!("object_id = '00000000-0000-0000-0000-000000000052'")),
    ("files_name_unique_in_folder", copy_file!("name = 'A.TXT'")),
    ("files_name_length", "UPDATE files SET name = ''"),
    ("files_size_not_negative", "UPDATE files SET size = -1"),
    ("files_media_type_form", "UPDATE files SET media_type = 'text'"),
    ("files_sha256_length", "UPDATE files SET sha256 = 'a'"),
    ("files_version_positive", "UPDATE files SET version = 0"),
    ("files_product_object", "UPDATE files SET product = '[]'"),
    ("files_metadata_object", "UPDATE files SET metadata = '[]'"),
    ("files_visibility_known", "UPDATE files SET visibility = 'secret'"),
    ("files_created_by_member_fk", "UPDATE files SET created_by_member_id = gen_random_uuid()"),
    ("files_created_by_key_fk", "UPDATE files SET created_by_key_id = 'bbbbbbbbbbbb'"),
    (
        "files_one_maker",
        "UPDATE files SET created_by_key_id = 'aaaaaaaaaaaa', created_by_member_id = '00000000-0000-0000-0000-0000000000b1'",
    ),
    ("files_trashed_whole", "UPDATE files SET trashed_at = now()"),
    ("files_trashed_by_length", "UPDATE files SET trashed_at = now(), trashed_by = ''"),
    (
        "labels_pk",
        "INSERT INTO labels (workspace_id, id, name, created_at, updated_at)
         SELECT workspace_id, id, 'Other', now(), now() FROM labels",
    ),
    (
        "labels_name_unique",
        "INSERT INTO labels (workspace_id, id, name, created_at, updated_at)
         SELECT workspace_id, gen_random_uuid(), 'DRAFT', now(), now() FROM labels",
    ),
    ("labels_workspace_fk", "DELETE FROM file_labels; UPDATE labels SET workspace_id = gen_random_uuid()"),
    ("labels_name_length", "UPDATE labels SET name = ''"),
    ("file_labels_pk", copy!("file_labels", "{}")),
    ("file_labels_workspace_fk", "UPDATE file_labels SET workspace_id = gen_random_uuid()"),
    ("file_labels_file_fk", "UPDATE file_labels SET file_id = gen_random_uuid()"),
    ("file_labels_label_fk", "UPDATE file_labels SET label_id = gen_random_uuid()"),
    // object_space, objects
    ("object_space_pk", copy!("object_space", "{}")),
    ("object_space_workspace_fk", "UPDATE object_space SET workspace_id = gen_random_uuid()"),
    ("object_space_used_not_negative", "UPDATE object_space SET used = -1"),
    ("object_space_file_limit_range", "UPDATE object_space SET file_limit = 0"),
    ("object_space_total_limit_range", "UPDATE object_space SET total_limit = 0"),
    ("objects_pk", copy!("objects", "{}")),
    ("objects_workspace_fk", "UPDATE objects SET workspace_id = gen_random_uuid()"),
    ("objects_state_known", "UPDATE objects SET state = 'gone'"),
    ("objects_size_not_negative", "UPDATE objects SET size = -1"),
    ("objects_sha256_length", "UPDATE objects SET sha256 = 'a'"),
    ("objects_upload_id_length", "UPDATE objects SET upload_id = ''"),
    ("objects_whole_has_sum", "UPDATE objects SET sha256 = NULL"),
    // notices
    ("notices_pk", copy!("notices", r#"{"occasion": "1"}"#)),
    ("notices_unique", copy!("notices", r#"{"id": "00000000-0000-0000-0000-0000000000f7"}"#)),
    ("notices_workspace_fk", "UPDATE notices SET workspace_id = gen_random_uuid()"),
    ("notices_kind_form", "UPDATE notices SET kind = 'Key expires soon'"),
    ("notices_occasion_length", "UPDATE notices SET occasion = repeat('7', 81)"),
    ("notices_subject_form", "UPDATE notices SET subject_kind = 'API key'"),
    ("notices_times_positive", "UPDATE notices SET times = 0"),
    ("notices_member_fk", "UPDATE notices SET member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("notices_dismissed_by_fk", "UPDATE notices SET dismissed_at = now(), dismissed_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("notices_first_before_last", "UPDATE notices SET first_at = last_at + interval '1 second'"),
    ("notices_dismissed_by_somebody", "UPDATE notices SET dismissed_at = now()"),
    // groups, group_members
    ("groups_pk", "INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
        SELECT workspace_id, id, 'Third', '', '{}', now() FROM groups"),
    ("groups_workspace_fk", "INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
        SELECT gen_random_uuid(), id, name, '', '{}', now() FROM groups"),
    ("groups_name_length", "UPDATE groups SET name = ''"),
    ("groups_name_unique", "INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
        SELECT workspace_id, gen_random_uuid(), upper(name), '', '{}', now() FROM groups"),
    ("groups_description_length", "UPDATE groups SET description = repeat('a', 201)"),
    ("key_secrets_ceiling_known", "UPDATE key_secrets SET ceiling = '{FILE_UPLOAD,EVERYTHING}'"),
    ("groups_permissions_known", "UPDATE groups SET permissions = '{FILE_UPLOAD,EVERYTHING}'"),
    ("group_members_pk", copy!("group_members", "{}")),
    ("group_members_workspace_fk", "ALTER TABLE group_members DROP CONSTRAINT group_members_group_fk,
            DROP CONSTRAINT group_members_member_fk;
        UPDATE group_members SET workspace_id = gen_random_uuid()"),
    ("group_members_group_fk", "UPDATE group_members SET group_id = '00000000-0000-0000-0000-0000000000f3'"),
    ("group_members_member_fk", "UPDATE group_members SET member_id = '00000000-0000-0000-0000-0000000000b2'"),
    // invitations, invitation_groups
    ("invitations_pk", "INSERT INTO invitations (workspace_id, id, email, role, token_digest, was_shown, invited_by_member_id,
            created_at, sent_at, expires_at)
        SELECT workspace_id, id, 'di@one.example', role, sha256('b'), false, invited_by_member_id, created_at, sent_at, expires_at
        FROM invitations"),
    ("invitations_workspace_fk", "DELETE FROM invitation_groups;
        ALTER TABLE invitations DROP CONSTRAINT invitations_invited_by_fk;
        UPDATE invitations SET workspace_id = gen_random_uuid()"),
    ("invitations_email_form", "UPDATE invitations SET email = '@one.example'"),
    ("invitations_role_known", "UPDATE invitations SET role = 'guest'"),
    ("invitations_token_digest_length", "UPDATE invitations SET token_digest = 'in the clear'"),
    ("invitations_token_digest_unique", copy!("invitations", r#"{"id": "00000000-0000-0000-0000-0000000000f5", "email": "di@one.example"}"#)),
    ("invitations_waiting_unique", "INSERT INTO invitations (workspace_id, id, email, role, token_digest, was_shown,
            invited_by_member_id, created_at, sent_at, expires_at)
        SELECT workspace_id, gen_random_uuid(), upper(email), role, sha256('b'), false, invited_by_member_id, created_at, sent_at,
               expires_at FROM invitations"),
    ("invitations_expire_after_sending", "UPDATE invitations SET expires_at = sent_at"),
    ("invitations_invited_by_fk", "UPDATE invitations SET invited_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("invitations_accepted_fk", "UPDATE invitations SET accepted_at = now(), accepted_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("invitations_accepted_by_somebody", "UPDATE invitations SET accepted_at = now()"),
    ("invitations_one_end", "UPDATE invitations SET cancelled_at = now(), accepted_at = now(), accepted_member_id = invited_by_member_id"),
    ("invitation_groups_pk", copy!("invitation_groups", "{}")),
    ("invitation_groups_workspace_fk", "ALTER TABLE invitation_groups DROP CONSTRAINT invitation_groups_invitation_fk,
            DROP CONSTRAINT invitation_groups_group_fk;
        UPDATE invitation_groups SET workspace_id = gen_random_uuid()"),
    ("invitation_groups_name_length", "UPDATE invitation_groups SET name = ''"),
    ("invitation_groups_invitation_fk", "UPDATE invitation_groups SET invitation_id = gen_random_uuid()"),
    ("invitation_groups_group_fk", "UPDATE invitation_groups SET group_id = '00000000-0000-0000-0000-0000000000f3'"),
    // sessions, session_visits
    ("sessions_pk", copy!("sessions", "{}")),
    ("sessions_user_fk", "UPDATE sessions SET user_id = gen_random_uuid()"),
    ("sessions_id_digest_length", "INSERT INTO sessions SELECT 'in the clear', user_id, now(), now() FROM sessions"),
    ("sessions_handle_unique", "INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at, handle)
        SELECT sha256('b'), user_id, created_at, last_seen_at, handle FROM sessions"),
    ("sessions_confirmed_after_created", "UPDATE sessions SET confirmed_at = created_at - interval '1 second'"),
    ("sessions_seen_after_created", "UPDATE sessions SET last_seen_at = created_at - interval '1 second'"),
    ("sessions_ip_length", "UPDATE sessions SET ip = repeat('1', 46)"),
    ("sessions_user_agent_length", "UPDATE sessions SET user_agent = repeat('a', 301)"),
    ("session_visits_pk", copy!("session_visits", "{}")),
    ("session_visits_workspace_fk", "UPDATE session_visits SET workspace_id = gen_random_uuid()"),
    ("session_visits_session_fk", "UPDATE session_visits SET id_digest = sha256('b')"),
    // audit_events
    ("audit_events_pk", copy!("audit_events", "{}")),
    ("audit_events_workspace_fk", "UPDATE audit_events SET workspace_id = gen_random_uuid()"),
    ("audit_events_actor_known", "UPDATE audit_events SET actor_kind = 'ghost'"),
    ("audit_events_actor_id_given", "UPDATE audit_events SET actor_id = NULL"),
    ("audit_events_action_form", "UPDATE audit_events SET action = 'created'"),
    ("audit_events_subject_form", "UPDATE audit_events SET subject_kind = 'a key'"),
    ("audit_events_ip_length", "UPDATE audit_events SET ip = repeat('1', 46)"),
    ("audit_events_user_agent_length", "UPDATE audit_events SET user_agent = repeat('a', 301)"),
    ("audit_events_request_id_length", "UPDATE audit_events SET request_id = repeat('a', 65)"),
    // keys
    ("keys_pk", "ALTER TABLE keys DROP CONSTRAINT keys_id_unique; INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
        SELECT workspace_id, id, kind, 'other', permissions, created_at, updated_at FROM keys"),
    ("keys_id_unique", "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
        SELECT '00000000-0000-0000-0000-000000000002', id, kind, label, permissions, created_at, updated_at FROM keys"),
    ("keys_form_nonce_unique", copy_key!(r#"{"id": "bbbbbbbbbbbb", "label": "other"}"#)),
    ("keys_label_unique", copy_key!(r#"{"id": "bbbbbbbbbbbb", "label": "CI", "form_nonce": null}"#)),
    ("keys_workspace_fk", copy_key!(r#"{"id": "bbbbbbbbbbbb", "workspace_id": "00000000-0000-0000-0000-000000000003"}"#)),
    ("keys_id_form", copy_key!(r#"{"id": "bbbbbbbbbbb-", "label": "other", "form_nonce": null}"#)),
    ("keys_kind_known", "UPDATE keys SET kind = 'other'"),
    ("keys_owner_fk", "UPDATE keys SET owner_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("keys_created_by_fk", "UPDATE keys SET created_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("keys_created_by_key_fk", "UPDATE keys SET created_by_key_id = 'bbbbbbbbbbbb'"),
    ("keys_updated_by_key_fk", "UPDATE keys SET updated_by_key_id = 'bbbbbbbbbbbb'"),
    ("keys_created_by_one", "UPDATE keys SET created_by_key_id = id, created_by_member_id = '00000000-0000-0000-0000-0000000000b1'"),
    ("keys_updated_by_fk", "UPDATE keys SET updated_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("keys_label_length", "UPDATE keys SET label = ''"),
    ("keys_permissions_known", "UPDATE keys SET permissions = '{FILE_UPLOAD,EVERYTHING}'"),
    ("keys_allowed_origins_by_kind", "UPDATE keys SET allowed_origins = '{*}'"),
    ("keys_allowed_origins_form", "UPDATE keys SET kind = 'publishable', permissions = '{OBJECTS_LIST}', allowed_origins = '{https://a.example/}'"),
    ("keys_allowed_origins_number", "UPDATE keys SET kind = 'publishable', permissions = '{OBJECTS_LIST}',
        allowed_origins = array_fill('https://a.example'::TEXT, ARRAY[51])"),
    ("keys_publishable_permissions", "UPDATE keys SET kind = 'publishable', allowed_origins = '{*}'"),
    ("keys_publishable_of_workspace", "UPDATE keys SET kind = 'publishable', permissions = '{}', allowed_origins = '{*}',
        owner_member_id = '00000000-0000-0000-0000-0000000000b1'"),
    ("keys_revoked_for_known", "UPDATE keys SET revoked_at = now(), revoked_for = 'fun'"),
    ("keys_revoked_with_reason", "UPDATE keys SET revoked_at = now()"),
    ("keys_suspended_with_owner", "UPDATE keys SET suspended_at = now()"),
    ("keys_recovery_known", "UPDATE keys SET recovery = 'perhaps'"),
    ("keys_recovery_of_secret", "UPDATE keys SET kind = 'publishable', permissions = '{OBJECTS_LIST}', allowed_origins = '{*}',
        recovery = 'possible'"),
    ("keys_recovery_over_when_revoked", "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at,
        revoked_at, revoked_for, recovery)
        SELECT workspace_id, 'bbbbbbbbbbbb', kind, label, permissions, created_at, updated_at, now(), 'unneeded', 'possible'
        FROM keys"),
    ("keys_expire_after_creation", "UPDATE keys SET expires_at = created_at"),
    ("keys_allowed_ips_form", "UPDATE keys SET allowed_ips = '{10.0.0.0/8,office}'"),
    ("keys_allowed_ips_number", "UPDATE keys SET allowed_ips = array_fill('10.0.0.0/8'::text, ARRAY[101])"),
    ("keys_rate_limit_range", "UPDATE keys SET rate_limit_per_minute = 0"),
    // key_secrets
    ("key_secrets_pk", copy!("key_secrets", "{}")),
    ("key_secrets_workspace_fk", "ALTER TABLE key_secrets DROP CONSTRAINT key_secrets_key_fk;
        INSERT INTO key_secrets SELECT gen_random_uuid(), key_id, version, digest, pepper_version, made_at FROM key_secrets"),
    ("key_secrets_key_fk", copy!("key_secrets", r#"{"workspace_id": "00000000-0000-0000-0000-000000000002"}"#)),
    ("key_secrets_made_by_key_fk", "UPDATE key_secrets SET made_by_key_id = 'bbbbbbbbbbbb'"),
    ("key_secrets_version_positive", "UPDATE key_secrets SET version = 0"),
    ("key_secrets_digest_length", "UPDATE key_secrets SET digest = 'skey_in_the_clear'"),
    ("key_secrets_pepper_positive", "UPDATE key_secrets SET pepper_version = 0"),
    ("key_secrets_shown_is_publishable", "UPDATE key_secrets SET shown = 'skey_aaaaaaaaaaaa' || repeat('0', 38)"),
    ("key_secrets_retire_after_made", "UPDATE key_secrets SET retires_at = made_at - interval '1 second'"),
    ("key_secrets_digest_until_retired", "UPDATE key_secrets SET digest = NULL"),
    ("key_secrets_one_stays", copy!("key_secrets", r#"{"version": 2}"#)),
    // key_calls, key_last_uses
    ("key_calls_pk", copy!("key_calls", "{}")),
    ("key_calls_workspace_fk", "ALTER TABLE key_calls DROP CONSTRAINT key_calls_secret_fk;
        UPDATE key_calls SET workspace_id = gen_random_uuid()"),
    ("key_calls_secret_fk", "UPDATE key_calls SET secret_version = 2"),
    ("key_calls_hour_whole", "UPDATE key_calls SET hour = hour + interval '1 second'"),
    ("key_calls_outcome_form", "UPDATE key_calls SET outcome = 'Served'"),
    ("key_calls_positive", "UPDATE key_calls SET calls = 0"),
    ("key_last_uses_pk", copy!("key_last_uses", "{}")),
    ("key_last_uses_workspace_fk", "ALTER TABLE key_last_uses DROP CONSTRAINT key_last_uses_key_fk;
        UPDATE key_last_uses SET workspace_id = gen_random_uuid()"),
    ("key_last_uses_key_fk", "UPDATE key_last_uses SET workspace_id = '00000000-0000-0000-0000-000000000002'"),
    ("key_last_uses_ip_length", "UPDATE key_last_uses SET ip = repeat('1', 46)"),
    // key_callers, key_caller_days
    ("key_callers_pk", copy!("key_callers", "{}")),
    ("key_callers_workspace_fk", "ALTER TABLE key_callers DROP CONSTRAINT key_callers_secret_fk;
        INSERT INTO key_callers SELECT gen_random_uuid(), caller, key_id, secret_version, ip, user_agent, first_at, last_at
        FROM key_callers"),
    ("key_callers_secret_fk", "UPDATE key_callers SET secret_version = 2"),
    ("key_callers_caller_length", "INSERT INTO key_callers SELECT workspace_id, 'short', key_id, secret_version, ip, user_agent,
        first_at, last_at FROM key_callers"),
    ("key_callers_ip_length", "UPDATE key_callers SET ip = repeat('1', 46)"),
    ("key_callers_user_agent_length", "UPDATE key_callers SET user_agent = repeat('a', 301)"),
    ("key_callers_last_after_first", "UPDATE key_callers SET first_at = now() + interval '1 day', last_served_at = NULL"),
    ("key_callers_served_within", "UPDATE key_callers SET last_served_at = now() + interval '1 day'"),
    ("key_callers_others_have_no_program", "UPDATE key_callers SET ip = NULL"),
    ("key_caller_days_pk", copy!("key_caller_days", "{}")),
    ("key_caller_days_workspace_fk", "ALTER TABLE key_caller_days DROP CONSTRAINT key_caller_days_caller_fk;
        UPDATE key_caller_days SET workspace_id = gen_random_uuid()"),
    ("key_caller_days_caller_fk", "UPDATE key_caller_days SET caller = sha256('b')"),
    ("key_caller_days_served_not_negative", "UPDATE key_caller_days SET served = -1"),
    ("key_caller_days_refused_not_negative", "UPDATE key_caller_days SET refused = -1"),
    // key_incidents, key_incident_ticks
    ("key_incidents_pk", "INSERT INTO key_incidents (workspace_id, key_id, opened_at) SELECT workspace_id, key_id, now() FROM key_incidents"),
    ("key_incidents_workspace_fk", "DELETE FROM key_incident_ticks; ALTER TABLE key_incidents DROP CONSTRAINT key_incidents_key_fk;
        UPDATE key_incidents SET workspace_id = gen_random_uuid()"),
    ("key_incidents_key_fk", "DELETE FROM key_incident_ticks; UPDATE key_incidents SET key_id = 'bbbbbbbbbbbb'"),
    ("key_incidents_replacement_fk", "UPDATE key_incidents SET replacement_key_id = 'bbbbbbbbbbbb'"),
    ("key_incidents_replaced_by_another", "UPDATE key_incidents SET replacement_key_id = key_id"),
    ("key_incidents_cause_length", "UPDATE key_incidents SET cause = repeat('a', 4001)"),
    ("key_incidents_effect_length", "UPDATE key_incidents SET effect = repeat('a', 4001)"),
    ("key_incidents_told_length", "UPDATE key_incidents SET told = repeat('a', 4001)"),
    ("key_incidents_opened_by_fk", "UPDATE key_incidents SET opened_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("key_incidents_closed_by_fk", "UPDATE key_incidents SET closed_at = now(), record = '{}',
        closed_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("key_incidents_closed_whole", "UPDATE key_incidents SET closed_at = now()"),
    ("key_incident_ticks_pk", copy!("key_incident_ticks", "{}")),
    ("key_incident_ticks_workspace_fk", "ALTER TABLE key_incident_ticks DROP CONSTRAINT key_incident_ticks_incident_fk,
            DROP CONSTRAINT key_incident_ticks_done_by_fk;
        UPDATE key_incident_ticks SET workspace_id = gen_random_uuid()"),
    ("key_incident_ticks_incident_fk", "UPDATE key_incident_ticks SET key_id = 'bbbbbbbbbbbb'"),
    ("key_incident_ticks_done_by_fk", "UPDATE key_incident_ticks SET done_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("key_incident_ticks_step_known", "UPDATE key_incident_ticks SET step = 'rest'"),
    ("key_incident_ticks_place_length", "UPDATE key_incident_ticks SET step = 'update', place = repeat('a', 401)"),
    ("key_incident_ticks_places_are_updated", "UPDATE key_incident_ticks SET place = '203.0.113.7'"),
    // key_counts, key_days, key_changes
    ("key_counts_pk", copy!("key_counts", "{}")),
    ("key_counts_workspace_fk", "UPDATE key_counts SET workspace_id = gen_random_uuid()"),
    ("key_counts_state_known", "UPDATE key_counts SET state = 'expired'"),
    ("key_counts_keys_not_zero", "UPDATE key_counts SET keys = 0"),
    ("key_days_pk", copy!("key_days", "{}")),
    ("key_days_workspace_fk", "ALTER TABLE key_days DROP CONSTRAINT key_days_key_fk;
        UPDATE key_days SET workspace_id = gen_random_uuid()"),
    ("key_days_key_fk", "UPDATE key_days SET workspace_id = '00000000-0000-0000-0000-000000000002'"),
    ("key_days_calls_positive", "UPDATE key_days SET calls = 0"),
    ("key_changes_pk", "INSERT INTO key_changes SELECT * FROM key_changes"),
    ("key_changes_workspace_fk", "UPDATE key_changes SET workspace_id = gen_random_uuid()"),
    ("key_changes_bulk_action_known", "UPDATE key_changes SET bulk_action = 'delete'"),
    ("key_changes_key_ids_number", "UPDATE key_changes SET key_ids = '{}'"),
    ("key_changes_had_of_settings", "UPDATE key_changes SET had = '{}'"),
    // key_runs, key_run_chunks
    ("key_runs_pk", "INSERT INTO key_runs SELECT (jsonb_populate_record(r, '{\"state\": \"done\", \"ended_at\": \"2026-01-01\"}')).* FROM key_runs r"),
    ("key_runs_one_at_a_time", copy!("key_runs", r#"{"id": "00000000-0000-0000-0000-0000000000f6"}"#)),
    ("key_runs_workspace_fk", "ALTER TABLE key_runs DROP CONSTRAINT key_runs_starter_fk;
        ALTER TABLE key_run_chunks DROP CONSTRAINT key_run_chunks_run_fk;
        UPDATE key_runs SET workspace_id = gen_random_uuid()"),
    ("key_runs_starter_fk", "UPDATE key_runs SET started_by_member_id = gen_random_uuid()"),
    ("key_runs_bulk_action_known", "UPDATE key_runs SET bulk_action = 'delete'"),
    ("key_runs_matching_length", "UPDATE key_runs SET matching = repeat('x', 1001)"),
    ("key_runs_started_by_label_length", "UPDATE key_runs SET started_by_label = ''"),
    ("key_runs_ip_length", "UPDATE key_runs SET ip = repeat('1', 46)"),
    ("key_runs_user_agent_length", "UPDATE key_runs SET user_agent = repeat('x', 301)"),
    ("key_runs_total_positive", "UPDATE key_runs SET total = 0"),
    ("key_runs_changed_not_negative", "UPDATE key_runs SET changed = -1"),
    ("key_runs_skipped_not_negative", "UPDATE key_runs SET skipped = -1"),
    ("key_runs_state_known", "UPDATE key_runs SET state = 'paused', ended_at = now()"),
    ("key_runs_ended_unless_running", "UPDATE key_runs SET state = 'done'"),
    ("key_runs_nothing_twice", "UPDATE key_runs SET changed = total, skipped = 1"),
    ("key_run_chunks_pk", copy!("key_run_chunks", "{}")),
    ("key_run_chunks_workspace_fk", "ALTER TABLE key_run_chunks DROP CONSTRAINT key_run_chunks_run_fk;
        UPDATE key_run_chunks SET workspace_id = gen_random_uuid()"),
    ("key_run_chunks_run_fk", "UPDATE key_run_chunks SET run_id = gen_random_uuid()"),
    ("key_run_chunks_position_not_negative", "UPDATE key_run_chunks SET position = -1"),
    ("key_run_chunks_key_ids_number", "UPDATE key_run_chunks SET key_ids = '{}'"),
    ("folders_workspace_fk", "INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, created_at, updated_at)
      SELECT '00000000-0000-0000-0000-000000000009', id, path, name, '', '{}', 'listed', now(), now() FROM folders WHERE parent_id IS NULL"),
    ("folders_pk", copy_folder!("00000000-0000-0000-0000-000000000071", "NULL", "ARRAY['00000000-0000-0000-0000-000000000071']::uuid[]", "Other")),
    ("folders_parent_fk", copy_folder!("00000000-0000-0000-0000-000000000079", "'00000000-0000-0000-0000-000000000078'", "ARRAY['00000000-0000-0000-0000-000000000078', '00000000-0000-0000-0000-000000000079']::uuid[]", "Other")),
    ("folders_owner_fk", "UPDATE folders SET owner_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("folders_name_length", "UPDATE folders SET name = ''"),
    ("folders_description_length", "UPDATE folders SET description = repeat('x', 1001)"),
    ("folders_metadata_object", "UPDATE folders SET metadata = '[]'"),
    ("folders_visibility_known", "UPDATE folders SET visibility = 'hidden'"),
    ("folders_path_ends_here", "UPDATE folders SET path = ARRAY[id] WHERE parent_id IS NOT NULL"),
    ("folders_depth", "UPDATE folders SET path = array_fill(id, ARRAY[31]) || path WHERE parent_id IS NOT NULL"),
    ("folders_trashed_whole", "UPDATE folders SET trashed_at = now()"),
    (
        "folders_trashed_with_path",
        "UPDATE folders SET trashed_at = now(), trashed_with = '00000000-0000-0000-0000-000000000072', trashed_by = 'Ada' WHERE parent_id IS NULL",
    ),
    ("folders_trashed_by_length", "UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = ''"),
    ("folders_name_unique_in_parent", copy_folder!("00000000-0000-0000-0000-000000000079", "'00000000-0000-0000-0000-000000000071'", "ARRAY['00000000-0000-0000-0000-000000000071', '00000000-0000-0000-0000-000000000079']::uuid[]", "HANDBOOK")),
    ("folders_name_unique_at_top", "UPDATE folders SET owner_member_id = '00000000-0000-0000-0000-0000000000b1';
      INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, owner_member_id, created_at, updated_at)
      SELECT workspace_id, '00000000-0000-0000-0000-000000000079', ARRAY['00000000-0000-0000-0000-000000000079']::uuid[], upper(name),
             '', '{}', 'listed', owner_member_id, now(), now() FROM folders WHERE parent_id IS NULL"),
    // share_requests
    ("share_requests_pk", copy!("share_requests", "{}")),
    ("share_requests_open_unique", copy!("share_requests", "{\"id\": \"00000000-0000-0000-0000-000000000078\", \"wanted\": \"CI\"}")),
    ("share_requests_workspace_fk", "UPDATE share_requests SET workspace_id = '00000000-0000-0000-0000-000000000009'"),
    ("share_requests_folder_fk", "UPDATE share_requests SET folder_id = '00000000-0000-0000-0000-000000000079'"),
    ("share_requests_asked_by_fk", "UPDATE share_requests SET asked_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("share_requests_decided_by_fk", "UPDATE share_requests SET decided_at = now(), decided_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("share_requests_key_fk", "UPDATE share_requests SET decided_at = now(), decided_by_member_id = asked_by_member_id, key_id = 'bbbbbbbbbbbb'"),
    ("share_requests_wanted_length", "UPDATE share_requests SET wanted = ''"),
    ("share_requests_role_known", "UPDATE share_requests SET role = 'owner'"),
    ("share_requests_note_length", "UPDATE share_requests SET note = repeat('x', 501)"),
    ("share_requests_reason_length", "UPDATE share_requests SET reason = repeat('x', 501)"),
    ("share_requests_ends_once", "UPDATE share_requests SET withdrawn_at = now(), decided_at = now(), decided_by_member_id = asked_by_member_id"),
    ("share_requests_decided_whole", "UPDATE share_requests SET decided_at = now()"),
    ("share_requests_approved_is_decided", "UPDATE share_requests SET key_id = 'aaaaaaaaaaaa'"),
    ("shares_pk", copy!("shares", r#"{"key_id": null, "group_id": "00000000-0000-0000-0000-0000000000f2"}"#)),
    ("shares_workspace_fk", "UPDATE shares SET workspace_id = '00000000-0000-0000-0000-000000000009'"),
    ("shares_folder_fk", "UPDATE shares SET folder_id = '00000000-0000-0000-0000-000000000079'"),
    ("shares_member_fk", "UPDATE shares SET key_id = NULL, member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("shares_group_fk", "UPDATE shares SET key_id = NULL, group_id = '00000000-0000-0000-0000-0000000000f3'"),
    ("shares_key_fk", "UPDATE shares SET key_id = 'bbbbbbbbbbbb'"),
    ("shares_invitation_fk", "UPDATE shares SET key_id = NULL, invitation_id = '00000000-0000-0000-0000-0000000000f9'"),
    ("shares_created_by_member_fk", "UPDATE shares SET created_by_member_id = '00000000-0000-0000-0000-0000000000b2'"),
    ("shares_created_by_key_fk", "UPDATE shares SET created_by_key_id = 'bbbbbbbbbbbb'"),
    ("shares_role_known", "UPDATE shares SET role = 'owner'"),
    ("shares_one_subject", "UPDATE shares SET group_id = '00000000-0000-0000-0000-0000000000f2'"),
    ("shares_one_maker", "UPDATE shares SET created_by_member_id = '00000000-0000-0000-0000-0000000000b1', created_by_key_id = 'aaaaaaaaaaaa'"),
    ("shares_subject_unique", copy!("shares", r#"{"id": "00000000-0000-0000-0000-000000000074"}"#)),
];
