//! The one page that shows a key: it is not left by accident, copies truthfully, and never comes again.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::scene::{LIST, Scene, both, choose_read_only, generate};
use crate::server::{TestApp, make};
use crate::support::{Browser, Context, Options, Page, run};

const COPY: &str = "[data-copy=\"#secret\"]";
const DONE: &str = "dialog a:has-text(\"Done\")";
const GUARD: &str = "You have not copied the key. It cannot be shown again after you close this.";
const FAILED: &str = "Copying failed. The key is selected, press Control C or Command C.";
const ONCE: &str = "This key was shown once already";

/// What is selected in the field of the value.
const SELECTED: &str = "(el => el.value.slice(el.selectionStart, el.selectionEnd))
    (document.querySelector('#secret'))";

#[test]
fn the_dialog_is_not_left_before_the_key_was_copied() {
    run(async {
        let scene = Scene::set_up();
        let context = scene.visitor(Options::default()).await;
        let _clipboard = context.clipboard().await;
        let page = scene.owner_in(&context).await;
        for (n, way) in ["Escape", "Done"].into_iter().enumerate() {
            generate(&page, &scene, &format!("key {n}")).await;
            assert!(!page.shows(GUARD).await);
            leave(&page, way).await;
            page.wait_for_text(GUARD).await;
            assert!(page.visible("dialog:modal #secret").await);
            assert!(page.focused().await.contains("Copy"), "{way}");
            // Chromium closes a dialog on the second Esc whatever a script says.
            leave(&page, "Escape").await;
            leave(&page, "Escape").await;
            assert!(page.visible("dialog:modal #secret").await);
            page.click(COPY).await;
            page.wait_for(&format!("{COPY}:has-text(\"Copied\")")).await;
            assert!(!page.shows(GUARD).await);
            let list = page.count("li article").await;
            match way {
                "Escape" => page.press_and_load("Escape").await,
                _ => page.click_and_load(DONE).await,
            }
            assert_eq!(page.path().await, LIST);
            assert_eq!(page.count("li article").await, list);
        }
        // On a phone the warning is further down: it has to come into view.
        page.resize(390, 700, 1.0).await;
        generate(&page, &scene, "let go").await;
        leave(&page, "Done").await;
        let seen: bool = page
            .eval(
                "(note => { const r = note.getBoundingClientRect();
                     return [r.top + 4, r.bottom - 4].every(y =>
                         note.contains(document.elementFromPoint(r.x + r.width / 2, y))) })
                 (document.querySelector('[data-guard-note]'))",
            )
            .await;
        assert!(
            seen,
            "the warning lies outside the window or under something"
        );
        page.click_and_load("a:has-text(\"Close anyway\")").await;
        assert_eq!(page.path().await, LIST);
        assert_eq!(page.dialogs(), []);
        // Any other way out is asked about by the browser.
        generate(&page, &scene, "elsewhere").await;
        page.goto(&scene.url(LIST)).await;
        assert_eq!(page.dialogs().len(), 1);
        page.assert_no_problems().await;
    });
}

async fn leave(page: &Page, way: &str) {
    match way {
        "Escape" => page.press("Escape").await,
        _ => page.click(DONE).await,
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[test]
fn the_key_never_comes_again_and_is_kept_nowhere() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let context = scene.visitor(options).await;
            let page = scene.owner_in(&context).await;
            let secret = generate(&page, &scene, "production-server").await;
            assert_kept_nowhere(&page, &secret).await;
            // The browser sends the form again, with the mark that it was sent with.
            page.reload().await;
            assert_eq!(page.status(), 409);
            assert_gone(&page, &secret).await;
            assert!(page.shows(ONCE).await);
            page.back().await;
            assert_gone(&page, &secret).await;
            // A page that came from a form is not kept: Chromium asks before it sends that again.
            page.allow_problem("ERR_CACHE_MISS");
            page.forward().await;
            assert_gone(&page, &secret).await;
            for path in later_pages(&scene) {
                page.goto(&scene.url(&path)).await;
                assert_eq!(page.status(), 200, "{path}");
                assert_gone(&page, &secret).await;
            }
            assert_eq!(scene.keys(), "1");
            assert_kept_nowhere(&page, &secret).await;
            assert_in_no_file(context.profile(), &secret);
            page.assert_no_problems().await;
        }
    });
}

fn later_pages(scene: &Scene) -> Vec<String> {
    let id = scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM keys"));
    [
        "",
        "/new",
        &format!("/{id}"),
        &format!("/{id}/revocation"),
        "?status=active",
    ]
    .map(|rest| format!("{LIST}{rest}"))
    .into_iter()
    .chain(["/w/brightwater/settings/audit-log".to_owned()])
    .collect()
}

async fn assert_gone(page: &Page, secret: &str) {
    let fields: Vec<String> = page
        .eval("[...document.querySelectorAll('input, textarea')].map(el => el.value)")
        .await;
    let html = page.html().await;
    let found = html.contains(secret) || fields.iter().any(|value| value.contains(secret));
    assert!(!found, "the key is shown again at {}", page.url().await);
}

/// Neither storage nor address nor history has it; cookies are the server's and hidden from scripts.
async fn assert_kept_nowhere(page: &Page, secret: &str) {
    let kept: Value = page
        .eval(
            "({ local: { ...localStorage }, session: { ...sessionStorage }, state: history.state,
                url: location.href, cookie: document.cookie, name: window.name,
                asked: performance.getEntries().map(entry => entry.name) })",
        )
        .await;
    assert!(!kept.to_string().contains(secret), "{kept}");
    assert_eq!(kept["local"], serde_json::json!({}));
}

/// Of the browser's own folder: cache, history, sessions.
fn assert_in_no_file(folder: &Path, secret: &str) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            assert_in_no_file(&path, secret);
            continue;
        }
        // Files come and go while the browser runs; a socket cannot be read.
        let bytes = std::fs::read(&path).unwrap_or_default();
        let found = bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "the key is in {}", path.display());
    }
}

#[test]
fn two_clicks_make_one_key() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let page = scene.owner(options).await;
            fill_in(&page, &scene).await;
            click_twice(&page, "button.click()").await;
            page.wait_for_true(ANSWERED).await;
            assert_eq!(scene.keys(), "1");
            if page.status() != 201 {
                assert!(page.shows(ONCE).await);
            }
            page.assert_no_problems().await;
        }
    });
}

/// The answer takes its time, and somebody clicks again: that does not throw away the page with the key.
#[test]
fn an_impatient_click_does_not_lose_the_key() {
    run(async {
        let scene = Scene::set_up();
        let page = scene.owner(Options::default()).await;
        fill_in(&page, &scene).await;
        let slow = |statement: &str| scene.app.sql(|sql| sql.execute(statement));
        slow("BEGIN; LOCK TABLE keys IN ACCESS EXCLUSIVE MODE");
        click_twice(&page, "setTimeout(() => button.click(), 300)").await;
        tokio::time::sleep(Duration::from_millis(900)).await;
        slow("ROLLBACK");
        page.wait_for_true(ANSWERED).await;
        assert_eq!(scene.keys(), "1");
        assert_eq!(page.status(), 201, "{}", page.title().await);
        page.assert_no_problems().await;
    });
}

const ANSWERED: &str =
    "['Key generated', 'This key'].some(said => document.title.startsWith(said))";

async fn fill_in(page: &Page, scene: &Scene) {
    page.goto(&scene.url(&format!("{LIST}/new"))).await;
    choose_read_only(page).await;
    page.fill("#label", "production-server").await;
}

async fn click_twice(page: &Page, again: &str) {
    page.eval::<Value>(&format!(
        "(button => {{ button.click(); {again} }})
             (document.querySelector('dialog .df button')), null"
    ))
    .await;
}

#[test]
fn copy_tells_the_truth() {
    run(async {
        let scene = Scene::set_up();
        let context = scene.visitor(Options::default()).await;
        let clipboard = context.clipboard().await;
        let page = scene.owner_in(&context).await;

        // Refused by the browser: the older way may still work, and then it is no lie.
        context.deny_clipboard(&scene.base).await;
        let secret = generate(&page, &scene, "refused").await;
        clipboard.write("before").await;
        page.click(COPY).await;
        page.wait_for_true(&format!(
            "document.querySelector('{COPY}').innerText === 'Copied'
                 || document.querySelector('[data-copy-failed]').checkVisibility()"
        ))
        .await;
        let copied = page.text(COPY).await == "Copied";
        assert_eq!(clipboard.read().await == secret, copied);

        let secret = generate(&page, &scene, "refused twice").await;
        clipboard.write("before").await;
        fail_to_copy(&page, &secret).await;
        assert_eq!(clipboard.read().await, "before");
        // What was not copied is still guarded.
        leave(&page, "Done").await;
        page.wait_for_text(GUARD).await;
        page.assert_no_problems().await;
    });
}

/// Where neither way works: no "Copied", the value selected, and a sentence that says so.
async fn fail_to_copy(page: &Page, secret: &str) {
    page.eval::<Value>("document.execCommand = () => false, null")
        .await;
    page.click(COPY).await;
    page.wait_for_text(FAILED).await;
    assert_eq!(page.text(COPY).await, "Copy");
    assert_eq!(page.eval::<String>(SELECTED).await, secret);
    assert!(page.focused().await.starts_with("textarea#secret"));
}

/// As on a local network without TLS: the clipboard's API is not there.
#[test]
fn copy_works_on_an_insecure_origin() {
    run(async {
        let origin = format!("http://{}", Browser::INSECURE_HOST);
        let app = TestApp::start_at(&origin);
        make::workspace(&app, "Brightwater");
        let rules = format!("MAP {} {}", Browser::INSECURE_HOST, app.address);
        let browser = Browser::launch(Some(&rules)).await;
        let context = browser.context(Options::default()).await;
        let scene = Scene { app, base: origin };
        let clipboard = context.clipboard().await;
        let page = owner_over_http(&scene, &context).await;
        assert!(!page.eval::<bool>("isSecureContext").await);
        assert!(page.shows("This connection is not encrypted.").await);
        let secret = generate(&page, &scene, "production-server").await;
        clipboard.write("before").await;
        page.click(COPY).await;
        page.wait_for(&format!("{COPY}:has-text(\"Copied\")")).await;
        assert_eq!(clipboard.read().await, secret);
        page.click("[data-copy=\"#env\"]").await;
        page.wait_for("[data-copy=\"#env\"]:has-text(\"Copied\")")
            .await;
        assert_eq!(clipboard.read().await, format!("KEYROOM_API_KEY={secret}"));
        page.click_and_load(DONE).await;

        let secret = generate(&page, &scene, "another").await;
        fail_to_copy(&page, &secret).await;
        assert_eq!(page.axe().await, Vec::<String>::new());
        page.screenshot("reveal-insecure-copy-failed").await;
        page.assert_no_problems().await;
    });
}

async fn owner_over_http(scene: &Scene, context: &Context) -> Page {
    let page = context.page().await;
    page.allow_problem("Cross-Origin-Opener-Policy header has been ignored");
    scene
        .sign_in(&page, &make::owner_email("Brightwater"), LIST)
        .await;
    page
}

#[test]
fn without_javascript_the_value_is_text_to_select() {
    run(async {
        let scene = Scene::set_up();
        let page = scene.owner(both()[1]).await;
        let secret = generate(&page, &scene, "production-server").await;
        page.wait_for_none("dialog button:has-text(\"Copy\")").await;
        for (source, text) in [
            ("#secret", secret.clone()),
            ("#env", format!("KEYROOM_API_KEY={secret}")),
        ] {
            let selected: String = page
                .eval(&format!(
                    "(el => {{ if (el.select) {{ el.focus(); el.select() }}
                         else getSelection().selectAllChildren(el);
                         return getSelection().toString() }})(document.querySelector('{source}'))"
                ))
                .await;
            assert_eq!(selected, text);
            let chosen: String = page
                .eval(&format!(
                    "getComputedStyle(document.querySelector('{source}')).userSelect"
                ))
                .await;
            assert_ne!(chosen, "none");
        }
        page.click_and_load(DONE).await;
        assert_eq!(page.path().await, LIST);
        page.assert_no_problems().await;
    });
}

/// In a narrow window it wraps; nothing of it is cut off or has to be scrolled to.
#[test]
fn the_value_is_never_cut() {
    run(async {
        let scene = Scene::set_up();
        for options in both() {
            let page = scene.owner(options.width(390)).await;
            generate(&page, &scene, &format!("script {}", options.javascript)).await;
            for (width, zoom) in [(390, 1.0), (320, 1.0), (1280, 2.0), (1280, 1.0)] {
                page.resize(width, 800, zoom).await;
                let cut: Vec<String> = page
                    .eval(
                        "['#secret', '#env', '#curl'].flatMap(id => {
                            const el = document.querySelector(id);
                            const cut = el.scrollWidth > el.clientWidth + 1
                                || (id === '#secret' && el.scrollHeight > el.clientHeight + 1);
                            return cut ? [`${id}: ${el.scrollWidth} x ${el.scrollHeight}
                                in ${el.clientWidth} x ${el.clientHeight}`] : [];
                        })",
                    )
                    .await;
                assert_eq!(cut, Vec::<String>::new(), "{width} px at {zoom}");
                assert_eq!(page.overflow().await, Vec::<String>::new());
            }
            page.assert_no_problems().await;
        }
    });
}
