//! Members: found while one types, and given another role in place, with JavaScript and without.

use keyroom::actor::Role;

use crate::scene::{Scene, both, scripted};
use crate::server::make;
use crate::support::{Options, run};

const LIST: &str = "/w/brightwater/settings/members";

#[test]
fn a_role_is_changed_in_the_list_and_taken_back() {
    run(async {
        for options in both() {
            let scene = Scene::set_up();
            let email = "sam@brightwater.example";
            let sam = make::named(&scene.app, "brightwater", "Sam Okafor", email, Role::Member);
            let page = scene.owner(options).await;
            page.goto(&scene.url(LIST)).await;
            let select = format!("#role-{sam}");
            page.select(&select, "admin").await;
            if scripted(&page).await {
                assert!(
                    !page
                        .visible("button:has-text(\"Save role of Sam Okafor\")")
                        .await
                );
                page.wait_for("#flash").await;
            } else {
                page.click_and_load("button:has-text(\"Save role of Sam Okafor\")")
                    .await;
            }
            assert!(page.shows("Sam Okafor is now an admin.").await);
            assert_eq!(page.value(&select).await, "admin");
            page.click_and_load("#flash button:has-text(\"Undo\")")
                .await;
            assert!(page.shows("Sam Okafor is now a member.").await);
            assert_eq!(page.value(&select).await, "member");
            page.assert_no_problems().await;
        }
    });
}

#[test]
fn the_list_follows_what_is_typed() {
    run(async {
        let scene = Scene::set_up();
        for name in ["Émile Zola", "Zoë Núñez"] {
            let email = format!("{}@brightwater.example", make::slug(name));
            make::named(&scene.app, "brightwater", name, &email, Role::Member);
        }
        let page = scene.owner(Options::default()).await;
        page.goto(&scene.url(LIST)).await;
        page.fill("#q", "emile").await;
        page.wait_for_true("document.querySelectorAll('tbody tr').length === 1")
            .await;
        assert!(page.path().await.starts_with(&format!("{LIST}?q=emile")));
        assert_eq!(page.eval::<String>("document.activeElement.id").await, "q");
        // The filters of the list know what was typed.
        page.click("#filter-Suspended").await;
        page.wait_for_true("document.querySelector('#empty')?.textContent === 'No members match'")
            .await;
        assert_eq!(page.value("#q").await, "emile");
        page.click_and_load(".empty a").await;
        assert_eq!(page.path().await, LIST);
        page.assert_no_problems().await;
    });
}
