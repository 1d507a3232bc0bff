//! Many keys at once: ticked by mouse and keyboard, with JavaScript and without.

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
