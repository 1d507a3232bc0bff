use actix_web::web::Data;

use super::{
    Docs,
    views::{DocsPage, ErrorsPage},
};
use crate::web::{Page, PageResult, problem, ui::Shell};

pub async fn index(shell: Shell, docs: Data<Docs>) -> PageResult {
    let page = DocsPage {
        shell: shell.titled("API documentation", "docs"),
        docs: &docs.reference,
    };
    Page(page).ok()
}

pub async fn errors(shell: Shell, docs: Data<Docs>) -> PageResult {
    let page = ErrorsPage {
        shell: shell.titled("API errors", "errors"),
        docs: &docs.reference,
        entries: problem::ALL,
    };
    Page(page).ok()
}
