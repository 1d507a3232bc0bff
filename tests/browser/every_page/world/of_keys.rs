//! Keys in every state, and what was done with them.

use super::*;

/// Keys of a member, of somebody who is suspended, and a workspace in which members make none.
pub(super) fn personal(scene: &Scene, member: &str, roamer: &str) -> [(&'static str, String); 5] {
    let app = &scene.app;
    let id = |email: &str| make::member_id(app, "brightwater", email);
    let (member, lena) = (id(member), id(LENA));
    let given = [
        Permission::ObjectsList,
        Permission::ObjectsFetch,
        Permission::FileDelete,
    ];
    let mine = make::personal(app, ("brightwater", &member), "laptop", &given);
    make::used(app, &mine, 69, app.clock.now());
    let off = make::personal(
        app,
        ("brightwater", &member),
        "analytics-board",
        &given[..1],
    );
    make::deactivated(app, &off);
    let gone = make::personal(app, ("brightwater", &member), "phone", &given[..1]);
    make::revoked(app, &gone, "unneeded");
    make::personal(app, ("brightwater", &member), "phone", &given[..1]);
    let lenas = make::personal(app, ("brightwater", &lena), "lena-laptop", &given[..1]);
    let rolling = make::key(app, "brightwater", "home-server");
    make::rotated(app, &rolling, 3_600);
    make::given_to(app, &member, &rolling, "home-server");
    let kept = make::recoverable(app, "brightwater", "tablet");
    make::given_to(app, &member, &kept, "tablet");
    make::membership(app, "archive", roamer, Role::Member);
    app.sql(|sql| {
        sql.execute("UPDATE workspaces SET personal_keys = false WHERE slug = 'archive'")
    });
    [
        ("mine", mine.id),
        ("mine_gone", gone.id),
        ("mine_rolling", rolling.id),
        ("mine_kept", kept.id),
        ("lenas", lenas.id),
    ]
}

/// A key in each state there is.
pub(super) fn keys(scene: &Scene) -> BTreeMap<&'static str, String> {
    let app = &scene.app;
    let now = app.clock.now();
    let made = |label| make::key(app, "brightwater", label);
    let few = |label, lifetime| {
        let permissions = [Permission::ObjectsList, Permission::FileDelete];
        make::key_with(app, "brightwater", label, &permissions, lifetime)
    };
    let mut keys: Vec<(&'static str, MadeKey)> = Vec::new();
    app.clock.advance(TimeDelta::days(-40));
    keys.push(("expired", few("legacy-export", Lifetime::Days(30))));
    keys.push(("old", made("old-crm")));
    make::revoked(app, &keys[1].1, "unneeded");
    app.clock.advance(TimeDelta::days(12));
    keys.push(("soon", few("ci-deploy", Lifetime::Days(30))));
    app.clock.advance(TimeDelta::days(28));
    keys.push(("off", few("nightly-import", Lifetime::Unlimited)));
    make::deactivated(app, &keys[3].1);
    keys.push(("gone", made("kiosk")));
    make::revoked(app, &keys[4].1, "unneeded");
    keys.push(("stolen", made("laptop")));
    make::revoked(app, &keys[5].1, "compromised");
    // The label of a revoked key is free, and may be taken before it is restored.
    keys.push(("taken", made("print-shop")));
    make::revoked(app, &keys[6].1, "unneeded");
    keys.push(("taker", made("print-shop")));
    keys.push(("long", made(LONG_LABEL)));
    keys.push(("toggled", made("staging-server")));
    keys.push(("used", made("production-server")));
    make::used(app, &keys[10].1, 1_234_567, now - TimeDelta::minutes(5));
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_runs (workspace_id, id, bulk_action, terms, is_undo, matching, started_by_member_id,
                                   started_by_label, started_at, total, changed, skipped, reasons, state, ended_at)
             SELECT m.workspace_id, '{RUN}', 'deactivate', '{{}}', false, '', m.id, 'Ada Park', now() - interval '1 hour',
                    100000, 58211, 9789, '{{\"deactivated_already\": 9000, \"expired\": 789}}', 'stopped', now()
             FROM members m JOIN workspaces w ON w.id = m.workspace_id
             WHERE w.slug = 'brightwater' AND m.role = 'owner' LIMIT 1"
        ));
    });
    called_from_everywhere(scene, &keys[10].1);
    for day in 1..40 {
        let (at, n) = (now - TimeDelta::days(day), day * 7919 % 11);
        make::called(app, &keys[10].1, "served", 1_000 + n * 90_000, at);
        make::called(
            app,
            &keys[10].1,
            "permission_missing",
            4_000 + n * 3_000,
            at,
        );
    }
    let sites = "https://shop.example.com\nhttps://www.example.com";
    let widget = make::publishable(app, "brightwater", "website-widget", sites);
    keys.push(("widget", widget));
    keys.push(("kept", make::recoverable(app, "brightwater", "web-shop")));
    keys.push(("rotating", rotating(scene)));
    keys.push(("rolled", made("weekly-report")));
    app.sql(|sql| {
        let id = &keys[9].1.id;
        sql.execute(&format!(
            "UPDATE key_secrets SET made_at = made_at - interval '100 days' WHERE key_id = '{id}'"
        ));
    });
    keys.push(("filed", made("kiosk-tablet")));
    incidents(scene, &keys[5].1, &keys[keys.len() - 1].1);
    // The key in use has made another.
    make::made_with(app, &keys[2].1, &keys[10].1);
    keys.into_iter().map(|(name, key)| (name, key.id)).collect()
}

/// A key whose old value two programs still use, one of them now.
pub(super) fn rotating(scene: &Scene) -> MadeKey {
    let app = &scene.app;
    let key = make::key(app, "brightwater", "billing-service");
    make::rotated(app, &key, 172_800);
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE key_secrets SET made_at = made_at - interval '88 days' WHERE key_id = '{id}' AND version = 1;
             INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT workspace_id, id, date_trunc('hour', now() - h * interval '1 hour', 'UTC'), v, 'served',
                    CASE v WHEN 1 THEN 5 + h * 3 ELSE 60 - h * 5 END
             FROM keys, generate_series(0, 11) h, generate_series(1, 2) v WHERE id = '{id}';
             INSERT INTO key_callers (workspace_id, caller, key_id, secret_version, ip, user_agent, first_at, last_at,
                                      last_served_at)
             SELECT workspace_id, sha256(ip::bytea), id, v, ip, agent, at, at, at FROM keys, (VALUES
                 (1, '203.0.113.24', 'keyroom-python/1.4', now() - interval '30 minutes'),
                 (1, '2001:db8:85a3::8a2e:370:7334', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', now() - interval '6 hours'),
                 (2, '203.0.113.25', 'keyroom-python/1.4', now() - interval '2 hours')) callers (v, ip, agent, at)
             WHERE id = '{id}'"
        ));
    });
    key
}

/// One in the middle of what has to be done, and one that is closed.
pub(super) fn incidents(scene: &Scene, stolen: &MadeKey, filed: &MadeKey) {
    let app = &scene.app;
    let now = app.clock.now();
    let ago = |hours| now - TimeDelta::hours(hours);
    for (place, first, last) in [
        (("188.250.4.90", "keyroom-python/1.4"), 1_200, 1),
        (("20.57.14.2", "curl/8.5.0"), 900, 30),
        (("102.89.34.11", "python-requests/2.32.3"), 3, 2),
        (("2001:db8:85a3:8d3:1319:8a2e:370:7348", LONG_LABEL), 40, 20),
    ] {
        make::caller(app, stolen, place, (ago(first), ago(last)));
    }
    for label in ["import-worker", "thumbnailer"] {
        let key = make::key(app, "brightwater", label);
        make::made_with(app, &key, stolen);
        make::revoked(app, &key, "compromised");
    }
    make::revoked(app, filed, "compromised");
    let (stolen, filed) = (&stolen.id, &filed.id);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_incidents (workspace_id, key_id, opened_at, opened_by_member_id, told)
             SELECT k.workspace_id, k.id, '{now}', m.id, '' FROM keys k JOIN members m USING (workspace_id)
             WHERE k.id IN ('{stolen}', '{filed}') AND m.role = 'owner' AND removed_at IS NULL
             ORDER BY m.created_at LIMIT 2;
             INSERT INTO key_incident_ticks SELECT workspace_id, key_id, 'replace', '', '{now}', opened_by_member_id
             FROM key_incidents WHERE key_id = '{stolen}';
             INSERT INTO key_incident_ticks SELECT workspace_id, key_id, 'update', '20.57.14.2 curl/8.5.0', '{now}', opened_by_member_id
             FROM key_incidents WHERE key_id = '{stolen}';
             UPDATE key_incidents SET closed_at = '{now}', closed_by_member_id = opened_by_member_id, record = jsonb_build_object(
                'opened_at', '{now}'::timestamptz, 'opened_by', 'Ada Park', 'revoked_at', '{now}'::timestamptz,
                'replacement', 'kiosk-tablet (skey_7Kq2mXw0B1aZ…)', 'replaced_at', '{now}'::timestamptz, 'replaced_by', 'Sam Okafor',
                'applications_updated_at', '{now}'::timestamptz, 'applications_updated_by', 'Sam Okafor',
                'reviewed_at', '{now}'::timestamptz, 'reviewed_by', 'Ada Park',
                'places_updated', '[\"188.250.4.90 keyroom-python/1.4\"]'::jsonb, 'new_addresses', '[\"102.89.34.11 curl/8.5.0\"]'::jsonb,
                'how_it_got_out', E'Committed in a notebook to a public repository on 13 Nov.\\nRemoved on 14 Nov.',
                'what_was_affected', '41 files were read in 3 folders, none was changed.', 'who_was_told', 'The customer, by phone, on 14 Nov.',
                'closed_at', '{now}'::timestamptz, 'closed_by', 'Ada Park')
             WHERE key_id = '{filed}'"
        ));
    });
}

/// From more addresses than its page shows, and some of them not told apart; one was refused only.
pub(super) fn called_from_everywhere(scene: &Scene, key: &MadeKey) {
    let (app, now) = (&scene.app, scene.app.clock.now());
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let programs = [FIREFOX, "curl/8.5.0", "python-requests/2.32.3", "node"];
    for n in 0..56 {
        let program = programs[usize::try_from(n).unwrap_or(0) % programs.len()];
        let ip = match n % 5 {
            4 => format!("2001:db8:77:a001:20c:29ff:fe9c:{n:x}"),
            _ => format!("203.0.113.{n}"),
        };
        let at = now - TimeDelta::minutes(5) - TimeDelta::hours(11 * n);
        make::called_from(app, key, (&ip, program), 70_000 - 1_100 * n, at);
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE key_callers SET ip = NULL, user_agent = NULL WHERE ip = '203.0.113.1';
             UPDATE key_callers SET last_served_at = NULL WHERE ip = '203.0.113.2';
             UPDATE key_caller_days SET refused = 12, served = 0 FROM key_callers
             WHERE key_callers.caller = key_caller_days.caller AND ip = '203.0.113.2'",
        );
    });
}
