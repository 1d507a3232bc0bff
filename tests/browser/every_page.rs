//! Every page of the route table, every dialog and what each of them may say, in both colours, at every width, with
//! JavaScript and without.

mod examine;
mod failures;
mod screens;
mod world;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use actix_web::http::Method;
use keyroom::{app, web::Access};

use crate::scene::both;
use crate::support::run;

use examine::examine;
use world::World;

/// They run beside each other, each in a world of its own.
const PARTS: usize = 4;

#[test]
fn no_page_is_left_out() {
    let screens = screens::all();
    for route in app::routes().table() {
        let is_keyed = route.access.needed().is_some();
        // What is in a file is no page.
        let is_page = !is_keyed
            && !matches!(route.access, Access::Open | Access::Nowhere)
            && !route.path.ends_with("/content");
        if is_page && route.method == Method::GET {
            let path = route.path;
            assert!(
                screens.iter().any(|screen| screen.route == path),
                "Nobody looks at {path}: add a screen for it to tests/browser/every_page/screens.rs"
            );
        }
    }
    let mut names: Vec<_> = screens.iter().map(|screen| screen.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), screens.len(), "pictures have different names");
}

#[test]
fn every_page_is_sound_1() {
    run(part(0));
}

#[test]
fn every_page_is_sound_2() {
    run(part(1));
}

#[test]
fn every_page_is_sound_3() {
    run(part(2));
}

#[test]
fn every_page_is_sound_4() {
    run(part(3));
}

async fn part(number: usize) {
    let mut world = World::new();
    let mut found = Vec::new();
    for screen in wanted().into_iter().skip(number).step_by(PARTS) {
        for options in both() {
            let page = world.show(&screen, options).await;
            found.extend(examine(&page, screen.name, options).await);
            if page.status() == 200 {
                found.extend(same_title(&page.path().await, &page.title().await));
            }
            found.extend(
                page.problems()
                    .await
                    .into_iter()
                    .map(|problem| format!("{}: {problem:?}", screen.name)),
            );
        }
    }
    assert!(found.is_empty(), "{} findings: {found:#?}", found.len());
}

/// All screens, or those whose names begin with what `SCREENS` says: `SCREENS=bulk cargo test --test browser every_page`.
fn wanted() -> Vec<screens::Screen> {
    let prefix = std::env::var("SCREENS").unwrap_or_default();
    let mut all = screens::all();
    all.retain(|screen| screen.name.starts_with(&prefix));
    all
}

/// Two pages must not share a title; one page may have it under several addresses.
fn same_title(path: &str, title: &str) -> Option<String> {
    static TITLES: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let mut titles = TITLES.lock().unwrap_or_else(PoisonError::into_inner);
    let first = titles
        .entry(title.to_owned())
        .or_insert_with(|| path.clone());
    // The same page of another workspace, or about something else of the same name, is the same page.
    let same = *first == path || kind(first) == kind(&path);
    (!same).then(|| format!("{path} and {first} are both called {title:?}"))
}

/// What a page is about, without the ids in its address.
fn kind(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .skip(3)
        .filter(|part| part.len() != 36)
        .collect();
    match parts.as_slice() {
        ["settings" | "account", kind, ..] => (*kind).to_owned(),
        other => other.join("/"),
    }
}
