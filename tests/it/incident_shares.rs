//! What a compromised key gave to others, and that is taken away on the page of its incident.

use keyroom::actor::Role;
use serde_json::{Value, json};

use crate::{
    scenes::{AUDIT, at, sentences},
    support::{
        TestApp,
        make::{self, MadeKey},
        page::Page,
    },
};

const HOME: &str = "brightwater";

/// Keys of the workspace that may share: one that leaks, one that it made, and one that has nothing to do with them.
fn keys(app: &TestApp) -> [MadeKey; 3] {
    let keys = ["root", "child", "stranger"].map(|label| make::key(app, HOME, label));
    make::made_with(app, &keys[1], &keys[0]);
    for key in &keys {
        make::unhurried(app, key);
    }
    keys
}

/// Each gives as programs do: who, which of them, and the role.
async fn give(app: &TestApp, key: &MadeKey, folder: &str, grants: &[(&str, &str, &str)]) {
    let grant =
        |(kind, id, role): &(&str, &str, &str)| json!({"type": kind, "id": id, "role": role});
    let grants: Vec<Value> = grants.iter().map(grant).collect();
    let path = format!("/v1/folders/{folder}/access");
    let program = app.api(&key.secret);
    program
        .put(&path, &json!({ "grants": grants }))
        .await
        .expect(200);
}

async fn leak(app: &TestApp, key: &MadeKey) {
    let body = json!({ "key": key.secret });
    let finder = app.anonymous();
    finder.post("/v1/leaked-keys", &body).await.expect(202);
}

/// Who has what in which folder, and which key gave it; by folder.
fn rows(page: &Page) -> Vec<String> {
    let cells = |n: usize| page.all(&format!("table.given tbody td:nth-child({n})"));
    let (to, role, folder, by) = (cells(1), cells(2), cells(3), cells(5));
    let row = |n: usize| format!("{}: {}, {}. {}", folder[n], to[n], role[n], by[n]);
    let mut rows: Vec<String> = (0..to.len()).map(row).collect();
    let folders: Vec<&String> = folder.iter().collect();
    assert!(folders.is_sorted(), "{folders:?}");
    rows.sort();
    rows
}

#[actix_web::test]
async fn what_a_leaked_key_and_those_it_made_gave_is_shown_taken_away_and_given_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let named = |name: &str, email: &str| make::named(&app, HOME, name, email, Role::Member);
    let priya = named("Priya Nair", "priya@brightwater.example");
    let sam = named("Sam Okafor", "sam@brightwater.example");
    let sales = make::group(&app, HOME, "Sales", &[]);
    let [root, child, stranger] = keys(&app);
    let folders = ["Old", "Plans", "Reports"].map(|name| make::folder(&app, HOME, name, None));
    let [old, plans, reports] = &folders;
    for folder in &folders {
        for key in [&root, &child, &stranger] {
            make::shared(&app, folder, ("key_id", &key.id), "editor");
        }
    }
    // Sam had a role already, and gets a greater one with the key.
    make::shared(&app, reports, ("member_id", &sam), "user");
    let everybody = [
        ("member", &*priya, "user"),
        ("member", &*sam, "editor"),
        ("group", &*sales, "editor"),
    ];
    give(&app, &root, reports, &everybody).await;
    give(&app, &root, old, &[("member", &priya, "user")]).await;
    give(&app, &child, plans, &[("member", &priya, "editor")]).await;
    let other = make::key(&app, HOME, "partner");
    give(&app, &child, plans, &[("api_key", &other.id, "user")]).await;
    // What they give each other ends with them, what somebody else gives anew is not theirs, and what is over holds no more.
    give(&app, &root, plans, &[("member", &sam, "user")]).await;
    give(&app, &stranger, plans, &[("member", &sam, "editor")]).await;
    give(&app, &root, old, &[("group", &sales, "user")]).await;
    give(&app, &child, plans, &[("api_key", &root.id, "user")]).await;
    let invitation = make::invitation(&app, HOME, "noor@partner.example", "token");
    make::shared(&app, plans, ("invitation_id", &invitation), "user");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE shares SET created_by_key_id = '{}' WHERE invitation_id IS NOT NULL;
             UPDATE shares SET expires_at = now() WHERE folder_id = '{old}' AND group_id IS NOT NULL;
             UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Ada' WHERE id = '{old}'",
            root.id
        ));
    });
    let incident = at(&root, "incident");
    let removal = format!("{incident}/removal");
    owner.get(&removal).await.expect(409);
    leak(&app, &root).await;
    let page = owner.get(&incident).await.expect(200).page();
    let all = [
        "Old In the trash: Priya Nair Person, User. Given with root",
        "Plans: Priya Nair Person, Editor. Given with child",
        "Plans: noor@partner.example Invited, User. Given with root",
        "Plans: partner API key, User. Given with child",
        "Reports: Priya Nair Person, User. Given with root",
        "Reports: Sales Group, Editor. Given with root",
        "Reports: Sam Okafor Person, Editor. Given with root",
    ];
    assert_eq!(rows(&page), all);
    let dialog = format!("/w/{HOME}/folders/{plans}/share");
    assert!(page.has(&format!("table.given a[href=\"{dialog}\"]")));
    owner.get(&dialog).await.expect(200);
    assert!(page.has(&format!("a.danger[href=\"{removal}\"]")));

    let question = owner.get(&removal).await.expect(200).page();
    assert_eq!(question.one("h1"), "Remove 7 shares?");
    assert_eq!(rows(&question), all);
    let form = question.form("#question");
    let done = owner.submit(&form).await.expect(303);
    assert_eq!(done.location(), incident);
    let after = owner.follow(&done).await.expect(200).page();
    assert!(after.one("#flash").contains("7 shares removed."));
    assert!(!after.has("table.given"));
    assert!(
        after
            .text()
            .contains("Nothing that was shared with it is in force.")
    );
    let held = "SELECT count(*)::text AS line FROM shares WHERE created_by_key_id IN
                (SELECT id FROM keys WHERE revoked_at IS NOT NULL) AND expires_at IS NULL AND key_id IS NULL";
    assert_eq!(app.sql(|sql| sql.line(held)), "0");
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said[0].starts_with("took away shares that were given with root"),
        "{}",
        said[0]
    );
    let entries = app.sql(|sql| {
        sql.line("SELECT count(*)::text AS line FROM audit_events WHERE action = 'folder.unshared'")
    });
    assert_eq!(entries, "7");
    let log = owner.get(AUDIT).await.expect(200).page();
    let entry = log.attributes("td.more a", "href").remove(0);
    let entry = owner.get(&entry).await.expect(200).page();
    assert!(entry.has(&format!("a[href=\"{incident}\"]")));
    assert!(
        entry.text().contains("Plans, noor@partner.example: user"),
        "{}",
        entry.text()
    );
    // Twice does no harm.
    let again = owner.submit(&form).await.expect(303);
    let again = owner.follow(&again).await.page();
    assert!(again.one("#flash").contains("Nothing was left to remove."));
    owner.get(&removal).await.expect(409);

    // Back comes what can: not to a key that is revoked by now, not in the trash, not over what was given since.
    make::revoked(&app, &other, "unneeded");
    make::shared(&app, reports, ("group_id", &sales), "user");
    let undo = after.form(&after.attributes("form[action$=reversal]", "action")[0]);
    let undone = owner.submit(&undo).await.expect(303);
    let back = owner.follow(&undone).await.expect(200).page();
    assert!(back.one("#flash").contains("4 shares given back."));
    // It is known as theirs again.
    let left = [all[1], all[2], all[4], all[6]];
    assert_eq!(rows(&back), left);
    let invented = format!(
        "{incident}/removals/{}/reversal",
        keyroom::ids::AuditEventId::fresh()
    );
    owner.post(&invented, &[]).await.expect(404);

    // Once the incident is closed, what stays is written down, and nothing is taken away here any more.
    let closing = format!("{incident}/closing");
    let form = back
        .form(&closing)
        .with("cause", "A notebook")
        .with("effect", "Nothing");
    let done = owner.submit(&form).await.expect(303);
    let record = owner.follow(&done).await.expect(200).page().text();
    for said in [
        "given with it, and stay",
        "Plans: Priya Nair, Editor",
        "Reports: Sam Okafor, Editor",
    ] {
        assert!(record.contains(said), "{said} in {record}");
    }
    owner.get(&removal).await.expect(409);
    owner
        .post(&format!("{incident}/removals"), &[])
        .await
        .expect(409);
    owner.submit(&undo).await.expect(409);
}

#[actix_web::test]
async fn the_page_asks_as_often_for_many_shares_as_for_one_and_only_admins_take_them_away() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, HOME, "root");
    make::revoked(&app, &key, "compromised");
    let group = make::group(&app, HOME, "Sales", &[]);
    let incident = at(&key, "incident");
    let give = |n: usize| {
        let folder = make::folder(&app, HOME, &format!("Folder {n}"), None);
        make::shared(&app, &folder, ("group_id", &group), "user");
    };
    let theirs = || {
        let all = format!("UPDATE shares SET created_by_key_id = '{}'", key.id);
        app.sql(|sql| sql.execute(&all));
    };
    give(1);
    theirs();
    app.clock.stop();
    owner.get(&incident).await.expect(200);
    let (reply, one) = app.counting(owner.get(&incident)).await;
    assert!(reply.expect(200).page().text().contains("Remove 1 share…"));
    for n in 2..=62 {
        give(n);
    }
    theirs();
    let (reply, many) = app.counting(owner.get(&incident)).await;
    let page = reply.expect(200).page();
    assert_eq!(many.len(), one.len(), "{many:#?}");
    assert_eq!(rows(&page).len(), 50);
    assert!(page.text().contains("and 12 more.") && page.text().contains("Remove 62 shares…"));

    let (member, other) = (app.member(Role::Member).await, app.workspace("Other").await);
    let entry = keyroom::ids::AuditEventId::fresh();
    for (browser, status) in [(&member, 403), (&other, 404), (&app.stranger(), 303)] {
        browser
            .get(&format!("{incident}/removal"))
            .await
            .expect(status);
        for what in ["removals".to_owned(), format!("removals/{entry}/reversal")] {
            let path = format!("{incident}/{what}");
            browser.post(&path, &[]).await.expect(status);
        }
    }
    assert_eq!(
        app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM shares")),
        "62"
    );
    // Whose role changes at that moment takes nothing away.
    app.sql(|sql| sql.execute("BEGIN; UPDATE members SET role = 'admin' WHERE role = 'owner'"));
    let commit = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let taking = format!("{incident}/removals");
    let (reply, ()) = futures_util::future::join(owner.post(&taking, &[]), commit).await;
    reply.expect(409);
    assert_eq!(
        app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM shares")),
        "62"
    );
    let done = owner.post(&taking, &[]).await.expect(303);
    assert!(
        owner
            .follow(&done)
            .await
            .page()
            .one("#flash")
            .contains("62 shares removed.")
    );
}
