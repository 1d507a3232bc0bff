//! A session that ended costs a sign-in, and nothing else.

use chrono::TimeDelta;
use serde_json::Value;

use crate::scene::{LIST, Scene, both, choose_read_only, generate, sign_in};
use crate::server::make;
use crate::support::{Page, run};

const ENDED: &str = "You were signed out after 12 hours. Sign in to continue.";
const GENERAL: &str = "/w/brightwater/settings/general";

async fn sign_in_again(page: &Page) {
    page.wait_for_text(ENDED).await;
    assert!(page.path().await.starts_with("/sign-in?"));
    sign_in(page, &make::owner_email("Brightwater"), make::PASSWORD).await;
}

#[test]
fn a_link_leads_on_after_signing_in() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            scene.key("production-server");
            let page = scene.owner(options).await;
            scene.app.clock.advance(TimeDelta::hours(13));
            page.click_and_load("nav a:has-text(\"Audit log\")").await;
            sign_in_again(&page).await;
            assert_eq!(page.path().await, "/w/brightwater/settings/audit-log");
            // A filter and a dialog are part of the address; with script both come by a request of their own.
            page.goto(&scene.url(LIST)).await;
            scene.app.clock.advance(TimeDelta::hours(13));
            page.click_and_load("a:has-text(\"Deactivated\")").await;
            sign_in_again(&page).await;
            assert!(page.path().await.starts_with(LIST));
            page.goto(&scene.url(LIST)).await;
            scene.app.clock.advance(TimeDelta::hours(13));
            page.click_and_load("a:has-text(\"Generate new key\")")
                .await;
            sign_in_again(&page).await;
            assert_eq!(page.path().await, format!("{LIST}/new"));
            assert!(page.visible("#label").await);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn a_form_is_there_again_after_signing_in_and_nothing_was_changed() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let page = scene.owner(options).await;
            page.goto(&scene.url(GENERAL)).await;
            page.fill("#name", "Harbour").await;
            scene.app.clock.advance(TimeDelta::hours(13));
            page.click_and_load("button:has-text(\"Save changes\")")
                .await;
            sign_in_again(&page).await;
            assert_eq!(page.path().await, GENERAL);
            page.wait_for_text("Settings for everyone in Brightwater.")
                .await;
            let typed = if options.javascript {
                "Harbour"
            } else {
                "Brightwater"
            };
            assert_eq!(page.value("#name").await, typed);
            page.assert_no_problems().await;
        }
    });
}

/// What was typed is kept in the tab until then, but never a password or a key.
#[test]
fn with_javascript_what_was_typed_is_kept() {
    run(async {
        let scene = Scene::set_up();
        let page = scene.owner(both()[0]).await;
        page.goto(&scene.url(&format!("{LIST}/new"))).await;
        page.fill("#label", "production-server").await;
        choose_read_only(&page).await;
        scene.app.clock.advance(TimeDelta::hours(13));
        page.click_and_load(crate::scene::GENERATE).await;
        sign_in_again(&page).await;
        assert_eq!(page.value("#label").await, "production-server");
        page.wait_for_text("4 of 31 selected").await;
        page.assert_no_problems().await;
    });
}

#[test]
fn no_password_is_kept() {
    run(async {
        let scene = Scene::set_up();
        let page = scene.owner(both()[0]).await;
        let secret = generate(&page, &scene, "production-server").await;
        page.goto(&scene.url("/account/security")).await;
        page.fill("#current", make::PASSWORD).await;
        page.fill("#new", "orchid ladder hums softly again").await;
        scene.app.clock.advance(TimeDelta::hours(13));
        page.click_and_load("button:has-text(\"Change password\")")
            .await;
        page.wait_for_text(ENDED).await;
        let kept: Value = page
            .eval("({ local: { ...localStorage }, session: { ...sessionStorage } })")
            .await;
        for hidden in [make::PASSWORD, "orchid ladder", secret.as_str()] {
            assert!(!kept.to_string().contains(hidden), "{kept}");
        }
        sign_in(&page, &make::owner_email("Brightwater"), make::PASSWORD).await;
        assert_eq!(page.path().await, "/account/security");
        assert_eq!(page.value("#current").await, "");
        page.assert_no_problems().await;
    });
}

#[test]
fn the_others_end_once_the_password_is_entered_again() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let (page, elsewhere) = (scene.owner(options).await, scene.owner(options).await);
            scene.app.clock.advance(TimeDelta::minutes(10));
            page.goto(&scene.url("/account/security")).await;
            page.click_and_load("button:has-text(\"End all other sessions\")")
                .await;
            page.wait_for_text("Confirm it's you").await;
            elsewhere.goto(&scene.url(LIST)).await;
            assert_eq!(elsewhere.path().await, LIST);
            page.wait_for_true("document.activeElement.id === 'confirm-password'")
                .await;
            page.fill("#confirm-password", make::PASSWORD).await;
            page.click_and_load("button:has-text(\"Continue\")").await;
            page.wait_for_text("1 other session ended.").await;
            assert_eq!(page.path().await, "/account/security");
            elsewhere.goto(&scene.url(LIST)).await;
            elsewhere
                .wait_for_text("This session was ended from elsewhere")
                .await;
            page.assert_no_problems().await;
        }
    });
}
