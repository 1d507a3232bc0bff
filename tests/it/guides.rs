//! The pages of `docs/`: whatever they lead to is there, and every address that they call is one of the API.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::support::{TestApp, page::Page};

/// Of the menu of the documentation, without what leads within one page.
fn pages(page: &Page) -> Vec<String> {
    let mut all = page.attributes("nav.contents a", "href");
    all.retain(|href| !href.contains('#'));
    all
}

#[actix_web::test]
async fn a_stranger_reads_them_all_and_no_link_is_dead() {
    let app = TestApp::start();
    app.set_up().await;
    let stranger = app.stranger();
    let docs = stranger.get("/docs").await.expect(200).page();
    let pages = pages(&docs);
    assert!(pages.len() >= 7, "{pages:?}");
    // Each is fetched once, however many links lead there.
    let mut known: BTreeMap<String, Page> = BTreeMap::new();
    for path in &pages {
        let (reply, queries) = app.counting(stranger.get(path)).await;
        assert_eq!(
            queries.len(),
            0,
            "{path}: nobody is looked up for a stranger"
        );
        known.insert(path.clone(), reply.expect(200).page());
    }
    let mut leads: BTreeSet<(String, String)> = BTreeSet::new();
    for (path, page) in &known {
        let says = !page.one("h1").is_empty() && !page.one(".lede").is_empty();
        assert!(says, "{path}");
        let here = page.attributes("nav a[aria-current=page]", "href");
        assert_eq!(here, [path.as_str()]);
        for href in page.attributes("nav.toc a", "href") {
            let id = &href[1..];
            let heading = format!("[id='{id}'] h2 a[href='{href}']");
            assert!(page.has(&heading), "{path}{href}");
        }
        for href in page.attributes("main a", "href") {
            let (to, place) = href.split_once('#').unwrap_or((&href, ""));
            if !to.starts_with("http") {
                let to = if to.is_empty() { path } else { to };
                assert!(to.starts_with('/'), "{path}: {href} leads nowhere");
                leads.insert((to.to_owned(), place.to_owned()));
            }
        }
    }
    assert!(leads.len() > 30, "{leads:?}");
    for (to, place) in leads {
        if !known.contains_key(&to) {
            stranger.get(&to).await.expect(200);
            assert!(place.is_empty(), "{to}#{place}");
            continue;
        }
        let is_there = place.is_empty() || known[&to].has(&format!("[id='{place}']"));
        assert!(is_there, "{to}#{place} is nowhere");
    }
}

#[actix_web::test]
async fn what_they_show_is_of_this_server_and_can_be_copied() {
    let app = TestApp::start_at("https://keys.example.org");
    app.set_up().await;
    let clients = app.stranger().get("/docs/clients").await.expect(200).page();
    let shown = clients.all("pre");
    assert!(shown[0].contains("KEYROOM_BASE_URL=https://keys.example.org/v1"));
    for part in [
        "class Keyroom:",
        "load_dotenv()",
        "package main",
        "process.env",
        "--config -",
    ] {
        assert!(shown.iter().any(|text| text.contains(part)), "{part}");
    }
    for id in clients.attributes("pre", "id") {
        assert!(clients.has(&format!("button[data-copy='#{id}']")), "{id}");
    }
    let start = app.stranger().get("/docs/quick-start").await.expect(200);
    assert!(!start.text().contains("keyroom.example"));
}

#[test]
fn what_they_call_is_in_the_api() {
    let called = Regex::new(r"(?:keyroom\.example|`(?:GET|POST|PATCH|DELETE) |KEYROOM_BASE_URL|base_url \+ )(/v1)?(/[a-z/-]+[a-z])").expect("a pattern");
    let routes = keyroom::app::routes();
    let known: Vec<&str> = routes.table().iter().map(|route| route.path).collect();
    let mut seen = 0;
    for (path, text) in keyroom::docs::DOCUMENTS {
        if !path.ends_with(".md") {
            continue;
        }
        for found in called.captures_iter(text) {
            let to = format!("/v1{}", &found[2]);
            seen += 1;
            assert!(known.contains(&to.as_str()), "{path}: {to}");
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// If you are here because a document is new: name it in `ALL` of `src/docs/guides.rs`.
#[test]
fn every_document_is_a_page() {
    let files = keyroom::docs::DOCUMENTS.iter().map(|(path, _)| *path);
    let files: Vec<&str> = files.filter(|path| path.ends_with(".md")).collect();
    let pages: Vec<&str> = keyroom::docs::GUIDES
        .iter()
        .map(|(_, _, file)| *file)
        .collect();
    for file in &files {
        assert!(pages.contains(file), "{file} is no page");
    }
    for file in pages {
        assert!(files.contains(&file), "{file} is missing");
    }
}
