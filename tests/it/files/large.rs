//! Contents of any size go in and out, and memory does not grow with them.
//!
//! With more: `CONTENT=2147483648 cargo test --test it -- --nocapture files::large`.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    processes::ADA,
    program::{Folder, Server},
    support::bucket::Bucket,
};

const CHUNK: usize = 1 << 20;
/// Unless more is asked for.
const USUAL: u64 = 128 << 20;
/// Kilobytes: less than half of that.
const MOST: u64 = 50_000;

/// An installation with a folder, and a key that is its Editor.
pub struct Place {
    pub server: Server,
    pub key: String,
    pub folder: String,
}

impl Place {
    pub fn make(server: Server, home: &Folder, settings: &[(&str, &str)]) -> Self {
        assert_eq!(server.set_up(&ADA).status, 303);
        let mut create =
            home.command(&["create-key", "--workspace", "brightwater", "--label", "ci"]);
        for permission in ["DIR_CREATE", "FILE_UPLOAD", "OBJECTS_FETCH", "OBJECTS_LIST"] {
            create.args(["--permission", permission]);
        }
        create.envs(settings.iter().copied());
        let key = crate::program::Done::of(create, "")
            .stdout
            .trim_end()
            .to_owned();
        let folder = r#"{"name":"Large"}"#;
        let length = folder.len() as u64;
        let mut stream = begin(
            &server,
            &key,
            "POST /v1/folders",
            "application/json",
            length,
        );
        stream.write_all(folder.as_bytes()).expect("sent");
        let folder = read_json(stream);
        Self {
            folder: folder["id"].as_str().expect("an id").to_owned(),
            server,
            key,
        }
    }

    /// Begins an upload of so many bytes.
    pub fn upload(&self, name: &str, size: u64) -> TcpStream {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let length = head.len() as u64 + size + END.len() as u64;
        let path = format!("POST /v1/folders/{}/files", self.folder);
        let kind = "multipart/form-data; boundary=x";
        let mut stream = begin(&self.server, &self.key, &path, kind, length);
        stream.write_all(head.as_bytes()).expect("sent");
        stream
    }

    fn download(&self, file: &str) -> (u64, String) {
        let path = format!("GET /v1/files/{file}/content");
        let mut reader = BufReader::new(begin(&self.server, &self.key, &path, "", 0));
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).expect("a head");
        }
        let (mut sum, mut size, mut buffer) = (Sha256::new(), 0, vec![0; CHUNK]);
        loop {
            let n = reader.read(&mut buffer).expect("bytes");
            if n == 0 {
                return (size, data_encoding::HEXLOWER.encode(&sum.finalize()));
            }
            sum.update(&buffer[..n]);
            size += n as u64;
        }
    }
}

pub const END: &[u8] = b"\r\n--x--\r\n";

fn begin(server: &Server, key: &str, what: &str, kind: &str, length: u64) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).expect("a connection");
    let kind = match kind {
        "" => String::new(),
        kind => format!("Content-Type: {kind}\r\n"),
    };
    let head = format!(
        "{what} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\nContent-Length: {length}\r\n{kind}\r\n",
        server.address
    );
    stream
        .set_read_timeout(Some(Duration::from_secs(120)))
        .expect("a time-out");
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

pub fn read_json(mut stream: TcpStream) -> Value {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 201"), "{answer}");
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn memory_does_not_grow_with_contents() {
    let size: u64 = env::var("CONTENT").map_or(USUAL, |n| n.parse().expect("a number of bytes"));
    let home = Folder::new();
    there_and_back(
        Place::make(Server::start(&home), &home, &[]),
        size,
        "a folder",
    );
    let (home, bucket) = (Folder::new(), Bucket::start());
    let url = bucket.url();
    let settings = [("KEYROOM_OBJECTS_URL", url.as_str())];
    let server = Server::start_with(&home, &settings);
    there_and_back(Place::make(server, &home, &settings), size, "a bucket");
}

fn there_and_back(place: Place, size: u64, what: &str) {
    let chunk: Vec<u8> = (0..CHUNK).map(|n| (n * 31 % 251) as u8).collect();
    let before = place.server.memory("VmRSS:");
    let (began, mut sum) = (Instant::now(), Sha256::new());
    let mut stream = place.upload("large.bin", size);
    let mut left = size;
    while left > 0 {
        let n = left.min(CHUNK as u64) as usize;
        stream.write_all(&chunk[..n]).expect("sent");
        sum.update(&chunk[..n]);
        left -= n as u64;
    }
    stream.write_all(END).expect("sent");
    let file = read_json(stream);
    let sum = data_encoding::HEXLOWER.encode(&sum.finalize());
    assert_eq!(
        (file["size"].as_u64(), file["sha256"].as_str()),
        (Some(size), Some(sum.as_str()))
    );
    let up = began.elapsed();
    let began = Instant::now();
    let got = place.download(file["id"].as_str().expect("an id"));
    assert_eq!(got, (size, sum));
    let down = began.elapsed();
    let grown = place.server.memory("VmHWM:").saturating_sub(before);
    println!(
        "{size} bytes, {what}: {up:?} up, {down:?} down; memory grew from {before} kB by {grown} kB"
    );
    assert!(grown < MOST, "memory grew by {grown} kB");
    place.server.stop();
}
