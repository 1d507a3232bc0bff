//! Files are uploaded: by button with their progress, by drag, and without script.

use serde_json::json;

use crate::scene::{Scene, open};
use crate::server::make;
use crate::support::{Options, Page, run};

/// Chooses files of zeros by name and size, as the field's own dialog does.
async fn choose(page: &Page, files: &[(&str, usize)]) {
    let all = json!(files);
    page.eval::<bool>(&format!(
        "(() => {{
            const chosen = new DataTransfer();
            for (const [name, size] of {all}) chosen.items.add(new File([new Uint8Array(size)], name));
            document.querySelector('#file').files = chosen.files;
            return true;
        }})()"
    ))
    .await;
}

/// Drags a file over the page, and drops it where `drops`.
async fn drag(page: &Page, name: &str, drops: bool) {
    let kinds = match drops {
        true => json!(["dragover", "drop"]),
        false => json!(["dragover"]),
    };
    page.eval::<bool>(&format!(
        "(() => {{
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(['x'], '{name}'));
            const about = {{ dataTransfer, bubbles: true, cancelable: true }};
            for (const kind of {kinds}) document.body.dispatchEvent(new DragEvent(kind, about));
            return true;
        }})()"
    ))
    .await;
}

fn row(name: &str) -> String {
    format!(".uploads > li:has-text(\"{name}\")")
}

/// What the row of a file says of it.
async fn told(page: &Page, name: &str) -> String {
    page.text(&row(name)).await
}

fn files(scene: &Scene) -> Vec<String> {
    let all = "SELECT concat_ws(' ', name, size) AS line FROM files ORDER BY name";
    scene.app.sql(|sql| sql.lines(all))
}

#[test]
fn files_are_uploaded_with_their_progress_and_by_drag_and_without_script() {
    run(async {
        let scene = Scene::set_up();
        let email = make::owner_email("Brightwater");
        let ada = make::member_id(&scene.app, "brightwater", &email);
        let folder = make::folder(&scene.app, "brightwater", "Handbook", Some(&ada));
        let path = format!("/w/brightwater/folders/{folder}");
        scene.app.sql(|sql| {
            sql.execute(
                "INSERT INTO object_space (workspace_id, file_limit, total_limit)
                 SELECT id, 600000, 100000000 FROM workspaces",
            );
        });
        let context = scene.visitor(Options::default()).await;
        let page = context.page().await;
        scene.sign_in(&page, &email, &path).await;

        open(&page, "#upload").await;
        let chosen = [
            ("plan.txt", 5),
            ("slow.bin", 400_000),
            ("large.bin", 600_001),
        ];
        choose(&page, &chosen).await;
        page.upload_at(20_000).await;
        page.click("dialog .btn.primary").await;
        // The one after plan.txt, whose own progress is whole before its answer is there.
        page.wait_for_true(
            "[...document.querySelectorAll('[data-state=going]')].some((row) =>
                row.textContent.includes('slow.bin') && row.querySelector('progress').value > 0.1)",
        )
        .await;
        assert!(told(&page, "plan.txt").await.contains("Uploaded"));
        page.screenshot("uploading").await;
        // It is not left by accident.
        page.press("Escape").await;
        page.wait_for_text("Files are on their way. Cancel them first.")
            .await;
        page.click("[data-state=going] .btn").await;
        page.wait_for_text("1 of 3 files uploaded.").await;
        assert!(told(&page, "slow.bin").await.contains("Cancelled"));
        let why = "A file of this workspace may have 585 KiB at most";
        assert!(told(&page, "large.bin").await.contains(why));
        page.wait_for_true(
            "document.querySelector('dialog [data-live]').textContent === '1 of 3 files uploaded.'",
        )
        .await;
        assert_eq!(page.axe().await, [""; 0]);
        for (width, height) in [(1280, 800), (390, 800)] {
            page.resize(width, height, 1.0).await;
            for dark in [false, true] {
                page.dark(dark).await;
                page.screenshot(&format!("uploaded-{width}-{dark}")).await;
            }
        }
        page.resize(1280, 800, 1.0).await;
        page.upload_at(-1).await;
        page.click("[data-state=failed] .btn:has-text(\"Try again\")")
            .await;
        page.wait_for_text("2 of 3 files uploaded.").await;
        page.click("[data-end]").await;
        page.wait_for_text("2 files are uploaded.").await;
        assert!(!page.exists("dialog").await);
        assert_eq!(page.path().await, path);
        page.wait_for_true(
            "document.querySelector('#live').textContent === '2 files are uploaded.'",
        )
        .await;
        assert_eq!(files(&scene), ["plan.txt 5", "slow.bin 400000"]);

        drag(&page, "dropped.txt", false).await;
        assert!(page.visible(".drop-here").await);
        page.screenshot("dragging").await;
        drag(&page, "dropped.txt", true).await;
        page.wait_for_text("1 file is uploaded.").await;
        assert!(!page.exists("dialog").await && !page.visible(".drop-here").await);
        page.assert_no_problems().await;

        let context = scene.visitor(Options::default().without_javascript()).await;
        let page = context.page().await;
        scene
            .sign_in(&page, &email, &format!("{path}/upload"))
            .await;
        choose(&page, &[("plan.txt", 7), ("other.txt", 1)]).await;
        page.click_and_load("dialog .btn.primary").await;
        assert!(page.shows("2 files are uploaded.").await);
        assert!(page.shows("plan.txt is there as plan (2).txt.").await);
        page.assert_no_problems().await;
        let all = files(&scene);
        let expected = [
            "dropped.txt 1",
            "other.txt 1",
            "plan (2).txt 7",
            "plan.txt 5",
            "slow.bin 400000",
        ];
        assert_eq!(all, expected);
    });
}
