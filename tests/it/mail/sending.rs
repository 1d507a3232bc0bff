//! What becomes of a mail, however its server behaves.

use std::net::TcpListener;

use chrono::TimeDelta;

use super::{
    free_port, letter,
    server::{Certificate, MailServer, Taken},
    wait_for, write,
};
use crate::support::{TestApp, log};

const TOKEN: &str = "q8Vd2mT5xRw9Zk3pLs7N";

#[test]
fn a_mail_arrives_once_as_text_and_as_html_from_whom_it_should() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    write(&app, "ada@brightwater.example", letter("/read?a=1&b=2"));
    let mail = server.expect(1).remove(0);
    assert_eq!(
        (mail.sender.as_str(), mail.to.as_str()),
        ("keyroom@keyroom.example", "ada@brightwater.example")
    );
    assert_eq!(mail.header("From"), "Keyroom <keyroom@keyroom.example>");
    assert_eq!(mail.header("To"), "ada@brightwater.example");
    assert_eq!(mail.header("Subject"), "Something to read");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.has("Date"));
    let id = app.sql(|sql| sql.line("SELECT id::text AS line FROM outbox"));
    assert_eq!(mail.header("Message-ID"), format!("<{id}@keyroom.example>"));
    assert_eq!(mail.kind, "multipart/alternative");
    assert_eq!(mail.parts, ["text/plain", "text/html"]);
    let link = format!("http://{}/read?a=1", app.address);
    assert!(
        mail.text.contains(&format!("Read it:\n{link}&b=2\n")),
        "{}",
        mail.text
    );
    assert!(
        mail.html.contains(&format!(r#"href="{link}&#38;b=2""#)),
        "{}",
        mail.html
    );
    wait_for(
        &app,
        "sent_at IS NOT NULL AND sealed IS NULL AND tries = 1",
        "true",
    );
}

#[test]
fn what_is_undone_is_never_sent() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let now = app.clock.now();
    let undone = app.db.run_here(|conn| {
        app.shared
            .mail
            .enqueue(conn, "ada@brightwater.example", letter("/undone"), now)?;
        Err::<(), _>(keyroom::error::Error::NotFound)
    });
    assert!(undone.is_err());
    write(&app, "ada@brightwater.example", letter("/done"));
    assert!(server.expect(1)[0].text.contains("/done"));
}

/// Its first word.
fn first(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

#[test]
fn whatever_others_have_written_stays_in_its_place() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let names = [
        "Ada\r\nBcc: eve@evil.example",
        "\u{5D0}\u{5D3}\u{5D4} \u{5E4}\u{5E8}\u{5E7}",
        "\u{1F469}\u{200D}\u{1F4BB} Ünïcode & <b>",
        &"WWWWWWWWWW".repeat(8),
    ];
    for name in names {
        let subject = format!("{name} says hello");
        let odd = keyroom::mail::Letter::new("example", &subject, TimeDelta::hours(1))
            .of_workspace(name)
            .fact("Name", name)
            .says("Hello.");
        write(&app, "ada@brightwater.example", odd);
    }
    let mut mails = server.expect(names.len());
    let of = |mail: &Taken| {
        names
            .iter()
            .position(|name| mail.header("Subject").starts_with(first(name)))
    };
    mails.sort_by_key(of);
    for (mail, name) in mails.iter().zip(names) {
        let name = name.replace("\r\n", " ");
        assert_eq!(mail.to, "ada@brightwater.example");
        assert!(!mail.has("Bcc"), "{name}");
        assert_eq!(mail.header("Subject"), format!("{name} says hello"));
        let isolated = keyroom::mail::isolated(&name);
        assert!(
            mail.text.contains(&format!("Name: {isolated}\n")),
            "{}",
            mail.text
        );
        assert!(
            mail.text.contains(&format!("for {isolated}.")),
            "{}",
            mail.text
        );
        assert!(
            !mail.html.contains("<b>\u{2068}<") && !mail.html.contains("& <"),
            "{}",
            mail.html
        );
    }
}

#[test]
fn while_the_server_is_away_a_mail_waits_and_then_arrives_once() {
    let port = free_port();
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{port}"));
    write(&app, "ada@brightwater.example", letter("/read"));
    wait_for(
        &app,
        "failure || ' ' || tries || open_tries",
        "unreachable 10",
    );
    app.clock.advance(TimeDelta::minutes(1));
    wait_for(
        &app,
        "failure || ' ' || tries || open_tries",
        "unreachable 20",
    );
    let server = MailServer::start_at(port);
    app.clock.advance(TimeDelta::minutes(4));
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(
        server.count(),
        0,
        "after the second try it waits for 5 minutes"
    );
    app.clock.advance(TimeDelta::minutes(1));
    server.expect(1);
    wait_for(&app, "sent_at IS NOT NULL", "true");
}

#[test]
fn who_is_put_off_is_tried_again_and_who_is_refused_is_not() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    write(&app, "later@brightwater.example", letter("/read"));
    wait_for(
        &app,
        "failure || ' ' || reply",
        "put_off 451 4.2.0 Come back later",
    );
    assert_eq!(server.count(), 0);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(server.expect(1)[0].to, "later@brightwater.example");

    app.sql(|sql| sql.execute("DELETE FROM outbox"));
    write(&app, "refused@brightwater.example", letter("/read"));
    // The reply quotes a link, as servers do that find fault with one: links in mails are secrets.
    wait_for(
        &app,
        "failure || ' ' || reply",
        "refused 550 5.1.1 No such mailbox; see …",
    );
    wait_for(
        &app,
        "given_up_at IS NOT NULL AND sealed IS NULL AND tries = 1",
        "true",
    );
    app.clock.advance(TimeDelta::hours(1));
    write(&app, "ada@brightwater.example", letter("/read"));
    wait_for(&app, "sent_at IS NOT NULL", "false true");
    wait_for(&app, "tries", "1 1");
}

#[test]
fn what_is_too_late_is_not_sent_and_cannot_be_read_any_more() {
    let port = free_port();
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{port}"));
    write(&app, "ada@brightwater.example", letter("/read"));
    wait_for(&app, "failure", "unreachable");
    app.clock.advance(TimeDelta::hours(2));
    wait_for(&app, "given_up_at IS NOT NULL AND sealed IS NULL", "true");
    let server = MailServer::start_at(port);
    write(&app, "bo@brightwater.example", letter("/read"));
    assert_eq!(server.expect(1)[0].to, "bo@brightwater.example");
}

#[test]
fn a_server_that_breaks_off_gets_a_mail_twice_and_not_a_third_time() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    write(&app, "broken@brightwater.example", letter("/read"));
    wait_for(&app, "failure || ' ' || open_tries", "broken_off 1");
    app.clock.advance(TimeDelta::minutes(1));
    // At once: nobody is told that it is tried again.
    wait_for(
        &app,
        "failure || ' ' || open_tries || ' ' || (given_up_at = failed_at AND sealed IS NULL)",
        "broken_off 2 true",
    );
    app.clock.advance(TimeDelta::hours(1));
    write(&app, "broken@brightwater.example", letter("/read"));
    wait_for(&app, "open_tries", "2 1");
    let mails = server.expect(3);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

/// A database that takes longer than anybody waits for it, and then does what it was told.
#[test]
fn what_became_of_a_mail_is_noted_once_though_it_is_said_again() {
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{}", free_port()));
    write(&app, "ada@brightwater.example", letter("/read"));
    wait_for(&app, "failure", "unreachable");
    app.sql(|sql| {
        sql.execute(
            "UPDATE outbox SET failed_at = NULL, failure = NULL, reply = NULL, open_tries = 1;
             CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 PERFORM set_config('statement_timeout', '0', true);
                 IF TG_WHEN = 'AFTER' THEN PERFORM pg_sleep(11); END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER dawdle BEFORE UPDATE ON outbox FOR EACH ROW
                 WHEN (OLD.failed_at IS NULL AND NEW.failed_at IS NOT NULL) EXECUTE FUNCTION dawdle();
             CREATE CONSTRAINT TRIGGER dawdle_on AFTER UPDATE ON outbox DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                 WHEN (OLD.failed_at IS NULL AND NEW.failed_at IS NOT NULL) EXECUTE FUNCTION dawdle()",
        );
    });
    app.clock.advance(TimeDelta::minutes(1));
    wait_for(
        &app,
        "failure || ' ' || tries || open_tries",
        "unreachable 21",
    );
    let waits = |line: &String| line.contains("what became of mail");
    assert!(log::lines().iter().any(waits), "it is said again");
    // As often as the server asks, which waits for the row, then a second.
    std::thread::sleep(std::time::Duration::from_secs(4));
    wait_for(
        &app,
        "failure || ' ' || tries || open_tries",
        "unreachable 21",
    );
}

#[test]
fn a_server_that_keeps_a_mail_until_its_time_is_over_works_all_the_same() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("its number").port();
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{port}"));
    let brief = keyroom::mail::Letter::new("example", "In time", TimeDelta::seconds(3));
    write(&app, "ada@brightwater.example", brief.says("In time."));
    wait_for(
        &app,
        "failure || ' ' || (given_up_at IS NOT NULL)",
        "too_late true",
    );
}

#[test]
fn a_slow_server_is_not_taken_for_a_dead_one() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.clock.stop();
    write(&app, "slow@brightwater.example", letter("/read"));
    wait_for(&app, "tries", "1");
    // A claim lasts 20 seconds, and is renewed 5 of the machine's own after it.
    let claimed = app.clock.now() + TimeDelta::seconds(20);
    app.clock.advance(TimeDelta::seconds(19));
    wait_for(&app, &format!("due_at > '{claimed}'"), "true");
    app.clock.advance(TimeDelta::seconds(18));
    server.expect(1);
    wait_for(&app, "sent_at IS NOT NULL AND tries = 1", "true");
}

#[test]
fn nothing_leaves_in_the_clear_where_encryption_is_required() {
    let certificate = Certificate::fresh();
    let [plain, signed_by_itself] = [MailServer::start(), MailServer::encrypted(&certificate)];
    let at_once = MailServer::encrypted_at_once(&certificate);
    for (url, told) in [
        (
            format!("smtp://localhost:{}?tls=required", plain.port),
            "it does not offer STARTTLS",
        ),
        (
            format!("smtp://localhost:{}?tls=required", signed_by_itself.port),
            "invalid peer certificate: UnknownIssuer",
        ),
        (
            format!("smtps://localhost:{}", at_once.port),
            "invalid peer certificate: UnknownIssuer",
        ),
        (
            format!("smtps://localhost:{}", plain.port),
            "received corrupt message of type InvalidContentType",
        ),
    ] {
        let app = TestApp::start_mailing(&url);
        write(&app, "ada@brightwater.example", letter("/read"));
        wait_for(
            &app,
            "failure || ' ' || reply",
            &format!("encryption {told}"),
        );
    }
    for server in [plain, signed_by_itself, at_once] {
        server.expect(0);
    }
}

#[test]
fn no_table_and_no_line_of_the_log_has_what_a_mail_says() {
    let port = free_port();
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{port}"));
    let path = format!("/invitations/{TOKEN}");
    write(&app, "ada@brightwater.example", letter(&path));
    write(&app, "refused@brightwater.example", letter(&path));
    wait_for(&app, "failure", "unreachable unreachable");
    let writings = [
        TOKEN.to_owned(),
        data_encoding::HEXLOWER.encode(TOKEN.as_bytes()),
        data_encoding::BASE64.encode(TOKEN.as_bytes()),
        "something to read".to_owned(),
    ];
    let holds = |text: &str| writings.iter().any(|w| text.contains(w.as_str()));
    let look = || {
        let dump = app.sql(|sql| sql.dump());
        assert_eq!(dump["outbox"].len(), 2);
        for (table, rows) in dump {
            assert!(!rows.iter().any(|row| holds(row)), "{table}: {rows:?}");
        }
        for line in log::lines() {
            assert!(!line.contains(TOKEN), "{line}");
        }
    };
    look();
    // A row that is sent to somebody else does not open.
    app.sql(|sql| {
        sql.execute(
            "UPDATE outbox SET recipient = 'eve@evil.example' WHERE recipient LIKE 'ada@%'",
        );
    });
    let server = MailServer::start_at(port);
    app.clock.advance(TimeDelta::minutes(1));
    wait_for(
        &app,
        "count(*) FILTER (WHERE failure IN ('sealed', 'refused') AND sealed IS NULL)",
        "2",
    );
    server.expect(0);
    look();
    write(&app, "ada@brightwater.example", letter(&path));
    assert!(server.expect(1)[0].html.contains(TOKEN));
    app.sql(|sql| {
        sql.execute("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT 1)")
    });
    look();
}
