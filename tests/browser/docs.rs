//! The documentation in the hand: its menu leads to places on the page that is there already.

use crate::scene::{Scene, both};
use crate::support::{Options, run};

const MENU: &str = "header .btn[aria-label=\"Open menu\"]";
const PLACE: &str = "aside a[href=\"/docs#revokeSelf\"]";

/// Is the operation just below the header?
const IN_SIGHT: &str = "(r => r.top > 0 && r.top < 200)
    (document.querySelector('#revokeSelf').getBoundingClientRect())";

#[test]
fn the_menu_leads_to_a_place_and_is_out_of_its_way() {
    run(async {
        let scene = Scene::set_up();
        for options in both() {
            let page = scene.visitor(options).await.page().await;
            page.goto(&scene.url("/docs")).await;
            page.resize(390, 800, 1.0).await;
            assert!(!page.visible(PLACE).await);
            page.click(MENU).await;
            page.wait_for_true("document.querySelector('#side').matches(':popover-open')")
                .await;
            page.click(PLACE).await;
            page.wait_for_true(IN_SIGHT).await;
            if !options.javascript {
                page.press("Escape").await;
            }
            page.wait_for_none(PLACE).await;
            // From the other page it is a way like any other.
            page.goto(&scene.url("/docs/errors")).await;
            page.click(MENU).await;
            page.click_and_load(PLACE).await;
            page.wait_for_true(IN_SIGHT).await;
            // Beside the text the menu stays.
            page.resize(1280, 800, 1.0).await;
            page.click("aside a[href=\"/docs#authentication\"]").await;
            assert!(page.visible(PLACE).await);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn a_command_is_copied_as_it_stands() {
    run(async {
        let scene = Scene::set_up();
        let context = scene.visitor(Options::default()).await;
        let clipboard = context.clipboard().await;
        let page = context.page().await;
        page.goto(&scene.url("/docs")).await;
        page.click("[data-copy=\"#whoami-curl\"]").await;
        page.wait_for("[data-copy=\"#whoami-curl\"]:has-text(\"Copied\")")
            .await;
        assert_eq!(
            clipboard.read().await,
            format!(
                "curl {} \\\n  -H \"Authorization: Bearer $KEY\"",
                scene.url("/v1/whoami")
            )
        );
    });
}
