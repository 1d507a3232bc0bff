//! *Copy key…*: the way to the secret of a recoverable key and back, with what the browser keeps of it.

use serde_json::Value;

use crate::scene::{LIST, Scene, both, open};
use crate::server::make;
use crate::support::{Page, run};

const COPY: &str = "[data-copy=\"#secret\"]";
const DONE: &str = "dialog a:has-text(\"Done\")";
const SHOW: &str = "dialog button:has-text(\"Show the secret\")";

async fn assert_gone(page: &Page, secret: &str) {
    let html: String = page.eval("document.documentElement.outerHTML").await;
    assert!(!html.contains(&secret[17..]), "{}", page.path().await);
}

#[test]
fn the_secret_is_copied_after_the_password_and_never_kept() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = make::recoverable(&scene.app, "brightwater", "web-shop");
            let context = scene.visitor(options).await;
            let clipboard = context.clipboard().await;
            let page = scene.owner_in(&context).await;
            scene
                .app
                .sql(|sql| sql.execute("UPDATE sessions SET confirmed_at = NULL"));
            let link = format!("#reveal-{}", key.id);
            match options.javascript {
                true => open(&page, &link).await,
                false => page.click_and_load(&link).await,
            }
            assert_gone(&page, &key.secret).await;
            page.fill("#confirm-password", make::PASSWORD).await;
            page.click_and_load(SHOW).await;
            assert_eq!(page.status(), 200);
            assert_eq!(page.value("#secret").await, key.secret);
            if options.javascript {
                clipboard.write("before").await;
                page.click(COPY).await;
                page.wait_for(&format!("{COPY}:has-text(\"Copied\")")).await;
                assert_eq!(clipboard.read().await, key.secret);
                // What Back would show of a page that was kept.
                page.eval::<Value>("dispatchEvent(new PageTransitionEvent('pagehide')), null")
                    .await;
                assert_gone(&page, &key.secret).await;
            }
            page.click_and_load(DONE).await;
            assert_eq!(page.path().await, LIST);
            page.allow_problem("ERR_CACHE_MISS");
            page.back().await;
            assert_gone(&page, &key.secret).await;
            // It can be shown again, now without the password, and is left without a word.
            page.goto(&scene.url(&format!("{LIST}/{}/reveal", key.id)))
                .await;
            page.click_and_load(SHOW).await;
            assert_eq!(page.value("#secret").await, key.secret);
            match options.javascript {
                true => page.press_and_load("Escape").await,
                false => page.click_and_load(DONE).await,
            }
            assert_eq!(page.path().await, LIST);
            assert_eq!(page.dialogs(), []);
            page.assert_no_problems().await;
        }
    });
}
