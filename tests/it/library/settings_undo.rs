//! Settings → Workspace → Library: what is done to many folders is taken back, and asked with what it does.

use keyroom::actor::Role;

use super::log;
use crate::support::{Browser, TestApp, http::Reply, make};

const LIBRARY: &str = "/w/brightwater/settings/library";
const SAM: &str = "sam@brightwater.example";

fn member(app: &TestApp, name: &str, email: &str) -> String {
    make::named(app, "brightwater", name, email, Role::Member)
}

fn shares(app: &TestApp) -> Vec<String> {
    let told = "SELECT folders.name || ': ' || users.name || ' ' || shares.role || coalesce(' until ' || expires_at::date, '') AS line
                FROM shares JOIN folders ON folders.id = folder_id JOIN members ON members.id = member_id
                JOIN users ON users.id = user_id ORDER BY 1";
    app.sql(|sql| sql.lines(told))
}

fn owners(app: &TestApp) -> Vec<String> {
    let told = "SELECT folders.name || ': ' || coalesce(users.name, '-') AS line FROM folders
                LEFT JOIN members ON members.id = owner_member_id LEFT JOIN users ON users.id = user_id ORDER BY 1";
    app.sql(|sql| sql.lines(told))
}

/// What the flash says, and what its *Undo* then says; that is empty where there is none.
async fn told(browser: &Browser, done: Reply) -> (String, String) {
    let page = browser.follow(&done.expect(303)).await.expect(200).page();
    let flash = page.one("#flash");
    if !page.has("form[action$=reversal]") {
        return (flash, String::new());
    }
    let action = page
        .attributes("form[action$=reversal]", "action")
        .remove(0);
    let undone = browser.submit(&page.form(&action)).await.expect(303);
    let undone = browser.follow(&undone).await.expect(200).page();
    (flash, undone.one("#flash"))
}

#[actix_web::test]
async fn a_role_for_oneself_lowers_nothing_and_is_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let me = make::member_id(&app, "brightwater", &owner.email());
    let top = make::folder(&app, "brightwater", "Top", None);
    let within = make::subfolder(&app, &top, "Within");
    let user = make::folder(&app, "brightwater", "User", None);
    let new = make::folder(&app, "brightwater", "New", None);
    make::shared(&app, &top, ("member_id", &me), "editor");
    make::shared(&app, &user, ("member_id", &me), "user");
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = '2999-01-02T00:00:00Z'"));
    let before = shares(&app);
    let name = &before[0][5..before[0].len() - " editor until 2999-01-02".len()];
    let path = format!("{LIBRARY}/roles");
    let all = |role: &'static str| {
        let ids = [&top, &within, &user, &new];
        let ids = ids.map(|id| ("id", id.as_str()));
        [ids.as_slice(), &[("role", role)]].concat()
    };
    // What one has stays, also its end; a User by it becomes an Editor, until that is taken back.
    for (role, given, after) in [
        (
            "user",
            "1 folder can be read by you.",
            vec![format!("New: {name} user")],
        ),
        (
            "editor",
            "2 folders can be changed by you.",
            vec![
                format!("New: {name} editor"),
                format!("User: {name} editor"),
            ],
        ),
    ] {
        let done = owner.post(&path, &all(role)).await;
        let now = shares(&app);
        for line in after {
            assert!(now.contains(&line), "{now:?}");
        }
        assert!(now.contains(&before[0]), "{now:?}");
        let (flash, undone) = told(&owner, done).await;
        assert!(
            flash.contains(given) && flash.contains("it stays as it is"),
            "{flash}"
        );
        assert!(undone.contains("as before."), "{undone}");
        assert_eq!(shares(&app), before);
    }
    let has = [("id", top.as_str()), ("id", &within), ("role", "user")];
    let done = owner.post(&path, &has).await;
    let (flash, undone) = told(&owner, done).await;
    assert!(flash.contains("You have that role already."), "{flash}");
    assert_eq!((undone, shares(&app)), (String::new(), before));
}

#[actix_web::test]
async fn what_was_handed_over_is_handed_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = member(&app, "Priya Nair", "priya@brightwater.example");
    let sam = member(&app, "Sam Okafor", SAM);
    let one = make::folder(&app, "brightwater", "One", Some(&priya));
    let two = make::folder(&app, "brightwater", "Two", None);
    make::shared(&app, &one, ("member_id", &sam), "user");
    app.sql(|sql| sql.execute("UPDATE shares SET expires_at = '2999-01-02T00:00:00Z'"));
    let before = (owners(&app), shares(&app));
    let path = format!("{LIBRARY}/owners");
    let fields = [("id", one.as_str()), ("id", &two), ("heir", SAM)];
    let done = owner.post(&path, &fields).await;
    assert_eq!(owners(&app), ["One: Sam Okafor", "Two: Sam Okafor"]);
    assert_eq!(shares(&app), ["One: Priya Nair editor"]);
    let (flash, undone) = told(&owner, done).await;
    assert!(flash.contains("Sam Okafor owns 2 folders now."), "{flash}");
    assert!(undone.contains("2 folders as before."), "{undone}");
    assert_eq!((owners(&app), shares(&app)), before);
    assert_eq!(
        log(&app),
        ["folder.handed_over One", "folder.handed_over Two"].repeat(2)
    );
    // What is somebody else's by then stays theirs.
    let done = owner.post(&path, &fields).await;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = '{priya}' WHERE id = '{two}'"
        ));
    });
    let (_, undone) = told(&owner, done).await;
    assert!(
        undone.contains("1 folder as before.") && undone.contains("Two"),
        "{undone}"
    );
    assert_eq!(owners(&app), ["One: Priya Nair", "Two: Priya Nair"]);
    // One alone, on its own page: whoever looks after all folders can take it back, and is led back there.
    let page = format!("/w/brightwater/folders/{two}/owner");
    let chosen = format!("member:{sam}");
    let fields = [
        ("subject", chosen.as_str()),
        ("do", "add"),
        ("next", LIBRARY),
    ];
    let done = owner.post(&page, &fields).await;
    let (flash, undone) = told(&owner, done).await;
    assert!(flash.contains("Two is Sam Okafor’s now."), "{flash}");
    assert!(undone.contains("1 folder as before."), "{undone}");
    assert_eq!(owners(&app), ["One: Priya Nair", "Two: Priya Nair"]);
    // Whose it was cannot: it is not theirs any more.
    let member = app.sign_in("priya@brightwater.example").await;
    let done = member.post(&page, &fields[..2]).await;
    assert_eq!(told(&member, done).await.1, "");
    assert_eq!(owners(&app), ["One: Priya Nair", "Two: Sam Okafor"]);
}

#[actix_web::test]
async fn the_trash_is_asked_with_who_loses_access_and_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = member(&app, "Priya Nair", "priya@brightwater.example");
    let sam = member(&app, "Sam Okafor", SAM);
    let key = make::key(&app, "brightwater", "ci");
    let one = make::folder(&app, "brightwater", "One", Some(&priya));
    let inner = make::subfolder(&app, &one, "Inner");
    make::shared(&app, &inner, ("key_id", &key.id), "user");
    let two = make::folder(&app, "brightwater", "Two", None);
    make::shared(&app, &two, ("member_id", &sam), "user");
    let ask = async |ids: &[&str]| {
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", *id)).collect();
        fields.push(("do", "trash"));
        let reply = owner.post(&format!("{LIBRARY}/selection"), &fields).await;
        reply.expect(200).page()
    };
    let page = ask(&[&one, &two]).await;
    assert_eq!(
        page.all("main .losses li"),
        ["Priya Nair", "ci", "Sam Okafor"]
    );
    assert!(page.text().contains("2 people and 1 API key lose access"));
    assert_eq!(page.all("main .items small"), ["1 folder in it"]);
    let empty = make::folder(&app, "brightwater", "Empty", None);
    let none = ask(&[&empty]).await;
    assert!(none.text().contains("Nobody else has access to them."));
    // What is in one of them went with it, or before it.
    let page = ask(&[&inner, &one, &two]).await;
    let done = owner.submit(&page.form("#question")).await;
    let trashed = "SELECT name AS line FROM folders WHERE trashed_at IS NOT NULL ORDER BY name";
    assert_eq!(app.sql(|sql| sql.lines(trashed)), ["Inner", "One", "Two"]);
    let (flash, undone) = told(&owner, done).await;
    assert!(flash.contains("3 folders in the trash."), "{flash}");
    assert!(undone.contains("as before."), "{undone}");
    assert_eq!(app.sql(|sql| sql.lines(trashed)), [""; 0]);
    // What was put there again since stays there.
    let page = ask(&[&two]).await;
    let done = owner.submit(&page.form("#question")).await;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET trashed_at = trashed_at + interval '1 minute' WHERE id = '{two}'"
        ));
    });
    let (_, undone) = told(&owner, done).await;
    assert!(
        undone.contains("Nothing was taken back.") && undone.contains("Two"),
        "{undone}"
    );
    // Nothing else is taken back by that way.
    let entry = app.sql(|sql| {
        sql.line(
            "SELECT id::text AS line FROM audit_events WHERE action = 'folder.restored' LIMIT 1",
        )
    });
    for entry in [entry, keyroom::ids::AuditEventId::fresh().to_string()] {
        let path = format!("{LIBRARY}/changes/{entry}/reversal");
        owner.post(&path, &[]).await.expect(404);
    }
}
