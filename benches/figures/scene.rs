//! Many rows, past the application: the database makes them faster than we do.

use chrono::Months;
use keyroom::{audit, policy::Unscoped};

use crate::support::{TestApp, make};

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

/// Members of the first workspace, each with an address of their own, and as many groups.
pub fn people(app: &TestApp, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO users (id, email, name, created_at, password_hash, password_changed_at)
             SELECT gen_random_uuid(), 'person' || n || '@brightwater.example',
                    initcap(chr(97 + n % 26) || substr(md5(n::text), 1, 5)) || ' Person ' || n, now(), '$argon2id$x', now()
             FROM generate_series(1, {n}) n;
             INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT w.id, gen_random_uuid(), u.id, 'member', now()
             FROM users u, workspaces w WHERE u.email LIKE 'person%@brightwater.example';
             INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
             SELECT w.id, gen_random_uuid(), 'Team ' || md5(n::text) || ' ' || n, '', '{{}}', now()
             FROM generate_series(1, {n}) n, workspaces w"
        ));
        sql.execute("VACUUM ANALYZE");
    });
}

/// Half of the entries are this person's.
pub const BUSY: &str = "018f0000-0000-7000-8000-00000000000a";
/// One of them is.
pub const RARE: &str = "018f0000-0000-7000-8000-00000000000b";

const WHY: Unscoped = Unscoped::because("a bench sets its scene");

/// Entries of the first workspace, over the 400 days that they are kept, each in its month; one in ten thousand was
/// refused, and one has an action of its own.
pub fn entries(app: &TestApp, n: u32) {
    let now = app.clock.now();
    for month in 0..15 {
        let then = now - Months::new(month);
        let made = app
            .db
            .run_here(|conn| audit::prepare_months(conn, WHY, then));
        made.expect("a month");
    }
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_id, actor_label, action, subject_kind, subject_id,
                                       subject_label, before, after, ip, user_agent, request_id, refused)
             SELECT w.id, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000a000' || lpad(to_hex(n), 12, '0'))::uuid,
                    CASE WHEN n % 4 = 3 THEN 'key' ELSE 'member' END,
                    CASE WHEN n = 50 THEN '{RARE}' WHEN n % 4 = 3 THEN lpad(to_hex(n % 1000), 12, '0')
                         WHEN n % 2 = 0 THEN '{BUSY}' ELSE '018f0000-0000-7000-8000-0000000001' || lpad(to_hex(n % 100), 2, '0') END,
                    'Ada Park',
                    CASE WHEN n = 51 THEN 'workspace.renamed' WHEN n % 3 = 0 THEN 'key.created' ELSE 'key.deactivated' END,
                    'key', lpad(to_hex(n % 1000), 12, '0'), 'service',
                    '{{\"label\": \"service\", \"status\": \"active\"}}', '{{\"label\": \"service\", \"status\": \"deactivated\"}}',
                    '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', gen_random_uuid()::text,
                    n % 10000 = 49
             FROM workspaces w, generate_series(1, {n}) n, LATERAL (SELECT now() - n * interval '400 days' / {n}) AS t (at);
             ANALYZE"
        ));
    });
}

/// Folders of the first owner: 20 within each other, each shared with 20 groups, and in the last of them 20 files and half of
/// `n`; the others in some at the top. Gives the address of the last.
pub fn folders(app: &TestApp, n: u32) -> String {
    let half = n / 2;
    app.sql(|sql| {
        sql.execute(&format!(
            "DO $$ DECLARE
                 way uuid[] := '{{}}'; one uuid; home uuid; me uuid;
             BEGIN
                 SELECT workspace_id, id INTO home, me FROM members ORDER BY id LIMIT 1;
                 FOR depth IN 1..20 LOOP
                     one := gen_random_uuid();
                     INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility,
                                          owner_member_id, created_at, updated_at)
                     VALUES (home, one, way[depth - 1], way || one, 'Level ' || depth, '', '{{}}', 'listed', me, now(), now());
                     way := way || one;
                 END LOOP;
                 INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility,
                                      created_at, updated_at)
                 SELECT home, id, way[20], way || id, 'Box ' || k, '', '{{}}', 'listed', now(), now() - k * interval '1 minute'
                 FROM (SELECT gen_random_uuid() AS id, k FROM generate_series(1, {half}) k) made;
                 INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, owner_member_id,
                                      created_at, updated_at)
                 SELECT home, id, ARRAY[id], 'Shelf ' || k, '', '{{}}', 'listed', me, now(), now()
                 FROM (SELECT gen_random_uuid() AS id, k FROM generate_series(1, {half} / 100) k) made;
                 INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility,
                                      created_at, updated_at)
                 SELECT home, id, shelf, ARRAY[shelf, id], 'Tray ' || k, '', '{{}}', 'listed', now(), now()
                 FROM (SELECT gen_random_uuid() AS id, s.id AS shelf, k FROM folders s, generate_series(1, 99) k
                       WHERE s.name LIKE 'Shelf %') made;
             END $$"
        ));
    });
    for n in 1..=20 {
        make::group(app, "brightwater", &format!("Group {n}"), &[]);
    }
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO group_members SELECT workspace_id, groups.id, members.id, now() FROM groups JOIN members USING (workspace_id)
             WHERE groups.name LIKE 'Group 1%';
             INSERT INTO shares (workspace_id, id, folder_id, group_id, role, created_at)
             SELECT workspace_id, gen_random_uuid(), folders.id, groups.id, 'user', now() FROM folders JOIN groups USING (workspace_id)
             WHERE folders.name LIKE 'Level %'",
        );
    });
    let last = "SELECT id::text AS line FROM folders WHERE name = 'Level 20'";
    let last = app.sql(|sql| sql.line(last));
    for n in 1..=20 {
        make::file(app, &last, &format!("Paper {n}.txt"), "x");
    }
    app.sql(|sql| sql.execute("VACUUM ANALYZE"));
    format!("/w/brightwater/folders/{last}")
}
