//! Requests without an event loop, which may fail: the server at the other end is killed now and then.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::support::{
    contract::{self, Exchange},
    http::encode,
};

pub struct Answer {
    pub status: u16,
    /// Header names in lower case.
    pub head: String,
    pub body: String,
}

/// As the form of one of our pages.
pub fn post(address: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<Answer> {
    let body = encode(fields);
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Cookie", cookie),
    ];
    call(address, "POST", path, &headers, &body)
}

/// None: the connection failed or broke off before the whole answer came.
pub fn call(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    sent: &str,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    let length = sent.len();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream
        .write_all(format!("{head}\r\n{sent}").as_bytes())
        .ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let named = |line: &str| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}\n", name.to_lowercase()),
        None => format!("{line}\n"),
    };
    let head: String = head.lines().map(named).collect();
    let promised = head
        .lines()
        .find_map(|l| l.strip_prefix("content-length: "));
    let whole = promised.and_then(|n| n.parse().ok()).unwrap_or(0) == body.len();
    if !whole {
        return None;
    }
    contract::check(&Exchange {
        asked: &format!("{method} {path}"),
        sent: sent.as_bytes(),
        status,
        header: &|name| {
            let start = format!("{}: ", name.to_lowercase());
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(&start).map(str::to_owned))
        },
        body: body.as_bytes(),
    });
    Some(Answer {
        status,
        head,
        body: body.to_owned(),
    })
}
