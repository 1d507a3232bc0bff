//! The pages that `docs/` has as Markdown, for readers of the repository and of a running server alike.

use actix_web::{HttpRequest, web::Data};

use super::{
    Docs,
    markdown::{self, Document, Target},
    views::{GuidePage, MenuItem},
};
use crate::{
    config::PublicUrl,
    error::Error,
    web::{Page, PageResult, ui::Shell},
};

include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// In the order of the menu: address, words of the menu, file.
pub const ALL: &[(&str, &str, &str)] = &[
    ("/docs/quick-start", "Quick start", "quick-start.md"),
    ("/docs/integrating", "Integrating Keyroom", "integrating.md"),
    ("/docs/clients", "Clients", "clients/README.md"),
    (
        "/docs/forward-auth",
        "Forward authentication",
        "forward-auth/README.md",
    ),
    (
        "/docs/secret-scanning",
        "Secret scanning",
        "secret-scanning/README.md",
    ),
];

/// What the documents call the server; on its own pages it has its own address.
const SOME_SERVER: &str = "https://keyroom.example";

pub struct Guide {
    pub path: &'static str,
    pub document: Document,
}

pub fn menu() -> Vec<MenuItem> {
    let items = ALL.iter().map(|(path, label, _)| MenuItem { path, label });
    items.collect()
}

pub fn read(public_url: &PublicUrl) -> Vec<Guide> {
    let origin = public_url.origin();
    let guides = ALL.iter().map(|(path, _, file)| {
        let text = text_of(file).unwrap_or_default();
        let target = |to: &str| target(file, to, &origin);
        Guide {
            path,
            document: markdown::read(&text.replace(SOME_SERVER, &origin), target),
        }
    });
    guides.collect()
}

pub async fn show(request: HttpRequest, shell: Shell, docs: Data<Docs>) -> PageResult {
    let guide = docs.guides.iter().find(|one| one.path == request.path());
    let guide = guide.ok_or(Error::NotFound)?;
    let page = GuidePage {
        shell: shell.titled(&guide.document.title, guide.path),
        docs: &docs.reference,
        guide: &guide.document,
    };
    Page(page).ok()
}

fn text_of(file: &str) -> Option<&'static str> {
    let found = DOCUMENTS.iter().find(|(name, _)| *name == file);
    found.map(|(_, text)| *text)
}

/// Files are linked as they lie in the folder; those that are pages lead there.
fn target(from: &str, to: &str, origin: &str) -> Target {
    let (path, place) = to.split_once('#').unwrap_or((to, ""));
    if path.is_empty() || path.starts_with('/') || path.contains("://") {
        return Target::Page(to.to_owned());
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = match path.strip_prefix("../") {
        Some(rest) => rest.to_owned(),
        None if folder.is_empty() => path.to_owned(),
        None => format!("{folder}/{path}"),
    };
    let page = ALL.iter().find(|(_, _, one)| *one == file);
    match (page, text_of(&file)) {
        (Some((address, _, _)), _) if place.is_empty() => Target::Page((*address).to_owned()),
        (Some((address, _, _)), _) => Target::Page(format!("{address}#{place}")),
        (None, Some(text)) => Target::File {
            name: path.to_owned(),
            text: text.replace(SOME_SERVER, origin),
        },
        (None, None) => Target::Page(to.to_owned()),
    }
}
