//! People are picked: by keyboard, by mouse, and without JavaScript.

use keyroom::actor::Role;

use crate::scene::{Scene, both, scripted};
use crate::server::make;
use crate::support::{Options, Page, run};

struct Picking {
    scene: Scene,
    group: String,
}

impl Picking {
    fn set_up() -> Self {
        let scene = Scene::set_up();
        for name in ["Émile Zola", "Zoë Núñez", "Sam Okafor", "Samira Ek"] {
            let email = format!("{}@brightwater.example", make::slug(name));
            make::named(&scene.app, "brightwater", name, &email, Role::Member);
        }
        let group = make::group(&scene.app, "brightwater", "Engineering", &[]);
        let sam = make::member_id(&scene.app, "brightwater", "sam-okafor@brightwater.example");
        make::in_group(&scene.app, &group, &sam);
        Self { scene, group }
    }

    fn path(&self) -> String {
        format!("/w/brightwater/settings/groups/{}", self.group)
    }

    /// The dialog, opened from the group's page.
    async fn open(&self, options: Options) -> Page {
        let page = self.scene.owner(options).await;
        page.goto(&self.scene.url(&self.path())).await;
        crate::scene::open(&page, "#add").await;
        page
    }
}

async fn options(page: &Page, names: &[&str]) {
    let wanted = format!(
        "JSON.stringify([...document.querySelectorAll('[role=option] b')].map(b => b.textContent)) === {:?}",
        format!("{names:?}").replace(", ", ",")
    );
    page.wait_for_true(&wanted).await;
}

async fn chips(page: &Page) -> Vec<String> {
    page.eval("[...document.querySelectorAll('.tok')].map(chip => chip.textContent.trim())")
        .await
}

/// What a screen reader hears of the field.
async fn heard(page: &Page) -> (String, String) {
    page.eval(
        "(field => [field.getAttribute('aria-expanded') ?? '',
            document.getElementById(field.getAttribute('aria-activedescendant'))?.querySelector('b').textContent ?? ''])
            (document.querySelector('#subject'))",
    )
    .await
}

fn said(expanded: &str, active: &str) -> (String, String) {
    (expanded.to_owned(), active.to_owned())
}

#[test]
fn people_are_picked_by_keyboard() {
    run(async {
        let picking = Picking::set_up();
        let page = picking.open(Options::default()).await;
        assert!(
            page.focused().await.starts_with("input"),
            "{}",
            page.focused().await
        );
        page.fill("#subject", "zo").await;
        options(&page, &["Zoë Núñez", "Émile Zola"]).await;
        page.wait_for_true(
            "document.querySelector('dialog [data-live]').textContent === '2 people found.'",
        )
        .await;
        assert_eq!(heard(&page).await, said("true", ""));
        page.press("ArrowDown").await;
        assert_eq!(heard(&page).await, said("true", "Zoë Núñez"));
        page.press("ArrowDown").await;
        assert_eq!(heard(&page).await, said("true", "Émile Zola"));
        page.press("ArrowUp").await;
        page.press("Enter").await;
        assert_eq!(chips(&page).await, ["Zoë Núñez"]);
        assert_eq!(
            (
                page.value("#subject").await.as_str(),
                heard(&page).await.0.as_str()
            ),
            ("", "false")
        );
        page.wait_for_true(
            "document.querySelector('dialog [data-live]').textContent === 'Zoë Núñez added'",
        )
        .await;
        // Whoever is chosen, or in the group, cannot be taken again.
        page.fill("#subject", "zoe").await;
        options(&page, &["Zoë Núñez"]).await;
        page.press("ArrowDown").await;
        page.press("Enter").await;
        assert_eq!(chips(&page).await, ["Zoë Núñez"]);
        page.fill("#subject", "sam").await;
        options(&page, &["Sam Okafor", "Samira Ek"]).await;
        page.press("ArrowDown").await;
        page.press("Enter").await;
        assert_eq!(chips(&page).await.len(), 1);
        page.press("ArrowDown").await;
        page.press("Enter").await;
        assert_eq!(chips(&page).await, ["Zoë Núñez", "Samira Ek"]);
        // Backspace in the empty field takes the last away; Escape closes the list, then the dialog.
        page.press("Backspace").await;
        assert_eq!(chips(&page).await, ["Zoë Núñez"]);
        page.fill("#subject", "ek").await;
        options(&page, &["Samira Ek"]).await;
        page.press("Escape").await;
        assert!(page.visible("dialog").await && !page.visible("[role=listbox]").await);
        page.fill("#subject", "").await;
        // With nothing typed, Enter adds whoever is chosen.
        page.press_and_load("Enter").await;
        assert_eq!(page.path().await, picking.path());
        assert!(page.shows("Zoë Núñez is in Engineering now.").await);
        page.assert_no_problems().await;
    });
}

#[test]
fn escape_leaves_the_dialog_when_the_list_is_closed() {
    run(async {
        let picking = Picking::set_up();
        let page = picking.open(Options::default()).await;
        page.fill("#subject", "ek").await;
        options(&page, &["Samira Ek"]).await;
        page.press("Escape").await;
        page.press("Escape").await;
        page.wait_for_true("!document.querySelector('dialog')")
            .await;
        page.wait_for_true("document.activeElement.id === 'add'")
            .await;
        page.assert_no_problems().await;
    });
}

#[test]
fn people_are_picked_by_mouse_and_dropped_again() {
    run(async {
        let picking = Picking::set_up();
        let page = picking.open(Options::default()).await;
        page.fill("#subject", "sam").await;
        options(&page, &["Sam Okafor", "Samira Ek"]).await;
        page.click("[role=option]:has-text(\"Sam Okafor\")").await;
        assert_eq!(
            chips(&page).await,
            Vec::<String>::new(),
            "in the group already"
        );
        page.click("[role=option]:has-text(\"Samira Ek\")").await;
        assert_eq!(chips(&page).await, ["Samira Ek"]);
        page.click(".tok button").await;
        assert_eq!(chips(&page).await, Vec::<String>::new());
        assert_eq!(
            page.eval::<String>("document.activeElement.id").await,
            "subject"
        );
        page.fill("#subject", "nobody").await;
        page.wait_for_true(
            "document.querySelector('p[data-told]').textContent === 'No one by that name.'",
        )
        .await;
        assert!(!page.visible("[role=listbox]").await);
        page.assert_no_problems().await;
    });
}

#[test]
fn people_are_picked_the_same_with_and_without_script() {
    run(async {
        for options in both() {
            let picking = Picking::set_up();
            let page = picking.open(options).await;
            for name in ["nunez", "zola"] {
                page.fill("#subject", name).await;
                if scripted(&page).await {
                    page.wait_for("[role=option]").await;
                    page.press("ArrowDown").await;
                    page.press("Enter").await;
                } else {
                    page.press_and_load("Enter").await;
                    page.click(".found label").await;
                }
            }
            page.click_and_load("dialog .btn:has-text(\"Add to group\")")
                .await;
            assert!(page.shows("2 people are in Engineering now.").await);
            page.assert_no_problems().await;
        }
    });
}
