//! The pictures of the README, from the real application.

use chrono::TimeDelta;
use keyroom::{keys::Lifetime, permissions::Permission};

use crate::scene::{GENERATE, LIST, Scene, choose_read_only};
use crate::server::make;
use crate::support::{Options, Page, run};

const READ: &[Permission] = &[Permission::ObjectsList, Permission::ObjectsFetch];
const DEPLOY: &[Permission] = &[
    Permission::FileUpload,
    Permission::FileMetaCreate,
    Permission::DirCreate,
    Permission::ConfigList,
];

#[test]
fn the_pictures_of_the_readme() {
    run(async {
        let scene = Scene::set_up();
        let app = &scene.app;
        let make = |label, permissions, days| {
            let lifetime = Lifetime::Days(days);
            make::key_with(app, "brightwater", label, permissions, lifetime)
        };
        // The keys are some weeks old, and were in use since.
        app.clock.advance(TimeDelta::days(-41));
        let search = make("search-backend", READ, 90);
        app.clock.advance(TimeDelta::days(12));
        let deploy = make("ci-deploy", DEPLOY, 365);
        app.clock.advance(TimeDelta::days(29));
        let ago = |minutes| app.clock.now() - TimeDelta::minutes(minutes);
        make::used(app, &search, 1_210, ago(2));
        make::used(app, &deploy, 312, ago(60 * 24 * 6));
        make::deactivated(app, &deploy);
        app.sql(|sql| {
            sql.execute(
                "UPDATE keys SET created_by_member_id = members.id, updated_by_member_id = members.id
                 FROM members WHERE members.workspace_id = keys.workspace_id;
                 INSERT INTO key_calls
                 SELECT workspace_id, id, date_trunc('hour', now(), 'UTC') - d * interval '1 day', 1, 'served',
                        900 + 700 * (d % 7 % 5) - 25 * d
                 FROM keys, generate_series(1, 26) d WHERE label = 'search-backend'",
            );
        });

        let page = scene.owner(Options::default()).await;
        page.goto(&scene.url(&format!("{LIST}/new"))).await;
        choose_read_only(&page).await;
        page.fill("#label", "production-server").await;
        page.click_and_load(GENERATE).await;
        let secret = page.value("#secret").await;
        picture(&page, "readme-reveal").await;

        for _ in 0..7 {
            assert_eq!(scene.call(&secret).await.0, 200);
        }
        app.write_counts().await;
        page.goto(&scene.url(LIST)).await;
        picture(&page, "readme-api-keys").await;
        page.assert_no_problems().await;
    });
}

/// The whole page in a window of its height.
async fn picture(page: &Page, name: &str) {
    page.resize(1280, 800, 1.0).await;
    let height: u32 = page.eval("document.documentElement.scrollHeight").await;
    assert!(height < 1100, "{name} is {height} px high");
    page.resize(1280, height, 1.0).await;
    page.wait_for_true("document.fonts.status === 'loaded'")
        .await;
    let path = page.screenshot(name).await;
    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
    assert!((10_000..200_000).contains(&size), "{name}: {size} bytes");
}
