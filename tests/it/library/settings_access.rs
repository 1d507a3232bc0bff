//! Settings → Workspace → Library: who has access to each folder, wherever it is, and who can be looked up.

use keyroom::{actor::Role, permissions::Permission};

use crate::support::{Browser, TestApp, make, page::Page};

const LIBRARY: &str = "/w/brightwater/settings/library";

async fn page(browser: &Browser, query: &str) -> Page {
    let reply = browser.get(&format!("{LIBRARY}?{query}")).await;
    reply.expect(200).page()
}

/// Each folder with who has access.
async fn access(browser: &Browser, query: &str) -> Vec<(String, String)> {
    let page = page(browser, query).await;
    let names = page.all("main tbody .who > a");
    names.into_iter().zip(page.all("td.access")).collect()
}

fn pair(name: &str, access: &str) -> (String, String) {
    (name.to_owned(), access.to_owned())
}

#[actix_web::test]
async fn who_has_access_is_told_along_the_way_and_the_filters_agree() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let person = |name: &str| {
        let email = format!(
            "{}@brightwater.example",
            name.to_lowercase().replace(' ', "")
        );
        make::named(&app, "brightwater", name, &email, Role::Member)
    };
    let (lena, sam, gone) = (person("Lena"), person("Sam"), person("Tom"));
    let group = make::group(&app, "brightwater", "Sales", &[]);
    let key = make::key(&app, "brightwater", "ci");
    let revoked = make::key(&app, "brightwater", "old");
    // Shared at the top, and so also what is in it.
    let company = make::folder(&app, "brightwater", "Company", None);
    let inner = make::subfolder(&app, &company, "Inner");
    for id in [&lena, &sam, &person("Ada B"), &person("Max")] {
        make::shared(&app, &company, ("member_id", id), "user");
    }
    make::shared(&app, &inner, ("group_id", &group), "user");
    make::shared(&app, &inner, ("key_id", &key.id), "user");
    // The owner alone: what they were given above is theirs too.
    let own = make::folder(&app, "brightwater", "Own", Some(&lena));
    make::subfolder(&app, &own, "Own inner");
    // Theirs, in a folder of somebody else.
    let theirs = make::subfolder(&app, &own, "Theirs");
    // Nobody: what is revoked, suspended or invited reaches nothing.
    let nobody = make::folder(&app, "brightwater", "None", None);
    make::shared(&app, &nobody, ("key_id", &revoked.id), "user");
    make::shared(&app, &nobody, ("member_id", &gone), "user");
    let invited = make::invitation(&app, "brightwater", "new@x.example", "token");
    make::shared(&app, &nobody, ("invitation_id", &invited), "user");
    make::folder(&app, "brightwater", "Left", Some(&gone));
    make::revoked(&app, &revoked, "unneeded");
    make::suspended(&app, &gone);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = '{sam}' WHERE id = '{theirs}'"
        ));
    });
    let everything = [
        pair("Company", "Ada B, Lena, Max and 1 more"),
        pair("Inner", "Ada B, Lena, Max and 2 more API key: ci"),
        pair("Left", "Nobody"),
        pair("None", "Nobody"),
        pair("Own", "Only the owner"),
        pair("Own inner", "Only the owner"),
        pair("Theirs", "Lena"),
    ];
    for (name, told) in &everything {
        let query = format!("q={}", name.replace(' ', "+"));
        let found = access(&owner, &query).await;
        assert!(found.contains(&pair(name, told)), "{name}: {found:?}");
    }
    for (query, told) in [
        ("access=nobody", "Nobody"),
        ("access=owner", "Only the owner"),
        ("access=key", "API key: ci"),
    ] {
        let all = everything.iter().cloned();
        let expected: Vec<_> = all.filter(|(_, is)| is.ends_with(told)).collect();
        assert_eq!(access(&owner, query).await, expected, "{query}");
    }
    // Over, and so given to nobody any more.
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = now() - interval '1 day'"));
    assert_eq!(
        access(&owner, "q=inner").await,
        [pair("Inner", "Nobody"), pair("Own inner", "Only the owner")]
    );
    assert_eq!(access(&owner, "access=key").await, []);
}

#[actix_web::test]
async fn a_folder_within_another_is_found_by_owner_and_key_and_told_where_it_is() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let email = "priya@brightwater.example";
    let priya = make::named(&app, "brightwater", "Priya Nair", email, Role::Member);
    let key = make::key(&app, "brightwater", "ci");
    let company = make::folder(&app, "brightwater", "Company", None);
    let sales = make::subfolder(&app, &company, "Sales");
    let plans = make::subfolder(&app, &sales, "Plans");
    make::subfolder(&app, &plans, "Drafts");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = '{priya}' WHERE id = '{plans}'"
        ));
    });
    make::shared(&app, &plans, ("key_id", &key.id), "user");
    // At the top there is neither.
    assert_eq!(access(&owner, "").await, [pair("Company", "Nobody")]);
    let found = page(&owner, &format!("owner={priya}")).await;
    assert_eq!(found.all("main tbody .who > a"), ["Plans"]);
    assert_eq!(
        found.all("main tbody .who small"),
        ["In Company / Sales", "1 folder in it"]
    );
    assert_eq!(
        access(&owner, "access=key").await,
        [
            pair("Drafts", "Priya Nair API key: ci"),
            pair("Plans", "API key: ci")
        ]
    );
    let figures = page(&owner, "").await.all(".figs dd");
    assert!(figures.contains(&"2 of 4".to_owned()), "{figures:?}");
    // Where somebody comes to it is told there too.
    let reached = page(&owner, &format!("who=api_key.{}", key.id)).await;
    assert!(reached.text().contains("In Company / Sales"));
}

#[actix_web::test]
async fn the_suspended_and_personal_keys_are_looked_up_too() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let email = "priya@brightwater.example";
    let priya = make::named(&app, "brightwater", "Priya Nair", email, Role::Member);
    let folder = make::folder(&app, "brightwater", "Company", None);
    make::shared(&app, &folder, ("member_id", &priya), "user");
    let read = [Permission::ObjectsList];
    let personal = make::personal(&app, ("brightwater", &priya), "priya laptop", &read);
    make::suspended(&app, &priya);
    let found = page(&owner, "find=pri").await;
    assert_eq!(found.all("main .items b a"), ["Priya Nair", "priya laptop"]);
    assert_eq!(found.all("main .items .badge"), ["Person", "Personal key"]);
    let notes = found.all("main .items small");
    assert_eq!(notes[0], "priya@brightwater.example, suspended");
    assert!(notes[1].contains("Reaches what Priya Nair does, within its permissions"));
    // A personal key leads to whose roles it has.
    let who = format!("member.{priya}");
    let links = found.attributes("main .items b a", "href");
    assert_eq!(
        links,
        [
            format!("{LIBRARY}?who={who}"),
            format!("{LIBRARY}?who={who}")
        ]
    );
    let about = page(&owner, &format!("who=api_key.{}", personal.id)).await;
    assert_eq!(about.one("h2.sect"), "What Priya Nair reaches");
    assert!(
        about
            .text()
            .contains("They are suspended, and reach none of it")
    );
    let asked = [("who", who.as_str()), ("do", "remove_all")];
    let question = owner.post(&format!("{LIBRARY}/selection"), &asked).await;
    let form = question.expect(200).page().form("#question");
    let done = owner.submit(&form).await.expect(303);
    let flash = owner.follow(&done).await.page().one("#flash");
    assert!(
        flash.contains("Priya Nair is removed from 1 folder."),
        "{flash}"
    );
    let left = app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM shares"));
    assert_eq!(left, "0");
    let key = make::key(&app, "brightwater", "ci");
    make::revoked(&app, &key, "unneeded");
    let about = page(&owner, &format!("who=api_key.{}", key.id)).await;
    assert!(about.text().contains("The key is revoked"));
}

#[actix_web::test]
async fn what_somebody_reaches_is_shown_whole_whatever_else_the_address_says() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Sales", &[]);
    for name in ["Company", "Plans"] {
        let folder = make::folder(&app, "brightwater", name, None);
        make::shared(&app, &folder, ("group_id", &group), "user");
    }
    let who = format!("who=group.{group}");
    let about = page(
        &owner,
        &format!("{who}&q=plans&access=nobody&sort=newest&state=trash"),
    )
    .await;
    assert_eq!(about.all("main tbody .who > a"), ["Company", "Plans"]);
    assert!(!about.has("#q") && !about.has("#owner") && about.has("#find"));
    assert_eq!(
        about.attributes("#list input[name=next]", "value")[0],
        format!("{LIBRARY}?{who}")
    );
}
