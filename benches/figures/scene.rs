//! Many rows, past the application: the database makes them faster than we do.

use crate::support::TestApp;

/// Keys of the first workspace, made over ten weeks, of which the oldest third has expired. Those that are first in an
/// order of the list were called in every hour of four weeks. And what the planner must know.
pub fn keys(app: &TestApp, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, created_by_member_id, updated_at,
                               expires_at, deactivated_at)
             SELECT workspace_id, substr(md5(n::text), 1, 12), 'secret', 'service ' || n || ' ' || md5(n::text),
                    '{{OBJECTS_LIST,FILE_UPLOAD}}', at, m.id, at, at + interval '47 days', CASE WHEN n % 10 = 0 THEN now() END
             FROM members m, generate_series(1, {n}) n, LATERAL (SELECT now() - n * (interval '70 days' / {n}) AS at) t;
             INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at)
             SELECT workspace_id, id, 1, decode(repeat('00', 32), 'hex'), 1, created_at FROM keys;
             CREATE TEMPORARY TABLE busy AS
             SELECT workspace_id, id FROM (
                 SELECT workspace_id, id, row_number() OVER (ORDER BY created_at) AS a,
                        row_number() OVER (ORDER BY created_at DESC) AS b, row_number() OVER (ORDER BY label_folded) AS c,
                        row_number() OVER (ORDER BY label_folded DESC) AS d, row_number() OVER (ORDER BY ends_at) AS e
                 FROM keys) placed
             WHERE least(a, b, c, d, e) <= 60;
             INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT workspace_id, id, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', 1, 'served',
                    1 + abs(hashtext(id || h / 24)) % 1000
             FROM busy, generate_series(0, 671) h;
             INSERT INTO key_last_uses SELECT workspace_id, id, now() - abs(hashtext(id)) % 1000 * interval '1 hour', '203.0.113.7' FROM busy;
             DROP TABLE busy"
        ));
        sql.execute("VACUUM ANALYZE");
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
