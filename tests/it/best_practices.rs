//! The page about how to keep keys safe: for everybody, with ways to the screens of whoever may see them.

use keyroom::actor::Role;

use crate::{
    scenes::KEYS,
    support::{Browser, TestApp},
};

const HELP: &str = "/docs/best-practices";

/// Where the text leads, within this installation.
async fn ways(browser: &Browser) -> Vec<String> {
    let page = browser.get(HELP).await.expect(200).page();
    let mut all = page.attributes(".guide a", "href");
    all.retain(|href| href.starts_with('/'));
    all
}

#[actix_web::test]
async fn a_stranger_reads_it_and_is_led_to_no_screen() {
    let app = TestApp::start();
    app.set_up().await;
    let stranger = app.stranger();
    let (reply, queries) = app.counting(stranger.get(HELP)).await;
    let page = reply.expect(200).page();
    assert_eq!(queries.len(), 0, "nobody is looked up for a stranger");
    assert_eq!(page.one("h1"), "Best practices for API keys");
    for id in [
        "environment",
        "version-control",
        "separate",
        "browsers",
        "rotation",
        "monitoring",
        "leaks",
    ] {
        assert!(page.has(&format!("section#{id} h2")), "{id}");
    }
    let base = format!("http://{}/v1/whoami", app.address);
    assert!(page.one("#python-sample").contains(&base));
    assert!(page.one("#node-sample").contains(&base));
    for id in ["env", "gitignore", "python", "node"] {
        assert!(
            page.has(&format!("button[data-copy='#{id}-sample']")),
            "{id}"
        );
    }
    assert!(
        ways(&stranger)
            .await
            .iter()
            .all(|way| way.starts_with("/docs"))
    );
}

#[actix_web::test]
async fn an_admin_is_led_to_screens_that_exist() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let lede = owner.get(KEYS).await.expect(200).page();
    assert!(lede.has(&format!(".lede a[href='{HELP}']")));
    for browser in [&owner, &admin] {
        browser.get("/w/brightwater").await.expect(303);
        let ways = ways(browser).await;
        let screens: Vec<&String> = ways.iter().filter(|way| way.starts_with("/w/")).collect();
        assert!(screens.len() > 5, "{ways:?}");
        for way in &ways {
            let way = way.replace("&amp;", "&");
            browser
                .get(way.split('#').next().expect("a path"))
                .await
                .expect(200);
        }
    }
}

#[actix_web::test]
async fn a_member_is_led_nowhere_they_may_not_go() {
    let app = TestApp::start();
    app.set_up().await;
    let member = app.member(Role::Member).await;
    member.get("/w/brightwater").await.expect(303);
    let ways = ways(&member).await;
    let new = "/w/brightwater/account/api-keys/new".to_owned();
    assert!(ways.contains(&new), "{ways:?}");
    for way in ways {
        let way = way.replace("&amp;", "&");
        member.get(&way).await.expect(200);
    }
    // Where there are no personal keys, nobody is sent to make one.
    app.sql(|sql| sql.execute("UPDATE workspaces SET personal_keys = FALSE"));
    let left = self::ways(&member).await;
    assert!(!left.contains(&new) && left.len() > 3, "{left:?}");
}
