//! The harness proves itself: what it does arrives, and what goes wrong on a page is reported. If
//! it were blind, every other test here would be green for nothing.

use super::fixture::serve;
use super::{Browser, Clipboard, Context, Options, Page, Problem, run};

const BOTH: [bool; 2] = [true, false];

async fn context(javascript: bool) -> Context {
    let options = Options::default();
    let options = if javascript {
        options
    } else {
        options.without_javascript()
    };
    Browser::shared().await.context(options).await
}

#[test]
fn a_form_is_filled_and_sent_with_and_without_javascript() {
    run(async {
        for javascript in BOTH {
            let base = format!("http://127.0.0.1:{}", serve());
            let page = context(javascript).await.page().await;
            page.goto(&format!("{base}/")).await;
            let script = page.attribute("html", "data-script").await;
            assert_eq!(script.as_deref(), javascript.then_some("on"));
            assert_eq!(page.visible("#plain").await, !javascript);
            fill_and_send(&page).await;
            go_around(&page, &base).await;
            assert_eq!(page.problems().await, []);
        }
    });
}

async fn fill_and_send(page: &Page) {
    page.fill("#name", "").await;
    page.fill("#name", "Zoë").await;
    page.fill("[name=day]", "2030-01-31").await;
    page.fill("[name=note]", "one\ntwo").await;
    page.select("[name=pick]", "b").await;
    page.click("[name=check]").await;
    assert_eq!(page.focused().await, "input[name=\"check\"] \"Check\"");
    page.press("Tab").await;
    assert_eq!(page.focused().await, "button#save \"Save\"");
    page.press("Shift+Tab").await;
    page.press("Space").await;
    page.press("Space").await;
    page.click_and_load("button:has-text(\"Save\")").await;
    let sent = page.text("#sent").await;
    assert_eq!(
        sent,
        "name=Zo%C3%AB day=2030-01-31 note=one%0D%0Atwo pick=b check=on"
    );
}

async fn go_around(page: &Page, base: &str) {
    page.back().await;
    assert_eq!(page.title().await, "Start");
    page.forward().await;
    assert_eq!(page.title().await, "Saved");
    page.click_and_load("a").await;
    page.click("#name").await;
    page.press_and_load("Enter").await;
    assert!(page.path().await.starts_with("/saved?name=old"));
    page.reload().await;
    page.goto(&format!("{}#sent", page.url().await)).await;
    page.goto(&format!("{base}/refused")).await;
    assert_eq!(
        (page.status(), page.title().await.as_str()),
        (401, "Refused")
    );
    page.goto(&format!("{base}/nowhere")).await;
    assert_eq!((page.status(), page.overflow().await), (404, vec![]));
    assert!(page.html().await.contains("Not found"));
    assert_eq!((page.count("a").await, page.exists("b").await), (1, false));
}

#[test]
fn what_goes_wrong_is_reported() {
    run(async {
        let base = format!("http://127.0.0.1:{}", serve());
        for (path, javascript, expected) in [
            ("/inline", true, "inline script violates"),
            ("/inline", true, "ContentSecurityPolicyIssue"),
            ("/styled", true, "inline style violates"),
            ("/styled", false, "inline style violates"),
            (
                "/outside",
                true,
                "failed load: Image http://example.com/a.png: csp",
            ),
            (
                "/outside",
                false,
                "failed load: Image http://example.com/a.png: csp",
            ),
            ("/failed", true, "status of 500"),
            ("/failed", false, "status of 500"),
        ] {
            let page = context(javascript).await.page().await;
            page.goto(&format!("{base}{path}")).await;
            let found = page.problems().await;
            let wanted = |problem: &Problem| problem.0.contains(expected);
            assert!(found.iter().any(wanted), "{path}: {expected} in {found:?}");
            page.expect_problem(expected);
            page.allow_problem("Policy");
            page.allow_problem("failed load: Image");
            page.allow_problem("never");
            assert_eq!(page.problems().await, []);
            page.expect_problem("sunshine");
            assert_eq!(page.problems().await.len(), 1);
        }
        let page = context(true).await.page().await;
        page.goto(&format!("{base}/scripted")).await;
        page.click("#break").await;
        page.wait_for_text("Broken").await;
        for expected in [
            "console error: it is broken",
            "Error: thrown",
            "status of 404",
        ] {
            page.expect_problem(expected);
        }
        page.assert_no_problems().await;
        page.goto(&format!("{base}/wide")).await;
        assert_eq!(page.overflow().await.len(), 2);
    });
}

#[test]
fn axe_finds_violations_with_and_without_javascript() {
    run(async {
        let base = format!("http://127.0.0.1:{}", serve());
        for javascript in BOTH {
            let page = context(javascript).await.page().await;
            page.goto(&format!("{base}/poor")).await;
            let found = page.axe().await;
            assert_eq!(found.len(), if javascript { 1 } else { 2 }, "{found:?}");
            assert!(
                found
                    .iter()
                    .all(|line| line.starts_with("image-alt (critical)"))
            );
            assert_eq!(page.axe_without(&["image-alt"]).await, Vec::<String>::new());
            assert_eq!(page.visible("noscript > #plain").await, !javascript);
            page.goto(&format!("{base}/")).await;
            assert_eq!(page.axe().await, Vec::<String>::new());
            assert_eq!(page.visible("noscript > #plain").await, !javascript);
            let picture = page
                .screenshot(&format!("harness-script-{javascript}"))
                .await;
            assert!(picture.is_file());
            assert_eq!(page.problems().await, []);
        }
    });
}

#[test]
fn dialogs_media_and_sizes() {
    run(async {
        let base = format!("http://127.0.0.1:{}", serve());
        let context = context(true).await;
        let page = context.page_as(Options::default().width(390).dark()).await;
        page.goto(&format!("{base}/scripted")).await;
        assert_eq!(page.eval::<u32>("innerWidth").await, 390);
        page.wait_for_true("matchMedia('(prefers-color-scheme: dark)').matches")
            .await;
        page.click("#open").await;
        page.wait_for("dialog").await;
        assert_eq!(page.axe().await, Vec::<String>::new());
        page.press("Escape").await;
        page.wait_for_none("dialog").await;
        page.click("#late").await;
        page.wait_for_text("It came").await;
        page.click("#ask").await;
        page.wait_for_text("Yes").await;
        page.dismiss_dialogs(true);
        page.click("#ask").await;
        page.wait_for_text("No").await;
        page.dismiss_dialogs(false);
        page.fill("#draft", "unsaved").await;
        page.reload().await;
        let kinds: Vec<_> = page.dialogs().into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["confirm", "confirm", "beforeunload"]);
        assert_eq!(page.value("#draft").await, "");
        page.media("print").await;
        assert_eq!(page.texts("#screen").await, ["Not on paper"]);
        assert!(!page.visible("#screen").await);
        page.media("").await;
        page.dark(false).await;
        page.resize(1280, 800, 2.0).await;
        page.wait_for_true("innerWidth === 640 && devicePixelRatio === 2")
            .await;
        page.wait_for_true("matchMedia('(prefers-color-scheme: light)').matches")
            .await;
        assert_eq!(page.problems().await, []);
    });
}

#[test]
fn the_clipboard_is_read_by_pasting_and_by_its_api() {
    run(async {
        let port = serve();
        let context = context(true).await;
        let clipboard = context.clipboard().await;
        let base = format!("http://127.0.0.1:{port}");
        context.grant_clipboard(&base).await;
        let page = context.page().await;
        copy(&page, &clipboard, &base, "Copied", "secret ü").await;
        assert_eq!(clipboard.read_by_api(&page).await, "secret ü");
        context.deny_clipboard(&base).await;
        copy(&page, &clipboard, &base, "Select it", "before").await;
        assert_eq!(page.problems().await, []);

        let base = format!("http://{}:{port}", Browser::INSECURE_HOST);
        let page = context.page().await;
        copy(&page, &clipboard, &base, "Select it", "before").await;
        assert!(!page.eval::<bool>("isSecureContext").await);
        page.expect_problem("Cross-Origin-Opener-Policy header has been ignored");
        assert_eq!(page.problems().await, []);
    });
}

async fn copy(page: &Page, clipboard: &Clipboard, base: &str, said: &str, holds: &str) {
    clipboard.write("before").await;
    page.goto(&format!("{base}/scripted")).await;
    page.click("#copy").await;
    page.wait_for_text(said).await;
    assert_eq!(clipboard.read().await, holds);
}

#[test]
fn a_browser_of_its_own_ends_with_its_last_context() {
    run(async {
        let base = format!("http://127.0.0.1:{}", serve());
        let context = Browser::launch(None)
            .await
            .context(Options::default())
            .await;
        let page = context.page().await;
        page.goto(&base).await;
        let profile = context.profile().to_owned();
        assert!(profile.is_dir());
        drop((page, context));
        assert!(!profile.exists());
    });
}

#[test]
#[should_panic(expected = "cannot fill h1: it cannot be edited")]
fn a_step_that_cannot_be_done_says_why() {
    run(async {
        let base = format!("http://127.0.0.1:{}", serve());
        let page = context(true).await.page().await;
        page.goto(&base).await;
        page.fill("h1", "Other").await;
    });
}
