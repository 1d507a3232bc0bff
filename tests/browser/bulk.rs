//! Many keys at once: ticked by mouse and keyboard, with JavaScript and without.

use keyroom::keys;

use crate::scene::{LIST, Scene, both};
use crate::server::make;
use crate::support::{Options, Page, run};

async fn picked(page: &Page) -> Vec<String> {
    page.eval("[...document.querySelectorAll('.pick :checked')].map(box => box.parentElement.textContent)")
        .await
}

/// "checked", "mixed" or "none".
async fn all(page: &Page) -> String {
    page.eval(
        "(box => box.indeterminate ? 'mixed' : box.checked ? 'checked' : 'none')
            (document.querySelector('[data-pick-all]'))",
    )
    .await
}

#[test]
fn the_box_at_the_head_knows_three_states_and_shift_takes_a_range() {
    run(async {
        let scene = Scene::set_up();
        for label in ["e", "d", "c", "b", "a"] {
            scene.key(label);
        }
        let off = scene.key("off");
        make::deactivated(&scene.app, &off);
        let page = scene.owner(Options::default()).await;
        assert!(!page.visible(".bulk").await);
        assert_eq!(all(&page).await, "none");
        page.click("label:has-text(\"Select d\")").await;
        assert_eq!(page.text("[data-picked]").await, "1 selected");
        assert!(page.visible(".bulk").await);
        assert_eq!(all(&page).await, "mixed");
        page.eval::<bool>(
            "[...document.querySelectorAll('.pick')].find(box => box.textContent === 'Select a').firstElementChild
                .dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }))",
        )
        .await;
        assert_eq!(
            picked(&page).await,
            ["Select a", "Select b", "Select c", "Select d"]
        );
        // None of them is deactivated, so there is nothing to activate.
        let activate = ".bulk button:has-text(\"Activate\")";
        let disabled = page.attribute(activate, "aria-disabled").await;
        assert_eq!(disabled.as_deref(), Some("true"));
        page.click(activate).await;
        assert_eq!(page.path().await, LIST);
        page.click("[data-pick-all]").await;
        assert_eq!(
            (all(&page).await.as_str(), picked(&page).await.len()),
            ("checked", 6)
        );
        let disabled = page.attribute(activate, "aria-disabled").await;
        assert_eq!(disabled.as_deref(), Some("false"));
        page.click("[data-pick-none]").await;
        assert!(picked(&page).await.is_empty() && !page.visible(".bulk").await);
        assert!(
            page.eval::<bool>("document.activeElement.matches('[data-pick-all]')")
                .await
        );
        page.assert_no_problems().await;
    });
}

#[test]
fn a_whole_page_is_deactivated_and_that_undone() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let keys: Vec<_> = (1..=20).map(|n| scene.key(&format!("key {n}"))).collect();
            let page = scene.owner(options).await;
            for key in &keys {
                page.click(&format!("#p-{}", key.id)).await;
            }
            page.click_and_load(".bulk button:has-text(\"Deactivate\")")
                .await;
            assert_eq!(page.text("#dialog-title").await, "Deactivate 20 keys?");
            page.click_and_load("dialog .btn:has-text(\"Deactivate 20 keys\")")
                .await;
            assert!(page.shows("20 keys are deactivated.").await);
            assert_eq!(scene.call(&keys[0].secret).await.1, "key_deactivated");
            page.click_and_load("#flash button:has-text(\"Undo\")")
                .await;
            assert!(page.shows("20 keys are active.").await);
            assert_eq!(scene.call(&keys[19].secret).await.0, 200);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn all_that_match_are_changed_behind_a_page_that_can_be_left_and_stopped() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            scene.app.sql(|sql| {
                sql.execute(
                    "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
                     SELECT w.id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{OBJECTS_LIST}', now(), now()
                     FROM workspaces w, generate_series(1, 4500) n;
                     ANALYZE keys",
                );
            });
            let page = scene.owner(options).await;
            page.click("label:has-text(\"Select key\")").await;
            page.click_and_load(".bulk a:has-text(\"Select all 4,500 keys\")")
                .await;
            page.click_and_load(".bulk button:has-text(\"Deactivate\")")
                .await;
            assert_eq!(page.text("#dialog-title").await, "Deactivate 4,500 keys?");
            assert!(page.shows("0 in 24 hours, 0 in 7 days").await);
            page.click_and_load("dialog .btn:has-text(\"Deactivate 4,500 keys\")")
                .await;
            assert_eq!(page.text("#run-state").await, "Running");
            // What the server does beside the requests.
            let chunk = keys::carry_on_once(&scene.app.db, &scene.app.clock);
            assert_eq!(
                chunk.await.expect("a database"),
                1,
                "one run is not at its end"
            );
            // It follows by itself where there is script.
            if !options.javascript {
                page.click_and_load("#run-refresh").await;
            }
            let half = ["4,500", "2,000", "0", "2,500"];
            let figures =
                "[...document.querySelectorAll('.run-figs dd')].map(dd => dd.textContent)";
            page.wait_for_true(&format!("{figures}.join(' ') === '{}'", half.join(" ")))
                .await;
            page.reload().await;
            assert_eq!(page.texts(".run-figs dd").await, half);
            page.goto(&scene.url(LIST)).await;
            assert!(page.shows("is running").await, "the list leads back to it");
            page.click_and_load(".notice a:has-text(\"See progress\")")
                .await;
            // By key: the page that follows is replaced each second, also while a mouse is down.
            page.eval::<()>("document.querySelector('#run-stop').focus(), null")
                .await;
            page.press_and_load("Enter").await;
            assert_eq!(page.text("#run-state").await, "Stopped");
            let off = "SELECT count(*)::text AS line FROM keys WHERE deactivated_at IS NOT NULL";
            assert_eq!(scene.app.sql(|sql| sql.line(off)), "2000");
            page.click_and_load(".run button:has-text(\"Undo\")").await;
            assert_eq!(page.text("#run-state").await, "Running");
            page.assert_no_problems().await;
        }
    });
}
