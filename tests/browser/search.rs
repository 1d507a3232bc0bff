//! The list of keys, searched, narrowed and sorted, live with JavaScript and whole without.

use chrono::TimeDelta;
use keyroom::{keys::Lifetime, permissions::Permission};

use crate::scene::{LIST, Scene, both, scripted};
use crate::server::make::{self, MadeKey};
use crate::support::{Options, Page, run};

const FIELD: &str = "input#q[name=\"q\"] \"Search by label or key ID\"";

fn key(scene: &Scene, label: &str) -> MadeKey {
    scene.app.clock.advance(TimeDelta::seconds(1));
    scene.key(label)
}

async fn labels(page: &Page) -> Vec<String> {
    page.texts("article.key h2").await
}

/// Waits until exactly these keys are shown.
async fn shows(page: &Page, labels: &[&str]) {
    let there = "[...document.querySelectorAll('article.key h2')].map(h => h.textContent)";
    let wanted = serde_json::json!(labels);
    page.wait_for_true(&format!("JSON.stringify({there}) === '{wanted}'"))
        .await;
}

async fn address(page: &Page, query: &str) {
    let wanted = format!("{LIST}{query}");
    page.wait_for_true(&format!(
        "location.pathname + location.search === '{wanted}'"
    ))
    .await;
}

/// Back or forward, where no document is loaded for it.
async fn go(page: &Page, by: i32) {
    let before = page.url().await;
    page.eval::<bool>(&format!("history.go({by}), true")).await;
    page.wait_for_true(&format!("location.href !== '{before}'"))
        .await;
}

async fn said(page: &Page, words: &str) {
    page.wait_for_true(&format!(
        "document.querySelector('#live').textContent === '{words}'"
    ))
    .await;
}

#[test]
fn a_search_follows_letter_by_letter_and_back_leads_out_of_it() {
    run(async {
        let scene = Scene::set_up();
        for label in ["print-shop", "production-server", "staging-server"] {
            key(&scene, label);
        }
        let page = scene.owner(Options::default()).await;
        let all = ["staging-server", "production-server", "print-shop"];
        assert_eq!(labels(&page).await, all);
        page.click("label:has-text(\"Select staging-server\")")
            .await;
        assert!(page.visible(".bulk").await);
        page.click("#q").await;
        for (letters, found, words) in [
            (
                "p",
                &["staging-server", "production-server", "print-shop"][1..],
                "2 keys",
            ),
            ("r", &["production-server", "print-shop"][..], "2 keys"),
            ("o", &["production-server"][..], "1 key"),
            ("x", &[][..], "No keys match"),
        ] {
            page.press(letters).await;
            shows(&page, found).await;
            said(&page, words).await;
            assert_eq!(page.focused().await, FIELD);
        }
        assert_eq!(page.value("#q").await, "prox");
        address(&page, "?q=prox").await;
        assert!(page.shows("No key has “prox” in its label.").await);
        assert_eq!(page.text("#filter-All .n").await, "0");
        page.press("Backspace").await;
        shows(&page, &["production-server"]).await;
        address(&page, "?q=pro").await;
        assert_eq!(page.text("#filter-All .n").await, "1");
        assert!(!page.visible(".bulk").await, "the selection is dropped");
        go(&page, -1).await;
        shows(&page, &all).await;
        address(&page, "").await;
        assert_eq!(page.value("#q").await, "");
        go(&page, 1).await;
        shows(&page, &["production-server"]).await;
        assert_eq!(page.value("#q").await, "pro");
        page.reload().await;
        shows(&page, &["production-server"]).await;
        page.click("#q").await;
        for _ in 0..3 {
            page.press("Backspace").await;
        }
        shows(&page, &all).await;
        address(&page, "").await;
        page.assert_no_problems().await;
    });
}

#[test]
fn orders_and_permissions_are_chosen_and_filters_stay_together() {
    run(async {
        let scene = Scene::set_up();
        let made = |label, permissions: &[Permission], days| {
            scene.app.clock.advance(TimeDelta::seconds(1));
            make::key_with(
                &scene.app,
                "brightwater",
                label,
                permissions,
                Lifetime::Days(days),
            )
        };
        let off = made("b", &[Permission::FileUpload], 60);
        make::deactivated(&scene.app, &off);
        made("c", &[Permission::ObjectsList], 90);
        made("a", &[Permission::FileUpload], 90);
        for options in both() {
            let page = scene.owner(options).await;
            let apply = async || {
                if !scripted(&page).await {
                    page.click_and_load("button:has-text(\"Apply\")").await;
                }
            };
            assert_eq!(
                page.visible("button:has-text(\"Apply\")").await,
                !scripted(&page).await
            );
            page.select("#sort", "label").await;
            apply().await;
            shows(&page, &["a", "b", "c"]).await;
            address(&page, "?sort=label").await;
            if scripted(&page).await {
                assert_eq!(
                    page.focused().await,
                    "select#sort[name=\"sort\"] \"Sort by\""
                );
                said(&page, "3 keys").await;
            }
            page.select("#permission", "FILE_UPLOAD").await;
            apply().await;
            shows(&page, &["a", "b"]).await;
            address(&page, "?permission=FILE_UPLOAD&sort=label").await;
            let deactivated = ".seg a:has-text(\"Deactivated\")";
            match scripted(&page).await {
                true => page.click(deactivated).await,
                false => page.click_and_load(deactivated).await,
            }
            shows(&page, &["b"]).await;
            address(
                &page,
                "?status=deactivated&permission=FILE_UPLOAD&sort=label",
            )
            .await;
            page.fill("#q", "a").await;
            apply().await;
            page.wait_for_text(
                "No deactivated key with the permission “Upload files” has “a” in its label.",
            )
            .await;
            address(
                &page,
                "?status=deactivated&q=a&permission=FILE_UPLOAD&sort=label",
            )
            .await;
            for _ in 0..2 {
                match scripted(&page).await {
                    true => go(&page, -1).await,
                    false => page.back().await,
                }
            }
            shows(&page, &["a", "b"]).await;
            page.goto(&scene.url(&format!("{LIST}?status=expired&q=a")))
                .await;
            match scripted(&page).await {
                true => page.click("a:has-text(\"Clear filters\")").await,
                false => page.click_and_load("a:has-text(\"Clear filters\")").await,
            }
            shows(&page, &["a", "c", "b"]).await;
            address(&page, "").await;
            assert_eq!(page.value("#q").await, "");
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn the_secret_of_a_key_that_is_pasted_into_the_search_is_not_sent() {
    run(async {
        let scene = Scene::set_up();
        let made = key(&scene, "ci");
        key(&scene, "other");
        let page = scene.owner(Options::default()).await;
        let id = &made.id;
        for (pasted, kept) in [
            (made.secret.clone(), format!("skey_{id}")),
            (format!("Bearer {}", made.secret), format!("skey_{id}")),
            (made.secret.replace("skey_", ""), id.clone()),
        ] {
            page.goto(&scene.url(LIST)).await;
            page.click("#q").await;
            paste(&page, &pasted).await;
            assert_eq!(page.value("#q").await, kept);
            shows(&page, &["ci"]).await;
            address(&page, &format!("?q={kept}")).await;
        }
        page.assert_no_problems().await;

        // Without script the browser itself keeps it back.
        let page = scene.owner(both()[1]).await;
        for pasted in [made.secret.clone(), made.secret.replace("skey_", "")] {
            page.fill("#q", &pasted).await;
            page.click("button:has-text(\"Apply\")").await;
            assert!(
                page.eval::<bool>("document.querySelector('#q').matches(':invalid')")
                    .await
            );
            address(&page, "").await;
        }
        page.fill("#q", &format!("skey_{id}…")).await;
        page.click_and_load("button:has-text(\"Apply\")").await;
        shows(&page, &["ci"]).await;
        page.assert_no_problems().await;
    });
}

/// As a person pastes it: the field hears of it once, with all of it.
async fn paste(page: &Page, text: &str) {
    let text = serde_json::json!(text);
    page.eval::<bool>(&format!(
        "document.execCommand('insertText', false, {text})"
    ))
    .await;
}

#[test]
fn what_was_said_once_is_not_said_again_with_each_letter() {
    run(async {
        let scene = Scene::set_up();
        for label in ["one", "two"] {
            key(&scene, label);
        }
        let page = scene.owner(Options::default()).await;
        page.click("button[aria-label=\"Deactivate one\"]").await;
        said(&page, "one is deactivated. Requests with it now get 401.").await;
        page.click("#q").await;
        page.press("t").await;
        said(&page, "1 key").await;
        assert_eq!(page.focused().await, FIELD);
        page.assert_no_problems().await;
    });
}

#[test]
fn a_search_after_the_session_ended_leads_to_the_sign_in() {
    run(async {
        let scene = Scene::set_up();
        key(&scene, "one");
        let page = scene.owner(Options::default()).await;
        page.click("#q").await;
        scene.app.clock.advance(TimeDelta::hours(13));
        page.press("o").await;
        page.wait_for_text("You were signed out after 12 hours.")
            .await;
        page.assert_no_problems().await;
    });
}
