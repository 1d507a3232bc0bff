//! The whole way of an invitation: sent to a real mail server, followed from there, accepted by somebody new and by
//! somebody who has an account.

use keyroom::actor::Role;

use crate::mail_server::{MailServer, Taken};
use crate::scene::{Scene, both, open, sign_in};
use crate::server::make;
use crate::support::{Options, run};

const LIST: &str = "/w/brightwater/settings/invitations";
const NOOR: &str = "noor@partner.example";
const TOMAS: &str = "tomas@brightwater.example";
const SAM: &str = "sam@elsewhere.example";
const ACCEPT: &str = "button:has-text(\"Accept invitation\")";

/// The path that the last mail to somebody leads to.
fn link(mails: &[Taken], to: &str) -> String {
    let mail = mails.iter().rfind(|mail| mail.to == to).expect("a mail");
    let at = mail.text.find("/invitation?token=").expect("a link");
    let rest = mail.text[at..].split_whitespace().next();
    rest.expect("the link").to_owned()
}

#[test]
fn three_are_invited_and_come_in() {
    run(async {
        for options in both() {
            let server = MailServer::start();
            let scene = Scene::mailing(&server.url());
            make::workspace(&scene.app, "Elsewhere");
            make::named(&scene.app, "elsewhere", "Sam Okafor", SAM, Role::Member);
            let owner = scene.owner(options).await;
            owner.goto(&scene.url(LIST)).await;
            open(&owner, "#invite").await;
            let pasted = format!("Noor Khan <{NOOR}>; {TOMAS}, {SAM}");
            owner.fill("#emails", &pasted).await;
            owner.click_and_load("dialog .btn.primary").await;
            assert_eq!(owner.path().await, LIST);
            assert!(owner.shows("3 people are invited.").await);
            let mails = server.expect(3);

            let noor = scene.visitor(options).await.page().await;
            noor.goto(&scene.url(&link(&mails, NOOR))).await;
            assert_eq!(noor.path().await, "/invitation");
            assert!(noor.shows("Ada Park invited").await);
            noor.fill("#name", "Noor Khan").await;
            noor.fill("#password", "short").await;
            noor.click_and_load(ACCEPT).await;
            assert!(noor.title().await.starts_with("Error:"));
            assert_eq!(noor.value("#name").await, "Noor Khan");
            noor.fill("#password", "marble otters juggle seven plums")
                .await;
            noor.click_and_load(ACCEPT).await;
            assert_eq!(noor.path().await, "/w/brightwater/library");
            assert!(noor.shows("You joined Brightwater.").await);

            let sam = scene.visitor(options).await.page().await;
            sam.goto(&scene.url(&link(&mails, SAM))).await;
            sam.click_and_load("a:has-text(\"Sign in to accept\")")
                .await;
            sign_in(&sam, SAM, make::PASSWORD).await;
            assert_eq!(sam.path().await, "/invitation");
            sam.click_and_load(ACCEPT).await;
            assert_eq!(sam.path().await, "/w/brightwater/library");

            let resend = format!("button[aria-label=\"Resend invitation to {TOMAS}\"]");
            owner.goto(&scene.url(LIST)).await;
            owner.click_and_load(&resend).await;
            assert!(
                owner
                    .shows(&format!("The invitation to {TOMAS} is on its way again."))
                    .await
            );
            let mails = server.expect(4);
            assert_ne!(link(&mails, TOMAS), link(&mails[..3], TOMAS));
            owner
                .click_and_load(&resend.replace("Resend", "Cancel"))
                .await;
            assert!(owner.shows("Its link opens nothing any more.").await);
            assert!(owner.shows("No open invitations").await);
            for page in [&owner, &noor, &sam] {
                page.assert_no_problems().await;
            }
        }
    });
}

#[test]
fn a_link_to_hand_over_is_copied_and_gone_after_the_page() {
    run(async {
        let scene = Scene::set_up();
        let group = make::group(&scene.app, "brightwater", "Engineering", &[]);
        let context = scene.visitor(Options::default()).await;
        let _clipboard = context.clipboard().await;
        let owner = scene.owner_in(&context).await;
        owner.goto(&scene.url(LIST)).await;
        open(&owner, "#invite").await;
        owner.fill("#emails", NOOR).await;
        owner.fill("#subject", "engin").await;
        owner.wait_for(".option").await;
        owner.press("ArrowDown").await;
        owner.press("Enter").await;
        owner.wait_for("[data-chip]").await;
        owner.click_and_load("dialog .btn.primary").await;
        assert_eq!(owner.status(), 201);
        let link = owner.value("#link-1").await;
        assert!(link.starts_with(&scene.url("/invitation?token=")), "{link}");
        owner.click("button:has-text(\"Copy link\")").await;
        owner.wait_for("button:has-text(\"Copied\")").await;
        owner.click_and_load("a:has-text(\"Done\")").await;
        assert!(owner.shows("Into Engineering").await);
        assert!(!owner.shows(&link).await);
        let chosen = scene
            .app
            .sql(|sql| sql.line("SELECT group_id::text AS line FROM invitation_groups"));
        assert_eq!(chosen, group);
        owner.assert_no_problems().await;
    });
}
