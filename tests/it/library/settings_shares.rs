//! Settings → Workspace → Library: all that one person, group or key was given is taken away at once.

use keyroom::actor::Role;

use super::log;
use crate::support::{TestApp, make};

const LIBRARY: &str = "/w/brightwater/settings/library";

#[actix_web::test]
async fn all_that_one_was_given_is_taken_away_in_one_step_and_given_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(
        &app,
        "brightwater",
        "Priya Nair",
        "priya@brightwater.example",
        Role::Member,
    );
    let group = make::group(&app, "brightwater", "Sales", &[]);
    make::in_group(&app, &group, &priya);
    let key = make::key(&app, "brightwater", "ci");
    let top = make::folder(&app, "brightwater", "Company", None);
    let inner = make::subfolder(&app, &top, "Inner");
    let two = make::folder(&app, "brightwater", "Two", None);
    let old = make::folder(&app, "brightwater", "Old", None);
    let own = make::folder(&app, "brightwater", "Own", Some(&priya));
    let deep = make::subfolder(&app, &own, "Deep");
    for folder in [&top, &inner, &two, &old, &deep] {
        make::shared(&app, folder, ("member_id", &priya), "user");
    }
    make::shared(&app, &two, ("group_id", &group), "user");
    make::shared(&app, &two, ("key_id", &key.id), "user");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET trashed_at = now(), trashed_by = 'Ada', trashed_with = id WHERE id = '{old}';
             UPDATE folders SET owner_member_id = NULL WHERE id = '{deep}'"
        ));
    });
    let who = format!("member.{priya}");
    let about = format!("{LIBRARY}?who={who}");
    let page = owner.get(&about).await.expect(200).page();
    assert!(page.text().contains("Remove all shares"));
    let fields = [
        ("who", who.as_str()),
        ("next", &about),
        ("do", "remove_all"),
    ];
    let (asked, queries) = app
        .counting(owner.post(&format!("{LIBRARY}/selection"), &fields))
        .await;
    assert!(queries.len() < 20, "{queries:?}");
    let page = asked.expect(200).page();
    assert_eq!(page.one("h1"), "Remove all shares of Priya Nair?");
    assert_eq!(
        page.all("main .items b"),
        ["Company", "Deep", "Inner", "Old", "Two"]
    );
    // What was given in the folder above goes too, and so is no way that stays.
    assert_eq!(
        page.all("main .items small"),
        [
            "Loses access",
            "Keeps a role: through Own",
            "Loses access",
            "In the trash",
            "Keeps a role: through Sales",
        ]
    );
    let done = owner.submit(&page.form("#question")).await.expect(303);
    let list = owner.follow(&done).await.page();
    assert!(
        list.text()
            .contains("Priya Nair is removed from 5 folders.")
    );
    assert_eq!(list.all("main tbody .who > a"), ["Own", "Two"]);
    assert_eq!(log(&app).len(), 5);
    let left =
        app.sql(|sql| sql.lines("SELECT role || ' ' || (member_id IS NULL) AS line FROM shares"));
    assert_eq!(left, ["user true", "user true"]);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = '{priya}' WHERE id = '{two}'"
        ));
    });
    let undo = list.form(&list.attributes("form[action$=reversal]", "action")[0]);
    let undone = owner.submit(&undo).await.expect(303);
    // What is in the trash, or theirs by now, stays as it is.
    assert!(
        owner
            .follow(&undone)
            .await
            .page()
            .text()
            .contains("Access to 3 folders is back.")
    );
    // A member who is nobody's admin, and another workspace's owner.
    let member = app.sign_in("priya@brightwater.example").await;
    let elsewhere = app.workspace("Elsewhere").await;
    let all = [("who", who.as_str()), ("all", "yes")];
    member
        .post(&format!("{LIBRARY}/removals"), &all)
        .await
        .expect(403);
    elsewhere
        .post("/w/elsewhere/settings/library/removals", &all)
        .await
        .expect(404);
    // Nothing was given to the other group.
    let other = make::group(&app, "brightwater", "Idle", &[]);
    let idle = [("who", &*format!("group.{other}")), ("do", "remove_all")];
    let none = owner
        .post(&format!("{LIBRARY}/selection"), &idle)
        .await
        .expect(303);
    assert!(
        owner
            .follow(&none)
            .await
            .page()
            .text()
            .contains("Idle was given nothing.")
    );
}
