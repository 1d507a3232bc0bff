//! Settings → Workspace → Library: how much there is, and how much there may be.

use keyroom::{actor::Role, ids::AuditEventId};

use crate::support::{TestApp, make};

const LIBRARY: &str = "/w/brightwater/settings/library";
const LIMITS: &str = "/w/brightwater/settings/library/limits";

fn limits(
    file: &'static str,
    total: &'static str,
    unit: &'static str,
) -> [(&'static str, &'static str); 4] {
    [
        ("file_limit", file),
        ("file_unit", unit),
        ("total_limit", total),
        ("total_unit", unit),
    ]
}

/// As the log has it: before and after.
fn told(app: &TestApp) -> Vec<String> {
    app.sql(|sql| {
        sql.lines(
            "SELECT (before->>'file_limit') || ' ' || (before->>'total_limit') || ' > ' || (after->>'file_limit') || ' '
                    || (after->>'total_limit') AS line
             FROM audit_events WHERE action = 'library.limits_changed' ORDER BY at, id",
        )
    })
}

#[actix_web::test]
async fn each_folder_says_how_much_is_in_it_and_the_page_how_much_there_is() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let priya = make::named(
        &app,
        "brightwater",
        "Priya Nair",
        "priya@brightwater.example",
        Role::Member,
    );
    let key = make::key(&app, "brightwater", "ci");
    let handbook = make::folder(&app, "brightwater", "Handbook", None);
    let inner = make::subfolder(&app, &handbook, "Inner");
    let gone = make::subfolder(&app, &handbook, "Gone");
    make::file(&app, &handbook, "a.txt", "12345");
    make::file(&app, &inner, "b.txt", "1234567890");
    let thrown = make::file(&app, &inner, "c.txt", "123");
    make::file(&app, &gone, "d.txt", "12");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE files SET trashed_at = now(), trashed_by = 'Ada' WHERE id = '{thrown}';
             UPDATE folders SET trashed_at = now(), trashed_by = 'Ada', trashed_with = id WHERE id = '{gone}'"
        ));
    });
    make::shared(&app, &handbook, ("key_id", &key.id), "user");
    for n in 0..50 {
        make::folder(&app, "brightwater", &format!("Box {n:02}"), None);
    }
    make::folder(&app, "brightwater", "Zoo", Some(&priya));
    let row = |page: &crate::support::page::Page, cell: &str| page.all(&format!("tbody tr {cell}"));
    let page = owner
        .get(&format!("{LIBRARY}?q=handbook"))
        .await
        .expect(200)
        .page();
    assert_eq!(row(&page, ".who small"), ["1 folder, 2 files in it"]);
    assert_eq!(row(&page, ".size"), ["15 bytes"]);
    let trash = owner
        .get(&format!("{LIBRARY}?state=trash"))
        .await
        .expect(200)
        .page();
    assert_eq!(row(&trash, ".who small"), ["In Handbook", "1 file in it"]);
    assert_eq!(row(&trash, ".size"), ["2 bytes"]);
    let first = owner.get(LIBRARY).await.expect(200).page();
    assert_eq!(
        first.all(".figs dd"),
        [
            "52 and 1 inside",
            "2",
            "20 bytes of 100 GiB",
            "5 bytes of it in the trash",
            "2 of 53",
            "Show them",
        ]
    );
    // Whoever owns a folder can be chosen, also where none of theirs is on the page.
    assert!(!first.text().contains("Zoo"));
    assert_eq!(
        first.all("#owner option"),
        ["All owners", "The workspace", "Priya Nair"]
    );
}

#[actix_web::test]
async fn limits_are_set_by_those_who_lead_the_workspace_within_bounds_and_can_be_taken_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::named(
        &app,
        "brightwater",
        "Sam",
        "sam@brightwater.example",
        Role::Member,
    );
    make::named(
        &app,
        "brightwater",
        "Ines",
        "ines@brightwater.example",
        Role::Admin,
    );
    let member = app.sign_in("sam@brightwater.example").await;
    let elsewhere = app.workspace("Elsewhere").await;
    let set = limits("2", "1.5", "gib");
    for (browser, status) in [(&member, 403), (&elsewhere, 404)] {
        browser.get(LIMITS).await.expect(status);
        browser.post(LIMITS, &set).await.expect(status);
    }
    assert!(
        app.stranger()
            .get(LIMITS)
            .await
            .location()
            .starts_with("/sign-in")
    );
    let shown = owner.get(LIMITS).await.expect(200).page();
    assert_eq!(shown.form("#limits").value("file_limit"), Some("5"));
    assert_eq!(shown.form("#limits").value("total_limit"), Some("100"));
    for (fields, field, why) in [
        (
            limits("2", "1.5", "gib"),
            "file_limit",
            "not larger than that of all files together",
        ),
        (
            limits("many", "5", "gib"),
            "file_limit",
            "Enter the size as a number",
        ),
        (
            limits("1", "1,5", "gib"),
            "total_limit",
            "Enter the size as a number",
        ),
        (
            limits("1", "", "mib"),
            "total_limit",
            "Enter the size as a number",
        ),
        (limits("1", "1", "stone"), "file_limit", "Choose a unit"),
        (
            limits("0", "5", "gib"),
            "file_limit",
            "Enter a size from 1 byte to 50 GiB",
        ),
        (
            limits("51", "51", "gib"),
            "file_limit",
            "Enter a size from 1 byte to 50 GiB",
        ),
        (
            limits("0.01", "1025", "tib"),
            "total_limit",
            "Enter a size from 1 byte to 1 PiB",
        ),
        (
            limits("0.01", "99999999999999999999", "tib"),
            "total_limit",
            "Enter a size from 1 byte to 1 PiB",
        ),
    ] {
        let page = owner.post(LIMITS, &fields).await.expect(422).page();
        let said = page.one(&format!("#{field}-error"));
        assert!(said.contains(why), "{said}");
        assert_eq!(page.form("#limits").value("total_limit"), Some(fields[2].1));
    }
    assert_eq!(told(&app), [""; 0]);
    let admin = app.sign_in("ines@brightwater.example").await;
    let done = admin.post(LIMITS, &limits("512", "1.5", "mib")).await;
    // A file would have more than all together.
    done.expect(422);
    let done = admin
        .post(LIMITS, &limits("0.5", "1.5", "gib"))
        .await
        .expect(303);
    let page = admin.follow(&done).await.page();
    assert!(
        page.text()
            .contains("A file may have 512 MiB, all together 1.5 GiB. It was 5 GiB and 100 GiB.")
    );
    assert_eq!(
        told(&app),
        ["5368709120 107374182400 > 536870912 1610612736"]
    );
    let log = owner.get("/w/brightwater/settings/audit-log").await.page();
    assert!(log.text().contains("512 MiB"), "{}", log.text());
    let shown = admin.get(LIMITS).await.page().form("#limits");
    assert_eq!(shown.value("file_limit"), Some("512"));
    assert_eq!(shown.value("total_limit"), Some("1536"));
    // The same again is no change.
    admin
        .post(LIMITS, &limits("512", "1536", "mib"))
        .await
        .expect(303);
    assert_eq!(told(&app).len(), 1);
    let undo = page.form(&page.attributes("form[action$=reversal]", "action")[0]);
    let undone = admin.submit(&undo).await.expect(303);
    let page = admin.follow(&undone).await.page();
    assert!(
        page.text()
            .contains("A file may have 5 GiB, all together 100 GiB.")
    );
    assert_eq!(told(&app).len(), 2);
    // What was changed since stays.
    admin
        .post(LIMITS, &limits("1", "2", "gib"))
        .await
        .expect(303);
    let late = admin.submit(&undo).await.expect(303);
    assert!(
        admin
            .follow(&late)
            .await
            .page()
            .text()
            .contains("They were changed again in the meantime.")
    );
    assert_eq!(told(&app).len(), 3);
    let invented = format!("{LIMITS}/{}/reversal", AuditEventId::fresh());
    admin.post(&invented, &[]).await.expect(404);
}
