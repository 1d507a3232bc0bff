//! A member's own key, by the way that people are told: from their name at the top right to *Revoke key* and its confirmation.

use keyroom::actor::Role;

use crate::scene::{GENERATE, Scene, both, choose_read_only, open};
use crate::server::make;
use crate::support::run;

const OWN: &str = "/w/brightwater/account/api-keys";

#[test]
fn a_member_makes_a_key_of_their_own_uses_it_and_revokes_it() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let email = make::member(&scene.app, "brightwater", Role::Member);
            let context = scene.visitor(options).await;
            let clipboard = context.clipboard().await;
            let page = context.page().await;
            scene.sign_in(&page, &email, "/account").await;
            page.click("button:has-text(\"account menu\")").await;
            page.click_and_load("a:has-text(\"Your account\")").await;
            page.click_and_load(".tabs a:has-text(\"API keys\")").await;
            assert_eq!(page.path().await, OWN);
            open(&page, "#new-key").await;
            // What a member has by default, and not one more.
            let offered: usize = page
                .eval("document.querySelectorAll('dialog input[name=permission]').length")
                .await;
            assert_eq!(offered, 5);
            page.fill("#label", "laptop").await;
            choose_read_only(&page).await;
            page.click_and_load(GENERATE).await;
            let (secret, id) = (page.value("#secret").await, page.text("dialog .mono").await);
            if options.javascript {
                clipboard.write("nothing yet").await;
                page.click("[data-copy=\"#secret\"]").await;
                page.wait_for("[data-copy=\"#secret\"]:has-text(\"Copied\")")
                    .await;
                assert_eq!(clipboard.read().await, secret);
            }
            page.click_and_load("dialog a:has-text(\"Done\")").await;
            assert_eq!(page.url().await, scene.url(&format!("{OWN}#k-{id}")));
            assert_eq!(scene.call(&secret).await.0, 200);
            scene.app.write_counts().await;
            open(&page, &format!("#k-{id} a:has-text(\"Revoke key\")")).await;
            page.wait_for_text("Revoke laptop?").await;
            page.fill("#confirm", "laptop").await;
            page.click_and_load("dialog .btn:has-text(\"Revoke key\")")
                .await;
            page.wait_for_text("laptop is revoked. Requests with it now get 401.")
                .await;
            assert_eq!(scene.call(&secret).await.1, "key_revoked");
            page.assert_no_problems().await;
        }
    });
}
