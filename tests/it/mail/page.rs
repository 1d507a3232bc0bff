//! Settings → Workspace → Mail.

use chrono::TimeDelta;
use keyroom::actor::Role;

use super::{MAIL, TESTS, free_port, letter, server::MailServer, wait_for, write};
use crate::{
    scenes::{AUDIT, sentences},
    support::TestApp,
};

#[actix_web::test]
async fn a_test_mail_goes_to_whoever_asks_and_the_page_says_what_came_of_it() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let page = admin.get(MAIL).await.expect(200).page();
    assert!(page.text().contains("Not tried yet"), "{}", page.text());
    let asked = admin.submit(&page.form(TESTS)).await.expect(303);
    let page = admin.follow(&asked).await.expect(200).page();
    assert!(page.one("#flash").contains("The test mail is on its way."));
    let mail = server.expect(1).remove(0);
    assert_eq!(mail.header("Subject"), "Test mail from Brightwater");
    assert!(
        mail.text
            .contains("asked for it in the settings of Brightwater"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("for Brightwater."), "{}", mail.text);
    wait_for(&app, "sent_at IS NOT NULL", "true");
    let page = admin.get(MAIL).await.expect(200).page();
    assert!(
        page.one("#outcome")
            .starts_with("The server took your test mail.")
    );
    assert!(page.one("section .status").contains("Works"));
    assert!(page.text().contains(&mail.to), "it says whom it goes to");
    let said = sentences(&admin, AUDIT).await;
    assert!(
        said.contains(&"sent a test mail from Brightwater".to_owned()),
        "{said:?}"
    );
}

#[actix_web::test]
async fn one_test_mail_a_minute_is_enough() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    owner.post(TESTS, &[]).await.expect(303);
    let again = owner.post(TESTS, &[]).await.expect(429);
    assert!(!again.header("retry-after").is_empty());
    let page = again.page();
    assert!(page.title().starts_with("Error: "), "{}", page.title());
    assert!(
        page.one("[role=alert]")
            .contains("One test mail a minute is enough.")
    );
    assert!(page.offers(TESTS));
    server.expect(1);
    // Somebody else is not held up.
    let admin = app.member(Role::Admin).await;
    admin.post(TESTS, &[]).await.expect(303);
    server.expect(2);
}

#[actix_web::test]
async fn a_server_that_is_away_is_told_with_what_becomes_of_the_mails() {
    let app = TestApp::start_mailing(&format!("smtp://127.0.0.1:{}", free_port()));
    let owner = app.set_up().await;
    owner.post(TESTS, &[]).await.expect(303);
    wait_for(&app, "failure", "unreachable");
    let page = owner.get(MAIL).await.expect(200).page();
    assert!(page.one("section .status").contains("Does not work"));
    let text = page.text();
    assert!(
        text.contains("The mail server does not answer. Mail has been waiting since "),
        "{text}"
    );
    assert!(text.contains("Connection refused"), "{text}");
    assert!(
        page.one("#outcome").starts_with("Your test mail waits."),
        "{text}"
    );
    app.clock.advance(TimeDelta::minutes(15));
    wait_for(&app, "given_up_at IS NOT NULL", "true");
    let page = owner.get(MAIL).await.expect(200).page();
    assert!(
        page.one("#outcome")
            .starts_with("Your test mail was not sent.")
    );
}

#[actix_web::test]
async fn nobody_sees_to_whom_or_how_much_others_write() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    let other = app.workspace("Harbour").await;
    for n in 1..=7 {
        write(
            &app,
            &format!("refused-{n}@elsewhere.example"),
            letter("/read"),
        );
    }
    other
        .post("/w/harbour/settings/mail/tests", &[])
        .await
        .expect(303);
    server.expect(1);
    wait_for(&app, "count(*) FILTER (WHERE due_at IS NULL)", "8");
    let page = owner.get(MAIL).await.expect(200).page();
    let text = page.one("main");
    for theirs in ["elsewhere", "arbour", "No such mailbox", "refused"] {
        assert!(!text.contains(theirs), "{theirs} in {text}");
    }
    assert!(!page.has("#outcome"), "{text}");
    assert!(
        page.one("section .status").contains("Works"),
        "one addressee is not the server"
    );
}

#[actix_web::test]
async fn a_member_may_not() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.set_up().await;
    let member = app.member(Role::Member).await;
    for reply in [member.get(MAIL).await, member.post(TESTS, &[]).await] {
        let page = reply.expect(403).page().text();
        assert!(
            page.contains(
                "You need to be an admin to see and test how mail is sent. Ask Ada Park."
            ),
            "{page}"
        );
    }
    server.expect(0);
}

#[actix_web::test]
async fn where_mail_is_not_set_up_the_page_says_how_to() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = owner.get(MAIL).await.expect(200).page();
    assert!(
        page.text().contains("Mail is not set up"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("KEYROOM_SMTP_URL"));
    assert!(!page.offers(TESTS));
    let refused = owner.post(TESTS, &[]).await.expect(409).page().text();
    assert!(
        refused.contains("Mail is not set up, so none can be sent."),
        "{refused}"
    );
    assert!(!app.shared.mail.is_configured());
    let now = app.clock.now();
    let nothing = app.db.run_here(|conn| {
        app.shared
            .mail
            .enqueue(conn, "ada@brightwater.example", letter("/read"), now)
    });
    assert!(nothing.expect("no failure").is_none());
    assert_eq!(
        app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM outbox")),
        "0"
    );
}
