//! *Edit* and *Make another like this*: by mouse and keyboard, with JavaScript and without, and two at once.

use keyroom::actor::Role;

use crate::scene::{LIST, Scene, both, open, scripted};
use crate::server::make;
use crate::support::{Options, Page, run};

const SAVE: &str = "dialog .btn:has-text(\"Save\")";

/// Opens the menu of a key in the list, and from it the dialog.
async fn choose(page: &Page, id: &str, words: &str) {
    page.click(&format!("#more-{id}")).await;
    page.wait_for(&format!("#m-{id}:popover-open")).await;
    open(page, &format!("#m-{id} a:has-text(\"{words}\")")).await;
}

#[test]
fn a_key_is_edited_from_its_card_and_that_undone() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            let page = scene.owner(options).await;
            choose(&page, &key.id, "Edit").await;
            assert_eq!(page.text("#dialog-title").await, "Edit production-server");
            assert_eq!(page.value("#label").await, "production-server");
            assert!(page.visible("#expiry-hint span:first-child").await);
            page.fill("#label", "web-server").await;
            page.click("label:has-text(\"Delete files\")").await;
            page.select("#expiry", "never").await;
            page.click_and_load(SAVE).await;
            assert_eq!(page.path().await, LIST);
            assert!(page.shows("web-server is saved.").await);
            assert!(page.shows("Label, permissions and expiry changed.").await);
            page.click_and_load("#flash button:has-text(\"Undo\")")
                .await;
            assert!(page.shows("production-server is as it was before.").await);
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn a_mistake_keeps_the_dialog_and_what_was_typed() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            scene.key("ci-deploy");
            let page = scene.owner(options).await;
            page.goto(&scene.url(&format!("{LIST}/{}", key.id))).await;
            open(&page, "#edit-key").await;
            page.fill("#label", "ci-deploy").await;
            page.click("label:has-text(\"Delete files\")").await;
            page.click_and_load(SAVE).await;
            assert_eq!(page.status(), 422);
            assert!(page.text("#label-error").await.contains("exists"));
            assert_eq!(page.value("#label").await, "ci-deploy");
            let unticked = "!document.querySelector('[value=FILE_DELETE]').checked";
            assert!(page.eval::<bool>(unticked).await);
            page.fill("#label", "web-server").await;
            page.click_and_load(SAVE).await;
            // Back at the key's own page, where it was opened.
            assert_eq!(page.path().await, format!("{LIST}/{}", key.id));
            assert_eq!(page.text("h1").await, "web-server");
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn two_browsers_do_not_overwrite_each_other_unseen() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            let ben = make::member(&scene.app, "brightwater", Role::Admin);
            scene.app.sql(|sql| {
                sql.execute(&format!(
                    "UPDATE users SET name = 'Ben Ito' WHERE email = '{ben}'"
                ));
            });
            let address = format!("{LIST}/{}/edit", key.id);
            let ada = scene.owner(options).await;
            let bens = scene.visitor(options).await.page().await;
            scene.sign_in(&bens, &ben, &address).await;
            ada.goto(&scene.url(&address)).await;

            bens.fill("#label", "prod-eu").await;
            bens.click("label:has-text(\"Delete files\")").await;
            bens.click_and_load(SAVE).await;
            assert!(bens.shows("prod-eu is saved.").await);
            ada.fill("#label", "prod-1").await;
            ada.select("#expiry", "never").await;
            ada.click_and_load(SAVE).await;
            assert_eq!(ada.status(), 409);
            assert!(ada.title().await.starts_with("Not saved. Edit prod-eu"));
            ada.wait_for_true("document.activeElement.matches('dialog [role=alert]')")
                .await;
            let said = ada.texts("dialog .notice li").await;
            assert_eq!(
                said,
                [
                    "Ben Ito changed the label from “production-server” to “prod-eu” just now. \
                     Saving again changes it to “prod-1”.",
                    "Ben Ito took away “Delete files” just now. That stays.",
                ]
            );
            if scripted(&ada).await {
                ada.screenshot("edit-conflict-two").await;
            }
            assert_eq!(ada.value("#label").await, "prod-1");
            assert_eq!(ada.value("#expiry").await, "never");
            ada.click_and_load(SAVE).await;
            assert!(ada.shows("prod-1 is saved.").await);
            assert!(ada.shows("Label and expiry changed.").await);
            bens.assert_no_problems().await;
            ada.assert_no_problems().await;
        }
    });
}

/// Esc leads back to the button of the menu, not to the link that is gone with it.
#[test]
fn the_menu_is_gone_back_to_and_closes_at_a_click_beside_it() {
    run(async {
        let scene = Scene::set_up();
        let key = scene.key("production-server");
        let page = scene.owner(Options::default()).await;
        let more = format!("#more-{}", key.id);
        for words in ["Edit", "Make another like this"] {
            choose(&page, &key.id, words).await;
            assert!(page.focused().await.starts_with("input#label"));
            page.press("Escape").await;
            page.wait_for_none("dialog").await;
            page.wait_for_true(&format!("document.activeElement.matches('{more}')"))
                .await;
            assert_eq!(page.path().await, LIST);
        }
        page.click(&more).await;
        page.wait_for("[popover]:popover-open").await;
        page.click("h1").await;
        page.wait_for_none("[popover]:popover-open").await;
        // By keyboard alone: into the menu, and through it to the dialog.
        page.eval::<serde_json::Value>(&format!("document.querySelector('{more}').focus(), null"))
            .await;
        page.press("Space").await;
        page.wait_for("[popover]:popover-open").await;
        for _ in ["Edit", "Rotate key…", "Make another like this"] {
            page.press("Tab").await;
        }
        page.press("Enter").await;
        page.wait_for("dialog:modal").await;
        assert_eq!(page.value("#label").await, "production-server 2");
        page.assert_no_problems().await;
    });
}

#[test]
fn another_like_it_is_generated() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            let page = scene.owner(options).await;
            choose(&page, &key.id, "Make another like this").await;
            assert!(
                page.shows("Permissions, lifetime and limits are those of")
                    .await
            );
            page.click_and_load(crate::scene::GENERATE).await;
            assert_eq!(page.status(), 201);
            let secret = page.value("#secret").await;
            assert_eq!(scene.call(&secret).await.0, 200);
            page.assert_no_problems().await;
        }
    });
}

/// The newest day is in sight, and the rest is reached by the keyboard.
#[test]
fn on_a_phone_the_chart_begins_with_the_newest_day() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let key = scene.key("production-server");
            make::used(&scene.app, &key, 12, scene.app.clock.now());
            let page = scene.owner(options).await;
            page.resize(390, 800, 1.0).await;
            page.goto(&scene.url(&format!("{LIST}/{}", key.id))).await;
            let seen = "(box => { const inner = document.querySelector('svg.columns .served').getBoundingClientRect();
                 const outer = box.getBoundingClientRect();
                 return box.scrollWidth > box.clientWidth && inner.left >= outer.left && inner.right <= outer.right })
                 (document.querySelector('.scroll'))";
            assert!(page.eval::<bool>(seen).await);
            let at = "document.querySelector('.scroll').scrollLeft";
            let before: f64 = page.eval(at).await;
            page.eval::<serde_json::Value>("document.querySelector('.scroll').focus(), null")
                .await;
            page.press("ArrowLeft").await;
            page.wait_for_true(&format!("{at} < {before}")).await;
            page.assert_no_problems().await;
        }
    });
}

/// Somebody who is signed out while typing finds what was typed, and what the form was made of, after signing in.
#[test]
fn over_a_sign_in_too_nothing_is_overwritten_unseen() {
    run(async {
        let scene = Scene::set_up();
        let key = scene.key("production-server");
        let page = scene.owner(Options::default()).await;
        page.goto(&scene.url(&format!("{LIST}/{}/edit", key.id)))
            .await;
        page.fill("#label", "prod-1").await;
        scene.app.sql(|sql| {
            sql.execute("DELETE FROM sessions");
            sql.execute("UPDATE keys SET label = 'prod-eu'");
        });
        page.click_and_load(SAVE).await;
        crate::scene::sign_in(&page, &make::owner_email("Brightwater"), make::PASSWORD).await;
        page.wait_for("dialog:modal").await;
        assert_eq!(page.value("#label").await, "prod-1");
        page.click_and_load(SAVE).await;
        assert_eq!(page.status(), 409);
        assert!(page.shows("from “production-server” to “prod-eu”").await);
        page.assert_no_problems().await;
    });
}
