//! `keyroom backup` and `keyroom restore`: everything comes back, here and on another machine.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    command_line::{Place, refused},
    program::{Done, Folder, Person, Server, wait_until},
    support::sql::Sql,
};

pub const ADA: Person<'_> = Person {
    workspace: "Brightwater",
    name: "Ada Park",
    email: "ada@brightwater.example",
    password: "violet tractor sings at noon",
};
const KEYS: &str = "/w/brightwater/settings/api-keys";

/// The arguments that make a key of that label.
pub fn make_key(label: &str) -> [&str; 7] {
    let workspace = "brightwater";
    let permission = "OBJECTS_LIST";
    [
        "create-key",
        "--workspace",
        workspace,
        "--label",
        label,
        "--permission",
        permission,
    ]
}

/// What is in a backup, by name.
pub fn contents(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(fs::File::open(path).expect("a backup"));
    let entries = archive.entries().expect("a tar archive");
    entries
        .map(|entry| {
            let mut entry = entry.expect("an entry");
            let name = entry.path().expect("a name").display().to_string();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its content");
            (name, content)
        })
        .collect()
}

/// The names in a folder.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn after_the_data_folder_is_deleted_the_same_key_works_again() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    assert_eq!(server.set_up(&ADA).status, 303);
    let cookie = server.sign_in(&ADA);
    let key = folder.run(&make_key("before"), "").stdout;
    assert_eq!(server.whoami(key.trim_end()), Some(200));
    let object = folder.data().join("objects/3f/some file");
    fs::create_dir_all(object.parent().expect("a folder")).expect("made");
    fs::write(&object, vec![7; 200_000]).expect("written");

    // Beside the server that runs.
    let done = folder.run(&["backup", "all.tar"], "");
    assert!(done.success, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("all.tar has the database and the key files"),
        "{}",
        done.stderr
    );
    let later = folder.run(&make_key("after"), "").stdout;
    assert_eq!(server.whoami(later.trim_end()), Some(200));
    server.stop();

    let backup = folder.path().join("all.tar");
    let mode = fs::metadata(&backup).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let pepper = fs::read(folder.pepper()).expect("a pepper");
    let inside = contents(&backup);
    assert_eq!(inside["pepper"], pepper);
    // Other programs can read it and check its sums.
    let sums = String::from_utf8(inside["SHA256SUMS"].clone()).expect("text");
    assert_eq!(sums.lines().count(), inside.len() - 1);
    let secret = String::from_utf8_lossy(&pepper);
    assert!(!done.stderr.contains(secret.trim()));

    fs::remove_dir_all(folder.data()).expect("deleted");
    let done = folder.run(&["restore", "all.tar"], "");
    assert!(done.success, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("Start Keyroom: the same keys answer again"),
        "{}",
        done.stderr
    );
    assert!(folder.postgres().is_none(), "nothing is left running");
    assert_eq!(fs::read(folder.pepper()).expect("a pepper"), pepper);
    assert_eq!(fs::read(&object).expect("an object"), vec![7; 200_000]);
    for private in [folder.pepper(), object] {
        let mode = fs::metadata(private).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let server = Server::start(&folder);
    assert_eq!(server.whoami(key.trim_end()), Some(200));
    assert_eq!(
        server.whoami(later.trim_end()),
        Some(401),
        "it was made after the backup"
    );
    let list = server.get(KEYS, &[("Cookie", cookie.as_str())]);
    let list = list.expect("an answer");
    assert_eq!(list.status, 200, "the session lives on");
    assert!(list.body.contains("before") && !list.body.contains(">after<"));
    assert_eq!(names(folder.path()), ["all.tar", "data"]);
}

#[test]
fn with_a_database_elsewhere_it_moves_to_another_machine() {
    let here = Place::new();
    assert!(
        here.admin(ADA.workspace, ADA.name, ADA.email, ADA.password)
            .success
    );
    let key = here.key("brightwater", "ci", &["--permission", "OBJECTS_LIST"]);
    let events = here.count("audit_events");
    // As a URI with a password, which must show nowhere.
    let host = here.url.split('\'').nth(1).expect("a folder");
    let name = here.url.rsplit('\'').nth(1).expect("a name");
    let uri = format!("postgres://keyroom:hidden-password@/{name}?host={host}");
    let mut command = here.folder.command(&["backup", "../moved.tar"]);
    command.env("DATABASE_URL", &uri);
    let moved = here.folder.path().with_file_name(format!("{name}.tar"));
    let mut command_to = here
        .folder
        .command(&["backup", moved.to_str().expect("text")]);
    command_to.env("DATABASE_URL", &uri);
    drop(command);
    let done = Done::of(command_to, "");
    assert!(done.success, "{}", done.stderr);
    assert!(!done.stderr.contains("hidden-password"));

    let there = Place::new();
    let done = there.run(&["restore", moved.to_str().expect("text")], "");
    fs::remove_file(&moved).expect("deleted");
    assert!(done.success, "{}", done.stderr);
    assert_eq!(there.count("audit_events"), events);
    let server = Server::start_with(&there.folder, &[("DATABASE_URL", &there.url)]);
    assert_eq!(server.whoami(key.stdout.trim_end()), Some(200));
    server.sign_in(&ADA);
    let dump = |place: &Place| {
        Sql::connect(&place.url).dump_without(&[
            "sessions",
            "session_visits",
            "key_calls",
            "key_last_uses",
            "account_events",
            "audit_events",
        ])
    };
    assert_eq!(dump(&here), dump(&there));
}

#[test]
fn a_backup_overwrites_nothing_and_makes_no_database() {
    let folder = Folder::new();
    let nothing = folder.run(&["backup", "b.tar"], "");
    refused(&nothing, "there is no database in");
    assert_eq!(names(folder.path()), [""; 0], "nothing is made");

    let place = Place::new();
    refused(
        &place.run(&["backup", "b.tar"], ""),
        "not one of Keyroom's, or was never used",
    );
    assert!(place.run(&["migrate"], "").success);
    fs::write(place.folder.path().join("b.tar"), "mine").expect("written");
    refused(
        &place.run(&["backup", "b.tar"], ""),
        "b.tar exists, and a backup overwrites nothing. Give another name",
    );
    let kept = fs::read_to_string(place.folder.path().join("b.tar"));
    assert_eq!(kept.expect("a file"), "mine");
    refused(
        &place.run(&["backup", "no/such/folder.tar"], ""),
        "cannot make no/such/folder.tar",
    );
    let mut away = place.folder.command(&["backup", "c.tar"]);
    away.env("DATABASE_URL", "host=/nonexistent dbname=keyroom");
    refused(&Done::of(away, ""), "the database cannot be reached");
    assert_eq!(names(place.folder.path()), ["b.tar", "data"]);
}

#[test]
fn a_backup_with_key_files_that_do_not_belong_to_it_is_not_made() {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    let pepper = place.folder.pepper();
    let right = fs::read(&pepper).expect("a pepper");
    let other = format!("1:{}\n", data_encoding::BASE64.encode(&[9; 32]));
    fs::write(&pepper, other).expect("written");
    refused(
        &place.run(&["backup", "b.tar"], ""),
        "version 1 of the pepper (KEYROOM_PEPPER_FILE) differs",
    );
    fs::remove_file(&pepper).expect("deleted");
    refused(&place.run(&["backup", "b.tar"], ""), "--without-secrets");
    assert_eq!(names(place.folder.path()), ["data"]);
    // It needs none where it takes none along.
    let done = place.run(&["backup", "b.tar", "--without-secrets"], "");
    assert!(done.success, "{}", done.stderr);
    let inside = contents(&place.folder.path().join("b.tar"));
    let inside: Vec<&str> = inside.keys().map(String::as_str).collect();
    assert_eq!(inside, ["SHA256SUMS", "database.dump", "manifest.json"]);
    assert!(!right.is_empty());
}

#[test]
fn a_backup_leaves_the_database_at_its_version() {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    // As a newer version left it: the backup before a step back.
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')";
    Sql::connect(&place.url).execute(newer);
    assert!(place.run(&["backup", "b.tar"], "").success);
    let manifest = &contents(&place.folder.path().join("b.tar"))["manifest.json"];
    assert!(String::from_utf8_lossy(manifest).contains("29990101000001"));
    refused(
        &Place::new().run(
            &[
                "restore",
                place.folder.path().join("b.tar").to_str().expect("text"),
            ],
            "",
        ),
        "has the migration 29990101000001, which this version (0.1.0) does not know",
    );
    // As an older one left it, which this one has not touched yet.
    Sql::connect(&place.url).execute(
        "DELETE FROM __diesel_schema_migrations WHERE version = '29990101000001';
         DROP TABLE key_last_uses; DELETE FROM __diesel_schema_migrations
         WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    let before = place.count("__diesel_schema_migrations");
    assert!(place.run(&["backup", "c.tar"], "").success);
    assert_eq!(place.count("__diesel_schema_migrations"), before);
}

#[test]
fn a_backup_that_is_told_to_end_leaves_nothing() {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    // It cannot go on before this ends.
    let mut holding = Sql::connect(&place.url);
    holding.execute("BEGIN; LOCK TABLE key_calls IN ACCESS EXCLUSIVE MODE");
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut command: Command = place.folder.command(&["backup", "b.tar"]);
        command.env("DATABASE_URL", &place.url);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let waits =
            "pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'
            AND datname = current_database()";
        let waiting = wait_until(Duration::from_secs(20), || place.count(waits) > 0);
        assert!(waiting, "pg_dump runs");
        assert_eq!(names(place.folder.path()).len(), 2, "under another name");
        kill(Pid::from_raw(child.id().cast_signed()), signal).expect("a process of ours");
        let mut told = String::new();
        let mut stderr = child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut told).expect("text");
        assert!(!child.wait().expect("a status").success());
        assert!(told.contains("interrupted; nothing was kept"), "{told}");
        assert_eq!(names(place.folder.path()), ["data"]);
        let gone = wait_until(Duration::from_secs(10), || place.count(waits) == 0);
        assert!(gone, "pg_dump has ended too");
    }
}
