//! The library as people see it.

mod folder;
mod home;
mod moving;
mod trash;

use crate::support::{
    Browser, TestApp,
    http::Reply,
    make,
    page::{Form, Page},
};

const LIBRARY: &str = "/w/brightwater/library";
const TRASH: &str = "/w/brightwater/library/trash";
const AUDIT: &str = "/w/brightwater/settings/audit-log";

/// Makes a folder by its form, at the top or in another, whose address is given.
async fn create(browser: &Browser, place: &str, name: &str) -> Reply {
    let new = format!("{place}/new");
    let form = browser.get(&new).await.expect(200).page().form(&new);
    browser.submit(&form.with("name", name)).await
}

/// The address of a folder that is made.
async fn made(browser: &Browser, place: &str, name: &str) -> String {
    let reply = create(browser, place, name).await.expect(303);
    reply.location().to_owned()
}

fn id_of(folder: &str) -> &str {
    folder.rsplit('/').next().expect("an id")
}

fn share(app: &TestApp, folder: &str, to: (&str, &str), role: &str) {
    make::shared(app, id_of(folder), to, role);
}

/// Folders of the first owner, each as long in place as its number says: "Folder 01".
fn many(app: &TestApp, n: u32) {
    let owner = make::member_id(app, "brightwater", &make::owner_email("Brightwater"));
    for n in 1..=n {
        make::folder(app, "brightwater", &format!("Folder {n:02}"), Some(&owner));
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE folders SET updated_at = updated_at - substr(name, 8)::int * interval '1 day'
             WHERE name LIKE 'Folder %'",
        );
    });
}

/// What stands in the table, in its order.
fn names(page: &Page) -> Vec<String> {
    page.all("tbody .who > :first-child")
}

async fn names_at(browser: &Browser, path: &str) -> Vec<String> {
    names(&browser.get(path).await.expect(200).page())
}

/// The first form whose address ends so, or has that in it.
#[track_caller]
pub fn posting(page: &Page, part: &str) -> Form {
    let all = page.attributes("form", "action");
    let ending = all.iter().find(|action| action.ends_with(part));
    let having = all.iter().find(|action| action.contains(part));
    page.form(
        ending
            .or(having)
            .unwrap_or_else(|| panic!("no form for {part}")),
    )
}
