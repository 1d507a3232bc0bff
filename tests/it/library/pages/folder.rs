//! A folder's own page, and what is asked over it.

use keyroom::actor::Role;

use super::{AUDIT, LIBRARY, create, id_of, made, many, names, names_at, posting, share};
use crate::{
    scenes::sentences,
    support::{Browser, TestApp, make, page::Page},
};

async fn page_of(browser: &Browser, folder: &str) -> Page {
    browser.get(folder).await.expect(200).page()
}

#[actix_web::test]
async fn whoever_has_no_role_in_a_folder_does_not_learn_of_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let folder = made(&owner, LIBRARY, "Plans").await;
    let member = app.member(Role::Member).await;
    let elsewhere = app.workspace("Elsewhere").await;
    let missing = folder.replace(id_of(&folder), "018f0000-0000-7000-8000-000000000000");
    for path in [folder.clone(), missing] {
        for what in [
            "",
            "/new",
            "/details",
            "/deletion",
            "/restoration",
            "/destruction",
        ] {
            let path = format!("{path}{what}");
            member.get(&path).await.expect(404);
            elsewhere.get(&path).await.expect(404);
            app.stranger().get(&path).await.expect(303);
        }
    }
    elsewhere
        .get(&folder.replace("brightwater", "elsewhere"))
        .await
        .expect(404);
}

#[actix_web::test]
async fn a_role_says_what_the_page_offers() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let top = made(&owner, LIBRARY, "Company").await;
    let plans = made(&owner, &top, "Plans").await;
    made(&owner, &plans, "2027").await;
    made(&owner, &plans, "Attic").await;
    app.sql(|sql| sql.execute("UPDATE folders SET visibility = 'unlisted' WHERE name = 'Attic'"));
    share(&app, &plans, ("member_id", &me), "user");
    let page = page_of(&member, &plans).await;
    assert_eq!(
        page.all(".crumbs li"),
        ["Library", "Plans"],
        "not what is above"
    );
    assert_eq!(names(&page), ["2027"]);
    assert!(page.text().contains("You are User here"));
    assert!(!page.has("#new-folder") && !page.has("#more"));
    let said = page.attributes(".pile", "aria-label");
    assert_eq!(said, ["2 people have access"]);
    for what in ["new", "details", "deletion"] {
        let refused = member.get(&format!("{plans}/{what}")).await.expect(403);
        assert!(
            refused
                .page()
                .text()
                .contains("You need to be an Editor of this folder")
        );
    }
    member
        .post(&format!("{plans}/deletion"), &[])
        .await
        .expect(403);
    app.sql(|sql| sql.execute("UPDATE shares SET role = 'editor'"));
    let page = page_of(&member, &plans).await;
    assert_eq!(names(&page), ["2027", "Attic"]);
    assert!(page.has("#new-folder") && page.has("#more"));
    let theirs = made(&member, &plans, "By the member").await;
    let page = page_of(&owner, &theirs).await;
    let crumbs = page.all(".crumbs li");
    assert_eq!(crumbs, ["Library", "Company", "Plans", "By the member"]);
}

#[actix_web::test]
async fn an_admin_without_a_role_sees_that_it_is_there_and_can_give_themselves_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    made(&owner, &plans, "2027").await;
    assert_eq!(names_at(&admin, LIBRARY).await, [""; 0]);
    let page = page_of(&admin, &plans).await;
    assert!(page.text().contains("You have no role in this folder"));
    assert!(!page.text().contains("2027") && !page.has("#new-folder"));
    // They look after it all the same.
    assert_eq!(page.all("#menu li").len(), 3);
    admin.get(&format!("{plans}/new")).await.expect(403);
    let form = posting(&page, "/role");
    let done = admin.submit(&form.also("role", "editor")).await.expect(303);
    let page = admin.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("You are an Editor of Plans now.")
    );
    assert_eq!(names(&page), ["2027"]);
    assert_eq!(sentences(&owner, AUDIT).await[0], "shared folder Plans");
    for bad in ["owner", ""] {
        let path = format!("{plans}/role");
        let reply = admin.post(&path, &[("role", bad)]).await;
        assert_eq!(reply.status, 400);
    }
}

#[actix_web::test]
async fn details_are_changed_and_mistakes_keep_what_was_typed() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    let notes = made(&owner, &plans, "Notes").await;
    made(&owner, &plans, "Other").await;
    let path = format!("{notes}/details?next={plans}");
    let page = owner.get(&path).await.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Edit Notes");
    let form = posting(&page, "/details");
    for (name, description, wrong) in [
        ("", "fine", "name"),
        ("OTHER", "fine", "name"),
        ("Fine", &*"x".repeat(1_001), "description"),
    ] {
        let typed = form
            .clone()
            .with("name", name)
            .with("description", description);
        let again = owner.submit(&typed).await.expect(422).page();
        assert!(again.has(&format!("#{wrong}-error")), "{name}");
        assert!(again.title().starts_with("Error: "));
        assert_eq!(posting(&again, "/details").value("name"), Some(name));
    }
    let form = form
        .with("name", "Protocols")
        .with("description", "One a week.\nSigned.")
        .also("visibility", "unlisted");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), plans, "where the dialog was opened");
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Protocols is saved."));
    assert_eq!(names(&page), ["Other", "Protocols"]);
    assert!(page.text().contains("Unlisted") && page.text().contains("One a week."));
    let said = &sentences(&owner, AUDIT).await[0];
    assert_eq!(said, "renamed the folder to Protocols");
}

/// What was changed since a form was opened stays, and where both changed the same, it is asked once more.
#[actix_web::test]
async fn a_form_changes_only_what_was_changed_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    let path = format!("{plans}/details");
    let form = posting(&page_of(&owner, &path).await, "/details");
    let is = || {
        app.sql(|sql| {
            sql.line("SELECT name || '/' || description || '/' || visibility AS line FROM folders")
        })
    };
    let meanwhile = |change: &str| {
        app.sql(|sql| sql.execute(&format!("UPDATE folders SET {change}")));
    };
    meanwhile("description = 'One', visibility = 'unlisted'");
    let renamed = form.clone().with("name", "Plan");
    owner.submit(&renamed).await.expect(303);
    assert_eq!(is(), "Plan/One/unlisted");
    // The same once more wants what is there.
    owner.submit(&renamed).await.expect(303);
    let typed = form.with("name", "Mine").also("visibility", "unlisted");
    let typed = typed.with("description", "Mine\r\ntoo");
    let again = owner.submit(&typed).await.expect(409).page();
    assert_eq!(is(), "Plan/One/unlisted");
    assert!(again.title().starts_with("Not saved. "));
    assert_eq!(
        again.all("#meanwhile li"),
        [
            "The name is “Plan” now. Saving again changes it to “Mine”.",
            "The description is “One” now. Saving again changes it to “Mine too”.",
        ]
    );
    let form = posting(&again, "/details");
    assert_eq!(form.value("name"), Some("Mine"));
    assert_eq!(form.value("visibility"), Some("unlisted"));
    owner
        .submit(&form.clone().with("was", "{}"))
        .await
        .expect(400);
    owner.submit(&form).await.expect(303);
    assert_eq!(is(), "Mine/Mine\ntoo/unlisted");
}

#[actix_web::test]
async fn search_in_a_folder_looks_at_any_depth_and_nowhere_else() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    let year = made(&owner, &plans, "Year").await;
    made(&owner, &year, "Budget draft").await;
    made(&owner, LIBRARY, "Budget elsewhere").await;
    let page = page_of(&owner, &format!("{plans}?q=budget")).await;
    assert_eq!(names(&page), ["Budget draft"]);
    assert_eq!(page.all("tbody .middle"), ["Year"]);
    let none = page_of(&owner, &format!("{plans}?q=plans")).await;
    assert_eq!(none.one("#empty"), "Nothing matches");
    owner.get(&format!("{plans}?show=own")).await.expect(404);
}

#[actix_web::test]
async fn deleting_asks_first_and_can_be_undone() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::named(
        &app,
        "brightwater",
        "Sam Okafor",
        "sam@x.example",
        Role::Member,
    );
    let sam = make::member_id(&app, "brightwater", "sam@x.example");
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let key = make::key(&app, "brightwater", "ci-deploy");
    let plans = made(&owner, LIBRARY, "Plans").await;
    let year = made(&owner, &plans, "2027").await;
    made(&owner, &year, "May").await;
    share(&app, &plans, ("group_id", &group), "user");
    share(&app, &year, ("member_id", &sam), "user");
    share(&app, &year, ("key_id", &key.id), "editor");
    let page = owner
        .get(&format!("{plans}/deletion"))
        .await
        .expect(200)
        .page();
    assert_eq!(page.one("#dialog-title"), "Delete Plans?");
    let text = page.text();
    for said in ["2 folders", "1 person, 1 group and 1 API key lose access"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let losing = page.all(".losses li");
    assert_eq!(losing, ["Engineering", "Sam Okafor", "ci-deploy"]);
    let done = owner.submit(&posting(&page, "/deletion")).await.expect(303);
    assert_eq!(done.location(), LIBRARY);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Plans is in the trash."));
    assert_eq!(names(&page), [""; 0]);
    owner.get(&plans).await.expect(404);
    owner.get(&year).await.expect(404);
    let back = owner
        .submit(&posting(&page, "/restoration"))
        .await
        .expect(303);
    assert_eq!(back.location(), LIBRARY);
    let page = owner.follow(&back).await.expect(200).page();
    assert!(page.one("#flash").contains("Plans is restored."));
    assert_eq!(names_at(&owner, &plans).await, ["2027"]);
    let said = sentences(&owner, AUDIT).await;
    assert_eq!(said[..2], ["restored folder Plans", "deleted folder Plans"]);
    // One in another leads back to that, wherever it was asked for.
    let page = owner
        .get(&format!("{year}/deletion"))
        .await
        .expect(200)
        .page();
    let form = posting(&page, "/deletion");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), plans);
}

#[actix_web::test]
async fn what_is_in_a_folder_is_paged() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let plans = made(&owner, LIBRARY, "Plans").await;
    many(&app, 60);
    let id = id_of(&plans);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET parent_id = '{id}', path = ARRAY['{id}'::uuid, id] WHERE id <> '{id}'"
        ));
    });
    let page = page_of(&owner, &plans).await;
    assert_eq!(names(&page).len(), 50);
    let on = page.attributes("a[rel=next]", "href");
    let rest = page_of(&owner, &on[0]).await;
    assert_eq!(names(&rest).len(), 10);
    assert!(create(&owner, &plans, "folder 07").await.status == 422);
}
