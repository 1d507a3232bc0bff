//! The mail about a sign-in with a browser that is not known.

use actix_web::http::Method;
use keyroom::actor::Role;

use super::server::{MailServer, Taken};
use crate::{
    scenes::{ADA, GENERAL},
    support::{Browser, TestApp, make},
};

const FRESH: &str = "orchid ladder hums softly again";

async fn sign_in(browser: &Browser, email: &str, password: &str) {
    let fields = [("email", email), ("password", password)];
    browser.post("/sign-in", &fields).await.expect(303);
}

fn subjects(mails: &[Taken]) -> Vec<(&str, &str)> {
    let told = mails.iter().map(|m| (m.to.as_str(), m.header("Subject")));
    told.collect()
}

#[actix_web::test]
async fn a_sign_in_with_another_browser_is_told_and_one_with_the_same_is_not() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    // The first time of all is nobody's news.
    let owner = app.set_up().await;
    let form = owner.get(GENERAL).await.page().form(GENERAL);
    owner
        .submit(&form.with("time_zone", "Asia/Tokyo"))
        .await
        .expect(303);
    // Also when the session has ended.
    owner.post("/sign-out", &[]).await.expect(303);
    sign_in(&owner, ADA, make::PASSWORD).await;
    server.expect(0);

    let other = app.sign_in(ADA).await;
    let mail = server.expect(1).remove(0);
    assert_eq!(
        (mail.to.as_str(), mail.header("Subject")),
        (ADA, "New sign-in to your Keyroom account")
    );
    for words in [
        "Device: Firefox on Linux\n",
        &format!("IP address: {}\n", other.ip()),
        " JST\n",
        &format!(
            "Change password:\nhttp://{}/account/security\n",
            app.address
        ),
    ] {
        assert!(mail.text.contains(words), "{words} in {}", mail.text);
    }
    // From now on that is known too.
    sign_in(&other, ADA, make::PASSWORD).await;
    server.expect(1);
}

#[actix_web::test]
async fn one_browser_is_known_to_several_people_and_nobody_can_say_that_it_is() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let browser = app.set_up().await;
    let bo = make::member(&app, "brightwater", Role::Member);
    sign_in(&browser, &bo, make::PASSWORD).await;
    sign_in(&browser, ADA, make::PASSWORD).await;
    sign_in(&browser, &bo, make::PASSWORD).await;
    server.expect(0);
    // What makes it known to one person does not for another.
    let marks = browser.cookie("keyroom_devices").expect("a cookie");
    let cass = make::member(&app, "brightwater", Role::Member);
    app.sign_in(&cass).await;
    for made_up in [
        marks.as_str(),
        "AAAAAAAAAAAAAAAAAAAAAA",
        "not base64 at all",
        "",
    ] {
        let stranger = app.stranger();
        stranger.set_cookie("keyroom_devices", made_up);
        sign_in(&stranger, &cass, make::PASSWORD).await;
    }
    let mails = server.expect(4);
    let expected = (cass.as_str(), "New sign-in to your Keyroom account");
    assert_eq!(subjects(&mails), [expected; 4]);
}

#[actix_web::test]
async fn with_a_new_password_only_the_browser_that_set_it_is_known() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    let other = app.sign_in(ADA).await;
    server.expect(1);
    let fields = [("current", make::PASSWORD), ("new", FRESH)];
    owner.post("/account/password", &fields).await.expect(303);
    // That it was changed is told of itself.
    server.expect(2);
    sign_in(&owner, ADA, FRESH).await;
    server.expect(2);
    sign_in(&other, ADA, FRESH).await;
    server.expect(3);
}

#[actix_web::test]
async fn whoever_signs_in_writes_nothing_of_the_mail_themselves() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.set_up().await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("user-agent", "evil.example/call +49 30 evil, now!"),
        ("sec-fetch-site", "same-origin"),
    ];
    let fields = [("email", ADA), ("password", make::PASSWORD)];
    let stranger = app.stranger();
    stranger
        .send(Method::POST, "/sign-in", &headers, &fields)
        .await
        .expect(303);
    let mail = server.expect(1).remove(0);
    assert!(
        !mail.text.contains("evil") && !mail.html.contains("evil"),
        "{}",
        mail.text
    );
    assert!(
        mail.text
            .contains(&format!("http://{}/account/security", app.address))
    );
}

#[actix_web::test]
async fn nobody_is_buried_in_mails_by_whoever_knows_their_password() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.set_up().await;
    for _ in 0..14 {
        app.sign_in(ADA).await;
    }
    server.expect(10);
}

#[actix_web::test]
async fn a_wrong_password_writes_to_nobody() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    app.set_up().await;
    let fields = [("email", ADA), ("password", "a wrong guess")];
    let reply = app.stranger().post("/sign-in", &fields).await.expect(422);
    assert!(
        !reply
            .cookies()
            .iter()
            .any(|c| c.name() == "keyroom_devices")
    );
    server.expect(0);
}
