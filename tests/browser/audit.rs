//! The audit log narrowed and exported, with JavaScript and without.

use serde_json::Value;

use crate::scene::{Scene, both};
use crate::server::make;
use crate::support::{Options, Page, run};

const LOG: &str = "/w/brightwater/settings/audit-log";

async fn told(page: &Page) -> Vec<String> {
    let said = page.texts("td.what .said").await;
    said.iter()
        .map(|said| said.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The log of a workspace with three keys, one of which ended itself.
async fn log(options: Options) -> (Scene, make::MadeKey, Page) {
    let scene = Scene::fresh();
    scene.app.to_noon();
    make::workspace(&scene.app, "Brightwater");
    for label in ["one", "two"] {
        scene.key(label);
    }
    let key = scene.key("three");
    let program = scene.app.api(&key.secret);
    let ended = tokio::task::LocalSet::new()
        .run_until(program.delete("/v1/whoami"))
        .await;
    assert_eq!(ended.status, 204);
    let page = scene.owner(options).await;
    page.goto(&scene.url(LOG)).await;
    (scene, key, page)
}

#[test]
fn a_choice_narrows_at_once_keeps_the_focus_and_can_be_gone_back_from() {
    run(async {
        let (_scene, key, page) = log(Options::default()).await;
        assert_eq!(told(&page).await.len(), 7);
        page.eval::<Value>("document.getElementById('action').focus(), null")
            .await;
        page.press("ArrowDown").await;
        page.wait_for_true("location.search === '?action=key.created'")
            .await;
        assert_eq!(told(&page).await.len(), 3);
        assert!(page.focused().await.starts_with("select#action"));
        page.wait_for_true("document.getElementById('live').textContent === '3 entries'")
            .await;
        page.click("#refused").await;
        page.wait_for_text("No entries match").await;
        assert_eq!(
            page.path().await,
            format!("{LOG}?action=key.created&refused=true")
        );
        page.wait_for_true("document.getElementById('live').textContent === 'No entries match'")
            .await;
        page.eval::<Value>("history.back(), null").await;
        page.wait_for_true("document.querySelectorAll('td.what').length === 3")
            .await;
        assert_eq!(page.value("#action").await, "key.created");
        page.click("a:has-text(\"Today\")").await;
        page.wait_for_true("location.search.startsWith('?action=key.created&from=')")
            .await;
        page.click("a:has-text(\"Clear filters\")").await;
        page.wait_for_true("location.search === ''").await;
        assert_eq!(told(&page).await.len(), 7);
        // What is typed waits for Enter.
        page.fill("#key", &format!(" {} ", key.secret)).await;
        page.press_and_load("Enter").await;
        assert_eq!(page.path().await, format!("{LOG}?key={}", key.id));
        assert_eq!(page.value("#key").await, key.id);
        assert_eq!(told(&page).await.len(), 2);
        page.assert_no_problems().await;
    });
}

#[test]
fn the_form_works_without_a_script_too() {
    run(async {
        for options in both() {
            let (scene, _, page) = log(options).await;
            let today = scene.app.clock.now().date_naive().to_string();
            page.fill("#from", &today).await;
            page.fill("#to", "2020-01-01").await;
            page.click_and_load("#filter button:has-text(\"Apply\")")
                .await;
            assert_eq!(page.status(), 422);
            assert!(page.title().await.starts_with("Error: "));
            assert_eq!(page.value("#from").await, today);
            page.fill("#to", &today).await;
            page.click_and_load("#filter button:has-text(\"Apply\")")
                .await;
            assert_eq!(page.path().await, format!("{LOG}?from={today}&to={today}"));
            assert_eq!(told(&page).await.len(), 7);
            page.click_and_load("td.more a").await;
            assert!(page.shows("Before and after").await);
            page.click_and_load("nav.crumbs a").await;
            assert_eq!(page.path().await, LOG);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn both_files_can_be_fetched_one_after_the_other_and_again() {
    run(async {
        for options in both() {
            let (scene, _, page) = log(options).await;
            for button in ["CSV", "NDJSON", "CSV"] {
                let before = exports(&scene);
                page.click(&format!("button:has-text(\"Export {button}\")"))
                    .await;
                let began = std::time::Instant::now();
                while exports(&scene) == before && began.elapsed().as_secs() < 10 {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                assert_eq!(exports(&scene), before + 1, "{button}");
                assert_eq!(page.path().await, LOG, "the page stays");
            }
            page.reload().await;
            assert_eq!(
                told(&page).await[..3],
                [
                    "exported the audit log as CSV",
                    "exported the audit log as NDJSON",
                    "exported the audit log as CSV",
                ]
            );
        }
    });
}

fn exports(scene: &Scene) -> u32 {
    let count = "SELECT count(*)::text AS line FROM audit_events WHERE action = 'audit.exported'";
    scene
        .app
        .sql(|sql| sql.line(count))
        .parse()
        .expect("a number")
}
