//! A bucket of a published server of the S3 protocol, in a process of its own.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{port::free_port, python};

const NAME: &str = "contents";

pub struct Bucket {
    child: Child,
    address: String,
}

impl Bucket {
    pub fn start() -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        Self {
            child: run(&address),
            address,
        }
    }

    /// What `KEYROOM_OBJECTS_URL` says of it.
    pub fn url(&self) -> String {
        format!(
            "s3://{NAME}/files?region=us-east-1&endpoint=http://{}&access_key_id=test&secret_access_key=test",
            self.address
        )
    }

    /// The names of everything in it.
    pub fn names(&self) -> Vec<String> {
        texts(&self.ask("GET", "?list-type=2"), "Key")
    }

    /// Uploads that were begun and neither completed nor aborted.
    pub fn unfinished(&self) -> Vec<String> {
        texts(&self.ask("GET", "?uploads"), "UploadId")
    }

    /// Kills it with everything in it.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process of ours");
        self.child.wait().expect("its end");
    }

    /// Empty, at the same address.
    pub fn start_again(&mut self) {
        self.child = run(&self.address);
    }

    fn ask(&self, method: &str, rest: &str) -> String {
        ask(&self.address, method, rest).expect("an answer")
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn run(address: &str) -> Child {
    let port = address.rsplit(':').next().expect("a port");
    let child = Command::new(python::program("moto_server"))
        .args(["-H", "127.0.0.1", "-p", port])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server");
    let began = Instant::now();
    while ask(address, "PUT", "").is_none_or(|answer| !answer.starts_with("HTTP/1.1 200")) {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not start"
        );
        sleep(Duration::from_millis(50));
    }
    child
}

fn ask(address: &str, method: &str, rest: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "{method} /{NAME}{rest} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

fn texts(xml: &str, tag: &str) -> Vec<String> {
    assert!(xml.starts_with("HTTP/1.1 200"), "{xml}");
    let start = format!("<{tag}>");
    let parts = xml.split(&start).skip(1);
    parts
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}
