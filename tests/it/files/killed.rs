//! The server is killed, or the caller goes, in the middle of an upload: after the next collection nothing is left.

use std::{fs, io::Write, path::Path, time::Duration};

use keyroom::postgres;
use nix::sys::signal::Signal;

use super::large::{END, Place, read_json};
use crate::{
    program::{Folder, Server, wait_until},
    support::{bucket::Bucket, sql::Sql},
};

const LONG: Duration = Duration::from_secs(30);

/// Every file in and under a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
    {
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.file_name().to_string_lossy().into_owned()),
        }
    }
    found
}

fn states(sql: &mut Sql) -> Vec<String> {
    sql.lines("SELECT state AS line FROM objects ORDER BY 1")
}

#[test]
fn nothing_is_left_of_an_upload_that_a_kill_or_a_hang_up_ended() {
    let bucket = Bucket::start();
    let database = Folder::new();
    let cluster = postgres::start(&database.data()).expect("a database");
    let (url, contents) = (cluster.url(), bucket.url());
    let mut sql = Sql::connect(&url);
    // First a folder, then a bucket, with the same database.
    for (n, objects) in [None, Some(contents.as_str())].into_iter().enumerate() {
        let home = Folder::new();
        let mut settings = vec![("DATABASE_URL", url.as_str())];
        settings.extend(objects.map(|url| ("KEYROOM_OBJECTS_URL", url)));
        // The key files belong to the database.
        if n > 0 {
            sql.execute("TRUNCATE users, workspaces, key_file_checks CASCADE; UPDATE installation SET set_up_at = NULL");
        }
        let partial = || match objects {
            None => files(&home.data().join("objects"))
                .iter()
                .filter(|name| name.contains('#'))
                .count(),
            Some(_) => bucket.unfinished().len(),
        };
        let place = Place::make(Server::start_with(&home, &settings), &home, &settings);
        let mut whole = place.upload("whole", 3);
        whole
            .write_all(b"abc")
            .and_then(|()| whole.write_all(END))
            .expect("sent");
        read_json(whole);

        // The caller goes: at once.
        let mut stream = place.upload("gone", 30 << 20);
        stream.write_all(&vec![7; 20 << 20]).expect("sent");
        assert!(wait_until(LONG, || partial() == 1), "a part is there");
        drop(stream);
        assert!(wait_until(LONG, || partial() == 0), "it is taken back");
        assert!(wait_until(LONG, || states(&mut sql) == ["kept"]));

        // The server is killed: after an hour.
        let mut stream = place.upload("killed", 30 << 20);
        stream.write_all(&vec![7; 20 << 20]).expect("sent");
        assert!(wait_until(LONG, || partial() == 1), "a part is there");
        let mut server = place.server;
        server.signal(Signal::SIGKILL);
        server.end();
        assert_eq!(
            (states(&mut sql), partial()),
            (vec!["arriving".to_owned(), "kept".to_owned()], 1)
        );
        sql.execute("UPDATE objects SET progressed_at = progressed_at - interval '61 minutes'");
        let server = Server::start_with(&home, &settings);
        assert!(
            wait_until(LONG, || states(&mut sql) == ["kept"]),
            "it is collected"
        );
        assert_eq!(partial(), 0);
        let left = match objects {
            None => files(&home.data().join("objects")).len(),
            Some(_) => bucket.names().len(),
        };
        assert_eq!(left, 1, "what is whole");
        assert_eq!(sql.line("SELECT used::text AS line FROM object_space"), "3");
        server.stop();
    }
    drop(cluster);
}
