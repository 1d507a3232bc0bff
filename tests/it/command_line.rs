//! The subcommands: what they make, what they print, and what they refuse in which words.

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use crate::{
    program::{Done, Folder},
    support::{cluster, sql::Sql},
};

const PASSWORD: &str = "violet tractor sings at noon";
const OTHER: &str = "seven kettles hum along";

/// A folder for the key files, and an empty database.
pub struct Place {
    pub folder: Folder,
    pub url: String,
}

impl Place {
    pub fn new() -> Self {
        let name = format!("cli_{}", uuid::Uuid::now_v7().simple());
        let server = cluster::server();
        let mut conn = PgConnection::establish(&server.url("keyroom")).expect("the test server");
        sql_query(format!("CREATE DATABASE {name}"))
            .execute(&mut conn)
            .expect("a new database");
        Self {
            folder: Folder::new(),
            url: server.url(&name),
        }
    }

    pub fn run(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.folder.command(arguments);
        command.env("DATABASE_URL", &self.url);
        Done::of(command, input)
    }

    pub fn admin(&self, workspace: &str, name: &str, email: &str, password: &str) -> Done {
        let arguments = [
            "create-admin",
            "--workspace",
            workspace,
            "--name",
            name,
            "--email",
            email,
            "--password-stdin",
        ];
        self.run(&arguments, password)
    }

    pub fn key(&self, workspace: &str, label: &str, more: &[&str]) -> Done {
        let mut arguments = vec!["create-key", "--workspace", workspace, "--label", label];
        arguments.extend(more);
        self.run(&arguments, "")
    }

    pub fn count(&self, what: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let mut conn = PgConnection::establish(&self.url).expect("the database");
        sql_query(format!("SELECT count(*) AS n FROM {what}"))
            .get_result::<Count>(&mut conn)
            .expect("a count")
            .n
    }
}

pub fn refused(done: &Done, why: &str) {
    assert!(!done.success, "{}", done.stderr);
    assert_eq!(
        done.stdout, "",
        "nothing but what was asked for is printed on standard output"
    );
    assert!(done.stderr.contains(why), "{}", done.stderr);
}

#[test]
fn migrate_brings_an_empty_database_to_this_version_and_may_be_repeated() {
    let place = Place::new();
    let first = place.run(&["migrate"], "");
    assert!(first.success, "{}", first.stderr);
    assert!(
        first.stderr.contains("applied migration"),
        "{}",
        first.stderr
    );
    assert_eq!(place.count("installation"), 1);
    let again = place.run(&["migrate"], "");
    assert!(
        again.success && !again.stderr.contains("applied migration"),
        "{}",
        again.stderr
    );
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')";
    Sql::connect(&place.url).execute(newer);
    refused(
        &place.run(&["migrate"], ""),
        "the migration 29990101000001, of a newer Keyroom, and stays as it is",
    );
}

#[test]
fn create_admin_makes_an_owner_and_the_workspace_where_it_is_missing() {
    let place = Place::new();
    let made = place.admin("Bright Water", "Ada Park", "ada@example.com", PASSWORD);
    assert!(made.success, "{}", made.stderr);
    assert!(
        made.stderr
            .contains("ada@example.com is an owner of Bright Water (/w/bright-water)")
    );
    assert_eq!(place.count("workspaces WHERE slug = 'bright-water'"), 1);
    assert_eq!(place.count("members WHERE role = 'owner'"), 1);
    assert_eq!(
        place.count("installation WHERE set_up_at IS NOT NULL"),
        1,
        "set-up is closed"
    );
    assert_eq!(
        place.count("audit_events WHERE actor_kind = 'command_line'"),
        2
    );

    let second = place.admin("Bright Water", "Bo Lind", "bo@example.com", OTHER);
    assert!(second.success, "{}", second.stderr);
    assert_eq!(place.count("workspaces"), 1);
    assert_eq!(place.count("members WHERE role = 'owner'"), 2);
}

#[test]
fn create_admin_leaves_an_account_that_exists_its_password() {
    let place = Place::new();
    assert!(
        place
            .admin("One", "Ada Park", "ada@example.com", PASSWORD)
            .success
    );
    let promoted = place.admin("Two", "Somebody", "ADA@example.com", OTHER);
    assert!(promoted.success, "{}", promoted.stderr);
    assert!(
        promoted.stderr.contains("The password was not changed"),
        "{}",
        promoted.stderr
    );
    assert_eq!(place.count("users WHERE name = 'Ada Park'"), 1);
    assert_eq!(
        place.count("users WHERE password_changed_at > created_at"),
        0
    );
    let again = place.admin("Two", "Ada Park", "ada@example.com", PASSWORD);
    refused(
        &again,
        "is an owner of Two (/w/two) already; nothing was changed",
    );
    assert_eq!(place.count("members"), 2);
}

#[test]
fn create_admin_refuses_what_the_set_up_page_refuses_and_changes_nothing() {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    refused(
        &place.admin("One", "Ada", "ada@example.com", "short"),
        "at least 15 characters",
    );
    refused(
        &place.admin("One", "Ada", "ada@example.com", ""),
        "Enter a password",
    );
    refused(
        &place.admin("One", "Ada", "ada@example.com", "passwordpassword"),
        "easy to guess",
    );
    refused(&place.admin("One", " ", "ada", PASSWORD), "Enter your name");
    refused(
        &place.admin("", "Ada", "ada@example.com", PASSWORD),
        "Enter a name for the workspace",
    );
    let asks = [
        "create-admin",
        "--workspace",
        "One",
        "--name",
        "Ada",
        "--email",
        "a@b.example",
    ];
    refused(&place.run(&asks, PASSWORD), "--password-stdin");
    assert_eq!(place.count("users"), 0);
    assert_eq!(place.count("workspaces"), 0);
}

#[test]
fn create_key_prints_the_key_alone() {
    let place = Place::new();
    assert!(
        place
            .admin("One", "Ada Park", "ada@example.com", PASSWORD)
            .success
    );
    let made = place.key(
        "one",
        "ci",
        &[
            "--permission",
            "FILE_UPLOAD",
            "--permission",
            "OBJECTS_LIST",
        ],
    );
    assert!(made.success, "{}", made.stderr);
    let key = made.stdout.strip_suffix('\n').expect("one line");
    assert!(
        keyroom::keys::PresentedKey::parse(key).is_ok(),
        "a whole key and nothing else"
    );
    assert!(!made.stderr.contains(&key[17..]), "the log has no secret");
    assert_eq!(
        place.count("keys WHERE expires_at - created_at = interval '90 days' AND created_by_member_id IS NULL"),
        1
    );
    assert_eq!(
        place.count("keys WHERE permissions @> ARRAY['FILE_UPLOAD', 'OBJECTS_LIST']"),
        1
    );
    assert_eq!(
        place.count("audit_events WHERE action = 'key.created' AND actor_kind = 'command_line'"),
        1
    );

    let lasting = place.key(
        "one",
        "cron",
        &["--permission", "OBJECTS_LIST", "--expires-in", "never"],
    );
    assert!(lasting.success, "{}", lasting.stderr);
    assert_eq!(place.count("keys WHERE expires_at IS NULL"), 1);
}

#[test]
fn create_key_says_what_is_wrong_and_makes_none() {
    let place = Place::new();
    assert!(
        place
            .admin("One", "Ada Park", "ada@example.com", PASSWORD)
            .success
    );
    assert!(
        place
            .key("one", "ci", &["--permission", "OBJECTS_LIST"])
            .success
    );
    let list = &["--permission", "OBJECTS_LIST"][..];
    refused(
        &place.key("two", "x", list),
        "there is no workspace at /w/two",
    );
    refused(&place.key("one", "CI", list), "A key called CI exists");
    refused(&place.key("one", "", list), "Enter a label");
    refused(
        &place.key("one", &"x".repeat(81), list),
        "at most 80 characters",
    );
    refused(
        &place.key("one", "x", &["--permission", "FILE_FLY"]),
        "FILE_FLY",
    );
    refused(&place.key("one", "x", &[]), "--permission");
    for days in ["0", "soon", "-1"] {
        let wrong = place.key(
            "one",
            "x",
            &[
                "--permission",
                "OBJECTS_LIST",
                &format!("--expires-in={days}"),
            ],
        );
        refused(&wrong, "1 to 65535, or never");
    }
    assert_eq!(place.count("keys"), 1);
}

#[test]
fn a_database_that_is_away_or_a_setting_that_is_wrong_is_named() {
    let place = Place::new();
    let mut command = place.folder.command(&["migrate"]);
    command.env("DATABASE_URL", "host=/nonexistent dbname=keyroom");
    refused(
        &Done::of(command, ""),
        "cannot bring the database to this version",
    );
    let mut command = place.folder.command(&["serve"]);
    command.env("KEYROOM_PUBLIC_URL", "http://keys.lan");
    refused(&Done::of(command, ""), "KEYROOM_ALLOW_HTTP=true");
    refused(&place.run(&["fly"], ""), "unrecognized subcommand");
}
