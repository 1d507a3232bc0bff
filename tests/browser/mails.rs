//! Mails as people see them: real ones, at every width, in both colours.

use std::fs;

use chrono::TimeDelta;
use keyroom::mail::Letter;
use serde_json::Value;

use crate::mail_server::MailServer;
use crate::scene::Scene;
use crate::server::make;
use crate::support::{Options, Page, run};

/// With everything that a mail may have, as long as it may be.
fn long() -> Letter {
    let name = "WWWWWWWWWW".repeat(8);
    Letter::new("example", &format!("{name} did something"), TimeDelta::hours(1))
        .of_workspace(&name)
        .says("What was done is told here, in a sentence that is long enough to be broken into several lines.")
        .fact("Workspace", &name)
        .fact("Written from right to left", "\u{5D0}\u{5D3}\u{5D4} \u{5E4}\u{5E8}\u{5E7}")
        .button("Look at it", format!("/w/{}/settings", "long".repeat(40)))
        .says("And something follows.")
        .small_print("The link works once, until 26 November 2026, 09:42 UTC.")
}

async fn examine(page: &Page, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for width in [320, 390, 820, 1280] {
        page.resize(width, 800, 1.0).await;
        found.extend(page.overflow().await);
        for dark in [false, true] {
            page.dark(dark).await;
            found.extend(page.axe().await);
            let colours = if dark { "dark" } else { "light" };
            if [390, 1280].contains(&width) {
                page.screenshot(&format!("mail-{name}-{width}-{colours}"))
                    .await;
            }
        }
    }
    found
        .into_iter()
        .map(|what| format!("{name}: {what}"))
        .collect()
}

#[test]
fn every_mail_is_sound() {
    run(async {
        let server = MailServer::start();
        let scene = Scene::mailing(&server.url());
        let page = scene.owner(Options::default()).await;
        page.goto(&scene.url("/w/brightwater/settings/mail")).await;
        page.click_and_load("button:has-text(\"Send test mail\")")
            .await;
        server.expect(1);
        // In another browser.
        scene.owner(Options::default()).await;
        server.expect(2);
        let (app, now) = (&scene.app, scene.app.clock.now());
        let to = make::owner_email("Brightwater");
        let written = app
            .db
            .run_here(|conn| app.shared.mail.enqueue(conn, &to, long(), now));
        written.expect("written");

        page.goto(&scene.url("/account")).await;
        page.fill("#email", "ada@northlight.example").await;
        page.click_and_load("button:has-text(\"Change email\")")
            .await;
        server.expect(5);
        page.goto(&scene.url("/forgot-password")).await;
        page.fill("#email", &to).await;
        page.click_and_load("button:has-text(\"Send link\")").await;

        let mut found = Vec::new();
        let names = [
            "test",
            "new-sign-in",
            "long",
            "email-old",
            "email-new",
            "reset",
        ];
        for (mail, name) in server.expect(6).iter().zip(names) {
            let path = std::env::temp_dir().join(format!("{}-{name}.html", scene.app.address));
            fs::write(&path, &mail.html).expect("written");
            page.goto(&format!("file://{}", path.display())).await;
            assert!(page.title().await.contains(mail.header("Subject")));
            page.eval::<Value>("document.fonts.ready, null").await;
            found.extend(examine(&page, name).await);
            fs::remove_file(path).expect("deleted");
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}
