//! Files as people see them in their folder, find and save them.

use actix_web::http::Method;
use keyroom::actor::Role;

use crate::support::{Browser, TestApp, http::Header, make, page::Page};

pub const LIBRARY: &str = "/w/brightwater/library";

/// A folder of the first owner, by its id, and the address of its page.
pub fn folder(app: &TestApp, name: &str) -> (String, String) {
    let owner = make::member_id(app, "brightwater", &make::owner_email("Brightwater"));
    let id = make::folder(app, "brightwater", name, Some(&owner));
    let page = page_of(&id);
    (id, page)
}

pub fn page_of(folder: &str) -> String {
    format!("/w/brightwater/folders/{folder}")
}

pub fn about(file: &str, what: &str) -> String {
    format!("/w/brightwater/files/{file}{what}")
}

pub async fn page(browser: &Browser, path: &str) -> Page {
    browser.get(path).await.expect(200).page()
}

/// What stands in the table, in its order.
pub async fn names(browser: &Browser, path: &str) -> Vec<String> {
    page(browser, path).await.all("tbody .who > :first-child")
}

/// Files of a folder, each as large and as long unchanged as its number says: "File 01".
fn many(app: &TestApp, folder: &str, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO objects (workspace_id, id, state, size, sha256, progressed_at)
             SELECT workspace_id, gen_random_uuid(), 'whole', n, sha256('x'), now()
             FROM folders, generate_series(1, {n}) n WHERE id = '{folder}';
             INSERT INTO files (workspace_id, id, folder_id, object_id, name, size, media_type, sha256, version, product,
                                metadata, visibility, created_at, updated_at)
             SELECT workspace_id, gen_random_uuid(), '{folder}', id, 'File ' || lpad(size::text, 2, '0'), size,
                    'text/plain', sha256, 1, '{{}}', '{{}}', 'listed', now(), now() - size * interval '1 day'
             FROM objects WHERE NOT EXISTS (SELECT FROM files WHERE object_id = objects.id)"
        ));
    });
}

#[actix_web::test]
async fn a_folder_shows_its_files_to_whoever_has_a_role_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    assert_eq!(
        page(&owner, &path).await.one("#empty"),
        "This folder is empty"
    );
    make::subfolder(&app, &plans, "Year");
    let budget = make::file(&app, &plans, "Budget.xlsx", "0123456789");
    let slides = make::file(&app, &plans, "Alpha.pptx", "01234");
    make::file(&app, &plans, "Draft.txt", "0");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE files SET updated_at = now() - interval '3 days' WHERE id = '{budget}';
             UPDATE files SET media_type =
                'application/vnd.openxmlformats-officedocument.presentationml.presentation' WHERE id = '{slides}';
             UPDATE files SET visibility = 'unlisted' WHERE name = 'Draft.txt'"
        ));
    });
    make::shared(&app, &plans, ("member_id", &me), "user");
    assert_eq!(
        names(&member, &path).await,
        ["Year", "Alpha.pptx", "Budget.xlsx"]
    );
    let shown = page(&owner, &path).await;
    let rows = shown.all("tbody tr");
    assert_eq!(rows.len(), 4, "the Editor meets what is unlisted");
    for (row, said) in [
        (1, "Alpha.pptx Presentation 5 bytes"),
        (2, "Budget.xlsx Text 10 bytes 3 days ago"),
        (3, "Draft.txt Unlisted Text 1 byte"),
    ] {
        assert!(rows[row].contains(said), "{said}: {}", rows[row]);
    }
    assert_eq!(shown.one(".pager"), "4 items");
    for (sort, first) in [("size", "Budget.xlsx"), ("changed", "Alpha.pptx")] {
        let sorted = names(&member, &format!("{path}?sort={sort}")).await;
        assert_eq!(sorted[..2], ["Year", first], "{sort}");
    }
    // Whoever looks after all folders sees none of what is in them.
    let admin = app.member(Role::Admin).await;
    let seen = page(&admin, &path).await;
    assert!(seen.text().contains("You have no role in this folder"));
    assert!(!seen.text().contains("Budget"));
    for refused in [&admin, &app.workspace("Elsewhere").await] {
        let path = about(&budget, "/content");
        let status = refused.get(&path).await.status;
        assert!([403, 404].contains(&status), "{status}");
    }
}

#[actix_web::test]
async fn folders_and_files_are_one_list_in_pages() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (plans, path) = folder(&app, "Plans");
    for n in 1..=5 {
        make::subfolder(&app, &plans, &format!("Folder {n}"));
    }
    many(&app, &plans, 98);
    for (sort, first, last) in [
        ("", "File 01", "File 98"),
        ("changed", "File 01", "File 98"),
        ("size", "File 98", "File 01"),
    ] {
        let mut at = format!("{path}?sort={sort}");
        let mut pages = vec![names(&owner, &at).await];
        while let Some(on) = page(&owner, &at)
            .await
            .attributes("a[rel=next]", "href")
            .pop()
        {
            pages.push(names(&owner, &on).await);
            at = on;
        }
        let lengths: Vec<usize> = pages.iter().map(Vec::len).collect();
        assert_eq!(lengths, [50, 50, 3], "{sort}");
        assert_eq!((&*pages[0][5], &*pages[2][2]), (first, last), "{sort}");
        assert!(pages[0][4].starts_with("Folder"));
        // And back again, over the border between them.
        let mut back = vec![names(&owner, &at).await];
        while let Some(to) = page(&owner, &at)
            .await
            .attributes("a[rel=prev]", "href")
            .pop()
        {
            back.push(names(&owner, &to).await);
            at = to;
        }
        back.reverse();
        assert_eq!(back[0], pages[0], "{sort}");
        assert_eq!(back.concat(), pages.concat(), "{sort}");
    }
    let on = page(&owner, &path).await.attributes("a[rel=next]", "href");
    for wrong in [
        format!("{}&sort=size", on[0]),
        format!("{}&q=file", on[0]),
        on[0].replace("after=f.", "before=x&after=f."),
        on[0].replace(&path, LIBRARY),
        format!("{LIBRARY}?sort=size"),
    ] {
        owner.get(&wrong).await.expect(404);
    }
    // Beyond the end is the beginning.
    app.sql(|sql| sql.execute("UPDATE files SET trashed_at = now(), trashed_by = 'Ada'"));
    assert_eq!(owner.get(&on[0]).await.expect(303).location(), path);
}

#[actix_web::test]
async fn search_finds_files_with_the_folder_that_they_are_in() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    let (other, _) = folder(&app, "Budgets of others");
    let year = make::subfolder(&app, &plans, "Year");
    make::file(&app, &year, "The budget <2027>.txt", "x");
    make::file(&app, &other, "Budget elsewhere.txt", "x");
    make::file(&app, &plans, "Notes.txt", "x");
    make::shared(&app, &plans, ("member_id", &me), "user");
    let found = page(&member, &format!("{LIBRARY}?q=BUDGET")).await;
    assert_eq!(
        found.all("tbody .who > :first-child"),
        ["The budget <2027>.txt"]
    );
    assert_eq!(found.all("tbody mark"), ["budget"]);
    assert_eq!(found.all("tbody .middle"), ["Year"]);
    assert_eq!(
        found.attributes("tbody .middle a", "href"),
        [page_of(&year)]
    );
    assert!(!found.has("h2"), "one table needs no heading");
    let all = page(&owner, &format!("{LIBRARY}?q=budget")).await;
    assert_eq!(all.all(".page h2"), ["Folders found", "Files found"]);
    let in_all = all.all("tbody .who > :first-child");
    let best = [
        "Budgets of others",
        "Budget elsewhere.txt",
        "The budget <2027>.txt",
    ];
    assert_eq!(in_all, best);
    let within = page(&owner, &format!("{path}?q=budget")).await;
    assert_eq!(
        within.all("tbody .who > :first-child"),
        ["The budget <2027>.txt"]
    );
    for empty in [format!("{path}?q=elsewhere"), format!("{LIBRARY}?q=zzz")] {
        assert_eq!(page(&owner, &empty).await.one("#empty"), "Nothing matches");
    }
    many(&app, &plans, 51);
    let best = page(&owner, &format!("{path}?q=file")).await;
    assert_eq!(best.elements("tbody tr").len(), 50);
    assert!(best.one(".pager").starts_with("The best 50 files."));
}

#[actix_web::test]
async fn a_file_is_saved_and_never_a_page() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    let me = make::member_id(&app, "brightwater", &member.email());
    let (plans, path) = folder(&app, "Plans");
    let file = make::file(&app, &plans, "Büro.html", "<script>alert(1)</script>");
    let content = about(&file, "/content");
    let links = page(&owner, &path).await.attributes("tbody a", "href");
    assert!(links.contains(&content), "{links:?}");
    member.get(&content).await.expect(404);
    app.stranger().get(&content).await.expect(303);
    make::shared(&app, &plans, ("member_id", &me), "user");
    let got = member.get(&content).await.expect(200);
    assert_eq!(got.text(), "<script>alert(1)</script>");
    assert!(
        got.header("content-disposition")
            .starts_with("attachment; ")
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(
        got.header("content-security-policy")
            .contains("default-src 'none'")
    );
    let (etag, length) = (got.header("etag"), got.header("content-length"));
    let ask = async |headers: &[Header<'_>], method: Method| {
        member.send(method, &content, headers, &[]).await
    };
    let head = ask(&[], Method::HEAD).await.expect(200);
    assert_eq!(
        (head.header("content-length"), head.text().len()),
        (length, 0)
    );
    let part = ask(&[("range", "bytes=1-6")], Method::GET)
        .await
        .expect(206);
    assert_eq!(part.text(), "script");
    ask(&[("if-none-match", etag)], Method::GET)
        .await
        .expect(304);
    ask(&[("if-match", "\"x\"")], Method::GET).await.expect(412);
    ask(&[("range", "bytes=99-")], Method::GET)
        .await
        .expect(416);
    app.sql(|sql| {
        sql.execute("UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Ada'");
    });
    owner.get(&content).await.expect(404);
}
