//! The end of what was in the trash for its time: however much it is, whatever goes on meanwhile.

use std::net::{IpAddr, Ipv4Addr};

use chrono::{TimeDelta, Timelike};
use futures_util::future::join;
use keyroom::{
    actor::Source,
    ids::{KeyId, WorkspaceId},
    keys::{Calls, SERVED},
    lifecycle,
    policy::Unscoped,
};

use crate::support::{
    TestApp,
    make::{self, MadeKey},
};

const UPKEEP: Unscoped = Unscoped::because("a test is the upkeep");

fn somebody() -> Source {
    Source {
        ip: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7))),
        user_agent: Some("test/1".to_owned()),
        ..Source::default()
    }
}

async fn purge(app: &TestApp) {
    lifecycle::purge(&app.db, UPKEEP, app.clock.now()).await;
}

/// In the trash for so many days.
fn trash(app: &TestApp, slug: &str, days: i64) {
    let at = app.clock.now() - TimeDelta::days(days);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE workspaces SET created_at = '{at}', deleted_at = '{at}' WHERE slug = '{slug}'"
        ));
    });
}

fn slugs(app: &TestApp) -> Vec<String> {
    app.sql(|sql| sql.lines("SELECT slug AS line FROM workspaces ORDER BY 1"))
}

fn number(app: &TestApp, of: &str) -> String {
    app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {of}")))
}

fn workspace_of(app: &TestApp, key: &MadeKey) -> WorkspaceId {
    let id = &key.id;
    let found = format!("SELECT workspace_id::text AS line FROM keys WHERE id = '{id}'");
    app.sql(|sql| sql.line(&found)).parse().expect("an id")
}

fn id(key: &MadeKey) -> KeyId {
    key.id.parse().expect("an id")
}

/// What was counted for a key.
fn counted(app: &TestApp, key: &MadeKey) -> [String; 4] {
    let id = &key.id;
    ["key_calls", "key_days", "key_last_uses", "key_callers"].map(|table| {
        let of = match table {
            "key_last_uses" => "count(*)",
            "key_callers" => "coalesce(sum((SELECT sum(served + refused) FROM key_caller_days d WHERE d.caller = key_callers.caller)), 0)",
            _ => "coalesce(sum(calls), 0)",
        };
        let query = format!("SELECT ({of})::text AS line FROM {table} WHERE key_id = '{id}'");
        app.sql(|sql| sql.line(&query))
    })
}

#[actix_web::test]
async fn more_entries_than_go_at_once_go_with_their_workspace_and_with_no_other() {
    let app = TestApp::start();
    for name in ["Large", "Other"] {
        make::workspace(&app, name);
    }
    // Over three months, and many of one moment.
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, refused)
             SELECT w.id, now() - n / 500 * interval '2 days', gen_random_uuid(), 'system', 'Keyroom', 'key.expired',
                    'key', '000000000000', 'ci', false
             FROM workspaces w, generate_series(1, 22000) n",
        );
    });
    trash(&app, "large", 8);
    let others = "audit_events JOIN workspaces w ON w.id = workspace_id WHERE slug = 'other'";
    let before = number(&app, others);
    purge(&app).await;
    assert_eq!(slugs(&app), ["other"]);
    assert_eq!(number(&app, others), before);
    assert_eq!(number(&app, "audit_events"), before);
}

#[actix_web::test]
async fn one_that_cannot_go_holds_up_no_other() {
    let app = TestApp::start();
    for name in ["First", "Second", "Young"] {
        make::workspace(&app, name);
    }
    for (slug, days) in [("first", 30), ("second", 8), ("young", 6)] {
        trash(&app, slug, days);
    }
    app.sql(|sql| {
        sql.execute(
            "CREATE TABLE stubborn AS SELECT id FROM workspaces WHERE slug = 'first';
             ALTER TABLE stubborn ADD CONSTRAINT stubborn_fk FOREIGN KEY (id) REFERENCES workspaces",
        );
    });
    purge(&app).await;
    assert_eq!(slugs(&app), ["first", "young"]);
    app.sql(|sql| sql.execute("DROP TABLE stubborn"));
    purge(&app).await;
    assert_eq!(slugs(&app), ["young"]);
}

#[actix_web::test]
async fn calls_of_keys_that_are_gone_take_no_count_of_others_with_them() {
    let app = TestApp::start();
    for name in ["Gone", "Living"] {
        make::workspace(&app, name);
    }
    let (gone, living) = (
        make::key(&app, "gone", "ci"),
        make::key(&app, "living", "ci"),
    );
    let calls = Calls::default();
    for key in [&gone, &living] {
        let of = (workspace_of(&app, key), id(key), 1);
        calls.count(of, SERVED, &somebody(), app.clock.now());
        calls.count(of, "key_suspended", &somebody(), app.clock.now());
    }
    trash(&app, "gone", 8);
    purge(&app).await;
    assert_eq!(slugs(&app), ["living"]);
    calls.write(&app.db).await.expect("written");
    assert_eq!(counted(&app, &living), ["2", "1", "1", "2"]);
    assert_eq!(counted(&app, &gone), ["0", "0", "0", "0"]);
}

/// Whoever counts refers to keys, which go at this moment.
#[actix_web::test]
async fn counts_that_are_written_while_their_keys_go_fail_nobody() {
    let app = TestApp::start();
    for name in ["Gone", "Living"] {
        make::workspace(&app, name);
    }
    let (gone, living) = (
        make::key(&app, "gone", "ci"),
        make::key(&app, "living", "ci"),
    );
    let calls = Calls::default();
    for key in [&gone, &living] {
        let of = (workspace_of(&app, key), id(key), 1);
        calls.count(of, SERVED, &somebody(), app.clock.now());
    }
    app.sql(|sql| {
        sql.execute(&format!("BEGIN; DELETE FROM keys WHERE id = '{}'", gone.id));
    });
    let commit = async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(500)).await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (written, ()) = join(calls.write(&app.db), commit).await;
    written.expect("written");
    assert_eq!(counted(&app, &living), ["1", "1", "1", "1"]);
}

#[actix_web::test]
async fn what_only_refers_to_a_workspace_does_not_keep_it() {
    let app = TestApp::start();
    make::workspace(&app, "Gone");
    make::key(&app, "gone", "ci");
    trash(&app, "gone", 8);
    // As a foreign key is checked, of calls that are being counted.
    app.sql(|sql| sql.execute("BEGIN; SELECT id FROM workspaces FOR KEY SHARE"));
    purge(&app).await;
    assert_eq!(number(&app, "keys"), "0");
    app.sql(|sql| sql.execute("COMMIT"));
    purge(&app).await;
    assert_eq!(slugs(&app), [""; 0]);
}

/// Each has calls of half the keys in an hour that is there and of the others in one that is not, and the other server
/// the other way round.
#[actix_web::test]
async fn two_servers_write_counts_of_the_same_keys_at_once() {
    let app = TestApp::start();
    make::workspace(&app, "Busy");
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{}', now(), now()
             FROM workspaces, generate_series(1, 1000) n;
             INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at)
             SELECT workspace_id, id, 1, sha256('a'), 1, now() FROM keys",
        );
    });
    let workspace = app.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    let workspace: WorkspaceId = workspace.parse().expect("an id");
    let noon = app.clock.now().with_hour(12).expect("noon");
    for round in 0..3 {
        let day = noon - TimeDelta::days(round);
        let (one, other) = (Calls::default(), Calls::default());
        let (first, second) = (Calls::default(), Calls::default());
        for n in 1..=1_000 {
            let key: KeyId = format!("{n:012}").parse().expect("an id");
            let of = (workspace, key, 1);
            let hours = [day, day + TimeDelta::hours(1)];
            let there = usize::from(n > 500);
            match there {
                0 => first.count(of, SERVED, &somebody(), hours[0]),
                _ => second.count(of, SERVED, &somebody(), hours[1]),
            }
            one.count(of, SERVED, &somebody(), hours[0]);
            other.count(of, SERVED, &somebody(), hours[1]);
        }
        first.write(&app.db).await.expect("written");
        second.write(&app.db).await.expect("written");
        let (one, other) = join(one.write(&app.db), other.write(&app.db)).await;
        one.expect("no circle");
        other.expect("no circle");
    }
    let sums = "SELECT (SELECT sum(calls) FROM key_calls) || ' ' || (SELECT sum(calls) FROM key_days) AS line";
    assert_eq!(app.sql(|sql| sql.line(sums)), "9000 9000");
}

/// A server of the version before says nothing of days; they are added to for it.
#[actix_web::test]
async fn days_are_added_to_once_whoever_counts() {
    let app = TestApp::start();
    make::workspace(&app, "Living");
    let (key, at) = (make::key(&app, "living", "ci"), app.clock.now());
    for _ in 0..2 {
        app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO key_calls SELECT workspace_id, id, date_trunc('hour', '{at}'::timestamptz, 'UTC'), 1, 'served', 5 FROM keys
                 ON CONFLICT ON CONSTRAINT key_calls_pk DO UPDATE SET calls = key_calls.calls + EXCLUDED.calls",
            ));
        });
        let calls = Calls::default();
        let of = (workspace_of(&app, &key), id(&key), 1);
        calls.count(of, SERVED, &somebody(), at);
        calls.write(&app.db).await.expect("written");
    }
    assert_eq!(counted(&app, &key), ["12", "12", "1", "2"]);
}
