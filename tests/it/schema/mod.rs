//! The database's own rules: each constraint is real, each row belongs to a workspace, each migration can be undone.

mod violations;

use std::collections::BTreeSet;

use diesel::result::Error;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use keyroom::permissions::Permission;

use crate::support::{database::Database, sql::Sql};
use violations::{SCENE, VIOLATIONS};

/// The tables that belong to the installation or to a person. Every other one has a `workspace_id`.
const GLOBAL: &[&str] = &[
    "account_events",
    "email_changes",
    "installation",
    "key_file_checks",
    "outbox",
    "reset_links",
    "sessions",
    "sign_in_counters",
    "users",
    "workspaces",
];

/// Our tables, by their oid; a partition belongs to its table.
const OURS: &str = "SELECT oid FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname <> '__diesel_schema_migrations'";

/// Every constraint and unique index but NOT NULL, by name.
fn rules(sql: &mut Sql) -> BTreeSet<String> {
    let found = sql.lines(&format!(
        "SELECT conname::text AS line FROM pg_constraint
         WHERE conrelid IN ({OURS}) AND contype IN ('p', 'u', 'f', 'c', 'x') AND conparentid = 0
         UNION
         SELECT relname::text FROM pg_index JOIN pg_class ON oid = indexrelid
         WHERE indrelid IN ({OURS}) AND indisunique"
    ));
    found.into_iter().collect()
}

#[test]
fn every_rule_is_broken_once_and_holds() {
    let database = Database::fresh();
    let mut sql = database.sql();
    sql.execute(SCENE);
    let known: BTreeSet<String> = VIOLATIONS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let ways: BTreeSet<&str> = VIOLATIONS.iter().map(|(_, ways)| *ways).collect();
    assert_eq!(
        ways.len(),
        VIOLATIONS.len(),
        "a rule is broken twice in the same way"
    );
    let rules = rules(&mut sql);
    let unbroken: Vec<&String> = rules.difference(&known).collect();
    assert!(
        unbroken.is_empty(),
        "no violation is written for {unbroken:?}: add one to violations.rs"
    );
    let unknown: Vec<&String> = known.difference(&rules).collect();
    assert!(unknown.is_empty(), "there is no rule {unknown:?}");
    for (name, statements) in VIOLATIONS {
        sql.execute("BEGIN");
        let broken = sql.try_execute(statements);
        sql.execute("ROLLBACK");
        let told = match &broken {
            Ok(()) => String::new(),
            Err(Error::DatabaseError(_, info)) => match info.constraint_name() {
                Some(rule) => of_the_table(&mut sql, rule),
                None => panic!("{name}: {}", info.message()),
            },
            Err(other) => panic!("{name}: {other}"),
        };
        assert_eq!(told, *name, "{statements}");
    }
}

/// An index of a partition is known by the name of its table's.
fn of_the_table(sql: &mut Sql, rule: &str) -> String {
    let parent = sql.lines(&format!(
        "SELECT parent.relname::text AS line
         FROM pg_class child
         JOIN pg_inherits ON inhrelid = child.oid
         JOIN pg_class parent ON parent.oid = inhparent
         WHERE child.relname = '{rule}'"
    ));
    parent.into_iter().next().unwrap_or_else(|| rule.to_owned())
}

#[test]
fn no_name_was_left_to_the_database() {
    let database = Database::fresh();
    let generated = database.sql().lines(&format!(
        "WITH named AS (
             SELECT conname AS name FROM pg_constraint
             WHERE conrelid IN ({OURS}) AND contype IN ('p', 'u', 'f', 'c', 'x')
             UNION
             SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid IN ({OURS}))
         SELECT name::text AS line FROM named WHERE name ~ '_(pkey|key|fkey|check|idx|excl)[0-9]*$'"
    ));
    assert_eq!(generated, [""; 0]);
}

#[test]
fn every_row_but_a_few_belongs_to_a_workspace() {
    let database = Database::fresh();
    let mut sql = database.sql();
    let without = sql.lines(&format!(
        "SELECT relname::text AS line FROM pg_class
         WHERE oid IN ({OURS}) AND NOT EXISTS (
             SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'workspace_id')
         ORDER BY 1"
    ));
    assert_eq!(without, GLOBAL);
    let loose = sql.lines(&format!(
        "SELECT relname || ': ' || problem AS line
         FROM pg_attribute a
         JOIN pg_class t ON t.oid = attrelid
         CROSS JOIN LATERAL (VALUES
             ('may be null', attnotnull),
             ('does not end with its workspace', EXISTS (
                 SELECT FROM pg_constraint
                 WHERE conrelid = t.oid AND contype = 'f' AND confrelid = 'workspaces'::regclass
                   AND conkey = ARRAY[a.attnum] AND confdeltype = 'c')),
             ('is not first in the primary key', EXISTS (
                 SELECT FROM pg_constraint
                 WHERE conrelid = t.oid AND contype = 'p' AND conkey[1] = a.attnum)),
             ('is not first in a foreign key', NOT EXISTS (
                 SELECT FROM pg_constraint c
                 JOIN pg_attribute theirs ON theirs.attrelid = confrelid AND theirs.attname = 'workspace_id'
                 WHERE conrelid = t.oid AND contype = 'f'
                   AND (conkey[1] <> a.attnum OR confkey[1] <> theirs.attnum)))
         ) AS rule (problem, holds)
         WHERE t.oid IN ({OURS}) AND attname = 'workspace_id' AND NOT holds"
    ));
    assert_eq!(loose, [""; 0]);
}

#[test]
fn behind_every_foreign_key_is_an_index() {
    let database = Database::fresh();
    let without = database.sql().lines(&format!(
        "SELECT conname::text AS line FROM pg_constraint
         WHERE conrelid IN ({OURS}) AND contype = 'f' AND NOT EXISTS (
             SELECT FROM pg_index
             WHERE indrelid = conrelid AND indpred IS NULL AND indisvalid
               AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)"
    ));
    assert_eq!(without, [""; 0]);
}

/// What is kept of a workspace that is gone is deleted some at a time: what refers to it goes with it, or lets it go. But
/// files go before their objects, and the deepest folders first.
#[test]
fn what_goes_some_at_a_time_is_held_up_by_nothing() {
    let database = Database::fresh();
    let holding = database.sql().lines(
        "SELECT conname::text AS line FROM pg_constraint
         WHERE confrelid IN ('keys'::regclass, 'files'::regclass, 'folders'::regclass, 'objects'::regclass)
           AND confdeltype IN ('a', 'r')
         ORDER BY 1",
    );
    assert_eq!(holding, ["files_object_fk", "folders_parent_fk"]);
}

#[test]
fn the_database_knows_the_permissions_of_the_catalogue() {
    let database = Database::fresh();
    let checks = database.sql().lines(
        "SELECT conname || pg_get_constraintdef(oid) AS line FROM pg_constraint
         WHERE conname IN ('keys_permissions_known', 'groups_permissions_known', 'key_secrets_ceiling_known',
                           'workspaces_default_member_permissions_known')",
    );
    assert_eq!(checks.len(), 4);
    let catalogue: Vec<&str> = Permission::ALL.iter().map(|p| p.describe().code).collect();
    for check in checks {
        let known: Vec<&str> = check.split('\'').skip(1).step_by(2).collect();
        assert_eq!(known, catalogue, "{check}");
    }
}

#[test]
fn the_database_knows_what_publishable_keys_may_have() {
    let database = Database::fresh();
    let check = database.sql().line(
        "SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint WHERE conname = 'keys_publishable_permissions'",
    );
    let known = check.split_once("ARRAY[").map_or("", |(_, list)| list);
    let known: Vec<&str> = known.split('\'').skip(1).step_by(2).collect();
    let described = Permission::ALL.iter().map(|p| p.describe());
    let may: Vec<&str> = described
        .filter(|p| p.publishable)
        .map(|p| p.code)
        .collect();
    assert_eq!(known, may, "{check}");
}

/// All there is, as text: what an undone and redone migration must lead back to.
fn shape(sql: &mut Sql) -> Vec<String> {
    sql.lines(
        "SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
                          pg_get_expr(adbin, adrelid)) AS line
         FROM pg_attribute
         JOIN pg_class ON oid = attrelid
         LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
         UNION
         SELECT concat_ws(' ', 'rule', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
         UNION
         SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION
         SELECT 'row ' || i::text FROM installation i
         ORDER BY 1",
    )
}

#[test]
fn every_migration_can_be_undone_and_done_again() {
    let database = Database::fresh();
    let mut sql = database.sql();
    let migrations =
        FileBasedMigrations::from_path("migrations").expect("the folder of the migrations");
    // The months were made by a server, not by a migration.
    for month in sql.lines(
        "SELECT relname::text AS line FROM pg_class
         WHERE relispartition AND relkind = 'r' AND relname ~ '^audit_events_[0-9]'",
    ) {
        sql.execute(&format!("DROP TABLE {month}"));
    }
    let whole = shape(&mut sql);
    let all = sql.conn().applied_migrations().expect("known").len();
    assert!(all > 0);
    for undone in 1..=all {
        for _ in 0..undone {
            sql.conn()
                .revert_last_migration(migrations.clone())
                .expect("undone");
        }
        sql.conn()
            .run_pending_migrations(migrations.clone())
            .expect("done again");
        assert_eq!(shape(&mut sql), whole, "with {undone} undone");
    }
    sql.conn()
        .revert_all_migrations(migrations)
        .expect("all undone");
    assert_eq!(sql.tables(), [""; 0]);
}
