//! The log as a file: of what the filter shows, whole or visibly not, and itself in the log.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use actix_web::rt::task::spawn_blocking;
use chrono::{DateTime, TimeDelta, Utc};
use keyroom::actor::{Role, Who};

use crate::{
    program::wait_until,
    scenes::{ADA, AUDIT, GENERAL, filled, generate, press, sentences, shown},
    support::{Browser, TestApp, http::Reply, make},
};

const EXPORTS: &str = "/w/brightwater/settings/audit-log/exports";
const FRESH: &str = "seven kettles hum along";

async fn export(browser: &Browser, fields: &[(&str, &str)]) -> Reply {
    browser.post(EXPORTS, fields).await
}

/// The rows of a CSV, the header first.
fn rows(file: &Reply) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.body.as_slice());
    let records = reader.records().map(|record| record.expect("a record"));
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let n = rows[0].iter().position(|cell| cell == name).expect(name);
    rows[1..].iter().map(|row| row[n].clone()).collect()
}

/// So many entries of this moment, in one statement, with so many bytes in each.
fn many(app: &TestApp, entries: u32, bytes: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, after, refused)
             SELECT w.id, now() - interval '1 hour' - n / 3 * interval '1 second', gen_random_uuid(), 'command_line',
                    'Command line', 'key.created', 'key', '000000000000', 'entry-' || n,
                    jsonb_build_object('padding', repeat('x', {bytes})), false
             FROM workspaces w, generate_series(1, {entries}) n"
        ));
    });
}

#[actix_web::test]
async fn a_csv_has_the_rows_of_the_page_and_says_what_it_is() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    app.api(&key.secret).delete("/v1/whoami").await.expect(204);
    let page = sentences(&owner, AUDIT).await;
    let file = export(&owner, &[("format", "csv")]).await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "no-store");
    let today = app.clock.now().date_naive();
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"audit-log-brightwater-to-{today}.csv\"")
    );
    let rows = rows(&file);
    assert_eq!(
        rows[0].join(","),
        "at,id,actor_type,actor_id,actor_label,action,subject_type,subject_id,subject_label,before,after,ip,user_agent,request_id,refused"
    );
    assert_eq!(rows.len() - 1, page.len());
    let newest = &rows[1];
    assert!(
        newest[0].ends_with('Z') && newest[0].parse::<DateTime<Utc>>().is_ok(),
        "{newest:?}"
    );
    assert_eq!(
        &newest[2..9],
        ["key", &key.id, "ci", "key.revoked", "key", &key.id, "ci"]
    );
    let (before, after): (serde_json::Value, serde_json::Value) = (
        serde_json::from_str(&newest[9]).expect("JSON"),
        serde_json::from_str(&newest[10]).expect("JSON"),
    );
    assert_eq!(
        (&before["status"], &after["status"]),
        (&"active".into(), &"revoked".into())
    );
    assert_eq!(
        (newest[12].as_str(), newest[14].as_str()),
        ("curl/8.5.0", "false")
    );
    let times = column(&rows, "at");
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    assert!(!file.text().contains(&key.secret));
}

#[actix_web::test]
async fn an_export_is_in_the_log_with_its_filter_and_not_in_itself() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let today = app.clock.now().date_naive().to_string();
    let fields = [
        ("format", "ndjson"),
        ("from", today.as_str()),
        ("refused", "true"),
    ];
    let file = export(&owner, &fields).await.expect(200);
    assert_eq!(file.header("content-type"), "application/x-ndjson");
    assert!(file.body.is_empty(), "nothing was refused");
    let name = format!("audit-log-brightwater-{today}-to-{today}.ndjson");
    assert!(file.header("content-disposition").contains(&name));
    let list = owner.get(AUDIT).await.expect(200).page();
    assert_eq!(
        list.all("td.what .said")[0],
        "exported the audit log as NDJSON"
    );
    assert_eq!(
        list.all(".changes")[0],
        format!("Field Before After Format – ndjson From – {today}T00:00:00Z Refused – true")
    );
    let file = export(&owner, &[("format", "csv"), ("action", "audit.exported")]).await;
    let actions = column(&rows(&file.expect(200)), "action");
    assert_eq!(actions, ["audit.exported"], "the one before, not itself");
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?action=audit.exported"))
            .await
            .len(),
        2
    );
}

#[actix_web::test]
async fn a_spreadsheet_finds_no_formula_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let harmful = ["=1+1", "+1", "-1", "@SUM(A1)", " =cmd|' /C calc'!A1", "＝1"];
    for label in harmful {
        let entry = make::about("key.created", "key", "000000000000", label);
        make::entry(
            &app,
            "brightwater",
            Who::CommandLine,
            entry,
            app.clock.now(),
        );
    }
    let entry = make::about("key.created", "key", "000000000000", "a, \"b\"\nc");
    make::entry(
        &app,
        "brightwater",
        Who::CommandLine,
        entry,
        app.clock.now(),
    );
    let fields = [("format", "csv"), ("action", "key.created")];
    let file = export(&owner, &fields).await.expect(200);
    let mut labels = column(&rows(&file), "subject_label");
    labels.reverse();
    let expected: Vec<String> = harmful.iter().map(|label| format!("'{label}")).collect();
    assert_eq!(labels[..6], expected);
    assert_eq!(labels[6], "a, \"b\"\nc");
}

#[actix_web::test]
async fn a_formula_behind_a_separator_of_other_countries_is_a_text_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for label in ["x;=1+1;y", "a|  -1", "a; b - c"] {
        let entry = make::about("key.created", "key", "000000000000", label);
        let now = app.clock.now();
        make::entry(&app, "brightwater", Who::CommandLine, entry, now);
    }
    let fields = [("format", "csv"), ("action", "key.created")];
    let file = export(&owner, &fields).await.expect(200);
    let mut labels = column(&rows(&file), "subject_label");
    labels.reverse();
    assert_eq!(labels, ["x;'=1+1;y", "a|'  -1", "a; b - c"]);
}

#[actix_web::test]
async fn thousands_of_entries_are_in_it_once_each_in_order() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 1_700, 10);
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    let file = export(&owner, &[("format", "csv")]).await.expect(200);
    let rows = rows(&file);
    let mut labels = column(&rows, "subject_label");
    labels.retain(|label| label.starts_with("entry-"));
    assert_eq!(labels.len(), 1_700);
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), 1_700, "nothing twice");
    let times = column(&rows, "at");
    let times: Vec<DateTime<Utc>> = times.iter().filter_map(|t| t.parse().ok()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));

    // The same for programs: each file has the entry of the one before, not its own.
    let told = program.get("/v1/audit-events?format=csv").await.expect(200);
    let ids = |file: &Reply| column(&self::rows(file), "id");
    assert_eq!(ids(&told)[1..], ids(&file));
    let lines = program
        .get("/v1/audit-events?format=ndjson")
        .await
        .expect(200)
        .text();
    let of_lines: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line"))
        .filter_map(|event| event["id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(of_lines[1..], ids(&told));
    assert!(lines.ends_with('\n'));
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?action=audit.exported"))
            .await
            .len(),
        3
    );
}

#[actix_web::test]
async fn whoever_may_not_gets_no_file_and_is_in_the_log() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let fields = [("format", "csv")];
    assert!(
        export(&app.stranger(), &fields)
            .await
            .location()
            .starts_with("/sign-in")
    );
    let member = app.member(Role::Member).await;
    let refused = export(&member, &fields).await.expect(403);
    assert!(
        refused
            .text()
            .contains("You need to be an admin to read the audit log. Ask Ada Park.")
    );
    let refusals = sentences(&owner, &format!("{AUDIT}?refused=true")).await;
    assert_eq!(refusals, [format!("Refused was refused POST {EXPORTS}")]);
    let other = app.workspace("Other").await;
    export(&other, &fields).await.expect(404);
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?action=audit.exported")).await,
        [""; 0]
    );
}

#[actix_web::test]
async fn a_form_that_is_wrong_exports_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for (fields, status) in [
        (
            vec![
                ("format", "csv"),
                ("from", "2026-03-02"),
                ("to", "2026-03-01"),
            ],
            422,
        ),
        (vec![("format", "csv"), ("key", "ci")], 422),
        (vec![("format", "pdf")], 400),
        (vec![], 400),
        (vec![("format", "csv"), ("limit", "1")], 400),
    ] {
        let reply = export(&owner, &fields).await;
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.gist());
    }
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?action=audit.exported")).await,
        [""; 0]
    );
}

/// An export that is asked for and of which not a byte is read yet.
fn begin(app: &TestApp, browser: &Browser, format: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&app.address).expect("a connection");
    let body = format!("format={format}");
    write!(
        stream,
        "POST {EXPORTS} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        app.address,
        browser.cookies(),
        browser.ip(),
        body.len()
    )
    .expect("sent");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a limit");
    stream
}

/// The beginning of an answer.
async fn head(mut stream: TcpStream) -> (TcpStream, Vec<u8>) {
    spawn_blocking(move || {
        let mut first = vec![0; 64 * 1024];
        let n = stream.read(&mut first).expect("a beginning");
        first.truncate(n);
        (stream, first)
    })
    .await
    .expect("it is read")
}

/// What is left of an answer, up to where the other side ends.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    spawn_blocking(move || {
        let (mut all, mut part) = (Vec::new(), vec![0; 1 << 20]);
        loop {
            match stream.read(&mut part) {
                Ok(0) => return all,
                Ok(n) => all.extend_from_slice(&part[..n]),
                Err(e) if e.kind() == ErrorKind::ConnectionReset => return all,
                Err(e) => panic!("{e}"),
            }
            // The connection stays open after a whole answer.
            if all.ends_with(b"\r\n0\r\n\r\n") {
                return all;
            }
        }
    })
    .await
    .expect("it is read")
}

#[actix_web::test]
async fn a_file_that_breaks_off_does_not_look_complete() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    // More than the buffers on the way take.
    many(&app, 3_000, 20_000);
    for format in ["csv", "ndjson"] {
        let (stream, first) = head(begin(&app, &owner, format)).await;
        let first = String::from_utf8_lossy(&first).to_lowercase();
        assert!(first.starts_with("http/1.1 200 "), "{first}");
        assert!(
            first.contains("transfer-encoding: chunked"),
            "no length was promised"
        );
        app.sql(|sql| sql.execute("ALTER TABLE audit_events RENAME TO elsewhere"));
        let all = rest(stream).await;
        app.sql(|sql| sql.execute("ALTER TABLE elsewhere RENAME TO audit_events"));
        assert!(all.len() < 3_000 * 20_000);
        assert!(
            !all.ends_with(b"0\r\n\r\n"),
            "{format} ends as if it were whole"
        );
        let lines = crate::support::log::lines();
        assert!(
            lines
                .iter()
                .any(|line| line.contains("the export of the audit log broke off"))
        );
    }
    // Undisturbed, it is whole.
    let (stream, _) = head(begin(&app, &owner, "ndjson")).await;
    assert!(rest(stream).await.ends_with(b"\r\n0\r\n\r\n"));
}

#[actix_web::test]
async fn exports_that_nobody_reads_hold_nobody_up() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 2_000, 10_000);
    let mut waiting = Vec::new();
    // More than may use the database at once.
    for _ in 0..12 {
        waiting.push(head(begin(&app, &owner, "csv")).await.0);
    }
    let began = std::time::Instant::now();
    owner.get(AUDIT).await.expect(200);
    owner.get(GENERAL).await.expect(200);
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let idle = "SELECT count(*)::text AS line FROM pg_stat_activity
        WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()";
    let none = || app.sql(|sql| sql.line(idle)) == "0";
    assert!(
        wait_until(Duration::from_secs(10), none),
        "no transaction waits for a reader"
    );
}

#[actix_web::test]
async fn a_database_that_is_busy_for_a_moment_breaks_nothing_off() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 3_000, 20_000);
    let (stream, _) = head(begin(&app, &owner, "ndjson")).await;
    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"));
    let reading = actix_web::rt::spawn(rest(stream));
    // Longer than a statement waits for a lock.
    actix_web::rt::time::sleep(Duration::from_secs(3)).await;
    app.sql(|sql| sql.execute("ROLLBACK"));
    let all = reading.await.expect("it is read");
    assert!(all.ends_with(b"\r\n0\r\n\r\n"));
    let entries = String::from_utf8_lossy(&all).matches("\"entry-").count();
    assert!(entries > 2_500, "{entries}");
}

#[actix_web::test]
async fn whoever_is_ended_gets_no_more_of_a_file_that_runs() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 3_000, 20_000);
    let admin = app.member(Role::Admin).await;
    for change in [
        "UPDATE members SET role = 'member' WHERE role = 'admin'",
        "UPDATE members SET removed_at = now() WHERE role = 'admin'",
    ] {
        let (stream, _) = head(begin(&app, &admin, "csv")).await;
        app.sql(|sql| sql.execute(change));
        assert!(!rest(stream).await.ends_with(b"0\r\n\r\n"), "{change}");
        app.sql(|sql| sql.execute("UPDATE members SET role = 'admin' WHERE role = 'member'"));
    }
    let key = generate_reader(&owner).await;
    let mut stream = TcpStream::connect(&app.address).expect("a connection");
    write!(
        stream,
        "GET /v1/audit-events?format=ndjson HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\r\n",
        app.address, key.secret
    )
    .expect("sent");
    let (stream, first) = head(stream).await;
    assert!(first.starts_with(b"HTTP/1.1 200 "));
    press(&owner, &key, "deactivation").await.expect(303);
    assert!(!rest(stream).await.ends_with(b"0\r\n\r\n"));
}

#[actix_web::test]
async fn a_session_that_ends_takes_its_running_file_with_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, 3_000, 20_000);
    let change = async |browser: &Browser, current, new| {
        let fields = [("current", current), ("new", new)];
        browser.post("/account/password", &fields).await.expect(303);
    };
    let (one, other) = (app.sign_in(ADA).await, app.sign_in(ADA).await);

    let (stream, _) = head(begin(&app, &one, "csv")).await;
    one.post("/sign-out", &[]).await.expect(303);
    assert!(!rest(stream).await.ends_with(b"0\r\n\r\n"), "signed out");

    let (stream, _) = head(begin(&app, &other, "csv")).await;
    change(&owner, make::PASSWORD, FRESH).await;
    let all = rest(stream).await;
    assert!(!all.ends_with(b"0\r\n\r\n"), "a new password elsewhere");

    // The session that set it goes on.
    let (stream, _) = head(begin(&app, &owner, "csv")).await;
    change(&owner, FRESH, make::PASSWORD).await;
    let all = rest(stream).await;
    assert!(all.ends_with(b"\r\n0\r\n\r\n"), "a new password here");

    let (stream, _) = head(begin(&app, &owner, "csv")).await;
    app.clock.advance(TimeDelta::hours(12));
    assert!(!rest(stream).await.ends_with(b"0\r\n\r\n"), "unused");
}

async fn generate_reader(owner: &Browser) -> make::MadeKey {
    let form = filled(owner, "reader")
        .await
        .also("permission", "ACCESS_READ");
    shown(&owner.submit(&form).await.expect(201))
}

/// Whoever reads of it may have another zone than whoever exported.
#[actix_web::test]
async fn the_log_says_from_which_moment_to_which_was_exported() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| sql.execute("UPDATE users SET time_zone = 'Asia/Tokyo'"));
    let days = [
        ("format", "csv"),
        ("from", "2026-11-01"),
        ("to", "2026-11-20"),
    ];
    export(&owner, &days).await.expect(200);
    let list = owner.get(AUDIT).await.expect(200).page();
    assert_eq!(
        list.all(".changes")[0],
        "Field Before After Format – csv From – 2026-10-31T15:00:00Z To – 2026-11-20T15:00:00Z"
    );
}
