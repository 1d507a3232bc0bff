//! A forgotten password, from the sign-in page through the mail and back in.

use crate::mail_server::MailServer;
use crate::scene::{Scene, both, sign_in};
use crate::server::make;
use crate::support::{Page, run};

const FRESH: &str = "marble otters juggle seven plums";

/// Asks for a link, and finds it in the `n`th mail.
async fn ask(page: &Page, scene: &Scene, server: &MailServer, n: usize) -> String {
    page.goto(&scene.url("/sign-in")).await;
    page.click_and_load("a:has-text(\"Forgot your password?\")")
        .await;
    page.fill("#email", &make::owner_email("Brightwater")).await;
    page.click_and_load("button:has-text(\"Send link\")").await;
    page.wait_for_text("Check your mail.").await;
    let mail = server.expect(n).remove(n - 1);
    let (_, rest) = mail
        .text
        .split_once("Choose a new password:\n")
        .expect("a link");
    rest.lines().next().expect("an address").to_owned()
}

#[test]
fn whoever_forgot_the_password_gets_back_in() {
    run(async {
        for options in both() {
            let server = MailServer::start();
            let scene = Scene::mailing(&server.url());
            let page = scene.visitor(options).await.page().await;
            let link = ask(&page, &scene, &server, 1).await;
            page.goto(&link).await;
            assert_eq!(
                page.path().await,
                "/reset-password",
                "no token is left in sight"
            );
            page.fill("#new", "short").await;
            page.click_and_load("button:has-text(\"Change password\")")
                .await;
            page.wait_for_text("Use at least 15 characters; this has 5")
                .await;
            page.fill("#new", FRESH).await;
            page.click_and_load("button:has-text(\"Change password\")")
                .await;
            page.wait_for_text("Your password is changed.").await;
            sign_in(&page, &make::owner_email("Brightwater"), FRESH).await;
            assert_eq!(page.path().await, "/w/brightwater/library");
            // Once.
            page.goto(&link).await;
            page.wait_for_text("This link does not work any more").await;
            page.click_and_load("a:has-text(\"Ask for a new link\")")
                .await;
            assert_eq!(page.path().await, "/forgot-password");
            page.assert_no_problems().await;
        }
    });
}

/// Another address, confirmed by both in the browser in which it was asked for.
#[test]
fn an_email_is_changed_from_both_mailboxes() {
    run(async {
        for options in both() {
            let server = MailServer::start();
            let scene = Scene::mailing(&server.url());
            let page = scene.owner(options).await;
            page.goto(&scene.url("/account")).await;
            page.fill("#email", "ada@northlight.example").await;
            page.click_and_load("button:has-text(\"Change email\")")
                .await;
            page.wait_for_text("Two mails are on their way.").await;
            for mail in server.expect(2) {
                let (_, rest) = mail.text.split_once("Confirm:\n").expect("a link");
                page.goto(rest.lines().next().expect("an address")).await;
                assert_eq!(page.path().await, "/account/email/confirmation");
                page.click_and_load("button:has-text(\"Confirm\")").await;
                assert_eq!(page.path().await, "/account");
            }
            page.wait_for_text("Your email is changed.").await;
            page.assert_no_problems().await;
        }
    });
}
