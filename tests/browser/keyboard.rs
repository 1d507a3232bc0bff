//! Everything by keyboard: in the order of the page, visibly, and out again.

use serde_json::Value;

use crate::scene::{GENERATE, LIST, Scene, both, scripted};
use crate::server::make;
use crate::support::{Options, Page, run};

/// What is wrong with how the focus shows: nothing around the element, or something over it.
const HIDDEN: &str = r#"(() => {
    const el = document.activeElement;
    if (!el || el === document.body) return [];
    const style = getComputedStyle(el);
    const box = el.closest('label') ?? el;
    const drawn = [style, getComputedStyle(box), getComputedStyle(el.parentElement)].some(s =>
        s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1);
    const found = drawn ? [] : ['no focus ring: ' + el.outerHTML.slice(0, 100)];
    const r = el.getBoundingClientRect();
    const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
    const over = !at || !(box.contains(at) || at.contains(el));
    return over ? [...found, 'covered: ' + el.outerHTML.slice(0, 100)] : found;
})()"#;

/// Presses Tab until the focus is where it was before, and returns every stop.
async fn stops(page: &Page) -> Vec<String> {
    let mut stops = Vec::new();
    loop {
        page.press("Tab").await;
        let here = page.focused().await;
        if here == "body" || stops.first() == Some(&here) {
            return stops;
        }
        let hidden: Vec<String> = page.eval(HIDDEN).await;
        assert_eq!(hidden, Vec::<String>::new());
        stops.push(here);
        assert!(stops.len() < 120, "Tab never comes round: {stops:#?}");
    }
}

/// Puts the focus where the keyboard would have brought it.
async fn focus(page: &Page, selector: &str) {
    for _ in 0..60 {
        page.press("Tab").await;
        let there = format!("document.activeElement.matches({selector:?})");
        if page.eval::<bool>(&there).await {
            return;
        }
    }
    panic!("Tab never reaches {selector}");
}

#[test]
fn the_list_is_walked_in_the_order_of_the_page() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let off = scene.key("ci-deploy");
            make::deactivated(&scene.app, &off);
            scene.key("production-server");
            let page = scene.owner(options).await;
            let stops = stops(&page).await;
            let scripted = scripted(&page).await;
            let expected: Vec<&str> = [
                "Skip to content",
                "AP Ada Park , account menu",
                "Settings : back to the Library",
                "General",
                "Members",
                "Groups",
                "Library",
                "Mail",
                "API",
                "Notices",
                "Audit log",
                "Keyroom API",
                "How to keep them safe",
                "Generate new key",
                "Search by label or key ID",
                "Permission",
                "Owner",
                "Sort by",
                "Apply",
                "All 2",
                "Active 1",
                "Deactivated 1",
                "Expired 0",
                "Revoked 0",
                "Select all keys on this page",
                "Select production-server",
                "production-server",
                "More actions for production-server",
                "+28 more permissions of production-server",
                "Copy key ID of production-server",
                "Deactivate production-server",
                "Revoke key production-server",
                "Select ci-deploy",
                "ci-deploy",
                "More actions for ci-deploy",
                "+28 more permissions of ci-deploy",
                "Copy key ID of ci-deploy",
                "Activate ci-deploy",
                "Revoke key ci-deploy",
            ]
            .into_iter()
            .filter(|words| !words.starts_with(if scripted { "Apply" } else { "Select all" }))
            .collect();
            let words: Vec<&str> = stops
                .iter()
                .filter_map(|stop| stop.rsplit('"').nth(1))
                .collect();
            assert_eq!(words, expected);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn the_skip_link_leads_into_the_page() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            scene.key("production-server");
            let page = scene.owner(options).await;
            page.press("Tab").await;
            assert_eq!(page.focused().await, "a \"Skip to content\"");
            assert!(page.eval::<bool>(
                "(r => r.width > 50 && r.height >= 24)(document.activeElement.getBoundingClientRect())
                     && getComputedStyle(document.activeElement).clipPath === 'none'",
            ).await);
            page.press("Enter").await;
            page.wait_for_true("location.hash === '#main'").await;
            page.press("Tab").await;
            assert!(
                page.eval::<bool>(
                    "document.querySelector('main').contains(document.activeElement)"
                )
                .await,
                "{}",
                page.focused().await
            );
            page.assert_no_problems().await;
        }
    });
}

/// Each dialog: opened by Enter, held inside, left by Esc, and back at what opened it.
#[test]
fn the_focus_stays_in_a_dialog_and_returns() {
    run(async {
        let scene = Scene::set_up();
        let key = scene.key("production-server");
        make::used(&scene.app, &key, 3, scene.app.clock.now());
        scene.key("unused");
        let page = scene.owner(Options::default()).await;
        for (opener, first) in [
            ("a#new-key", "input#label[name=\"label\"] \"Label\""),
            (
                "a[aria-label=\"Revoke key production-server\"]",
                "input#confirm[name=\"confirm\"] \"Type production-server to confirm\"",
            ),
            ("a[aria-label=\"Revoke key unused\"]", "a \"Cancel\""),
        ] {
            page.goto(&scene.url(LIST)).await;
            focus(&page, opener).await;
            let opened_by = page.focused().await;
            for close in ["Escape", "Cancel", "Close"] {
                page.press("Enter").await;
                page.wait_for("dialog:modal").await;
                assert_eq!(page.focused().await, first);
                stays_inside(&page).await;
                match close {
                    "Escape" => page.press("Escape").await,
                    "Cancel" => page.click("dialog a:has-text(\"Cancel\")").await,
                    _ => page.click("dialog [aria-label=\"Close\"]").await,
                }
                page.wait_for_none("dialog").await;
                page.wait_for_true("document.activeElement !== document.body")
                    .await;
                assert_eq!(page.focused().await, opened_by, "after {close}");
                assert_eq!(page.path().await, LIST);
            }
        }
        page.assert_no_problems().await;
    });
}

async fn stays_inside(page: &Page) {
    // Between the last and the first stop the focus may rest in the browser's own window.
    for key in ["Tab", "Shift+Tab"] {
        for _ in 0..25 {
            page.press(key).await;
            let inside: bool = page
                .eval(
                    "document.activeElement === document.body
                         || document.querySelector('dialog').contains(document.activeElement)",
                )
                .await;
            assert!(inside, "{}", page.focused().await);
        }
    }
}

/// Without script the page behind a dialog is inert all the same.
#[test]
fn without_javascript_only_the_dialog_is_reached() {
    run(async {
        let scene = Scene::set_up();
        scene.key("production-server");
        let page = scene.owner(both()[1]).await;
        page.goto(&scene.url(&format!("{LIST}/new"))).await;
        assert!(page.focused().await.starts_with("input#label"));
        stays_inside(&page).await;
        page.click_and_load("dialog a:has-text(\"Cancel\")").await;
        assert_eq!(page.path().await, LIST);
        page.assert_no_problems().await;
    });
}

#[test]
fn menus_open_by_enter_and_space_and_close_by_escape() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            let page = scene.owner(options).await;
            opens_and_closes(&page, "button[popovertarget=me-menu]").await;
            opens_and_closes(&page, &format!("#more-{}", key.id)).await;
            page.resize(390, 800, 1.0).await;
            page.goto(&scene.url(LIST)).await;
            opens_and_closes(&page, "button[popovertarget=side]").await;
            page.assert_no_problems().await;
        }
    });
}

async fn opens_and_closes(page: &Page, button: &str) {
    focus(page, button).await;
    let opener = page.focused().await;
    for key in ["Enter", "Space"] {
        page.press(key).await;
        page.wait_for("[popover]:popover-open").await;
        page.press("Tab").await;
        assert!(
            page.eval::<bool>(
                "document.querySelector(':popover-open').contains(document.activeElement)"
            )
            .await,
            "{}",
            page.focused().await
        );
        page.press("Escape").await;
        page.wait_for_none("[popover]:popover-open").await;
        assert_eq!(page.focused().await, opener);
    }
}

/// The summary has the focus, and each of its links leads to the field that is wrong.
#[test]
fn an_error_summary_leads_to_the_fields() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let page = scene.owner(options).await;
            page.goto(&scene.url(&format!("{LIST}/new"))).await;
            page.click_and_load(GENERATE).await;
            leads_to_fields(&page, &["label", "permissions"]).await;
            page.goto(&scene.url("/w/brightwater/settings/general"))
                .await;
            page.fill("#name", "").await;
            page.click_and_load("button:has-text(\"Save changes\")")
                .await;
            leads_to_fields(&page, &["name"]).await;
            page.goto(&scene.url("/account/security")).await;
            page.click_and_load("main button:has-text(\"Change password\")")
                .await;
            leads_to_fields(&page, &["current", "new"]).await;
            page.assert_no_problems().await;
        }
    });
}

async fn leads_to_fields(page: &Page, fields: &[&str]) {
    assert_eq!(page.status(), 422);
    assert!(page.title().await.starts_with("Error:"));
    page.wait_for_true("document.activeElement.matches('[role=alert]')")
        .await;
    let linked: Vec<String> = page
        .eval("[...document.activeElement.querySelectorAll('a')].map(a => a.hash.slice(1))")
        .await;
    assert_eq!(linked, fields);
    for field in fields {
        page.eval::<Value>("document.querySelector('[role=alert]').focus(), null")
            .await;
        focus(page, &format!("[role=alert] a[href='#{field}']")).await;
        page.press("Enter").await;
        page.wait_for_true(&format!(
            "document.activeElement.id === '{field}' || location.hash === '#{field}'"
        ))
        .await;
        page.wait_for_true(&format!("document.activeElement.id === '{field}'"))
            .await;
        let described: String = page
            .eval(
                "(document.activeElement.getAttribute('aria-describedby') ?? '').split(' ')
                     .map(id => document.getElementById(id)?.innerText ?? '').join(' ')",
            )
            .await;
        assert!(!described.trim().is_empty(), "{field} says what is wrong");
    }
}
