//! Members, groups and invitations.

use super::*;

/// More people than a list offers.
pub(super) fn crowd(scene: &Scene) {
    scene.app.sql(|sql| {
        sql.execute(
            "INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at)
             SELECT gen_random_uuid(), 'p' || n || '@crowd.example', 'Person ' || n, '$argon2id$x', now(), now()
             FROM generate_series(1, 300) n;
             INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT w.id, gen_random_uuid(), u.id, 'member', now()
             FROM users u, workspaces w WHERE u.email LIKE 'p%@crowd.example' AND slug = 'crowd'",
        );
    });
}

/// Somebody with sessions on several devices, and something of everything in their account's activity.
pub(super) fn roamer(scene: &Scene) -> String {
    let email = make::member(&scene.app, "brightwater", Role::Member);
    let agents = [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
            "2001:db8:85a3:8d3:1319:8a2e:370:7348",
            3,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
            "198.51.100.23",
            11,
        ),
        (
            "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM/1.0",
            "203.0.113.7",
            1,
        ),
    ];
    for (agent, ip, hours) in agents {
        scene.app.sql(|sql| {
            sql.execute(&format!(
                r#"INSERT INTO sessions (id_digest, user_id, created_at, last_seen_at, ip, user_agent)
                 SELECT sha256('{ip}'), id, now() - interval '20 days', now() - {hours} * interval '1 hour', '{ip}', '{agent}'
                 FROM users WHERE email = '{email}';
                 INSERT INTO account_events (id, user_id, at, action, ip, user_agent, before, after)
                 SELECT gen_random_uuid(), users.id, now() - n * {hours} * interval '1 hour', 'account.' || action, '{ip}', '{agent}',
                        CASE action WHEN 'profile_changed' THEN '{{"name": "Ada Park"}}'::jsonb
                                    WHEN 'session_ended' THEN '{{"device": "Firefox on Linux", "ip": "203.0.113.9"}}'
                                    WHEN 'sessions_ended' THEN '{{"sessions": 3}}' END,
                        CASE action WHEN 'profile_changed' THEN '{{"name": "Ada Lovelace"}}'::jsonb END
                 FROM users, unnest(ARRAY['signed_in', 'signed_out', 'sign_in_failed', 'profile_changed', 'session_ended',
                                          'sessions_ended', 'password_changed', 'confirmed', 'confirmation_failed'])
                      WITH ORDINALITY AS what (action, n) WHERE email = '{email}'"#
            ));
        });
    }
    email
}

/// A member in each state there is, and a list of two pages.
pub(super) fn people(scene: &Scene) -> Vec<(&'static str, String)> {
    let app = &scene.app;
    let named = |name: &str, email: &str, role| make::named(app, "brightwater", name, email, role);
    let sam = named("Sam Okafor", "sam@brightwater.example", Role::Member);
    named("Priya Nair", "priya@brightwater.example", Role::Admin);
    named(
        LONG_NAME,
        &format!("{}@brightwater.example", "w".repeat(60)),
        Role::Admin,
    );
    named("Olu Ade", "olu@brightwater.example", Role::Owner);
    let lena = named("Lena Fischer", LENA, Role::Member);
    make::suspended(app, &lena);
    let mateo = named("Mateo Cruz", "mateo@brightwater.example", Role::Member);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO member_visits SELECT workspace_id, id, now() - interval '3 hours' FROM members
             WHERE id IN ('{sam}', '{lena}')"
        ));
    });
    make::removed(app, &mateo);
    let priya = make::member_id(app, "brightwater", "priya@brightwater.example");
    for label in ["billing-export", "ci-runner", &LONG_LABEL[1..]] {
        let key = make::key(app, "brightwater", label);
        make::made_by(app, &key, &priya);
        make::used(app, &key, 40_000, app.clock.now() - TimeDelta::minutes(7));
    }
    for n in 1..=12 {
        let key = make::key(app, "brightwater", &format!("kiosk-{n}"));
        make::made_by(app, &key, &sam);
    }
    use Permission::{DirCreate, FileDelete, FileMove, FileRename};
    let allows = [FileRename, FileMove, FileDelete, DirCreate];
    let engineering = make::group(app, "brightwater", "Engineering", &allows);
    let support = make::group(app, "brightwater", "Support", &[]);
    make::group(app, "brightwater", LONG_NAME, &[FileDelete]);
    for member in [&sam, &priya, &lena] {
        make::in_group(app, &engineering, member);
    }
    let handbook = make::folder(app, "brightwater", "Product handbook", Some(&priya));
    make::subfolder(app, &handbook, "Drafts");
    make::shared(app, &handbook, ("group_id", &engineering), "editor");
    make::shared(app, &handbook, ("member_id", &sam), "editor");
    make::folder(app, "brightwater", LONG_NAME, Some(&sam));
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE groups SET description = 'Builds and runs the product' WHERE id = '{engineering}';
             UPDATE audit_events SET after = jsonb_build_object('other_keys_kept', 12, 'keys',
                 (SELECT jsonb_agg(jsonb_build_object('key', id, 'label', label, 'decision', 'kept', 'skipped', ''))
                  FROM keys WHERE label LIKE 'kiosk%'))
             WHERE action = 'member.removed'"
        ));
    });
    for n in 1..=24 {
        let email = format!("docker-{n}@harbour.example");
        make::named(app, "harbour", &format!("Docker {n}"), &email, Role::Member);
    }
    let ada = make::member_id(app, "brightwater", &make::owner_email("Brightwater"));
    vec![
        ("sam", sam),
        ("mateo", mateo),
        ("ada", ada),
        ("priya", priya),
        ("engineering", engineering),
        ("support", support),
    ]
}

/// What the link of an invitation opens with; of no other form is one.
pub(super) fn token_of(word: &str) -> String {
    format!("{word:A<43}")
}

/// An invitation in each state there is, and one for everybody who looks at theirs.
pub(super) fn invitations(scene: &Scene, nobody: &str) {
    let app = &scene.app;
    let long = format!("{}@{}.example", "m".repeat(60), "w".repeat(60));
    for (email, token) in [
        ("noor@partner.example", "newcomer"),
        ("tomas@brightwater.example", "soon"),
        ("olga@partner.example", "expired"),
        ("priya.nair@partner.example", "accepted"),
        ("gone@partner.example", "cancelled"),
        ("shown@partner.example", "shown"),
        (nobody, "nobody"),
        (&long, "long"),
    ] {
        make::invitation(app, "brightwater", email, &token_of(token));
    }
    make::invitation(app, "studio", LENA, &token_of("known"));
    app.sql(|sql| {
        sql.execute(
            "UPDATE invitations SET sent_at = sent_at - interval '6 days 7 hours', expires_at = expires_at - interval '6 days 7 hours'
             WHERE email LIKE 'tomas%';
             UPDATE invitations SET sent_at = sent_at - interval '9 days', expires_at = expires_at - interval '9 days'
             WHERE email LIKE 'olga%';
             UPDATE invitations SET cancelled_at = now() WHERE email LIKE 'gone%';
             UPDATE invitations SET was_shown = true WHERE email LIKE 'shown%';
             UPDATE invitations i SET accepted_at = now(), accepted_member_id = m.id
             FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = i.workspace_id
               AND i.email LIKE 'priya.nair%' AND u.email LIKE 'priya@%';
             UPDATE invitations i SET invited_by_member_id = m.id
             FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = i.workspace_id
               AND i.email LIKE 'tomas%' AND u.email LIKE 'priya@%';
             INSERT INTO invitation_groups SELECT i.workspace_id, i.id, g.name, g.id
             FROM invitations i JOIN groups g USING (workspace_id) WHERE i.email LIKE 'noor%';
             INSERT INTO invitation_groups SELECT workspace_id, id, 'Closed group', NULL FROM invitations WHERE email LIKE 'noor%';
             UPDATE members SET suspended_at = now() FROM users u, workspaces w
             WHERE u.id = user_id AND w.id = workspace_id AND slug = 'archive' AND u.email <> 'owner@brightwater.example'",
        );
    });
}
