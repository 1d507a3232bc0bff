//! `keyroom doctor`: a line for each check, what to do where one fails, and nothing changed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::{
    command_line::Place,
    program::{Done, Folder, Server},
    support::{cluster, sql::Sql},
};

/// The line of one check: how it ended, and what it says.
fn line<'a>(done: &'a Done, check: &str) -> (&'a str, &'a str) {
    let found = done.stdout.lines().find_map(|line| {
        let (mark, rest) = line.split_once(' ')?;
        Some((
            mark,
            rest.trim_start()
                .strip_prefix(check)?
                .strip_prefix(' ')?
                .trim_start(),
        ))
    });
    found.unwrap_or_else(|| panic!("no line for {check}:\n{}", done.stdout))
}

#[track_caller]
fn expect(done: &Done, check: &str, mark: &str, says: &str) {
    let (found, text) = line(done, check);
    assert!(
        found == mark && text.contains(says),
        "{check} is {found}: {text}"
    );
    assert_eq!(
        done.success,
        !done.stdout.lines().any(|line| line.starts_with("FAIL")),
        "{}",
        done.stdout
    );
}

/// Every file with its size, mode and time of the last change, and who else would see a change.
fn snapshot(folder: &Path, found: &mut BTreeMap<PathBuf, (u64, u32, i64, i64)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let about = fs::symlink_metadata(&path).expect("a file");
        let facts = (about.len(), about.mode(), about.mtime(), about.mtime_nsec());
        if about.is_dir() {
            snapshot(&path, found);
        }
        found.insert(path, facts);
    }
}

#[test]
fn beside_a_server_that_is_well_all_is_well_and_without_it_nothing_is_started_or_changed() {
    let folder = Folder::new();
    let empty = folder.run(&["doctor"], "");
    assert!(empty.success, "{}", empty.stdout);
    expect(&empty, "data folder", "ok", "is made at the first start");
    expect(&empty, "database", "ok", "is made at the first start");
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "it makes nothing"
    );

    let server = Server::start(&folder);
    let mut command = folder.command(&["doctor"]);
    command.env("KEYROOM_LISTEN", &server.address);
    let well = Done::of(command, "");
    assert!(well.success, "{}{}", well.stdout, well.stderr);
    assert!(well.stdout.ends_with("All is well.\n"), "{}", well.stdout);
    for check in [
        ".env",
        "KEYROOM_LISTEN",
        "KEYROOM_AUDIT_DAYS",
        "KEYROOM_LOG",
        "data folder",
        "pepper",
        "master key",
        "disk",
        "clock",
        "PostgreSQL",
        "database",
        "database clock",
        "migrations",
        "key files",
        "store of contents",
    ] {
        expect(&well, check, "ok", "");
    }
    expect(&well, "server", "ok", "ready at 127.0.0.1:");
    server.stop();

    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    snapshot(folder.path(), &mut before);
    let stopped = folder.run(&["doctor"], "");
    snapshot(folder.path(), &mut after);
    // It puts a few bytes there, and takes them away again.
    let store = folder.data().join("objects");
    let time_of_change = |all: &mut BTreeMap<_, _>| all.remove(&store);
    assert!(time_of_change(&mut before).is_some() && time_of_change(&mut after).is_some());
    assert_eq!(before, after);
    expect(
        &stopped,
        "store of contents",
        "ok",
        "takes, gives and deletes",
    );
    expect(&stopped, "database", "warn", "does not run now");
    expect(&stopped, "migrations", "warn", "not checked");
    assert!(folder.postgres().is_none(), "it starts nothing");
}

#[test]
fn every_setting_that_is_wrong_is_named_and_no_secret_is_shown() {
    let folder = Folder::new();
    fs::write(folder.path().join(".env"), "KEYROOM_LOG=loud\n").expect("written");
    let mut command = folder.command(&["doctor"]);
    command
        .env("KEYROOM_LISTEN", "8080")
        .env("KEYROOM_ALLOW_HTTP", "maybe")
        .env("KEYROOM_TRUSTED_PROXIES", "10.0.0.0/8, proxy")
        .env("KEYROOM_AUDIT_DAYS", "0")
        .env("KEYROOM_LISTN", "127.0.0.1:1")
        .env(
            "DATABASE_URL",
            "postgres://keyroom:hidden-password@/k?host=/nonexistent",
        );
    let done = Done::of(command, "");
    expect(
        &done,
        "KEYROOM_LISTEN",
        "FAIL",
        "write an address and a port",
    );
    expect(&done, "KEYROOM_ALLOW_HTTP", "FAIL", "write true or false");
    expect(
        &done,
        "KEYROOM_TRUSTED_PROXIES",
        "FAIL",
        "has proxy; write addresses or networks",
    );
    expect(
        &done,
        "KEYROOM_AUDIT_DAYS",
        "FAIL",
        "is 0; write a whole number of days from 1",
    );
    expect(&done, "KEYROOM_LOG", "warn", "loud is not a level");
    expect(
        &done,
        "KEYROOM_LISTN",
        "warn",
        "is not a setting of Keyroom",
    );
    expect(&done, "DATABASE_URL", "ok", "set (not shown)");
    expect(
        &done,
        "database",
        "FAIL",
        "start it, or correct DATABASE_URL",
    );
    expect(&done, "migrations", "warn", "not checked");
    assert!(
        done.stderr
            .contains("5 checks failed; their lines say what to do"),
        "{}",
        done.stderr
    );
    assert!(!format!("{}{}", done.stdout, done.stderr).contains("hidden-password"));

    fs::write(
        folder.path().join(".env"),
        "KEYROOM_LOG=info\nA PASSWORD = x y\n",
    )
    .expect("written");
    let done = folder.run(&["doctor"], "");
    expect(&done, ".env", "FAIL", "a line is not NAME=value");
    assert!(!done.stdout.contains("x y"));
}

#[test]
fn files_that_others_can_read_or_that_are_missing_are_told_with_the_remedy() {
    let folder = Folder::new();
    Server::start(&folder).stop();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
    };
    mode(&folder.pepper(), 0o644);
    mode(&folder.data(), 0o755);
    let done = folder.run(&["doctor"], "");
    expect(&done, "pepper", "FAIL", "run chmod 600 ");
    expect(&done, "data folder", "warn", "run chmod 700 ");
    mode(&folder.data(), 0o777);
    expect(
        &folder.run(&["doctor"], ""),
        "data folder",
        "FAIL",
        "others can write to",
    );
    mode(&folder.data(), 0o700);
    mode(&folder.pepper(), 0o600);
    let master = folder.pepper().with_file_name("master-key");
    fs::write(&master, "rubbish").expect("written");
    expect(
        &folder.run(&["doctor"], ""),
        "master key",
        "FAIL",
        "each line is a version",
    );
    fs::remove_file(&master).expect("deleted");
    expect(
        &folder.run(&["doctor"], ""),
        "master key",
        "FAIL",
        "bring it back from a backup",
    );
    assert!(!master.exists(), "it makes none");
}

#[test]
fn a_database_of_another_version_or_with_other_key_files_is_told() {
    let place = Place::new();
    let doctor = || place.run(&["doctor"], "");
    let new = doctor();
    expect(&new, "migrations", "ok", "none yet");
    expect(&new, "key files", "ok", "takes any two");
    assert_eq!(
        place.count("pg_class WHERE relnamespace = 'public'::regnamespace"),
        0,
        "it makes nothing"
    );
    assert!(place.run(&["migrate"], "").success);
    let well = doctor();
    expect(&well, "database", "ok", "answers; PostgreSQL 1");
    expect(&well, "key files", "ok", "those of this database");
    expect(&well, "search", "ok", "letters of every language");

    let sql = |text: &str| Sql::connect(&place.url).execute(text);
    sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')");
    expect(
        &doctor(),
        "migrations",
        "FAIL",
        "29990101000001, of a newer Keyroom",
    );
    sql("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations);
         DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)");
    expect(&doctor(), "migrations", "warn", "1 pending; back up, then");

    let other = format!("1:{}\n", data_encoding::BASE64.encode(&[9; 32]));
    fs::write(place.folder.pepper(), other).expect("written");
    expect(
        &doctor(),
        "key files",
        "FAIL",
        "version 1 of the pepper (KEYROOM_PEPPER_FILE) differs",
    );
    fs::remove_file(place.folder.pepper()).expect("deleted");
    expect(&doctor(), "key files", "FAIL", "cannot read");
}

#[test]
fn a_clock_that_is_off_is_told() {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    let name = place.url.rsplit('\'').nth(1).expect("a name");
    for (seconds, mark) in [(30, "warn"), (-30, "warn"), (600, "FAIL")] {
        // The database's clock is another than ours.
        Sql::connect(&place.url).execute(&format!(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                 AS 'SELECT pg_catalog.clock_timestamp() + interval ''{seconds} seconds''';
             ALTER DATABASE {name} SET search_path = public, pg_catalog"
        ));
        let done = place.run(&["doctor"], "");
        expect(&done, "database clock", mark, "(NTP)");
    }
}

#[test]
fn a_port_that_is_not_ours_and_a_server_that_is_not_ready_are_told() {
    let folder = Folder::new();
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = stranger.local_addr().expect("its address").to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = stranger.accept().expect("a caller");
        let mut asked = [0; 512];
        std::io::Read::read(&mut stream, &mut asked).expect("a request");
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\n\r\nhello").expect("answered");
    });
    let mut command = folder.command(&["doctor"]);
    command.env("KEYROOM_LISTEN", &address);
    let done = Done::of(command, "");
    answering.join().expect("no panic");
    expect(&done, "server", "FAIL", "something else answers");

    let place = Place::new();
    let server = Server::start_with(&place.folder, &[("DATABASE_URL", &place.url)]);
    Sql::connect(&place.url).execute(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    let mut command = place.folder.command(&["doctor"]);
    command
        .env("DATABASE_URL", &place.url)
        .env("KEYROOM_LISTEN", &server.address);
    let done = Done::of(command, "");
    expect(&done, "server", "FAIL", "a migration is missing");
}

#[test]
fn a_locale_that_knows_the_letters_of_english_alone_is_told() {
    let mut place = Place::new();
    let name = format!("ascii_{}", uuid::Uuid::now_v7().simple());
    let made = format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    Sql::connect(&place.url).execute(&made);
    place.url = cluster::server().url(&name);
    assert!(place.run(&["migrate"], "").success);
    let done = place.run(&["doctor"], "");
    expect(&done, "search", "warn", "with the locale C.UTF-8");
}
