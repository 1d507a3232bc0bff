//! What is promised whatever happens, with the real program: nothing is lost, and nothing arrives more than twice.

use std::{collections::BTreeMap, time::Duration};

use keyroom::{clock::Clock, config::PublicUrl, db::Db, key_files::MasterKey, mail::Mail};
use nix::sys::signal::Signal;

use super::{
    letter,
    server::{Certificate, MailServer},
};
use crate::{
    command_line::Place,
    program::{Done, Server, wait_until},
    support::app::smtp,
};

const FROM: (&str, &str) = ("KEYROOM_MAIL_FROM", "Keyroom <keyroom@keyroom.example>");
const ENOUGH: Duration = Duration::from_secs(90);

/// A place with mails in its outbox.
fn with_mails(url: &str, number: usize) -> Place {
    let place = Place::new();
    assert!(place.run(&["migrate"], "").success);
    write(&place, url, number);
    place
}

/// As a feature writes them.
fn write(place: &Place, url: &str, number: usize) {
    let master = MasterKey::open(&place.folder.data().join("master-key")).expect("the master key");
    let address = PublicUrl::parse("https://keys.example.com").expect("an address");
    let mail = Mail::new(Some(&smtp(url)), address, &master).expect("mail");
    let (db, now) = (
        Db::new(&place.url, 1).expect("a connection"),
        Clock::default().now(),
    );
    db.run_here(|conn| {
        for n in 1..=number {
            let to = format!("person-{n}@brightwater.example");
            mail.enqueue(conn, &to, letter(&format!("/read/{n}")), now)?;
        }
        Ok(())
    })
    .expect("written");
}

fn start(place: &Place, url: &str) -> Server {
    let settings = [
        ("DATABASE_URL", place.url.as_str()),
        ("KEYROOM_SMTP_URL", url),
        FROM,
    ];
    Server::start_with(&place.folder, &settings)
}

/// How often each mail came, and that it was the same each time.
fn arrivals(server: &MailServer) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in server.mails() {
        let id = mail.header("Message-ID").to_owned();
        found.entry(mail.to).or_default().push(id);
    }
    for (to, ids) in &found {
        assert!(ids.iter().all(|id| *id == ids[0]), "{to}: {ids:?}");
    }
    found
}

#[track_caller]
fn all_are_sent(place: &Place, server: &MailServer, number: usize) {
    let sent = || place.count("outbox WHERE sent_at IS NOT NULL");
    let all = wait_until(ENOUGH, || {
        sent() == i64::try_from(number).expect("a number")
    });
    assert!(all, "{} of {number} are sent", sent());
    assert_eq!(arrivals(server).len(), number);
}

#[test]
fn killed_among_two_hundred_mails_it_sends_all_and_none_more_than_twice() {
    let receiver = MailServer::slow(Duration::from_millis(10));
    let place = with_mails(&receiver.url(), 200);
    let mut server = start(&place, &receiver.url());
    assert!(
        wait_until(ENOUGH, || receiver.count() >= 60),
        "they begin to arrive"
    );
    server.signal(Signal::SIGKILL);
    server.end();
    let before = receiver.count();
    assert!(before < 200, "it was killed too late to mean something");
    let _again = start(&place, &receiver.url());
    all_are_sent(&place, &receiver, 200);
    let often: Vec<_> = arrivals(&receiver)
        .into_iter()
        .filter(|(_, ids)| ids.len() > 2)
        .collect();
    assert!(often.is_empty(), "{often:?}");
    // Of those that were on their way, and no others.
    let twice = receiver.count() - 200;
    assert!(twice <= 2, "{twice} came twice");
}

#[test]
fn stopped_among_two_hundred_mails_it_sends_all_and_none_twice() {
    let receiver = MailServer::slow(Duration::from_millis(10));
    let place = with_mails(&receiver.url(), 200);
    let server = start(&place, &receiver.url());
    assert!(
        wait_until(ENOUGH, || receiver.count() >= 60),
        "they begin to arrive"
    );
    server.stop();
    let before = receiver.count();
    assert!(before < 200, "it was stopped too late to mean something");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(
        receiver.count(),
        before,
        "the last was noted before it ended"
    );
    let _again = start(&place, &receiver.url());
    all_are_sent(&place, &receiver, 200);
    assert_eq!(receiver.count(), 200);
}

#[test]
fn two_servers_share_an_outbox_and_send_nothing_twice() {
    let receiver = MailServer::slow(Duration::from_millis(10));
    let place = with_mails(&receiver.url(), 0);
    let both = [
        start(&place, &receiver.url()),
        start(&place, &receiver.url()),
    ];
    write(&place, &receiver.url(), 200);
    all_are_sent(&place, &receiver, 200);
    assert_eq!(receiver.count(), 200);
    for server in &both {
        assert!(
            server.said().contains("was sent"),
            "both send: {}",
            server.said()
        );
    }
}

#[test]
fn a_certificate_that_this_machine_trusts_is_enough_and_the_doctor_sees_all_of_it() {
    let certificate = Certificate::fresh();
    let trusted = certificate.path().display().to_string();
    let receivers = [
        MailServer::encrypted(&certificate),
        MailServer::encrypted_at_once(&certificate),
    ];
    let schemes = ["smtp", "smtps"];
    for (receiver, scheme) in receivers.iter().zip(schemes) {
        let url = format!("{scheme}://localhost:{}?tls=required", receiver.port);
        let place = with_mails(&url, 1);
        let doctor = |url: &str, trusted: &str| {
            let mut command = place.folder.command(&["doctor"]);
            command
                .env("DATABASE_URL", &place.url)
                .env("KEYROOM_SMTP_URL", url);
            command.env(FROM.0, FROM.1).env("SSL_CERT_FILE", trusted);
            Done::of(command, "").stdout
        };
        let said = doctor(&url, &trusted);
        assert!(said.contains(" answers, encrypted\n"), "{said}");
        assert!(!said.contains(&url), "{said}");
        let said = doctor(&url, "/dev/null");
        let remedy = "(invalid peer certificate: UnknownIssuer): let the server have a certificate";
        assert!(said.contains(remedy), "{said}");
        let with_password = url.replace("//", "//ada:hidden-word@");
        let said = doctor(&with_password, &trusted);
        assert!(said.contains("correct user name and password"), "{said}");
        assert!(!said.contains("hidden-word"), "{said}");

        let settings = [
            ("DATABASE_URL", place.url.as_str()),
            ("KEYROOM_SMTP_URL", &url),
            ("SSL_CERT_FILE", &trusted),
            ("KEYROOM_PUBLIC_URL", "https://keys.example.com"),
            FROM,
        ];
        let _server = Server::start_with(&place.folder, &settings);
        let mail = receiver.expect(1).remove(0);
        assert!(mail.encrypted);
        assert_eq!(mail.hello, "keys.example.com");
    }
}

#[test]
fn the_doctor_says_whether_there_is_a_mail_server_and_a_wrong_setting_stops_the_start() {
    let receiver = MailServer::start();
    let place = Place::new();
    let run = |command: &str, url: &str, from: &str| {
        let mut command = place.folder.command(&[command]);
        command.env("DATABASE_URL", &place.url);
        command
            .env("KEYROOM_SMTP_URL", url)
            .env("KEYROOM_MAIL_FROM", from);
        Done::of(command, "")
    };
    let doctor = |url: &str, from: &str| run("doctor", url, from).stdout;
    assert!(doctor("", "").contains("none is set up (KEYROOM_SMTP_URL)"));
    assert!(doctor("", FROM.1).contains("means nothing without KEYROOM_SMTP_URL"));
    let there = format!("127.0.0.1:{} answers\n", receiver.port);
    assert!(doctor(&receiver.url(), FROM.1).contains(&there));
    receiver.expect(0);
    let away = doctor(&format!("smtp://127.0.0.1:{}", super::free_port()), FROM.1);
    assert!(
        away.contains("The mail server does not answer (Connection refused"),
        "{away}"
    );
    assert!(
        away.contains("start it, let this machine through its firewall, or correct"),
        "{away}"
    );

    for (url, from, told) in [
        (
            "smtp://ada:hidden-word@mail.example.com/x",
            FROM.1,
            "KEYROOM_SMTP_URL has something after the server",
        ),
        ("smtp://localhost", "", "KEYROOM_MAIL_FROM is missing"),
        ("smtp://localhost", "nobody", "KEYROOM_MAIL_FROM is nobody"),
    ] {
        let done = run("serve", url, from);
        assert!(
            !done.success && done.stderr.contains(told),
            "{}",
            done.stderr
        );
        let said = doctor(url, from);
        assert!(said.contains(told), "{said}");
        assert!(!said.contains("hidden-word") && !done.stderr.contains("hidden-word"));
    }
}
