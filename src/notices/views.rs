//! Notices as pages show them.

use askama::Template;

use crate::web::{
    filters,
    ui::{Csrf, Pager, Shell, When},
};

/// The newest notices about what a page shows. Nothing where there is none.
#[derive(Template)]
#[template(path = "notices/banners.html")]
pub struct Banners {
    pub(super) csrf: Csrf,
    /// Path and query of this page, to come back to.
    pub(super) back: String,
    pub(super) shown: Vec<Banner>,
    /// "and 4 more", and the address of all.
    pub(super) more: Option<(String, String)>,
}

impl askama::filters::HtmlSafe for Banners {}

/// One notice. Its element id is `n-{id}`.
pub struct Banner {
    pub id: String,
    /// Empty, `warn` or `bad`.
    pub tone: &'static str,
    pub icon: &'static str,
    pub strong: String,
    pub pieces: Vec<Piece>,
    /// What to do about it, and where.
    pub way: Option<(&'static str, String)>,
    /// Where *Dismiss* posts to.
    pub dismiss: String,
}

/// A part of a sentence.
pub enum Piece {
    Text(String),
    Time(When),
}

/// Every notice that is open, as a page of its own.
#[derive(Template)]
#[template(path = "notices/index.html")]
pub struct NoticesPage {
    pub shell: Shell,
    pub banners: Banners,
    pub pager: Pager,
}
