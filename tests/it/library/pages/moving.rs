//! A folder is moved, and handed over.

use keyroom::actor::Role;

use super::{AUDIT, LIBRARY, id_of, made, names, posting, share};
use crate::{
    scenes::sentences,
    support::{TestApp, make},
};

#[actix_web::test]
async fn a_move_says_first_who_gains_and_who_loses() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let person = |name: &str, email: &str| {
        make::named(&app, "brightwater", name, email, Role::Member);
        make::member_id(&app, "brightwater", email)
    };
    let [sam, lena, priya] = [
        person("Sam Okafor", "sam@x.example"),
        person("Lena Fischer", "lena@x.example"),
        person("Priya Nair", "priya@x.example"),
    ];
    let group = make::group(&app, "brightwater", "Writers", &[]);
    make::in_group(&app, &group, &priya);
    let key = make::key(&app, "brightwater", "ci-deploy");
    let company = made(&owner, LIBRARY, "Company").await;
    let plans = made(&owner, &company, "Plans").await;
    let archive = made(&owner, LIBRARY, "Archive").await;
    made(&owner, &archive, "2024").await;
    share(&app, &company, ("member_id", &sam), "user");
    share(&app, &company, ("member_id", &lena), "editor");
    share(&app, &company, ("member_id", &priya), "user");
    share(&app, &plans, ("member_id", &lena), "user");
    share(&app, &plans, ("group_id", &group), "user");
    share(&app, &archive, ("key_id", &key.id), "user");
    share(&app, &archive, ("group_id", &group), "editor");
    // It is looked for where it can go.
    let path = format!("{plans}/move");
    let page = owner.get(&path).await.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Move Plans");
    assert_eq!(page.one("#places"), "Company");
    assert!(page.text().contains("It is here already."));
    let up = page.attributes("dialog .crumbs a", "href");
    let page = owner.get(&up[0]).await.expect(200).page();
    assert_eq!(page.all(".places .t"), ["Archive", "Company"]);
    let places = page.attributes(".places a", "href");
    let page = owner.get(&places[0]).await.expect(200).page();
    assert_eq!(page.all(".places .t"), ["2024"]);
    let found = format!("{path}?at=top&q=arch");
    let found = owner.get(&found).await.expect(200).page();
    assert_eq!(found.all(".places .t"), ["Archive"]);
    let here = page.attributes("dialog .df .primary", "href");
    let page = owner.get(&here[0]).await.expect(200).page();
    assert_eq!(page.one("#dialog-title"), "Move Plans to Archive?");
    let loses = page.all("#loses li");
    assert_eq!(
        loses,
        [
            "Sam Okafor User, through Company",
            "Lena Fischer Editor, through Company; stays User",
        ]
    );
    let gains = page.all("#gains li");
    assert_eq!(
        gains,
        [
            "Writers Editor instead of User, through Archive",
            "ci-deploy User, through Archive",
        ]
    );
    let done = owner.submit(&posting(&page, "/move")).await.expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Plans is in Archive now."));
    assert_eq!(page.all(".crumbs li"), ["Library", "Archive", "Plans"]);
    assert_eq!(sentences(&owner, AUDIT).await[0], "moved folder Plans");
    let back = owner.submit(&posting(&page, "/move/")).await.expect(303);
    let page = owner.follow(&back).await.expect(200).page();
    assert_eq!(page.all(".crumbs li"), ["Library", "Company", "Plans"]);
}

/// Of more than are read, nothing is said that is not so.
#[actix_web::test]
async fn whoever_keeps_access_is_no_loser_however_many_there_are() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let company = made(&owner, LIBRARY, "Company").await;
    let plans = made(&owner, &company, "Plans").await;
    let archive = made(&owner, LIBRARY, "Archive").await;
    let ask = async || {
        let page = format!("{plans}/move?to={}", id_of(&archive));
        owner.get(&page).await.expect(200).page()
    };
    let nobody = "Nobody gains or loses access.";
    // Before all others: who would lose it, if they had not been given it in the folder itself.
    let give = |folder: &str, from: u32, to: u32| {
        let folder = id_of(folder);
        app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO shares (workspace_id, id, folder_id, member_id, role, created_at)
                 SELECT members.workspace_id, gen_random_uuid(), '{folder}', members.id, 'user', now()
                 FROM members JOIN users ON users.id = user_id
                 WHERE email BETWEEN 'm{from:03}@x.example' AND 'm{to:03}@x.example'"
            ));
        });
    };
    for n in 1..=130 {
        let (name, email) = (format!("Member {n:03}"), format!("m{n:03}@x.example"));
        make::named(&app, "brightwater", &name, &email, Role::Member);
    }
    // All have it in the folder itself, and some from above too.
    give(&plans, 1, 130);
    give(&company, 1, 30);
    let page = ask().await;
    assert!(page.text().contains(nobody), "{}", page.text());
    assert_eq!(page.all("#loses li"), [""; 0]);
    assert!(!page.text().contains("More than 100"));
    // In the place too, which is no gain.
    give(&archive, 31, 130);
    let page = ask().await;
    assert!(page.text().contains(nobody), "{}", page.text());
    assert!(!page.text().contains("More than 100"));
    // Now there are more than are read.
    give(&company, 31, 130);
    let page = ask().await;
    assert_eq!(page.all("#loses li"), [""; 0]);
    assert!(!page.text().contains(nobody), "{}", page.text());
    assert!(page.text().contains("More than 100 roles"));
}

#[actix_web::test]
async fn a_folder_goes_only_where_one_may_put_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let read = made(&owner, LIBRARY, "Read").await;
    let hidden = made(&owner, LIBRARY, "Hidden").await;
    share(&app, &read, ("member_id", &me), "user");
    let mine = made(&member, LIBRARY, "Mine").await;
    let inside = made(&member, &mine, "Inside").await;
    made(&member, LIBRARY, "Inside").await;
    let to = |place: &str| format!("{mine}/move?to={}", id_of(place));
    member.get(&to(&read)).await.expect(403);
    member.get(&to(&hidden)).await.expect(404);
    member
        .get(&format!("{mine}/move?to=nowhere"))
        .await
        .expect(404);
    let page = member
        .get(&format!("{mine}/move?at={}", id_of(&read)))
        .await
        .expect(200)
        .page();
    assert!(page.text().contains("You need to be an Editor here"));
    let path = format!("{mine}/move");
    for (place, status) in [(&read, 403), (&hidden, 404)] {
        let fields = [("to", id_of(place))];
        member.post(&path, &fields).await.expect(status);
    }
    let itself = member
        .post(&path, &[("to", id_of(&inside))])
        .await
        .expect(422);
    assert!(itself.page().text().contains("cannot be moved into itself"));
    // There is one of that name at the top.
    let taken = member
        .post(&format!("{inside}/move"), &[("to", "top")])
        .await
        .expect(422)
        .page();
    assert!(taken.text().contains("is there already"));
    // A role in what is moved is not enough, nor is looking after all folders.
    member.get(&format!("{read}/move")).await.expect(403);
    let admin = app.member(Role::Admin).await;
    admin.get(&path).await.expect(403);
    admin.post(&path, &[("to", "top")]).await.expect(403);
}

#[actix_web::test]
async fn a_folder_is_handed_over_to_one_active_member() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    make::named(
        &app,
        "brightwater",
        "Sam Okafor",
        "sam@x.example",
        Role::Member,
    );
    let sam = make::member_id(&app, "brightwater", "sam@x.example");
    let mine = made(&member, LIBRARY, "Plans").await;
    let path = format!("{mine}/owner");
    let page = member.get(&path).await.expect(200).page();
    assert!(page.text().contains("It is yours now."));
    let form = posting(&page, "/owner");
    let found = member
        .submit(&form.clone().with("q", "okaf").also("do", "find"))
        .await
        .expect(200)
        .page();
    assert!(found.text().contains("1 person found."));
    let none = member
        .submit(&form.clone().also("do", "add"))
        .await
        .expect(422);
    assert!(
        none.page()
            .one("#subject-error")
            .contains("Choose one person")
    );
    let chosen = form
        .also("subject", &format!("member:{sam}"))
        .also("do", "add");
    let done = member.submit(&chosen).await.expect(303);
    let page = member.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Plans is Sam Okafor’s now."));
    // Still Editor, and no owner any more.
    assert!(page.has("#new-folder"));
    member.get(&path).await.expect(403);
    let said = sentences(&owner, AUDIT).await;
    assert!(said.contains(&"handed over folder Plans".to_owned()));
    // Who looks after all folders may too, without a role.
    let page = owner.get(&path).await.expect(200).page();
    assert!(page.text().contains("It is Sam Okafor’s now."));
    let elsewhere = app.workspace("Elsewhere").await;
    elsewhere.get(&path).await.expect(404);
    make::named(
        &app,
        "brightwater",
        "Lena Fischer",
        "lena@x.example",
        Role::Member,
    );
    let lena = make::member_id(&app, "brightwater", "lena@x.example");
    make::suspended(&app, &lena);
    let form = posting(&page, "/owner").also("do", "add");
    for nobody in [format!("member:{lena}"), "member:x".to_owned()] {
        let reply = owner.submit(&form.clone().also("subject", &nobody)).await;
        assert!(
            matches!(reply.status, 404 | 422),
            "{nobody}: {}",
            reply.status
        );
    }
    assert_eq!(names(&owner.get(LIBRARY).await.expect(200).page()), [""; 0]);
}
