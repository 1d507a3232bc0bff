//! When something is in the way: a clear answer in time, nothing lost, and all well once it is gone.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use actix_web::rt::task::spawn_blocking;
use futures_util::future::join_all;

use crate::{
    scenes::{AUDIT, GENERAL},
    support::{TestApp, make},
};

#[actix_web::test]
async fn pages_that_wait_in_vain_leave_the_api_alone_and_are_told_when_to_come_back() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"));
    let flood = join_all((0..30).map(|_| admin.get(AUDIT)));
    let calls = async {
        // When every page of the flood has taken what it can get.
        actix_web::rt::time::sleep(Duration::from_millis(500)).await;
        let began = Instant::now();
        for _ in 0..5 {
            app.api(&key.secret).get("/v1/whoami").await.expect(200);
        }
        began.elapsed()
    };
    let (pages, took) = futures_util::future::join(flood, calls).await;
    for page in &pages {
        assert_eq!(page.status, 503, "{}", page.gist());
        assert_eq!(page.header("retry-after"), "1");
        assert!(page.text().contains("Keyroom is busy"));
    }
    assert!(took < Duration::from_secs(5), "the calls took {took:?}");
    app.sql(|sql| sql.execute("ROLLBACK"));
    admin.get(AUDIT).await.expect(200);
}

#[actix_web::test]
async fn a_form_that_trickles_in_is_ended_and_changes_nothing() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let head = format!(
        "POST {GENERAL} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 60000\r\n\r\nname=Trickle",
        app.address,
        admin.cookies()
    );
    let address = app.address.clone();
    let (said, took) = spawn_blocking(move || trickle(&address, &head))
        .await
        .expect("the client ends");
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(said.contains("That took too long"), "{said}");
    assert!(took < Duration::from_secs(15), "it took {took:?}");
    assert!(!admin.get(GENERAL).await.text().contains("Trickle"));
}

#[actix_web::test]
async fn a_call_whose_key_ends_while_its_body_comes_in_changes_nothing() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    app.sql(|sql| sql.execute("UPDATE keys SET permissions = '{CONFIG_LIST,CONFIG_CHANGE}'"));
    let body = r#"{"name": "Trickle"}"#;
    let (first, rest) = body.split_at(9);
    let head = format!(
        "PATCH /v1/config HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{first}",
        app.address,
        key.secret,
        body.len()
    );
    let address = app.address.clone();
    let mut stream = spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(head.as_bytes()).expect("a beginning");
        stream
    })
    .await
    .expect("a client");
    // Long enough for its key to be looked at, were it looked at now.
    actix_web::rt::time::sleep(Duration::from_millis(300)).await;
    make::revoked(&app, &key, "compromised");
    let said = spawn_blocking(move || {
        stream.write_all(rest.as_bytes()).expect("the rest");
        let mut said = String::new();
        stream.read_to_string(&mut said).expect("an answer");
        said
    })
    .await
    .expect("the client ends");
    assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    assert!(!admin.get(GENERAL).await.text().contains("Trickle"));
}

#[actix_web::test]
async fn a_head_that_never_ends_is_ended() {
    let app = TestApp::start();
    let address = app.address.clone();
    let head = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\nx-more: ", app.address);
    let (said, took) = spawn_blocking(move || trickle(&address, &head))
        .await
        .expect("the client ends");
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(took < Duration::from_secs(15), "it took {took:?}");
}

/// Sends what it is given and then a byte now and then, until it is answered; the answer, and after how long.
fn trickle(address: &str, begin: &str) -> (String, Duration) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(begin.as_bytes()).expect("a beginning");
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .expect("a limit");
    let mut said = Vec::new();
    let mut part = [0; 64 * 1024];
    while began.elapsed() < Duration::from_secs(30) {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(n) => said.extend_from_slice(&part[..n]),
            // Nothing yet: one more byte, as long as somebody takes it.
            Err(_) if said.is_empty() => drop(stream.write_all(b"x")),
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&said).into_owned(), began.elapsed())
}
