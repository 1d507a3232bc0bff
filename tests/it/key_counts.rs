//! Counts of keys by state, and of calls by day: kept by the database, whoever changes what.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use chrono::{NaiveDate, TimeDelta};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use crate::{
    scenes::{ADA, KEYS, fact, generate, list, press},
    support::{TestApp, database::Database, make, sql::Sql},
};

const COUNTED: &str =
    "SELECT state, ends_on, sum(keys) AS n FROM key_counts GROUP BY 1, 2 HAVING sum(keys) <> 0";
const LOOKED_AT: &str = "SELECT CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN suspended_at IS NOT NULL THEN 'suspended'
                            WHEN deactivated_at IS NOT NULL THEN 'deactivated'
                            ELSE 'active' END AS state,
           coalesce((expires_at AT TIME ZONE 'UTC')::DATE, 'infinity') AS ends_on, count(*) AS n FROM keys GROUP BY 1, 2";

/// What the counts and a look at each key differ in, at one moment.
fn differences(sql: &mut Sql) -> Vec<String> {
    sql.lines(&format!(
        "WITH counted AS ({COUNTED}), seen AS ({LOOKED_AT})
         SELECT 'counted ' || c::text AS line FROM (TABLE counted EXCEPT TABLE seen) c
         UNION ALL SELECT 'seen ' || s::text FROM (TABLE seen EXCEPT TABLE counted) s"
    ))
}

/// Chance that is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A statement that changes some keys. In the order of their ids, as the application does it.
    fn statement(&mut self, who: u64) -> String {
        let (from, n) = (self.roll(300), 1 + self.roll(40));
        let some = format!(
            "id IN (SELECT id FROM keys WHERE workspace_id = '00000000-0000-0000-0000-00000000000{}'
             ORDER BY id OFFSET {from} LIMIT {n} FOR UPDATE)",
            1 + self.roll(2)
        );
        match self.roll(8) {
            0 => format!("UPDATE keys SET deactivated_at = now() WHERE {some}"),
            1 => format!("UPDATE keys SET deactivated_at = NULL WHERE {some}"),
            2 => {
                format!("UPDATE keys SET revoked_at = now(), revoked_for = 'unneeded' WHERE {some}")
            }
            3 => format!(
                "UPDATE keys SET revoked_at = NULL, revoked_for = NULL, deactivated_at = now() WHERE {some}"
            ),
            4 => format!(
                "UPDATE keys SET expires_at = now() + {} * interval '1 day' WHERE {some}",
                self.roll(5)
            ),
            5 => format!("UPDATE keys SET updated_at = now(), expires_at = NULL WHERE {some}"),
            6 => format!("DELETE FROM keys WHERE {some}"),
            _ => keys(1 + self.roll(2), who, self.roll(1 << 40), n),
        }
    }
}

/// A statement that makes keys.
fn keys(workspace: u64, who: u64, seed: u64, n: u64) -> String {
    format!(
        "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
         SELECT '00000000-0000-0000-0000-00000000000{workspace}', substr(md5('{workspace} {who} {seed} ' || n), 1, 12), 'secret',
                '{who} {seed} ' || n, '{{OBJECTS_LIST}}', now() - interval '1 year', now()
         FROM generate_series(1, {n}) n"
    )
}

fn two_workspaces() -> Database {
    let database = Database::fresh();
    let mut sql = database.sql();
    sql.execute(
        "INSERT INTO workspaces (id, slug, name, created_at) VALUES
             ('00000000-0000-0000-0000-000000000001', 'one', 'One', now()),
             ('00000000-0000-0000-0000-000000000002', 'two', 'Two', now())",
    );
    for workspace in [1, 2] {
        sql.execute(&keys(workspace, 0, 0, 300));
    }
    database
}

#[test]
fn counts_are_right_whatever_several_connections_do_at_once() {
    let database = two_workspaces();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (1..=4)
            .map(|who| {
                let mut sql = database.sql();
                scope.spawn(move || {
                    let mut dice = Dice(0x9E37_79B9_7F4A * who);
                    for _ in 0..60 {
                        sql.execute("BEGIN");
                        sql.execute(&dice.statement(who));
                        if dice.roll(3) == 0 {
                            sql.execute("SAVEPOINT here");
                            // Other keys than the first: who waits for whom is chance, and not about counts.
                            sql.execute(&keys(1 + dice.roll(2), who, dice.roll(1 << 40), 3));
                            sql.execute("ROLLBACK TO here");
                        }
                        let is_undone = dice.roll(4) == 0;
                        sql.execute(if is_undone { "ROLLBACK" } else { "COMMIT" });
                    }
                })
            })
            .collect();
        let reading = scope.spawn(|| {
            let (mut reader, mut looks) = (database.sql(), 0);
            while !is_over.load(Ordering::Relaxed) {
                assert_eq!(differences(&mut reader), [""; 0]);
                looks += 1;
            }
            looks
        });
        let ended: Vec<_> = writers.into_iter().map(|w| w.join().is_ok()).collect();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(ended, [true; 4], "nobody waits for another in a circle");
        assert!(reading.join().expect("always right") > 10);
    });
    let mut sql = database.sql();
    assert_eq!(differences(&mut sql), [""; 0]);
    sql.execute("DELETE FROM workspaces WHERE slug = 'one'");
    assert_eq!(differences(&mut sql), [""; 0]);
    let of_one = "SELECT count(*)::text AS line FROM key_counts WHERE workspace_id::text LIKE '%1'";
    assert_eq!(sql.line(of_one), "0");
}

/// Each changes a key and then one that the other has not touched: nothing but the counts is common to both.
#[test]
fn nobody_waits_for_a_count() {
    let database = two_workspaces();
    let (mut one, mut other) = (database.sql(), database.sql());
    let change = |label: u64, what: &str| {
        format!(
            "UPDATE keys SET {what} WHERE workspace_id::text LIKE '%1' AND label = '0 0 {label}'"
        )
    };
    let off = "deactivated_at = now()";
    let gone = "revoked_at = now(), revoked_for = 'unneeded'";
    for sql in [&mut one, &mut other] {
        sql.execute("BEGIN; SET LOCAL lock_timeout = '1s'");
    }
    one.execute(&change(1, off));
    other.execute(&change(2, gone));
    one.execute(&change(3, gone));
    other.execute(&change(4, off));
    one.execute("COMMIT");
    other.execute("COMMIT");
    assert_eq!(differences(&mut one), [""; 0]);
    // What was written beside each other is added up by whoever comes next.
    one.execute(&change(5, off));
    one.execute(&change(6, gone));
    let parts = "SELECT max(n)::text AS line FROM (SELECT count(*) AS n FROM key_counts GROUP BY workspace_id, state, ends_on) p";
    assert_eq!(one.line(parts), "1");
}

#[test]
fn what_was_there_before_is_counted_when_the_counts_come() {
    let database = two_workspaces();
    let mut sql = database.sql();
    let mut dice = Dice(7);
    for _ in 0..30 {
        sql.execute(&dice.statement(9));
    }
    sql.execute(
        "INSERT INTO key_secrets (workspace_id, key_id, version, digest, pepper_version, made_at)
         SELECT workspace_id, id, 1, sha256('a'), 1, created_at FROM keys;
         INSERT INTO key_calls
         SELECT workspace_id, id, date_trunc('hour', now(), 'UTC') - h * interval '7 hours', 1, outcome, h + 1
         FROM (SELECT * FROM keys LIMIT 5) k, generate_series(0, 9) h, unnest(ARRAY['served', 'key_expired']) outcome",
    );
    let days = "SELECT d::text AS line FROM key_days d ORDER BY 1";
    let before = sql.lines(days);
    assert!(before.len() > 10, "{before:?}");
    let migrations =
        FileBasedMigrations::from_path("migrations").expect("the folder of the migrations");
    loop {
        let undone = sql.conn().revert_last_migration(migrations.clone());
        if undone.expect("undone").to_string() == "20261125000001" {
            break;
        }
    }
    sql.conn()
        .run_pending_migrations(migrations)
        .expect("done again");
    assert_eq!(differences(&mut sql), [""; 0]);
    assert_eq!(sql.lines(days), before);
}

#[actix_web::test]
async fn a_key_is_counted_as_expired_from_its_very_moment() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    for label in ["a", "b"] {
        generate(&owner, label).await;
    }
    let off = generate(&owner, "off").await;
    press(&owner, &off, "deactivation").await.expect(303);
    let noon = (app.clock.now().date_naive() + TimeDelta::days(3)).and_hms_opt(12, 0, 0);
    let noon = noon.expect("a time").and_utc();
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET expires_at = '{noon}' WHERE label <> 'a'"
        ))
    });
    for (at, shown) in [
        (
            noon - TimeDelta::microseconds(1),
            ["Active 2", "Deactivated 1", "Expired 0"],
        ),
        (noon, ["Active 1", "Deactivated 0", "Expired 2"]),
        (
            noon + TimeDelta::days(2),
            ["Active 1", "Deactivated 0", "Expired 2"],
        ),
    ] {
        app.clock.advance(at - app.clock.now());
        let owner = app.sign_in(ADA).await;
        assert_eq!(
            list(&owner, "").await.all("nav.tools a")[1..4],
            shown,
            "{at}"
        );
    }
}

#[actix_web::test]
async fn a_card_shows_four_weeks_of_calls_by_the_days_of_the_zone_in_which_times_are_shown() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let now = app.clock.now();
    let call = |at: &str, calls: i64| {
        app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO key_calls SELECT workspace_id, id, '{at}', 1, 'served', {calls} FROM keys"
            ));
        });
    };
    let begin = |day: NaiveDate, hours: i64| {
        (day.and_hms_opt(0, 0, 0).expect("midnight").and_utc() + TimeDelta::hours(hours))
            .to_rfc3339()
    };
    for zone in ["UTC", "Asia/Tokyo", "America/Bogota"] {
        let offset = match zone {
            "Asia/Tokyo" => 9,
            "America/Bogota" => -5,
            _ => 0,
        };
        let first = (now + TimeDelta::hours(offset)).date_naive() - TimeDelta::days(27);
        app.sql(|sql| sql.execute(&format!("UPDATE workspaces SET time_zone = '{zone}'; DELETE FROM key_calls; DELETE FROM key_days")));
        call(&begin(first, -offset - 1), 1_000);
        call(&begin(first, -offset), 20);
        call(&begin(first, -offset + 5), 3);
        call(&begin(first, 24 * 10), 400);
        let page = owner.get(KEYS).await.expect(200).page();
        assert_eq!(fact(&page, &key, "Requests, 28 days"), "423", "{zone}");
        let spark = "article svg.spark";
        assert_eq!(
            page.attributes(spark, "aria-label"),
            ["423 requests in the last 28 days"]
        );
        assert_eq!(page.attributes(spark, "role"), ["img"]);
        let path = page.attributes("article svg.spark path", "d").remove(0);
        assert!(path.contains("V0h3"), "{path}");
        assert_eq!(page.elements("article svg.spark *").len(), 1);
    }
    // A call is added to its day.
    app.sql(|sql| sql.execute("DELETE FROM key_calls; DELETE FROM key_days"));
    for _ in 0..3 {
        app.api(&key.secret).get("/v1/whoami").await.expect(200);
        app.write_counts().await;
    }
    let page = owner.get(KEYS).await.expect(200).page();
    assert_eq!(fact(&page, &key, "Requests, 28 days"), "3");
}
