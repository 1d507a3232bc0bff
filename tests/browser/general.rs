//! Settings → General: effects are shown before anything is saved, and what was typed is never lost.

use chrono::TimeDelta;

use crate::scene::{Scene, both, scripted, sign_in};
use crate::server::make;
use crate::support::{Page, run};

const GENERAL: &str = "/w/brightwater/settings/general";
const SAVE: &str = "#basics-form button:has-text(\"Save changes\")";
const SAVE_LIFETIMES: &str = "#lifetimes-form button:has-text(\"Save changes\")";

/// Out of the question, as people leave it.
async fn leave(page: &Page) {
    if scripted(page).await {
        page.wait_for("dialog:modal").await;
        page.press("Escape").await;
        page.wait_for_none("dialog").await;
    } else {
        page.click_and_load("dialog button:has-text(\"Cancel\")")
            .await;
    }
}

#[test]
fn a_question_that_is_left_keeps_what_was_typed_and_changes_nothing() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let page = scene.owner(options).await;
            page.goto(&scene.url(GENERAL)).await;
            page.fill("#name", "Deepwater").await;
            page.fill("#slug", "deepwater").await;
            page.click_and_load(SAVE).await;
            assert!(page.title().await.starts_with("Change the address?"));
            assert_eq!(
                page.attribute("dialog :focus", "value").await.as_deref(),
                Some("no")
            );
            leave(&page).await;
            assert_eq!(page.value("#name").await, "Deepwater");
            assert_eq!(page.value("#slug").await, "deepwater");
            assert_eq!(page.path().await, GENERAL);
            page.click_and_load(SAVE).await;
            page.click_and_load("dialog button.primary").await;
            page.wait_for_text("Its address is /w/deepwater.").await;
            assert_eq!(page.path().await, "/w/deepwater/settings/general");
            // An old link, followed.
            page.goto(&scene.url("/w/brightwater/settings/audit-log?before="))
                .await;
            assert!(
                page.path()
                    .await
                    .starts_with("/w/deepwater/settings/audit-log")
            );
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn another_number_of_days_is_typed_beside_the_choice() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            scene.key("production-server");
            let page = scene.owner(options).await;
            page.goto(&scene.url(GENERAL)).await;
            let other = "#max_key_lifetime_other";
            assert!(!page.visible(other).await);
            page.select("#max_key_lifetime_days", "other").await;
            page.fill(other, "45").await;
            page.select("#default_key_lifetime_days", "30").await;
            page.click_and_load(SAVE_LIFETIMES).await;
            page.wait_for_text("1 key lies beyond that today.").await;
            page.click_and_load("dialog button.primary").await;
            page.wait_for_text("No new date is more than 45 days away.")
                .await;
            assert_eq!(page.value("#max_key_lifetime_days").await, "45");
            // Of two forms to one address, what was typed comes back in its own.
            page.select("#max_key_lifetime_days", "90").await;
            scene.app.clock.advance(TimeDelta::hours(13));
            page.click_and_load(SAVE_LIFETIMES).await;
            sign_in(&page, &make::owner_email("Brightwater"), make::PASSWORD).await;
            assert_eq!(page.path().await, GENERAL);
            let kept = if options.javascript { "90" } else { "45" };
            assert_eq!(page.value("#max_key_lifetime_days").await, kept);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn the_keys_beyond_a_maximum_are_shortened_with_one_button() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            scene.key("production-server");
            let page = scene.owner(options).await;
            page.goto(&scene.url(GENERAL)).await;
            page.select("#max_key_lifetime_days", "30").await;
            page.select("#default_key_lifetime_days", "30").await;
            page.click_and_load(SAVE_LIFETIMES).await;
            page.click_and_load("dialog button:has-text(\"Set maximum and shorten 1 key\")")
                .await;
            page.wait_for_text("1 key ends on ").await;
            page.wait_for_text("Keys that have one keep it: none does today.")
                .await;
            page.assert_no_problems().await;
        }
    });
}
