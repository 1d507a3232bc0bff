//! What `keyroom restore` refuses, and that it leaves everything as it was.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    backup::{ADA, contents, make_key, names},
    command_line::{Place, refused},
    program::{Folder, Server},
    support::sql::Sql,
};

/// A backup of a database elsewhere, and the key that was made in it.
fn backup(arguments: &[&str]) -> (Place, PathBuf, String) {
    let place = Place::new();
    let made = place.admin(ADA.workspace, ADA.name, ADA.email, ADA.password);
    assert!(made.success, "{}", made.stderr);
    let key = place.run(&make_key("ci"), "").stdout.trim_end().to_owned();
    let mut all = vec!["backup", "b.tar"];
    all.extend(arguments);
    let done = place.run(&all, "");
    assert!(done.success, "{}", done.stderr);
    let path = place.folder.path().join("b.tar");
    (place, path, key)
}

fn restore(folder: &Folder, file: &Path) -> crate::program::Done {
    folder.run(&["restore", file.to_str().expect("text")], "")
}

/// Packs a backup again, with sums that are right for what it has now.
fn pack(path: &Path, mut inside: BTreeMap<String, Vec<u8>>) {
    inside.remove("SHA256SUMS");
    let mut sums = String::new();
    let mut archive = tar::Builder::new(fs::File::create(path).expect("a file"));
    let mut add = |name: &str, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        archive
            .append_data(&mut header, name, content)
            .expect("added");
    };
    let first = ("manifest.json".to_owned(), inside.remove("manifest.json"));
    let rest = inside
        .into_iter()
        .map(|(name, content)| (name, Some(content)));
    for (name, content) in [first].into_iter().chain(rest) {
        let Some(content) = content else { continue };
        add(&name, &content);
        let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
        sums.push_str(&format!("{sum}  {name}\n"));
    }
    add("SHA256SUMS", sums.as_bytes());
    archive.finish().expect("whole");
}

/// The same with another manifest.
fn with_manifest(path: &Path, from: &str, to: &str) -> PathBuf {
    let mut inside = contents(path);
    let manifest = String::from_utf8(inside["manifest.json"].clone()).expect("text");
    let changed = manifest.replace(from, to);
    assert_ne!(manifest, changed, "{manifest}");
    inside.insert("manifest.json".to_owned(), changed.into_bytes());
    let path = path.with_file_name("changed.tar");
    pack(&path, inside);
    path
}

#[test]
fn a_file_that_is_damaged_or_none_of_ours_is_refused_before_anything_is_made() {
    let (place, path, _) = backup(&[]);
    let whole = fs::read(&path).expect("a backup");
    let target = Folder::new();
    let bad = place.folder.path().join("bad.tar");
    let try_with = |content: &[u8], why: &str| {
        fs::write(&bad, content).expect("written");
        refused(&restore(&target, &bad), why);
        assert_eq!(names(target.path()), [""; 0], "nothing is made");
    };
    for content in [&b""[..], b"hello", &[0; 4096], &[b'x'; 4096]] {
        try_with(content, "is not a backup that Keyroom made");
    }
    // A tar archive of something else.
    pack(
        &bad,
        BTreeMap::from([("notes.txt".to_owned(), b"x".to_vec())]),
    );
    let other = fs::read(&bad).expect("a file");
    try_with(&other, "is not a backup that Keyroom made");

    // Cut off anywhere: in a header, in the database, between two files, before the sums.
    let length = whole.len();
    let ends = [
        600,
        1_000,
        2_000,
        20_000,
        length / 2,
        length - 4_096,
        length - 2_048,
        length - 1_600,
    ];
    for end in ends {
        try_with(&whole[..end], "damaged");
    }
    // A bit that fell over, in each file and in what is said of it.
    let mut archive = tar::Archive::new(fs::File::open(&path).expect("a backup"));
    let entries = archive.entries().expect("a tar archive");
    let places: Vec<(u64, u64, u64)> = entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            (
                entry.raw_header_position(),
                entry.raw_file_position(),
                entry.size(),
            )
        })
        .collect();
    for (header, content, size) in places {
        for at in [
            header,
            header + 130,
            content,
            content + size / 2,
            content + size - 2,
        ] {
            let mut flipped = whole.clone();
            flipped[at as usize] ^= 0x10;
            fs::write(&bad, &flipped).expect("written");
            let done = restore(&target, &bad);
            assert!(!done.success, "at {at}: {}", done.stderr);
            assert_eq!(names(target.path()), [""; 0], "at {at}");
        }
    }
    refused(
        &restore(&target, Path::new("/nonexistent.tar")),
        "cannot open /nonexistent.tar",
    );
    // What leads out of the folder.
    let mut inside = contents(&path);
    inside.insert("objects/x".to_owned(), b"x".to_vec());
    pack(&bad, inside);
    let content = fs::read(&bad).expect("a file");
    let at = content
        .windows(9)
        .position(|w| w == b"objects/x")
        .expect("a name");
    let mut escaping = content.clone();
    escaping[at..at + 9].copy_from_slice(b"../escape");
    let header = &mut escaping[at..at + 512];
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    try_with(&escaping, "something in it is not of a backup");
}

#[test]
fn a_backup_of_a_newer_version_is_refused_and_names_it() {
    let (_place, path, _) = backup(&[]);
    let target = Folder::new();
    let newer = with_manifest(&path, "\"format\": 1", "\"new\": true, \"format\": 2");
    refused(
        &restore(&target, &newer),
        "it was made by Keyroom 0.1.0, in a form that this version (0.1.0) does not know. Restore it with that version or a newer one",
    );
    let newer = with_manifest(
        &path,
        "\"20261121000001\",",
        "\"20261121000001\", \"29990101000001\",",
    );
    refused(
        &restore(&target, &newer),
        "has the migration 29990101000001, which this version (0.1.0) does not know",
    );
    let newer = with_manifest(&path, "\"postgresql\": 1", "\"postgresql\": 9");
    refused(&restore(&target, &newer), "or newer");
    let newer = with_manifest(&path, "\"pg_dump\": 1", "\"pg_dump\": 9");
    refused(&restore(&target, &newer), "is not installed here");
    assert!(!target.pepper().exists());
    assert!(!target.data().join("postgres/cluster").exists());
}

#[test]
fn what_there_is_is_not_overwritten() {
    let (_place, path, key) = backup(&[]);
    let folder = Folder::new();
    let server = Server::start(&folder);
    refused(&restore(&folder, &path), "there is a database in");
    assert_eq!(server.get("/readyz", &[]).map(|a| a.status), Some(200));
    server.stop();
    refused(&restore(&folder, &path), "there is a database in");

    // Other key files, and objects.
    let other = Folder::new();
    fs::create_dir_all(other.data()).expect("made");
    fs::write(other.pepper(), "mine").expect("written");
    refused(
        &restore(&other, &path),
        "pepper exists and is not the one of the backup",
    );
    assert_eq!(fs::read_to_string(other.pepper()).expect("a file"), "mine");
    fs::remove_file(other.pepper()).expect("deleted");
    let objects = other.data().join("objects");
    fs::create_dir(&objects).expect("made");
    fs::write(objects.join("x"), "mine").expect("written");
    refused(&restore(&other, &path), "objects is not empty");
    assert_eq!(names(&other.data()), ["objects"]);
    fs::remove_dir_all(&objects).expect("deleted");

    // A database elsewhere that somebody uses for something.
    let place = Place::new();
    Sql::connect(&place.url).execute("CREATE TABLE theirs (x int)");
    let file = path.to_str().expect("text");
    refused(
        &place.run(&["restore", file], ""),
        "is not empty, and a restore overwrites nothing",
    );
    assert_eq!(names(place.folder.path()), [""; 0]);
    Sql::connect(&place.url).execute("DROP TABLE theirs");
    let done = place.run(&["restore", file], "");
    assert!(done.success, "{}", done.stderr);
    refused(&place.run(&["restore", file], ""), "is not empty");
    assert_eq!(place.count("keys"), 1);

    // A folder that is there and empty is fine.
    let done = restore(&other, &path);
    assert!(done.success, "{}", done.stderr);
    let server = Server::start(&other);
    assert_eq!(server.whoami(&key), Some(200));
}

#[test]
fn without_secrets_it_says_which_files_to_bring_and_takes_no_others() {
    let (place, path, key) = backup(&["--without-secrets"]);
    let target = Folder::new();
    let done = restore(&target, &path);
    refused(&done, "was made without the key files");
    for part in [
        "the pepper to ",
        "/data/pepper (KEYROOM_PEPPER_FILE)",
        "/data/master-key (KEYROOM_MASTER_KEY_FILE)",
    ] {
        assert!(done.stderr.contains(part), "{}", done.stderr);
    }
    assert_eq!(names(target.path()), [""; 0]);

    // Those of another installation.
    let stranger = Place::new();
    assert!(stranger.run(&["migrate"], "").success);
    let bring = |from: &Folder| {
        fs::create_dir_all(target.data()).expect("made");
        for name in ["pepper", "master-key"] {
            fs::copy(from.data().join(name), target.data().join(name)).expect("copied");
        }
    };
    bring(&stranger.folder);
    let done = restore(&target, &path);
    refused(&done, "not the key files that the backup was made with");
    assert!(
        done.stderr
            .contains("version 1 of the pepper (KEYROOM_PEPPER_FILE) differs")
    );
    assert_eq!(names(&target.data()), ["master-key", "pepper"]);

    bring(&place.folder);
    let done = restore(&target, &path);
    assert!(done.success, "{}", done.stderr);
    let server = Server::start(&target);
    assert_eq!(server.whoami(&key), Some(200));
}

#[test]
fn what_fails_on_the_way_is_taken_back() {
    let (_place, path, _) = backup(&[]);
    // A database that PostgreSQL cannot read to its end.
    let mut inside = contents(&path);
    inside.insert("objects/x/y".to_owned(), b"z".to_vec());
    let dump = inside.get_mut("database.dump").expect("a database");
    let half = dump.len() / 2;
    dump.truncate(half);
    let broken = path.with_file_name("broken.tar");
    pack(&broken, inside);

    let target = Folder::new();
    refused(&restore(&target, &broken), "the database was not restored");
    for name in ["pepper", "master-key", "objects", "postgres/cluster"] {
        assert!(!target.data().join(name).exists(), "{name}");
    }
    let left = names(&target.data().join("postgres"));
    assert!(
        left.iter().all(|name| !name.starts_with("new-")),
        "{left:?}"
    );
    // And the way is free.
    let done = restore(&target, &path);
    assert!(done.success, "{}", done.stderr);

    let place = Place::new();
    let file = broken.to_str().expect("text");
    refused(
        &place.run(&["restore", file], ""),
        "the database was not restored",
    );
    assert_eq!(
        place.count("pg_class WHERE relnamespace = 'public'::regnamespace"),
        0
    );
    assert!(!place.folder.pepper().exists());
}
