//! What several tests do on the way to what they test.

use serde_json::Value;

use crate::support::{
    Browser,
    http::{Reply, encode},
    make::MadeKey,
    page::{Form, Page},
};

pub const KEYS: &str = "/w/brightwater/settings/api-keys";
pub const NEW: &str = "/w/brightwater/settings/api-keys/new";
pub const AUDIT: &str = "/w/brightwater/settings/audit-log";
pub const GENERAL: &str = "/w/brightwater/settings/general";
pub const MEMBERS: &str = "/w/brightwater/settings/members";
pub const GROUPS: &str = "/w/brightwater/settings/groups";
pub const ADA: &str = "owner@brightwater.example";

/// Shows the times of the workspace in this zone from now on.
pub async fn show_times_of(owner: &Browser, zone: &str) {
    let page = owner.get(GENERAL).await.expect(200).page();
    let form = page.form(GENERAL).with("time_zone", zone);
    owner.submit(&form).await.expect(303);
}

/// The dialog *Generate new key* as it was served, with a label and one permission.
pub async fn filled(browser: &Browser, label: &str) -> Form {
    let page = browser.get(NEW).await.expect(200).page();
    let form = page.form(NEW).with("label", label);
    form.also("permission", "OBJECTS_LIST")
}

/// A key made as people make it.
pub async fn generate(browser: &Browser, label: &str) -> MadeKey {
    let form = filled(browser, label).await;
    shown(&browser.submit(&form).await.expect(201))
}

/// The key that an answer shows.
pub fn shown(reply: &Reply) -> MadeKey {
    let secret = reply.page().one("#secret");
    assert!(
        keyroom::keys::PresentedKey::parse(&secret).is_ok(),
        "{secret}"
    );
    MadeKey {
        id: secret[5..17].to_owned(),
        secret,
    }
}

/// The address at which something is done with a key.
pub fn at(key: &MadeKey, what: &str) -> String {
    format!("{KEYS}/{}/{what}", key.id)
}

/// Presses a button of a key, whatever page would offer it.
pub async fn press(browser: &Browser, key: &MadeKey, what: &str) -> Reply {
    browser.post(&at(key, what), &[]).await
}

/// The list of keys, of one state where `status` names one.
pub async fn list(browser: &Browser, status: &str) -> Page {
    let query = if status.is_empty() {
        String::new()
    } else {
        format!("?status={status}")
    };
    browser
        .get(&format!("{KEYS}{query}"))
        .await
        .expect(200)
        .page()
}

/// The list of keys as these fields of its form ask for it.
pub async fn search(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    let query = encode(fields);
    browser
        .get(&format!("{KEYS}?{query}"))
        .await
        .expect(200)
        .page()
}

/// The labels of the cards, in their order.
pub fn labels(page: &Page) -> Vec<String> {
    page.all("article.key h2")
}

/// The state that a key's card shows.
#[track_caller]
pub fn state(page: &Page, key: &MadeKey) -> String {
    page.one(&format!("#k-{} .status", key.id))
}

/// A fact of a key's card, such as "Last used": what it is, and the quieter second line.
#[track_caller]
pub fn fact(page: &Page, key: &MadeKey, term: &str) -> String {
    let facts = page.all(&format!("#k-{} dl > div", key.id));
    let found = facts.iter().find_map(|fact| fact.strip_prefix(term));
    let fact = found.unwrap_or_else(|| panic!("no {term} among {facts:?}"));
    fact.trim().to_owned()
}

/// The sentences of the audit log, newest first, without what unfolds below them.
pub async fn sentences(browser: &Browser, address: &str) -> Vec<String> {
    let page = browser.get(address).await.expect(200).page();
    page.all("td.what .said")
}

/// An answer of the API that refuses: problem document, request id and code are as promised.
#[track_caller]
pub fn problem(reply: Reply, status: u16, code: &str) -> Value {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let document = reply.json();
    assert_eq!(document["code"], code, "{document}");
    assert_eq!(document["status"], status);
    assert_eq!(document["type"], format!("/docs/errors#{code}"));
    assert_eq!(document["request_id"], reply.header("x-request-id"));
    assert!(!reply.header("x-request-id").is_empty());
    for field in ["title", "detail"] {
        assert!(
            document[field].as_str().is_some_and(|t| !t.is_empty()),
            "{document}"
        );
    }
    document
}
