//! Many rows, past the application: the database makes them faster than we do.

use crate::support::TestApp;

/// Keys of the first workspace with four weeks of calls for the newest hundred, and what the planner must know.
pub fn keys(app: &TestApp, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, expires_at, deactivated_at)
             SELECT w.id, lpad(to_hex(n), 12, '0'), 'secret', 'service ' || n || ' ' || md5(n::text), '{{OBJECTS_LIST,FILE_UPLOAD}}',
                    now() - n * interval '1 minute', now() - n * interval '1 minute', now() + interval '90 days',
                    CASE WHEN n % 10 = 0 THEN now() END
             FROM workspaces w, generate_series(1, {n}) n;
             INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at)
             SELECT workspace_id, id, 1, decode(repeat('00', 32), 'hex'), 1, created_at FROM keys
             WHERE NOT EXISTS (SELECT FROM key_secrets s WHERE s.key_id = keys.id);
             INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT k.workspace_id, k.id, date_trunc('hour', now(), 'UTC') - h * interval '6 hours', 1, 'served', h + 1
             FROM (SELECT * FROM keys ORDER BY created_at DESC LIMIT 100) k, generate_series(0, 111) h;
             ANALYZE"
        ));
    });
}

/// Entries of the first workspace, ten seconds apart.
pub fn entries(app: &TestApp, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id, subject_label, refused)
             SELECT w.id, now() - n * interval '10 seconds', gen_random_uuid(), 'command_line', 'Command line',
                    CASE WHEN n % 3 = 0 THEN 'key.created' ELSE 'key.deactivated' END, 'key', lpad(to_hex(n % 1000), 12, '0'), 'service', false
             FROM workspaces w, generate_series(1, {n}) n;
             ANALYZE"
        ));
    });
}
